"""The reference model, sentence by sentence of docs/programmers-manual.md, with expectations worked out by hand."""

from __future__ import annotations

import pytest
from model_kit import ABORTED, COPY, DESC, DONE, ERROR, NOP, PERIOD, PHASE, Board, device, entry
from windlass import regs as r
from windlass.model import Fault
from windlass.platform import BusError, EngineParams, PlatformTimeout

ACTIVE = 1


@pytest.fixture
def b() -> Board:
    """A board with BYPASS for channel 0."""
    return Board()


# ---------------------------------------------------------------- register mode
def test_copy_and_its_registers(b: Board) -> None:
    b.start(src_lo=0x4003, dst_lo=0x9005, length=5000, irq_enable=31)
    b.settle()
    assert b.memory(0x9005, 5000) == b.data[3:5003]
    assert b.memory(0x9004, 1) == b.memory(0x9005 + 5000, 1) == b"\0"
    assert b.state() == (2, 0)
    assert (b.r(r.COUNT), b.r(r.SEGDONE), b.r(r.POS_LO), b.r(r.POS_HI)) == (0, 5000, 5000, 0)
    assert (b.r(r.IRQ_STATUS), b.r(r.IRQ_EVENTS)) == (DONE, 1)
    assert b.p.csr_read32(r.IRQ_PENDING_LO) == 1


def test_write_one_to_clear(b: Board) -> None:
    b.start(src_lo=0x4000, dst_lo=0x9000, length=8, irq_enable=DONE)
    assert b.p.wait_irq() == 1
    b.w(r.IRQ_STATUS, DESC)
    assert b.r(r.IRQ_STATUS) == DONE
    b.w(r.IRQ_STATUS, DONE)
    assert b.r(r.IRQ_STATUS) == 0
    with pytest.raises(PlatformTimeout):
        b.p.wait_irq(100)
    assert b.r(r.IRQ_EVENTS) == 1


def test_start_clears_the_last_ending_but_not_the_interrupts(b: Board) -> None:
    b.start(src_lo=0x4000, dst_lo=0x9000, length=8)
    b.settle()
    b.start(length=16)
    b.settle()
    assert (b.r(r.POS_LO), b.r(r.IRQ_STATUS), b.r(r.IRQ_EVENTS)) == (16, DONE, 2)


@pytest.mark.parametrize(
    "registers",
    [
        {"length": 0}, {"length": 8, "config": 2 << 4}, {"length": 8, "config": 1 << 4 | 1 << 6},
        {"length": 8, "config": 1 << 10}, {"length": 6, "config": 1 << 4 | 2 << 8}, {"length": 8, "config": 1 << 4 | 2 << 8, "dst_lo": 0x9002},
        {"config": 1, "desc_lo": 0x1000, "desc_count": 0}, {"config": 2, "desc_lo": 0x1008, "desc_count": 1},
    ],
)  # fmt: skip
def test_a_configuration_that_cannot_work(b: Board, registers: dict[str, int]) -> None:
    before = b.memory(0, 1 << 18)
    b.start(**registers)
    b.settle()
    assert b.state() == (4, 12)
    assert (b.r(r.IRQ_STATUS), b.r(r.FADDR_LO), b.r(r.POS_LO)) == (ERROR, 0, 0)
    assert b.memory(0, 1 << 18) == before


def test_locked_while_active(b: Board) -> None:
    b.start(config=3, src_lo=0x4000, dst_lo=0x9000, length=64)
    for register in (r.CONFIG, r.SRC_LO, r.DST_HI, r.LENGTH, r.PERIOD, r.DESC_LO, r.DESC_COUNT, r.CMD):
        with pytest.raises(BusError):
            b.w(register, 1)
    with pytest.raises(BusError):
        b.p.csr_write32(r.GRANT_BASE, 0)
    b.w(r.IRQ_ENABLE, 3)
    b.w(r.PRODUCER, 3)
    b.w(r.CMD, r.CMD_ABORT_MASK)
    b.settle()
    b.w(r.CONFIG, 0)


@pytest.mark.parametrize("value", [3, 5, 0x18, 0x81, 0x100])
def test_commands_one_at_a_time(b: Board, value: int) -> None:
    with pytest.raises(BusError):
        b.w(r.CMD, value)


# ---------------------------------------------------------------- period, auto-initialize, position
def test_periods_of_a_transfer(b: Board) -> None:
    b.start(src_lo=0x4000, dst_lo=0x9000, length=1000, period=300)
    b.settle()
    assert b.r(r.IRQ_STATUS) == DONE | PERIOD
    assert b.r(r.IRQ_EVENTS) == 3 + 1


