"""The records at the back end's seams (headers of windlass_read.v and windlass_write.v), and what a piece becomes on the bus."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .unit import pack

TAG_W = 18


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
    sum: int = 0  # only summed up: incr begins a segment, dlast ends it

    def fields(self) -> dict[str, int]:
        """As ports piece_*."""
        return {
            "ch": self.ch, "null": self.null, "err": self.err, "src": self.src, "dst": self.dst, "src_l": self.src_l,
            "dst_l": self.dst_l, "len": self.length, "len_m1": (self.length - 1) % 4096, "sdev": self.sdev, "ddev": self.ddev, "unit": self.unit, "tag": self.tag,
            "incr": self.incr, "fill": self.fill, "sstr": self.sstr, "slast": self.slast, "dstr": self.dstr, "dlast": self.dlast, "sum": self.sum,
        }  # fmt: skip

    def read(self, shape: Shape) -> tuple[int, int, int, int, int] | None:
        """AR: address, len, size, burst, cache. None: the data come from elsewhere."""
        if self.fill or self.sstr:
            return None
        if self.sdev:
            return self.src, self.length // (1 << self.unit) - 1, self.unit, self.incr, 0
        w = shape.w
        return self.src // w * w, self.words(shape) - 1, shape.off_w, 1, 3

    def write(self, shape: Shape) -> tuple[int, int, int, int, int]:
        """AW: address, len, size, burst, cache."""
        if self.ddev:
            return self.dst, self.length // (1 << self.unit) - 1, self.unit, self.incr, 0
        w = shape.w
        return self.dst // w * w, self.rows(shape) - 1, shape.off_w, 1, 3

    def words(self, shape: Shape) -> int:
        """Words of the bus that the source takes when it is memory, or a stream."""
        return (self.src % shape.w + self.length - 1) // shape.w + 1

    def rows(self, shape: Shape) -> int:
        """Rows in the buffer: beats of the destination."""
        if self.ddev:
            return self.length >> self.unit
        return (self.dst % shape.w + self.length - 1) // shape.w + 1

    def steps(self, shape: Shape) -> int:
        """Words, or with a device side units, that land."""
        if self.sdev or self.ddev:
            return self.length >> self.unit
        return self.rows(shape) if self.fill else self.words(shape)

    def land(self, shape: Shape) -> int:
        """windlass_read's landing record for windlass_land."""
        so, do = self.src % shape.w, self.dst % shape.w
        units = self.sdev or self.ddev
        back = int(not units and not self.fill and do < so)
        over = 0 if units or self.fill else self.rows(shape) - self.words(shape) + back
        wraps = units and (do if self.sdev else so) + (1 << self.unit) >= shape.w
        return pack(
            (self.steps(shape) == 1, 1), (wraps, 1), (self.fill or self.sstr, 1), (self.fill, 1), (self.sdev, 1), (self.ddev, 1), (self.incr, 1), (units, 1), (self.unit, 2),
            (back, 1), (over, 1), (0 if self.fill else (do - so) % shape.w, shape.off_w), (do if self.sdev else so, shape.off_w),
            (self.steps(shape) - 1, 8),
        )  # fmt: skip

    def record(self, shape: Shape) -> int:
        """windlass_read's record for windlass_write."""
        end = (self.dst % shape.w + self.length - 1) % shape.w
        return pack(
            (self.ch, shape.ch_w), (int(self.null and self.err > 0), 1), (self.dstr | self.sum, 1), (self.dlast, 1), (self.ddev | self.sum, 1),
            (self.incr, 1), (self.unit, 2), (self.dst, shape.addr_width), (0 if self.null else self.rows(shape) - 1, 8), (end, shape.off_w),
        )  # fmt: skip


def rec_width(shape: Shape) -> int:
    """REC_W of windlass_read and windlass_write."""
    return shape.ch_w + 7 + shape.addr_width + 8 + shape.off_w


