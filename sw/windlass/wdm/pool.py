"""The pool of map registers: contiguous runs, first fit, lowest index first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """`count` map registers from index `first`."""

    first: int
    count: int


class MapRegisterPool:
    """Which map registers are taken. Registers 0 … size-1."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._free = bytearray(b"\x01" * size)

    @property
    def free_count(self) -> int:
        """Registers that nobody has."""
        return sum(self._free)

    def allocate(self, count: int, limit: int | None = None, block: int | None = None) -> Run | None:
        """A free run of `count` registers with indices below `limit` and inside one block of `block`, or None."""
        end = self.size if limit is None else max(0, min(limit, self.size))
        first = self._free.find(b"\x01" * count, 0, end)
        while block is not None and first >= 0 and first // block != (first + count - 1) // block:
            first = self._free.find(b"\x01" * count, (first // block + 1) * block, end)
        if first < 0 or (block is not None and count > block):
            return None
        self._free[first : first + count] = bytes(count)
        return Run(first, count)

    def release(self, run: Run) -> None:
        """Give a run back. Raises ValueError when part of it is free already."""
        if any(self._free[run.first : run.first + run.count]):
            raise ValueError(f"{run} is free already")
        self._free[run.first : run.first + run.count] = b"\x01" * run.count
