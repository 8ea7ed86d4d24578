"""The reference model: time-outs, coalescing, scheduling, counters, lock, capabilities (manual, sections 2, 3, 5, 9 to 11)."""

from __future__ import annotations

import pytest
from model_kit import (
    ABORT,
    ABORTED,
    AUTO,
    COPY,
    DESC,
    ERROR,
    FENCE,
    IRQ,
    PAUSE,
    PERIOD,
    PHASE,
    RESUME,
    RING,
    TABLE,
    Board,
    stepped,
)  # fmt: skip
from windlass import regs as r
from windlass.model import Fault
from windlass.platform import ENGINE_LINE, BusError, EngineParams, PlatformTimeout


@pytest.fixture
def b() -> Board:
    """A board with BYPASS for channel 0."""
    return Board()


# ---------------------------------------------------------------- time-outs
@pytest.mark.parametrize(
    "low,read,write,bit",
    [(0x4000, True, False, 8), (0x9000, False, True, 9), (0x1000, True, False, 10), (0x1000, False, True, 11), (0xA000, False, True, 11)],
)  # fmt: skip
def test_time_out(b: Board, low: int, read: bool, write: bool, bit: int) -> None:
    """Reported after TIMEOUT cycles, with an interrupt; registers go on working; work goes on when the memory answers."""
    b.g(r.TIMEOUT, 500)
    b.g(r.ENGINE_IRQ, 2)
    flags = COPY | PHASE | 1 << 9
    b.table(0x1000, (0x4000, 0x9000, 8, flags), (5, 0xA000, 6, FENCE | PHASE))
    b.p.hang_memory(low, low + 0x100, read=read, write=write)
    b.start(config=TABLE, desc_lo=0x1000, desc_count=2)
    with pytest.raises(PlatformTimeout):
        b.p.wait_irq(400)
    assert b.p.wait_irq(1000) == ENGINE_LINE
    assert b.p.csr_read32(r.ENGINE) == 1 << bit and b.r(r.STATUS) == 1
    b.p.release_memory()
    b.g(r.ENGINE, 1 << bit)
    assert b.end() == (2, 0, 8, 2) and b.p.csr_read32(r.ENGINE) == 0


def test_no_time_out_unless_asked_for(b: Board) -> None:
    b.p.hang_memory(0x4000, 0x5000, read=True, write=False)
    b.start(src_lo=0x4000, dst_lo=0x9000, length=8)
    b.settle()
    assert b.p.csr_read32(r.ENGINE) == 0 and b.r(r.STATUS) == 1


def test_shared_port_times_out_as_memory() -> None:
    b = Board(EngineParams(desc_shared=1))
    b.g(r.TIMEOUT, 500)
    b.p.hang_memory(0x1000, 0x1100, read=True, write=False)
    b.start(config=TABLE, desc_lo=0x1000, desc_count=1)
    b.settle()
    assert b.p.csr_read32(r.ENGINE) == 1 << 8


@pytest.mark.parametrize("enable,up", [(0, False), (1, True), (2, False)])
def test_fault_interrupt(enable: int, up: bool) -> None:
    """ENGINE_IRQ [0]: irq_any while FAULT_STATUS.VALID."""
    b = Board(bypass=False)
    b.g(r.ENGINE_IRQ, enable)
    b.start(src_lo=0x4000, dst_lo=0x9000, length=8)
    b.settle()
    if not up:
        with pytest.raises(PlatformTimeout):
            b.p.wait_irq(100)
        return
    assert b.p.wait_irq(100) == ENGINE_LINE and b.p.csr_read32(r.IRQ_PENDING_LO) == 0
    b.g(r.FAULT_STATUS, 1)
    with pytest.raises(PlatformTimeout):
        b.p.wait_irq(100)


# ---------------------------------------------------------------- coalescing
def ring_of(b: Board, n: int, **registers: int) -> None:
    """A ring whose descriptors raise DESC, none given yet."""
    b.table(0x1000, *[(0x4000, 0x9000, 8, COPY | IRQ | PHASE)] * n)
    b.start(config=RING, desc_lo=0x1000, desc_count=n, producer=0, irq_enable=63, **registers)


