"""UART of a SoC: version 3 system DMA by request line and device address, full duplex.

Transmitter and receiver each have a request line of the system DMA controller and a data register at a device address,
eight bits wide: that is all that IoGetDmaAdapter needs to know. What comes in is sent back. Reception goes in blocks
of 256 bytes through two buffers in turn, so that a new transfer starts as soon as one completes; when the line falls
silent inside a block, the driver ends the transfer early with FlushAdapterBuffersEx, and ReadDmaCounter says how much of it
has come. Each transmission is a chain of two MDLs, a header and the text, sent as one scatter/gather transfer.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from ..devices import SerialLine
from ..platform import Platform
from ..wdm import (
    DISPATCH_LEVEL,
    STATUS_SUCCESS,
    STATUS_TIMEOUT,
    WINDLASS_SET_REQUEST_UNITS,
    DeviceDescription,
    DeviceObject,
    DmaComplete,
    DmaTransferContext,
    DmaTransferInfo,
    KeepObject,
    Kernel,
    KEvent,
    Mdl,
    Ref,
    ScatterGatherList,
    Width8Bits,
    nt_success,
)
from .fifo_device import FifoDevice
from .result import ScenarioFailed, ScenarioResult

#: Request lines of the controller, and peripherals behind them.
RECEIVER, TRANSMITTER = 0, 1
#: Clock cycles a byte (the divisor of the baud rate), bytes of a block. A request is one byte: nobody knows whether another
#: one comes, and a receiver that promised eight would have to make up the rest.
DIVISOR = 64
REQUEST_UNITS = 1
BLOCK = 256
#: Clock cycles without an interrupt after which the line counts as silent: more than a block takes.
SILENCE = 2 * BLOCK * DIVISOR
MOST_BYTES = 2 * 1024
HEADER_BYTES = 3


class Half:
    """What transmitter and receiver have in common."""

    def __init__(self, kernel: Kernel, line: int, write: bool) -> None:
        self.kernel, self.line, self.write = kernel, line, write
        self.hardware = FifoDevice(kernel.platform, line)
        self.device = DeviceObject("uart transmitter" if write else "uart receiver")
        self.statuses: list[tuple[str, int]] = []
        self.context = DmaTransferContext()

    def note(self, routine: str, status: int) -> None:
        """Keep a status; give up when it is an error."""
        self.statuses.append((routine, status))
        if not nt_success(status):
            raise ScenarioFailed(f"uart: {routine} returned {status:#010x}")

    def start_device(self) -> None:
        """IRP_MN_START_DEVICE: the resources are a request line and the address of the data register."""
        description = DeviceDescription(
            version=3,
            maximum_length=8192,
            dma_width=Width8Bits,
            dma_request_line=self.line,
            device_address=self.hardware.base,
        )
        registers = Ref()
        self.adapter = self.kernel.io_get_dma_adapter(None, description, registers)
        if self.adapter is None:
            raise ScenarioFailed("uart: no adapter for the request line")
        self.registers = registers.value
        self.ops = self.adapter.dma_operations
        status = self.ops.configure_adapter_channel(self.adapter, WINDLASS_SET_REQUEST_UNITS, REQUEST_UNITS)
        self.note("configure_adapter_channel", status)
        self.hardware.start(sink=self.write, width=Width8Bits, threshold=REQUEST_UNITS, rate=DIVISOR)

    def stop_device(self) -> None:
        """IRP_MN_STOP_DEVICE."""
        self.hardware.stop()
        self.ops.put_dma_adapter(self.adapter)

    def begin(self, mdl: Mdl, length: int) -> None:
        """Ask for the channel to move `length` bytes of a chain. DISPATCH_LEVEL."""
        self.mdl, self.length = mdl, length
        info = DmaTransferInfo()
        self.note(
            "get_dma_transfer_info", self.ops.get_dma_transfer_info(self.adapter, mdl, 0, length, self.write, info)
        )
        self.list_size = info.scatter_gather_list_size
        self.ops.initialize_dma_transfer_context(self.adapter, self.context)
        status = self.ops.allocate_adapter_channel_ex(
            self.adapter, self.device, self.context, info.map_register_count, 0, self.adapter_control, None, None
        )
        self.note("allocate_adapter_channel_ex", status)

    def adapter_control(self, _device: DeviceObject, _irp: Any, base: Any, _context: Any) -> int:
        """AdapterControl: DeviceOffset 0 is the data register itself."""
        self.base = base
        length = Ref(self.length)
        status = self.ops.map_transfer_ex(
            self.adapter,
            self.mdl,
            base,
            0,
            0,
            length,
            self.write,
            ScatterGatherList(),
            self.list_size,
            self.transfer_complete,
            None,
        )
        self.note("map_transfer_ex", status)
        if length.value != self.length:
            raise ScenarioFailed("uart: a block is one transfer")
        return KeepObject

    def end(self) -> int:
        """Flush and give the channel back; returns the bytes that were not moved. DISPATCH_LEVEL."""
        status = self.ops.flush_adapter_buffers_ex(self.adapter, self.mdl, self.base, 0, self.length, self.write)
        self.note("flush_adapter_buffers_ex", status)
        left = self.ops.read_dma_counter(self.adapter)
        self.ops.free_adapter_channel(self.adapter)
        return left

    def transfer_complete(self, _adapter: Any, _device: DeviceObject, _context: Any, status: int) -> None:
        """DmaCompletionRoutine."""
        raise NotImplementedError


class Transmitter(Half):
    """Sends blocks, one after the other, each behind a header."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel, TRANSMITTER, True)
        self.waiting: deque[bytes] = deque()
        self.busy = False
        self.sent = 0
        self.header = kernel.memory.allocate(HEADER_BYTES, offset=0x7F1)
        self.text = kernel.memory.allocate(BLOCK, offset=0xFC0)

    def send(self, text: bytes) -> None:
        """Queue a block. DISPATCH_LEVEL."""
        self.waiting.append(text)
        if not self.busy:
            self.next_block()

    def next_block(self) -> None:
        text = self.waiting.popleft()
        self.busy = True
        header = b"\x02" + len(text).to_bytes(2, "big")
        self.kernel.memory.write(self.header, header)
        self.kernel.memory.write(self.text, text)
        head = self.kernel.io_allocate_mdl(self.header, HEADER_BYTES)
        head.next = self.kernel.io_allocate_mdl(self.text, len(text))
        for mdl in (head, head.next):
            self.kernel.mm_build_mdl_for_non_paged_pool(mdl)
        self.sent += HEADER_BYTES + len(text)
        self.begin(head, HEADER_BYTES + len(text))

    def transfer_complete(self, _adapter: Any, _device: DeviceObject, _context: Any, status: int) -> None:
        self.statuses.append(("dma_completion", status))
        self.end()
        if status != DmaComplete:
            raise ScenarioFailed("uart: the transmitter failed")
        self.busy = False
        if self.waiting:
            self.next_block()


