"""Drivers: pause, resume, finish, next and resets at random times. See tb/top/drivers.py.

Where a command lands in the work depends on timing; what must hold wherever it lands is asserted here, and values that do not depend on it are
returned.
"""

from __future__ import annotations

import random

from windlass import regs
from windlass.platform import Platform

from .kit import (
    ABORT,
    ACTIVE,
    AUTO,
    COPY,
    CYCLIC,
    DONE,
    FINISH,
    HAND_OVER,
    IRQ,
    NEXT,
    PAUSE,
    PAUSED,
    PENDING,
    PHASE,
    REGISTER,
    RESET,
    RESUME,
    RING,
    SOURCE,
    START,
    TABLE,
    TABLES,
    TARGET,
    WB,
    chan,
    cmd,
    descriptor,
    digest,
    grant,
    idle,
    memory,
    position,
    r,
    refused,
    scrub,
    until,
    w,
)

LENGTH = 20_000
EACH = 97
"""Bytes of a descriptor here; tables have 200."""


def begin(p: Platform, c: int, mode: int) -> None:
    """Start work of a mode: LENGTH bytes from SOURCE + 3 to TARGET + 5, or 200 descriptors of EACH bytes."""
    w(
        p,
        c,
        config=mode,
        src_lo=SOURCE + 3,
        dst_lo=TARGET + 5,
        length=LENGTH,
        desc_lo=TABLES,
        desc_count=200,
        producer=200,
    )
    cmd(p, c, START)


def prepare(p: Platform, seed: int) -> tuple[random.Random, bytes]:
    """Data, the table, the grant of channel 0."""
    rng, data = memory(p, seed)
    blob = b"".join(
        descriptor(False, SOURCE + 3 + EACH * i, TARGET + 5 + EACH * i, EACH, COPY | PHASE | rng.choice([0, 0, IRQ]))
        for i in range(200)
    )
    p.write_mem(TABLES, blob)
    grant(p, 0)
    return rng, data[3:]


def committed(p: Platform, data: bytes, total: int) -> int:
    """POS of a channel that stands still, when the memory is what it says, to the byte."""
    pos = position(p, 0)
    assert p.read_mem(TARGET + 5, total) == data[:pos] + bytes(total - pos), f"not what position {pos} says"
    return pos


def pauses(p: Platform, seed: int, mode: int) -> list[object]:
    """Paused, POS stands still and is exact; resumed, nothing is lost or repeated; at any time, any number of times."""
    rng, data = prepare(p, seed)
    w(p, 0, irq_enable=0)
    total = LENGTH if mode == REGISTER else 200 * EACH
    out: list[object] = []
    for _ in range(4):
        p.write_mem(TARGET, bytes(LENGTH + 16))
        begin(p, 0, mode)
        for _ in range(8):
            p.wait_cycles(rng.choice([0, 1, rng.randrange(40), rng.randrange(900)]))
            cmd(p, 0, PAUSE)
            if rng.random() < 0.3:
                cmd(p, 0, RESUME)
                continue
            until(p, lambda: r(p, 0, regs.STATUS, live=True) & PAUSED or idle(p, 0), "PAUSED", step=7)
            pos = committed(p, data, total)
            status = r(p, 0, regs.STATUS, live=True)
            p.wait_cycles(rng.randrange(200))
            assert (position(p, 0), r(p, 0, regs.STATUS, live=True)) == (pos, status)
            cmd(p, 0, RESUME)
        until(p, lambda: over(p, mode), "the end")
        if mode == RING:
            cmd(p, 0, ABORT)
            until(p, lambda: idle(p, 0), "ABORTED")
        assert committed(p, data, total) == total
        out += [r(p, 0, x) for x in (regs.STATUS, regs.POS_LO, regs.IRQ_STATUS, regs.IRQ_EVENTS)]
    return [*out, digest(p)]


def over(p: Platform, mode: int) -> bool:
    """All work of :func:`begin` is done."""
    if mode == RING:
        return r(p, 0, regs.CONSUMER, live=True) == 200
    return idle(p, 0)


