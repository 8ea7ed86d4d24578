"""What the display model raises besides DmaContractViolation."""

from __future__ import annotations


class AccessViolation(Exception):
    """An address of pageable memory that is not there."""

    def __init__(self, address: int) -> None:
        self.address = address
        super().__init__(f"no memory at {address:#x}")


class BugCheck(Exception):
    """A display driver broke a promise that the system can't live without: it stops."""
