"""Which commands must wait for earlier ones.

Writes of one channel reach memory in order, but a read may be on the bus before an earlier write has arrived, and a FENCE's value takes
another port than data (programmer's manual, sections 6 and 7). What depends on such a write goes behind a barrier.
"""

from __future__ import annotations

from collections.abc import Hashable

Range = tuple[int, int]


class Hazards:
    """What was written since the last barrier: {where: [(first byte, byte after the last)]}."""

    def __init__(self) -> None:
        self._written: dict[Hashable, list[Range]] = {}
        self._stored: dict[Hashable, list[Range]] = {}

    def clear(self) -> None:
        """A barrier."""
        self._written.clear()
        self._stored.clear()

    @staticmethod
    def _meets(ranges: dict[Hashable, list[Range]], where: Hashable, extent: Range) -> bool:
        return any(low < extent[1] and extent[0] < high for low, high in ranges.get(where, ()))

    def needs_barrier(
        self, reads: list[tuple[Hashable, Range]], writes: list[tuple[Hashable, Range]], store: bool = False
    ) -> bool:
        """Does something that reads and writes this depend on a write since the last barrier? `store`: it is a FENCE's value."""
        if any(self._meets(self._written, *read) or self._meets(self._stored, *read) for read in reads):
            return True
        return not store and any(self._meets(self._stored, *write) for write in writes)

    def note(self, writes: list[tuple[Hashable, Range]], store: bool = False) -> None:
        """It comes next."""
        for where, extent in writes:
            (self._stored if store else self._written).setdefault(where, []).append(extent)
