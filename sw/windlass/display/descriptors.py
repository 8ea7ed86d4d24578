"""Windlass descriptors as a DMA buffer holds them: the 16-byte and the 32-byte form (programmer's manual, section 6)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

NOP, COPY, FILL, FENCE, LINK, COPY2D = range(6)
PHASE = 1 << 31
#: Rows of one COPY2D at most.
MOST_ROWS = 4096


@dataclass(frozen=True)
class Form:
    """One of the two forms. `size` bytes a descriptor; its address fields have `field` bytes, at 0 (source) and `field`."""

    wide: bool

    @property
    def size(self) -> int:
        return 32 if self.wide else 16

    @property
    def field(self) -> int:
        return 8 if self.wide else 4

    #: Byte offset of the source address in a descriptor.
    source = 0

    @property
    def destination(self) -> int:
        """Byte offset of the destination address in a descriptor."""
        return self.field

    def _pack(self, src: int, dst: int, length: int, control: int, strides: tuple[int, int] = (0, 0)) -> bytes:
        if self.wide:
            return struct.pack("<QQIIii", src, dst, length, control | PHASE, *strides)
        return struct.pack("<IIII", src, dst, length, control | PHASE)

    def nop(self) -> bytes:
        return self._pack(0, 0, 0, NOP)

    def copy(self, src: int, dst: int, length: int) -> bytes:
        """Memory to memory, `length` bytes."""
        return self._pack(src, dst, length, COPY)

    def fill(self, dst: int, length: int, value: int) -> bytes:
        """The byte at address A gets byte A mod 4 of the 32-bit `value`."""
        return self._pack(value, dst, length, FILL)

    def copy_rows(self, src: int, dst: int, length: int, rows: int, strides: tuple[int, int]) -> bytes:
        """COPY2D: 1..4096 rows of `length` bytes; (source, destination) strides in bytes. Needs the 32-byte form."""
        if not self.wide:
            raise ValueError("COPY2D needs 32-byte descriptors")
        return self._pack(src, dst, length, COPY2D | rows - 1 << 16, strides)

    def fence(self, dst: int, value: int) -> bytes:
        """Writes the 64-bit `value` when everything before it is committed."""
        if self.wide:
            return self._pack(value, dst, 0, FENCE)
        return self._pack(value & 0xFFFF_FFFF, dst, value >> 32, FENCE)

    def link(self, table: int, count: int) -> bytes:
        """Goes on with `count` descriptors at `table`."""
        return self._pack(table, 0, count, LINK)

    def pack_address(self, address: int) -> bytes:
        """An address as a patch writes it."""
        return address.to_bytes(self.field, "little")

    def rest(self, descriptor: bytes, done: int) -> list[bytes]:
        """What remains of a descriptor of which `done` bytes are committed (COPY, FILL, COPY2D)."""
        if self.wide:
            src, dst, length, control, *strides = struct.unpack("<QQIIii", descriptor)
        else:
            src, dst, length, control = struct.unpack("<IIII", descriptor)
            strides = [0, 0]
        op = control & 15
        if op == FILL:
            return [self.fill(dst + done, length - done, src & 0xFFFF_FFFF)]
        if op == COPY:
            return [self.copy(src + done, dst + done, length - done)]
        rows = (control >> 16 & 0xFFF) + 1
        row, offset = divmod(done, length)
        out = []
        src, dst = src + row * strides[0], dst + row * strides[1]
        if offset:
            out.append(self.copy(src + offset, dst + offset, length - offset))
            src, dst, row = src + strides[0], dst + strides[1], row + 1
        if row < rows:
            out.append(self.copy_rows(src, dst, length, rows - row, (strides[0], strides[1])))
        return out
