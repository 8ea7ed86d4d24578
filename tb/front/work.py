"""Work for the front's bench: channels with random set-ups, and the pieces that section 7 of the programmer's manual makes of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tb.env.seams import piece_length

REGISTER, TABLE, RING, AUTO = range(4)
SINGLE, BLOCK, DEMAND = 1, 2, 3
FLUSH, EOW, LAST, DESC, IRQ, WB, NOP, PHASE, TC, PACED, WRITE, TC_FLAG = (1 << i for i in range(12))


@dataclass
class Descriptor:
    """As windlass_desc hands it over."""

    src: int
    dst: int
    length: int
    irq: int = 0
    wb: int = 0
    tc: int = 0
    nop: int = 0
    eot: int = 0
    err: int = 0
    phase: int = 1


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
    faults: frozenset[int] = frozenset()
    descriptors: list[Descriptor] = field(default_factory=list)

    def config(self) -> int:
        """The CONFIG register."""
        return self.mode | self.sdev << 4 | self.ddev << 6 | self.unit << 8 | self.pacing << 10 | self.units - 1 << 16

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


def segment(
    work: Work, w: int, burst: int, src: int, dst: int, length: int, flags: int, ends: bool, tc: bool
) -> Iterator[Expected]:
    """The pieces of one segment. `ends`: the work ends with it; `tc`: its end is a terminal count."""
    device = "src" if work.sdev else "dst" if work.ddev else ""
    most = min(16, burst)
    units = 1 if work.pacing == SINGLE else min(work.units, most) if work.pacing == DEMAND else most
    paced = PACED if work.pacing else 0
    while length:
        n = piece_length(w, burst, src, dst, length, device, 1 << work.unit, units)
        last = n == length
        tag = (
            flags | paced | (LAST if last else 0) | (EOW if last and ends else 0) | (TC if last and tc and paced else 0)
        )
        a, a_err = (work.device, 0) if work.sdev else work.look_up(src)
        b, b_err = (work.device, 0) if work.ddev else work.look_up(dst)
        src_l, dst_l = work.device if work.sdev else src, work.device if work.ddev else dst
        if a_err or b_err:
            yield Expected(1, a_err or b_err, tag | (0 if a_err else WRITE), src_l=src if a_err else dst)
        else:
            yield Expected(0, 0, tag, a, b, src_l, dst_l, n)
        src, dst, length = src + n, dst + n, length - n


def pieces(work: Work, w: int, burst: int) -> Iterator[Expected]:
    """Everything that the channel gives out until its work ends; without end in auto-initialize mode."""
    if work.bad:
        yield Expected(1, 12, EOW | (DESC if work.mode in (TABLE, RING) else 0), src_l=0)
        return
    if work.mode in (REGISTER, AUTO):
        while True:
            yield from segment(work, w, burst, work.src, work.dst, work.length, 0, work.mode == REGISTER, True)
            if work.mode == REGISTER:
                return
    for d in work.descriptors:
        flags = (
            DESC | (IRQ if d.irq else 0) | (WB if d.wb else 0) | (PHASE if d.phase else 0) | (TC_FLAG if d.tc else 0)
        )
        if d.err:
            yield Expected(1, d.err, flags, src_l=d.src)
            return
        if d.nop:
            yield Expected(1, 0, flags | NOP | LAST | (EOW if d.eot else 0))
        else:
            yield from segment(work, w, burst, d.src, d.dst, d.length, flags, bool(d.eot), bool(d.eot or d.tc))


def draw(rng: random.Random, number: int, w: int, burst: int, bits: int) -> Work:
    """Random work that the engine accepts (or, rarely, refuses as CONFIG)."""
    side = rng.choice([0, 0, 1, 2])
    work = Work(number, rng.randrange(4), int(side == 1), int(side == 2))
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
    for i in range(count):
        d = Descriptor(place(1 << 32), place(1 << 32), size(), *(rng.getrandbits(1) for _ in range(3)))
        d.nop, d.phase = int(rng.random() < 0.15), rng.getrandbits(1)
        d.eot = int(work.mode == TABLE and i == count - 1)
        work.descriptors.append(d)
    if rng.random() < 0.2:
        work.descriptors[-1].err, work.descriptors[-1].eot = rng.choice([8, 9, 10, 11]), 0
    if rng.random() < 0.2:
        some = rng.choice([work.src, work.dst, *[d.src for d in work.descriptors], *[d.dst for d in work.descriptors]])
        work.faults = frozenset({some >> 12})
    return work
