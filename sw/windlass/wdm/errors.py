"""What the model raises. A run-time failure has a documented status; a broken contract raises."""

from __future__ import annotations

#: Every rule that the model watches, with what it means.
RULES = {
    "CV-ADAPTER": "adapter is NULL, or was already put",
    "CV-VERSION": "member is newer than the adapter's table",
    "CV-IRQL": "called at the wrong IRQL",
    "CV-ACTION": "bad or ill-suited IO_ALLOCATION_ACTION",
    "CV-CHANNEL": "release or use of a channel that is not owned",
    "CV-REENTRY": "second outstanding request of a device object, or allocation inside a control routine",
    "CV-REGS": "wrong count, foreign or freed map register base, or more pages than registers",
    "CV-MDL": "MDL not locked, region outside it, zero length, or not aligned for the adapter",
    "CV-FLUSH": "missing, mismatched or double flush, changed direction, or freeing what was not flushed",
    "CV-MIX": "version 1 handle with an Ex mapping, or the reverse",
    "CV-MASTER": "DMA counter read on a bus master",
    "CV-COMMON": "common buffer mismatch or overrun",
    "CV-BUSY": "memory freed or flushed while it is in use",
    "CV-LEAK": "PutDmaAdapter with live resources",
    "CV-LIST": "scatter/gather list is not one that is waiting for PutScatterGatherList",
    "CV-GPUMAP": "DMA buffer page that is not locked and mapped",
    "CV-ACCESS": "CPU access to a mapped bounced read buffer",
}


class DmaContractViolation(Exception):
    """A driver broke the DMA contract.

    ``rule`` is one of :data:`RULES`, ``routine`` the routine (Python name) that found it, ``should_have`` says what
    the driver should have done.
    """

    def __init__(self, rule: str, routine: str, should_have: str) -> None:
        if rule not in RULES:
            raise ValueError(f"unknown contract rule {rule}")
        self.rule = rule
        self.routine = routine
        self.should_have = should_have
        super().__init__(f"{rule} in {routine}: {RULES[rule]}; should have: {should_have}")


class UnsupportedHardware(Exception):
    """The engine was built without something that this profile needs."""
