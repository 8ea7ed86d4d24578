"""The reference model: pause, finish, next, resets (manual, sections 5, 6 and 11)."""

from __future__ import annotations

import pytest
from model_kit import (
    ABORT,
    ABORTED,
    AUTO,
    COPY,
    DONE,
    FINISH,
    HAND_OVER,
    NEXT,
    PAUSE,
    PHASE,
    RESET,
    RESUME,
    RING,
    SINGLE,
    START,
    TABLE,
    TO_DEVICE,
    Board,
    entry,
    stepped,
)  # fmt: skip
from windlass import regs as r
from windlass.platform import BusError


@pytest.fixture
def b() -> Board:
    """A board with BYPASS for channel 0."""
    return Board()


# ---------------------------------------------------------------- PAUSE, RESUME
def test_pause_stands_still_and_resume_loses_nothing(b: Board) -> None:
    b.start(src_lo=0x4003, dst_lo=0x9001, length=9000)
    b.p.wait_cycles(200)
    b.cmd(PAUSE)
    b.p.wait_cycles(50)
    assert b.r(r.STATUS) == 1 | 1 << 4
    pos = b.r(r.POS_LO)
    b.settle()
    assert 0 < pos == b.r(r.POS_LO) < 9000
    assert b.memory(0x9001, 9000) == b.data[3 : 3 + pos] + bytes(9000 - pos)
    b.cmd(RESUME)
    assert b.end()[:3] == (2, 0, 9000) and b.memory(0x9001, 9000) == b.data[3:9003]


@pytest.mark.parametrize("command,status,irq", [(ABORT, 8, ABORTED), (RESET, 8, 0)])
def test_abort_and_reset_work_while_paused(b: Board, command: int, status: int, irq: int) -> None:
    b.start(src_lo=0x4000, dst_lo=0x9000, length=9000)
    b.cmd(PAUSE)
    b.cmd(command)
    assert b.end()[0] == status and b.r(r.IRQ_STATUS) == irq


@pytest.mark.parametrize("value", [PAUSE, RESUME, FINISH, ABORT, 4])
def test_commands_while_not_active(b: Board, value: int) -> None:
    """Accepted, no effect: not even on the next START."""
    b.cmd(value)
    b.start(src_lo=0x4000, dst_lo=0x9000, length=8)
    assert b.end()[:3] == (2, 0, 8)


def test_a_ring_pauses_while_it_waits(b: Board) -> None:
    b.table(0x1000, (0x4000, 0x9000, 8, COPY | PHASE))
    b.start(config=RING, desc_lo=0x1000, desc_count=1, producer=0)
    b.cmd(PAUSE)
    b.w(r.PRODUCER, 1)
    b.settle()
    assert b.r(r.STATUS) == 0x11 and b.r(r.CONSUMER) == 0
    b.cmd(RESUME)
    b.settle()
    assert b.r(r.STATUS) == 1 and b.r(r.CONSUMER) == 1


def test_start_clears_what_was_left(b: Board) -> None:
    """PAUSED, NEXT_PENDING, BURSTS of the work before."""
    stepped(b)
    b.cmd(PAUSE)
    b.w(r.NEXT_LENGTH, 8)
    b.cmd(HAND_OVER)
    assert b.r(r.STATUS) == 0x31
    b.cmd(ABORT)
    b.settle()
    assert b.r(r.STATUS) == 8, "an ended channel is neither paused nor pending"
    b.start(config=0, src_lo=0x4000, dst_lo=0x9000, length=1024)
    assert b.end()[:3] == (2, 0, 1024) and b.r(r.BURSTS) == 2


# ---------------------------------------------------------------- FINISH
def test_finish_ends_with_the_lap(b: Board) -> None:
    """DONE at the end of the lap; SEGDONE stays at LENGTH."""
    stepped(b)
    b.request(4)
    b.cmd(FINISH)
    b.request(1)
    assert b.r(r.STATUS) == 1
    b.request(3)
    assert b.end() == (2, 0, 24, 0)
    assert (b.r(r.SEGDONE), b.r(r.COUNT), b.r(r.IRQ_STATUS)) == (12, 0, DONE)


def test_finish_before_the_first_piece(b: Board) -> None:
    stepped(b)
    b.cmd(FINISH)
    b.request(5)
    assert b.end()[:3] == (2, 0, 12)


def test_finish_has_no_effect_on_a_transfer(b: Board) -> None:
    stepped(b, config=SINGLE)
    b.cmd(FINISH)
    b.request(2)
    assert b.end()[:3] == (1, 0, 8)


# ---------------------------------------------------------------- NEXT
def queue_next(b: Board, src: int, length: int) -> None:
    """The next base, and NEXT."""
    for register, value in ((r.NEXT_SRC_LO, src), (r.NEXT_SRC_HI, 0), (r.NEXT_LENGTH, length)):
        b.w(register, value)
    b.cmd(HAND_OVER)