def silent(b: Board, cycles: int = 500) -> bool:
    """No interrupt comes."""
    try:
        b.p.wait_irq(cycles)
    except PlatformTimeout:
        return True
    return False


@pytest.mark.parametrize("count", [0, 1, 3])
def test_coalescing_by_count(b: Board, count: int) -> None:
    """Status at once, the line with the COUNT-th event since both bits were clear; events count each."""
    ring_of(b, 8, coalesce=count)
    for lap in (0, 1):
        for given in range(1, max(count, 1)):
            b.w(r.PRODUCER, lap * 3 + given)
            assert silent(b) and b.r(r.IRQ_STATUS) == DESC
            assert b.p.csr_read32(r.IRQ_PENDING_LO) == 0
        b.w(r.PRODUCER, lap * 3 + max(count, 1))
        b.settle()
        assert b.p.wait_irq(10) == 1 and b.r(r.IRQ_EVENTS) == lap * 3 + max(count, 1)
        b.w(r.IRQ_STATUS, DESC)
        if count < 2:
            break


def test_coalescing_by_time(b: Board) -> None:
    """TIME*16 cycles after the first of them."""
    ring_of(b, 8, coalesce=0x80 | 50 << 16)
    b.w(r.PRODUCER, 1)
    b.p.wait_cycles(600)
    b.w(r.PRODUCER, 2)
    assert silent(b, 100)
    assert b.p.wait_irq(200) == 1


def test_the_unit_of_time_is_16_cycles(b: Board) -> None:
    ring_of(b, 8, coalesce=0x80 | 50 << 16)
    b.w(r.PRODUCER, 1)
    start = b.p.now()
    b.p.wait_irq(2000)
    assert 800 <= b.p.now() - start <= 830


def test_other_events_are_not_coalesced(b: Board) -> None:
    ring_of(b, 8, coalesce=0x80)
    b.w(r.PRODUCER, 1)
    assert silent(b)
    b.cmd(ABORT)
    assert b.p.wait_irq(100) == 1 and b.r(r.IRQ_STATUS) == DESC | ABORTED
    b.w(r.IRQ_STATUS, ABORTED)
    assert silent(b)


def test_clearing_one_of_two_bits_goes_on_counting(b: Board) -> None:
    b.table(0x1000, *[(0x4000, 0x9000, 8, COPY | IRQ | PHASE)] * 8)
    b.start(config=RING, desc_lo=0x1000, desc_count=8, producer=0, irq_enable=63, period=8, coalesce=4)
    b.w(r.PRODUCER, 1)
    assert silent(b) and b.r(r.IRQ_STATUS) == DESC | PERIOD
    b.w(r.IRQ_STATUS, DESC)
    b.w(r.PRODUCER, 2)
    b.settle()
    assert b.p.wait_irq(10) == 1
    b.w(r.IRQ_STATUS, DESC | PERIOD)
    b.w(r.PRODUCER, 3)
    assert silent(b)


# ---------------------------------------------------------------- arbitration and rate
def race(b: Board, arb: int, weights: tuple[int, ...]) -> list[int]:
    """Channels 0 to 2 copy for 2000 cycles; the pieces of each."""
    b.g(r.ARB, arb)
    for c, weight in enumerate(weights):
        b.grant(r.GRANT, 1, c)
        b.grant(r.SCHED, weight, c)
        b.start(c=c, config=AUTO, src_lo=0x4000, dst_lo=0x8000 + 0x1000 * c, length=4096)
        b.cmd(PAUSE, c)
    for c in range(3):
        b.cmd(RESUME, c)
    start = [b.r(r.BURSTS, c) for c in range(3)]
    b.p.wait_cycles(64 * 60)
    return [b.r(r.BURSTS, c) - start[c] for c in range(3)]


def test_fixed_priority(b: Board) -> None:
    counts = race(b, 0, (0, 0, 0))
    assert counts[0] >= 58 and counts[1] <= 1 and counts[2] <= 1


