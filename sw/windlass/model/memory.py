"""Physical memory of the reference board, with ranges that answer errors."""

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


@dataclass
class Memory:
    """RAM from address 0. Anything beyond it answers DECERR."""

    size: int
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.data = bytearray(self.size)

    def response(self, address: int, length: int, write: bool) -> int:
        """What the bus answers to an access of `length` bytes at `address`."""
        if address + length > self.size:
            return DECERR
        for f in reversed(self.faults):
            if address + length > f.low and address < f.high and (f.write if write else f.read):
                return f.response
        return OKAY
