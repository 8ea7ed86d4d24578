"""Common buffers: memory that CPU and device share for as long as the driver likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import hw
from .constants import PAGE_SHIFT, PAGE_SIZE, bytes_to_pages
from .errors import DmaContractViolation
from .mdl import chain
from .memory import OutOfMemory
from .pool import Run
from .structures import Ref

if TYPE_CHECKING:
    from .adapter import DmaAdapter


@dataclass(eq=False)
class CommonBuffer:
    """A live common buffer, as it was allocated."""

    length: int
    logical: int
    virtual: int
    cached: bool
    run: Run | None


def allocate(adapter: DmaAdapter, length: int, logical_address: Ref, cached: bool, highest: int) -> int | None:
    """A page-aligned buffer whose last logical byte is at most `highest`; its virtual address, or None.

    For a master it takes BYTES_TO_PAGES(length) map registers until it is freed, and may not need more than the
    adapter's maximum. A subordinate maps it with MapTransfer through an MDL and ignores the logical address.
    """
    kernel, hal = adapter.kernel, adapter.kernel.hal
    pages = bytes_to_pages(length)
    if length <= 0 or (adapter.master and pages > adapter.max_regs):
        return None
    try:
        virtual = kernel.memory.allocate(length, contiguous=True, highest=None if adapter.master else highest)
    except OutOfMemory:
        return None
    pfns = tuple(kernel.memory.frames(virtual, length))
    run: Run | None = None
    logical = pfns[0] << PAGE_SHIFT
    if adapter.master:
        window = kernel.choices.map_window_base
        run = kernel.pool.allocate(pages, min(adapter.register_limit, (highest + 1 - window) >> PAGE_SHIFT))
        if run is None:
            kernel.memory.free(virtual)
            return None
        logical = window + (run.first << PAGE_SHIFT)
        hal.program_flags([(run.first, pfns)], adapter.binding.channel.index, hw.MAP_READ | hw.MAP_WRITE)
    kernel.memory.write(virtual, bytes(pages * PAGE_SIZE))
    kernel.memory.guard(virtual, length)
    adapter.common_buffers.append(CommonBuffer(length, logical, virtual, bool(cached), run))
    logical_address.value = logical
    return virtual


def free(adapter: DmaAdapter, length: int, logical: int, virtual: int, cached: bool) -> None:
    """CV-COMMON unless all of it is as allocated; CV-BUSY while a transfer is mapped on the buffer."""
    kernel, routine = adapter.kernel, "free_common_buffer"
    for buffer in adapter.common_buffers:
        if (buffer.length, buffer.logical, buffer.virtual, buffer.cached) == (length, logical, virtual, bool(cached)):
            break
    else:
        raise DmaContractViolation(
            "CV-COMMON", routine, "free exactly what was allocated: length, both addresses and caching"
        )
    for grant in kernel.scheduler.mapped_grants():
        for mdl in chain(grant.mapping.mdl):
            if mdl.virtual_address < virtual + length and virtual < mdl.virtual_address + mdl.byte_count:
                raise DmaContractViolation("CV-BUSY", routine, "flush the transfer on the buffer before freeing it")
    adapter.common_buffers.remove(buffer)
    if buffer.run is not None:
        kernel.hal.revoke(buffer.run.first, buffer.run.count)
    kernel.memory.free(virtual)
    if buffer.run is not None:
        kernel.scheduler.return_run(buffer.run)