def land_width(shape: Shape) -> int:
    """LAND_W of windlass_read and windlass_land."""
    return 12 + 2 * shape.off_w + 8


def random_piece(
    rng: random.Random,
    shape: Shape,
    channels: int,
    burst: int = 16,
    ram: int = 1 << 16,
    streams: bool = False,
    sums: bool = False,
) -> Piece:
    """A legal piece: neither side crosses a page or is longer than `burst` beats; one side may be a device, or a stream if asked for, or it is a sum."""
    w = shape.w
    kinds = ["memory", "memory", "memory", "fill", "source", "destination", "token"]
    kind = rng.choice(kinds + ["stream in", "stream out", "through", "empty"] * streams + ["sum", "sum"] * sums)
    tag, ch = rng.getrandbits(TAG_W), rng.randrange(channels)
    logical = [rng.getrandbits(32), rng.getrandbits(32)]
    if kind == "token":
        return Piece(ch, 0, 0, 0, *logical, tag, null=1, err=rng.choice([0, 5, 6, 7, 9]))
    if kind == "empty":  # a packet's end without a byte, for a stream or not
        through = rng.getrandbits(1)
        return Piece(ch, 0, rng.randrange(w), 0, *logical, tag, null=1, sstr=1, slast=1, dstr=through, dlast=through)
    if kind == "sum":
        src = rng.randrange(ram - 4096)
        length = rng.randrange(1, min(rng.choice([1, 2 * w, burst * w]), 4096 - src % 4096, burst * w - src % w) + 1)
        null = int(rng.random() < 0.1)  # its look-up was refused
        ends = {"incr": rng.getrandbits(1), "dlast": rng.getrandbits(1), "err": null * rng.choice([5, 6, 7])}
        return Piece(ch, src, 0, length, *logical, tag, null=null, sum=1, **ends)
    device = kind in ("source", "destination")
    unit = rng.randrange(min(4, shape.off_w + 1)) if device else 0
    window = (
        rng.choice([0, 0, rng.randrange(unit, 8)]) if device else 0
    )  # log2 of its bytes, 0: the device's address is fixed
    step = 1 << unit
    src, dst = (rng.randrange(ram // 4096 - 1) * 4096 + rng.randrange(4096) // step * step for _ in range(2))
    most = rng.choice([1, 2 * w, burst * w])
    limits = [most, 4096 - src % 4096, 4096 - dst % 4096, burst * w - src % w, burst * w - dst % w]
    if device:
        memory = dst if kind == "source" else src
        limits = [most, 4096 - memory % 4096, burst * w - memory % w, min(burst, 16) * step]
        if window:
            limits.append(1 << window)
            src, dst = (src >> window << window, dst) if kind == "source" else (src, dst >> window << window)
    length = max(rng.randrange(1, min(limits) + 1) // step * step, step)
    return Piece(
        ch, logical[0] if kind == "fill" else src, dst, length, *logical, tag, int(kind == "source"), int(kind == "destination"), unit, incr=int(window > 0),
        fill=int(kind == "fill"), sstr=int(kind in ("stream in", "through")), dstr=int(kind in ("stream out", "through")),
        slast=rng.getrandbits(1) * (kind in ("stream in", "through")), dlast=rng.getrandbits(1) * (kind in ("stream out", "through")),
    )  # fmt: skip


def one_piece(w: int, burst: int, src: int, dst: int, length: int, device: bool = False) -> bool:
    """Whether a descriptor is told to be one piece: the device is on neither side, it is shorter than half a burst, rounded down to a power of two, and ends within its pages; with
    bursts of less than four beats, within its words.
    """
    if device:
        return False
    power = 1 << (burst.bit_length() - 1)
    if power < 4:
        return length < w and max(src % w, dst % w) + length <= w
    return length < min(power // 2 * w, 2048) and max(src % 4096, dst % 4096) + length <= 4096


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
