"""Packet-based system DMA, version 3: a file comes in over a FIFO device's wire to memory and goes out again.

The device is a subordinate: it raises its request line, and the system DMA channel moves the data. The buffer is one MDL
over scattered pages that starts near the end of its first page. The driver takes fewer map registers than the buffer has
pages, so that each direction takes several MapTransferEx / FlushAdapterBuffersEx operations under one allocation; the
completion routine of one operation starts the next.

The whole file comes in; its first 64 KiB go out again (a simulated wire takes its time).

The device moves units of up to 64 bits. A file whose length is not a multiple of the unit is padded with zeros on
the wire; its own bytes are compared.
"""

from __future__ import annotations

from typing import Any

from ..platform import Platform
from ..wdm import (
    DISPATCH_LEVEL,
    STATUS_SUCCESS,
    WINDLASS_SET_REQUEST_UNITS,
    DeviceDescription,
    DeviceObject,
    DmaAdapterInfo,
    DmaComplete,
    DmaTransferContext,
    DmaTransferInfo,
    KeepObject,
    Kernel,
    KEvent,
    Mdl,
    Ref,
    ScatterGatherList,
    nt_success,
)
from .fifo_device import FifoDevice
from .result import ScenarioFailed, ScenarioResult

#: Peripheral number, which is also its request line.
FIFO = 0
#: Units that the device asks for at a time.
REQUEST_UNITS = 16
MAXIMUM_LENGTH = 32 * 1024
#: Bytes that go out again at most.
MOST_OUT = 64 * 1024
#: The buffer starts so many bytes before a page ends.
BYTES_IN_FIRST_PAGE = 64


