"""Network card that fetches its own descriptors: a bus master behind the map registers, with scatter/gather lists.

The card (:mod:`windlass.devices.nic`) has a ring of descriptors for each direction, in common buffers, and reads and writes memory by itself:
everything that it is told is a logical address, and only what was mapped for it can be reached. A frame to be sent is a chain of two
MDLs, header and payload, wherever they lie; GetScatterGatherList gives a list, each element becomes a descriptor, the doorbell starts
the card. Receive buffers are mapped when they are posted. The cable is looped back, so that what is sent is received.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass
from typing import Any

from ..devices import Nic, nic
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
    nt_success,
)
from ..wdm.constants import DEVICE_DESCRIPTION_VERSION2, PCIBus
from .network import HEADER_BYTES, MOST_PAYLOAD, frames_of
from .result import ScenarioFailed, ScenarioResult

#: The card's number among the board's bus masters.
BUS_MASTER = 0
RING_PLACES = 32
RECEIVE_BUFFERS = 6
#: A receive buffer lies in one page, so that it is one descriptor.
RECEIVE_BYTES = 2048
#: Header and payload may each cross a page boundary.
MOST_DESCRIPTORS = 4
#: Bytes of a file that are sent at most.
MOST_BYTES = 32 * 1024


@dataclass(eq=False)
class Buffer:
    """Memory for a frame. `end`: the card's count of descriptors with which it is through with it."""

    mdl: Mdl
    length: int
    mapped: ScatterGatherList | None = None
    end: int = 0