def test_auto_initialize(b: Board) -> None:
    b.start(config=3, src_lo=0x4000, dst_lo=0x9000, length=96, period=96)
    before = 0
    for _ in range(40):
        count, position = b.r(r.COUNT), b.r(r.POS_LO)
        assert 1 <= count <= 96, "COUNT never reads 0"
        assert position >= before
        before = position
        b.p.wait_cycles(7)
    assert before > 96 * 5
    b.w(r.CMD, r.CMD_ABORT_MASK)
    b.settle()
    position = b.r(r.POS_LO)
    assert b.state() == (8, 0) and b.r(r.SEGDONE) == position % 96
    assert b.r(r.IRQ_EVENTS) == position // 96 + 1
    assert b.memory(0x9000, 96) == b.data[:96]


def test_position_is_one_sample(b: Board) -> None:
    b.start(config=3, src_lo=0x4000, dst_lo=0x9000, length=64)
    low = b.r(r.POS_LO)
    b.p.wait_cycles(500)
    assert b.r(r.POS_HI) == 0 and b.r(r.POS_LO) > low


# ---------------------------------------------------------------- descriptors
def test_table(b: Board) -> None:
    b.table(
        0x1000,
        (0x4001, 0x9000, 33, COPY | PHASE | 1 << 8),
        (0, 0, 0, NOP | PHASE),
        (0x4100, 0xA000, 4097, COPY | PHASE),
    )
    b.start(config=1, desc_lo=0x1000, desc_count=3)
    b.settle()
    assert b.state() == (2, 0) and b.r(r.CONSUMER) == 3 and b.r(r.POS_LO) == 33 + 4097
    assert b.r(r.IRQ_STATUS) == DONE | DESC and b.r(r.IRQ_EVENTS) == 2
    assert b.memory(0x9000, 33) == b.data[1:34] and b.memory(0xA000, 4097) == b.data[0x100 : 0x100 + 4097]


def test_write_back(b: Board) -> None:
    b.table(0x1000, (0x4000, 0x9000, 10, COPY | PHASE | 1 << 8 | 1 << 9 | 1 << 10))
    b.start(config=1, desc_lo=0x1000, desc_count=1)
    b.settle()
    word2, word3 = (int.from_bytes(b.memory(0x1008 + 4 * i, 4), "little") for i in range(2))
    assert word2 == 10
    assert word3 == PHASE | 1 << 30 | 1 << 10 | 1 << 9 | 1 << 8 | COPY
    assert b.memory(0x1000, 8) == (0x4000).to_bytes(4, "little") + (0x9000).to_bytes(4, "little")


@pytest.mark.parametrize(
    "descriptor,code",
    [
        ((0x4000, 0x9000, 8, COPY), 9), ((0x4000, 0x9000, 8, 6 | PHASE), 10), ((0x4000, 0x9000, 8, COPY | PHASE | 1 << 4), 10),
        ((0x4000, 0x9000, 8, COPY | PHASE | 1 << 30), 10), ((0x4000, 0x9000, 0, COPY | PHASE), 10),
    ],
)  # fmt: skip
def test_refused_descriptor(b: Board, descriptor: tuple[int, int, int, int], code: int) -> None:
    b.table(0x1000, (0x4000, 0x8000, 5, COPY | PHASE), descriptor, (0x4000, 0xA000, 5, COPY | PHASE))
    b.start(config=1, desc_lo=0x1000, desc_count=3)
    b.settle()
    assert b.state() == (4, code)
    assert (b.r(r.STATUS) >> 16, b.r(r.CONSUMER), b.r(r.POS_LO), b.r(r.FADDR_LO)) == (1, 1, 5, 0x1010)
    assert b.memory(0x8000, 5) == b.data[:5] and b.memory(0x9000, 8) == bytes(8) and b.memory(0xA000, 5) == bytes(5)


def test_ring_waits_wraps_and_refuses_a_stale_lap(b: Board) -> None:
    copy = (0x4000, 0x9000, 4, COPY | PHASE)
    b.table(0x1000, copy, copy, copy)
    b.start(config=2, desc_lo=0x1000, desc_count=3, producer=0)
    b.settle()
    assert b.state()[0] == ACTIVE and b.r(r.CONSUMER) == 0
    b.w(r.PRODUCER, 2)
    b.settle()
    assert b.r(r.CONSUMER) == 2 and b.state()[0] == ACTIVE
    b.table(0x1000, (0x4000, 0x9000, 4, COPY))  # renewed: the second lap's phase is 0
    b.w(r.PRODUCER, 5)
    b.settle()
    assert b.state() == (4, 9), "the second place of the second lap was not renewed"
    assert b.r(r.CONSUMER) == 4 and b.r(r.FADDR_LO) == 0x1010


