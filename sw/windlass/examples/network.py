"""Network device: bus-master scatter/gather with many requests under way at once, the way a miniport does it.

The card is a Windlass channel on a descriptor ring; its cable is looped back, so that what is sent is received. Receive
buffers are mapped when they are posted and unmapped when a frame has arrived in them; each frame to be sent is a chain of
two MDLs, header and payload, at whatever offsets they have. Both use BuildScatterGatherList of version 2 with list buffers
that the driver allocated once at start, sized with CalculateScatterGatherList, so that no request can fail for want of
memory. BuildScatterGatherList may be called again before an earlier request is served: several frames are under way at
any time, and when map registers run out the next request waits its turn by itself.
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
    KDpc,
    Kernel,
    KEvent,
    Mdl,
    Ref,
    ScatterGatherList,
    hw,
    nt_success,
)
from ..wdm.constants import DEVICE_DESCRIPTION_VERSION2, PCIBus
from .result import ScenarioFailed, ScenarioResult
from .sg_copy import pair_elements

#: The Windlass channel that the card is.
CHANNEL = 0
HEADER_BYTES = 14
#: Payload lengths of the frames, used over and over (bytes).
PAYLOADS = (1500, 46, 1000, 1499, 64, 700)
MOST_PAYLOAD = max(PAYLOADS)
#: Pages that a frame touches at most: header and payload may each cross a page boundary.
MOST_PAGES = 4
RECEIVE_BUFFERS = 8
RING_PLACES = 64
#: Descriptors of one frame at most: two elements of the header, two of the payload, two of the receive buffer.
MOST_DESCRIPTORS = 6
#: Bytes of a file that are sent at most.
MOST_BYTES = 64 * 1024


@dataclass(eq=False)
class Buffer:
    """A chain of memory with a list buffer of its own: a frame to send, or a place to receive."""

    mdl: Mdl
    length: int
    sg_list: ScatterGatherList = field(default_factory=ScatterGatherList)
    mapped: ScatterGatherList | None = None


@dataclass(eq=False)
class Flight:
    """A frame on its way from a send buffer to a receive buffer."""

    sent: Buffer
    received: Buffer
    #: Descriptors up to and including its last, counted since START.
    end: int


class NetworkDriver:
    """The miniport."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.pdo = DeviceObject("network card", DmaResources(channel=CHANNEL), interface_type=PCIBus)
        self.device = DeviceObject("network driver")
        self.statuses: list[tuple[str, int]] = []
        self.posted: deque[Buffer] = deque()
        self.to_send: deque[Buffer] = deque()
        self.in_flight: deque[Flight] = deque()
        self.received: list[bytes] = []
        self.expected = self.produced = self.most_in_flight = 0
        #: Descriptors of the frames that have arrived.
        self.arrived = 0
        self.error: int | None = None
        self.done = KEvent()

    def write(self, offset: int, value: int) -> None:
        self.kernel.platform.csr_write32(hw.channel_register(CHANNEL, offset), value)

    def read(self, offset: int, *, live: bool = False) -> int:
        return self.kernel.platform.csr_read32(hw.channel_register(CHANNEL, offset), live=live)

    # --- plug and play ---
    def start_device(self) -> None:
        """MiniportInitializeEx: adapter, ring, interrupt, buffers."""
        registers, self.logical = Ref(), Ref()
        description = DeviceDescription(
            version=DEVICE_DESCRIPTION_VERSION2,
            master=True,
            scatter_gather=True,
            dma_32bit_addresses=True,
            interface_type=PCIBus,
            maximum_length=MOST_PAGES * 0x1000,
        )
        self.adapter = self.kernel.io_get_dma_adapter(self.pdo, description, registers)
        if self.adapter is None:
            raise ScenarioFailed("network: no adapter")
        self.ops = self.adapter.dma_operations
        self.ring = self.ops.allocate_common_buffer(self.adapter, RING_PLACES * hw.DESCRIPTOR_BYTES, self.logical, True)
        if self.ring is None:
            raise ScenarioFailed("network: no common buffer for the ring")
        # A list never needs more than this, however its frame lies in memory: Mdl NULL asks for the worst case.
        size = Ref()
        status = self.ops.calculate_scatter_gather_list(self.adapter, None, 0, MOST_PAGES * 0x1000, size, None)
        self.note("calculate_scatter_gather_list", status)
        self.list_size = size.value
        self.dpc = KDpc(self.dpc_for_isr)
        self.interrupt = self.kernel.io_connect_interrupt(CHANNEL, self.isr)
        self.write(hw.CONFIG, hw.MODE_RING)
        self.write(hw.DESC_LO, self.logical.value)
        self.write(hw.DESC_HI, 0)
        self.write(hw.DESC_COUNT, RING_PLACES)
        self.write(hw.PRODUCER, 0)
        self.write(hw.IRQ_STATUS, hw.IRQ_ALL)
        self.write(hw.IRQ_ENABLE, hw.IRQ_DESC | hw.IRQ_ERROR)
        self.write(hw.CMD, hw.CMD_START)
        with self.kernel.at_irql(DISPATCH_LEVEL):
            for number in range(RECEIVE_BUFFERS):
                self.post(self.buffer((HEADER_BYTES + MOST_PAYLOAD,), 0x9C2 + 0x2A6 * number))

    def stop_device(self) -> None:
        """MiniportHaltEx: the card first, then the buffers that are still posted, then the rest."""
        self.write(hw.CMD, hw.CMD_ABORT)
        while self.read(hw.STATUS, live=True) & hw.STATUS_ACTIVE:
            self.kernel.platform.wait_cycles(4)
        self.write(hw.IRQ_ENABLE, 0)
        self.write(hw.IRQ_STATUS, hw.IRQ_ALL)
        self.kernel.io_disconnect_interrupt(self.interrupt)
        with self.kernel.at_irql(DISPATCH_LEVEL):
            while self.posted:
                self.unmap(self.posted.popleft(), False)
        self.ops.free_common_buffer(
            self.adapter, RING_PLACES * hw.DESCRIPTOR_BYTES, self.logical.value, self.ring, True
        )
        self.ops.put_dma_adapter(self.adapter)

    def note(self, routine: str, status: int) -> None:
        """Keep a status; give up when it is an error."""
        self.statuses.append((routine, status))
        if not nt_success(status):
            raise ScenarioFailed(f"network: {routine} returned {status:#010x}")

    def buffer(self, lengths: tuple[int, ...], offset: int) -> Buffer:
        """Scattered memory for pieces of these lengths, chained, the first `offset` bytes into its page."""
        mdls = []
        for index, length in enumerate(lengths):
            mdl = self.kernel.io_allocate_mdl(
                self.kernel.memory.allocate(length, offset=(offset + 0x655 * index) % 0x1000), length
            )
            self.kernel.mm_build_mdl_for_non_paged_pool(mdl)
            if mdls:
                mdls[-1].next = mdl
            mdls.append(mdl)
        return Buffer(mdls[0], sum(lengths))

    # --- lists ---
    def map(self, buffer: Buffer, write: bool, routine: Any) -> None:
        """Ask for the list of a buffer; `routine` runs now or when map registers are free. DISPATCH_LEVEL."""
        self.kernel.ke_flush_io_buffers(buffer.mdl, not write, True)
        status = self.ops.build_scatter_gather_list(
            self.adapter,
            self.device,
            buffer.mdl,
            buffer.mdl.virtual_address,
            buffer.length,
            routine,
            buffer,
            write,
            buffer.sg_list,
            self.list_size,
        )
        self.note("build_scatter_gather_list", status)

    def unmap(self, buffer: Buffer, write: bool) -> None:
        """The card is through with a buffer. Data may be looked at after this only."""
        self.ops.put_scatter_gather_list(self.adapter, buffer.mapped, write)
        buffer.mapped = None

    def post(self, buffer: Buffer) -> None:
        """Offer a receive buffer to the card."""
        self.map(buffer, False, self.receive_listed)

    def receive_listed(self, _device: DeviceObject, _irp: Any, sg_list: ScatterGatherList, buffer: Buffer) -> None:
        """AdapterListControl of a receive buffer."""
        buffer.mapped = sg_list
        self.posted.append(buffer)
        self.match()

    def send(self, frame: bytes, offset: int) -> None:
        """MiniportSendNetBufferLists for one frame. DISPATCH_LEVEL."""
        buffer = self.buffer((HEADER_BYTES, len(frame) - HEADER_BYTES), offset)
        self.kernel.memory.write(buffer.mdl.virtual_address, frame[:HEADER_BYTES])
        self.kernel.memory.write(buffer.mdl.next.virtual_address, frame[HEADER_BYTES:])
        self.expected += 1
        self.map(buffer, True, self.send_listed)

    def send_listed(self, _device: DeviceObject, _irp: Any, sg_list: ScatterGatherList, buffer: Buffer) -> None:
        """AdapterListControl of a frame: it goes out when there is a place to receive it."""
        buffer.mapped = sg_list
        self.to_send.append(buffer)
        self.match()

    def match(self) -> None:
        """Give frames and receive buffers to the card, oldest first, as far as the ring has room."""
        begin = self.produced
        while self.to_send and self.posted and self.room() >= MOST_DESCRIPTORS:
            sent, received = self.to_send.popleft(), self.posted.popleft()
            copies = pair_elements(sent.mapped, received.mapped)
            for index, (source, destination, length) in enumerate(copies):
                control = hw.OP_COPY | (0 if self.produced // RING_PLACES % 2 else hw.DESC_PHASE)
                if index == len(copies) - 1:
                    control |= hw.DESC_IRQ
                place = self.ring + self.produced % RING_PLACES * hw.DESCRIPTOR_BYTES
                self.kernel.memory.write(place, struct.pack("<4I", source, destination, length, control))
                self.produced += 1
            self.in_flight.append(Flight(sent, received, self.produced))
        self.most_in_flight = max(self.most_in_flight, len(self.in_flight))
        if self.produced != begin:
            self.write(hw.PRODUCER, self.produced & 0xFFFF)

    def room(self) -> int:
        """Places of the ring that no frame under way has."""
        return RING_PLACES - (self.produced - self.arrived)

    # --- interrupt ---
    def isr(self, _context: Any) -> bool:
        """Clear the cause, leave the work to the DPC."""
        causes = self.read(hw.IRQ_STATUS)
        if not causes:
            return False
        self.write(hw.IRQ_STATUS, causes)
        if causes & hw.IRQ_ERROR:
            self.error = self.read(hw.STATUS)
            self.kernel.ke_set_event(self.done)
        self.kernel.ke_insert_queue_dpc(self.dpc)
        return True

    def dpc_for_isr(self, _context: Any) -> None:
        """Indicate the frames that have arrived, give their memory back, post the receive buffers again."""
        consumed = self.read(hw.CONSUMER, live=True)
        while self.in_flight and (consumed - self.in_flight[0].end) & 0xFFFF < 0x8000:
            flight = self.in_flight.popleft()
            self.arrived = flight.end
            self.unmap(flight.sent, True)
            self.unmap(flight.received, False)
            frame = self.kernel.memory.read(flight.received.mdl.virtual_address, flight.sent.length)
            self.received.append(frame)
            for mdl in (flight.sent.mdl, flight.sent.mdl.next):
                self.kernel.memory.free(mdl.virtual_address & ~0xFFF)
            self.statuses.append(("complete_request", STATUS_SUCCESS))
            self.post(flight.received)
        self.match()
        if len(self.received) == self.expected:
            self.kernel.ke_set_event(self.done)


def frames_of(data: bytes) -> list[bytes]:
    """The data in frames: a header with the frame's number and its payload length, then the payload."""
    frames, at = [], 0
    while at < len(data):
        payload = data[at : at + PAYLOADS[len(frames) % len(PAYLOADS)]]
        frames.append(struct.pack(">6s4sHH", b"\x02wndls", b"wdlb", len(frames), len(payload)) + payload)
        at += len(payload)
    return frames


def network(platform: Platform, data: bytes) -> ScenarioResult:
    """Send the first 64 KiB of `data` in frames over the looped cable; `data_out` is the payload that came back."""
    kernel = Kernel(platform)
    carried = data[:MOST_BYTES]
    driver = NetworkDriver(kernel)
    driver.start_device()
    frames = frames_of(carried)
    begin = platform.now()
    with kernel.at_irql(DISPATCH_LEVEL):
        for number, frame in enumerate(frames):
            driver.send(frame, 0x39 + 0x3B1 * number)
    kernel.ke_wait_for_single_object(driver.done)
    if driver.error is not None:
        raise ScenarioFailed(f"network: the card stopped with STATUS {driver.error:#010x}")
    if not driver.done.signalled:
        raise ScenarioFailed("network: frames are missing")
    cycles = platform.now() - begin
    driver.stop_device()
    payload = b"".join(frame[HEADER_BYTES:] for frame in driver.received)
    details = {"frames": len(frames), "most_in_flight": driver.most_in_flight}
    moved = sum(map(len, frames))
    whole = payload if driver.received == frames else b""
    return ScenarioResult("network", carried, whole, moved, cycles, driver.statuses, [], details)
