"""Scatter/gather lists: how big they get, requests for them, and giving them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .channel_queue import INIT, Grant, Request
from .constants import DeallocateObject, DeallocateObjectKeepRegisters, KeepObject
from .contexts import admit
from .errors import DmaContractViolation
from .mapping import check_alignment, flush_grant, map_region
from .mdl import Mdl, chain, chain_length, region_span, runs
from .packed import layouts
from .status import (
    STATUS_BUFFER_TOO_SMALL,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
)
from .structures import DeviceObject, DmaTransferContext, Ref, ScatterGatherList
from .transfer import SystemTransfer

if TYPE_CHECKING:
    from .adapter import DmaAdapter

ListRoutine = Callable[[DeviceObject, Any, ScatterGatherList, Any], None]


@dataclass(eq=False)
class ListRecord:
    """What the system keeps behind ScatterGatherList.reserved until PutScatterGatherList."""

    grant: Grant
    sg_list: ScatterGatherList
    system_owned: bool
    #: What BuildMdlFromScatterGatherList made over bounce pages.
    mdl: Mdl | None = None


def list_size(adapter: DmaAdapter, elements: int) -> int:
    """Bytes of a list with so many elements, with the system's private part."""
    choices = adapter.kernel.choices
    return layouts(choices.pointer_bits).list_bytes(elements) + choices.sg_overhead


def list_capacity(adapter: DmaAdapter, size: int) -> int:
    """Elements that fit a list buffer of `size` bytes; negative when not even the header does."""
    choices = adapter.kernel.choices
    return layouts(choices.pointer_bits).list_elements(size - choices.sg_overhead)


def region_from_va(mdl: Mdl, current_va: int, length: int, routine: str) -> tuple[int, int]:
    """(status, offset) of a region given by CurrentVa: it begins in the first MDL and may run along the chain."""
    offset = current_va - mdl.virtual_address
    if length <= 0:
        raise DmaContractViolation("CV-MDL", routine, "transfer at least one byte")
    if not 0 <= offset < mdl.byte_count:
        return STATUS_INVALID_PARAMETER, 0
    if offset + length > chain_length(mdl):
        return STATUS_BUFFER_TOO_SMALL, 0
    return STATUS_SUCCESS, offset


@dataclass
class ListRequest:
    """Everything that a request for a list says. `offset` and `length` in bytes over the MDL chain."""

    adapter: DmaAdapter
    routine_name: str
    device: DeviceObject
    mdl: Mdl
    offset: int
    length: int
    routine: ListRoutine | None
    context: Any
    write: bool
    buffer: ScatterGatherList | None = None
    ex: bool = False
    sync: bool = False
    transfer_context: DmaTransferContext | None = None
    out: Ref | None = None

    def submit(self) -> int:
        """Queue the request; STATUS_SUCCESS leads to exactly one call of the routine."""
        adapter = self.adapter
        kernel = adapter.kernel
        if self.ex:
            status = admit(adapter, self.transfer_context)
            if status != STATUS_SUCCESS:
                return status
        registers = region_span(self.mdl, self.offset, self.length)
        if registers > adapter.max_regs:
            return STATUS_INSUFFICIENT_RESOURCES
        if adapter.single_element and not kernel.hal.packs_into_one(adapter, self.mdl, self.offset, self.length):
            return STATUS_INSUFFICIENT_RESOURCES  # one element was promised, and translation cannot make it
        if not adapter.master:
            for run in runs(self.mdl, self.offset, self.length):
                check_alignment(adapter, run, self.routine_name)
        if self.buffer is None and kernel.pool_allocation_fails():
            return STATUS_INSUFFICIENT_RESOURCES
        request = Request(
            adapter,
            self.device,
            registers,
            self._granted,
            kind="list",
            ex=self.ex,
            sync=self.sync,
            context=self.transfer_context,
            irp=self.device.current_irp if self.device is not None else None,
        )
        status = kernel.scheduler.acquire(request)
        if status != STATUS_SUCCESS and self.transfer_context is not None:
            self.transfer_context._state = INIT
        return status

    def _granted(self, grant: Grant) -> int:
        adapter = self.adapter
        elements = map_region(grant, self.routine_name, self.mdl, self.offset, self.length, self.write)
        sg_list = self.buffer if self.buffer is not None else ScatterGatherList()
        sg_list.fill(elements)
        sg_list.reserved = grant.list_record = ListRecord(grant, sg_list, self.buffer is None)
        if self.out is not None:
            self.out.value = sg_list
        if not adapter.master:
            grant.mapping.transfer = SystemTransfer(adapter, self.device, elements, self.write)
            adapter.binding.channel.start(grant.mapping.transfer)
        if self.routine is None:
            return KeepObject
        self.routine(self.device, grant.request.irp, sg_list, self.context)
        if self.ex and adapter.kernel.choices.ex_list_ends_with_routine:
            if grant.list_record is not None:
                end_list(grant, self.routine_name)
            return DeallocateObject
        if not adapter.master and adapter.kernel.choices.subordinate_list_keeps_channel:
            return KeepObject
        return DeallocateObjectKeepRegisters


def end_list(grant: Grant, routine: str) -> None:
    """Flush a list's region and forget the list; registers and channel stay with the grant."""
    flush_grant(grant, routine)
    record, grant.list_record = grant.list_record, None
    record.sg_list.reserved = None
    if record.mdl is not None:
        for link in chain(record.mdl):  # freed: it no longer names locked pages
            link.mdl_flags, link.pfns = 0, []
    if record.system_owned:
        record.sg_list.elements = []


def put(adapter: DmaAdapter, sg_list: ScatterGatherList, write: bool) -> None:
    """PutScatterGatherList. CV-LIST for a list that is not waiting for it, CV-FLUSH for the other direction."""
    routine = "put_scatter_gather_list"
    record = getattr(sg_list, "reserved", None)
    if not isinstance(record, ListRecord) or record.grant.adapter is not adapter or record.sg_list is not sg_list:
        raise DmaContractViolation("CV-LIST", routine, "put a list of this adapter once, and only once")
    if sg_list.buffer is not None and not sg_list.buffer.intact():
        raise DmaContractViolation("CV-LIST", routine, "leave the list's Reserved member alone")
    grant = record.grant
    if grant.mapping is not None and grant.mapping.write != bool(write):
        raise DmaContractViolation("CV-FLUSH", routine, "give the direction that the list was made for")
    end_list(grant, routine)
    scheduler = adapter.kernel.scheduler
    if not adapter.master and grant.owns_channel and grant.routine_done:
        scheduler.release_channel(grant)
    else:
        scheduler.release_registers(grant)