class FifoDriver:
    """The driver of the FIFO device."""

    def __init__(self, kernel: Kernel, width: int) -> None:
        self.kernel = kernel
        self.width = width
        self.device = DeviceObject("fifo driver")
        self.hardware = FifoDevice(kernel.platform, FIFO)
        self.statuses: list[tuple[str, int]] = []
        self.residues: list[int] = []
        self.operations = 0

    def start_device(self) -> None:
        """IRP_MN_START_DEVICE: the adapter of the request line."""
        description = DeviceDescription(
            version=3,
            maximum_length=MAXIMUM_LENGTH,
            dma_width=self.width,
            dma_request_line=FIFO,
            device_address=self.hardware.base,
        )
        registers = Ref()
        self.adapter = self.kernel.io_get_dma_adapter(None, description, registers)
        if self.adapter is None:
            raise ScenarioFailed("packet_dma: no adapter for the FIFO device")
        self.registers = registers.value
        self.ops = self.adapter.dma_operations
        info = DmaAdapterInfo()
        self.note("get_dma_adapter_info", self.ops.get_dma_adapter_info(self.adapter, info))
        self.note(
            "configure_adapter_channel",
            self.ops.configure_adapter_channel(self.adapter, WINDLASS_SET_REQUEST_UNITS, REQUEST_UNITS),
        )

    def stop_device(self) -> None:
        """IRP_MN_STOP_DEVICE."""
        self.ops.put_dma_adapter(self.adapter)

    def note(self, routine: str, status: int) -> None:
        """Keep a status; give up when it is an error."""
        self.statuses.append((routine, status))
        if not nt_success(status):
            raise ScenarioFailed(f"packet_dma: {routine} returned {status:#010x}")

    # --- one request: read from or write to the device ---
    def transfer(self, mdl: Mdl, length: int, write: bool) -> None:
        """Move the first `length` bytes of an MDL, from the device or (`write`) to it; returns when it is done."""
        self.mdl, self.write = mdl, write
        self.offset, self.remaining = 0, length
        self.done = KEvent()
        info = DmaTransferInfo()
        self.note(
            "get_dma_transfer_info",
            self.ops.get_dma_transfer_info(self.adapter, mdl, 0, length, write, info),
        )
        self.list_size = info.scatter_gather_list_size
        self.sg_list = ScatterGatherList()
        count = min(self.registers, (info.map_register_count + 1) // 2)
        context = DmaTransferContext()
        self.note("initialize_dma_transfer_context", self.ops.initialize_dma_transfer_context(self.adapter, context))
        with self.kernel.at_irql(DISPATCH_LEVEL):
            status = self.ops.allocate_adapter_channel_ex(
                self.adapter, self.device, context, count, 0, self.adapter_control, None, None
            )
            self.note("allocate_adapter_channel_ex", status)
        self.note("wait", self.kernel.ke_wait_for_single_object(self.done))
        if not self.done.signalled:
            raise ScenarioFailed("packet_dma: the transfer does not end")

    def adapter_control(self, _device: DeviceObject, _irp: Any, base: Any, _context: Any) -> int:
        """AdapterControl: map first, then program the device. System DMA keeps the channel."""
        self.base = base
        self.map_next()
        self.hardware.start(sink=self.write, width=self.width, threshold=REQUEST_UNITS)
        return KeepObject

    def map_next(self) -> None:
        """Map and start as much of what remains as the registers allow."""
        length = Ref(self.remaining)
        status = self.ops.map_transfer_ex(
            self.adapter,
            self.mdl,
            self.base,
            self.offset,
            0,
            length,
            self.write,
            self.sg_list,
            self.list_size,
            self.transfer_complete,
            None,
        )
        self.note("map_transfer_ex", status)
        self.mapped = length.value
        self.operations += 1

    def transfer_complete(self, _adapter: Any, _device: DeviceObject, _context: Any, status: int) -> None:
        """DmaCompletionRoutine: flush, then the next operation or the end of the request."""
        self.statuses.append(("dma_completion", status))
        self.residues.append(self.ops.read_dma_counter(self.adapter))
        self.note(
            "flush_adapter_buffers_ex",
            self.ops.flush_adapter_buffers_ex(self.adapter, self.mdl, self.base, self.offset, self.mapped, self.write),
        )
        self.offset += self.mapped
        self.remaining -= self.mapped
        if status == DmaComplete and self.remaining:
            self.map_next()
            return
        self.ops.free_adapter_channel(self.adapter)
        self.statuses.append(("complete_request", STATUS_SUCCESS))
        self.kernel.ke_set_event(self.done)


def packet_dma(platform: Platform, data: bytes) -> ScenarioResult:
    """Bring `data` in through the FIFO device to memory, and (its first 64 KiB) out again.

    `data_out` is what left on the wire, followed by what stayed in memory.
    """
    kernel = Kernel(platform)
    unit = min(8, platform.params.word_bytes)
    width = unit.bit_length() - 1
    padded = data + bytes(-len(data) % unit)
    buffer = kernel.memory.allocate(len(padded), offset=0x1000 - BYTES_IN_FIRST_PAGE)
    mdl = kernel.io_allocate_mdl(buffer, len(padded))
    kernel.mm_probe_and_lock_pages(mdl)
    driver = FifoDriver(kernel, width)
    driver.start_device()

    platform.device_feed(FIFO, padded)
    begin = platform.now()
    driver.transfer(mdl, len(padded), False)
    middle = platform.now()
    received = kernel.memory.read(buffer, len(data))
    outgoing = min(len(padded), MOST_OUT)
    driver.transfer(mdl, outgoing, True)
    end = platform.now()
    if not driver.hardware.wait_for_units(outgoing // unit):
        raise ScenarioFailed("packet_dma: the wire did not take all data")
    collected = platform.device_collected(FIFO)
    driver.hardware.stop()
    driver.stop_device()
    arrived = (collected + received[outgoing:])[: len(data)] if len(collected) == outgoing else b""
    return ScenarioResult(
        "packet_dma",
        data,
        arrived if received == data else received,
        len(padded) + outgoing,
        end - begin,
        driver.statuses,
        driver.residues,
        {"operations": driver.operations, "cycles_in": middle - begin, "bytes_out": outgoing},
    )
