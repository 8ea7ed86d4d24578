"""DMA_OPERATIONS, version 1: adapters, common buffers, packet DMA by CurrentVa, lists.

The first parameter of every member is the adapter. Lengths are in bytes, virtual and logical addresses are integers.
IRQL rules are in :mod:`windlass.wdm.irql`, what is raised in :mod:`windlass.wdm.errors`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import common_buffer, sglist
from .channel_queue import Grant, Request
from .constants import span_pages
from .errors import DmaContractViolation
from .mapping import check_alignment, find_grant, flush_grant, map_region
from .mdl import Mdl, require_locked, runs
from .status import STATUS_SUCCESS
from .structures import DeviceObject, MapRegisterBase, Ref, ScatterGatherList
from .transfer import SystemTransfer

if TYPE_CHECKING:
    from .adapter import DmaAdapter


def put_dma_adapter(adapter: DmaAdapter) -> None:
    """PutDmaAdapter: drop a reference; with the last one the adapter is dead. IRQL <= DISPATCH_LEVEL.

    CV-LEAK when channels, map registers, lists, queued requests or common buffers of it are left.
    """
    if adapter.references > 1:
        adapter.references -= 1
        return
    scheduler = adapter.kernel.scheduler
    left = [
        name
        for name, there in (
            ("free its common buffers", bool(adapter.common_buffers)),
            ("release its channel and map registers", any(g.adapter is adapter for g in scheduler.grants)),
            (
                "wait for its queued requests",
                any(r.adapter is adapter for r in (*adapter.queue.waiting, *scheduler.reg_wait)),
            ),
        )
        if there
    ]
    if left:
        raise DmaContractViolation("CV-LEAK", "put_dma_adapter", " and ".join(left) + " first")
    adapter.references = 0
    adapter.dead = True
    adapter.kernel.adapters.remove(adapter)
    adapter.kernel.hal.unclaim(adapter)


def allocate_common_buffer(adapter: DmaAdapter, length: int, logical_address: Ref, cache_enabled: bool) -> int | None:
    """AllocateCommonBuffer: the virtual address, or None; `logical_address.value` gets the device's. PASSIVE_LEVEL.

    The memory is physically contiguous and page aligned; only `length` bytes of it may be touched (CV-COMMON).
    `cache_enabled` is not looked at: CPU and device always see the same bytes. For a master of profile `native` it ties
    up BYTES_TO_PAGES(length) map registers.
    """
    return common_buffer.allocate(adapter, length, logical_address, cache_enabled, adapter.limit, uncached=True)


def free_common_buffer(
    adapter: DmaAdapter, length: int, logical_address: int, virtual_address: int, cache_enabled: bool
) -> None:
    """FreeCommonBuffer, also for AllocateCommonBufferEx. PASSIVE_LEVEL. CV-COMMON unless all matches; CV-BUSY."""
    common_buffer.free(adapter, length, logical_address, virtual_address, cache_enabled)


def allocate_adapter_channel(
    adapter: DmaAdapter,
    device_object: DeviceObject,
    number_of_map_registers: int,
    execution_routine: Callable[[DeviceObject, Any, MapRegisterBase | None, Any], int],
    context: Any,
) -> int:
    """AllocateAdapterChannel: `execution_routine(device, irp, map_register_base, context)` runs now or when its turn comes.

    DISPATCH_LEVEL. STATUS_SUCCESS (ran or queued); STATUS_INSUFFICIENT_RESOURCES when more registers are asked for than
    the adapter ever gives. CV-REENTRY: one request per device object, and none from within AdapterControl.
    """
    routine = "allocate_adapter_channel"
    kernel = adapter.kernel
    if kernel.control_routines:
        raise DmaContractViolation("CV-REENTRY", routine, "not be called from within a control routine")
    if device_object.wait_block_in_use:
        raise DmaContractViolation("CV-REENTRY", routine, "wait until the device object's last request was served")
    irp = device_object.current_irp

    def control(grant: Grant) -> int:
        return execution_routine(device_object, irp, grant.base, context)

    device_object.wait_block_in_use = True
    status = kernel.scheduler.acquire(
        Request(adapter, device_object, number_of_map_registers, control, irp=irp, uses_wait_block=True)
    )
    if status != STATUS_SUCCESS:
        device_object.wait_block_in_use = False
    return status


def flush_adapter_buffers(
    adapter: DmaAdapter,
    mdl: Mdl,
    map_register_base: MapRegisterBase | None,
    current_va: int,
    length: int,
    write_to_device: bool,
) -> bool:
    """FlushAdapterBuffers: end an operation; stops a system DMA channel, revokes the translations. IRQL <= DISPATCH_LEVEL.

    True when all data arrived; False when the engine reported an error. CV-FLUSH unless the region is what was mapped
    since the last flush. Works on version 3 grants too.
    """
    routine = "flush_adapter_buffers"
    offset = current_va - mdl.virtual_address
    grant = find_grant(adapter, map_register_base, routine, lambda m: m.mdl is mdl and m.offset == offset)
    mapping = grant.mapping
    if mapping is None:
        raise DmaContractViolation("CV-FLUSH", routine, "flush once for each operation that was mapped")
    if (mapping.mdl, mapping.offset, mapping.length, mapping.write) != (mdl, offset, length, bool(write_to_device)):
        raise DmaContractViolation(
            "CV-FLUSH",
            routine,
            f"flush what was mapped: {mapping.length} bytes at offset {mapping.offset}, WriteToDevice {mapping.write}",
        )
    return flush_grant(grant, routine)


def free_adapter_channel(adapter: DmaAdapter) -> None:
    """FreeAdapterChannel: release the channel and its registers; others may be served before this returns.

    DISPATCH_LEVEL. CV-CHANNEL unless AdapterControl returned KeepObject; CV-FLUSH with a mapping not flushed.
    """
    adapter.kernel.scheduler.release_channel(kept_grant(adapter, "free_adapter_channel"))


def kept_grant(adapter: DmaAdapter, routine: str) -> Grant:
    """The grant whose channel the driver may release now. CV-CHANNEL, CV-FLUSH."""
    grant = adapter.queue.owner
    driver_owned = grant is not None and (grant.request.kind != "list" or grant.request.sync)
    if grant is None or grant.adapter is not adapter or not grant.routine_done or not driver_owned:
        raise DmaContractViolation("CV-CHANNEL", routine, "own the channel (KeepObject) before releasing it")
    if grant.mapping is not None and grant.list_record is None:
        raise DmaContractViolation("CV-FLUSH", routine, "flush the mapping before releasing the channel")
    return grant


def free_map_registers(
    adapter: DmaAdapter, map_register_base: MapRegisterBase | None, number_of_map_registers: int
) -> None:
    """FreeMapRegisters after DeallocateObjectKeepRegisters; NULL does nothing. DISPATCH_LEVEL.

    CV-REGS for another count or a base that is not a kept one; CV-FLUSH with a mapping not flushed.
    """
    routine = "free_map_registers"
    if map_register_base is None:
        return
    grant = find_grant(adapter, map_register_base, routine)
    if grant.owns_channel:
        raise DmaContractViolation("CV-REGS", routine, "call FreeAdapterChannel: the registers go with the channel")
    if grant.count != number_of_map_registers:
        raise DmaContractViolation("CV-REGS", routine, f"free the {grant.count} registers that were allocated")
    if grant.mapping is not None:
        raise DmaContractViolation("CV-FLUSH", routine, "flush before freeing the registers")
    adapter.kernel.scheduler.release_registers(grant)


def map_transfer(
    adapter: DmaAdapter,
    mdl: Mdl,
    map_register_base: MapRegisterBase | None,
    current_va: int,
    length: Ref,
    write_to_device: bool,
) -> int:
    """MapTransfer: the logical address of a piece of one MDL; a subordinate's channel starts at once.

    IRQL <= DISPATCH_LEVEL. `length.value` in: bytes wanted; out: bytes of this piece for scatter/gather masters,
    unchanged for all others. CV-MDL, CV-REGS, CV-FLUSH, CV-MIX (a handle of version 3), CV-REENTRY.
    """
    routine = "map_transfer"
    if "list" in adapter.kernel.control_routines[-1:]:
        raise DmaContractViolation("CV-REENTRY", routine, "use the list: it is mapped already")
    require_locked(mdl, routine)
    wanted = length.value
    offset = current_va - mdl.virtual_address
    if wanted <= 0 or offset < 0 or offset + wanted > mdl.byte_count:
        raise DmaContractViolation("CV-MDL", routine, "map a region of at least one byte inside the one MDL")
    grant = find_grant(
        adapter, map_register_base, routine, lambda m: m.mdl is mdl and m.offset + m.length == offset and not m.ex
    )
    if grant.request.ex:
        raise DmaContractViolation("CV-MIX", routine, "use MapTransferEx with a handle of AllocateAdapterChannelEx")
    by_pieces = adapter.kernel.hal.by_pieces(adapter)
    if grant.mapping is not None and not (adapter.master and by_pieces):
        raise DmaContractViolation("CV-FLUSH", routine, "flush the last operation before the next MapTransfer")
    if not adapter.master:
        for run in runs(mdl, offset, wanted):
            check_alignment(adapter, run, routine)
    if by_pieces:
        elements = map_region(grant, routine, mdl, offset, wanted, write_to_device, max_elements=1, merge=False)
        length.value = elements[0].length
    else:
        if span_pages(current_va, wanted) > grant.count:
            raise DmaContractViolation("CV-REGS", routine, f"map at most what {grant.count} registers can hold")
        elements = map_region(grant, routine, mdl, offset, wanted, write_to_device, merge=True)
    if not adapter.master:
        grant.mapping.transfer = SystemTransfer(adapter, grant.request.device, elements, bool(write_to_device))
        adapter.binding.channel.start(grant.mapping.transfer)
    return elements[0].address


def get_dma_alignment(adapter: DmaAdapter) -> int:
    """GetDmaAlignment: what starts and lengths of buffers must be multiples of, in bytes. PASSIVE_LEVEL.

    1 for masters, the device's access width for subordinates.
    """
    return adapter.binding.unit


def read_dma_counter(adapter: DmaAdapter) -> int:
    """ReadDmaCounter: bytes that remain of the subordinate's operation. IRQL <= DISPATCH_LEVEL. CV-MASTER.

    With auto-initialize it runs N … 1, N … and never reads 0. After the end: the residue of the last operation.
    """
    if adapter.master:
        raise DmaContractViolation("CV-MASTER", "read_dma_counter", "ask the device: a bus master has its own counter")
    return adapter.binding.channel.counter()


def get_scatter_gather_list(
    adapter: DmaAdapter,
    device_object: DeviceObject,
    mdl: Mdl,
    current_va: int,
    length: int,
    execution_routine: sglist.ListRoutine,
    context: Any,
    write_to_device: bool,
) -> int:
    """GetScatterGatherList: `execution_routine(device, irp, sg_list, context)` gets the list of the region.

    DISPATCH_LEVEL. STATUS_SUCCESS (ran or queued); STATUS_INSUFFICIENT_RESOURCES (too many registers, no memory, or a
    chain that cannot be one element for an adapter without scatter/gather); STATUS_BUFFER_TOO_SMALL (region longer than
    the chain). Registers and list live until PutScatterGatherList.
    """
    routine = "get_scatter_gather_list"
    require_locked(mdl, routine)
    status, offset = sglist.region_from_va(mdl, current_va, length, routine)
    if status != STATUS_SUCCESS:
        return status
    return sglist.ListRequest(
        adapter, routine, device_object, mdl, offset, length, execution_routine, context, write_to_device
    ).submit()


def put_scatter_gather_list(adapter: DmaAdapter, scatter_gather: ScatterGatherList, write_to_device: bool) -> None:
    """PutScatterGatherList: flush the region, free the registers, and the list if the system made it. DISPATCH_LEVEL.

    CV-LIST for a foreign list or a second call; CV-FLUSH when the direction is not the list's.
    """
    sglist.put(adapter, scatter_gather, write_to_device)
