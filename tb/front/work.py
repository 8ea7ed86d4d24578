"""Work for the front's bench: channels with random set-ups, and the pieces that section 7 of the programmer's manual makes of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import cycle

from tb.env.seams import piece_length

REGISTER, TABLE, RING, AUTO = range(4)
SINGLE, BLOCK, DEMAND = 1, 2, 3
FLUSH, EOW, LAST, DESC, IRQ, WB, NOP, PHASE, TC, PACED, WRITE, TC_FLAG = (1 << i for i in range(12))
LINKED, FENCED, MARK, HANDOVER, SLAST, PACKET = (1 << i for i in range(12, 18))
OP_NOP, OP_COPY, OP_FILL, OP_FENCE, OP_LINK, OP_2D, OP_CRC, OP_COMPARE = range(8)


@dataclass
class Descriptor:
    """As windlass_desc hands it over."""

    src: int
    dst: int
    length: int
    irq: int = 0
    wb: int = 0
    tc: int = 0
    op: int = OP_COPY
    eop: int = 0
    value: int = 0
    eot: int = 0
    err: int = 0
    phase: int = 1
    rows: int = 0
    """Those after the first, of a 2-D copy."""
    sstride: int = 0
    dstride: int = 0
    sdev: int = 0
    """Its source is the device."""
    ddev: int = 0

    @property
    def flags(self) -> int:
        """{end of packet, terminal count, write back, interrupt}."""
        return self.eop << 3 | self.tc << 2 | self.wb << 1 | self.irq

    def queued(self, work: Work) -> Descriptor:
        """This one in the queue of the channel that does `work`."""
        if self.err:  # its sides are as those of one that is taken, and without meaning
            return replace(self, sdev=work.sdev, ddev=work.ddev)
        if self.op not in (OP_COPY, OP_FENCE):
            return self
        if self.op == OP_FENCE:
            return replace(self, src=self.value & 0xFFFF_FFFF, length=self.value >> 32)
        return replace(self, sdev=work.sdev, ddev=work.ddev)


@dataclass
class Work:
    """A channel's registers and descriptors."""

    number: int
    mode: int
    sdev: int = 0
    ddev: int = 0
    unit: int = 0
    pacing: int = 0
    units: int = 1
    src: int = 0
    dst: int = 0
    length: int = 1
    device: int = 0
    bypass: int = 0
    bad: int = 0
    cyclic: int = 0
    window: int = 0
    bank: int = 0
    sstr: int = 0
    dstr: int = 0
    most: int = 0  # bytes of a piece for a stream
    flow: list[tuple[int, int]] = field(
        default_factory=list
    )  # what the stream in has for each piece: bytes, the packet ends
    bases: list[tuple[int, int, int]] = field(default_factory=list)  # of the laps from the second on
    handovers: set[int] = field(default_factory=set)  # laps that end with one
    finish: int | None = None  # lap that ends the work
    faults: frozenset[int] = frozenset()
    descriptors: list[Descriptor] = field(default_factory=list)

    def config(self) -> int:
        """The CONFIG register."""
        return (
            self.mode
            | (self.sdev | self.sstr << 1) << 4
            | (self.ddev | self.dstr << 1) << 6
            | self.unit << 8
            | self.pacing << 10
            | self.units - 1 << 16
            | self.cyclic << 13
        )

    def look_up(self, address: int) -> tuple[int, int]:
        """The bench's map: (physical, error). Pages in `faults` are refused."""
        if not self.bypass and address >> 12 in self.faults:
            return 0, 5 + (address >> 12) % 3
        return address ^ (0 if self.bypass else self.number + 1 << 13), 0


@dataclass
class Expected:
    """A piece or token; None is not looked at."""

    null: int
    err: int
    tag: int
    src: int | None = None
    dst: int | None = None
    src_l: int | None = None
    dst_l: int | None = None
    len: int | None = None
    fill: int = 0
    value: int | None = None
    two_d: int = 0
    sum: tuple[int, int, int] = (0, 0, 0)  # it is one, begins its segment, ends it
    streams: tuple[int, int, int, int] = (0, 0, 0, 0)  # sstr, slast, dstr, dlast


