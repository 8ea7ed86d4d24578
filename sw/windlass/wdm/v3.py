"""DMA_OPERATIONS, version 3: transfer contexts, whole MDL chains, completion routines, cancellation.

Offsets count bytes from the start of the first MDL's buffer over the whole chain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import common_buffer, contexts, sglist, v1
from .channel_queue import GRANTED, INIT, Grant, Request
from .constants import (
    ADAPTER_INFO_SYNCHRONOUS_CALLBACK,
    DMA_ADAPTER_INFO_VERSION1,
    DMA_SYNCHRONOUS_CALLBACK,
    DMA_TRANSFER_INFO_VERSION1,
    DMA_TRANSFER_INFO_VERSION2,
    DMA_ZERO_BUFFERS,
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    KeepObject,
)
from .errors import DmaContractViolation
from .mapping import find_grant, flush_grant, map_region
from .mdl import Mdl, inside, region_span, require_locked
from .status import (
    STATUS_CANCELLED,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_NOT_IMPLEMENTED,
    STATUS_NOT_SUPPORTED,
    STATUS_SUCCESS,
)
from .structures import (
    DeviceObject,
    DmaAdapterInfo,
    DmaTransferContext,
    DmaTransferInfo,
    MapRegisterBase,
    Ref,
    ScatterGatherList,
)
from .transfer import RUNNING, SystemTransfer

if TYPE_CHECKING:
    from .adapter import DmaAdapter


def get_dma_adapter_info(adapter: DmaAdapter, adapter_info: DmaAdapterInfo) -> int:
    """GetDmaAdapterInfo: fills the version 1 part. IRQL <= DISPATCH_LEVEL. STATUS_NOT_SUPPORTED for other versions."""
    if adapter_info.version != DMA_ADAPTER_INFO_VERSION1:
        return STATUS_NOT_SUPPORTED
    adapter_info.read_dma_counter_available = not adapter.master
    adapter_info.flags = 0 if adapter.needs_regs or not adapter.master else ADAPTER_INFO_SYNCHRONOUS_CALLBACK
    adapter_info.minimum_transfer_unit = adapter.binding.unit
    if adapter.master:
        adapter_info.scatter_gather_limit = 0xFFFF_FFFF
        adapter_info.dma_address_width = adapter.limit.bit_length()
    else:
        adapter_info.scatter_gather_limit = adapter.kernel.hal.scatter_gather_limit(adapter)
        adapter_info.dma_address_width = adapter.limit.bit_length()
    return STATUS_SUCCESS


def get_dma_transfer_info(
    adapter: DmaAdapter, mdl: Mdl, offset: int, length: int, write_only: bool, transfer_info: DmaTransferInfo
) -> int:
    """GetDmaTransferInfo: registers, elements and list bytes of a region; not capped by the adapter's maximum.

    IRQL <= DISPATCH_LEVEL. STATUS_NOT_SUPPORTED (version not 1 or 2), STATUS_INVALID_PARAMETER (region not inside the
    chain, or empty). `write_only` changes nothing on a coherent board.
    """
    if transfer_info.version not in (DMA_TRANSFER_INFO_VERSION1, DMA_TRANSFER_INFO_VERSION2):
        return STATUS_NOT_SUPPORTED
    require_locked(mdl, "get_dma_transfer_info")
    if not inside(mdl, offset, length) or length == 0:
        return STATUS_INVALID_PARAMETER
    transfer_info.map_register_count = region_span(mdl, offset, length)
    transfer_info.scatter_gather_element_count = adapter.kernel.hal.count_elements(adapter, mdl, offset, length)
    transfer_info.scatter_gather_list_size = sglist.list_size(adapter, transfer_info.scatter_gather_element_count)
    if transfer_info.version == DMA_TRANSFER_INFO_VERSION2:
        transfer_info.logical_page_count = transfer_info.map_register_count
    return STATUS_SUCCESS


def initialize_dma_transfer_context(adapter: DmaAdapter, dma_transfer_context: DmaTransferContext) -> int:
    """InitializeDmaTransferContext: before each allocation. IRQL <= DISPATCH_LEVEL.

    STATUS_INVALID_PARAMETER for NULL or a context that is queued or granted.
    """
    return contexts.initialize(adapter, dma_transfer_context)


def allocate_common_buffer_ex(
    adapter: DmaAdapter,
    maximum_address: Ref | int | None,
    length: int,
    logical_address: Ref,
    cache_enabled: bool,
    preferred_node: int,
) -> int | None:
    """AllocateCommonBufferEx: as AllocateCommonBuffer, with the last logical byte at most at `maximum_address`.

    PASSIVE_LEVEL. `maximum_address`: an integer or a Ref to one, or None. None for a node that does not exist.
    `cache_enabled` is honoured, unless the board says that its caches are not coherent (see `Choices`).
    """
    choices = adapter.kernel.choices
    if not 0 <= preferred_node < choices.nodes:
        return None
    highest = adapter.limit
    if maximum_address is not None:
        address = maximum_address.value if isinstance(maximum_address, Ref) else maximum_address
        highest = min(highest, address if choices.maximum_address_inclusive else address - 1)
    uncached = not cache_enabled or choices.incoherent_board_overrides_cache_enabled
    return common_buffer.allocate(adapter, length, logical_address, cache_enabled, highest, uncached)


def allocate_adapter_channel_ex(
    adapter: DmaAdapter,
    device_object: DeviceObject,
    dma_transfer_context: DmaTransferContext,
    number_of_map_registers: int,
    flags: int,
    execution_routine: Callable[[DeviceObject, Any, MapRegisterBase | None, Any], int] | None,
    execution_context: Any,
    map_register_base: Ref | None,
) -> int:
    """AllocateAdapterChannelEx: as AllocateAdapterChannel, by transfer context, and at once with DMA_SYNCHRONOUS_CALLBACK.

    DISPATCH_LEVEL. Without the flag: a routine and no `map_register_base`. With it: a routine, or a pointer for the
    handle (the caller then owns the channel), or both. STATUS_INVALID_PARAMETER for other combinations, unknown flags
    and contexts that are not freshly initialised; STATUS_CANCELLED after CancelAdapterChannel;
    STATUS_INSUFFICIENT_RESOURCES for more registers than the adapter gives, or (synchronous) than are free now.
    """
    choices = adapter.kernel.choices
    if flags & ~choices.known_flags:
        return choices.unknown_flags_status
    sync = bool(flags & DMA_SYNCHRONOUS_CALLBACK)
    if execution_routine is None and (not sync or map_register_base is None):
        return STATUS_INVALID_PARAMETER
    both = execution_routine is not None and map_register_base is not None
    if both and not (sync and choices.sync_routine_with_base_pointer):
        return STATUS_INVALID_PARAMETER
    if "list" in adapter.kernel.control_routines[-1:]:
        raise DmaContractViolation(
            "CV-REENTRY", "allocate_adapter_channel_ex", "not be called from within a list routine"
        )
    status = contexts.admit(adapter, dma_transfer_context)
    if status != STATUS_SUCCESS:
        return status
    irp = device_object.current_irp if device_object is not None else None

    def control(grant: Grant) -> int:
        if map_register_base is not None:
            map_register_base.value = grant.base
        if execution_routine is None:
            return KeepObject
        return execution_routine(device_object, irp, grant.base, execution_context)

    status = adapter.kernel.scheduler.acquire(
        Request(
            adapter,
            device_object,
            number_of_map_registers,
            control,
            ex=True,
            sync=sync,
            context=dma_transfer_context,
            irp=irp,
            zero=bool(flags & DMA_ZERO_BUFFERS),
        )
    )
    if status != STATUS_SUCCESS:
        dma_transfer_context._state = INIT
    return status


def configure_adapter_channel(adapter: DmaAdapter, function_number: int, context: Any) -> int:
    """ConfigureAdapterChannel: a function of the controller (WINDLASS_SET_…), for transfers that start afterwards.

    IRQL <= DISPATCH_LEVEL. STATUS_NOT_IMPLEMENTED for unknown numbers and for bus masters; STATUS_INVALID_PARAMETER for a
    context that the function cannot use.
    """
    done = None if adapter.master else adapter.kernel.hal.configure(adapter, function_number, context)
    if done is None:
        return STATUS_NOT_IMPLEMENTED
    return STATUS_SUCCESS if done else STATUS_INVALID_PARAMETER


def cancel_adapter_channel(
    adapter: DmaAdapter, device_object: DeviceObject, dma_transfer_context: DmaTransferContext
) -> bool:
    """CancelAdapterChannel: True when the request will not be served. IRQL <= DISPATCH_LEVEL.

    A queued request goes; one that is granted stays (False); one not made yet is refused when it comes.
    """
    return contexts.cancel(adapter, dma_transfer_context)


def map_transfer_ex(
    adapter: DmaAdapter,
    mdl: Mdl,
    map_register_base: MapRegisterBase | None,
    offset: int,
    device_offset: int,
    length: Ref,
    write_to_device: bool,
    scatter_gather_buffer: ScatterGatherList | None,
    scatter_gather_buffer_length: int,
    dma_completion_routine: Callable[[DmaAdapter, DeviceObject, Any, int], None] | None,
    completion_context: Any,
) -> int:
    """MapTransferEx: map as much of a region as fits and, for a subordinate, start the channel. IRQL <= DISPATCH_LEVEL.

    `length.value` in: bytes wanted; out: bytes mapped. Limits: registers of the grant, elements that fit
    `scatter_gather_buffer_length` bytes, elements of one hardware transfer. `dma_completion_routine(adapter, device,
    completion_context, status)` runs once, at DISPATCH_LEVEL. Each success owes one FlushAdapterBuffersEx.
    STATUS_INVALID_PARAMETER (region, missing or too small buffer, a master with a routine or a device offset),
    STATUS_CANCELLED, STATUS_INSUFFICIENT_RESOURCES (no list memory). CV-MDL, CV-MIX, CV-FLUSH, CV-REGS.
    """
    routine = "map_transfer_ex"
    kernel = adapter.kernel
    if "list" in kernel.control_routines[-1:]:
        raise DmaContractViolation("CV-REENTRY", routine, "use the list: it is mapped already")
    require_locked(mdl, routine)
    wanted = length.value
    if not inside(mdl, offset, wanted):
        return STATUS_INVALID_PARAMETER
    if adapter.master and (scatter_gather_buffer is None or dma_completion_routine is not None or device_offset):
        return STATUS_INVALID_PARAMETER
    if scatter_gather_buffer is None:
        if scatter_gather_buffer_length:
            return STATUS_INVALID_PARAMETER
        elements_limit = 1
    else:
        elements_limit = sglist.list_capacity(adapter, scatter_gather_buffer_length)
        if elements_limit < 1:
            return STATUS_INVALID_PARAMETER
    grant = find_grant(adapter, map_register_base, routine)
    if not grant.request.ex:
        raise DmaContractViolation("CV-MIX", routine, "use MapTransfer with a handle of AllocateAdapterChannel")
    if grant.cancelled:
        return STATUS_CANCELLED
    if grant.mapping is not None:
        raise DmaContractViolation("CV-FLUSH", routine, "flush the last mapping before the next MapTransferEx")
    if scatter_gather_buffer is None and kernel.pool_allocation_fails():
        return STATUS_INSUFFICIENT_RESOURCES
    if wanted == 0:
        if scatter_gather_buffer is not None:
            scatter_gather_buffer.fill([])
        return STATUS_SUCCESS
    if not adapter.master:
        elements_limit = min(elements_limit, kernel.hal.scatter_gather_limit(adapter))
    elements = map_region(
        grant,
        routine,
        mdl,
        offset,
        wanted,
        write_to_device,
        max_elements=elements_limit,
    )
    if scatter_gather_buffer is not None:
        scatter_gather_buffer.fill(elements)
    length.value = grant.mapping.length
    if not adapter.master:
        transfer = SystemTransfer(
            adapter,
            grant.request.device,
            elements,
            bool(write_to_device),
            device_offset,
            dma_completion_routine,
            completion_context,
        )
        grant.mapping.transfer = transfer
        adapter.binding.channel.start(transfer)
    return STATUS_SUCCESS


def flush_adapter_buffers_ex(
    adapter: DmaAdapter,
    mdl: Mdl,
    map_register_base: MapRegisterBase | None,
    offset: int,
    length: int,
    write_to_device: bool,
) -> int:
    """FlushAdapterBuffersEx: end what MapTransferEx began; `length` as it returned it. IRQL <= DISPATCH_LEVEL.

    A system DMA transfer that still runs is stopped; its completion routine does not run any more, and ReadDmaCounter
    shows the residue. STATUS_INVALID_PARAMETER for a region that was not mapped (the flush is then still owed). CV-FLUSH
    for the other direction, CV-MIX for a handle of version 1.
    """
    routine = "flush_adapter_buffers_ex"
    require_locked(mdl, routine)
    grant = find_grant(adapter, map_register_base, routine, lambda m: m.mdl is mdl and m.offset == offset)
    if not grant.request.ex:
        raise DmaContractViolation("CV-MIX", routine, "use FlushAdapterBuffers with a handle of version 1")
    if length == 0:
        return STATUS_SUCCESS
    mapping = grant.mapping
    if mapping is None or (mapping.mdl, mapping.offset, mapping.length) != (mdl, offset, length):
        return STATUS_INVALID_PARAMETER
    if mapping.write != bool(write_to_device):
        raise DmaContractViolation("CV-FLUSH", routine, "give the direction that was mapped")
    flush_grant(grant, routine)
    return STATUS_SUCCESS


def free_adapter_object(adapter: DmaAdapter, allocation_action: int) -> None:
    """FreeAdapterObject: release the channel as an AdapterControl's action would. IRQL <= DISPATCH_LEVEL.

    KeepObject: nothing. DeallocateObject: channel and registers (and the list of a synchronous GetScatterGatherListEx).
    DeallocateObjectKeepRegisters: the registers stay until FreeMapRegisters, or until PutScatterGatherList with a list.
    CV-CHANNEL without the channel; CV-ACTION for any other value.
    """
    routine = "free_adapter_object"
    scheduler = adapter.kernel.scheduler
    if allocation_action == KeepObject:
        return
    if allocation_action == DeallocateObject:
        grant = v1.kept_grant(adapter, routine)
        if grant.list_record is not None:
            sglist.end_list(grant, routine)
        scheduler.release_channel(grant)
    elif allocation_action == DeallocateObjectKeepRegisters:
        owner = adapter.queue.owner
        if owner is not None and owner.adapter is adapter and not adapter.master:
            raise DmaContractViolation("CV-ACTION", routine, "release a system DMA channel with DeallocateObject")
        if owner is None or owner.adapter is not adapter or not owner.routine_done:
            raise DmaContractViolation("CV-CHANNEL", routine, "own the channel (KeepObject) before releasing it")
        scheduler.release_channel(owner, keep_registers=True)
    else:
        raise DmaContractViolation("CV-ACTION", routine, f"pass an IO_ALLOCATION_ACTION, not {allocation_action!r}")


def cancel_mapped_transfer(adapter: DmaAdapter, dma_transfer_context: DmaTransferContext) -> int:
    """CancelMappedTransfer: stop a subordinate's transfer; nothing more is mapped under this context. IRQL <= DISPATCH_LEVEL.

    The completion routine runs once: DmaCancelled, or how it had ended before. The flush is still owed and nothing is
    freed. STATUS_INVALID_PARAMETER for masters and contexts that are not granted on this adapter or never mapped.
    """
    grant = getattr(dma_transfer_context, "_grant", None)
    if adapter.master or grant is None or grant.adapter is not adapter or not grant.ever_mapped:
        return STATUS_INVALID_PARAMETER
    if dma_transfer_context._state != GRANTED:
        return STATUS_INVALID_PARAMETER
    grant.cancelled = True
    transfer = grant.mapping.transfer if grant.mapping is not None else None
    if transfer is not None and transfer.state == RUNNING:
        adapter.binding.channel.cancel(transfer)
    return STATUS_SUCCESS
