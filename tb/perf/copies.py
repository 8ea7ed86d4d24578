"""Drivers of the performance bench: queued copies in shuffled places, byte-checked, timed by the board's stamps (RTL only)."""

from __future__ import annotations

import random
from typing import Any

from windlass import regs as r

PAGE = 4096
TABLES, SOURCES = 0x10_0000, 0x20_0000
"""Physical addresses of descriptor tables and of the sources; destinations follow the sources."""


def register(channel: int, offset: int) -> int:
    """Address of a channel register."""
    return r.CHANNEL_BASE + channel * r.CHANNEL_STRIDE + offset


class Layout:
    """Where a channel's `count` fragments lie: two shuffled orders of slots in an area of whole pages; with `unaligned` each begins at a
    random byte of a word."""

    def __init__(self, word: int, size: int, count: int, unaligned: bool, channel: int) -> None:
        rng = random.Random(f"{size} {count} {unaligned}" + (f" {channel}" if channel else ""))
        self.slot = size + (2 * word if unaligned else 0)
        self.area = -(-self.slot * count // PAGE) * PAGE
        orders = [rng.sample(range(count), count) for _ in range(2)]
        skew = (lambda: rng.randrange(word)) if unaligned else (lambda: 0)
        self.pairs = [(s * self.slot + skew(), d * self.slot + skew()) for s, d in zip(*orders, strict=True)]
        self.data = rng.randbytes(self.area)

    def expected(self, size: int) -> bytes:
        """The destination area afterwards."""
        out = bytearray(b"\xee" * self.area)
        for source, destination in self.pairs:
            out[destination : destination + size] = self.data[source : source + size]
        return bytes(out)


def scatter(p: Any, logical: int, physical: int, pages: int, owner: int, flags: int) -> None:
    """Map registers for a run of pages, page by page in reverse, so that neighbours are no neighbours."""
    for i in range(pages):
        entry = (physical + (pages - 1 - i) * PAGE) | r.MAP_FLAGS_VALID_MASK | flags | owner << r.MAP_FLAGS_OWNER_LSB
        p.csr_write32(r.MAP_BASE + (logical // PAGE + i) * r.MAP_STRIDE, entry)


def place(p: Any, physical: int, data: bytes, reverse: bool) -> None:
    """Write memory that is seen through `scatter`."""
    pages = [data[i : i + PAGE] for i in range(0, len(data), PAGE)]
    p.write_mem(physical, b"".join(pages[::-1] if reverse else pages))


def fetch(p: Any, physical: int, length: int, reverse: bool) -> bytes:
    """Read it."""
    data = p.read_mem(physical, length)
    pages = [data[i : i + PAGE] for i in range(0, length, PAGE)]
    return b"".join(pages[::-1] if reverse else pages)


def table(p: Any, size: int, count: int, unaligned: bool, mapped: bool, channels: int) -> tuple[int, int]:
    """`count` fragments of `size` bytes in descriptor tables, an equal share for each of `channels`; (bytes, cycles from the first START
    accepted to the last interrupt). Each channel has pages of its own, so that with `mapped` it owns their map registers. Raises
    AssertionError when a byte is wrong."""
    each = count // channels
    lays = [Layout(p.params.word_bytes, size, each, unaligned, c) for c in range(channels)]
    area = lays[0].area
    sources = [SOURCES + c * area for c in range(channels)]
    destinations = [SOURCES + (channels + c) * area for c in range(channels)]
    while p.csr_read32(r.MAP_STATUS):
        p.wait_cycles(10)
    for c, (lay, src, dst) in enumerate(zip(lays, sources, destinations, strict=True)):
        place(p, src, lay.data, mapped)
        place(p, dst, b"\xee" * area, mapped)
        base = TABLES + c * PAGE
        if mapped:
            scatter(p, base, base, 1, c, r.MAP_FLAGS_READ_MASK)
            scatter(p, src, src, area // PAGE, c, r.MAP_FLAGS_READ_MASK)
            scatter(p, dst, dst, area // PAGE, c, r.MAP_FLAGS_WRITE_MASK)
        p.csr_write32(r.GRANT_BASE + c * r.GRANT_STRIDE, 0 if mapped else 1)
        words = [x for s, d in lay.pairs for x in (src + s, dst + d, size, 1 | 1 << 31)]
        p.write_mem(base, b"".join(x.to_bytes(4, "little") for x in words))
        for offset, value in ((r.CONFIG, 1), (r.DESC_LO, base), (r.DESC_COUNT, each), (r.IRQ_ENABLE, 31)):
            p.csr_write32(register(c, offset), value)
    first = 0
    for c in range(channels):
        p.csr_write32(register(c, r.CMD), r.CMD_START_MASK)
        first = first or p.stamps()["write"]
    left = set(range(channels))
    while left:
        mask = p.wait_irq()
        for c in [c for c in left if mask >> c & 1]:
            assert p.csr_read32(register(c, r.STATUS)) == r.STATUS_DONE_MASK
            if len(left) > 1:
                p.csr_write32(register(c, r.IRQ_ENABLE), 0)
                p.wait_cycles(4)  # until the line has dropped
            left.discard(c)
    stamps = p.stamps()
    last = stamps["irq"]
    assert not p.params.desc_shared or stamps["desc_ar"] < first, "descriptors came through their own port"
    for lay, dst in zip(lays, destinations, strict=True):
        assert fetch(p, dst, area, mapped) == lay.expected(size), "bytes differ"
    return size * count, last - first


def single(p: Any, size: int, mapped: bool) -> tuple[int, int, int]:
    """One copy in register mode: (bytes, cycles, cycles from START accepted to AR)."""
    data = random.Random(size).randbytes(size)
    pages = -(-size // PAGE)
    place(p, SOURCES, data.ljust(pages * PAGE, b"\0"), mapped)
    while p.csr_read32(r.MAP_STATUS):
        p.wait_cycles(10)
    if mapped:
        scatter(p, SOURCES, SOURCES, pages, 0, r.MAP_FLAGS_READ_MASK)
        scatter(p, SOURCES + pages * PAGE, SOURCES + pages * PAGE, pages, 0, r.MAP_FLAGS_WRITE_MASK)
    p.csr_write32(r.GRANT_BASE, 0 if mapped else 1)
    for offset, value in (
        (r.CONFIG, 0), (r.SRC_LO, SOURCES), (r.DST_LO, SOURCES + pages * PAGE), (r.LENGTH, size), (r.IRQ_ENABLE, 31),
    ):  # fmt: skip
        p.csr_write32(register(0, offset), value)
    p.csr_write32(register(0, r.CMD), r.CMD_START_MASK)
    start = p.stamps()["write"]
    p.wait_irq()
    p.wait_cycles(2)  # until the stamp is there
    stamps = p.stamps()
    assert fetch(p, SOURCES + pages * PAGE, pages * PAGE, mapped)[:size] == data, "bytes differ"
    return size, stamps["irq"] - start, stamps["ar"] - start


def launch(p: Any, mapped: bool) -> dict[str, int]:
    """One 64-byte copy from a ring: cycles from the doorbell accepted to the descriptor's AR, to the data's AR, to the interrupt."""
    while p.csr_read32(r.MAP_STATUS):
        p.wait_cycles(10)
    if mapped:
        scatter(p, TABLES, TABLES, 1, 0, r.MAP_FLAGS_READ_MASK)
        scatter(p, SOURCES, SOURCES, 1, 0, r.MAP_FLAGS_READ_MASK)
        scatter(p, SOURCES + PAGE, SOURCES + PAGE, 1, 0, r.MAP_FLAGS_WRITE_MASK)
    p.csr_write32(r.GRANT_BASE, 0 if mapped else 1)
    p.write_mem(SOURCES, bytes(range(64)))
    words = (SOURCES, SOURCES + PAGE, 64, 1 | 1 << 8 | 1 << 31)
    p.write_mem(TABLES, b"".join(x.to_bytes(4, "little") for x in words))
    for offset, value in (
        (r.CONFIG, 2), (r.DESC_LO, TABLES), (r.DESC_COUNT, 8), (r.PRODUCER, 0), (r.IRQ_ENABLE, 31), (r.CMD, r.CMD_START_MASK),
    ):  # fmt: skip
        p.csr_write32(register(0, offset), value)
    p.wait_cycles(50)
    p.csr_write32(register(0, r.PRODUCER), 1)
    bell = p.stamps()["write"]
    p.wait_irq()
    p.wait_cycles(2)  # until the stamp is there
    stamps = p.stamps()
    assert p.read_mem(SOURCES + PAGE, 64) == bytes(range(64))
    return {
        "descriptor AR": stamps["desc_ar"] - bell,
        "data AR": stamps["ar"] - bell,
        "completion": stamps["irq"] - bell,
    }
