"""Memory segments of the modelled GPU, as runs of map registers: an aperture, which holds no bits, and local memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..wdm import hw
from ..wdm.constants import PAGE_SHIFT, PAGE_SIZE
from ..wdm.errors import DmaContractViolation
from ..wdm.kernel import Kernel
from ..wdm.mdl import Mdl, require_locked
from ..wdm.pool import MapRegisterPool, Run

#: Segment numbers; 0 means not resident.
APERTURE_SEGMENT, LOCAL_SEGMENT = 1, 2


class Segment:
    """Pages with logical addresses in a row, given out first fit. `number` as allocation lists name it."""

    number: int
    local: bool

    def __init__(self, kernel: Kernel, channel: int, pages: int) -> None:
        self.kernel, self.channel, self.pages = kernel, channel, pages
        run = kernel.hal.pool.allocate(pages)
        if run is None:
            raise RuntimeError(f"no {pages} map registers for a segment")
        self.run = run
        #: Logical address of page 0.
        self.base = run.first << PAGE_SHIFT
        self._free = bytearray(b"\x01" * pages)

    def address(self, page: int) -> int:
        """Logical address of a page of the segment."""
        return self.base + (page << PAGE_SHIFT)

    def allocate(self, pages: int) -> Run | None:
        """A free range, the lowest, or None."""
        first = self._free.find(b"\x01" * pages)
        if first < 0:
            return None
        self._free[first : first + pages] = bytes(pages)
        return Run(first, pages)

    def would_fit(self, pages: int, released: list[Run]) -> bool:
        """Would there be a free range if these were released?"""
        free = bytearray(self._free)
        for run in released:
            free[run.first : run.first + run.count] = b"\x01" * run.count
        return free.find(b"\x01" * pages) >= 0

    def release(self, run: Run) -> None:
        """Give a range back."""
        self._free[run.first : run.first + run.count] = b"\x01" * run.count

    def close(self) -> None:
        """Give the map registers back."""
        self.kernel.hal.revoke(self.run.first, self.run.count)
        self.kernel.hal.pool.release(self.run)


class LocalSegment(Segment):
    """Memory of the GPU's own: contiguous page frames that the driver took at start and mapped for good."""

    number, local = LOCAL_SEGMENT, True

    def __init__(self, kernel: Kernel, channel: int, pages: int) -> None:
        super().__init__(kernel, channel, pages)
        self._memory = kernel.memory.allocate(pages * PAGE_SIZE, contiguous=True)
        frames = tuple(kernel.memory.frames(self._memory, pages * PAGE_SIZE))
        kernel.hal.program_flags([(self.run.first, frames)], channel, hw.MAP_READ | hw.MAP_WRITE)

    def read(self, page: int, length: int) -> bytes:
        """The CPU looks at it."""
        return self.kernel.memory.read(self._memory + (page << PAGE_SHIFT), length)

    def write(self, page: int, data: bytes) -> None:
        """The CPU stores into it."""
        self.kernel.memory.write(self._memory + (page << PAGE_SHIFT), data)

    def close(self) -> None:
        super().close()
        self.kernel.memory.free(self._memory)


@dataclass(frozen=True)
class AperturePage:
    """What an aperture page leads to; `dummy` after it was unmapped."""

    pfn: int
    writable: bool
    dummy: bool = False


class ApertureSegment(Segment):
    """A range of addresses that leads to system memory page by page (MapApertureSegment, UnmapApertureSegment).

    `busy(first, bytes)` tells whether a submitted window works on logical addresses: such a range is not remapped (CV-GPUMAP).
    """

    number, local = APERTURE_SEGMENT, False

    def __init__(
        self,
        kernel: Kernel,
        channel: int,
        pages: int,
        *,
        buffer_pages: int,
        redirect: bool,
        busy: Callable[[int, int], bool],
    ) -> None:
        super().__init__(kernel, channel, pages)
        self.redirect, self.busy = redirect, busy
        #: Aperture pages 0 … are kept for DMA buffers.
        self.buffers = MapRegisterPool(buffer_pages)
        self.allocate(buffer_pages)
        #: The GPU's page table; None: never mapped.
        self.table: list[AperturePage | None] = [None] * pages
        self.dummy = kernel.memory.allocate(PAGE_SIZE)
        self.dummy_pfn = kernel.memory.frames(self.dummy, PAGE_SIZE)[0]
        kernel.memory.write(self.dummy, bytes(PAGE_SIZE))

    def _check(self, routine: str, offset: int, pages: int) -> None:
        if pages < 1 or offset < 0 or offset + pages > self.pages:
            raise DmaContractViolation("CV-GPUMAP", routine, f"stay inside the {self.pages} pages of the aperture")
        if self.busy(self.address(offset), pages << PAGE_SHIFT):
            raise DmaContractViolation("CV-GPUMAP", routine, "wait for the fence of what works on the range")

    def map(self, offset: int, pages: int, mdl: Mdl, mdl_offset: int, *, writable: bool) -> None:
        """Aperture page `offset` + i leads to page `mdl_offset` + i of the MDL, whose pages are locked (CV-MDL)."""
        self._check("map_aperture_segment", offset, pages)
        require_locked(mdl, "map_aperture_segment")
        frames = mdl.pfns[mdl_offset : mdl_offset + pages]
        if mdl_offset < 0 or len(frames) != pages:
            raise DmaContractViolation("CV-MDL", "map_aperture_segment", f"the MDL has {len(mdl.pfns)} pages")
        self._program(offset, frames, hw.MAP_READ | (hw.MAP_WRITE if writable else 0))
        for index, pfn in enumerate(frames):
            self.table[offset + index] = AperturePage(pfn, writable)

    def unmap(self, offset: int, pages: int, dummy_pfn: int) -> None:
        """The range leads to the dummy page. The old translations are gone from the engine when this returns."""
        self._check("unmap_aperture_segment", offset, pages)
        self.kernel.hal.revoke(self.run.first + offset, pages)
        permission = hw.MAP_READ | hw.MAP_WRITE if self.redirect else 0
        self._program(offset, [dummy_pfn] * pages, permission)
        self.table[offset : offset + pages] = [AperturePage(dummy_pfn, self.redirect, True)] * pages

    def _program(self, offset: int, frames: list[int], permission: int) -> None:
        """One command for each run of consecutive page frames."""
        runs: list[tuple[int, tuple[int, ...]]] = []
        for index, pfn in enumerate(frames, self.run.first + offset):
            if runs and runs[-1][1][-1] + 1 == pfn:
                runs[-1] = runs[-1][0], (*runs[-1][1], pfn)
            else:
                runs.append((index, (pfn,)))
        self.kernel.hal.program_flags(runs, self.channel, permission)

    def mapped(self, address: int) -> AperturePage | None:
        """What a logical address leads to; None outside, never mapped, or unmapped."""
        page = (address - self.base) >> PAGE_SHIFT
        entry = self.table[page] if 0 <= page < self.pages else None
        return None if entry is None or entry.dummy else entry

    def close(self) -> None:
        super().close()
        self.kernel.memory.free(self.dummy)
