"""Random tables and rings of descriptors, and what section 6 of the manual says of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tb.env.seams import one_piece

BUS, STALE, BAD, MAP = 8, 9, 10, 11
NOP, COPY, FILL, FENCE, LINK, COPY2D, CRC32C, COMPARE = range(8)
TABLE, RING, CYCLIC = range(3)


@dataclass
class Descriptor:
    """One descriptor, as its eight words mean it."""

    op: int = COPY
    src: int = 0
    dst: int = 0
    length: int = 1
    flags: int = 0  # bits 11:8 of the control word
    rest: int = 0  # other bits of it
    rows: int = 0
    sstride: int = 0
    dstride: int = 0

    def words(self, wide: bool) -> list[int]:
        """As it lies in memory."""
        control = self.op | self.flags << 8 | self.rows << 16 | self.rest
        low, high = lambda v: v & 0xFFFF_FFFF, lambda v: v >> 32
        if wide:
            return [
                low(self.src),
                high(self.src),
                low(self.dst),
                high(self.dst),
                self.length,
                control,
                self.sstride,
                self.dstride,
            ]
        return [low(self.src), low(self.dst), self.length, control]


@dataclass
class Channel:
    """A channel's work in order, what is wrong with it, and what has come out. An error response concerns all descriptors of its word, a
    map error all of its page."""

    mode: int
    wide: bool
    word: int
    types: tuple[int, int]
    unit: int
    two_d: bool
    crc: bool
    burst: int
    bits: int
    order: list[tuple[int, Descriptor]] = field(default_factory=list)
    base: int = 0
    count: int = 0
    bus_error: int | None = None
    map_error: int | None = None
    taken: int = 0
    ended: bool = False
    producer: int = 0

    def malformed(self, d: Descriptor) -> bool:
        """DESC_BAD, by the manual's list."""
        unit, (stype, dtype) = 1 << self.unit, self.types
        known_op = d.op <= LINK or (d.op == COPY2D and self.two_d and self.wide and self.types == (0, 0))
        known_op = known_op or (d.op in (CRC32C, COMPARE) and self.crc and self.types == (0, 0))
        bad = not known_op or d.rest & 0x7000_F0F0 or (d.rows and d.op != COPY2D)
        if d.op in (COPY, FILL, COPY2D, CRC32C, COMPARE):
            bad = bad or d.length == 0
        if d.op == COPY and 1 in self.types:
            bad = bad or d.length % unit or (d.dst if stype == 1 else d.src) % unit
        if d.op == FILL:
            bad = bad or dtype != 0
        if d.op in (FENCE, LINK, CRC32C):
            bad = bad or d.flags & 2
        if d.op in (FENCE, CRC32C):
            bad = bad or d.dst % 8
        if d.op == LINK:
            bad = bad or self.mode != TABLE or d.src % (32 if self.wide else 16) or not 1 <= d.length <= 65535
        return bool(bad)

    def judge(self, n: int) -> dict[str, int]:
        """What the n-th descriptor since START must look like."""
        lap, place = divmod(n, len(self.order)) if self.mode != TABLE else (0, n)
        address, d = self.order[place]
        size, mask = 32 if self.wide else 16, (1 << self.bits) - 1
        if self.map_error is not None and address >> 12 == self.map_error >> 12:
            return {"d_err": MAP}
        if self.bus_error is not None and any(
            a // self.word == b // self.word
            for a in (address, address + size - 1)
            for b in (self.bus_error, self.bus_error + size - 1)
        ):
            return {"d_err": BUS}
        if self.mode != CYCLIC and d.rest >> 31 != 1 - lap % 2:
            return {"d_err": STALE}
        if self.malformed(d):
            return {"d_err": BAD}
        last = place == len(self.order) - 1 and self.mode != RING
        out = {
            "d_op": d.op, "d_flags": d.flags,
            "d_eot": int(last and d.op != LINK), "d_err": 0, "d_phase": d.rest >> 31,
            "d_sdev": int(d.op == COPY and self.types[0] == 1), "d_ddev": int(d.op == COPY and self.types[1] == 1),
        }  # fmt: skip
        if d.op != NOP:
            out |= {"d_dst": d.dst & mask}
        if d.op == FENCE:
            value = d.src if self.wide else d.length << 32 | d.src
            out |= {"d_src": (d.src if self.wide else value & 0xFFFF_FFFF) & mask, "d_len": value >> 32}
        elif d.op != NOP:
            out |= {"d_src": d.src & mask, "d_len": d.length}
            whole = one_piece(self.word, self.burst, d.src, d.dst, d.length, bool(out["d_sdev"] or out["d_ddev"]))
            out |= {"d_whole": int(whole)} if d.op != LINK else {}
        if d.op == COPY2D:
            out |= {"d_rows": d.rows, "d_sstride": d.sstride, "d_dstride": d.dstride}
        return out