def ends_while_paused(p: Platform, seed: int) -> list[object]:
    """ABORT and RESET of a paused channel; its neighbour never notices; START is possible at once."""
    rng, data = prepare(p, seed)
    out: list[object] = []
    if 8 * p.params.max_burst * p.params.word_bytes > LENGTH:
        grant(p, 0, sched=256 << regs.SCHED_RATE_LSB)  # else all of it is under way before PAUSE, and ends instead
    for command in (ABORT, RESET, ABORT, RESET):
        p.write_mem(TARGET, bytes(LENGTH + 16))
        w(p, 0, irq_enable=63)
        begin(p, 0, rng.choice([REGISTER, TABLE]))
        p.wait_cycles(rng.randrange(2000 // p.params.word_bytes))
        cmd(p, 0, PAUSE)
        until(p, lambda: r(p, 0, regs.STATUS, live=True) & PAUSED, "PAUSED", step=5)
        cmd(p, 0, command)
        until(p, lambda: idle(p, 0), "the ending", step=5)
        committed(p, data, LENGTH)
        assert r(p, 0, regs.STATUS) == 8, "an ended channel is not paused"
        out.append((r(p, 0, regs.IRQ_STATUS) & 0x19, r(p, 0, regs.IRQ_ENABLE)))
        w(p, 0, irq_status=63)
    grant(p, 0, sched=0)
    scrub(p)
    return out


def finishes(p: Platform, seed: int) -> list[object]:
    """FINISH at any time ends auto-initialize with a whole number of laps, SEGDONE at LENGTH."""
    rng, data = prepare(p, seed)
    w(p, 0, irq_enable=DONE)
    out: list[object] = []
    for _ in range(10):
        n = rng.choice([1, 8, 61, rng.randrange(1, 600), rng.randrange(1, 6000)])
        w(p, 0, config=AUTO, src_lo=SOURCE + 3, dst_lo=TARGET + 5, length=n, period=rng.choice([0, n]))
        cmd(p, 0, START)
        p.wait_cycles(rng.choice([0, rng.randrange(2000)]))
        cmd(p, 0, FINISH)
        p.wait_irq(200_000)
        w(p, 0, irq_status=63)
        pos = position(p, 0)
        assert pos > 0 and pos % n == 0 and p.read_mem(TARGET + 5, n) == data[:n]
        out += [r(p, 0, x) for x in (regs.STATUS, regs.SEGDONE, regs.COUNT)]
    return [*out, digest(p)]


def hand_overs(p: Platform, seed: int) -> list[object]:
    """A chain of queued bases: each is done in whole laps, its event comes when the one before is all there, registers change places."""
    rng, data = prepare(p, seed)
    w(p, 0, irq_enable=NEXT | DONE)
    bases = [(rng.randrange(0x8000), 0x1800 * i + rng.randrange(64), rng.randrange(1, 5000)) for i in range(9)]
    p.write_mem(TARGET, bytes(0x1800 * 10))
    out: list[object] = []

    def values(names: str) -> tuple[int, ...]:
        return tuple(r(p, 0, getattr(regs, names + x)) for x in ("SRC_LO", "DST_LO", "LENGTH"))

    def addresses(i: int) -> tuple[int, int, int]:
        return SOURCE + 3 + bases[i][0], TARGET + bases[i][1], bases[i][2]

    src, dst, n = addresses(0)
    w(p, 0, config=AUTO, src_lo=src, dst_lo=dst, length=n, period=0)
    cmd(p, 0, START)
    for i in range(1, len(bases)):
        p.wait_cycles(rng.choice([0, rng.randrange(900)]))
        src, dst, n = addresses(i)
        w(p, 0, next_src_lo=src, next_src_hi=0, next_dst_lo=dst, next_dst_hi=0, next_length=n)
        cmd(p, 0, HAND_OVER)
        p.wait_irq(200_000)
        w(p, 0, irq_status=NEXT)
        before = bases[i - 1]
        assert p.read_mem(TARGET + before[1], before[2]) == data[before[0] : before[0] + before[2]], f"base {i - 1}"
        assert r(p, 0, regs.STATUS) == ACTIVE
        assert (values(""), values("NEXT_")) == (addresses(i), addresses(i - 1))
    cmd(p, 0, FINISH)
    p.wait_irq(200_000)
    w(p, 0, irq_status=63)
    out += [r(p, 0, x) for x in (regs.STATUS, regs.SEGDONE, regs.IRQ_EVENTS)]
    return [*out, digest(p)]


def queued_while_paused(p: Platform, seed: int) -> list[object]:
    """What NEXT refuses, with a channel that stands still; an ABORT drops the hand-over; FINISH and NEXT of one lap both happen."""
    rng, _ = prepare(p, seed)
    out: list[object] = []
    base = {"src_lo": SOURCE, "dst_lo": TARGET, "length": 5000}
    following = {"next_src_lo": SOURCE + 0x6001, "next_dst_lo": TARGET + 0x6000, "next_length": 3000}

    def paused() -> None:
        w(p, 0, irq_enable=NEXT | DONE | 16, config=AUTO, **base)
        cmd(p, 0, START)
        p.wait_cycles(rng.randrange(600))
        cmd(p, 0, PAUSE)
        until(p, lambda: r(p, 0, regs.STATUS, live=True) & PAUSED, "PAUSED", step=5)
        w(p, 0, **following)

    def refusals() -> list[bool]:
        names = ("NEXT_SRC_LO", "NEXT_SRC_HI", "NEXT_DST_LO", "NEXT_DST_HI", "NEXT_LENGTH")
        return [refused(p, chan(0, regs.CMD), HAND_OVER), *[refused(p, chan(0, getattr(regs, n)), 1) for n in names]]

    out.append(refusals()[0])  # not ACTIVE
    w(p, 0, next_length=0)
    paused()
    w(p, 0, next_length=0)
    out.append(refused(p, chan(0, regs.CMD), HAND_OVER))
    w(p, 0, next_length=3000)
    cmd(p, 0, HAND_OVER)
    out += [r(p, 0, regs.STATUS) == ACTIVE | PAUSED | PENDING, refusals()]
    cmd(p, 0, ABORT)
    p.wait_irq(50_000)
    w(p, 0, irq_status=63)
    out += [r(p, 0, x) for x in (regs.STATUS, regs.LENGTH, regs.NEXT_LENGTH, regs.SRC_LO)]
    paused()
    cmd(p, 0, HAND_OVER)
    cmd(p, 0, FINISH)
    cmd(p, 0, RESUME)
    until(p, lambda: idle(p, 0), "the lap's end")
    out += [
        r(p, 0, x) for x in (regs.STATUS, regs.IRQ_STATUS, regs.LENGTH, regs.NEXT_LENGTH, regs.SRC_LO, regs.SEGDONE)
    ]
    w(p, 0, irq_status=63, config=REGISTER)
    cmd(p, 0, START)
    out.append(refused(p, chan(0, regs.CMD), HAND_OVER))  # another mode, or no more ACTIVE
    until(p, lambda: idle(p, 0), "the end")
    return [*out, digest(p)]


def channel_resets(p: Platform, seed: int) -> list[object]:
    """RESET of a channel at any time in any mode: drained, exact, silent; its neighbours end well and it starts again at once."""
    rng, data = prepare(p, seed)
    n = min(p.params.channels, 16)  # the board's memory has room for so many
    for c in range(1, n):
        grant(p, c)
    out: list[object] = []
    for _ in range(10):
        p.write_mem(TARGET, bytes(LENGTH + 16))
        w(p, 0, irq_enable=63, coalesce=0x0001_0004, irq_status=63)
        for c in range(1, n):
            w(
                p,
                c,
                config=0,
                src_lo=SOURCE + 100 * c,
                dst_lo=0x20000 + 0x1000 * c,
                length=1500,
                irq_enable=0,
                irq_status=63,
            )
            cmd(p, c, START)
        mode = rng.choice([REGISTER, TABLE, RING])
        begin(p, 0, mode)
        p.wait_cycles(rng.choice([0, rng.randrange(60), rng.randrange(700)]))
        cmd(p, 0, RESET)
        until(p, lambda: idle(p, 0), "the reset", step=3)
        pos = committed(p, data, LENGTH)
        for c in range(1, n):
            until(p, lambda c=c: idle(p, c), f"the end of channel {c}")  # type: ignore[misc]
            want = data[100 * c - 3 : 100 * c + 1497]
            assert p.read_mem(0x20000 + 0x1000 * c, 1500) == want, f"channel {c} was disturbed"
            out.append((r(p, c, regs.STATUS), r(p, c, regs.IRQ_STATUS)))
        status, total = r(p, 0, regs.STATUS, live=True), LENGTH if mode == REGISTER else 200 * EACH
        assert status == 8 or (status == 0 and pos == total and mode != RING), f"{status:#x} at {pos}"
        out.append(tuple(r(p, 0, x) for x in (regs.IRQ_STATUS, regs.IRQ_ENABLE, regs.COALESCE, regs.PRODUCER)))
    scrub(p)
    return out


def engine_resets(p: Platform, seed: int) -> list[object]:
    """Soft reset of the engine under full load at any time: all drained and exact, globals as after reset, map and grants kept."""
    rng, data = prepare(p, seed)
    n, out = min(p.params.channels, 16), []  # the board's memory has room for so many
    for _ in range(5):
        for c in range(n):
            grant(p, c, sched=c + 1)
            p.write_mem(TARGET + 0x1800 * c, bytes(0x1800))
            w(p, c, config=0, src_lo=SOURCE + 3, dst_lo=TARGET + 0x1800 * c, length=0x1400 + c, irq_enable=63)
            cmd(p, c, START)
        p.csr_write32(regs.ARB, 2)
        p.csr_write32(regs.TIMEOUT, 60_000)
        p.csr_write32(regs.ENGINE_IRQ, 3)
        p.wait_cycles(rng.choice([0, rng.randrange(100), rng.randrange(1200)]))
        p.csr_write32(regs.RESET, 1)
        until(p, lambda: not p.csr_read32(regs.ENGINE, live=True) & 1, "the reset", step=5)
        out.append(
            tuple(p.csr_read32(x) for x in (regs.ARB, regs.TIMEOUT, regs.ENGINE, regs.ENGINE_IRQ, regs.FAULT_STATUS))
        )
        for c in range(n):
            pos, status = position(p, c), r(p, c, regs.STATUS, live=True)
            assert status == 8 or (status == 0 and pos == 0x1400 + c), f"channel {c}: {status:#x} at {pos}"
            assert p.read_mem(TARGET + 0x1800 * c, 0x1800) == data[:pos] + bytes(0x1800 - pos), f"channel {c}"
            out.append((r(p, c, regs.IRQ_STATUS), r(p, c, regs.IRQ_ENABLE), p.csr_read32(0x1000 + 0x40 * c + 12)))
    begin(p, 0, TABLE)
    until(p, lambda: idle(p, 0), "the end")
    out += [r(p, 0, regs.STATUS), p.read_mem(TARGET + 5, 200 * EACH)]
    scrub(p)
    return out


def cyclic_pauses(p: Platform, seed: int) -> list[object]:
    """A cyclic ring, paused at random: POS is the laps, places and bytes that CONSUMER and SEGDONE tell. With write-back its second lap is
    refused, since a written-back descriptor was not renewed."""
    rng, data = memory(p, seed)
    n = 7
    grant(p, 0)
    blob = b"".join(descriptor(False, SOURCE + 200 * i, TARGET + 200 * i, 150 + i, COPY) for i in range(n))
    p.write_mem(TABLES, blob)
    w(p, 0, config=RING | CYCLIC, desc_lo=TABLES, desc_count=n, irq_enable=0)
    cmd(p, 0, START)
    lap = sum(150 + i for i in range(n))
    for _ in range(12):
        p.wait_cycles(rng.randrange(400))
        cmd(p, 0, PAUSE)
        until(p, lambda: r(p, 0, regs.STATUS, live=True) & PAUSED, "PAUSED", step=5)
        laps, place = divmod(r(p, 0, regs.CONSUMER, live=True), n)
        done = r(p, 0, regs.SEGDONE, live=True)
        assert position(p, 0) == laps * lap + sum(150 + i for i in range(place)) + done
        cmd(p, 0, RESUME)
    cmd(p, 0, FINISH)
    until(p, lambda: idle(p, 0), "the last place")
    for i in range(n):
        assert p.read_mem(TARGET + 200 * i, 150 + i) == data[200 * i : 200 * i + 150 + i]
    out: list[object] = [r(p, 0, regs.STATUS), r(p, 0, regs.CONSUMER, live=True) % n]
    p.write_mem(TABLES + 12, (COPY | WB).to_bytes(4, "little"))
    cmd(p, 0, START)
    until(p, lambda: idle(p, 0), "the refusal")
    consumer = r(p, 0, regs.CONSUMER, live=True)  # laps that had been fetched before the write-back may come first
    assert consumer % n == 0 and position(p, 0) == consumer // n * lap
    return [
        *out,
        r(p, 0, regs.STATUS, live=True) & 0xFFFF,
        r(p, 0, regs.FADDR_LO),
        p.read_mem(TABLES, 16 * n),
        digest(p),
    ]
