"""The HAL of profile `native`: Windlass map registers translate, Windlass channels are the system DMA controller.

A subordinate adapter owns one Windlass channel, which this module programs. A bus-master adapter stands for a Windlass
channel that its driver programs itself as a copying bus master; this module only gives it translations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..platform import PERIPHERAL_BASE, PERIPHERAL_STRIDE
from . import hw, translation
from .channel_queue import Grant
from .constants import PAGE_SHIFT, bytes_to_pages
from .errors import UnsupportedHardware
from .hal import Hal
from .mdl import Mdl
from .memory import OutOfMemory
from .native_channel import NativeChannel
from .pool import MapRegisterPool, Run
from .structures import DeviceDescription, DeviceObject, ScatterGatherElement

if TYPE_CHECKING:
    from .adapter import DmaAdapter
    from .kernel import Kernel

#: From this many pages in a row on, one FILL command is shorter than entry by entry.
FILL_FROM = 8
#: Most map registers that one adapter is told about, unless Choices.max_per_adapter says otherwise.
MAX_PER_ADAPTER = 64
#: Polls of a busy flag before the HAL gives up.
POLL_LIMIT = 100_000
#: Cycles between two polls at most.
LONGEST_PAUSE = 1024

#: Function numbers of ConfigureAdapterChannel on this controller.
WINDLASS_SET_REQUEST_UNITS = 1  #: context: units that one request of the device asks for, 1..16
WINDLASS_SET_PERIOD = 2  #: context: a PeriodNotification, or None for no period interrupts
WINDLASS_SET_PACING = 3  #: context: "single", "block" or "demand"

_PACING = {"single": hw.PACING_SINGLE, "block": hw.PACING_BLOCK, "demand": hw.PACING_DEMAND}


@dataclass(frozen=True)
class PeriodNotification:
    """`routine(context)` runs at DISPATCH_LEVEL each time another `length` bytes were transferred."""

    length: int
    routine: Callable[[Any], None]
    context: Any = None


@dataclass(frozen=True)
class Binding:
    """The channel behind an adapter; for subordinates also the device it serves (`unit` in bytes)."""

    channel: NativeChannel
    line: int = 0
    device_address: int = 0
    unit: int = 1
    width: int = 0
    pacing: int = hw.PACING_NONE


class NativeHal(Hal):
    """Map registers and channels of one engine."""

    #: Elements of one hardware transfer: one page of 16-byte descriptors.
    most_elements = 256

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.platform = kernel.platform
        csr_read = self.platform.csr_read32
        if csr_read(hw.ID) != hw.ID_VALUE:
            raise UnsupportedHardware("there is no Windlass engine at the register window")
        cap0, cap1 = csr_read(hw.CAP0), csr_read(hw.CAP1)
        self.word_bytes = cap0 >> 8 & 0xFF
        self.address_width = cap0 >> 16 & 0xFF
        self.request_lines = cap0 >> 24 & 0xFF
        entries = cap1 & 0x1FFF
        count = cap0 & 0xFF
        if entries <= count:
            raise UnsupportedHardware(f"profile native needs more than {count} map registers, the engine has {entries}")
        #: The HAL keeps one register per channel for its descriptor table: the last ones.
        offered = entries - count
        if kernel.choices.max_pool is not None:
            offered = min(offered, kernel.choices.max_pool)
        self.pool = MapRegisterPool(offered)
        self.channels = [NativeChannel(self, index, entries - count + index) for index in range(count)]
        self._line_channels: dict[int, int] = {}
        self.wait_map()

    # --- adapters ---
    def accepts(self, description: DeviceDescription) -> bool:
        """Nothing beyond what every profile asks for."""
        return True

    def system_limit(self, description: DeviceDescription) -> int:
        """A system DMA channel drives any address of the map window."""
        return (1 << 32) - 1

    def registers(self, description: DeviceDescription, limit: int) -> tuple[bool, int]:
        """Everything is translated. One register more than MaximumLength needs, within what platform and device can do."""
        if description.scatter_gather and not description.master and description.version < 3:
            return True, 1
        most = self.kernel.choices.max_per_adapter or MAX_PER_ADAPTER
        wanted = bytes_to_pages(description.maximum_length & 0x7FFF_FFFF) + 1
        return True, min(wanted, most, self.pool.size, self._reachable(limit))

    def _reachable(self, limit: int) -> int:
        """Map registers with an index below this have logical addresses up to `limit`."""
        return (limit + 1 - self.kernel.choices.map_window_base) >> PAGE_SHIFT

    def scatter_gather(self, adapter: DmaAdapter) -> bool:
        """A version 3 subordinate takes lists, unless it reloads itself."""
        if adapter.master:
            return bool(adapter.description.scatter_gather)
        return adapter.table_version >= 3 and not adapter.description.auto_initialize

    def scatter_gather_limit(self, adapter: DmaAdapter) -> int:
        """A table of descriptors fills one page."""
        return self.most_elements if adapter.scatter_gather else 1

    def bind(self, device: DeviceObject | None, description: DeviceDescription) -> Binding | None:
        """The channel for a description, or None when the board has none that fits."""
        resources = device.resources if device is not None else None
        wanted = resources.channel if resources is not None else None
        if description.master:
            return self._bind_master(wanted)
        width = description.dma_width
        if not 0 <= width <= 3 or 1 << width > self.word_bytes:
            return None
        line = resources.request_line if resources is not None else None
        address = resources.device_address if resources is not None else None
        if description.version == 3:
            line, address = description.dma_request_line, description.device_address
            if wanted is None:
                wanted = self._channel_for_line(line)
        else:
            wanted = description.dma_channel
            line = wanted if line is None else line
            address = PERIPHERAL_BASE + line * PERIPHERAL_STRIDE if address is None else address
        if wanted is None or not 0 <= wanted < len(self.channels) or not 0 <= line < self.request_lines:
            return None
        channel = self.channels[wanted]
        if channel.role == "master":
            return None
        demand = description.version == 3 or (
            description.demand_mode and description.version in self.kernel.choices.demand_mode_versions
        )
        pacing = hw.PACING_DEMAND if demand else hw.PACING_SINGLE
        return Binding(channel, line, address, 1 << width, width, pacing)

    def _bind_master(self, wanted: int | None) -> Binding | None:
        if wanted is None or not 0 <= wanted < len(self.channels) or self.channels[wanted].role == "system":
            return None
        return Binding(self.channels[wanted])

    def _channel_for_line(self, line: int) -> int | None:
        """The channel that serves a request line: always the same one, else the highest that nobody has."""
        taken = self._line_channels.get(line)
        if taken is not None and self.channels[taken].role != "master":
            return taken
        for channel in reversed(self.channels):
            if channel.role is None:
                return channel.index
        return None

    def claim(self, binding: Binding, adapter: DmaAdapter) -> None:
        """An adapter was made on a channel."""
        binding.channel.claim("master" if adapter.master else "system")
        if not adapter.master:
            self._line_channels[binding.line] = binding.channel.index

    def unclaim(self, adapter: DmaAdapter) -> None:
        """An adapter was put for the last time."""
        channel = adapter.binding.channel
        channel.unclaim()
        if channel.role is None:
            self._line_channels = {line: at for line, at in self._line_channels.items() if at != channel.index}

    def configure(self, adapter: DmaAdapter, function_number: int, context: Any) -> bool | None:
        """The functions of a Windlass channel."""
        if function_number == WINDLASS_SET_REQUEST_UNITS:
            good = isinstance(context, int) and 1 <= context <= 16
            key, value = "request_units", context
        elif function_number == WINDLASS_SET_PERIOD:
            good = context is None or (isinstance(context, PeriodNotification) and 0 < context.length < 1 << 32)
            key, value = "period", context
        elif function_number == WINDLASS_SET_PACING:
            good = isinstance(context, str) and context in _PACING
            key, value = "pacing", _PACING.get(context) if good else None
        else:
            return None
        if good:
            adapter.configuration[key] = value
        return good

    # --- mapping ---
    def take_registers(self, adapter: DmaAdapter, count: int) -> Run | None:
        """First fit, below what the device can address."""
        return self.pool.allocate(count, self._reachable(adapter.limit))

    def count_elements(self, adapter: DmaAdapter, mdl: Mdl, offset: int, length: int) -> int:
        """One a physical run, or as few as merging gives."""
        return translation.count_elements(adapter, mdl, offset, length)

    def packs_into_one(self, adapter: DmaAdapter, mdl: Mdl, offset: int, length: int) -> bool:
        """Translation joins MDLs at page boundaries only."""
        return translation.packs_into_one(adapter, mdl, offset, length)

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
        """Point the grant's next map registers at the pages of a region."""
        adapter = grant.adapter
        first = grant.run.first + grant.next_reg if grant.run else 0
        walk = translation.Pieces(adapter, routine, first, grant.count - grant.next_reg)
        walk.walk(mdl, offset, length, max_elements=max_elements, merge=merge)
        if walk.elements:
            self.program(walk.frames, adapter.binding.channel.index, write)
            grant.next_reg += walk.used
        return walk.elements, walk.mapped, []

    def unmap(self, grant: Grant) -> None:
        """Revoke the translations."""
        if grant.next_reg and grant.run is not None:
            self.revoke(grant.run.first, grant.next_reg)

    def in_use(self, grant: Grant) -> bool:
        """Does the channel of a bus master have work left in the grant's part of the map window?"""
        if grant.run is None:
            return False
        low = self.kernel.choices.map_window_base + (grant.run.first << PAGE_SHIFT)
        return self.works_on(grant.adapter, low, grant.next_reg << PAGE_SHIFT)

    def works_on(self, adapter: DmaAdapter, logical: int, length: int) -> bool:
        """By the registers of its channel, and by its descriptors in common buffers."""
        return adapter.binding.channel.works_on(logical, length)

    def common_buffer(
        self, adapter: DmaAdapter, length: int, highest: int
    ) -> tuple[int, tuple[int, ...], int, Run | None] | None:
        """A master's takes map registers and stays within its maximum; a subordinate's is mapped when it is used."""
        pages = bytes_to_pages(length)
        if adapter.master and pages > adapter.max_regs:
            return None
        try:
            virtual = self.kernel.memory.allocate(length, contiguous=True, highest=None if adapter.master else highest)
        except OutOfMemory:
            return None
        pfns = tuple(self.kernel.memory.frames(virtual, length))
        if not adapter.master:
            return virtual, pfns, pfns[0] << PAGE_SHIFT, None
        run = self.pool.allocate(pages, self._reachable(min(adapter.limit, highest)))
        if run is None:
            self.kernel.memory.free(virtual)
            return None
        self.program_flags([(run.first, pfns)], adapter.binding.channel.index, hw.MAP_READ | hw.MAP_WRITE)
        return virtual, pfns, self.kernel.choices.map_window_base + (run.first << PAGE_SHIFT), run

    def end_common_buffer(self, run: Run) -> None:
        """Revoke its translations."""
        self.revoke(run.first, run.count)

    # --- map registers ---
    def program(self, frames: list[tuple[int, tuple[int, ...]]], channel: int, write_to_device: bool) -> None:
        """Point map registers at page frames: `frames` are (first register, consecutive page frame numbers).

        The engine reads memory when data goes to the device, so it gets READ then and WRITE otherwise.
        """
        self.program_flags(frames, channel, hw.MAP_READ if write_to_device else hw.MAP_WRITE)

    def program_flags(self, frames: list[tuple[int, tuple[int, ...]]], channel: int, permission: int) -> None:
        """As :meth:`program` with the permission bits themselves."""
        flags = hw.MAP_VALID | permission | channel << hw.MAP_OWNER_SHIFT
        csr_write = self.platform.csr_write32
        for first, pfns in frames:
            if len(pfns) >= FILL_FROM:
                self._fill(first, pfns[0], len(pfns), flags)
                continue
            for index, pfn in enumerate(pfns, first):
                entry = hw.MAP_WINDOW + index * hw.MAP_WINDOW_STRIDE
                if pfn >> 20:  # word 0 takes the staged upper half; nothing staged is zero
                    csr_write(entry + 4, pfn >> 20)
                csr_write(entry, (pfn << 12 & 0xFFFF_F000) | flags)

    def _fill(self, first: int, pfn: int, count: int, flags: int) -> None:
        csr_write = self.platform.csr_write32
        csr_write(hw.MAP_INDEX, first)
        csr_write(hw.MAP_COUNT, count)
        csr_write(hw.MAP_PAGE_LO, pfn << 12 & 0xFFFF_F000)
        csr_write(hw.MAP_PAGE_HI, pfn >> 20)
        csr_write(hw.MAP_FLAGS, flags)
        csr_write(hw.MAP_CMD, hw.MAP_CMD_FILL)
        self.wait_map()

    def revoke(self, first: int, count: int) -> None:
        """Invalidate a run of map registers; returns when no transaction uses them any more."""
        csr_write = self.platform.csr_write32
        csr_write(hw.MAP_INDEX, first)
        csr_write(hw.MAP_COUNT, count)
        csr_write(hw.MAP_CMD, hw.MAP_CMD_REVOKE)
        self.wait_map()

    def wait_map(self) -> None:
        """Wait until the map command block is idle."""
        pause = 4  # a REVOKE waits for the transactions that are under way: a few cycles, or as long as they are
        for _ in range(POLL_LIMIT):
            if not self.platform.csr_read32(hw.MAP_STATUS, live=True) & hw.MAP_STATUS_BUSY:
                return
            self.platform.wait_cycles(pause)
            pause = min(4 * pause, LONGEST_PAUSE)
        raise RuntimeError("the map unit stays busy")