# ---------------------------------------------------------------- errors
def test_read_error_keeps_the_prefix() -> None:
    b = Board(faults=(Fault(0x4020, 0x4028, 2, write=False),))
    b.start(src_lo=0x4003, dst_lo=0x9001, length=100)
    b.settle()
    assert b.state() == (4, 1)
    assert (b.r(r.POS_LO), b.r(r.FADDR_LO)) == (0x4020 - 0x4003, 0x4020)
    assert b.memory(0x9001, 0x1D) == b.data[3:0x20] and b.memory(0x9001 + 0x1D, 100) == bytes(100)


def test_write_error_counts_the_piece_as_lost() -> None:
    b = Board(faults=(Fault(0x9800, 0x9808, 3),))
    b.start(src_lo=0x4000, dst_lo=0x9400, length=2000)
    b.settle()
    assert b.state() == (4, 4)
    assert b.r(r.POS_LO) % 512 == 0 and b.r(r.POS_LO) <= 0x400
    assert b.r(r.FADDR_LO) == 0x9400 + b.r(r.POS_LO)


@pytest.mark.parametrize(
    "source,destination,code,write",
    [
        ((7, 0), (3, 0), 0, 0), ((0, 0), (3, 0), 5, 0), ((3, 1), (3, 0), 6, 0), ((5, 0), (3, 0), 7, 0), ((7, 0), (0, 0), 5, 1),
        ((7, 0), (7, 2), 6, 1), ((7, 0), (3, 0), 7, 1), ((0, 0), (0, 0), 5, 0),
    ],
)  # fmt: skip
def test_map_checks_in_order(source: tuple[int, int], destination: tuple[int, int], code: int, write: int) -> None:
    """Source entry 4, destination entry 5; {flags, owner}; when both fault, the source is reported."""
    b = Board(bypass=False)
    flags = 5 if (code, write) == (0, 0) else destination[0]  # VALID|WRITE where it must work
    if code and not write:
        flags = 5
    entry(b, 4, 4, source[0], source[1])
    entry(b, 5, 9, flags, destination[1])
    b.start(src_lo=0x4010, dst_lo=0x5020, length=100)
    b.settle()
    if not code:
        assert b.state() == (2, 0) and b.memory(0x9020, 100) == b.data[0x10:0x74]
        return
    assert b.state() == (4, code) and b.r(r.POS_LO) == 0
    assert b.r(r.FADDR_LO) == (0x5020 if write else 0x4010)
    assert b.p.csr_read32(r.FAULT_STATUS) == 1 | write << 1 | code << 4
    assert b.p.csr_read32(r.FAULT_COUNT) == 1
    b.p.csr_write32(r.FAULT_STATUS, 1)
    assert not b.p.csr_read32(r.FAULT_STATUS) & 1


def test_fill_and_revoke() -> None:
    b = Board(bypass=False)
    for register, value in (
        (r.MAP_INDEX, 250), (r.MAP_COUNT, 10), (r.MAP_PAGE_LO, 0x7000), (r.MAP_PAGE_HI, 0), (r.MAP_FLAGS, 0x17), (r.MAP_CMD, 1),
    ):  # fmt: skip
        b.p.csr_write32(register, value)
    b.settle()
    assert [b.p.csr_read32(r.MAP_BASE + 8 * i) for i in (249, 250, 255)] == [0, 0x7017, 0xC017]
    b.p.csr_write32(r.MAP_INDEX, 251)
    b.p.csr_write32(r.MAP_COUNT, 2)
    b.p.csr_write32(r.MAP_CMD, 2)
    b.settle()
    assert [b.p.csr_read32(r.MAP_BASE + 8 * i) for i in (250, 251, 252, 253)] == [0x7017, 0, 0, 0xA017]
    with pytest.raises(BusError):
        b.p.csr_write32(r.MAP_CMD, 3)


def test_staged_upper_half() -> None:
    b = Board(EngineParams(addr_width=40))
    b.p.csr_write32(r.MAP_BASE + 8 * 3 + 4, 0xAB)
    assert b.p.csr_read32(r.MAP_BASE + 8 * 3 + 4) == 0, "only staged"
    b.p.csr_write32(r.MAP_BASE + 8 * 2, 0x1001)
    b.p.csr_write32(r.MAP_BASE + 8 * 3, 0x2001)
    assert b.p.csr_read32(r.MAP_BASE + 8 * 2 + 4) == 0xAB, "the stage belongs to whichever word 0 comes first"
    assert b.p.csr_read32(r.MAP_BASE + 8 * 3 + 4) == 0


