"""Bus masters in the performance bench: bursts on `s_axi_dev` as fast as it takes them, alone and beside channels (RTL only), byte-checked."""

from __future__ import annotations

import random
from typing import Any

from windlass import regs as r
from windlass.busmaster import INCR, OKAY, PAGE, MasterBurst

READS, WRITES, COPIES = 0x20_0000, 0x28_0000, 0x10_0000
"""Physical addresses of what is read, what is written, and what channels copy. A bus master's logical pages are 0 to 127."""
PAGES = 64
STRETCH = 0x8000
"""Bytes that a channel copies in a lap."""


def set_up(p: Any, rng: random.Random) -> bytes:
    """Map registers for pages that are read and pages that are written, in an order of their own; returns what is read."""
    while p.csr_read32(r.MAP_STATUS):
        p.wait_cycles(10)
    data = rng.randbytes(PAGES * PAGE)
    for base, first, flags in ((READS, 0, r.MAP_FLAGS_READ_MASK), (WRITES, PAGES, r.MAP_FLAGS_WRITE_MASK)):
        for i in range(PAGES):
            entry = base + (i * 29 % PAGES) * PAGE | r.MAP_FLAGS_VALID_MASK | flags | 64 << r.MAP_FLAGS_OWNER_LSB
            p.csr_write32(r.MAP_BASE + (first + i) * r.MAP_STRIDE, entry)
    for i in range(PAGES):
        p.write_mem(READS + (i * 29 % PAGES) * PAGE, data[i * PAGE : (i + 1) * PAGE])
    return data


def traffic(p: Any, rng: random.Random, data: bytes, size: int, count: int, ways: str) -> tuple[int, int]:
    """`count` bursts of `size` bytes each way of `ways` ("r", "w", "rw") at shuffled places; (bytes, cycles). AssertionError when a byte is wrong."""
    word = p.params.word_bytes
    slots = PAGES * PAGE // size
    given: list[MasterBurst] = []
    places = {way: rng.sample(range(slots), count) for way in ways}
    for i in range(count):
        for way in ways:
            at = places[way][i] * size
            new = rng.randbytes(size) if way == "w" else None
            logical = at + (PAGES * PAGE if way == "w" else 0)
            given.append(MasterBurst(0, logical, size // word, word.bit_length() - 1, INCR, new))
    begin = p.now()
    answers = p.master_bursts(given)
    cycles = p.now() - begin
    for burst, answer in zip(given, answers, strict=True):
        assert set(answer.responses) == {OKAY}
        at = burst.address % (PAGES * PAGE)
        if burst.data is None:
            assert answer.data == data[at : at + size]
        else:
            page, low = divmod(at, PAGE)
            assert p.read_mem(WRITES + (page * 29 % PAGES) * PAGE + low, size) == burst.data
    return len(ways) * count * size, cycles


def alone(p: Any, size: int, count: int, ways: str) -> tuple[int, int]:
    """(bytes, cycles) of bus-master traffic with nothing beside it."""
    rng = random.Random(f"{size} {count} {ways}")
    return traffic(p, rng, set_up(p, rng), size, count, ways)


def beside(p: Any, size: int, count: int, ways: str) -> tuple[int, int, int]:
    """(bytes, cycles, bytes that the channels moved meanwhile): every channel copies without end."""
    rng = random.Random(f"{size} {count} {ways}")
    data = set_up(p, rng)
    channels = range(p.params.channels)
    page = [r.CHANNEL_BASE + c * r.CHANNEL_STRIDE for c in channels]
    p.write_mem(COPIES, rng.randbytes(STRETCH * len(channels)))
    for c in channels:
        p.csr_write32(r.GRANT_BASE + c * r.GRANT_STRIDE, r.GRANT_BYPASS_MASK)
        source = COPIES + c * STRETCH
        for offset, value in (
            (r.CONFIG, r.CONFIG_MODE_AUTO),
            (r.SRC_LO, source),
            (r.DST_LO, source + STRETCH * len(channels)),
            (r.LENGTH, STRETCH),
        ):
            p.csr_write32(page[c] + offset, value)
        p.csr_write32(page[c] + r.CMD, r.CMD_START_MASK)
    p.wait_cycles(1000)
    before, begin = sum(p.csr_read32(a + r.POS_LO, live=True) for a in page), p.now()
    moved, cycles = traffic(p, rng, data, size, count, ways)
    after, end = sum(p.csr_read32(a + r.POS_LO, live=True) for a in page), p.now()
    for a in page:
        p.csr_write32(a + r.CMD, r.CMD_ABORT_MASK)
    while any(p.csr_read32(a + r.STATUS, live=True) & r.STATUS_ACTIVE_MASK for a in page):
        p.wait_cycles(50)
    return moved, cycles, (after - before) * cycles // (end - begin)
