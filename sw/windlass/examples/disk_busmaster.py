"""Disk controller with one contiguous engine: packet-based bus-master DMA, where map registers make scattered pages one run.

The controller (:mod:`windlass.devices.block_disk`) knows one address and a length. The caller's buffer lies in pages anywhere; MapTransfer
points map registers at them one after the other, so that the controller sees one run of logical addresses. A request that needs more
map registers than the adapter gives is carried out in several operations under one AllocateAdapterChannel: AdapterControl keeps the
map registers and gives the channel back (DeallocateObjectKeepRegisters, as bus masters do), each operation is mapped, carried out and
flushed, and FreeMapRegisters ends the request.

Writes a file to the disk and reads it back into other memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ..devices import BlockDisk, block_disk
from ..platform import Platform
from ..wdm import (
    DISPATCH_LEVEL,
    STATUS_SUCCESS,
    DeallocateObjectKeepRegisters,
    DeviceDescription,
    DeviceObject,
    DmaResources,
    Irp,
    KDpc,
    Kernel,
    KEvent,
    Mdl,
    Ref,
    nt_success,
)
from ..wdm.constants import DEVICE_DESCRIPTION_VERSION1, PCIBus
from .result import ScenarioFailed, ScenarioResult

#: The controller's number among the board's bus masters.
BUS_MASTER = 0
SECTOR = block_disk.SECTOR_BYTES
#: Bytes of one operation at most; the adapter then gives one map register more than its pages.
MAXIMUM_LENGTH = 8192
#: Bytes of a file that go on the disk at most.
MOST_BYTES = 40 * 1024
#: The buffers begin so far into their first pages.
SOURCE_OFFSET, TARGET_OFFSET = 0x204, 0xDFC
STATUS_IO_DEVICE_ERROR = 0xC000_0185


@dataclass(eq=False)
class Request(Irp):
    """A read or write of whole sectors; `mdl` describes the caller's buffer."""

    mdl: Mdl | None = None
    sector: int = 0
    count: int = 0
    write: bool = False
    status: int | None = None
    current_va: int = 0
    remaining: int = 0
    operations: list[int] = field(default_factory=list)


