"""Interrupts of a channel of the reference model: status, enable, events, coalescing (manual, section 5)."""

from __future__ import annotations

DONE, DESC, PERIOD, ERROR, ABORTED, NEXT = 1, 2, 4, 8, 16, 32
COALESCED = DESC | PERIOD


class Interrupts:
    """IRQ_STATUS, IRQ_ENABLE, IRQ_EVENTS and COALESCE; times are in cycles."""

    def __init__(self) -> None:
        self.status = self.enable = self.events = self.coalesce = 0
        self._gathered = self._first = 0

    def event(self, bits: int, now: int) -> None:
        """Interrupt events: each bit counts one."""
        gathered = (bits & COALESCED).bit_count()
        if gathered:
            if not self._gathered:
                self._first = now
            self._gathered += gathered
        self.status |= bits
        self.events = (self.events + bits.bit_count()) & 0xFFFF_FFFF

    def clear(self, bits: int) -> None:
        """Write one to clear."""
        self.status &= ~bits
        if not self.status & COALESCED:
            self._gathered = 0

    def reset(self) -> None:
        """RESET of the channel: all but the count of events."""
        self.enable = self.coalesce = 0
        self.clear(0xFFFF_FFFF)

    def _due_in(self, now: int) -> int | None:
        """Cycles until coalesced events raise the line; 0 when they do already, None when time never makes them."""
        if self._gathered >= (self.coalesce & 0xFF):
            return 0
        time = (self.coalesce >> 16) * 16
        return max(0, self._first + time - now) if time else None

    def line(self, now: int) -> bool:
        """Level of ``irq``."""
        pending = self.status & self.enable
        return bool(pending & ~COALESCED) or (bool(pending) and self._due_in(now) == 0)

    def waits(self, now: int) -> int | None:
        """Cycles until time alone raises the line, None if it never does."""
        if not self.status & self.enable & COALESCED:
            return None
        return self._due_in(now) or None
