"""Where random programs work: each channel's own tables, source and destination, physical or behind map registers."""

from __future__ import annotations

import random

from windlass import regs
from windlass.platform import Board

from .kit import grant, until

PAGE = 4096
TABLE_SPAN = 0x800
SOURCE_AT, SOURCE_PAGES = 0x8000, 8
TARGET_AT, END = 0x10000, 0x40000
MOST_CHANNELS = 8
BAD_READ, BAD_WRITE = 0x3040, 0x1080
"""Offset of the 64 bytes that answer an error when they are read, in the source; when they are written, in the last channel's destination."""


class Space:
    """The three areas of channel `c`. Offsets in an area are what jobs speak of; addresses are what registers hold."""

    def __init__(self, p: Board, c: int, users: int, data: bytes, features: frozenset[str]) -> None:
        self.p, self.c, self.data, self.features = p, c, data, features
        self.size = (END - TARGET_AT) // users & -PAGE
        self.pages = {
            "table": [TABLE_SPAN * c // PAGE],
            "source": [SOURCE_AT // PAGE + i for i in range(SOURCE_PAGES)],
            "target": [(TARGET_AT + self.size * c) // PAGE + i for i in range(self.size // PAGE)],
        }
        self.skew = {"table": TABLE_SPAN * c % PAGE, "source": 0, "target": 0}
        need = sum(len(x) for x in self.pages.values()) + 1
        self.first = need * c
        self.mapped = self.first + need <= p.params.map_registers
        self.entry: dict[str, int] = {}
        self.fails = False
        """Some of its destination answers errors."""

    def lay_out(self, rng: random.Random) -> None:
        """Grant, and fresh map entries: pages in random order behind entries in a row; the entry after the last is left invalid."""
        p, at = self.p, self.first
        grant(p, self.c, bypass=not self.mapped)
        if not self.mapped:
            return
        for area, flags in (("source", 3), ("target", 5), ("table", 7)):
            if area != "table":
                rng.shuffle(self.pages[area])
            self.entry[area] = at
            for page in self.pages[area]:
                p.csr_write32(regs.MAP_BASE + 8 * at + 4, 0)
                p.csr_write32(regs.MAP_BASE + 8 * at, page * PAGE | flags | self.c << regs.MAP_FLAGS_OWNER_LSB)
                at += 1
            if area == "target":  # what runs off its end meets the entry of the table, or nothing
                p.csr_write32(regs.MAP_BASE + 8 * at, 0)
                at += 1

    def revoke(self) -> None:
        """Take all entries away, and wait for the fence. The channel is at rest."""
        if self.mapped:
            self.p.csr_write32(regs.MAP_INDEX, self.first)
            self.p.csr_write32(regs.MAP_COUNT, sum(len(x) for x in self.pages.values()) + 1)
            self.p.csr_write32(regs.MAP_CMD, regs.MAP_CMD_COMMAND_REVOKE)
            until(self.p, lambda: not self.p.csr_read32(regs.MAP_STATUS, live=True) & 1, "the fence", step=5)

    def address(self, area: str, offset: int) -> int:
        """What the engine is told."""
        if self.mapped:
            return self.entry[area] * PAGE + self.skew[area] + offset
        return self.pages[area][0] * PAGE + self.skew[area] + offset

    def _parts(self, area: str, offset: int, length: int) -> list[tuple[int, int]]:
        offset += self.skew[area]
        out = []
        while length:
            n = min(length, PAGE - offset % PAGE)
            out.append((self.pages[area][offset // PAGE] * PAGE + offset % PAGE, n))
            offset, length = offset + n, length - n
        return out

    def read(self, area: str, offset: int, length: int) -> bytes:
        """What is in an area."""
        return b"".join(self.p.read_mem(a, n) for a, n in self._parts(area, offset, length))

    def write(self, area: str, offset: int, data: bytes) -> None:
        """Put something there."""
        for a, n in self._parts(area, offset, len(data)):
            self.p.write_mem(a, data[:n])
            data = data[n:]

    def source(self, offset: int, length: int) -> bytes:
        """What the engine reads there."""
        parts = self._parts("source", offset, length)
        return b"".join(self.data[a - SOURCE_AT : a - SOURCE_AT + n] for a, n in parts)
