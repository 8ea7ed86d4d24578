"""What a profile provides: channels, map registers, mapping. `native` is in :mod:`.native`, `pc` in :mod:`.pc`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from .channel_queue import Grant
from .constants import PCIBus
from .mdl import Mdl
from .pool import MapRegisterPool, Run
from .structures import DeviceDescription, DeviceObject, ScatterGatherElement

if TYPE_CHECKING:
    from .adapter import DmaAdapter
    from .kernel import Kernel


class Hal(ABC):
    """One machine's DMA hardware as the rest of the model sees it."""

    kernel: Kernel
    pool: MapRegisterPool

    # --- adapters ---
    @abstractmethod
    def accepts(self, description: DeviceDescription) -> bool:
        """Can there be an adapter for this description, as far as the profile's own rules go?"""

    @abstractmethod
    def bind(self, device: DeviceObject | None, description: DeviceDescription) -> Any | None:
        """The hardware behind an adapter (`channel`, `unit`), or None when the board has none that fits."""

    @abstractmethod
    def claim(self, binding: Any, adapter: DmaAdapter) -> None:
        """An adapter was made."""

    def rebind(self, adapter: DmaAdapter) -> None:
        """A shared adapter got a newer description and binding."""

    @abstractmethod
    def unclaim(self, adapter: DmaAdapter) -> None:
        """An adapter was put for the last time."""

    @abstractmethod
    def system_limit(self, description: DeviceDescription) -> int:
        """Highest address that a subordinate's controller drives."""

    @abstractmethod
    def registers(self, description: DeviceDescription, limit: int) -> tuple[bool, int]:
        """(does the adapter need map registers, how many one transfer may use); 0 refuses the adapter."""

    def limit(self, description: DeviceDescription) -> int:
        """Highest address that the device reaches."""
        if not description.master:
            return self.system_limit(description)
        if description.version == 3:
            return (1 << description.dma_address_width) - 1
        if description.dma_64bit_addresses:
            return (1 << 64) - 1
        if description.dma_32bit_addresses or (description.scatter_gather and description.interface_type == PCIBus):
            return (1 << 32) - 1
        return (1 << 24) - 1

    @abstractmethod
    def scatter_gather(self, adapter: DmaAdapter) -> bool:
        """Can the device, or the controller of a subordinate, take a list of more than one element?"""

    @abstractmethod
    def scatter_gather_limit(self, adapter: DmaAdapter) -> int:
        """Elements of one hardware transfer."""

    def configure(self, adapter: DmaAdapter, function_number: int, context: Any) -> bool | None:
        """ConfigureAdapterChannel of a subordinate: True done, False bad context, None no such function."""
        return None

    # --- map registers and mapping ---
    @abstractmethod
    def take_registers(self, adapter: DmaAdapter, count: int) -> Run | None:
        """A run of free map registers that this adapter can use, or None when there is none now."""

    def zero_registers(self, run: Run) -> None:
        """Fill the pages of map registers with zeros, where they have pages."""

    @abstractmethod
    def count_elements(self, adapter: DmaAdapter, mdl: Mdl, offset: int, length: int) -> int:
        """Elements of a list over a region."""

    @abstractmethod
    def packs_into_one(self, adapter: DmaAdapter, mdl: Mdl, offset: int, length: int) -> bool:
        """Can the region be one element?"""

    @abstractmethod
    def map_pieces(
        self,
        grant: Grant,
        routine: str,
        mdl: Mdl,
        offset: int,
        length: int,
        write: bool,
        max_elements: int | None,
        merge: bool | None,
    ) -> tuple[list[ScatterGatherElement], int, list[Any]]:
        """Map as much of a region as fits: (elements, bytes, what :meth:`unmap` needs to know). No elements: no registers."""

    @abstractmethod
    def unmap(self, grant: Grant) -> None:
        """Undo ``grant.mapping``; a system DMA transfer on it has been stopped."""

    def in_use(self, grant: Grant) -> bool:
        """Does a bus master still work on what the grant has mapped, as far as the hardware can tell?"""
        return False

    def works_on(self, adapter: DmaAdapter, logical: int, length: int) -> bool:
        """Does the bus master behind an adapter still work on these logical addresses, as far as the hardware can tell?"""
        return False

    def by_pieces(self, adapter: DmaAdapter) -> bool:
        """Does MapTransfer map one physical run at a time?"""
        return adapter.master and adapter.scatter_gather

    def real_mdl(self, grant: Grant, original: Mdl) -> Mdl:
        """An MDL of the memory that the device uses for a mapped list: `original` when that is the buffer itself."""
        return original

    # --- common buffers ---
    @abstractmethod
    def common_buffer(
        self, adapter: DmaAdapter, length: int, highest: int
    ) -> tuple[int, tuple[int, ...], int, Run | None] | None:
        """(virtual, page frames, logical, map registers) of contiguous memory with its last byte up to `highest`, or None."""

    def end_common_buffer(self, run: Run) -> None:
        """The device may no longer use the map registers of a common buffer."""

    # --- time ---
    def wait_irq(self, timeout: int) -> int:
        """Let time pass until an interrupt line is up; the lines. Raises PlatformTimeout."""
        return self.kernel.platform.wait_irq(timeout)
