"""The HAL of profile `pc`: an 8237 pair for subordinates, bounce pages for what a device does not reach.

Logical addresses are physical ones. The data of a DMA channel is moved by the model of the 8237 for the device that was
attached to its request line, or, when the physical device object names a Windlass channel, by that channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...platform import PERIPHERAL_BASE, PERIPHERAL_STRIDE, PlatformTimeout
from .. import hw
from ..channel_queue import ChannelQueue, Grant
from ..constants import (
    PAGE_SHIFT,
    PAGE_SIZE,
    Eisa,
    Isa,
    PCIBus,
    TypeC,
    Width8Bits,
    Width16Bits,
    Width32Bits,
    bytes_to_pages,
)
from ..errors import UnsupportedHardware
from ..hal import Hal
from ..master_watch import MasterWatch
from ..mdl import Mdl
from ..memory import OutOfMemory
from ..pool import MapRegisterPool, Run
from ..structures import DeviceDescription, DeviceObject, ScatterGatherElement
from .bounce import BounceMapper
from .channel import PcChannel
from .i8237 import BYTES_8, BYTES_16, BYTES_32, CASCADE, UNIT, WORDS_16
from .isa import IsaDevice, PortDevice
from .mover import WindlassMover
from .pair import Dma8237Pair

if TYPE_CHECKING:
    from ..adapter import DmaAdapter
    from ..kernel import Kernel

#: Map registers of the platform and of one adapter, unless the choices say otherwise.
MAX_POOL, MAX_PER_ADAPTER = 64, 16
#: The bounce pages: a block that every device reaches, aligned so that 16 or 32 registers are one 8237 block.
POOL_BASE = 0x80000
#: Channels that a driver can have: channel 4 connects the two controllers.
CHANNELS = (0, 1, 2, 3, 5, 6, 7)
#: Clock cycles that pass between two looks at the request lines.
SLICE = 16


@dataclass(eq=False)
class MasterChannel:
    """A bus master: `index` is the Windlass channel that plays it, None for a device of the test itself."""

    index: int | None
    queue: ChannelQueue
    role: str = "master"


@dataclass(frozen=True)
class PcBinding:
    """What is behind an adapter. `unit`: alignment in bytes."""

    channel: PcChannel | MasterChannel
    unit: int = 1
    mover: WindlassMover | None = None


class PcHal(Hal):
    """One PC: the 8237 pair, its channels, a pool of bounce pages."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        choices = kernel.choices
        self.pair = Dma8237Pair(self._read, self._write, eisa=choices.eisa)
        size = MAX_POOL if choices.max_pool is None else choices.max_pool
        if POOL_BASE + size * PAGE_SIZE > kernel.platform.ram_size:
            raise UnsupportedHardware(f"profile pc needs {POOL_BASE + size * PAGE_SIZE:#x} bytes of RAM")
        self.pool = MapRegisterPool(size)
        kernel.memory.pages.reserve(POOL_BASE >> PAGE_SHIFT, size)
        self.channels = {number: PcChannel(self, number) for number in CHANNELS}
        self._mapper = BounceMapper(self)
        self.pair.write(0xD6, CASCADE << 6)  # controller 1 behind channel 4
        self.pair.write(0xD4, 0)

    # --- memory on the bus ---
    def _read(self, address: int, length: int) -> bytes:
        inside = max(0, min(length, self.kernel.platform.ram_size - address))
        return (self.kernel.platform.read_mem(address, inside) if inside else b"") + b"\xff" * (length - inside)

    def _write(self, address: int, data: bytes) -> None:
        inside = data[: max(0, self.kernel.platform.ram_size - address)]
        if inside:
            self.kernel.platform.write_mem(address, inside)

    # --- devices ---
    def attach(self, channel: int, device: IsaDevice) -> None:
        """Put a device on a DREQ line."""
        self.pair.attach(channel, device)

    def attach_port(self, channel: int, number: int) -> None:
        """Put peripheral `number` of the reference platform on a DREQ line. UnsupportedHardware on another platform."""
        ports = getattr(self.kernel.platform, "ports", None)
        if ports is None:
            raise UnsupportedHardware("the 8237 model reaches peripherals of the reference platform only")
        self.attach(channel, PortDevice(ports[number]))

    def run(self, cycles: int) -> None:
        """Let time pass; the controllers serve what is requested."""
        while cycles > 0:
            self.pair.service()
            self.kernel.platform.wait_cycles(min(SLICE, cycles))
            cycles -= SLICE
        self.pair.service()

    def wait_irq(self, timeout: int) -> int:
        """As the platform's, with the 8237 pair at work meanwhile."""
        waited = 0
        while True:
            self.pair.service()
            try:
                return self.kernel.platform.wait_irq(min(SLICE, timeout - waited))
            except PlatformTimeout:
                waited += SLICE
                if waited >= timeout:
                    raise

    # --- adapters ---
    def accepts(self, description: DeviceDescription) -> bool:
        """Channel 4 is the cascade; widths as the machine's channels have them."""
        if description.master:
            return True
        number = self._number(description)
        if number not in CHANNELS:
            return False
        if self.kernel.choices.eisa:
            return Width8Bits <= description.dma_width <= Width32Bits and 0 <= description.dma_speed <= TypeC
        return description.dma_width == (Width8Bits if number < 4 else Width16Bits)

    @staticmethod
    def _number(description: DeviceDescription) -> int:
        """In version 3 the request line is the channel: there are no other lines to this controller."""
        return description.dma_request_line if description.version == 3 else description.dma_channel

    def size_of(self, description: DeviceDescription) -> int:
        """The controller's code for a channel's width."""
        if not self.kernel.choices.eisa:
            return BYTES_8 if description.dma_width == Width8Bits else WORDS_16
        return {Width8Bits: BYTES_8, Width16Bits: BYTES_16, Width32Bits: BYTES_32}[description.dma_width]

    def system_limit(self, description: DeviceDescription) -> int:
        """24 bits, 32 with the high page registers of EISA."""
        return (1 << (32 if self.kernel.choices.eisa else 24)) - 1

    def registers(self, description: DeviceDescription, limit: int) -> tuple[bool, int]:
        """No registers for a scatter/gather device on PCI or EISA while it reaches all RAM."""
        most = self.kernel.choices.max_per_adapter or MAX_PER_ADAPTER
        wanted = bytes_to_pages(description.maximum_length & 0x7FFF_FFFF) + 1
        beyond = self.kernel.platform.ram_size - 1 > limit
        capped = min(wanted, most, self.pool.size)
        if description.version == 3 and not description.master:
            return beyond, capped
        if description.scatter_gather and description.interface_type in (Eisa, PCIBus) and not beyond:
            return False, wanted if description.master else 1
        if description.scatter_gather and not description.master:
            return True, 1
        return True, capped

    def bind(self, device: DeviceObject | None, description: DeviceDescription) -> PcBinding | None:
        """The DMA channel of a subordinate; for a master the Windlass channel that its device object names, if any."""
        resources = device.resources if device is not None else None
        engine = resources.channel if resources is not None else None
        if engine is not None and not self._has_engine_channel(engine, description):
            return None
        if description.master:
            return PcBinding(MasterChannel(engine, ChannelQueue()))
        channel = self.channels[self._number(description)]
        mover = None
        if engine is not None:
            assert resources is not None
            line = engine if resources.request_line is None else resources.request_line
            address = resources.device_address
            if address is None:
                address = PERIPHERAL_BASE + line * PERIPHERAL_STRIDE
            mover = WindlassMover(self.kernel.platform, engine, line, address)
        unit = UNIT[self.size_of(description)] if description.dma_width != Width8Bits else 1
        return PcBinding(channel, unit, mover)

    def _has_engine_channel(self, engine: int, description: DeviceDescription) -> bool:
        """Is this Windlass channel there and not in use for something else?"""
        if self.kernel.platform.csr_read32(hw.ID) != hw.ID_VALUE:
            return False
        if not 0 <= engine < self.kernel.platform.csr_read32(hw.CAP0) & 0xFF:
            return False
        for adapter in self.kernel.adapters:
            channel, mover = adapter.binding.channel, adapter.binding.mover
            master_has_it = isinstance(channel, MasterChannel) and channel.index == engine
            if master_has_it and not description.master:
                return False
            if mover is not None and mover.index == engine and description.master:
                return False
        return True

    def claim(self, binding: PcBinding, adapter: DmaAdapter) -> None:
        """Give a master its physical addresses; an ISA master its cascade channel; a channel its mover."""
        channel = binding.channel
        if isinstance(channel, PcChannel):
            channel.role = "system"
            if binding.mover is not None:
                self.pair.channel(channel.number).mover = binding.mover
            return
        if channel.index is not None:
            self.kernel.platform.csr_write32(hw.grant_register(channel.index, hw.GRANT), hw.GRANT_BYPASS)
        description = adapter.description
        if description.interface_type == Isa and description.dma_channel in CHANNELS:
            number = description.dma_channel
            self.pair.write(0xD6 if number > 3 else 0xB, CASCADE << 6 | number & 3)
            self.pair.write(0xD4 if number > 3 else 0xA, number & 3)

    def rebind(self, adapter: DmaAdapter) -> None:
        """The newer device object says what moves the channel's data."""
        self.pair.channel(adapter.binding.channel.number).mover = adapter.binding.mover

    def unclaim(self, adapter: DmaAdapter) -> None:
        """The last adapter of a channel is gone."""
        channel = adapter.binding.channel
        if isinstance(channel, PcChannel):
            if any(other.binding.channel is channel for other in self.kernel.adapters):
                return
            channel.role = channel.transfer = self.pair.channel(channel.number).mover = None
        elif channel.index is not None:
            self.kernel.platform.csr_write32(hw.grant_register(channel.index, hw.GRANT), 0)

    def scatter_gather(self, adapter: DmaAdapter) -> bool:
        """Masters as they say; an 8237 channel never."""
        return adapter.master and bool(adapter.description.scatter_gather)

    def scatter_gather_limit(self, adapter: DmaAdapter) -> int:
        """One element of an 8237 transfer."""
        return 1

    def block_pages(self, adapter: DmaAdapter) -> int:
        """Pages of the block that one transfer must not cross: 64 or 128 KiB of an 8237, else 4 GiB."""
        if adapter.master or self.kernel.choices.eisa:
            return 1 << (32 - PAGE_SHIFT)
        return 16 if adapter.description.dma_width == Width8Bits else 32

    def by_pieces(self, adapter: DmaAdapter) -> bool:
        """Without registers MapTransfer goes as far as the memory is in one run."""
        return (adapter.master and adapter.scatter_gather) or not adapter.needs_regs

    # --- map registers and mapping ---
    def page_address(self, register: int) -> int:
        """Physical address of a register's page."""
        return POOL_BASE + register * PAGE_SIZE

    def take_registers(self, adapter: DmaAdapter, count: int) -> Run | None:
        """First fit; for an 8237 channel inside one block."""
        reachable = (adapter.limit + 1 - POOL_BASE) >> PAGE_SHIFT
        return self.pool.allocate(count, reachable, self.block_pages(adapter))

    def zero_registers(self, run: Run) -> None:
        """DMA_ZERO_BUFFERS."""
        self._write(self.page_address(run.first), bytes(run.count * PAGE_SIZE))

    def count_elements(self, adapter: DmaAdapter, mdl: Mdl, offset: int, length: int) -> int:
        """As the list will come out: runs, with adjacent bounced ones merged; 1 without scatter/gather."""
        if adapter.single_element:
            return 1
        pieces = list(self._mapper.plan(adapter, mdl, offset, length, 0 if adapter.needs_regs else None, 1 << 20))
        return len(self._mapper.elements(pieces, self.kernel.choices.merge_bounced_elements))

    def packs_into_one(self, adapter: DmaAdapter, mdl: Mdl, offset: int, length: int) -> bool:
        """Bounce pages make one element of anything; without them it has to be one run."""
        pieces = list(self._mapper.plan(adapter, mdl, offset, length, 0 if adapter.needs_regs else None, 1 << 20))
        return len(pieces) == 1 and pieces[0].length == length

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
        """The pages themselves, or bounce pages."""
        return self._mapper.map(grant, routine, mdl, offset, length, write, max_elements, merge)

    def unmap(self, grant: Grant) -> None:
        """Copy back."""
        self._mapper.unmap(grant)

    def in_use(self, grant: Grant) -> bool:
        """Does the Windlass channel of a bus master have work left on any piece?"""
        pieces = grant.mapping.pieces if grant.mapping is not None else []
        return any(self.works_on(grant.adapter, piece.physical, piece.length) for piece in pieces)

    def works_on(self, adapter: DmaAdapter, logical: int, length: int) -> bool:
        """By the registers of a master's Windlass channel, and by its descriptors; nothing is known of other masters."""
        index = adapter.binding.channel.index

        def table_at(address: int, size: int) -> int | None:
            return address if address + size <= self.kernel.platform.ram_size else None

        return index is not None and MasterWatch(self.kernel.platform, index, table_at).works_on(logical, length)

    def real_mdl(self, grant: Grant, original: Mdl) -> Mdl:
        """An MDL over bounce pages, when there are any."""
        return self._mapper.real_mdl(grant, original)

    # --- common buffers ---
    def common_buffer(
        self, adapter: DmaAdapter, length: int, highest: int
    ) -> tuple[int, tuple[int, ...], int, Run | None] | None:
        """Memory that the device reaches, within one block; it takes no map registers."""
        memory = self.kernel.memory
        try:
            virtual = memory.allocate(length, contiguous=True, highest=highest, block=self.block_pages(adapter))
        except OutOfMemory:
            return None
        pfns = tuple(memory.frames(virtual, length))
        return virtual, pfns, pfns[0] << PAGE_SHIFT, None
