"""Disk: version 3 system DMA with a synchronous fast path, a queue behind it, and both kinds of cancellation.

A request first tries for the channel with DMA_SYNCHRONOUS_CALLBACK: when it is free the driver owns it before the call
returns and starts the transfer in the same breath. When it is taken (STATUS_INSUFFICIENT_RESOURCES) the driver asks
again, asynchronously, and its routine runs from within the FreeAdapterChannel of the request before. A request that
is still queued is cancelled with CancelAdapterChannel, one whose transfer runs with CancelMappedTransfer: its
completion routine gets DmaCancelled, and the flush and the channel are still owed.

Reads the file from the disk with one request on the fast path and one from the queue, cancels a queued request and one
that hangs on a bad sector, and writes the file back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..devices import Medium
from ..platform import Platform
from ..wdm import (
    DISPATCH_LEVEL,
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_CANCELLED,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_SUCCESS,
    WINDLASS_SET_REQUEST_UNITS,
    DeviceDescription,
    DeviceObject,
    DmaCancelled,
    DmaComplete,
    DmaTransferContext,
    DmaTransferInfo,
    Irp,
    KeepObject,
    Kernel,
    KEvent,
    Mdl,
    Ref,
    ScatterGatherList,
    Width32Bits,
    nt_success,
)
from .fifo_device import COUNT, FifoDevice
from .result import ScenarioFailed, ScenarioResult

#: The disk's data port is peripheral 0, which is also its request line.
DISK = 0
SECTOR = 512
UNIT = 4
REQUEST_UNITS = 16
#: Bytes that can be read of the first sector once it has gone bad: whole requests.
READABLE = 5 * REQUEST_UNITS * UNIT
MAXIMUM_LENGTH = 32 * 1024
#: Bytes of a file that are carried at most.
MOST_BYTES = 48 * 1024
#: What the driver reports for a transfer that failed.
STATUS_IO_DEVICE_ERROR = 0xC000_0185


@dataclass(eq=False)
class Request(Irp):
    """A read or write of whole sectors."""

    mdl: Mdl | None = None
    offset: int = 0
    sector: int = 0
    count: int = 0
    write: bool = False
    #: Bytes that the head can deliver before a bad sector stops it; None: all.
    readable: int | None = None
    status: int | None = None
    residue: int = 0
    done: KEvent = field(default_factory=KEvent)
    context: DmaTransferContext = field(default_factory=DmaTransferContext)
    sg_list: ScatterGatherList = field(default_factory=ScatterGatherList)
    base: Any = None
    mapped: int = 0
    finished: int = 0
    fast: bool = False
    list_size: int = 0

    @property
    def length(self) -> int:
        return self.count * SECTOR


class DiskDriver:
    """The driver of the disk."""

    def __init__(self, kernel: Kernel, medium: Medium) -> None:
        self.kernel = kernel
        self.medium = medium
        self.device = DeviceObject("disk driver")
        self.hardware = FifoDevice(kernel.platform, DISK)
        self.statuses: list[tuple[str, int]] = []
        self.fast = self.queued = 0

    def note(self, routine: str, status: int) -> int:
        """Keep a status for the record."""
        self.statuses.append((routine, status))
        return status

    def start_device(self) -> None:
        """IRP_MN_START_DEVICE."""
        description = DeviceDescription(
            version=3,
            maximum_length=MAXIMUM_LENGTH,
            dma_width=Width32Bits,
            dma_request_line=DISK,
            device_address=self.hardware.base,
        )
        registers = Ref()
        self.adapter = self.kernel.io_get_dma_adapter(None, description, registers)
        if self.adapter is None:
            raise ScenarioFailed("disk: no adapter")
        self.ops = self.adapter.dma_operations
        self.registers = registers.value
        self.ops.configure_adapter_channel(self.adapter, WINDLASS_SET_REQUEST_UNITS, REQUEST_UNITS)

    def stop_device(self) -> None:
        """IRP_MN_STOP_DEVICE."""
        self.ops.put_dma_adapter(self.adapter)

    # --- requests ---
    def submit(self, request: Request) -> None:
        """Dispatch routine: the fast path if the channel is free, else the queue. DISPATCH_LEVEL."""
        info = DmaTransferInfo()
        status = self.ops.get_dma_transfer_info(
            self.adapter, request.mdl, request.offset, request.length, request.write, info
        )
        if not nt_success(status):
            self.complete(request, status)
            return
        request.list_size = info.scatter_gather_list_size
        self.ops.initialize_dma_transfer_context(self.adapter, request.context)
        count, base = min(self.registers, info.map_register_count), Ref()
        status = self.ops.allocate_adapter_channel_ex(
            self.adapter, self.device, request.context, count, DMA_SYNCHRONOUS_CALLBACK, None, None, base
        )
        if nt_success(status):
            self.fast += 1
            request.fast, request.base = True, base.value
            self.map_next(request)
            return
        if status == STATUS_INSUFFICIENT_RESOURCES:  # somebody has it: wait in the queue
            self.queued += 1
            self.ops.initialize_dma_transfer_context(self.adapter, request.context)
            status = self.ops.allocate_adapter_channel_ex(
                self.adapter, self.device, request.context, count, 0, self.adapter_control, request, None
            )
        if not nt_success(status):
            self.complete(request, status)

    def adapter_control(self, _device: DeviceObject, _irp: Any, base: Any, request: Request) -> int:
        """AdapterControl of a request that had to queue."""
        request.base = base
        self.map_next(request)
        return KeepObject

    def map_next(self, request: Request) -> None:
        """Map as much as the registers allow and let the disk go."""
        length = Ref(request.length - request.finished)
        status = self.ops.map_transfer_ex(
            self.adapter,
            request.mdl,
            request.base,
            request.offset + request.finished,
            0,
            length,
            request.write,
            request.sg_list,
            request.list_size,
            self.transfer_complete,
            request,
        )
        if self.note("map_transfer_ex", status):
            raise ScenarioFailed(f"disk: MapTransferEx {status:#010x}")
        request.mapped = length.value
        if request.finished == 0:
            if not request.write:
                self.medium.read(request.sector, request.count, readable=request.readable)
            self.hardware.start(sink=request.write, width=Width32Bits, threshold=REQUEST_UNITS)

    def transfer_complete(self, _adapter: Any, _device: DeviceObject, request: Request, status: int) -> None:
        """DmaCompletionRoutine: flush what was mapped, then go on, or give the channel back and complete the request."""
        self.note("dma_completion", status)
        left = self.ops.read_dma_counter(self.adapter)
        flushed = self.ops.flush_adapter_buffers_ex(
            self.adapter, request.mdl, request.base, request.offset + request.finished, request.mapped, request.write
        )
        self.note("flush_adapter_buffers_ex", flushed)
        request.finished += request.mapped - left
        if status == DmaComplete and request.finished < request.length:
            self.map_next(request)
            return
        if request.write:
            # The last units are still on their way through the port's FIFO.
            if not self.hardware.wait_for_units(request.finished // UNIT):
                raise ScenarioFailed("disk: the head does not take the data")
            self.medium.write(request.sector, request.count)
        self.hardware.stop()
        request.residue = request.length - request.finished
        endings = {DmaComplete: STATUS_SUCCESS, DmaCancelled: STATUS_CANCELLED}
        self.complete(request, endings.get(status, STATUS_IO_DEVICE_ERROR))
        # Last of all: this may run the next request's AdapterControl before it returns.
        self.ops.free_adapter_channel(self.adapter)

    def cancel(self, request: Request) -> None:
        """Cancel routine: out of the queue if it is there still, else stop its transfer. DISPATCH_LEVEL."""
        if self.ops.cancel_adapter_channel(self.adapter, self.device, request.context):
            self.complete(request, STATUS_CANCELLED)
            return
        self.note("cancel_mapped_transfer", self.ops.cancel_mapped_transfer(self.adapter, request.context))

    def complete(self, request: Request, status: int) -> None:
        """IoCompleteRequest."""
        request.status = status
        self.note("complete_request", status)
        self.kernel.ke_set_event(request.done)

    def wait(self, request: Request) -> None:
        """Let time pass until a request is complete."""
        self.kernel.ke_wait_for_single_object(request.done)
        if request.status is None:
            raise ScenarioFailed("disk: a request does not end")


def disk(platform: Platform, data: bytes) -> ScenarioResult:
    """Read the first 48 KiB of `data` from a disk in two requests, write them behind, and take that as `data_out`."""
    kernel = Kernel(platform)
    carried = data[:MOST_BYTES]
    sectors = max(2, -(-len(carried) // SECTOR))
    medium = Medium(platform, DISK, carried.ljust(2 * sectors * SECTOR, b"\0"), SECTOR)
    buffer = kernel.memory.allocate(sectors * SECTOR, offset=0xA40)
    mdl = kernel.io_allocate_mdl(buffer, sectors * SECTOR)
    kernel.mm_probe_and_lock_pages(mdl)
    scratch = kernel.io_allocate_mdl(kernel.memory.allocate(2 * SECTOR, offset=0xF00), 2 * SECTOR)
    kernel.mm_probe_and_lock_pages(scratch)
    driver = DiskDriver(kernel, medium)
    driver.start_device()

    half = sectors // 2
    first = Request(mdl=mdl, sector=0, count=half)
    second = Request(mdl=mdl, offset=half * SECTOR, sector=half, count=sectors - half)
    unwanted = Request(mdl=scratch, sector=0, count=1)
    begin = platform.now()
    with kernel.at_irql(DISPATCH_LEVEL):
        for request in (first, second, unwanted):
            driver.submit(request)
        driver.cancel(unwanted)
    driver.wait(first)
    driver.wait(second)
    arrived = kernel.memory.read(buffer, len(carried))

    # A request that comes to a bad sector: the head stops after 320 bytes, and a timer cancels it.
    hanging = Request(mdl=scratch, sector=0, count=2, readable=READABLE)
    with kernel.at_irql(DISPATCH_LEVEL):
        driver.submit(hanging)
    for _ in range(1000):
        if (
            driver.hardware.read(COUNT) * UNIT >= READABLE
            and driver.ops.read_dma_counter(driver.adapter) == 2 * SECTOR - READABLE
        ):
            break
        platform.wait_cycles(20)
    with kernel.at_irql(DISPATCH_LEVEL):
        driver.cancel(hanging)
    driver.wait(hanging)

    write = Request(mdl=mdl, sector=sectors, count=sectors, write=True)
    with kernel.at_irql(DISPATCH_LEVEL):
        driver.submit(write)
    driver.wait(write)
    cycles = platform.now() - begin
    driver.stop_device()
    back = bytes(medium.image[sectors * SECTOR :][: len(carried)])
    endings = [request.status for request in (first, second, unwanted, hanging, write)]
    wanted = [STATUS_SUCCESS, STATUS_SUCCESS, STATUS_CANCELLED, STATUS_CANCELLED, STATUS_SUCCESS]
    partial = kernel.memory.read(scratch.virtual_address, READABLE)
    good = arrived == carried and endings == wanted and partial == bytes(medium.image[:READABLE])
    return DiskResult(
        "disk",
        carried,
        back if good else b"",
        2 * sectors * SECTOR,
        cycles,
        driver.statuses,
        [request.residue for request in (first, second, unwanted, hanging, write)],
        {"fast_path": driver.fast, "queued": driver.queued, "endings": [f"{status:#010x}" for status in endings]},
    )


class DiskResult(ScenarioResult):
    """Two of the requests are cancelled on purpose."""

    @property
    def ok(self) -> bool:
        return self.data_in == self.data_out and self.statuses.count(("complete_request", STATUS_CANCELLED)) == 2
