"""A segment of a channel's work: what a transfer, a lap or a descriptor asks for, and how far it is (manual, sections 6 to 8); CRC32C."""

from __future__ import annotations

from dataclasses import dataclass

from . import descriptors as d


def _crc_of_byte(n: int) -> int:
    for _ in range(8):
        n = n >> 1 ^ (0x82F6_3B78 if n & 1 else 0)
    return n


CRC_TABLE = [_crc_of_byte(n) for n in range(256)]


def crc32c(data: bytes, before: int = 0) -> int:
    """CRC32C (Castagnoli; RFC 3720, appendix B.4) of `data`, which follows bytes whose sum is `before`."""
    crc = before ^ 0xFFFF_FFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[crc & 0xFF ^ byte]
    return crc ^ 0xFFFF_FFFF


@dataclass
class Segment:
    """What is being worked on; `done` bytes of it are committed. Rows are 1 except for COPY2D."""

    src: int
    dst: int
    length: int
    op: int = d.COPY
    control: int = 0
    descriptor: bool = False
    last_of_table: bool = False
    rows: int = 1
    src_stride: int = 0
    dst_stride: int = 0
    value: int = 0
    """Of a FENCE: what is written; of CRC32C and COMPARE: the sum so far."""
    done: int = 0
    packet_end: bool = False

    @property
    def terminal(self) -> bool:
        """Its last byte is committed, and a device is told so (manual, section 7)."""
        told = not self.descriptor or self.last_of_table or bool(self.control & d.TC)
        return told and self.done == self.length * self.rows

    def at(self, mask: int) -> tuple[int, int, int]:
        """Source, destination and bytes left of the row that the next piece belongs to; `mask`: the bits that an address has."""
        row, offset = divmod(self.done, self.length)
        src, dst = self.src + row * self.src_stride + offset, self.dst + row * self.dst_stride + offset
        return src & mask, dst & mask, self.length - offset
