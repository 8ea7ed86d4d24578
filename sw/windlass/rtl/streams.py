"""The Python side of the board's streams (``tb/env/hdl/wl_streams.v``): packets to records of beats and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cocotb.handle import SimHandleBase
from cocotb.triggers import Timer

from ..platform import EngineParams, StreamPacket

BYTES = 1 << 19  # of records, for each stream, in each direction
HEAD = 16  # bytes of a record before its data
FEED, KEPT = 1, 6  # back doors
Move = Callable[[bool, int, int, "bytes | int"], Awaitable[bytes]]


class StreamWires:
    """What lies on the wires of all streams since reset. `move` is the board's back door."""

    def __init__(self, params: EngineParams, move: Move) -> None:
        n = max(params.streams, 1)
        self.width, self.move = params.word_bytes, move
        self.packets: list[list[StreamPacket]] = [[] for _ in range(n)]
        self.current = [bytearray() for _ in range(n)]
        self._fed, self._seen = [0] * n, [0] * n
        self._pause_in, self._pause_out = [0] * n, [0] * n
        self._open: list[tuple[int, int] | None] = [None] * n

    async def show(self, dut: SimHandleBase) -> None:
        """Put counts and chances where the HDL sees them."""
        dut.st_fed.value = sum(v << 32 * i for i, v in enumerate(self._fed))
        dut.st_pause_in.value = sum(v << 9 * i for i, v in enumerate(self._pause_in))
        dut.st_pause_out.value = sum(v << 9 * i for i, v in enumerate(self._pause_out))
        await Timer(1, "ps")

    def pause(self, number: int, source: int, sink: int) -> None:
        """Chances in 256 to skip a cycle."""
        self._pause_in[number], self._pause_out[number] = source, sink

    async def feed(self, number: int, data: bytes, tid: int, tdest: int, last: bool) -> None:
        """Append a packet, or a part of one. Raises ValueError for a part that is not whole beats, and when the records do not fit."""
        w = self.width
        if not last and len(data) % w:
            raise ValueError(f"{len(data)} bytes without TLAST: expected whole beats of {w}")
        tid, tdest = self._open[number] or (tid, tdest)
        beats = [data[i : i + w] for i in range(0, len(data), w)] or ([b""] if last else [])
        records = bytearray()
        for i, beat in enumerate(beats):
            end = last and i == len(beats) - 1
            records += bytes([end, tid, tdest, 0, 0, 0, 0, 0]) + ((1 << len(beat)) - 1).to_bytes(8, "little")
            records += beat.ljust(w, b"\xa5")
        if (self._fed[number] + len(beats)) * (HEAD + w) > BYTES:
            raise ValueError(f"stream {number}: more than {BYTES // (HEAD + w)} beats since reset")
        await self.move(True, FEED, number * BYTES + self._fed[number] * (HEAD + w), bytes(records))
        self._fed[number] += len(beats)
        self._open[number] = None if last else (tid, tdest)

    async def collect(self, number: int, kept: int) -> None:
        """Read what has come out up to `kept` beats. Raises ValueError for beats that are not packed."""
        size = HEAD + self.width
        new = kept - self._seen[number]
        raw = await self.move(False, KEPT, number * BYTES + self._seen[number] * size, new * size) if new else b""
        for at in range(0, len(raw), size):
            beat = raw[at : at + size]
            keep, last = int.from_bytes(beat[8:16], "little"), beat[0]
            n = keep.bit_length()
            if keep != (1 << n) - 1 or (not last and n != self.width):
                raise ValueError(f"stream {number}: TKEEP {keep:#x} in a beat {'with' if last else 'without'} TLAST")
            self.current[number] += beat[HEAD : HEAD + n]
            if last:
                data = bytes(self.current[number])
                self.packets[number].append(StreamPacket(data, beat[1], beat[2], bool(beat[3])))
                self.current[number].clear()
        self._seen[number] = kept