def test_next_takes_over_at_the_lap_end(b: Board) -> None:
    """NEXT_PENDING until the lap's last byte is committed; then event NEXT, the registers changed places."""
    stepped(b)
    b.request(1)
    queue_next(b, 0x4100, 8)
    b.request(1)
    assert b.r(r.STATUS) == 0x21 and b.r(r.IRQ_STATUS) == 0 and b.r(r.LENGTH) == 12
    b.request(1)
    assert b.r(r.STATUS) == 1 and b.r(r.IRQ_STATUS) == NEXT and b.r(r.IRQ_EVENTS) == 1
    assert [b.r(x) for x in (r.SRC_LO, r.LENGTH, r.NEXT_SRC_LO, r.NEXT_LENGTH)] == [0x4100, 8, 0x4000, 12]
    assert (b.r(r.COUNT), b.r(r.POS_LO)) == (8, 12)
    b.request(1)
    assert b.memory(0xA000, 4) == b.data[0x100:0x104] and b.r(r.COUNT) == 4
    b.request(2)
    assert b.r(r.COUNT) == 4 and b.memory(0xA000, 4) == b.data[0x100:0x104], "the next lap is the new one too"


def test_next_while_pending(b: Board) -> None:
    stepped(b)
    queue_next(b, 0x4100, 8)
    assert b.refused(r.CMD, HAND_OVER)
    for register in (r.NEXT_SRC_LO, r.NEXT_SRC_HI, r.NEXT_DST_LO, r.NEXT_DST_HI, r.NEXT_LENGTH):
        assert b.refused(register, 0)
    b.request(3)
    b.w(r.NEXT_LENGTH, 16)
    b.cmd(HAND_OVER)


@pytest.mark.parametrize("src,length", [(0x4100, 0), (0x4102, 8), (0x4100, 6)])
def test_next_that_start_would_refuse(b: Board, src: int, length: int) -> None:
    stepped(b)
    with pytest.raises(BusError):
        queue_next(b, src, length)
    assert b.r(r.STATUS) == 1


@pytest.mark.parametrize("config", [None, SINGLE, TABLE])
def test_next_in_other_modes_or_not_active(b: Board, config: int | None) -> None:
    b.table(0x1000, (0x4000, 0, 8, COPY | PHASE))
    if config is not None:
        stepped(b, config=config | SINGLE, desc_lo=0x1000, desc_count=1)
    b.w(r.NEXT_LENGTH, 8)
    assert b.refused(r.CMD, HAND_OVER)


def test_an_ending_drops_the_hand_over(b: Board) -> None:
    stepped(b)
    queue_next(b, 0x4100, 8)
    b.cmd(ABORT)
    assert b.end()[0] == 8
    assert b.r(r.LENGTH) == 12 and b.r(r.NEXT_LENGTH) == 8 and b.r(r.IRQ_STATUS) == ABORTED
    b.w(r.NEXT_LENGTH, 4)


def test_finish_and_next_of_the_same_lap(b: Board) -> None:
    """Both happen: the bases change places, then DONE; COUNT is that of the new base less the lap's bytes."""
    stepped(b)
    queue_next(b, 0x4100, 8)
    b.cmd(FINISH)
    b.request(3)
    assert b.end()[:3] == (2, 0, 12)
    assert b.r(r.IRQ_STATUS) == NEXT | DONE and b.r(r.LENGTH) == 8 and b.r(r.SEGDONE) == 12


# ---------------------------------------------------------------- channel RESET
def test_reset_of_an_active_channel(b: Board) -> None:
    """No interrupt; IRQ_STATUS, IRQ_ENABLE, COALESCE, PRODUCER and STATUS are 0 but ABORTED; POS and SEGDONE are exact."""
    b.p.csr_write32(r.GRANT_BASE + r.GRANT_STRIDE, 1)
    b.start(
        config=AUTO, src_lo=0x4000, dst_lo=0x9000, length=777, irq_enable=63, coalesce=0x10002, producer=7, period=5
    )
    b.start(c=1, src_lo=0x4000, dst_lo=0xC000, length=4000, irq_enable=1)
    b.p.wait_cycles(300)
    events = b.r(r.IRQ_EVENTS)
    b.cmd(RESET)
    assert b.end(1)[:3] == (2, 0, 4000) and b.r(r.IRQ_STATUS, 1) == 1
    assert [b.r(x) for x in (r.STATUS, r.IRQ_STATUS, r.IRQ_ENABLE, r.COALESCE, r.PRODUCER)] == [8, 0, 0, 0, 0]
    assert b.r(r.SEGDONE) == b.r(r.POS_LO) % 777 and events <= b.r(r.IRQ_EVENTS)
    assert b.r(r.IRQ_EVENTS) == b.r(r.POS_LO) // 5, "no event for the reset itself"
    assert b.r(r.LENGTH) == 777 and b.r(r.CONFIG) == AUTO
    b.cmd(START)
    b.cmd(ABORT)
    assert b.end()[0] == 8


def test_reset_of_a_channel_at_rest(b: Board) -> None:
    b.start(src_lo=0x4000, dst_lo=0x9000, length=16, irq_enable=1, producer=3)
    b.settle()
    b.cmd(RESET)
    assert [b.r(x) for x in (r.STATUS, r.IRQ_STATUS, r.IRQ_ENABLE, r.PRODUCER, r.POS_LO)] == [0, 0, 0, 0, 16]


