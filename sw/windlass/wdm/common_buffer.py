"""Common buffers: memory that CPU and device share for as long as the driver likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .constants import PAGE_SIZE, bytes_to_pages
from .errors import DmaContractViolation
from .mdl import chain
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


def allocate(
    adapter: DmaAdapter, length: int, logical_address: Ref, cached: bool, highest: int, uncached: bool
) -> int | None:
    """A page-aligned buffer whose last logical byte is at most `highest`; its virtual address, or None.

    On `native` it takes BYTES_TO_PAGES(length) map registers for a master until it is freed, and may not need more than
    the adapter's maximum. A subordinate maps it with MapTransfer through an MDL and ignores the logical address.
    `uncached`: on a board whose caches are not coherent the CPU goes past its cache.
    """
    kernel = adapter.kernel
    got = kernel.hal.common_buffer(adapter, length, highest) if length > 0 else None
    if got is None:
        return None
    virtual, _, logical, run = got
    kernel.memory.write(virtual, bytes(bytes_to_pages(length) * PAGE_SIZE))
    kernel.memory.set_uncached(virtual, uncached)
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
    if adapter.master and kernel.choices.watch_masters and kernel.hal.works_on(adapter, logical, length):
        raise DmaContractViolation("CV-BUSY", routine, "stop the bus master before freeing its buffer")
    adapter.common_buffers.remove(buffer)
    if buffer.run is not None:
        kernel.hal.end_common_buffer(buffer.run)
    kernel.memory.free(virtual)
    if buffer.run is not None:
        kernel.scheduler.return_run(buffer.run)
