"""A device of profile `native` that moves its own data through ``s_axi_dev`` (programmer's manual, section 13).

Its adapter needs no Windlass channel: map registers belong to the bus master by its number. Lists and common buffers are what every
other master gets.
"""

from __future__ import annotations

#: Owner of a bus master's map registers: this plus its number.
OWNER_BASE = 64


class BusMasterPort:
    """The place of bus master `number`: what an adapter has instead of a channel."""

    role = "master"

    def __init__(self, number: int) -> None:
        self.number = number
        self._users = 0

    @property
    def owner(self) -> int:
        """Number in the OWNER field of its map registers."""
        return OWNER_BASE + self.number

    def claim(self, role: str) -> None:
        """One more adapter for it."""
        self._users += 1

    def unclaim(self) -> None:
        """One adapter less."""
        self._users -= 1

    @property
    def in_use(self) -> bool:
        """Is there an adapter for it?"""
        return self._users > 0

    def works_on(self, logical: int, length: int) -> bool:
        """The engine sees a bus master's accesses, not its plans; REVOKE waits for what is under way."""
        return False