def draw(rng: Any, mode: int, lower: int, dut: Any) -> Channel:
    """A random channel: mostly sound descriptors, perhaps one that is not; a table may go on elsewhere, twice."""
    bits, word = dut.ADDR_WIDTH.value.to_unsigned(), dut.DATA_WIDTH.value.to_unsigned() // 8
    wide, types = rng.random() < 0.5, rng.choice([(0, 0), (0, 0), (1, 0), (0, 1), (2, 0), (0, 2), (2, 2)])
    ch = Channel(
        mode,
        wide,
        word,
        types,
        rng.randrange(3),
        bool(dut.TWO_D.value.to_unsigned()),
        bool(dut.CRC.value.to_unsigned()),
        dut.MAX_BURST.value.to_unsigned(),
        bits,
    )
    size, unit = 32 if wide else 16, 1 << ch.unit
    address = lambda to: rng.getrandbits(64 if wide else 32) // to * to
    tables = 1 if mode != TABLE else rng.randrange(1, 4)
    bases = [
        lower
        + 0x4000 * t
        + rng.randrange(2) * 4096
        + rng.choice([0, size, 4096 - 2 * size, rng.randrange(4096 // size) * size])
        for t in range(tables)
    ]
    counts = [rng.randrange(3, 40 // tables) for _ in range(tables)]
    for t, (base, count) in enumerate(zip(bases, counts, strict=True)):
        for i in range(count if t == tables - 1 else rng.randrange(count)):
            op = rng.choice(
                [COPY, COPY, COPY, COPY, NOP, FENCE]
                + [FILL] * (types[1] == 0)
                + [COPY2D] * (ch.two_d and wide and types == (0, 0))
                + [CRC32C, COMPARE] * (ch.crc and types == (0, 0))
            )
            flags = rng.getrandbits(4) & (13 if op in (FENCE, CRC32C) else 15)
            d = Descriptor(
                op,
                address(unit),
                address(8 if op in (FENCE, CRC32C) else unit),
                rng.randrange(1, 1 << 20) * unit,
                flags,
                1 << 31,
            )
            if op == COPY2D:
                d.rows, d.sstride, d.dstride = rng.getrandbits(12), rng.getrandbits(32), rng.getrandbits(32)
            if op in (NOP, FENCE):
                d.length = rng.getrandbits(32)
            elif rng.random() < 0.7:
                d.length = rng.randrange(1, max(ch.burst * word // (2 * unit), 2)) * unit
                ends = rng.choice([-1, 0, 1]) * unit  # before, at or behind the end of a page
                if rng.random() < 0.4:
                    d.src = d.src // 4096 * 4096 + (4096 - d.length + ends) % 4096
                elif rng.random() < 0.5 and op != CRC32C:
                    d.dst = d.dst // 4096 * 4096 + (4096 - d.length + ends) % 4096
            if mode == CYCLIC:
                d.rest = rng.getrandbits(1) << 31
            ch.order.append((base + size * i, d))
        if t < tables - 1:
            at = base + size * (len(ch.order) - sum(1 for a, _ in ch.order if not base <= a < base + size * count))
            ch.order.append(
                (at, Descriptor(LINK, bases[t + 1], address(1), counts[t + 1], rng.getrandbits(4) & 13, 1 << 31))
            )
    ch.base, ch.count = bases[0], counts[0]
    if rng.random() < 0.7:
        at, d = rng.choice(ch.order)
        kind = rng.choice(["bus", "map", "stale", "op", "reserved", "zero", "odd", "rows", "fence", "link", "wb"])
        if kind == "bus":
            ch.bus_error = at
        elif kind == "map":
            ch.map_error = at
        elif kind == "stale":
            d.rest ^= 1 << 31
        elif kind == "op":
            d.op = rng.randrange(5, 16)
        elif kind == "reserved":
            d.rest |= 1 << rng.choice([4, 7, 12, 15, 28, 30])
        elif kind == "zero":
            d.length = 0
        elif kind == "odd":
            d.src, d.dst = d.src + 1, d.dst + 1
        elif kind == "rows":
            d.rows = 1 << rng.randrange(12)
        elif kind == "wb":
            d.flags |= 2
        else:
            d.op = FENCE if kind == "fence" else LINK
            d.src, d.dst, d.length = address(16) + rng.choice([0, 1, 16]), address(1), rng.choice([0, 1 << 16, 5])
            if d.op == LINK and not ch.malformed(d):
                d.length = 0
    return ch
