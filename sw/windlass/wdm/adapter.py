"""DMA_ADAPTER: the object that stands for a device's way to memory, and how IoGetDmaAdapter makes one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .channel_queue import ChannelQueue
from .constants import PAGE_SHIFT, InterfaceTypeUndefined, Internal
from .memory import OutOfMemory
from .operations import DmaOperations, operations_table
from .structures import DeviceDescription, DeviceObject

if TYPE_CHECKING:
    from .kernel import Kernel

#: DMA_ADAPTER.Size of this implementation, in bytes (opaque to drivers, at least 16).
ADAPTER_SIZE = 16


class DmaAdapter:
    """DMA_ADAPTER. Drivers use `dma_operations` and pass the adapter itself as the first argument of every member."""

    def __init__(
        self,
        kernel: Kernel,
        description: DeviceDescription,
        binding: Any,
        registers: tuple[bool, int],
        limit: int,
        queue: ChannelQueue,
    ) -> None:
        self.kernel = kernel
        self.size = ADAPTER_SIZE
        #: The hardware behind this adapter: `channel`, `unit` and what the profile needs.
        self.binding = binding
        #: Does mapping take map registers, and how many may one transfer use?
        self.needs_regs, self.max_regs = registers
        #: Highest logical address that the device can drive.
        self.limit = limit
        self.queue = queue
        self.references = 1
        self.dead = False
        #: Common buffers that are not freed yet.
        self.common_buffers: list[Any] = []
        #: Settings made with ConfigureAdapterChannel; they apply to transfers started afterwards.
        self.configuration: dict[str, Any] = {}
        self.describe(description)

    def describe(self, description: DeviceDescription) -> None:
        """Take over a (newer) description."""
        self.description = replace(description)
        chosen = self.kernel.choices.adapter_version
        self.version = description.version if chosen is None else chosen
        self.table_version = max(1, description.version)
        self.dma_operations: DmaOperations = operations_table(self.table_version, self.kernel.choices.pointer_bits)

    @property
    def master(self) -> bool:
        return bool(self.description.master)

    @property
    def scatter_gather(self) -> bool:
        """Can the device take a list? A version 3 subordinate: its controller may be able to."""
        return self.kernel.hal.scatter_gather(self)

    @property
    def single_element(self) -> bool:
        """Lists of this adapter have one element: merged, and never more."""
        return not self.scatter_gather

    @property
    def register_limit(self) -> int:
        """Map registers with an index below this have logical addresses that the device can drive."""
        return (self.limit + 1 - self.kernel.choices.map_window_base) >> PAGE_SHIFT


def create_adapter(kernel: Kernel, device: DeviceObject | None, description: DeviceDescription) -> DmaAdapter | None:
    """The adapter for a description, or None: drivers probe this way, so it never raises for a bad description."""
    hal = kernel.hal
    if description.interface_type == InterfaceTypeUndefined:
        bus = device.interface_type if device is not None else Internal
        description = replace(description, interface_type=bus)
    if not _valid(kernel, description) or not hal.accepts(description):
        return None
    limit = hal.limit(description)
    registers = hal.registers(description, limit)
    if registers[1] < 1:
        return None
    binding = hal.bind(device, description)
    if binding is None:
        return None
    legacy = not description.master and description.version < 3
    if legacy:
        for adapter in kernel.adapters:
            if adapter.binding.channel is binding.channel and not adapter.master and adapter.table_version < 3:
                adapter.references += 1
                adapter.needs_regs, adapter.max_regs = registers[0], max(adapter.max_regs, registers[1])
                adapter.binding = binding
                adapter.describe(description)
                hal.rebind(adapter)
                return adapter
    queue = ChannelQueue() if description.master else binding.channel.queue
    adapter = DmaAdapter(kernel, description, binding, registers, limit, queue)
    try:
        hal.claim(binding, adapter)
    except OutOfMemory:
        return None
    kernel.adapters.append(adapter)
    return adapter


def _valid(kernel: Kernel, description: DeviceDescription) -> bool:
    version = description.version
    if version not in (0, 1, 2, 3) or version not in kernel.choices.versions or description.reserved1:
        return False
    if description.maximum_length & 0x7FFF_FFFF == 0:
        return False
    if description.master:
        return version < 3 or 1 <= description.dma_address_width <= 64
    return version == 3 or 0 <= description.dma_channel <= 7
