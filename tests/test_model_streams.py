"""The reference model: streams in and out (manual, section 12)."""

from __future__ import annotations

import pytest
from model_kit import (
    ABORT,
    AUTO,
    COPY,
    DONE,
    EOP,
    FROM_DEVICE,
    FROM_STREAM,
    PHASE,
    RESET,
    START,
    TABLE,
    TO_DEVICE,
    TO_STREAM,
    WB,
    Board,
    wide,
)  # fmt: skip
from windlass import regs as r
from windlass.model import Fault
from windlass.platform import BusError, EngineParams, StreamPacket

PARAMS = EngineParams(streams=2, stream_beats=32)


@pytest.fixture
def b() -> Board:
    """A board with two streams, BYPASS for channels 0 and 1."""
    b = Board(PARAMS)
    b.grant(r.GRANT, 1, 1)
    return b


# ---------------------------------------------------------------- configuration
@pytest.mark.parametrize(
    "config,c,ok",
    [
        (FROM_STREAM, 0, 1), (TO_STREAM, 1, 1), (FROM_STREAM | TO_STREAM, 1, 1), (FROM_STREAM, 2, 0), (TO_STREAM, 3, 0), (FROM_STREAM | TO_DEVICE, 0, 0),
        (FROM_DEVICE | TO_STREAM, 0, 0), (FROM_STREAM | 1 << 10, 0, 0), (3 << 4, 0, 0), (3 << 6, 0, 0),
    ],
)  # fmt: skip
def test_what_a_stream_can_be_with(b: Board, config: int, c: int, ok: int) -> None:
    b.start(c=c, config=config, src_lo=0x4000, dst_lo=0x9000, length=8)
    b.p.wait_cycles(20)
    assert (b.r(r.STATUS, c) & 0xF0C == 0) if ok else (b.r(r.STATUS, c) == 4 | 12 << 8)


# ---------------------------------------------------------------- source
def test_the_length_ends_it_first(b: Board) -> None:
    """Bytes after the length stay for the next segment."""
    b.p.stream_feed(0, b.data[:100])
    b.start(config=FROM_STREAM, dst_lo=0x9003, length=37)
    assert b.end()[:3] == (2, 0, 37) and b.r(r.STREAM) == 0
    b.start(config=FROM_STREAM, dst_lo=0x9800, length=100)
    assert b.end()[:3] == (0x42, 0, 63)
    assert b.memory(0x9003, 37) + b.memory(0x9800, 63) == b.data[:100]


def test_the_packet_ends_it_first(b: Board) -> None:
    """DONE though COUNT is not 0; STATUS.EOP; the packet after it stays."""
    b.p.stream_feed(0, b.data[:21], tid=0xA5, tdest=0x5A)
    b.p.stream_feed(0, b.data[100:108], tid=1, tdest=2)
    b.start(config=FROM_STREAM, dst_lo=0x9000, length=64)
    assert b.end()[:3] == (0x42, 0, 21)
    assert (b.r(r.SEGDONE), b.r(r.COUNT), b.r(r.IRQ_STATUS)) == (21, 43, DONE)
    assert b.r(r.STREAM) == 0xA5 | 0x5A << 8 | 1 << 16
    assert b.memory(0x9000, 64) == b.data[:21] + bytes(43)
    b.start(config=FROM_STREAM, dst_lo=0x9000, length=8)
    assert b.end()[:3] == (0x42, 0, 8) and b.r(r.STREAM) == 1 | 2 << 8 | 1 << 16, "length and packet end together"


def test_an_empty_packet_is_an_empty_segment(b: Board) -> None:
    b.p.stream_feed(0, b"", tid=3)
    b.p.stream_feed(0, b.data[:5], tid=4)
    b.start(config=FROM_STREAM, dst_lo=0x9000, length=64)
    assert b.end()[:3] == (0x42, 0, 0) and b.r(r.STREAM) == 3 | 1 << 16 and b.r(r.BURSTS) == 0
    b.start(config=FROM_STREAM, dst_lo=0x9000, length=64)
    assert b.end()[:3] == (0x42, 0, 5)


def test_a_packet_that_comes_slowly(b: Board) -> None:
    """Whole beats move when they are there; the end may be a beat without bytes."""
    b.start(config=FROM_STREAM, dst_lo=0x9000, length=1000)
    for i in range(3):
        b.p.stream_feed(0, b.data[16 * i : 16 * i + 16], last=False)
        b.settle()
        assert b.r(r.POS_LO) == 16 * i + 16 and b.r(r.STATUS) == 1
    b.p.stream_feed(0, b"")
    assert b.end()[:3] == (0x42, 0, 48) and b.memory(0x9000, 48) == b.data[:48]
    with pytest.raises(ValueError, match="whole beats"):
        b.p.stream_feed(0, b"123", last=False)