def test_rotating(b: Board) -> None:
    assert max(race(b, 1, (5, 1, 1))) - min(race(Board(), 1, (5, 1, 1))) <= 2


def test_weighted(b: Board) -> None:
    """A channel keeps its turn for WEIGHT pieces; 0 counts as 1."""
    counts = race(b, 2, (4, 0, 1))
    assert abs(counts[0] - 40) <= 4 and abs(counts[1] - 10) <= 2 and abs(counts[2] - 10) <= 2


def test_arb_3_is_refused(b: Board) -> None:
    with pytest.raises(BusError):
        b.g(r.ARB, 3)
    assert b.p.csr_read32(r.ARB) == 1


@pytest.mark.parametrize("rate", [256, 700, 4096])
def test_rate_cap(b: Board, rate: int) -> None:
    """256 bytes every RATE cycles: after a piece of n bytes none for ceil(n*RATE/256)."""
    b.grant(r.SCHED, rate << 16)
    b.start(config=AUTO, src_lo=0x4000, dst_lo=0x9000, length=4096)
    b.p.wait_cycles(40_000)
    wanted = 40_000 * 256 / rate
    assert wanted * 0.9 - 512 <= b.r(r.POS_LO) <= wanted + 512
    b.grant(r.SCHED, 0)
    before = b.r(r.POS_LO)
    b.p.wait_cycles(5000)
    assert b.r(r.POS_LO) - before > 5000, "SCHED may be written while ACTIVE"


# ---------------------------------------------------------------- counters
@pytest.mark.parametrize(
    "cause,index",
    [("request", 0), ("desc", 1), ("held", 5)],
)
def test_stall_counters(b: Board, cause: str, index: int) -> None:
    """Cycles, in steps of max(CHANNELS, 8), in which the channel waits for that."""
    if cause == "request":
        stepped(b)
    elif cause == "desc":
        ring_of(b, 2)
    else:
        b.start(src_lo=0x4000, dst_lo=0x9000, length=4096)
        b.cmd(PAUSE)
    b.p.wait_cycles(50)
    first = [b.r(r.STALL_REQUEST + 4 * i) for i in range(6)]
    b.p.wait_cycles(8000)
    second = [b.r(r.STALL_REQUEST + 4 * i) for i in range(6)]
    grown = [y - x for x, y in zip(first, second, strict=True)]
    assert abs(grown[index] - 8000) <= 60 and grown[index] % 8 == 0
    assert sum(grown) == grown[index]
    b.cmd(ABORT)
    b.settle()
    still = b.r(r.STALL_REQUEST + 4 * index)
    b.p.wait_cycles(1000)
    assert b.r(r.STALL_REQUEST + 4 * index) == still, "a channel that is not ACTIVE does not stall"


def test_arbitration_stalls(b: Board) -> None:
    race(b, 0, (0, 0, 0))
    assert b.r(r.STALL_ARB, 2) > 3000 > b.r(r.STALL_ARB, 0)


def test_counters_are_a_parameter() -> None:
    b = Board(EngineParams(counters=0))
    for register in (r.BURSTS, r.STALL_REQUEST, r.STALL_HELD):
        with pytest.raises(BusError):
            b.r(register)


@pytest.mark.parametrize("src,dst,length", [(0x4000, 0x9000, 4096), (0x4007, 0x9001, 4097), (0x4001, 0x9007, 1)])
def test_bursts(b: Board, src: int, dst: int, length: int) -> None:
    """Pieces with data, as section 7 cuts them."""
    b.start(src_lo=src, dst_lo=dst, length=length)
    b.settle()
    pieces, at = 0, 0
    while at < length:
        s, t = src + at, dst + at
        n = min(length - at, 4096 - s % 4096, 4096 - t % 4096, 512 - t % 8 - (8 if s % 8 > t % 8 else 0))
        at, pieces = at + n, pieces + 1
    assert b.r(r.BURSTS) == pieces


