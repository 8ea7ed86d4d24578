"""Structures that drivers fill in or receive.

Out-parameters are :class:`Ref` objects: the C call ``f(&x)`` is ``x = Ref(); f(x); x.value``. A NULL pointer is None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .constants import DMA_ADAPTER_INFO_VERSION1, DMA_TRANSFER_INFO_VERSION1, Compatible, Internal


@dataclass
class Ref:
    """A pointer to one value: what C passes as ``&variable``."""

    value: Any = None


@dataclass
class DeviceDescription:
    """DEVICE_DESCRIPTION: what a driver tells IoGetDmaAdapter. Zero-filled by default, lengths in bytes."""

    version: int = 0
    master: bool = False
    scatter_gather: bool = False
    demand_mode: bool = False
    auto_initialize: bool = False
    dma_32bit_addresses: bool = False
    ignore_count: bool = False
    reserved1: bool = False
    dma_64bit_addresses: bool = False
    bus_number: int = 0
    dma_channel: int = 0
    interface_type: int = Internal
    dma_width: int = 0
    dma_speed: int = Compatible
    maximum_length: int = 0
    dma_port: int = 0
    dma_address_width: int = 0
    dma_controller_instance: int = 0
    dma_request_line: int = 0
    device_address: int = 0


@dataclass(frozen=True)
class DmaResources:
    """What the bus assigned to a device (CM_RESOURCE_DMA_V3 on this board): kept in its device object.

    `channel` is the Windlass channel, `request_line` its line, `device_address` the physical address of the device's
    data register. None: not assigned; the HAL chooses or takes the board's wiring.
    """

    channel: int | None = None
    request_line: int | None = None
    device_address: int | None = None


@dataclass
class Irp:
    """An I/O request packet, as far as DMA knows it: an identity with room for the driver."""

    driver_context: Any = None


@dataclass(eq=False)
class DeviceObject:
    """DEVICE_OBJECT: an identity, the current IRP, and (for a physical device object) its bus and its resources."""

    name: str = ""
    resources: DmaResources | None = None
    current_irp: Irp | None = None
    #: The bus of a physical device object: what InterfaceTypeUndefined in a description means.
    interface_type: int = Internal
    #: The wait block that AllocateAdapterChannel uses: one request at a time.
    wait_block_in_use: bool = field(default=False, repr=False)


@dataclass
class ScatterGatherElement:
    """One piece of a list: logical address and length in bytes."""

    address: int
    length: int


@dataclass(eq=False)
class ScatterGatherList:
    """SCATTER_GATHER_LIST. A driver that supplies the buffer makes an empty one and passes its capacity in bytes.

    With a `buffer` (:class:`windlass.wdm.packed.ListBuffer`) the list also lies in memory as bytes.
    """

    elements: list[ScatterGatherElement] = field(default_factory=list)
    #: The system's cookie: never touch.
    reserved: Any = field(default=None, repr=False)
    buffer: Any = field(default=None, repr=False)

    def fill(self, elements: list[ScatterGatherElement]) -> None:
        """The system's way to put its elements into a list."""
        self.elements = elements
        if self.buffer is not None:
            self.buffer.store(elements)

    @property
    def number_of_elements(self) -> int:
        return len(self.elements)

    @property
    def total_length(self) -> int:
        """Bytes of all elements together."""
        return sum(element.length for element in self.elements)


@dataclass
class DmaAdapterInfo:
    """DMA_ADAPTER_INFO with its version 1 part; set `version` before the call."""

    version: int = DMA_ADAPTER_INFO_VERSION1
    read_dma_counter_available: bool = False
    scatter_gather_limit: int = 0
    dma_address_width: int = 0
    flags: int = 0
    minimum_transfer_unit: int = 0


@dataclass
class DmaTransferInfo:
    """DMA_TRANSFER_INFO; `logical_page_count` belongs to version 2. Sizes in bytes."""

    version: int = DMA_TRANSFER_INFO_VERSION1
    map_register_count: int = 0
    scatter_gather_element_count: int = 0
    scatter_gather_list_size: int = 0
    logical_page_count: int = 0


@dataclass(eq=False)
class DmaTransferContext:
    """DMA_TRANSFER_CONTEXT: the driver supplies it and keeps it alive; what is inside belongs to the system."""

    _state: str = field(default="", repr=False)
    _adapter: Any = field(default=None, repr=False)
    _cancelled: bool = field(default=False, repr=False)
    _request: Any = field(default=None, repr=False)
    _grant: Any = field(default=None, repr=False)


class MapRegisterBase:
    """The opaque handle of a run of map registers. NULL (no registers needed) is None."""

    __slots__ = ("_grant",)

    def __init__(self, grant: Any) -> None:
        self._grant = grant


@dataclass(eq=False)
class KEvent:
    """KEVENT, notification type: stays signalled until cleared."""

    signalled: bool = False


@dataclass(eq=False)
class KDpc:
    """KDPC: a routine(context) that runs at DISPATCH_LEVEL, at most once for each time it was queued."""

    routine: Callable[[Any], None]
    context: Any = None
    queued: bool = field(default=False, repr=False)


@dataclass(eq=False)
class KInterrupt:
    """A connected interrupt: `isr(context)` returns True when the interrupt was its own."""

    channel: int
    isr: Callable[[Any], bool]
    context: Any = None
