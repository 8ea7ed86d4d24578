"""Bus-master scatter/gather: copy a file from one scattered buffer to another.

The device is a Windlass channel used as a copying bus master. Source and destination are MDL chains whose fragments begin
at odd offsets in physical pages that lie anywhere. For each transfer the driver obtains a list of either side with
GetScatterGatherListEx, pairs the two lists' elements into 16-byte descriptors, puts them into a descriptor ring in a
common buffer and rings the doorbell. The interrupt of a transfer's last descriptor queues a DPC, which puts both lists
and starts the next transfer. Two transfers are in flight.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ..platform import Platform
from ..wdm import (
    DISPATCH_LEVEL,
    STATUS_SUCCESS,
    DeviceDescription,
    DeviceObject,
    DmaResources,
    DmaTransferContext,
    DmaTransferInfo,
    KDpc,
    Kernel,
    KEvent,
    Mdl,
    Ref,
    ScatterGatherList,
    hw,
    nt_success,
)
from .result import ScenarioFailed, ScenarioResult

#: The Windlass channel that this device is.
CHANNEL = 0
#: Most bytes of one transfer unless the driver is told otherwise, transfers in flight, places in the descriptor ring.
TRANSFER_MAX = 64 * 1024
IN_FLIGHT = 2
RING_PLACES = 512
RING_BYTES = RING_PLACES * hw.DESCRIPTOR_BYTES

#: Lengths of the fragments of each side, in bytes, used over and over; every fragment starts at an odd offset, the first
#: of each side at this one.
SOURCE_FRAGMENTS = (7001, 4097, 12289, 3, 16381)
DESTINATION_FRAGMENTS = (5003, 16385, 1, 8191, 10007)
SOURCE_OFFSET, DESTINATION_OFFSET = 0x123, 0xD8D


@dataclass(eq=False)
class Transfer:
    """One copy between the two buffers, from the request for the lists to PutScatterGatherList."""

    offset: int
    length: int
    source_context: DmaTransferContext = field(default_factory=DmaTransferContext)
    destination_context: DmaTransferContext = field(default_factory=DmaTransferContext)
    source: ScatterGatherList | None = None
    destination: ScatterGatherList | None = None
    #: Number of ring descriptors after this transfer's last one, counted since START.
    end: int = 0


def pair_elements(source: ScatterGatherList, destination: ScatterGatherList) -> list[tuple[int, int, int]]:
    """(source, destination, length) of the copies that two lists of the same total length make."""
    copies: list[tuple[int, int, int]] = []
    targets = iter(destination.elements)
    address = room = 0
    for element in source.elements:
        position, left = element.address, element.length
        while left:
            if not room:
                target = next(targets)
                address, room = target.address, target.length
            take = min(left, room)
            copies.append((position, address, take))
            position, address, left, room = position + take, address + take, left - take, room - take
    return copies


class CopyDriver:
    """The driver of the copying device: what DriverEntry, AddDevice and the dispatch routines of a real one hold."""

    def __init__(self, kernel: Kernel, transfer_max: int = TRANSFER_MAX) -> None:
        self.kernel = kernel
        self.transfer_max = transfer_max
        self.pdo = DeviceObject("copy device", DmaResources(channel=CHANNEL))
        self.device = DeviceObject("copy driver")
        self.statuses: list[tuple[str, int]] = []
        self.in_flight: deque[Transfer] = deque()
        self.done = KEvent()
        self.produced = 0
        self.error: int | None = None
        self.source: Mdl | None = None
        self.destination: Mdl | None = None
        self.total = self.next_offset = self.chunk = 0

    # --- device registers ---
    def write(self, offset: int, value: int) -> None:
        self.kernel.platform.csr_write32(hw.channel_register(CHANNEL, offset), value)

    def read(self, offset: int, *, live: bool = False) -> int:
        return self.kernel.platform.csr_read32(hw.channel_register(CHANNEL, offset), live=live)

    # --- start and stop of the device ---
    def start_device(self) -> None:
        """IRP_MN_START_DEVICE: adapter, ring, interrupt; the channel then waits for doorbells."""
        registers = Ref()
        description = DeviceDescription(
            version=3, master=True, scatter_gather=True, dma_address_width=32, maximum_length=4 * self.transfer_max
        )
        self.adapter = self.kernel.io_get_dma_adapter(self.pdo, description, registers)
        if self.adapter is None:
            raise ScenarioFailed("sg_copy: no adapter for the copy device")
        self.registers = registers.value
        self.ops = self.adapter.dma_operations
        logical = Ref()
        self.ring = self.ops.allocate_common_buffer(self.adapter, RING_BYTES, logical, True)
        if self.ring is None:
            raise ScenarioFailed("sg_copy: no common buffer for the descriptor ring")
        self.ring_logical = logical.value
        self.dpc = KDpc(self.dpc_for_isr)
        self.interrupt = self.kernel.io_connect_interrupt(CHANNEL, self.isr)
        self.write(hw.CONFIG, hw.MODE_RING)
        self.write(hw.DESC_LO, self.ring_logical)
        self.write(hw.DESC_HI, 0)
        self.write(hw.DESC_COUNT, RING_PLACES)
        self.write(hw.PRODUCER, 0)
        self.write(hw.IRQ_STATUS, hw.IRQ_ALL)
        self.write(hw.IRQ_ENABLE, hw.IRQ_DESC | hw.IRQ_ERROR)
        self.write(hw.CMD, hw.CMD_START)

    def stop_device(self) -> None:
        """IRP_MN_STOP_DEVICE: the channel, then everything that start_device took."""
        self.write(hw.CMD, hw.CMD_ABORT)
        while self.read(hw.STATUS, live=True) & hw.STATUS_ACTIVE:
            self.kernel.platform.wait_cycles(4)
        self.write(hw.IRQ_ENABLE, 0)
        self.write(hw.IRQ_STATUS, hw.IRQ_ALL)
        self.kernel.io_disconnect_interrupt(self.interrupt)
        self.ops.free_common_buffer(self.adapter, RING_BYTES, self.ring_logical, self.ring, True)
        self.ops.put_dma_adapter(self.adapter)

    # --- copying ---
    def copy(self, source: Mdl, destination: Mdl, length: int) -> None:
        """Copy `length` bytes between two chains; returns when all of them have arrived."""
        self.source, self.destination, self.total = source, destination, length
        transfers = -(-length // self.transfer_max)
        self.chunk = -(-length // transfers)  # equal shares, so that no transfer is over before the next is seen
        with self.kernel.at_irql(DISPATCH_LEVEL):
            self.start_transfers()
        self.statuses.append(("wait", self.kernel.ke_wait_for_single_object(self.done)))
        if self.error is not None:
            raise ScenarioFailed(f"sg_copy: the channel stopped with STATUS {self.error:#010x}")
        if not self.done.signalled:
            raise ScenarioFailed("sg_copy: the copy does not end")

    def start_transfers(self) -> None:
        """Keep IN_FLIGHT transfers going. DISPATCH_LEVEL."""
        while len(self.in_flight) < IN_FLIGHT and self.next_offset < self.total:
            length = min(self.chunk, self.total - self.next_offset)
            while max(self.registers_for(mdl, length) for mdl in (self.source, self.destination)) > self.registers:
                length //= 2
            transfer = Transfer(self.next_offset, length)
            self.next_offset += length
            self.in_flight.append(transfer)
            self.request_list(transfer, transfer.source_context, self.source, self.source_listed, True)

    def registers_for(self, mdl: Mdl, length: int) -> int:
        info = DmaTransferInfo()
        status = self.ops.get_dma_transfer_info(self.adapter, mdl, self.next_offset, length, False, info)
        if not nt_success(status):
            raise ScenarioFailed(f"sg_copy: GetDmaTransferInfo {status:#010x}")
        return info.map_register_count

    def request_list(
        self, transfer: Transfer, context: DmaTransferContext, mdl: Mdl, routine: Any, write: bool
    ) -> None:
        self.ops.initialize_dma_transfer_context(self.adapter, context)
        status = self.ops.get_scatter_gather_list_ex(
            self.adapter,
            self.device,
            context,
            mdl,
            transfer.offset,
            transfer.length,
            0,
            routine,
            transfer,
            write,
            None,
            None,
            None,
        )
        self.statuses.append(("get_scatter_gather_list_ex", status))
        if not nt_success(status):
            raise ScenarioFailed(f"sg_copy: GetScatterGatherListEx {status:#010x}")

    def source_listed(self, _device: DeviceObject, _irp: Any, sg_list: ScatterGatherList, transfer: Transfer) -> None:
        """AdapterListControl of the source: the engine reads it, so WriteToDevice was TRUE."""
        transfer.source = sg_list
        self.request_list(transfer, transfer.destination_context, self.destination, self.destination_listed, False)

    def destination_listed(
        self, _device: DeviceObject, _irp: Any, sg_list: ScatterGatherList, transfer: Transfer
    ) -> None:
        """AdapterListControl of the destination: both lists are there, so the device gets its descriptors."""
        transfer.destination = sg_list
        copies = pair_elements(transfer.source, sg_list)
        for index, (source, destination, length) in enumerate(copies):
            place, lap = self.produced % RING_PLACES, self.produced // RING_PLACES
            control = hw.OP_COPY | (0 if lap % 2 else hw.DESC_PHASE)
            if index == len(copies) - 1:
                control |= hw.DESC_IRQ
            descriptor = struct.pack("<4I", source, destination, length, control)
            self.kernel.memory.write(self.ring + place * hw.DESCRIPTOR_BYTES, descriptor)
            self.produced += 1
        transfer.end = self.produced
        self.write(hw.PRODUCER, self.produced & 0xFFFF)

    # --- interrupt ---
    def isr(self, _context: Any) -> bool:
        """Take the interrupt: clear its cause, leave the work to the DPC."""
        causes = self.read(hw.IRQ_STATUS)
        if not causes:
            return False
        self.write(hw.IRQ_STATUS, causes)
        if causes & hw.IRQ_ERROR:
            self.error = self.read(hw.STATUS)
        self.kernel.ke_insert_queue_dpc(self.dpc)
        return True

    def dpc_for_isr(self, _context: Any) -> None:
        """Finish the transfers whose descriptors are all done, oldest first, and start others."""
        consumed = self.read(hw.CONSUMER, live=True)
        while self.in_flight and (consumed - self.in_flight[0].end) & 0xFFFF < 0x8000:
            transfer = self.in_flight.popleft()
            self.ops.put_scatter_gather_list(self.adapter, transfer.source, True)
            self.ops.put_scatter_gather_list(self.adapter, transfer.destination, False)
            self.statuses.append(("complete_request", STATUS_SUCCESS))
        if self.error is None:
            self.start_transfers()
        if self.error is not None or not self.in_flight:
            self.kernel.ke_set_event(self.done)


def scattered_chain(kernel: Kernel, length: int, fragments: tuple[int, ...], first_offset: int) -> Mdl:
    """A buffer of `length` bytes as a chain of locked MDLs: fragments at odd offsets in scattered pages."""
    first: Mdl | None = None
    last: Mdl | None = None
    number = 0
    while length:
        take = min(length, fragments[number % len(fragments)])
        offset = (first_offset + 0x2F6 * number) % 0x1000 | 1
        mdl = kernel.io_allocate_mdl(kernel.memory.allocate(take, offset=offset), take)
        kernel.mm_probe_and_lock_pages(mdl)
        if last is None:
            first = mdl
        else:
            last.next = mdl
        last, length, number = mdl, length - take, number + 1
    if first is None:
        raise ScenarioFailed("sg_copy: nothing to copy")
    return first


def links(mdl: Mdl | None) -> list[Mdl]:
    """The MDLs of a chain."""
    found: list[Mdl] = []
    while mdl is not None:
        found.append(mdl)
        mdl = mdl.next
    return found


def sg_copy(platform: Platform, data: bytes) -> ScenarioResult:
    """Copy `data` (1 byte or more) from scattered memory to scattered memory."""
    kernel = Kernel(platform)
    source = scattered_chain(kernel, len(data), SOURCE_FRAGMENTS, SOURCE_OFFSET)
    destination = scattered_chain(kernel, len(data), DESTINATION_FRAGMENTS, DESTINATION_OFFSET)
    position = 0
    for mdl in links(source):
        kernel.memory.write(mdl.virtual_address, data[position : position + mdl.byte_count])
        position += mdl.byte_count
    driver = CopyDriver(kernel)
    driver.start_device()
    begin = platform.now()
    driver.copy(source, destination, len(data))
    cycles = platform.now() - begin
    driver.stop_device()
    copied = b"".join(kernel.memory.read(mdl.virtual_address, mdl.byte_count) for mdl in links(destination))
    details = {"descriptors": driver.produced}
    return ScenarioResult("sg_copy", data, copied, len(data), cycles, driver.statuses, [], details)
