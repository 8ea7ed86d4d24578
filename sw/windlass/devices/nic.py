"""A network card that is a bus master: descriptor rings in memory, fetched and written back by the card; its cable is looped back.

Registers (byte offsets): ``CONTROL`` [0] enable; ``STATUS`` [0] a frame was sent, [1] one was received, [2] master abort: write 1 to
clear; ``MASK`` likewise, what interrupts; ``TX_BASE``/``RX_BASE`` device-logical address of a ring (32 bits), ``TX_COUNT``/``RX_COUNT``
its places; ``TX_TAIL``/``RX_TAIL`` the doorbells: number of descriptors given since enable, mod 2^16; ``DROPPED`` frames without a place.

A descriptor has 16 bytes: address (8), length (4), flags (4): [0] the frame ends here (the driver sets it for sending, the card for
receiving), [31] done (the card sets it, with the length that it received).
"""

from __future__ import annotations

import struct

from ..platform import Platform
from .bus_master import BusMasterDevice

CONTROL, STATUS, MASK = 0x00, 0x04, 0x08
TX_BASE, TX_COUNT, TX_TAIL = 0x10, 0x14, 0x18
RX_BASE, RX_COUNT, RX_TAIL = 0x20, 0x24, 0x28
DROPPED = 0x30
SENT, RECEIVED, ABORTED = 1, 2, 4
EOP, DONE = 1, 1 << 31
DESCRIPTOR_BYTES = 16


class Nic(BusMasterDevice):
    """See the module."""

    def __init__(self, platform: Platform, number: int) -> None:
        super().__init__(platform, number)
        self._sent = self._received = 0

    @property
    def interrupt(self) -> bool:
        return bool(self.registers.get(STATUS, 0) & self.registers.get(MASK, 0))

    def write32(self, offset: int, value: int) -> None:
        if offset == STATUS:
            value = self.registers.get(STATUS, 0) & ~value
        if offset == CONTROL and value & 1 and not self.registers.get(CONTROL, 0) & 1:
            self._sent = self._received = 0
            self.registers[DROPPED] = 0
            self.aborted = None
        super().write32(offset, value)

    def _failed(self) -> None:
        self.registers[STATUS] = self.registers.get(STATUS, 0) | ABORTED

    def _place(self, base: int, count: int, number: int) -> int:
        return self.registers.get(base, 0) + number % max(self.registers.get(count, 1), 1) * DESCRIPTOR_BYTES

    def _given(self, tail: int, taken: int) -> int:
        return (self.registers.get(tail, 0) - taken) & 0xFFFF

    def _step(self) -> bool:
        """One frame, out and in again."""
        if not self.registers.get(CONTROL, 0) & 1 or not self._given(TX_TAIL, self._sent):
            return False
        frame, done = bytearray(), []
        for _ in range(self._given(TX_TAIL, self._sent)):
            place = self._place(TX_BASE, TX_COUNT, self._sent)
            address, length, flags = struct.unpack("<QII", self.load(place, DESCRIPTOR_BYTES))
            frame += self.load(address, length)
            done.append((place, flags))
            self._sent += 1
            if flags & EOP:
                break
        self._receive(bytes(frame))
        for place, flags in done:
            self.store(place + 12, struct.pack("<I", flags | DONE))
        self.registers[STATUS] = self.registers.get(STATUS, 0) | SENT
        return True

    def _receive(self, frame: bytes) -> None:
        """A frame from the cable: into as many receive buffers as it takes; without room for all of it, it is dropped."""
        room, count, buffers = 0, self._given(RX_TAIL, self._received), []
        while room < len(frame) and len(buffers) < count:
            place = self._place(RX_BASE, RX_COUNT, self._received + len(buffers))
            address, length, _ = struct.unpack("<QII", self.load(place, DESCRIPTOR_BYTES))
            buffers.append((place, address, min(length, len(frame) - room)))
            room += length
        if room < len(frame):
            self.registers[DROPPED] = self.registers.get(DROPPED, 0) + 1
            return
        at = 0
        for place, address, length in buffers:
            self.store(address, frame[at : at + length])
            at += length
            self.store(place + 8, struct.pack("<II", length, DONE | (EOP if at == len(frame) else 0)))
        self._received += len(buffers)
        self.registers[STATUS] = self.registers.get(STATUS, 0) | RECEIVED