def test_a_table_takes_packets(b: Board) -> None:
    """Each descriptor a packet; write-back tells the bytes and EOP; START clears the count of packets."""
    sizes = [10, 64, 1, 600]
    at = 0
    for n in sizes:
        b.p.stream_feed(0, b.data[at : at + n])
        at += n
    b.table(0x1000, *[(0, 0x9000 + 0x400 * i, 64, COPY | WB | PHASE) for i in range(5)])
    b.start(config=TABLE | FROM_STREAM, desc_lo=0x1000, desc_count=5)
    assert b.end()[:2] == (2, 0) and b.r(r.STREAM) >> 16 == 3
    got = [b.memory(0x1008 + 16 * i, 8) for i in range(5)]
    assert [int.from_bytes(g[:4], "little") for g in got] == [10, 64, 1, 64, 64]
    assert [g[7] >> 4 & 1 for g in got] == [1, 1, 1, 0, 0]
    assert b.memory(0xA000, 64) == b.data[75 + 64 : 75 + 128]


def test_auto_initialize_starts_a_lap_at_each_packet(b: Board) -> None:
    b.start(config=AUTO | FROM_STREAM, dst_lo=0x9000, length=32)
    b.p.stream_feed(0, b.data[:20])
    b.settle()
    assert (b.r(r.SEGDONE), b.r(r.POS_LO), b.r(r.STATUS)) == (0, 20, 1)
    b.p.stream_feed(0, b.data[100:140])
    b.settle()
    assert (b.r(r.SEGDONE), b.r(r.POS_LO)) == (0, 60)
    assert b.memory(0x9000, 32) == b.data[132:140] + b.data[108:132]


def test_descriptor_source_address_is_ignored(b: Board) -> None:
    b.p.stream_feed(0, b.data[:16])
    b.table(0x1000, (0xFFFF_FFFF, 0x9000, 16, COPY | PHASE))
    b.start(config=TABLE | FROM_STREAM, desc_lo=0x1000, desc_count=1)
    assert b.end()[:3] == (2, 0, 16)


# ---------------------------------------------------------------- sink
def test_a_transfer_is_a_packet(b: Board) -> None:
    """TID is the channel, TDEST from CONFIG."""
    b.start(c=1, config=TO_STREAM | 0x77 << 24, src_lo=0x4003, length=1003)
    assert b.end(1)[:3] == (2, 0, 1003)
    assert b.p.stream_collected(1) == [StreamPacket(b.data[3:1006], 1, 0x77)] and b.p.stream_collected(0) == []


def test_descriptors_with_eop_end_packets(b: Board) -> None:
    """Bytes are packed across descriptors without it; an open packet goes on with the next work."""
    b.table(
        0x1000, (0x4000, 0, 5, COPY | PHASE), (0x4100, 0, 6, COPY | EOP | PHASE), (0x4200, 0, 7, COPY | PHASE | EOP), (0x4300, 0, 3, COPY | PHASE)
    )  # fmt: skip
    b.start(config=TABLE | TO_STREAM, desc_lo=0x1000, desc_count=4)
    assert b.end() == (2, 0, 21, 4)
    want = [b.data[:5] + b.data[0x100:0x106], b.data[0x200:0x207]]
    assert [p.data for p in b.p.stream_collected(0)] == want
    b.start(config=TO_STREAM, src_lo=0x4400, length=2)
    b.settle()
    assert b.p.stream_collected(0)[2] == StreamPacket(b.data[0x300:0x303] + b.data[0x400:0x402])


