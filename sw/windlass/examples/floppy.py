"""Diskette controller: packet-based system DMA of version 1, the way a PC's floppy driver does it.

The controller is a subordinate of one byte a request (8 bits wide, channel 2, no scatter/gather). An IRP asks for a run
of sectors; its buffer takes more pages than the adapter ever gives map registers for, so the driver splits it: under
one AllocateAdapterChannel, AdapterControl starts the first MapTransfer, and each time the controller is through with an
operation the driver flushes and maps the next. The channel is freed when the IRP is complete. FlushAdapterBuffers comes
before everything that looks at the data.

Reads the diskette into memory, writes it back to another place on the medium, and compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..devices import Medium
from ..platform import Platform
from ..wdm import (
    DISPATCH_LEVEL,
    STATUS_SUCCESS,
    DeviceDescription,
    DeviceObject,
    DmaResources,
    Irp,
    KeepObject,
    Kernel,
    Mdl,
    Ref,
    Width8Bits,
    nt_success,
)
from ..wdm.constants import DEVICE_DESCRIPTION_VERSION1, Isa
from .fifo_device import COUNT, FifoDevice
from .result import ScenarioFailed, ScenarioResult

#: The board's wiring: the controller is peripheral 0 on request line 0, its DMA channel is 2.
CONTROLLER, REQUEST_LINE, DMA_CHANNEL = 0, 0, 2
SECTOR = 512
#: Bytes of one operation at most; the adapter then gives one map register more than its pages.
MAXIMUM_LENGTH = 2048
#: Bytes of a file that go on the diskette at most.
MOST_BYTES = 4 * 1024
#: The caller's buffer begins so far into its first page.
BUFFER_OFFSET = 0x600
#: Clock cycles between two looks at the controller, and looks before the driver gives up.
POLL_CYCLES, POLLS = 500, 4000


@dataclass(eq=False)
class Request(Irp):
    """A read or write of whole sectors; `mdl` describes the caller's buffer."""

    mdl: Mdl | None = None
    sector: int = 0
    count: int = 0
    write: bool = False
    status: int | None = None
    #: Where the next operation starts and what is left (bytes).
    current_va: int = 0
    remaining: int = 0
    operations: list[int] = field(default_factory=list)