class NicDriver:
    """The miniport."""

    def __init__(self, kernel: Kernel, card: Nic) -> None:
        self.kernel, self.card = kernel, card
        self.pdo = DeviceObject("network card", DmaResources(bus_master=card.number), interface_type=PCIBus)
        self.device = DeviceObject("network driver")
        self.statuses: list[tuple[str, int]] = []
        self.to_send: deque[Buffer] = deque()
        self.sending: deque[Buffer] = deque()
        self.posted: deque[Buffer] = deque()
        self.received: list[bytes] = []
        self.expected = self.given = self.offered = self.most_in_flight = 0
        self.failed = False
        self.done = KEvent()

    # --- plug and play ---
    def start_device(self) -> None:
        """MiniportInitializeEx: adapter, rings, interrupt, receive buffers."""
        description = DeviceDescription(
            version=DEVICE_DESCRIPTION_VERSION2,
            master=True,
            scatter_gather=True,
            dma_32bit_addresses=True,
            interface_type=PCIBus,
            maximum_length=MOST_DESCRIPTORS * 0x1000,
        )
        self.adapter = self.kernel.io_get_dma_adapter(self.pdo, description, Ref())
        if self.adapter is None:
            raise ScenarioFailed(f"nic_busmaster: no adapter (is BUS_MASTERS at least {self.card.number + 1}?)")
        self.ops = self.adapter.dma_operations
        self.rings: dict[int, tuple[int, int]] = {}  # register of the base -> (virtual, logical)
        for base, count in ((nic.TX_BASE, nic.TX_COUNT), (nic.RX_BASE, nic.RX_COUNT)):
            logical = Ref()
            ring = self.ops.allocate_common_buffer(self.adapter, RING_PLACES * nic.DESCRIPTOR_BYTES, logical, True)
            if ring is None:
                raise ScenarioFailed("nic_busmaster: no common buffer for a ring")
            self.rings[base] = ring, logical.value
            self.card.write32(base, logical.value)
            self.card.write32(count, RING_PLACES)
        self.dpc = KDpc(self.dpc_for_isr)
        self.interrupt = self.kernel.io_connect_interrupt(self.kernel.attach_device(self.card), self.isr)
        self.card.write32(nic.TX_TAIL, 0)
        self.card.write32(nic.RX_TAIL, 0)
        self.card.write32(nic.MASK, nic.SENT | nic.RECEIVED | nic.ABORTED)
        self.card.write32(nic.CONTROL, 1)
        with self.kernel.at_irql(DISPATCH_LEVEL):
            for number in range(RECEIVE_BUFFERS):
                self.post(self.buffer((RECEIVE_BYTES,), RECEIVE_BYTES * (number % 2)))

    def stop_device(self) -> None:
        """MiniportHaltEx: the card first, then what it may have used."""
        self.card.write32(nic.CONTROL, 0)
        self.card.write32(nic.MASK, 0)
        self.kernel.io_disconnect_interrupt(self.interrupt)
        with self.kernel.at_irql(DISPATCH_LEVEL):
            while self.posted:
                self.unmap(self.posted.popleft(), False)
        for ring, logical in self.rings.values():
            self.ops.free_common_buffer(self.adapter, RING_PLACES * nic.DESCRIPTOR_BYTES, logical, ring, True)
        self.ops.put_dma_adapter(self.adapter)

    def buffer(self, lengths: tuple[int, ...], offset: int) -> Buffer:
        """Memory for pieces of these lengths, chained, the first `offset` bytes into its page."""
        mdls: list[Mdl] = []
        for index, length in enumerate(lengths):
            virtual = self.kernel.memory.allocate(length, offset=(offset + 0x655 * index) % 0x1000)
            mdl = self.kernel.io_allocate_mdl(virtual, length)
            self.kernel.mm_build_mdl_for_non_paged_pool(mdl)
            if mdls:
                mdls[-1].next = mdl
            mdls.append(mdl)
        return Buffer(mdls[0], sum(lengths))

    # --- lists ---
    def map(self, buffer: Buffer, write: bool, routine: Any) -> None:
        """Ask for the list of a buffer; `routine` runs now or when map registers are free. DISPATCH_LEVEL."""
        mdl: Mdl | None = buffer.mdl
        while mdl is not None:
            self.kernel.ke_flush_io_buffers(mdl, not write, True)
            mdl = mdl.next
        status = self.ops.get_scatter_gather_list(
            self.adapter, self.device, buffer.mdl, buffer.mdl.virtual_address, buffer.length, routine, buffer, write
        )
        self.statuses.append(("get_scatter_gather_list", status))
        if not nt_success(status):
            raise ScenarioFailed(f"nic_busmaster: GetScatterGatherList returned {status:#010x}")

    def unmap(self, buffer: Buffer, write: bool) -> None:
        """The card is through with a buffer. Data may be looked at after this only."""
        self.ops.put_scatter_gather_list(self.adapter, buffer.mapped, write)
        buffer.mapped = None

    def describe(self, base: int, number: int, address: int, length: int, flags: int) -> None:
        """Write descriptor `number` of a ring."""
        place = self.rings[base][0] + number % RING_PLACES * nic.DESCRIPTOR_BYTES
        self.kernel.memory.write(place, struct.pack("<QII", address, length, flags))

    def described(self, base: int, number: int) -> tuple[int, int]:
        """(length, flags) as the card has written them back."""
        place = self.rings[base][0] + number % RING_PLACES * nic.DESCRIPTOR_BYTES
        _, length, flags = struct.unpack("<QII", self.kernel.memory.read(place, nic.DESCRIPTOR_BYTES))
        return length, flags

    def post(self, buffer: Buffer) -> None:
        """Offer a receive buffer to the card."""
        self.map(buffer, False, self.receive_listed)

    def receive_listed(self, _device: DeviceObject, _irp: Any, sg_list: ScatterGatherList, buffer: Buffer) -> None:
        """AdapterListControl of a receive buffer."""
        buffer.mapped = sg_list
        (element,) = sg_list.elements
        self.describe(nic.RX_BASE, self.offered, element.address, element.length, 0)
        self.offered += 1
        buffer.end = self.offered
        self.posted.append(buffer)
        self.card.write32(nic.RX_TAIL, self.offered & 0xFFFF)
        self.transmit()

    def send(self, frame: bytes, offset: int) -> None:
        """MiniportSendNetBufferLists for one frame. DISPATCH_LEVEL."""
        buffer = self.buffer((HEADER_BYTES, len(frame) - HEADER_BYTES), offset)
        self.kernel.memory.write(buffer.mdl.virtual_address, frame[:HEADER_BYTES])
        self.kernel.memory.write(buffer.mdl.next.virtual_address, frame[HEADER_BYTES:])
        self.expected += 1
        self.to_send.append(buffer)
        self.transmit()

    def transmit(self) -> None:
        """Map and give away frames, oldest first, as long as each has a place to be received."""
        while self.to_send and len(self.sending) < len(self.posted):
            buffer = self.to_send.popleft()
            self.sending.append(buffer)
            self.map(buffer, True, self.send_listed)

    def send_listed(self, _device: DeviceObject, _irp: Any, sg_list: ScatterGatherList, buffer: Buffer) -> None:
        """AdapterListControl of a frame: one descriptor an element, then the doorbell."""
        buffer.mapped = sg_list
        for left, element in enumerate(reversed(sg_list.elements)):
            number = self.given + len(sg_list.elements) - 1 - left
            self.describe(nic.TX_BASE, number, element.address, element.length, nic.EOP if not left else 0)
        self.given += len(sg_list.elements)
        buffer.end = self.given
        self.most_in_flight = max(self.most_in_flight, len(self.sending))
        self.card.write32(nic.TX_TAIL, self.given & 0xFFFF)

    # --- interrupt ---
    def isr(self, _context: Any) -> bool:
        """Clear the cause, leave the work to the DPC."""
        causes = self.card.read32(nic.STATUS)
        if not causes:
            return False
        self.card.write32(nic.STATUS, causes)
        self.failed = self.failed or bool(causes & nic.ABORTED)
        self.kernel.ke_insert_queue_dpc(self.dpc)
        return True

    def dpc_for_isr(self, _context: Any) -> None:
        """Give back the memory of frames that went out, indicate those that came in, post their buffers again."""
        if self.failed:
            self.kernel.ke_set_event(self.done)
            return
        while (
            self.sending and self.sending[0].end and self.described(nic.TX_BASE, self.sending[0].end - 1)[1] & nic.DONE
        ):
            sent = self.sending.popleft()
            self.unmap(sent, True)
            for mdl in (sent.mdl, sent.mdl.next):
                self.kernel.memory.free(mdl.virtual_address & ~0xFFF)
            self.statuses.append(("complete_request", STATUS_SUCCESS))
        while self.posted:
            length, flags = self.described(nic.RX_BASE, self.posted[0].end - 1)
            if not flags & nic.DONE:
                break
            arrived = self.posted.popleft()
            self.unmap(arrived, False)
            self.received.append(self.kernel.memory.read(arrived.mdl.virtual_address, length))
            self.post(arrived)
        self.transmit()
        if len(self.received) == self.expected and not self.sending:
            self.kernel.ke_set_event(self.done)


