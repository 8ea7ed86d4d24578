"""Drivers: interrupt coalescing, arbitration, rate caps, counters, map locks, windowed devices. See tb/top/drivers.py."""

from __future__ import annotations

from windlass import regs
from windlass.platform import Platform

from .kit import (
    ABORT,
    ACTIVE,
    AUTO,
    COPY,
    DESC,
    DONE,
    ERROR,
    FROM_DEVICE,
    IRQ,
    PAUSE,
    PERIOD,
    PHASE,
    REGISTER,
    RESUME,
    RING,
    SOURCE,
    START,
    TABLE,
    TABLES,
    TARGET,
    TO_DEVICE,
    PlatformTimeout,
    cmd,
    descriptor,
    digest,
    finish,
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

PLACES = 16


def silent(p: Platform, cycles: int) -> bool:
    """No interrupt line is up or comes up, once the last register write has had its four cycles."""
    p.wait_cycles(4)
    try:
        p.wait_irq(cycles)
    except PlatformTimeout:
        return True
    return False


class Doorbell:
    """A ring of PLACES short copies with the IRQ flag, given a few at a time."""

    def __init__(self, p: Platform, period: int, coalesce: int) -> None:
        self.p, self.given = p, 0
        blob = b"".join(
            descriptor(False, SOURCE + 64 * i, TARGET + 64 * i, 40, COPY | IRQ | PHASE) for i in range(PLACES)
        )
        p.write_mem(TABLES, blob)
        settings = {"irq_enable": 63, "irq_status": 63, "producer": 0, "period": period, "coalesce": coalesce}
        w(p, 0, config=RING, desc_lo=TABLES, desc_count=PLACES, **settings)
        cmd(p, 0, START)

    def ring(self, n: int) -> None:
        """Give n descriptors and wait until they are done."""
        for i in range(self.given, self.given + n):
            phase = 0 if i // PLACES % 2 else PHASE
            one = descriptor(False, SOURCE + 64 * (i % PLACES), TARGET + 64 * (i % PLACES), 40, COPY | IRQ | phase)
            self.p.write_mem(TABLES + 16 * (i % PLACES), one)
        self.given += n
        w(self.p, 0, producer=self.given)
        until(self.p, lambda: r(self.p, 0, regs.CONSUMER, live=True) == self.given, "the descriptors", step=5)


def coalescing(p: Platform, seed: int) -> list[object]:
    """By count, by time, mixed with events that are not held back; IRQ_PENDING follows the line; every event is counted."""
    rng, _ = memory(p, seed)
    grant(p, 0)
    out: list[object] = []

    def look() -> None:
        out.append([p.csr_read32(regs.IRQ_PENDING_LO), r(p, 0, regs.IRQ_STATUS), r(p, 0, regs.IRQ_EVENTS)])

    bell = Doorbell(p, period=0, coalesce=0)
    bell.ring(1)
    p.wait_cycles(20)
    look()
    w(p, 0, irq_status=63)
    for count in (1, 2, 5, 0x23):
        w(p, 0, coalesce=count)
        for _ in range(2):
            for left in range(count - 1, 0, -1):
                bell.ring(1)
                if left % 7 == 1:
                    assert silent(p, rng.randrange(1, 200)), f"{left} of {count} too early"
                    look()
            bell.ring(1)
            p.wait_irq(100)
            look()
            w(p, 0, irq_status=DESC)
            assert silent(p, 20)
    w(p, 0, coalesce=0x80 | 100 << 16)
    start = p.now()
    bell.ring(1)
    p.wait_cycles(700)
    bell.ring(3)
    assert silent(p, max(1, 1500 - (p.now() - start))), "before its time"
    p.wait_irq(600)
    assert 1600 <= p.now() - start <= 2200
    look()
    bell.ring(1)
    look()
    w(p, 0, irq_status=DESC)
    assert silent(p, 300)
    bell.ring(2)
    assert silent(p, 300)
    cmd(p, 0, ABORT)
    p.wait_irq(1000)
    look()
    w(p, 0, irq_status=16)
    assert silent(p, 300), "the two that were held back are still held back"
    w(p, 0, irq_enable=DONE, irq_status=63, coalesce=0x80)
    bell = Doorbell(p, period=40, coalesce=4)
    bell.ring(1)
    assert silent(p, 50)
    w(p, 0, irq_status=PERIOD)
    bell.ring(1)
    p.wait_irq(100)
    look()
    w(p, 0, irq_status=PERIOD | DESC)
    bell.ring(1)
    assert silent(p, 50)
    look()
    return [*out, digest(p)]


def shares(p: Platform, arb: int, weights: tuple[int, int, int]) -> list[int]:
    """Three channels copy in auto-initialize for a while under a policy; the pieces of each."""
    p.csr_write32(regs.ARB, arb)
    length = 0x1000
    for c in range(3):
        grant(p, c, sched=weights[c])
        w(p, c, config=AUTO, src_lo=SOURCE, dst_lo=TARGET + length * c, length=length, irq_enable=0)
        cmd(p, c, START)
        cmd(p, c, PAUSE)
    for c in range(3):
        until(p, lambda c=c: r(p, c, regs.STATUS, live=True) & 16, "PAUSED", step=5)  # type: ignore[misc]
    before = [position(p, c) for c in range(3)]
    for c in reversed(range(3)):
        cmd(p, c, RESUME)
    # For as long as there are pieces to compare, and laps to look at: a simulator runs a few thousand cycles a second.
    enough = max(9 * length, 60 * p.params.max_burst * p.params.word_bytes)
    until(p, lambda: sum(position(p, c) for c in range(3)) >= sum(before) + enough, "pieces to compare", step=500)
    for c in range(3):
        cmd(p, c, PAUSE)
    for c in range(3):
        until(p, lambda c=c: r(p, c, regs.STATUS, live=True) & 16, "PAUSED", step=5)  # type: ignore[misc]
    counts = [position(p, c) - before[c] for c in range(3)]
    for c in range(3):
        cmd(p, c, ABORT)
        until(p, lambda c=c: idle(p, c), "ABORTED")  # type: ignore[misc]
    return counts


def arbitration(p: Platform, seed: int) -> list[object]:
    """Shares of the bus by policy, within bounds; all data right. Needs three channels."""
    _, data = memory(p, seed)
    rotating = shares(p, 1, (7, 1, 1))
    assert max(rotating) < 1.3 * min(rotating), rotating
    fixed = shares(p, 0, (1, 1, 1))
    # A memory that is slow and pauses takes pieces in bunches, and then others go while channel 0 is not decided yet.
    # A segment gives a piece in four cycles at most, so the shortest bursts leave the others room whatever the policy.
    short = p.params.max_burst < 4
    assert short or (fixed[0] > 1.2 * max(fixed[1:]) and fixed[0] > 0.38 * sum(fixed)), fixed
    assert fixed[0] > 0.9 * max(fixed[1:]), fixed
    weighted = shares(p, 2, (1, 6, 0))
    others = max(weighted[0], weighted[2])
    assert weighted[1] > (0.9 if short else 2.5) * others and min(weighted) > 0, weighted
    equal = shares(p, 2, (1, 1, 0))
    assert max(equal) < 1.3 * min(equal), equal
    assert all(p.read_mem(TARGET + 0x1000 * c, 0x1000) == data[:0x1000] for c in range(3))
    return [refused(p, regs.ARB, 3), p.csr_read32(regs.ARB), digest(p)]


def rate_caps(p: Platform, seed: int) -> list[object]:
    """At most 256 bytes every RATE cycles and a piece more; close to it; another channel is not slowed; the cap may be lifted at any time."""
    _, data = memory(p, seed)
    most = p.params.max_burst * p.params.word_bytes
    for c in range(p.params.channels):
        grant(p, c)
    for hold in (3 * p.params.max_burst, 1500, 4000):
        rate = min(max(hold * 256 // most, 1), 65535)
        hold = -(-most * rate // 256)
        p.csr_write32(0x100C, rate << 16)
        w(p, 0, config=AUTO, src_lo=SOURCE, dst_lo=TARGET, length=0x1000, irq_enable=0)
        cmd(p, 0, START)
        started = p.now()
        until(p, lambda: position(p, 0) >= 2 * most, "two pieces", step=20)
        t0 = p.now()
        until(p, lambda: position(p, 0) >= 6 * most, "four more", step=20)
        cycles = p.now() - t0
        slack = 2 * p.params.max_burst + 200  # how long a piece takes, and the look at it, differ
        assert cycles >= 0.95 * 4 * hold - slack, f"rate {rate}: four pieces in {cycles} cycles"
        assert cycles <= 1.1 * 4 * hold + slack or hold < 1000, f"rate {rate}: only four pieces in {cycles} cycles"
        moved, allowed = position(p, 0), (p.now() - started) * 256 / rate
        # A piece may be on its way at both ends.
        assert moved <= allowed + 2 * most, f"rate {rate}: {moved} bytes since START"
        p.csr_write32(0x100C, 0)
        p.wait_cycles(hold)  # the pause that the last piece made still counts
        before = position(p, 0)
        p.wait_cycles(most + 1000)
        assert position(p, 0) - before > 2 * most, "the cap was lifted"
        until(p, lambda: position(p, 0) >= 0x1000, "a lap")
        cmd(p, 0, ABORT)
        until(p, lambda: idle(p, 0), "ABORTED")
    assert p.read_mem(TARGET, 0x1000) == data[:0x1000]
    return [p.csr_read32(0x100C), digest(p)]


def counters(p: Platform, seed: int) -> list[object]:
    """BURSTS to the piece; each cause of a stall is counted while it holds and not otherwise. Needs COUNTERS."""
    rng, _ = memory(p, seed)
    line = p.params.request_lines - 1
    grant(p, 0, line=line, device=TARGET)
    out: list[object] = []
    w(p, 0, irq_enable=DONE | ERROR)
    for _ in range(6):
        src, dst, n = SOURCE + rng.randrange(5000), TARGET + rng.randrange(5000), rng.randrange(1, 12_000)
        w(p, 0, config=REGISTER, src_lo=src, dst_lo=dst, length=n)
        cmd(p, 0, START)
        out += [finish(p), r(p, 0, regs.BURSTS)]
    paced = TO_DEVICE | 1 << regs.CONFIG_PACING_LSB
    for index, config in ((0, paced), (1, RING), (5, AUTO)):
        w(p, 0, config=config, src_lo=SOURCE, length=400, desc_lo=TABLES, desc_count=4, producer=0)
        cmd(p, 0, START)
        if index == 5:
            cmd(p, 0, PAUSE)
        p.wait_cycles(600)
        first = [r(p, 0, regs.STALL_REQUEST + 4 * i, live=True) for i in range(6)]
        t0 = p.now()
        p.wait_cycles(2000)
        second = [r(p, 0, regs.STALL_REQUEST + 4 * i, live=True) for i in range(6)]
        grown = [y - x for x, y in zip(first, second, strict=True)]
        step = max(p.params.channels, 8)
        assert abs(grown[index] - (p.now() - t0)) <= 200 + 2 * step, (index, grown)
        assert sum(grown) == grown[index] and grown[index] % step == 0
        cmd(p, 0, ABORT)
        until(p, lambda: idle(p, 0), "ABORTED")
    scrub(p)
    return out


def locks(p: Platform, seed: int) -> list[object]:
    """Locked entries keep translating and refuse FILL, REVOKE and window writes; the rest of a run is done; REFUSED tells. Needs a map."""
    _, data = memory(p, seed)
    grant(p, 0, bypass=0)
    w(p, 0, irq_enable=DONE | ERROR)
    until(p, lambda: not p.csr_read32(regs.MAP_STATUS, live=True) & 1, "the map")
    out: list[object] = []

    def command(index: int, count: int, what: int, page: int = 0, flags: int = 7) -> None:
        for register, value in (
            ("INDEX", index),
            ("COUNT", count),
            ("PAGE_LO", page << 12),
            ("PAGE_HI", 0),
            ("FLAGS", flags),
        ):
            p.csr_write32(getattr(regs, f"MAP_{register}"), value)
        p.csr_write32(regs.MAP_CMD, what)
        until(p, lambda: not p.csr_read32(regs.MAP_STATUS, live=True) & 1, "the command", step=5)
        out.append([p.csr_read32(regs.MAP_STATUS), *[p.csr_read32(regs.MAP_BASE + 8 * i) for i in range(4, 13)]])

    command(4, 8, 1, page=SOURCE >> 12)
    command(6, 3, 4)
    command(4, 8, 1, page=TARGET >> 12)
    command(9, 1, 2)
    command(4, 8, 2)
    command(12, 1, 2)
    command(0, 100, 4)
    command(5, 4, 4)
    out.append([refused(p, regs.MAP_BASE + 8 * i + 4 * word, 0) for i in (6, 8, 50) for word in (0, 1)])
    command(110, 1, 1, page=TARGET >> 12)
    out += [refused(p, regs.MAP_CMD, value) for value in (0, 3, 5, 6, 7, 8)]
    w(p, 0, config=REGISTER, src_lo=6 * 4096 + 100, dst_lo=110 * 4096, length=3000)
    cmd(p, 0, START)
    out.append(finish(p))
    assert p.read_mem(TARGET, 3000) == data[0x2000 + 100 : 0x2000 + 3100]
    w(p, 0, src_lo=4 * 4096)
    cmd(p, 0, START)
    out.append(finish(p))
    p.csr_write32(regs.RESET, 1)
    until(p, lambda: not p.csr_read32(regs.ENGINE, live=True) & 1, "the reset", step=5)
    out.append([p.csr_read32(regs.MAP_BASE + 8 * i) for i in (5, 6, 7, 8, 9, 110)])
    return [*out, refused(p, regs.MAP_BASE + 8 * 7, 0), digest(p)]


def windows(p: Platform, seed: int) -> list[object]:
    """Devices with a window, both ways, all units and sizes, with and without pacing; what START refuses."""
    rng, data = memory(p, seed)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    widths = [x for x in range(4) if 1 << x <= p.params.word_bytes]
    for _ in range(24):
        width = rng.choice(widths)
        n = rng.choice([0, *range(max(2, width), 13)])
        unit, span = 1 << width, 1 << n if n else 1 << width
        device = (SOURCE + rng.randrange(0x8000)) & -max(span, unit)
        total, memory_at = unit * rng.randrange(1, 90), (TARGET + 0x4000 + rng.randrange(300)) & -unit
        out_way = rng.random() < 0.5
        config = (TO_DEVICE if out_way else FROM_DEVICE) | width << regs.CONFIG_WIDTH_LSB
        p.write_mem(TARGET, bytes(0x6000))
        if out_way:
            device = TARGET + 0x1000 & -max(span, unit)
            memory_at = (SOURCE + rng.randrange(0x8000)) & -unit
        grant(p, 0, window=n, device=device)
        w(p, 0, config=config, src_lo=memory_at, dst_lo=memory_at, length=total)
        cmd(p, 0, START)
        out += [finish(p), width, n]
        if p.params.counters:
            out.append(r(p, 0, regs.BURSTS))
        if not out_way:
            cut, got = min(span, total), p.read_mem(memory_at, total)
            assert got[:unit] == data[device - SOURCE : device - SOURCE + unit] and (
                n or got == got[:unit] * (total // unit)
            )
            assert n == 0 or set(chunks(got, unit)) <= set(chunks(data[device - SOURCE : device - SOURCE + cut], unit))
        else:
            inside = p.read_mem(TARGET, 0x6000)
            low = device - TARGET
            assert not any(inside[:low]) and not any(inside[low + span :]), "written outside the window"
    for n, device, width in (
        (1, TARGET, 0),
        (2, TARGET, 3),
        (3, TARGET + 4, 2),
        (12, TARGET + 0x800, 2),
        (13, 0, 0),
        (31, 0, 0),
    ):
        if 1 << width <= p.params.word_bytes:
            grant(p, 0, window=n, device=device)
            w(p, 0, config=FROM_DEVICE | width << regs.CONFIG_WIDTH_LSB, dst_lo=TARGET, length=8)
            cmd(p, 0, START)
            out.append(finish(p))
    grant(p, 0, window=31)
    blob = descriptor(False, SOURCE, TARGET, 64, COPY | PHASE)
    p.write_mem(TABLES, blob)
    w(p, 0, config=TABLE, desc_lo=TABLES, desc_count=1)
    cmd(p, 0, START)
    assert r(p, 0, regs.STATUS, live=True) & (ACTIVE | DONE << 1)
    return [*out, finish(p), digest(p)]


def chunks(data: bytes, unit: int) -> list[bytes]:
    """Data in units."""
    return [data[i : i + unit] for i in range(0, len(data), unit)]