class Streams:
    """At which byte of a word the streams of a channel go on, and how many pieces have taken."""

    def __init__(self, work: Work, w: int) -> None:
        self.work, self.w = work, w
        self.taken = self.src = self.dst = 0

    def segment(
        self, burst: int, src: int, dst: int, length: int, flags: int, ends: bool, whole: bool, hand: bool
    ) -> Iterator[Expected]:
        """The pieces of a segment with a stream side. `whole`: its end ends a packet of the stream out."""
        k, w = self.work, self.w
        end = False
        while not end:
            there, closes = k.flow[self.taken] if k.sstr else (k.most, 0)
            memory = 0 if k.sstr and k.dstr else dst if k.sstr else src
            page = length if k.sstr and k.dstr else 4096 - memory % 4096
            n = min(length, there, page, burst * w - memory % w)
            slast = int(closes and n == there)
            end = bool(slast) or n == length
            dlast = int(k.dstr and end and (slast or whole))
            tag = flags | (LAST if end else 0) | (EOW if end and ends else 0) | (HANDOVER if end and hand else 0)
            tag |= SLAST if slast and k.mode != AUTO else 0
            a, a_err = (self.src, 0) if k.sstr else k.look_up(src)
            b, b_err = (self.dst, 0) if k.dstr else k.look_up(dst) if n else (0, 0)
            if a_err or b_err:  # nothing is taken and nothing reserved
                tag = tag & ~SLAST | (0 if a_err else WRITE)
                yield Expected(1, a_err or b_err, tag, src_l=src if a_err else None, dst_l=None if a_err else dst)
            else:
                yield Expected(
                    int(not n),
                    0,
                    tag,
                    a if n else None,
                    b if n else None,
                    src,
                    dst,
                    n,
                    streams=(k.sstr, slast, k.dstr, dlast),
                )
                self.taken += k.sstr
                self.src = 0 if slast else (self.src + n) % w
                self.dst = 0 if dlast else (self.dst + n) % w
            src, dst, length = src + n, dst + n, length - n


def two_d(work: Work, w: int, burst: int, d: Descriptor, flags: int, ends: bool) -> Iterator[Expected]:
    """The pieces of a 2-D copy: those of its rows; only the last piece of the last one ends the segment."""
    for row in range(d.rows + 1):
        src, dst = d.src + row * d.sstride, d.dst + row * d.dstride
        for piece in segment(work, w, burst, src, dst, d.length, flags, ends, False):
            if row < d.rows:
                piece.tag &= ~(LAST | EOW)
            piece.two_d = 1
            yield piece


def summed(work: Work, w: int, burst: int, d: Descriptor, flags: int, ends: bool) -> Iterator[Expected]:
    """The pieces of a CRC32C or COMPARE: the source alone; the destination stays as the descriptor has it."""
    src, left = d.src, d.length
    while left:
        n = min(left, 4096 - src % 4096, burst * w - src % w)
        last = n == left
        tag = flags | (LAST if last else 0) | (EOW if last and ends else 0) | (FENCED if last and d.op == OP_CRC else 0)
        a, err = work.look_up(src)
        end = (1, int(left == d.length), int(last))
        yield Expected(
            int(err > 0), err, tag, None if err else a, None if err else 0, src, d.dst, None if err else n, sum=end
        )
        src, left = src + n, left - n