def nic_busmaster(platform: Platform, data: bytes) -> ScenarioResult:
    """Send the first 32 KiB of `data` in frames over the looped cable; `data_out` is the payload that came back."""
    kernel = Kernel(platform)
    carried = data[:MOST_BYTES]
    card = Nic(platform, BUS_MASTER)
    driver = NicDriver(kernel, card)
    driver.start_device()
    frames = frames_of(carried)
    begin = platform.now()
    with kernel.at_irql(DISPATCH_LEVEL):
        for number, frame in enumerate(frames):
            driver.send(frame, 0x39 + 0x3B1 * number)
    kernel.ke_wait_for_single_object(driver.done)
    if driver.failed:
        raise ScenarioFailed(f"nic_busmaster: {card.aborted}")
    if not driver.done.signalled:
        raise ScenarioFailed("nic_busmaster: frames are missing")
    cycles = platform.now() - begin
    driver.stop_device()
    payload = b"".join(frame[HEADER_BYTES:] for frame in driver.received)
    details = {"frames": len(frames), "most_in_flight": driver.most_in_flight, "descriptors": driver.given}
    whole = payload if driver.received == frames else b""
    moved = 2 * sum(map(len, frames))
    assert MOST_PAYLOAD + HEADER_BYTES <= RECEIVE_BYTES
    return ScenarioResult("nic_busmaster", carried, whole, moved, cycles, driver.statuses, [], details)