class DiskDriver:
    """The port driver of the controller."""

    def __init__(self, kernel: Kernel, controller: BlockDisk) -> None:
        self.kernel, self.controller = kernel, controller
        self.pdo = DeviceObject("disk controller", DmaResources(bus_master=controller.number), interface_type=PCIBus)
        self.device = DeviceObject("disk driver")
        self.statuses: list[tuple[str, int]] = []
        self.done = KEvent()

    # --- plug and play ---
    def start_device(self) -> None:
        """IRP_MN_START_DEVICE."""
        registers = Ref()
        description = DeviceDescription(
            version=DEVICE_DESCRIPTION_VERSION1,
            master=True,
            dma_32bit_addresses=True,
            interface_type=PCIBus,
            maximum_length=MAXIMUM_LENGTH,
        )
        self.adapter = self.kernel.io_get_dma_adapter(self.pdo, description, registers)
        if self.adapter is None:
            raise ScenarioFailed(f"disk_busmaster: no adapter (is BUS_MASTERS at least {self.controller.number + 1}?)")
        self.ops = self.adapter.dma_operations
        self.registers = registers.value
        self.dpc = KDpc(self.dpc_for_isr)
        self.interrupt = self.kernel.io_connect_interrupt(self.kernel.attach_device(self.controller), self.isr)

    def stop_device(self) -> None:
        """IRP_MN_STOP_DEVICE."""
        self.kernel.io_disconnect_interrupt(self.interrupt)
        self.ops.put_dma_adapter(self.adapter)

    # --- read and write ---
    def submit(self, request: Request) -> None:
        """Carry out an IRP; returns when it is complete."""
        request.current_va = request.mdl.virtual_address
        request.remaining = request.count * SECTOR
        self.device.current_irp = request
        self.kernel.ke_clear_event(self.done)
        self.kernel.ke_flush_io_buffers(request.mdl, not request.write, True)
        with self.kernel.at_irql(DISPATCH_LEVEL):
            status = self.ops.allocate_adapter_channel(
                self.adapter, self.device, self.registers, self.adapter_control, None
            )
        self.statuses.append(("allocate_adapter_channel", status))
        if not nt_success(status):
            raise ScenarioFailed(f"disk_busmaster: AllocateAdapterChannel returned {status:#010x}")
        self.kernel.ke_wait_for_single_object(self.done)
        if request.status is None:
            raise ScenarioFailed("disk_busmaster: the controller does not get on")

    def adapter_control(self, _device: DeviceObject, irp: Request, base: Any, _context: Any) -> int:
        """AdapterControl: the map registers are ours until FreeMapRegisters."""
        self.base = base
        self.start_operation(irp)
        return DeallocateObjectKeepRegisters

    def start_operation(self, request: Request) -> None:
        """Map as much as one operation may have, and give the controller the one address of it."""
        self.length = min(request.remaining, MAXIMUM_LENGTH)
        length = Ref(self.length)
        logical = self.ops.map_transfer(self.adapter, request.mdl, self.base, request.current_va, length, request.write)
        done = request.count * SECTOR - request.remaining
        self.controller.write32(block_disk.ADDRESS, logical)
        self.controller.write32(block_disk.SECTOR, request.sector + done // SECTOR)
        self.controller.write32(block_disk.COUNT, length.value // SECTOR)
        self.controller.write32(block_disk.COMMAND, block_disk.WRITE if request.write else block_disk.READ)
        request.operations.append(length.value)

    # --- interrupt ---
    def isr(self, _context: Any) -> bool:
        """Clear the cause, leave the work to the DPC."""
        causes = self.controller.read32(block_disk.STATUS) & ~block_disk.BUSY
        if not causes:
            return False
        self.controller.write32(block_disk.STATUS, causes)
        self.causes = causes
        self.kernel.ke_insert_queue_dpc(self.dpc)
        return True

    def dpc_for_isr(self, _context: Any) -> None:
        """The operation is over: flush, then the next one, or the end of the request."""
        request = self.device.current_irp
        good = self.ops.flush_adapter_buffers(
            self.adapter, request.mdl, self.base, request.current_va, self.length, request.write
        )
        good = good and self.causes == block_disk.COMPLETE
        request.current_va += self.length
        request.remaining -= self.length
        if good and request.remaining:
            self.start_operation(request)
            return
        self.ops.free_map_registers(self.adapter, self.base, self.registers)
        request.status = STATUS_SUCCESS if good else STATUS_IO_DEVICE_ERROR
        self.statuses.append(("complete_request", request.status))
        self.kernel.ke_set_event(self.done)


def disk_busmaster(platform: Platform, data: bytes) -> ScenarioResult:
    """Write the first 40 KiB of `data` to the disk, read them back into other memory, and take that as `data_out`."""
    kernel = Kernel(platform)
    carried = data[:MOST_BYTES]
    sectors = -(-len(carried) // SECTOR)
    controller = BlockDisk(platform, BUS_MASTER, bytes(2 * sectors * SECTOR))
    mdls = []
    for offset in (SOURCE_OFFSET, TARGET_OFFSET):
        mdl = kernel.io_allocate_mdl(kernel.memory.allocate(sectors * SECTOR, offset=offset), sectors * SECTOR)
        kernel.mm_probe_and_lock_pages(mdl)
        mdls.append(mdl)
    source, target = mdls
    kernel.memory.write(source.virtual_address, carried.ljust(sectors * SECTOR, b"\0"))
    driver = DiskDriver(kernel, controller)
    driver.start_device()
    begin = platform.now()
    requests = [Request(mdl=source, sector=sectors, count=sectors, write=True)]
    requests.append(Request(mdl=target, sector=sectors, count=sectors))
    for request in requests:
        driver.submit(request)
    cycles = platform.now() - begin
    driver.stop_device()
    for mdl in mdls:
        kernel.mm_unlock_pages(mdl)
    pages = target.pfns
    details = {
        "sectors": sectors,
        "operations": [len(r.operations) for r in requests],
        "fragments": 1 + sum(b != a + 1 for a, b in pairwise(pages)),
    }
    back = kernel.memory.read(target.virtual_address, len(carried))
    return ScenarioResult("disk_busmaster", carried, back, 2 * sectors * SECTOR, cycles, driver.statuses, [], details)
