"""Mapping: regions of MDL chains for a device, and the flush that ends it. How, is the profile's matter.

`native` translates (:mod:`.translation`), `pc` uses the pages themselves or copies through bounce pages (:mod:`.bounce`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .channel_queue import Grant, Mapping
from .errors import DmaContractViolation
from .mdl import Mdl, PhysicalRun
from .structures import MapRegisterBase, ScatterGatherElement

if TYPE_CHECKING:
    from .adapter import DmaAdapter


def find_grant(
    adapter: DmaAdapter,
    base: MapRegisterBase | None,
    routine: str,
    of_mapping: Callable[[Mapping], bool] | None = None,
) -> Grant:
    """The grant that a MapRegisterBase names. CV-REGS, CV-CHANNEL.

    NULL is a grant without registers: the one with a mapping that `of_mapping` knows, else the owner of the channel.
    """
    if base is None:
        if of_mapping is not None and not adapter.needs_regs:
            for grant in adapter.kernel.scheduler.mapped_grants():
                if (
                    grant.adapter is adapter
                    and grant.run is None
                    and grant.list_record is None
                    and of_mapping(grant.mapping)
                ):
                    return grant
        owner = adapter.queue.owner
        if owner is None or owner.adapter is not adapter:
            raise DmaContractViolation("CV-CHANNEL", routine, "allocate the adapter channel first")
        if owner.run is not None:
            raise DmaContractViolation("CV-REGS", routine, "pass the MapRegisterBase that the allocation gave")
        return owner
    grant = getattr(base, "_grant", None)
    if grant is None or grant.run is None or grant.adapter is not adapter:
        raise DmaContractViolation("CV-REGS", routine, "pass a MapRegisterBase of this adapter that was not freed")
    return grant


def check_alignment(adapter: DmaAdapter, run: PhysicalRun, routine: str) -> None:
    """CV-MDL when a piece does not start and end on the adapter's alignment (GetDmaAlignment)."""
    unit = adapter.binding.unit
    if (run.offset | run.length) % unit:
        raise DmaContractViolation("CV-MDL", routine, f"start and end every piece on multiples of {unit} bytes")


def map_region(
    grant: Grant,
    routine: str,
    mdl: Mdl,
    offset: int,
    length: int,
    write: bool,
    *,
    max_elements: int | None = None,
    merge: bool | None = None,
) -> list[ScatterGatherElement]:
    """Map as much of a region as fits and note the debt of a flush. Returns the elements that were mapped.

    CV-FLUSH when the grant has a mapping that this one does not continue; CV-REGS when no register is left.
    """
    mapping = grant.mapping
    if mapping is not None:
        if mapping.write != bool(write):
            raise DmaContractViolation("CV-FLUSH", routine, "flush before changing the direction")
        if mapping.mdl is not mdl or mapping.offset + mapping.length != offset:
            raise DmaContractViolation("CV-FLUSH", routine, "go on where the last call ended, or flush first")
    kernel = grant.adapter.kernel
    ex = grant.request.ex
    if ex and kernel.memory.cache is not None:
        kernel.memory.clean(mdl, offset, length)
    elements, mapped, pieces = kernel.hal.map_pieces(
        grant, routine, mdl, offset, length, bool(write), max_elements, merge
    )
    if not elements:
        raise DmaContractViolation("CV-REGS", routine, "allocate enough map registers for the transfer")
    grant.ever_mapped = True
    if mapping is None:
        grant.mapping = Mapping(mdl, offset, mapped, bool(write), ex=ex, pieces=pieces)
    else:
        mapping.length += mapped
        mapping.pieces += pieces
    return elements


def flush_grant(grant: Grant, routine: str) -> bool:
    """End what a grant has mapped: stop a system DMA transfer, undo the mapping; its registers are free for the next.

    False when the engine reported an error of the transfer. CV-BUSY while a bus master still works on it.
    """
    mapping = grant.mapping
    adapter = grant.adapter
    kernel = adapter.kernel
    good = True
    if mapping is not None:
        if mapping.transfer is not None:
            good = adapter.binding.channel.stop(mapping.transfer, flushed=True)
        elif adapter.master and kernel.choices.watch_masters and kernel.hal.in_use(grant):
            raise DmaContractViolation("CV-BUSY", routine, "flush when the bus master is done with the memory")
        kernel.hal.unmap(grant)
        if mapping.ex and not mapping.write and kernel.memory.cache is not None:
            kernel.memory.invalidate(mapping.mdl, mapping.offset, mapping.length)
    grant.next_reg = 0
    grant.mapping = None
    kernel.scheduler.settle(grant)
    return good