# ---------------------------------------------------------------- device and pacing
@pytest.mark.parametrize("pacing,units", [(1, 1), (3, 4)])
def test_paced_from_a_device(b: Board, pacing: int, units: int) -> None:
    """Single: a unit per request; demand: up to REQ_UNITS."""
    device(b, sink=False, thresh=units)
    b.start(config=1 << 4 | 1 << 8 | pacing << 10 | (units - 1) << 16, dst_lo=0x9000, length=24)
    b.settle()
    assert b.state()[0] == ACTIVE and b.r(r.POS_LO) == 0, "no request, no transfer"
    b.p.device_feed(0, bytes(range(8)))
    b.settle()
    assert b.r(r.POS_LO) == 8 and b.memory(0x9000, 9) == bytes(range(8)) + b"\0"
    b.p.device_feed(0, bytes(range(8, 24)))
    b.settle()
    assert b.state() == (2, 0) and b.memory(0x9000, 24) == bytes(range(24))


def test_software_request_counts_as_one(b: Board) -> None:
    """With nothing on the line each SWREQ carries one piece."""
    b.p.csr_write32(r.GRANT_BASE + r.GRANT, 1 | 1 << r.GRANT_LINE_LSB)
    b.p.csr_write32(r.GRANT_BASE + r.DEV_ADDR_LO, 0xA000)
    b.start(config=1 << 6 | 2 << 8 | 1 << 10, src_lo=0x4000, length=12)
    for n in range(1, 4):
        b.settle()
        assert b.r(r.POS_LO) == 4 * (n - 1)
        b.w(r.CMD, r.CMD_SWREQ_MASK)
    b.settle()
    assert b.state() == (2, 0) and b.memory(0xA000, 4) == b.data[8:12]


def test_block_pacing_runs_to_the_end(b: Board) -> None:
    b.p.csr_write32(r.GRANT_BASE + r.GRANT, 1 | 1 << r.GRANT_LINE_LSB)
    b.p.csr_write32(r.GRANT_BASE + r.DEV_ADDR_LO, 0xA000)
    b.start(config=1 << 6 | 2 << 10, src_lo=0x4000, length=100)
    b.settle()
    assert b.r(r.POS_LO) == 0
    b.w(r.CMD, r.CMD_SWREQ_MASK)
    b.settle()
    assert b.state() == (2, 0) and b.r(r.POS_LO) == 100


# ---------------------------------------------------------------- abort, isolation of channels
def test_abort_is_exact_and_concerns_one_channel(b: Board) -> None:
    b.p.csr_write32(r.GRANT_BASE + r.GRANT_STRIDE, 1)
    b.start(config=3, src_lo=0x4000, dst_lo=0x9000, length=777)
    b.start(c=1, src_lo=0x4000, dst_lo=0xC000, length=4000)
    b.p.wait_cycles(100)
    b.w(r.CMD, r.CMD_ABORT_MASK)
    b.settle()
    done = b.r(r.SEGDONE)
    assert b.state() == (8, 0) and b.r(r.IRQ_STATUS) == ABORTED
    assert b.r(r.POS_LO) % 777 == done
    assert b.state(1) == (2, 0) and b.memory(0xC000, 4000) == b.data[:4000]


def test_abort_of_an_idle_channel_does_nothing(b: Board) -> None:
    b.w(r.CMD, r.CMD_ABORT_MASK)
    b.settle()
    assert b.state() == (0, 0) and b.r(r.IRQ_EVENTS) == 0


def test_pages_touched(b: Board) -> None:
    b.start(src_lo=0x4FF0, dst_lo=0x9000, length=32)
    b.settle()
    assert b.p.engine.pages_read == {4, 5} and b.p.engine.pages_written == {9}


# ---------------------------------------------------------------- what takes too long on a simulator
def test_position_has_64_bits(b: Board) -> None:
    """Past 4 GiB POS_HI counts, and reading POS_LO keeps the POS_HI that belongs to it."""
    b.start(config=3, src_lo=0x4000, dst_lo=0x9000, length=64)
    channel = b.p.engine.channels[0]
    channel.pos = (7 << 32) - 64 * 100  # as after many laps
    for high in (6, 7):
        low = b.r(r.POS_LO)
        assert low >> 31 == 7 - high
        b.p.wait_cycles(5000)
        assert channel.pos >> 32 == 7 and b.r(r.POS_HI) == high
    b.r(r.POS_LO)
    assert b.r(r.POS_HI) == 7


def test_without_map_registers_addresses_are_physical() -> None:
    b = Board(EngineParams(map_registers=0), bypass=False)
    b.start(src_lo=0x4003, dst_lo=0x9001, length=5000)
    b.settle()
    assert b.state() == (2, 0) and b.memory(0x9001, 5000) == b.data[3:5003]
