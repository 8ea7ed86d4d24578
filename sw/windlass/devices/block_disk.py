"""A disk controller that is a bus master with one contiguous engine: it knows one address and a length, no lists.

Registers (byte offsets): ``ADDRESS`` device-logical address of the memory (32 bits), ``SECTOR`` first sector, ``COUNT`` sectors;
``COMMAND`` 1 reads the disk into memory, 2 writes it; ``STATUS`` [0] busy, [1] complete, [2] master abort, [3] no such sector: write 1 to
clear [3:1]; the interrupt is up while one of them is.
"""

from __future__ import annotations

from ..platform import Platform
from .bus_master import BusMasterDevice

ADDRESS, SECTOR, COUNT, COMMAND, STATUS = 0x00, 0x04, 0x08, 0x0C, 0x10
READ, WRITE = 1, 2
BUSY, COMPLETE, ABORTED, RANGE = 1, 2, 4, 8
SECTOR_BYTES = 512
#: Sectors that it moves in one go.
STEP = 4


class BlockDisk(BusMasterDevice):
    """See the module. `image` is what is on it."""

    def __init__(self, platform: Platform, number: int, image: bytes) -> None:
        super().__init__(platform, number)
        if len(image) % SECTOR_BYTES:
            raise ValueError(f"an image of {len(image)} bytes is no whole number of sectors")
        self.image = bytearray(image)
        self._at = self._end = self._address = self._command = 0

    @property
    def interrupt(self) -> bool:
        return bool(self.registers.get(STATUS, 0) & (COMPLETE | ABORTED | RANGE))

    def write32(self, offset: int, value: int) -> None:
        status = self.registers.get(STATUS, 0)
        if offset == STATUS:
            value = status & ~(value & (COMPLETE | ABORTED | RANGE))
        super().write32(offset, value)
        if offset == COMMAND and value in (READ, WRITE) and not status & BUSY:
            self.aborted = None
            self._at = self.registers.get(SECTOR, 0) * SECTOR_BYTES
            self._end = self._at + self.registers.get(COUNT, 0) * SECTOR_BYTES
            self._address, self._command = self.registers.get(ADDRESS, 0), value
            self.registers[STATUS] = status | (RANGE if self._end > len(self.image) else BUSY)

    def _failed(self) -> None:
        self.registers[STATUS] = self.registers[STATUS] & ~BUSY | ABORTED

    def _step(self) -> bool:
        """A few sectors."""
        if not self.registers.get(STATUS, 0) & BUSY:
            return False
        length = min(self._end - self._at, STEP * SECTOR_BYTES)
        if self._command == READ:
            self.store(self._address, bytes(self.image[self._at : self._at + length]))
        else:
            self.image[self._at : self._at + length] = self.load(self._address, length)
        self._at, self._address = self._at + length, self._address + length
        if self._at == self._end:
            self.registers[STATUS] = self.registers[STATUS] & ~BUSY | COMPLETE
        return True
