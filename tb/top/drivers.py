"""Driver functions of the top-level bench: each runs on both platforms and returns only what must be equal.

They work at register level, on purpose below the driver model: every sentence of the manual that they use is checked
by the comparison with the reference model, and data is checked here as well.
"""

from __future__ import annotations

import hashlib
import random

from windlass.platform import BusError, Platform

CHANNEL, GRANT, WINDOW = 0x40000, 0x1000, 0x10000
DONE, DESC, PERIOD, ERROR, ABORTED = 1, 2, 4, 8, 16
PAGE = 4096


def chan(c: int, offset: int) -> int:
    """Offset of a register of channel `c`."""
    return CHANNEL + c * 0x1000 + offset


def bypass(p: Platform, c: int = 0, on: int = 1) -> None:
    """Give a channel physical addresses, or take them away."""
    p.csr_write32(GRANT + 0x40 * c, on)


def finish(p: Platform, c: int = 0) -> tuple[int, ...]:
    """Wait for the end of channel `c`'s work; everything that its registers say of it."""
    while True:
        p.wait_irq(500_000)
        status = p.csr_read32(chan(c, 0x50), live=True)
        p.csr_write32(chan(c, 0x50), status)
        if status & (DONE | ERROR | ABORTED):
            break
    return tuple(p.csr_read32(chan(c, r)) for r in (0x08, 0x0C, 0x38, 0x3C, 0x40, 0x44, 0x48, 0x4C, 0x58))


def set_up(p: Platform, c: int, **registers: int) -> None:
    """Write channel registers by name."""
    offsets = {
        "config": 0x00, "src": 0x10, "dst": 0x18, "length": 0x20, "period": 0x24, "desc": 0x28, "count": 0x30,
        "producer": 0x34, "enable": 0x54,
    }  # fmt: skip
    for name, value in registers.items():
        p.csr_write32(chan(c, offsets[name]), value)


def digest(p: Platform) -> str:
    """Hash of the memory that the bench uses."""
    return hashlib.sha256(p.read_mem(0, 0x40000)).hexdigest()


def descriptor(src: int, dst: int, length: int, control: int = 0x8000_0001) -> bytes:
    """A 16-byte descriptor."""
    return b"".join(x.to_bytes(4, "little") for x in (src, dst, length, control))


def copies(p: Platform, seed: int, rounds: int) -> list[object]:
    """Register mode at random alignments and lengths; guard bytes stay as they were."""
    rng = random.Random(seed)
    bypass(p)
    set_up(p, 0, enable=31)
    out: list[object] = []
    for i in range(rounds):
        length = rng.choice([1, 2, 3, 7, 8, 9, rng.randrange(1, 200), rng.randrange(1, 9000)])
        src, dst = 0x1000 + rng.randrange(600), 0x8000 + rng.randrange(600)
        data = rng.randbytes(length)
        before = rng.randbytes(length + 128)
        p.write_mem(src, data)
        p.write_mem(dst - 64, before)
        set_up(p, 0, src=src, dst=dst, length=length, period=rng.choice([0, 0, 5, 100, 4096]) if length < 300 else 0)
        p.csr_write32(chan(0, 4), 1)
        out.append(finish(p))
        after = p.read_mem(dst - 64, length + 128)
        assert after == before[:64] + data + before[64 + length :], f"copy {i}: {src:#x} to {dst:#x}, {length} bytes"
    return [*out, digest(p)]


def tables(p: Platform, seed: int) -> list[object]:
    """Tables with all flags, NOPs, write-back, long and short descriptors; then each refusal."""
    rng = random.Random(seed)
    bypass(p)
    set_up(p, 0, enable=31, config=1, desc=0x300, period=0)
    out: list[object] = []
    for _ in range(3):
        n = rng.randrange(1, 70)
        blob = b""
        at = 0x10000
        for _ in range(n):
            length = rng.choice([rng.randrange(1, 40), rng.randrange(1, 40), rng.randrange(1, 1500)])
            nop = rng.random() < 0.1
            control = 0x8000_0000 | (0 if nop else 1) | rng.choice([0, 0, 0x100, 0x200, 0x300])
            blob += descriptor(0x4000 + rng.randrange(3000), at, length, control)
            at += length + rng.randrange(5)
        p.write_mem(0x4000, rng.randbytes(8192))
        p.write_mem(0x300, blob)
        set_up(p, 0, count=n)
        p.csr_write32(chan(0, 4), 1)
        out += [finish(p), p.read_mem(0x300, 16 * n)]
    good = descriptor(0x4000, 0x20000, 700, 0x8000_0201)
    for bad in (
        descriptor(0x4000, 0x20000, 8, 0x0000_0001),
        descriptor(0x4000, 0x20000, 8, 0x8000_0006),
        descriptor(0x4000, 0x20000, 8, 0x8001_0001),
        descriptor(0x4000, 0x20000, 0),
    ):
        p.write_mem(0x300, good + good + bad + good)
        set_up(p, 0, count=4)
        p.csr_write32(chan(0, 4), 1)
        out.append(finish(p))
    return [*out, digest(p)]


