"""The records at the back end's seams (headers of windlass_read.v and windlass_write.v), and what a piece becomes on the bus."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .unit import pack

TAG_W = 12


@dataclass
class Shape:
    """Widths that the records depend on."""

    ch_w: int
    data_width: int
    addr_width: int = 32

    @property
    def w(self) -> int:
        """Bytes of a bus word."""
        return self.data_width // 8

    @property
    def off_w(self) -> int:
        """Bits of a byte offset in a word."""
        return self.w.bit_length() - 1


@dataclass
class Piece:
    """What the front hands to the back end: one read burst and one write burst."""

    ch: int
    src: int
    dst: int
    length: int
    src_l: int
    dst_l: int
    tag: int
    sdev: int = 0
    ddev: int = 0
    unit: int = 0
    null: int = 0
    err: int = 0
    incr: int = 0
    fill: int = 0
    sstr: int = 0
    slast: int = 0
    dstr: int = 0
    dlast: int = 0

    def fields(self) -> dict[str, int]:
        """As ports piece_*."""
        return {
            "ch": self.ch, "null": self.null, "err": self.err, "src": self.src, "dst": self.dst, "src_l": self.src_l,
            "dst_l": self.dst_l, "len": self.length, "sdev": self.sdev, "ddev": self.ddev, "unit": self.unit, "tag": self.tag,
            "incr": self.incr, "fill": self.fill, "sstr": self.sstr, "slast": self.slast, "dstr": self.dstr, "dlast": self.dlast,
        }  # fmt: skip

    def read(self, shape: Shape) -> tuple[int, int, int, int, int]:
        """AR: address, len, size, burst, cache."""
        if self.sdev:
            return self.src, self.length // (1 << self.unit) - 1, self.unit, 0, 0
        w = shape.w
        return self.src // w * w, (self.src + self.length - 1) // w - self.src // w, shape.off_w, 1, 3

    def write(self, shape: Shape) -> tuple[int, int, int, int, int]:
        """AW: address, len, size, burst, cache."""
        if self.ddev:
            return self.dst, self.length // (1 << self.unit) - 1, self.unit, 0, 0
        w = shape.w
        return self.dst // w * w, (self.dst + self.length - 1) // w - self.dst // w, shape.off_w, 1, 3

    def words(self, shape: Shape) -> int:
        """Words in the buffer."""
        start = 0 if self.sdev else self.src % shape.w
        return (start + self.length - 1) // shape.w + 1

    def land(self, shape: Shape) -> int:
        """windlass_read's landing record: {device, unit, lane}."""
        return pack((self.sdev, 1), (self.unit, 2), (self.src % shape.w, 6))

    def record(self, shape: Shape, token: int) -> int:
        """windlass_read's record for windlass_write."""
        a = shape.addr_width
        offset = 0 if self.sdev else self.src % shape.w
        return pack(
            (self.ch, shape.ch_w), (token, 1), (self.err if self.null else 0, 4), (self.sdev, 1), (self.ddev, 1), (self.unit, 2),
            (self.dst, a), (self.src_l, a), (self.dst_l, a), (self.length, 13), (offset, shape.off_w), (self.tag, TAG_W),
        )  # fmt: skip

    def info(self, shape: Shape, drop: int) -> int:
        """windlass_write's record for windlass_bresp."""
        a = shape.addr_width
        return pack(
            (self.ch, shape.ch_w), (drop, 1), (self.err, 4), (self.sdev, 1), (self.src_l, a), (self.dst_l, a),
            (self.length, 13), (self.tag, TAG_W),
        )  # fmt: skip


def rec_width(shape: Shape) -> int:
    """REC_W of windlass_read and windlass_write."""
    return shape.ch_w + 1 + 4 + 2 + 2 + 3 * shape.addr_width + 13 + shape.off_w + TAG_W


def info_width(shape: Shape) -> int:
    """INFO_W of windlass_write and windlass_bresp."""
    return shape.ch_w + 1 + 4 + 1 + 2 * shape.addr_width + 13 + TAG_W


def random_piece(rng: random.Random, shape: Shape, channels: int, burst: int = 16, ram: int = 1 << 16) -> Piece:
    """A legal piece: neither side crosses a page or is longer than `burst` beats; one side may be a device."""
    w = shape.w
    kind = rng.choice(["memory", "memory", "memory", "source", "destination", "token"])
    tag, ch = rng.getrandbits(TAG_W), rng.randrange(channels)
    logical = [rng.getrandbits(32), rng.getrandbits(32)]
    if kind == "token":
        return Piece(ch, 0, 0, 0, *logical, tag, null=1, err=rng.choice([0, 5, 6, 7, 9]))
    unit = rng.randrange(min(4, shape.off_w + 1)) if kind != "memory" else 0
    step = 1 << unit
    src, dst = (rng.randrange(ram // 4096 - 1) * 4096 + rng.randrange(4096) // step * step for _ in range(2))
    most = rng.choice([1, 2 * w, burst * w])
    limits = [most]
    if kind == "memory":
        limits += [4096 - src % 4096, 4096 - dst % 4096, burst * w - src % w, burst * w - dst % w]
    else:
        memory = dst if kind == "source" else src
        limits += [4096 - memory % 4096, burst * w - memory % w, min(burst, 16) * step]
    length = max(rng.randrange(1, min(limits) + 1) // step * step, step)
    return Piece(ch, src, dst, length, *logical, tag, int(kind == "source"), int(kind == "destination"), unit)


def piece_length(w: int, burst: int, src: int, dst: int, left: int, device: str, unit: int, units: int) -> int:
    """Length of the next piece, bytes (manual, section 7). `device`: "", "src" or "dst"; `units` is K."""
    limits = [left]
    if device != "src":
        limits.append(4096 - src % 4096)
    if device != "dst":
        limits.append(4096 - dst % 4096)
    so, do = src % w, dst % w
    if not device:
        limits.append(w - max(so, do) if burst == 1 else burst * w - do - (w if so > do else 0))
    else:
        memory = dst if device == "src" else src
        limits += [units * unit, burst * w - memory % w]
    return min(limits)