class FloppyDriver:
    """The function driver of the diskette controller."""

    def __init__(self, kernel: Kernel, medium: Medium) -> None:
        self.kernel = kernel
        self.medium = medium
        self.hardware = FifoDevice(kernel.platform, CONTROLLER)
        resources = DmaResources(channel=DMA_CHANNEL, request_line=REQUEST_LINE, device_address=self.hardware.base)
        self.pdo = DeviceObject("floppy controller", resources)
        self.device = DeviceObject("floppy driver")
        self.statuses: list[tuple[str, int]] = []

    # --- plug and play ---
    def start_device(self) -> None:
        """IRP_MN_START_DEVICE."""
        description = DeviceDescription(
            version=DEVICE_DESCRIPTION_VERSION1,
            interface_type=Isa,
            dma_channel=DMA_CHANNEL,
            dma_width=Width8Bits,
            maximum_length=MAXIMUM_LENGTH,
        )
        registers = Ref()
        self.adapter = self.kernel.io_get_dma_adapter(self.pdo, description, registers)
        if self.adapter is None:
            raise ScenarioFailed("floppy: no adapter for the diskette controller")
        self.ops = self.adapter.dma_operations
        self.registers = registers.value

    def stop_device(self) -> None:
        """IRP_MN_STOP_DEVICE."""
        self.ops.put_dma_adapter(self.adapter)

    # --- read and write ---
    def start_io(self, request: Request) -> None:
        """StartIo: the device object's current IRP asks for the channel. DISPATCH_LEVEL."""
        self.device.current_irp = request
        request.current_va = request.mdl.virtual_address
        request.remaining = request.count * SECTOR
        # Version 1: caches are the driver's business.
        self.kernel.ke_flush_io_buffers(request.mdl, not request.write, True)
        status = self.ops.allocate_adapter_channel(
            self.adapter, self.device, self.registers, self.adapter_control, None
        )
        self.statuses.append(("allocate_adapter_channel", status))
        if not nt_success(status):
            self.complete(request, status)

    def adapter_control(self, _device: DeviceObject, irp: Request, base: Any, _context: Any) -> int:
        """AdapterControl: the channel and the map registers are ours until the IRP is complete."""
        self.base = base
        self.start_operation(irp)
        return KeepObject

    def start_operation(self, request: Request) -> None:
        """Map as much as one operation may have, then give the controller its command."""
        self.length = min(request.remaining, MAXIMUM_LENGTH)
        length = Ref(self.length)  # never the IRP's own Length
        # A system DMA driver has no use for the logical address: the controller was programmed with it.
        self.ops.map_transfer(self.adapter, request.mdl, self.base, request.current_va, length, request.write)
        done = request.count * SECTOR - request.remaining
        if not request.write:
            self.medium.read(request.sector + done // SECTOR, self.length // SECTOR)
        self.hardware.start(sink=request.write, width=Width8Bits, threshold=1)

    def operation_done(self, request: Request) -> None:
        """DpcForIsr: the controller has moved all sectors of the operation. Flush, then go on or complete. DISPATCH_LEVEL."""
        request.operations.append(self.ops.read_dma_counter(self.adapter))
        if request.write:
            first = request.sector + request.count - request.remaining // SECTOR
            self.medium.write(first, self.length // SECTOR)
        self.hardware.stop()
        flushed = self.ops.flush_adapter_buffers(
            self.adapter, request.mdl, self.base, request.current_va, self.length, request.write
        )
        request.current_va += self.length
        request.remaining -= self.length
        if flushed and request.remaining:
            self.start_operation(request)
            return
        self.ops.free_adapter_channel(self.adapter)
        self.complete(request, STATUS_SUCCESS if flushed else 0xC000_0185)  # STATUS_IO_DEVICE_ERROR

    def idle(self, request: Request) -> bool:
        """Has the controller moved all bytes of the operation, and the DMA channel too?"""
        return self.hardware.read(COUNT) >= self.length and (
            request.write or not self.ops.read_dma_counter(self.adapter)
        )

    def complete(self, request: Request, status: int) -> None:
        """IoCompleteRequest."""
        request.status = status
        self.statuses.append(("complete_request", status))

    def submit(self, request: Request) -> None:
        """Carry out an IRP; returns when it is complete. The controller has no interrupt line, so a timer looks at it."""
        with self.kernel.at_irql(DISPATCH_LEVEL):
            self.start_io(request)
        while request.status is None:
            for _ in range(POLLS):
                if self.idle(request):
                    break
                self.kernel.platform.wait_cycles(POLL_CYCLES)
            else:
                raise ScenarioFailed("floppy: the controller does not get on")
            with self.kernel.at_irql(DISPATCH_LEVEL):
                self.operation_done(request)


def floppy(platform: Platform, data: bytes) -> ScenarioResult:
    """Put the first 4 KiB of `data` on a diskette, read them, write them behind, and take that as `data_out`."""
    kernel = Kernel(platform)
    carried = data[:MOST_BYTES]
    sectors = -(-len(carried) // SECTOR)
    medium = Medium(platform, CONTROLLER, carried.ljust(2 * sectors * SECTOR, b"\0"), SECTOR)
    buffer = kernel.memory.allocate(sectors * SECTOR, offset=BUFFER_OFFSET)
    mdl = kernel.io_allocate_mdl(buffer, sectors * SECTOR)
    kernel.mm_probe_and_lock_pages(mdl)
    driver = FloppyDriver(kernel, medium)
    driver.start_device()
    begin = platform.now()
    read = Request(mdl=mdl, sector=0, count=sectors)
    driver.submit(read)
    arrived = kernel.memory.read(buffer, len(carried))
    write = Request(mdl=mdl, sector=sectors, count=sectors, write=True)
    driver.submit(write)
    cycles = platform.now() - begin
    driver.stop_device()
    kernel.mm_unlock_pages(mdl)
    back = bytes(medium.image[sectors * SECTOR :][: len(carried)])
    details = {"sectors": sectors, "operations": len(read.operations) + len(write.operations)}
    return ScenarioResult(
        "floppy",
        carried,
        back if arrived == carried else arrived,
        2 * sectors * SECTOR,
        cycles,
        driver.statuses,
        read.operations + write.operations,
        details,
    )