# ---------------------------------------------------------------- map lock, capabilities
def command(b: Board, index: int, count: int, what: int, page: int = 0, flags: int = 7) -> None:
    """A command of the map."""
    for register, value in (
        (r.MAP_INDEX, index), (r.MAP_COUNT, count), (r.MAP_PAGE_LO, page << 12), (r.MAP_FLAGS, flags), (r.MAP_CMD, what),
    ):  # fmt: skip
        b.g(register, value)
    b.settle()


def test_lock(b: Board) -> None:
    """Locked entries stay; the rest of a run is done; REFUSED is cleared by the next command; only a reset unlocks."""

    def words() -> list[int]:
        return [b.p.csr_read32(r.MAP_BASE + 8 * i) for i in range(8, 12)]

    command(b, 8, 4, 1, page=0x20)
    command(b, 9, 2, 4)
    assert words() == [0x20007, 0x2100F, 0x2200F, 0x23007] and b.p.csr_read32(r.MAP_STATUS) == 0
    command(b, 8, 4, 1, page=0x40)
    assert words() == [0x40007, 0x2100F, 0x2200F, 0x43007] and b.p.csr_read32(r.MAP_STATUS) == 2
    command(b, 8, 1, 2)
    assert b.p.csr_read32(r.MAP_STATUS) == 0
    command(b, 8, 4, 2)
    assert words() == [0, 0x2100F, 0x2200F, 0] and b.p.csr_read32(r.MAP_STATUS) == 2
    command(b, 8, 4, 4)
    assert words() == [8, 0x2100F, 0x2200F, 8] and b.p.csr_read32(r.MAP_STATUS) == 0
    for offset in (0, 4):
        with pytest.raises(BusError):
            b.p.csr_write32(r.MAP_BASE + 8 * 9 + offset, 0)
    b.g(r.RESET, 1)
    b.settle()
    assert words() == [8, 0x2100F, 0x2200F, 8]


@pytest.mark.parametrize("value", [0, 3, 5, 8])
def test_unknown_map_commands(b: Board, value: int) -> None:
    with pytest.raises(BusError):
        b.g(r.MAP_CMD, value)


def test_capabilities() -> None:
    p = EngineParams(
        streams=3, descriptors=0, two_d=1, counters=0, desc_shared=1, outstanding=16, desc_prefetch=8, buffer_beats=256, stream_beats=128
    )  # fmt: skip
    b = Board(p)
    assert b.p.csr_read32(r.CAP2) == 3 | 1 << 9 | 1 << 10 | 1 << 13 | 16 << 16 | 3 << 24
    assert b.p.csr_read32(r.CAP3) == 256 | 7 << 16


@pytest.mark.parametrize("setting", [
    {"streams": 5}, {"stream_beats": 48}, {"two_d": 2}, {"descriptors": -1}, {"outstanding": 0}, {"buffer_beats": 64}, {"desc_prefetch": 2},
])  # fmt: skip
def test_parameters_that_cannot_be(setting: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(setting)).upper()} must be"):
        EngineParams(**setting)


def test_bus_error_while_others_work() -> None:
    """An error never disturbs another channel."""
    b = Board(faults=(Fault(0x4800, 0x4840, 2),))
    b.grant(r.GRANT, 1, 1)
    b.start(src_lo=0x4000, dst_lo=0x9000, length=4000, irq_enable=ERROR)
    b.start(c=1, src_lo=0x5000, dst_lo=0xB000, length=4000)
    assert b.end()[:3] == (4, 1, 0x800) and b.end(1)[:3] == (2, 0, 4000)


def test_a_pause_that_has_begun_is_not_shortened(b: Board) -> None:
    b.grant(r.SCHED, 4096 << 16)
    b.start(config=AUTO, src_lo=0x4000, dst_lo=0x9000, length=512)
    b.p.wait_cycles(100)
    b.grant(r.SCHED, 0)
    b.p.wait_cycles(7000)
    assert b.r(r.POS_LO) == 512
    b.p.wait_cycles(3000)
    assert b.r(r.POS_LO) > 5000
