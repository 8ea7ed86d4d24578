"""The CPU's write-back cache on a board where devices do not see it: 64-byte lines, none is ever evicted by itself.

A line that the CPU read or wrote stays until it is invalidated, so what a driver forgot to clean or to invalidate stays
wrong for as long as the test looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

LINE = 64


class WriteBackCache:
    """Lines by physical address over `read(address, length)` and `write(address, data)` of memory."""

    def __init__(self, read: Callable[[int, int], bytes], write: Callable[[int, bytes], None]) -> None:
        self._read, self._write = read, write
        self._lines: dict[int, bytearray] = {}
        self._dirty: set[int] = set()

    def read(self, address: int, length: int) -> bytes:
        """What the CPU sees."""
        return b"".join(bytes(self._line(line)[at : at + take]) for line, at, take in _cut(address, length))

    def write(self, address: int, data: bytes) -> None:
        """The CPU stores bytes: they stay in the cache."""
        position = 0
        for line, at, take in _cut(address, len(data)):
            self._line(line)[at : at + take] = data[position : position + take]
            self._dirty.add(line)
            position += take

    def clean(self, address: int, length: int) -> None:
        """Write dirty lines back, whole lines; they stay valid."""
        for line, _, _ in _cut(address, length):
            if line in self._dirty:
                self._dirty.discard(line)
                self._write(line, bytes(self._lines[line]))

    def invalidate(self, address: int, length: int) -> None:
        """Forget lines, whole lines, written or not: what the CPU stored beside the region is lost, too."""
        for line, _, _ in _cut(address, length):
            self._dirty.discard(line)
            self._lines.pop(line, None)

    def _line(self, line: int) -> bytearray:
        if line not in self._lines:
            self._lines[line] = bytearray(self._read(line, LINE))
        return self._lines[line]


def _cut(address: int, length: int) -> Iterator[tuple[int, int, int]]:
    """(address of the line, first byte in it, bytes) of a range."""
    while length > 0:
        at = address % LINE
        take = min(length, LINE - at)
        yield address - at, at, take
        address += take
        length -= take
