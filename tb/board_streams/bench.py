"""See __init__.py."""

import random

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge
from windlass.platform import EngineParams, StreamPacket
from windlass.rtl.platform import RtlPlatform
from windlass.rtl.streams import StreamWires


async def board(dut) -> RtlPlatform:
    """The platform's stream half on this bench."""
    streams, width = int(dut.STREAMS.value), int(dut.DATA_WIDTH.value)
    platform = RtlPlatform(dut, EngineParams(streams=streams, data_width=width), 0)
    Clock(dut.clk, 10, unit="ns", impl="gpi").start()
    dut.rst_n.value = 0
    for _ in range(4):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1
    return platform


async def come(dut, platform: RtlPlatform, number: int, packets: int) -> list[StreamPacket]:
    """Wait for packets of a sink."""
    for _ in range(20_000):
        await platform._stream_look(number)
        if len(platform._streams.packets[number]) >= packets:
            return platform._streams.packets[number]
        await FallingEdge(dut.clk)
    raise AssertionError(f"stream {number}: {len(platform._streams.packets[number])} packets of {packets}")


@cocotb.test()
@cocotb.parametrize(source=[0, 100, 250], sink=[0, 100, 250])
async def what_is_fed_comes_out(dut, source: int, sink: int) -> None:
    """Packets whole and in parts, empty ones, at any pace; beats stay until they are taken; TUSER is the sink's own."""
    rng, p = random.Random(source * 1000 + sink), await board(dut)
    n, w = p.params.streams, p.params.word_bytes
    want: list[list[StreamPacket]] = [[] for _ in range(n)]
    for i in range(n):
        await p._stream_pause(i, source, sink)
    for _ in range(12):
        i = rng.randrange(n)
        parts = [w * rng.randrange(4) for _ in range(rng.randrange(3))]
        data = rng.randbytes(sum(parts) + rng.choice([0, 1, w - 1, w, rng.randrange(200)]))
        tid, tdest, at = rng.randrange(256), rng.randrange(256), 0
        for part in parts:
            if part:
                await p._stream_feed(i, data[at : at + part], tid, tdest, False)
            at += part
        await p._stream_feed(i, data[at:], tid, tdest, True)
        want[i].append(StreamPacket(data, tid, tdest, True))
    for i in range(n):
        assert await come(dut, p, i, len(want[i])) == want[i]
        assert p._streams.current[i] == b""
    assert int(dut.broken.value) == 0


@cocotb.test()
async def a_held_wire_moves_nothing(dut) -> None:
    """256 of 256; a part of a packet is seen as such."""
    p = await board(dut)
    w = p.params.word_bytes
    await p._stream_pause(0, 256, 0)
    await p._stream_feed(0, bytes(w), 1, 2, True)
    for _ in range(600):
        await FallingEdge(dut.clk)
    await p._stream_look(0)
    assert not p._streams.packets[0]
    await p._stream_pause(0, 0, 0)
    await come(dut, p, 0, 1)
    await p._stream_feed(0, bytes(range(w)), 1, 2, False)
    for _ in range(20):
        await FallingEdge(dut.clk)
    await p._stream_look(0)
    assert p._streams.current[0] == bytes(range(w)) and len(p._streams.packets[0]) == 1
    with pytest.raises(ValueError, match="whole beats"):
        await p._stream_feed(0, bytes(w - 1), 1, 2, False)
    with pytest.raises(ValueError, match="beats since reset"):
        await p._stream_feed(0, bytes(1 << 19), 1, 2, True)


@cocotb.test()
async def beats_that_are_not_packed_are_told(dut) -> None:
    """A hole in TKEEP, or a part of a beat without TLAST."""
    p = await board(dut)
    w = p.params.word_bytes
    for last, keep in ((1, 0b101), (0, 1)):
        record = bytes([last, 0, 0, 0, 0, 0, 0, 0]) + keep.to_bytes(8, "little") + bytes(w)

        async def move(write: bool, target: int, address: int, data: object, record: bytes = record) -> bytes:
            return record

        with pytest.raises(ValueError, match="TKEEP"):
            await StreamWires(p.params, move).collect(0, 1)
