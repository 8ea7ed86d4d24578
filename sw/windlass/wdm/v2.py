"""DMA_OPERATIONS, version 2: lists in memory that the driver supplies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import sglist
from .constants import span_pages
from .errors import DmaContractViolation
from .mdl import Mdl, region_span, require_locked
from .status import (
    STATUS_BUFFER_TOO_SMALL,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_NONE_MAPPED,
    STATUS_SUCCESS,
)
from .structures import DeviceObject, Ref, ScatterGatherList

if TYPE_CHECKING:
    from .adapter import DmaAdapter


def calculate_scatter_gather_list(
    adapter: DmaAdapter,
    mdl: Mdl | None,
    current_va: int,
    length: int,
    scatter_gather_list_size: Ref,
    number_of_map_registers: Ref | None,
) -> int:
    """CalculateScatterGatherList: bytes of the list and (if wanted) its map registers. Any IRQL, no side effects.

    Without an MDL the worst case. STATUS_INSUFFICIENT_RESOURCES (more registers than the adapter gives),
    STATUS_BUFFER_TOO_SMALL (region longer than the chain), STATUS_INVALID_PARAMETER (CurrentVa outside the first MDL);
    outputs then keep their values.
    """
    if mdl is None:
        if length <= 0:
            raise DmaContractViolation("CV-MDL", "calculate_scatter_gather_list", "transfer at least one byte")
        elements = registers = span_pages(current_va, length)
    else:
        status, offset = sglist.region_from_va(mdl, current_va, length, "calculate_scatter_gather_list")
        if status != STATUS_SUCCESS:
            return status
        require_locked(mdl, "calculate_scatter_gather_list")
        registers = region_span(mdl, offset, length)
        elements = adapter.kernel.hal.count_elements(adapter, mdl, offset, length)
    if registers > adapter.max_regs:
        return STATUS_INSUFFICIENT_RESOURCES
    scatter_gather_list_size.value = sglist.list_size(adapter, elements)
    if number_of_map_registers is not None:
        number_of_map_registers.value = registers
    return STATUS_SUCCESS


def build_scatter_gather_list(
    adapter: DmaAdapter,
    device_object: DeviceObject,
    mdl: Mdl,
    current_va: int,
    length: int,
    execution_routine: sglist.ListRoutine,
    context: Any,
    write_to_device: bool,
    scatter_gather_buffer: ScatterGatherList,
    scatter_gather_length: int,
) -> int:
    """BuildScatterGatherList: as GetScatterGatherList, in the driver's buffer of `scatter_gather_length` bytes.

    DISPATCH_LEVEL. STATUS_BUFFER_TOO_SMALL also for a buffer smaller than CalculateScatterGatherList says (looked at
    before anything is queued). The buffer is the driver's again after PutScatterGatherList.
    """
    routine = "build_scatter_gather_list"
    require_locked(mdl, routine)
    status, offset = sglist.region_from_va(mdl, current_va, length, routine)
    if status != STATUS_SUCCESS:
        return status
    if scatter_gather_length < sglist.list_size(
        adapter, adapter.kernel.hal.count_elements(adapter, mdl, offset, length)
    ):
        return STATUS_BUFFER_TOO_SMALL
    return sglist.ListRequest(
        adapter,
        routine,
        device_object,
        mdl,
        offset,
        length,
        execution_routine,
        context,
        write_to_device,
        buffer=scatter_gather_buffer,
    ).submit()


def build_mdl_from_scatter_gather_list(
    adapter: DmaAdapter, scatter_gather: ScatterGatherList, original_mdl: Mdl | None, target_mdl: Ref
) -> int:
    """BuildMdlFromScatterGatherList: an MDL of the memory that the device really uses. IRQL <= DISPATCH_LEVEL.

    The original MDL when nothing was bounced, else a new one over the bounce pages, which PutScatterGatherList frees.
    STATUS_INVALID_PARAMETER without an MDL; STATUS_NONE_MAPPED when it is not the MDL of the list, and on a second call
    after a new MDL was made; STATUS_INSUFFICIENT_RESOURCES without memory for one; CV-LIST for a list that is not alive.
    """
    if original_mdl is None:
        return STATUS_INVALID_PARAMETER
    record = getattr(scatter_gather, "reserved", None)
    if not isinstance(record, sglist.ListRecord) or record.grant.adapter is not adapter:
        raise DmaContractViolation(
            "CV-LIST", "build_mdl_from_scatter_gather_list", "pass a list of this adapter before it is put"
        )
    grant = record.grant
    if grant.mapping is None or grant.mapping.mdl is not original_mdl or record.mdl is not None:
        return STATUS_NONE_MAPPED
    kernel = adapter.kernel
    mdl = kernel.hal.real_mdl(grant, original_mdl)
    if mdl is not original_mdl:
        if kernel.pool_allocation_fails():
            return STATUS_INSUFFICIENT_RESOURCES
        record.mdl = mdl
    target_mdl.value = mdl
    return STATUS_SUCCESS
