"""The FIFO-port peripheral of ``docs/platform.md``, stepped in cycles."""

from __future__ import annotations

from collections import deque

DEPTH = 64


class FifoPort:
    """A device with a 64-unit FIFO, a data register for the engine and a wire on its other side."""

    def __init__(self) -> None:
        self.feed = bytearray()
        self.kept = bytearray()
        self.fifo: deque[bytes] = deque()
        self.enable = self.sink = self.under = self.over = self.drawing = False
        self.width, self.thresh, self.rate, self.start, self.count, self.tick = 0, 1, 0, 0, 0, 0

    @property
    def unit(self) -> int:
        """Bytes of a unit."""
        return 1 << self.width

    @property
    def request(self) -> bool:
        """The request line."""
        if not self.enable:
            return False
        if self.sink:
            return DEPTH - len(self.fifo) >= self.thresh
        to_come = len(self.feed) // self.unit + len(self.fifo)
        return bool(self.fifo) and len(self.fifo) >= min(self.thresh, to_come)

    def advance(self, cycles: int) -> None:
        """Let the wire run for `cycles` clock cycles."""
        if not self.enable:
            return
        self.tick += cycles
        ticks, self.tick = divmod(self.tick, max(self.rate, 1))
        for _ in range(ticks):
            if not self._wire():
                break

    def _wire(self) -> bool:
        """One wire tick; False when no later tick can do anything before the engine acts."""
        if not self.sink:
            if len(self.feed) < self.unit or len(self.fifo) >= DEPTH:
                return False
            self.fifo.append(bytes(self.feed[: self.unit]))
            del self.feed[: self.unit]
            self.count += 1
            return True
        if not self.drawing:
            if not self.fifo or len(self.fifo) < self.start:
                return False
            self.drawing = True
        if not self.fifo:
            self.under = True
            return False
        self.kept += self.fifo.popleft()
        self.count += 1
        return True

    def take(self) -> bytes:
        """The engine reads one unit."""
        if self.fifo:
            return self.fifo.popleft()
        self.under = True
        return bytes(self.unit)

    def put(self, unit: bytes) -> None:
        """The engine writes one unit."""
        if len(self.fifo) < DEPTH:
            self.fifo.append(unit)
        else:
            self.over = True

    def io_read(self, offset: int) -> int:
        """CPU read of a register."""
        return {
            0x04: self.enable | self.sink << 1,
            0x08: self.width,
            0x0C: self.thresh,
            0x10: self.rate,
            0x14: self.under | self.over << 1 | len(self.fifo) << 8,
            0x18: self.count,
            0x1C: self.start,
        }.get(offset, 0)

    def io_write(self, offset: int, value: int) -> None:
        """CPU write of a register."""
        if offset == 0x04:
            if value & 1 and not self.enable:
                self.fifo.clear()
                self.kept.clear()
                self.under = self.over = self.drawing = False
                self.count = self.tick = 0
            self.enable, self.sink = bool(value & 1), bool(value & 2)
        elif offset == 0x08:
            self.width = value & 3
        elif offset == 0x0C:
            self.thresh = value & 0xFF
        elif offset == 0x10:
            self.rate = value & 0xFFFF
        elif offset == 0x1C:
            self.start = value & 0xFFFF