class Receiver(Half):
    """Receives blocks into two buffers in turn, and hands them to the transmitter."""

    def __init__(self, kernel: Kernel, transmitter: Transmitter) -> None:
        super().__init__(kernel, RECEIVER, False)
        self.transmitter = transmitter
        self.mdls = []
        for _ in range(2):
            mdl = kernel.io_allocate_mdl(kernel.memory.allocate(BLOCK, offset=0xF80), BLOCK)
            kernel.mm_build_mdl_for_non_paged_pool(mdl)
            self.mdls.append(mdl)
        self.received = bytearray()
        self.residues: list[int] = []

    def arm(self) -> None:
        """Wait for the next block. DISPATCH_LEVEL."""
        self.mdls.reverse()
        self.begin(self.mdls[0], BLOCK)

    def transfer_complete(self, _adapter: Any, _device: DeviceObject, _context: Any, status: int) -> None:
        self.statuses.append(("dma_completion", status))
        filled = self.mdls[0]
        self.end()
        if status != DmaComplete:
            raise ScenarioFailed("uart: the receiver failed")
        self.arm()  # first the hardware, then the data
        self.take(filled, BLOCK)

    def silence(self) -> None:
        """The line is silent: end the transfer where it stands. DISPATCH_LEVEL."""
        filled = self.mdls[0]
        left = self.end()
        self.residues.append(left)
        self.statuses.append(("complete_request", STATUS_SUCCESS))
        self.take(filled, BLOCK - left)

    def take(self, mdl: Mdl, length: int) -> None:
        text = self.kernel.memory.read(mdl.virtual_address, length)
        self.received += text
        if text:
            self.transmitter.send(text)


def unframe(wire: bytes) -> bytes:
    """The texts of the frames on the wire, one after the other; stops at what is no whole frame."""
    out, at = bytearray(), 0
    while at + HEADER_BYTES <= len(wire) and wire[at] == 2:
        length = int.from_bytes(wire[at + 1 : at + 3], "big")
        out += wire[at + HEADER_BYTES : at + HEADER_BYTES + length]
        at += HEADER_BYTES + length
    return bytes(out)


def uart(platform: Platform, data: bytes) -> ScenarioResult:
    """Receive `data` (its first 2 KiB) from a serial line and send it back; `data_out` is what the far end heard."""
    kernel = Kernel(platform)
    carried = data[:MOST_BYTES]
    line = SerialLine(platform, RECEIVER, TRANSMITTER)
    transmitter = Transmitter(kernel)
    receiver = Receiver(kernel, transmitter)
    for half in (transmitter, receiver):
        half.start_device()
    begin = platform.now()
    with kernel.at_irql(DISPATCH_LEVEL):
        receiver.arm()
    line.send(carried)
    never = KEvent()
    while kernel.ke_wait_for_single_object(never, timeout=SILENCE) != STATUS_TIMEOUT:
        pass
    with kernel.at_irql(DISPATCH_LEVEL):
        receiver.silence()
    while transmitter.busy:
        kernel.ke_wait_for_single_object(never, timeout=SILENCE)
    if not transmitter.hardware.wait_for_units(transmitter.sent):
        raise ScenarioFailed("uart: the line does not take the data")
    heard = unframe(line.heard())
    cycles = platform.now() - begin
    for half in (transmitter, receiver):
        half.stop_device()
    return ScenarioResult(
        "uart",
        carried,
        heard if bytes(receiver.received) == carried else bytes(receiver.received),
        len(carried) + transmitter.sent,
        cycles,
        receiver.statuses + transmitter.statuses,
        receiver.residues,
        {"blocks": -(-len(carried) // BLOCK), "bytes_sent": transmitter.sent},
    )