def ring(p: Platform, seed: int) -> list[object]:
    """A ring of 5, rung in uneven steps over several laps, then a descriptor that was not renewed, then abort."""
    rng = random.Random(seed)
    bypass(p)
    p.write_mem(0x4000, rng.randbytes(4096))
    set_up(p, 0, enable=ERROR | ABORTED | DESC, config=2, desc=0x1F0, count=5, producer=0, period=0)
    p.csr_write32(chan(0, 4), 1)
    given, out = 0, []
    while given < 23:
        step = rng.randrange(1, 6)
        for i in range(given, given + step):
            phase = 1 - (i // 5) % 2
            flags = 0x101 if i == given + step - 1 else 1
            p.write_mem(0x1F0 + 16 * (i % 5), descriptor(0x4000 + 3 * i, 0x8000 + 101 * i, 97, phase << 31 | flags))
        given += step
        p.csr_write32(chan(0, 0x34), given)
        p.wait_irq(100_000)
        p.csr_write32(chan(0, 0x50), DESC)
        out.append(p.csr_read32(chan(0, 0x38)))
    p.csr_write32(chan(0, 0x34), given + 1)
    out.append(finish(p))
    set_up(p, 0, producer=0)
    p.csr_write32(chan(0, 4), 1)
    p.csr_write32(chan(0, 4), 2)
    out.append(finish(p))
    return [*out, digest(p)]


def translation(p: Platform, seed: int) -> list[object]:
    """Scattered pages, then each fault: beyond the table, not valid, foreign, no permission; revoke; the fault record."""
    rng = random.Random(seed)
    bypass(p, on=0)
    while p.csr_read32(0x58, live=True):
        p.wait_cycles(50)
    pages = rng.sample(range(0x10, 0x38), 12)
    for i, page in enumerate(pages):
        p.csr_write32(WINDOW + 8 * i + 4, 0)
        p.csr_write32(WINDOW + 8 * i, page * PAGE | (3 if i < 6 else 5))
    data = rng.randbytes(6 * PAGE)
    for i in range(6):
        p.write_mem(pages[i] * PAGE, data[i * PAGE : (i + 1) * PAGE])
    set_up(p, 0, enable=31, config=0, period=0)
    out: list[object] = [p.csr_read32(WINDOW + 8 * i) for i in range(13)]

    def go(src: int, dst: int, length: int) -> None:
        set_up(p, 0, src=src, dst=dst, length=length)
        p.csr_write32(chan(0, 4), 1)
        out.append(finish(p))
        out.append(tuple(p.csr_read32(r) for r in (0x30, 0x34, 0x38, 0x3C)))

    go(123, 6 * PAGE + 1000, 5 * PAGE)
    joined = b"".join(p.read_mem(pages[i] * PAGE, PAGE) for i in range(6, 12))
    assert joined[1000 : 1000 + 5 * PAGE] == data[123 : 123 + 5 * PAGE]
    go(5 * PAGE, 11 * PAGE + 10, 2 * PAGE)
    p.csr_write32(0x30, 1)
    go(6 * PAGE, 7 * PAGE, 64)
    go(0, 3 * PAGE, 64)
    p.csr_write32(0x30, 1)
    go(0, (1 << 28) + 64, 64)
    p.csr_write32(WINDOW + 8 * 2, pages[2] * PAGE | 3 | 1 << 4)
    p.csr_write32(0x30, 1)
    go(PAGE + 4000, 6 * PAGE, 500)
    p.csr_write32(0x40, 0)
    p.csr_write32(0x44, 2)
    p.csr_write32(0x54, 2)
    while p.csr_read32(0x58, live=True):
        p.wait_cycles(20)
    go(0, 6 * PAGE, 10)
    p.csr_write32(0x40, 20)
    p.csr_write32(0x44, 4)
    p.csr_write32(0x48, 0x30000)
    p.csr_write32(0x50, 7)
    p.csr_write32(0x54, 1)
    while p.csr_read32(0x58, live=True):
        p.wait_cycles(20)
    out += [p.csr_read32(WINDOW + 8 * i) for i in range(19, 25)]
    go(20 * PAGE, 22 * PAGE, 3000)
    return [*out, digest(p)]


def auto_initialize(p: Platform, seed: int) -> list[object]:
    """Laps and period interrupts; the count is never 0; abort leaves an exact, bounded residue."""
    rng = random.Random(seed)
    bypass(p)
    data = rng.randbytes(300)
    p.write_mem(0x4003, data)
    set_up(p, 0, enable=ABORTED | ERROR, config=3, src=0x4003, dst=0x9001, length=300, period=150)
    p.csr_write32(chan(0, 4), 1)
    last = 0
    for _ in range(20):
        count = p.csr_read32(chan(0, 0x0C), live=True)
        low = p.csr_read32(chan(0, 0x40), live=True)
        high = p.csr_read32(chan(0, 0x44), live=True)
        assert 1 <= count <= 300 and (high << 32 | low) >= last
        last = high << 32 | low
    while p.csr_read32(chan(0, 0x40), live=True) < 1500:
        p.wait_cycles(100)
    p.csr_write32(chan(0, 4), 2)
    p.wait_irq(10_000)
    p.csr_write32(chan(0, 0x50), 31)
    assert p.csr_read32(chan(0, 8)) == 1 << 3
    pos = p.csr_read32(chan(0, 0x40), live=True)
    count = p.csr_read32(chan(0, 0x0C), live=True)
    assert count == 300 - pos % 300, f"residue {count} at position {pos}"
    assert p.csr_read32(chan(0, 0x58), live=True) == pos // 150 + 1
    assert p.read_mem(0x9001, 300) == data
    return []


def refusals(p: Platform) -> list[object]:
    """START with what cannot work, and accesses that must answer SLVERR."""
    out: list[object] = []
    bypass(p)
    set_up(p, 0, enable=31, src=0x1000, dst=0x2000, length=0)
    base = {"config": 0, "length": 64, "count": 1, "desc": 0x100}
    for change in (
        {"length": 0}, {"config": 0x20}, {"config": 0x80}, {"config": 0x50}, {"config": 0x400}, {"config": 0x110, "length": 63},
        {"config": 1, "count": 0}, {"config": 2, "desc": 0x108}, {"config": 0x310, "length": 9},
    ):  # fmt: skip
        set_up(p, 0, **{**base, **change})
        p.csr_write32(chan(0, 4), 1)
        out.append(finish(p))
    for offset, value in (
        (0x0, 0), (chan(0, 8), 1), (chan(0, 0x7C), 0), (chan(63, 0), 0), (0x8000, 0), (chan(0, 4), 3), (0x54, 3), (WINDOW + 0x7FF8, 0),
    ):  # fmt: skip
        try:
            p.csr_write32(offset, value)
            out.append("accepted")
        except BusError as e:
            out.append(str(e))
    for offset in (0x60, 0xFFC, chan(0, 0x98), chan(63, 0), 0x2000, WINDOW + 0x7FF8, 0x1000 + 16):
        try:
            out.append(p.csr_read32(offset))
        except BusError as e:
            out.append(str(e))
    return out


def bus_errors(p: Platform, low: int, length: int) -> list[object]:
    """Copies into and out of a range that answers errors: exact residue, fault address, nothing beyond; usable after."""
    rng = random.Random(low)
    bypass(p)
    p.write_mem(0x0, rng.randbytes(0x8000))
    set_up(p, 0, enable=31, config=0, period=0)
    out: list[object] = []
    for src, dst, n in (
        (low - 100, 0x20000, 300), (low - 1, 0x20405, 50), (low, 0x20801, 8), (0x10001, low + length - 3, 3), (0x1003, 0x21000, 2000),
    ):  # fmt: skip
        set_up(p, 0, src=src, dst=dst, length=n)
        p.csr_write32(chan(0, 4), 1)
        out.append(finish(p))
    return [*out, digest(p)]


def abort_anywhere(p: Platform, seed: int) -> list[object]:
    """Abort at random times: what is reported committed is there, nothing beyond what was issued matters, and restart works."""
    rng = random.Random(seed)
    bypass(p)
    set_up(p, 0, enable=31, config=0, src=0x1003, dst=0x9005, length=20000, period=0)
    data = rng.randbytes(20000)
    p.write_mem(0x1003, data)
    for _ in range(12):
        p.write_mem(0x9005, bytes(20000))
        p.csr_write32(chan(0, 4), 1)
        p.wait_cycles(rng.randrange(0, 900))
        p.csr_write32(chan(0, 4), 2)
        p.wait_irq(50_000)
        p.csr_write32(chan(0, 0x50), 31)
        status = p.csr_read32(chan(0, 8), live=True)
        pos, seg, count = (p.csr_read32(chan(0, r), live=True) for r in (0x40, 0x3C, 0x0C))
        assert status in (8, 2) and pos == seg == 20000 - count, (status, pos, seg, count)
        assert p.read_mem(0x9005, 20000) == data[:pos] + bytes(20000 - pos)
    return []


def all_channels(p: Platform, seed: int) -> list[object]:
    """Every channel copies at once, each its own table; all end right."""
    rng = random.Random(seed)
    n = p.params.channels
    for c in range(n):
        bypass(p, c)
        p.write_mem(0x1000 * (c + 1), rng.randbytes(4096))
        blob = b"".join(descriptor(0x1000 * (c + 1) + 97 * i, 0x10000 + 0x1000 * c + 97 * i, 97) for i in range(30))
        p.write_mem(0x400 + 0x200 * c, blob)
        set_up(p, c, enable=0, config=1, desc=0x400 + 0x200 * c, count=30, period=0)
    for c in range(n):
        p.csr_write32(chan(c, 4), 1)
    while any(p.csr_read32(chan(c, 8), live=True) & 1 for c in range(n)):
        p.wait_cycles(100)
    for c in range(n):
        assert p.read_mem(0x10000 + 0x1000 * c, 97 * 30) == p.read_mem(0x1000 * (c + 1), 97 * 30), f"channel {c}"
    return [digest(p)] + [p.csr_read32(chan(c, r)) for c in range(n) for r in (0x08, 0x38, 0x40, 0x50, 0x58)]
