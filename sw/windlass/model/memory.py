"""Physical memory of the reference board, with ranges that answer errors and one that does not answer."""

from __future__ import annotations

from dataclasses import dataclass, field

OKAY, SLVERR, DECERR = 0, 2, 3


@dataclass(frozen=True)
class Fault:
    """Physical addresses `low` <= a < `high` answer `response` (2 SLVERR, 3 DECERR) to reads and/or writes."""

    low: int
    high: int
    response: int
    read: bool = True
    write: bool = True

    def touches(self, address: int, length: int, write: bool) -> bool:
        """Whether an access of `length` bytes at `address` meets the range."""
        return address + length > self.low and address < self.high and (self.write if write else self.read)


@dataclass
class Memory:
    """RAM from address 0. Anything beyond it answers DECERR. `hang` is a range that does not answer, while it is there."""

    size: int
    faults: list[Fault] = field(default_factory=list)
    hang: Fault | None = None

    def __post_init__(self) -> None:
        self.data = bytearray(self.size)
        self.slots: dict[int, Fault] = {}
        self.fixed = list(self.faults)

    def fail(self, slot: int, fault: Fault | None) -> None:
        """Put a range that answers an error into a slot, or empty the slot."""
        self.slots.pop(slot, None)
        if fault:
            self.slots[slot] = fault
        self.faults = [*self.fixed, *self.slots.values()]

    def response(self, address: int, length: int, write: bool) -> int:
        """What the bus answers to an access of `length` bytes at `address`."""
        if address + length > self.size:
            return DECERR
        for f in reversed(self.faults):
            if f.touches(address, length, write):
                return f.response
        return OKAY
