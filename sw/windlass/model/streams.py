"""Stream ports of the reference model with the wires of the board on their other side (manual, section 12)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from ..platform import StreamPacket

HELD = 256  # of 256 cycles bring nothing


@dataclass
class _Packet:
    """A packet on its way into a source stream; `closed` once its TLAST is there."""

    data: bytearray
    tid: int
    tdest: int
    closed: bool


class SourceStream:
    """The stream into a channel. What is on the wire counts as queued, unless the wire is held."""

    def __init__(self, word_bytes: int) -> None:
        self.word_bytes = word_bytes
        self.wire: deque[_Packet] = deque()
        self.queue: deque[_Packet] = deque()
        self.pause = 0

    def feed(self, data: bytes, tid: int, tdest: int, last: bool) -> None:
        """Bytes onto the wire. Raises ValueError for a beat that is not whole and has no TLAST."""
        if not last and len(data) % self.word_bytes:
            raise ValueError(f"{len(data)} bytes without TLAST: expected whole beats of {self.word_bytes}")
        tail = self.wire[-1] if self.wire else self.queue[-1] if self.queue else None
        if tail is not None and not tail.closed:
            if self.wire:
                tail.data += data
                tail.closed = last
                return
            self.wire.append(_Packet(bytearray(data), tail.tid, tail.tdest, last))
        else:
            self.wire.append(_Packet(bytearray(data), tid, tdest, last))
        self.advance()

    def advance(self) -> None:
        """Let the wire run."""
        while self.wire and self.pause < HELD:
            packet = self.wire.popleft()
            if self.queue and not self.queue[-1].closed:
                self.queue[-1].data += packet.data
                self.queue[-1].closed = packet.closed
            else:
                self.queue.append(packet)

    @property
    def ready(self) -> bool:
        """There are bytes, or a packet's end."""
        return bool(self.queue) and (bool(self.queue[0].data) or self.queue[0].closed)

    def available(self) -> int:
        """Bytes up to the packet's end, or those that are there."""
        return len(self.queue[0].data)

    def peek(self, n: int) -> bytes:
        """The next `n` bytes."""
        return bytes(self.queue[0].data[:n])

    def take(self, n: int) -> tuple[bool, int, int]:
        """Take `n` bytes; (they were the packet's last, its TID, its TDEST)."""
        packet = self.queue[0]
        del packet.data[:n]
        end = packet.closed and not packet.data
        if end:
            self.queue.popleft()
        return end, packet.tid, packet.tdest


class SinkStream:
    """The stream out of a channel: a queue of `beats` words, packed, and the wire that draws a word a cycle."""

    def __init__(self, word_bytes: int, beats: int, most: int, tid: int) -> None:
        self.word_bytes, self.beats, self.most, self.tid = word_bytes, beats, most, tid
        self.queue: deque[tuple[bytes, bool, bool, int]] = deque()
        self.partial = bytearray()
        self.open = False
        self.pause = 0
        self.packets: list[StreamPacket] = []
        self.current = bytearray()
        self._credit = 0

    @property
    def ready(self) -> bool:
        """Room for a piece of the longest kind."""
        return len(self.queue) + self.most + 1 <= self.beats

    def put(self, data: bytes, last: bool, tdest: int) -> None:
        """Queue bytes; `last` ends the packet with them."""
        self.partial += data
        self.open = not last and (self.open or bool(data))
        w = self.word_bytes
        while len(self.partial) > w or (len(self.partial) == w and not last):
            self.queue.append((bytes(self.partial[:w]), False, False, tdest))
            del self.partial[:w]
        if last:
            self._flush(False, tdest)

    def _flush(self, user: bool, tdest: int) -> None:
        self.queue.append((bytes(self.partial), True, user, tdest))
        self.partial.clear()
        self.open = False

    def cut_off(self, tdest: int) -> None:
        """End a packet that will not be finished."""
        if self.open:
            self._flush(True, tdest)

    def advance(self, cycles: int) -> None:
        """Let the wire run for `cycles` clock cycles."""
        if not self.queue:
            return
        self._credit += cycles * (HELD - self.pause)
        words = min(self._credit // HELD, len(self.queue))
        self._credit = self._credit % HELD if words < len(self.queue) else 0
        for _ in range(words):
            data, last, user, tdest = self.queue.popleft()
            self.current += data
            if last:
                self.packets.append(StreamPacket(bytes(self.current), self.tid, tdest, user))
                self.current.clear()


@dataclass
class StreamPort:
    """Both streams of a channel."""

    source: SourceStream
    sink: SinkStream
    taken: int = field(default=0)