def segment(
    work: Work,
    w: int,
    burst: int,
    src: int,
    dst: int,
    length: int,
    flags: int,
    ends: bool,
    tc: bool,
    fill: bool = False,
    hand: bool = False,
) -> Iterator[Expected]:
    """The pieces of one segment. `ends`: the work ends with it; `tc`: its end is a terminal count."""
    device = "src" if work.sdev else "dst" if work.ddev else ""
    most = min(16, burst)
    units = 1 if work.pacing == SINGLE else min(work.units, most) if work.pacing == DEMAND else most
    if work.window:
        units = min(units, (1 << work.window) // (1 << work.unit))
    paced = PACED if work.pacing and not fill else 0
    while length:
        if fill:
            n = min(length, 4096 - dst % 4096, burst * w - dst % w)
        else:
            n = piece_length(w, burst, src, dst, length, device, 1 << work.unit, units)
        last = n == length
        tag = (
            flags
            | paced
            | (LAST if last else 0)
            | (EOW if last and ends else 0)
            | (TC if last and tc and paced else 0)
            | (HANDOVER if last and hand else 0)
        )
        a, a_err = (src, 0) if fill else (work.device, 0) if work.sdev else work.look_up(src)
        b, b_err = (work.device, 0) if work.ddev else work.look_up(dst)
        src_l, dst_l = work.device if work.sdev and not fill else src, work.device if work.ddev else dst
        if a_err or b_err:
            yield Expected(
                1,
                a_err or b_err,
                tag | (0 if a_err else WRITE),
                src_l=src if a_err else None,
                dst_l=None if a_err else dst,
            )
        else:
            yield Expected(0, 0, tag, a, b, src_l, dst_l, n, int(fill))
        src, dst, length = src if fill else src + n, dst + n, length - n


def pieces(work: Work, w: int, burst: int) -> Iterator[Expected]:
    """Everything that the channel gives out until its work ends; without end in auto-initialize mode."""
    streams = Streams(work, w)
    if work.bad:
        yield Expected(1, 12, EOW | (DESC if work.mode in (TABLE, RING) else 0), src_l=0)
        return
    if work.mode == REGISTER:
        if work.sstr or work.dstr:
            yield from streams.segment(burst, work.src, work.dst, work.length, 0, True, True, False)
        else:
            yield from segment(work, w, burst, work.src, work.dst, work.length, 0, True, True)
        return
    lap, base, bases = 0, (work.src, work.dst, work.length), iter(work.bases)
    while work.mode == AUTO:
        ends = lap == work.finish
        hand = lap in work.handovers
        if work.sstr or work.dstr:
            yield from streams.segment(burst, *base, 0, ends, True, hand)
        else:
            yield from segment(work, w, burst, *base, 0, ends, True, hand=hand)
        if ends:
            return
        if lap in work.handovers:
            base = next(bases)
        lap += 1
    for d in cycle(work.descriptors) if work.cyclic else work.descriptors:
        end = d.eot and (not work.cyclic or lap == work.finish)
        lap += d.eot
        flags = (
            DESC
            | (IRQ if d.irq else 0)
            | (WB if d.wb else 0)
            | (PHASE if d.phase else 0)
            | (TC_FLAG if d.tc else 0)
            | (PACKET if d.eop else 0)
        )
        if d.err:
            yield Expected(1, d.err, flags, src_l=None if work.sdev else d.src)
            return
        if d.op == OP_NOP:
            yield Expected(1, 0, flags | NOP | LAST | (EOW if end else 0))
        elif d.op == OP_FENCE:
            yield Expected(1, 0, flags | FENCED | LAST | (EOW if end else 0), dst_l=d.dst, value=d.value)
        elif d.op == OP_LINK:
            yield Expected(1, 0, flags | LINKED | LAST, src_l=d.src)
        elif d.op in (OP_CRC, OP_COMPARE):
            yield from summed(work, w, burst, d, flags, bool(end))
        elif d.op == OP_2D:
            yield from two_d(work, w, burst, d, flags, bool(end))
        elif (work.sstr or work.dstr) and d.op != OP_FILL:
            yield from streams.segment(burst, d.src, d.dst, d.length, flags, bool(end), bool(d.eop), False)
        else:
            yield from segment(
                work, w, burst, d.src, d.dst, d.length, flags, bool(end), bool(d.eot or d.tc), d.op == OP_FILL
            )
        if end:
            return


def draw(rng: random.Random, number: int, w: int, burst: int, bits: int, rows: bool, most: int, sums: bool) -> Work:
    """Random work that the engine accepts (or, rarely, refuses as CONFIG). `rows`: 2-D copies are built, `sums`: CRC32C and COMPARE; `most`: words of a stream in a piece,
    0: it has none."""
    side = rng.choice([0, 0, 1, 2])
    work = Work(number, rng.randrange(4), int(side == 1), int(side == 2))
    if most and rng.random() < 0.6:
        side, work.sdev, work.ddev = 0, 0, 0
        work.sstr, work.dstr = rng.choice([(0, 1), (1, 0), (1, 1)])
        work.most = most * w
    work.unit = rng.randrange(min(4, w.bit_length())) if side else 0
    work.pacing, work.units = (rng.randrange(4), rng.randrange(1, 17)) if side else (0, 1)
    step = 1 << work.unit
    wide = 1 << min(bits, 34)

    def place(limit: int) -> int:
        return (
            rng.randrange(limit) // 4096 * 4096
            + rng.choice([0, 4096 - 2 * w, rng.randrange(4096)]) // step * step % 4096
        )

    def size() -> int:
        most = min(9000, 40 * (step if work.pacing in (SINGLE, DEMAND) else burst * w))  # some tens of pieces
        return max(
            min(rng.choice([1, w, 2 * w, rng.randrange(1, 6 * w), rng.randrange(1, 9000)]), most) // step * step, step
        )

    work.src, work.dst, work.length = place(wide), place(wide), size()
    work.device, work.bypass = rng.randrange(1 << 20) * 8, int(rng.random() < 0.3)
    work.bad = int(rng.random() < 0.05)
    count = rng.randrange(1, 12)
    if side and rng.random() < 0.3:
        work.window = rng.randrange(max(2, work.unit), 13)
    for i in range(count):
        d = Descriptor(place(1 << 32), place(1 << 32), size(), *(rng.getrandbits(1) for _ in range(3)))
        d.op = rng.choice([OP_NOP, OP_FENCE, OP_LINK, OP_FILL, OP_FILL] + [OP_COPY] * 8)
        if d.op == OP_FILL and (work.ddev or work.dstr):
            d.op = OP_COPY
        if d.op == OP_COPY and rows and not (side or work.sstr or work.dstr) and rng.random() < 0.4:
            d.op, d.rows, d.length = OP_2D, rng.choice([0, 1, rng.randrange(12)]), -(-d.length // rng.randrange(1, 12))
            d.src, d.dst = ((at >> 1) + 0x10000 for at in (d.src, d.dst))  # rows neither way leave the address space
            d.sstride, d.dstride = rng.randrange(-2000, 2000), rng.randrange(-2000, 2000)
        if d.op == OP_COPY and sums and not (side or work.sstr or work.dstr) and rng.random() < 0.4:
            d.op = rng.choice([OP_CRC, OP_COMPARE])
        d.phase, d.eop, d.value = rng.getrandbits(1), rng.getrandbits(1), rng.getrandbits(64)
        d.eot = int((work.mode == TABLE or bool(work.cyclic)) and i == count - 1 and d.op != OP_LINK)
        if i == count - 1 and work.mode == TABLE and d.op == OP_LINK:
            d.op, d.eot = OP_NOP, 1
        work.descriptors.append(d)
    if rng.random() < (0.6 if side else 0.2):
        work.descriptors[-1].err, work.descriptors[-1].eot = rng.choice([8, 9, 10, 11]), 0
    if rng.random() < 0.2:
        some = rng.choice([work.src, work.dst, *[d.src for d in work.descriptors], *[d.dst for d in work.descriptors]])
        work.faults = frozenset({some >> 12})
    return work