def test_laps_are_packets(b: Board) -> None:
    b.start(config=AUTO | TO_STREAM, src_lo=0x4000, length=100)
    b.p.wait_cycles(300)
    b.cmd(32)
    status, _, pos, _ = b.end()
    assert status == 2 and [p.data for p in b.p.stream_collected(0)] == [b.data[:100]] * (pos // 100) and pos >= 300


def test_a_full_sink_holds_up_its_own_channel_only(b: Board) -> None:
    """Commitment is the queue's taking."""
    b.p.stream_pause(0, sink=256)
    b.start(config=TO_STREAM, src_lo=0x4000, length=1000)
    b.start(c=1, src_lo=0x4000, dst_lo=0xB000, length=4000)
    assert b.end(1)[:3] == (2, 0, 4000)
    assert 0 < b.r(r.POS_LO) <= 32 * 8 and b.p.stream_collected(0) == [] and b.p.stream_partial(0) == b""
    assert b.r(r.STALL_STREAM) > 10_000
    b.p.stream_pause(0)
    assert b.end()[:3] == (2, 0, 1000) and b.p.stream_collected(0)[0].data == b.data[:1000]


@pytest.mark.parametrize("command", [ABORT, RESET])
@pytest.mark.parametrize("length", [4096, 4099])
def test_an_abort_cuts_the_packet_off(b: Board, command: int, length: int) -> None:
    """TLAST with TUSER = 1, and no byte more than POS."""
    b.p.stream_pause(0, sink=256)
    b.start(config=TO_STREAM, src_lo=0x4000, length=length)
    b.settle()
    b.cmd(command)
    b.p.stream_pause(0)
    status, _, pos, _ = b.end()
    assert status == 8 and pos > 0
    assert b.p.stream_collected(0) == [StreamPacket(b.data[:pos], user=True)]
    b.start(config=TO_STREAM, src_lo=0x4800, length=3)
    b.settle()
    assert b.p.stream_collected(0)[1] == StreamPacket(b.data[0x800:0x803])


def test_an_abort_between_packets_sends_nothing(b: Board) -> None:
    b.p.stream_feed(0, b.data[:8])
    b.start(config=AUTO | FROM_STREAM | TO_STREAM, length=64)
    b.settle()
    b.cmd(ABORT)
    b.settle()
    assert b.p.stream_collected(0) == [StreamPacket(b.data[:8])]


def test_a_read_error_cuts_the_packet_off() -> None:
    b = Board(PARAMS, faults=(Fault(0x4010, 0x4018, 3, write=False),))
    b.start(config=TO_STREAM, src_lo=0x4003, length=100)
    assert b.end()[:3] == (4, 2, 13) and b.r(r.FADDR_LO) == 0x4010
    assert b.p.stream_collected(0) == [StreamPacket(b.data[3:16], user=True)]


# ---------------------------------------------------------------- stream to stream
def test_stream_to_stream(b: Board) -> None:
    """A packet out for each packet in, empty ones too; a transfer's end is a packet's end as well."""
    for n in (5, 64, 0, 333):
        b.p.stream_feed(1, b.data[:n])
    b.start(c=1, config=FROM_STREAM | TO_STREAM | AUTO, length=100)
    b.settle()
    got = [p.data for p in b.p.stream_collected(1)]
    assert got == [b.data[:5], b.data[:64], b"", b.data[:100], b.data[100:200], b.data[200:300], b.data[300:333]]


def test_stream_to_stream_in_a_table(b: Board) -> None:
    """Without EOP only the source's packet ends count."""
    for n in (100, 10):
        b.p.stream_feed(0, b.data[:n])
    b.table(0x1000, *[(0, 0, 60, COPY | PHASE)] * 3)
    b.start(config=TABLE | FROM_STREAM | TO_STREAM, desc_lo=0x1000, desc_count=3)
    assert b.end() == (2, 0, 110, 3)
    assert [p.data for p in b.p.stream_collected(0)] == [b.data[:100], b.data[:10]]


# ---------------------------------------------------------------- isolation, faults
def test_an_empty_source_holds_up_its_own_channel_only(b: Board) -> None:
    b.p.stream_pause(0, source=256)
    b.p.stream_feed(0, b.data[:64])
    b.start(config=FROM_STREAM, dst_lo=0x9000, length=64)
    b.start(c=1, src_lo=0x4000, dst_lo=0xB000, length=4000)
    assert b.end(1)[:3] == (2, 0, 4000) and b.r(r.POS_LO) == 0 and b.r(r.STALL_STREAM) > 10_000
    b.p.stream_pause(0)
    assert b.end()[:3] == (0x42, 0, 64)


def test_nothing_is_taken_when_the_map_refuses() -> None:
    """The bytes are still there for the next START."""
    b = Board(PARAMS, bypass=False)
    b.p.stream_feed(0, b.data[:16])
    b.start(config=FROM_STREAM, dst_lo=0x9000, length=16)
    assert b.end()[:3] == (4, 5, 0)
    b.grant(r.GRANT, 1)
    b.cmd(START)
    assert b.end()[:3] == (0x42, 0, 16)


def test_the_stream_register_is_there_only_with_streams() -> None:
    b = Board(PARAMS)
    assert b.r(r.STREAM, 1) == 0
    with pytest.raises(BusError):
        b.r(r.STREAM, 2)


def test_wide_table_from_a_stream(b: Board) -> None:
    b.p.stream_feed(0, b.data[:24])
    b.table(0x1000, wide(0, 0x9001, 24, COPY | WB | PHASE))
    b.start(config=TABLE | FROM_STREAM | 1 << 12, desc_lo=0x1000, desc_count=1)
    assert b.end() == (2, 0, 24, 1) and b.memory(0x1014, 4)[3] == 0xD0


def test_reset_leaves_the_source_queue_alone(b: Board) -> None:
    b.p.stream_feed(0, b.data[:16])
    b.start(config=FROM_STREAM, dst_lo=0x9000, length=5)
    b.settle()
    b.cmd(RESET)
    b.start(config=FROM_STREAM, dst_lo=0x9000, length=100)
    assert b.end()[:3] == (0x42, 0, 11) and b.memory(0x9000, 11) == b.data[5:16]


def test_an_error_in_a_piece_s_first_word_cuts_the_packet_off() -> None:
    """The pieces before it were sent; the one that fails has no byte."""
    b = Board(PARAMS, faults=(Fault(0x4040, 0x4048, 2, write=False),))  # a piece is a quarter of the queue: 64 bytes
    b.start(config=TO_STREAM, src_lo=0x4000, length=100)
    assert b.end()[:3] == (4, 1, 64)
    assert b.p.stream_collected(0) == [StreamPacket(b.data[:64], user=True)]
