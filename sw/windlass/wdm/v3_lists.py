"""DMA_OPERATIONS, version 3: scatter/gather lists of whole MDL chains, for bus masters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import sglist
from .constants import DMA_SYNCHRONOUS_CALLBACK
from .mdl import Mdl, inside, require_locked
from .status import STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER
from .structures import DeviceObject, DmaTransferContext, Ref, ScatterGatherList

if TYPE_CHECKING:
    from .adapter import DmaAdapter


def get_scatter_gather_list_ex(
    adapter: DmaAdapter,
    device_object: DeviceObject,
    dma_transfer_context: DmaTransferContext,
    mdl: Mdl,
    offset: int,
    length: int,
    flags: int,
    execution_routine: sglist.ListRoutine | None,
    context: Any,
    write_to_device: bool,
    dma_completion_routine: None,
    completion_context: None,
    scatter_gather_list: Ref | None,
) -> int:
    """GetScatterGatherListEx: the list of a whole region of a chain, for bus masters. IRQL <= DISPATCH_LEVEL.

    Not synchronous: `execution_routine(device, irp, sg_list, context)` runs now or later. Synchronous: now or not at all
    (STATUS_INSUFFICIENT_RESOURCES), and without a routine the list comes back in `scatter_gather_list` and the caller
    owns the channel. STATUS_INVALID_PARAMETER: subordinate, region, context, flags, completion routine.
    """
    return _list_ex(
        "get_scatter_gather_list_ex",
        adapter,
        device_object,
        dma_transfer_context,
        mdl,
        offset,
        length,
        flags,
        execution_routine,
        context,
        write_to_device,
        (dma_completion_routine, completion_context),
        scatter_gather_list,
    )


def build_scatter_gather_list_ex(
    adapter: DmaAdapter,
    device_object: DeviceObject,
    dma_transfer_context: DmaTransferContext,
    mdl: Mdl,
    offset: int,
    length: int,
    flags: int,
    execution_routine: sglist.ListRoutine | None,
    context: Any,
    write_to_device: bool,
    scatter_gather_buffer: ScatterGatherList,
    scatter_gather_length: int,
    dma_completion_routine: None,
    completion_context: None,
    scatter_gather_list: Ref | None,
) -> int:
    """BuildScatterGatherListEx: as GetScatterGatherListEx, in the driver's buffer. DISPATCH_LEVEL.

    STATUS_BUFFER_TOO_SMALL when the list does not fit `scatter_gather_length` bytes.
    """
    require_locked(mdl, "build_scatter_gather_list_ex")
    if scatter_gather_buffer is None:
        return STATUS_INVALID_PARAMETER
    if inside(mdl, offset, length) and length:
        needed = sglist.list_size(adapter, adapter.kernel.hal.count_elements(adapter, mdl, offset, length))
        if scatter_gather_length < needed:
            return STATUS_BUFFER_TOO_SMALL
    return _list_ex(
        "build_scatter_gather_list_ex",
        adapter,
        device_object,
        dma_transfer_context,
        mdl,
        offset,
        length,
        flags,
        execution_routine,
        context,
        write_to_device,
        (dma_completion_routine, completion_context),
        scatter_gather_list,
        buffer=scatter_gather_buffer,
    )


def _list_ex(
    routine: str,
    adapter: DmaAdapter,
    device: DeviceObject,
    transfer_context: DmaTransferContext,
    mdl: Mdl,
    offset: int,
    length: int,
    flags: int,
    execution_routine: sglist.ListRoutine | None,
    context: Any,
    write: bool,
    completion: tuple[Any, Any],
    out: Ref | None,
    buffer: ScatterGatherList | None = None,
) -> int:
    choices = adapter.kernel.choices
    if out is not None:
        out.value = None
    require_locked(mdl, routine)
    if flags & ~choices.known_flags:
        return choices.unknown_flags_status
    sync = bool(flags & DMA_SYNCHRONOUS_CALLBACK)
    if not adapter.master or completion != (None, None) or not inside(mdl, offset, length) or length == 0:
        return STATUS_INVALID_PARAMETER
    if execution_routine is None and (not sync or out is None):
        return STATUS_INVALID_PARAMETER
    return sglist.ListRequest(
        adapter,
        routine,
        device,
        mdl,
        offset,
        length,
        execution_routine,
        context,
        write,
        buffer=buffer,
        ex=True,
        sync=sync,
        transfer_context=transfer_context,
        out=out,
    ).submit()
