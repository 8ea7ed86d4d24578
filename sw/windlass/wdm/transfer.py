"""What a system DMA channel works on for a subordinate device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .structures import DeviceObject, ScatterGatherElement

if TYPE_CHECKING:
    from .adapter import DmaAdapter

RUNNING, DONE, FAILED, STOPPED = "running", "done", "failed", "stopped"


@dataclass(eq=False)
class SystemTransfer:
    """A transfer that a channel works on for a subordinate device. Lengths in bytes."""

    adapter: DmaAdapter
    device: DeviceObject | None
    elements: list[ScatterGatherElement]
    write: bool
    device_offset: int = 0
    completion: Callable[[DmaAdapter, DeviceObject | None, Any, int], None] | None = None
    completion_context: Any = None
    state: str = RUNNING
    #: The completion routine has been queued or has run: it never does twice.
    reported: bool = False
    dpc: Any = field(default=None, repr=False)

    @property
    def total(self) -> int:
        return sum(element.length for element in self.elements)