def test_reset_while_the_memory_does_not_answer(b: Board) -> None:
    """ACTIVE stays up until the channel is drained; START and locked writes answer SLVERR meanwhile."""
    b.p.hang_memory(0x4000, 0x5000, read=True, write=False)
    b.start(src_lo=0x4000, dst_lo=0x9000, length=5000)
    b.p.wait_cycles(100)
    b.cmd(RESET)
    b.settle()
    assert b.r(r.STATUS) == 1 and b.refused(r.CMD, START) and b.refused(r.LENGTH, 1)
    b.p.release_memory()
    status, _, pos, _ = b.end()
    assert status == 8 and b.memory(0x9000, 5000) == b.data[:pos] + bytes(5000 - pos)


# ---------------------------------------------------------------- engine RESET
def test_engine_reset(b: Board) -> None:
    entry(b, 3, 3, 7)
    b.grant(r.SCHED, 0x10002)
    for register, value in ((r.ARB, 2), (r.TIMEOUT, 9), (r.ENGINE_IRQ, 3)):
        b.g(register, value)
    b.p.csr_write32(r.GRANT_BASE + r.GRANT_STRIDE, 0)
    b.start(c=1, src_lo=0xFFFF000, dst_lo=0, length=8)
    b.start(config=AUTO, src_lo=0x4000, dst_lo=0x9000, length=64, irq_enable=1)
    b.p.wait_cycles(300)
    assert b.p.csr_read32(r.FAULT_COUNT) == 1
    b.g(r.RESET, 1)
    b.settle()
    names = (r.ARB, r.TIMEOUT, r.ENGINE, r.ENGINE_IRQ, r.FAULT_STATUS, r.FAULT_ADDR_LO, r.FAULT_COUNT)
    assert [b.p.csr_read32(x) for x in names] == [1, 0, 0, 0, 0, 0, 0]
    assert [b.r(r.STATUS, c) for c in range(3)] == [8, 0, 0] and b.r(r.IRQ_ENABLE) == 0
    assert b.p.csr_read32(r.MAP_BASE + 24) == 0x3007 and b.p.csr_read32(r.GRANT_BASE + r.SCHED) == 0x10002
    b.cmd(START)
    b.cmd(RESET)
    assert b.end()[0] == 8


@pytest.mark.parametrize("value", [0, 2, 3])
def test_other_values_do_not_reset(b: Board, value: int) -> None:
    with pytest.raises(BusError):
        b.g(r.RESET, value)


def test_engine_reset_takes_as_long_as_the_memory(b: Board) -> None:
    """RESETTING until it is done; START meanwhile: SLVERR, of other channels too."""
    b.p.hang_memory(0x9000, 0xA000, read=False, write=True)
    b.start(src_lo=0x4000, dst_lo=0x9000, length=8)
    b.p.wait_cycles(100)
    b.g(r.RESET, 1)
    b.settle()
    assert b.p.csr_read32(r.ENGINE) & 1 and b.refused(r.CMD, START, 1)
    b.p.release_memory()
    b.settle()
    assert b.p.csr_read32(r.ENGINE) == 0
    b.cmd(START, 1)


def test_reset_keeps_where_the_work_was(b: Board) -> None:
    """CONSUMER, FADDR, SEGDONE and IRQ_EVENTS stay; ABORTED of an earlier ending too."""
    b.table(0x1000, (0x4000, 0x9000, 8, COPY | PHASE), (0x4000, 0x9000, 8, COPY))
    b.start(config=TABLE, desc_lo=0x1000, desc_count=2)
    assert b.end() == (4, 9, 8, 1)
    b.cmd(RESET)
    assert [b.r(x) for x in (r.STATUS, r.CONSUMER, r.FADDR_LO, r.POS_LO, r.IRQ_EVENTS)] == [0, 1, 0x1010, 8, 1]
    b.start(config=AUTO, src_lo=0x4000, dst_lo=0x9000, length=8)
    b.cmd(ABORT)
    b.settle()
    b.cmd(RESET)
    assert b.r(r.STATUS) == 8


def test_reset_keeps_the_queued_base_and_the_grant(b: Board) -> None:
    b.w(r.NEXT_LENGTH, 77)
    b.grant(r.SCHED, 0x50003)
    b.cmd(RESET)
    assert b.r(r.NEXT_LENGTH) == 77 and b.p.csr_read32(r.GRANT_BASE + r.SCHED) == 0x50003


def test_block_pacing_asks_again_for_each_segment(b: Board) -> None:
    """One request starts a lap, which runs to its end; the next lap needs another."""
    block = TO_DEVICE | 2 << r.CONFIG_WIDTH_LSB | 2 << r.CONFIG_PACING_LSB
    stepped(b, config=AUTO | block)
    for lap in (1, 2, 3):
        b.request(1)
        b.settle()
        assert b.r(r.POS_LO) == 12 * lap
