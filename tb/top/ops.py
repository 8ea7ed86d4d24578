"""Drivers: FILL, FENCE, LINK, COPY2D, both descriptor forms, cyclic rings, and what is refused (CRC32C and COMPARE: sums.py). See tb/top/drivers.py."""

from __future__ import annotations

from windlass import regs
from windlass.platform import Platform

from .kit import (
    ABORT,
    COMPARE,
    COPY,
    COPY2D,
    CRC32C,
    CYCLIC,
    DESC,
    DONE,
    ERROR,
    FENCE,
    FILL,
    FINISH,
    FROM_DEVICE,
    IRQ,
    LINK,
    NOP,
    PHASE,
    RING,
    SINGLE,
    SOURCE,
    TABLE,
    TABLES,
    TARGET,
    TC,
    TO_DEVICE,
    WB,
    WIDE,
    WORDS,
    cmd,
    descriptor,
    digest,
    fence,
    fill_bytes,
    finish,
    grant,
    memory,
    position,
    r,
    table,
    until,
    w,
)


def mixed(p: Platform, seed: int, wide: bool) -> list[object]:
    """Tables of COPY, FILL and NOP at any alignment and length, with all flags, in either form; every byte is checked."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    for _ in range(3):
        at, blob, want = TARGET, b"", {}
        for _ in range(rng.randrange(1, 60)):
            length = rng.choice([rng.randrange(1, 40), rng.randrange(1, 40), rng.randrange(1, 2500)])
            flags = PHASE | rng.choice([0, 0, IRQ, WB, IRQ | WB, TC])
            op = rng.choice([COPY, COPY, FILL, FILL, NOP])
            src = rng.randrange(1 << 32) if op == FILL else SOURCE + rng.randrange(0xF000)
            blob += descriptor(wide, src, at, length, op | flags)
            if op == FILL:
                want[at] = fill_bytes(src, at, length)
            elif op == COPY:
                want[at] = data[src - SOURCE : src - SOURCE + length]
            at += length + rng.randrange(5)
        p.write_mem(TARGET, bytes(at - TARGET))
        table(p, 0, blob, config=TABLE | wide * WIDE)
        out += [finish(p), p.read_mem(TABLES, len(blob))]
        expected = bytearray(at - TARGET)
        for address, piece in want.items():
            expected[address - TARGET : address - TARGET + len(piece)] = piece
        assert p.read_mem(TARGET, at - TARGET) == expected
    return [*out, digest(p)]


def fences(p: Platform, seed: int, wide: bool) -> list[object]:
    """When a fence's value is seen, all work before it is in memory."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    values, blob, copies = TABLES + 0x2800, b"", []
    n = 8
    p.write_mem(values, bytes(8 * n))
    for i in range(n):
        for _ in range(rng.randrange(3)):
            length = rng.randrange(1, 3000)
            src, dst = rng.randrange(0xF000), TARGET + 0x2000 * len(copies) + rng.randrange(64)
            copies.append((i, src, dst, length))
            blob += descriptor(wide, SOURCE + src, dst, length, COPY | PHASE)
        blob += fence(wide, values + 8 * i, 0x0123_4567_89AB_CD00 + i, FENCE | PHASE | rng.choice([0, IRQ]))
    p.write_mem(TARGET, bytes(0x2000 * len(copies)))
    table(p, 0, blob, config=TABLE | wide * WIDE)
    seen = 0
    while seen < n:
        value = int.from_bytes(p.read_mem(values + 8 * seen, 8), "little")
        if not value >> 32:  # a bus of 32 bits writes the lower half first
            p.wait_cycles(rng.randrange(1, 20))
            continue
        assert value == 0x0123_4567_89AB_CD00 + seen
        for before, src, dst, length in copies:
            assert before != seen or p.read_mem(dst, length) == data[src : src + length], (
                f"fence {seen} came before its work"
            )
        seen += 1
    return [finish(p), digest(p)]


def links(p: Platform, seed: int, wide: bool) -> list[object]:
    """A table in several parts, linked in any order; what follows a LINK is never looked at; a LINK may come first or last."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    size, out = 32 if wide else 16, []
    for _ in range(3):
        parts = rng.randrange(2, 6)
        places = rng.sample(range(12), parts)
        counts = [rng.randrange(1, 12) for _ in range(parts)]
        at, want, total = TARGET, b"", 0
        for i in range(parts):
            blob = b""
            works = counts[i] if i == parts - 1 else counts[i] - 1
            for _ in range(works):
                length = rng.randrange(1, 300)
                src = rng.randrange(0xF000)
                blob += descriptor(wide, SOURCE + src, at, length, COPY | PHASE | rng.choice([0, 0, WB]))
                want += data[src : src + length]
                at += length
            if i < parts - 1:
                blob += descriptor(
                    wide, TABLES + 0x400 * places[i + 1], 0, counts[i + 1], LINK | PHASE | rng.choice([0, IRQ])
                )
            total += counts[i]
            p.write_mem(TABLES + 0x400 * places[i], blob.ljust(0x400, b"\xff"))
        w(
            p,
            0,
            config=TABLE | wide * WIDE,
            desc_lo=TABLES + 0x400 * places[0],
            desc_count=rng.choice([counts[0], counts[0] + 3]) if parts > 1 else counts[0],
        )
        cmd(p, 0, 1)
        out.append(finish(p))
        assert p.read_mem(TARGET, len(want)) == want and r(p, 0, regs.CONSUMER) == total
    assert size * 12 <= 0x400
    return [*out, digest(p)]


def rows(p: Platform, seed: int) -> list[object]:
    """COPY2D with strides of either sign, rows of any length, overlapping sources; needs TWO_D."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    for _ in range(8):
        count, length = rng.randrange(1, 20), rng.choice([1, 7, 64, rng.randrange(1, 400), rng.randrange(1, 1500)])
        gap = length + rng.randrange(9)
        src_stride = rng.choice([0, 1, length, rng.randrange(-900, 900)])
        dst_stride = rng.choice([gap, -gap])
        first = TARGET + 8 if dst_stride > 0 else TARGET + 8 + gap * (count - 1)
        span = gap * count + 16
        p.write_mem(TARGET, bytes(span))
        expected = bytearray(span)
        for row in range(count):
            s, d = 0x8000 + row * src_stride, first - TARGET + row * dst_stride
            expected[d : d + length] = data[s : s + length]
        flags = PHASE | (count - 1) << 16 | rng.choice([0, WB, IRQ])
        one = descriptor(True, SOURCE + 0x8000, first, length, COPY2D | flags, (src_stride, dst_stride))
        table(p, 0, one + descriptor(True, 0, 0, 0, NOP | PHASE), config=TABLE | WIDE)
        out += [finish(p), p.read_mem(TABLES, 64)]
        assert p.read_mem(TARGET, span) == expected, (count, length, src_stride, dst_stride)
    return [*out, digest(p)]


def cyclic(p: Platform, seed: int, wide: bool) -> list[object]:
    """A ring that runs for ever: places are fetched anew, FINISH ends with the last place, ABORT anywhere."""
    rng, data = memory(p, seed)
    grant(p, 0)
    n, length = 5, 90
    blob = b"".join(
        descriptor(wide, SOURCE + 100 * i, TARGET + 100 * i, length, COPY | rng.choice([0, PHASE])) for i in range(n)
    )
    w(p, 0, irq_enable=DONE | ERROR | 16, producer=0)
    table(p, 0, blob, config=RING | CYCLIC | wide * WIDE)
    until(p, lambda: r(p, 0, regs.CONSUMER, live=True) > 3 * n, "the fourth lap")
    p.write_mem(TABLES, descriptor(wide, SOURCE + 0x5000, TARGET, length, COPY))
    mark, ahead = (
        r(p, 0, regs.CONSUMER, live=True),
        p.params.desc_prefetch + 2 * n + 128,
    )  # fetched ahead, and issued but not completed
    until(p, lambda: (r(p, 0, regs.CONSUMER, live=True) - mark) & 0xFFFF > ahead, "more than it fetches ahead")
    assert p.read_mem(TARGET, length) == data[0x5000 : 0x5000 + length]
    cmd(p, 0, FINISH)
    p.wait_irq(100_000)
    w(p, 0, irq_status=63)
    status, consumer = r(p, 0, regs.STATUS), r(p, 0, regs.CONSUMER, live=True)
    assert status == 2 and consumer % n == 0 and position(p, 0) == consumer * length
    for _ in range(4):
        cmd(p, 0, 1)
        p.wait_cycles(rng.randrange(0, 700))
        cmd(p, 0, ABORT)
        p.wait_irq(100_000)
        w(p, 0, irq_status=63)
        consumer, done = r(p, 0, regs.CONSUMER, live=True), r(p, 0, regs.SEGDONE, live=True)
        assert r(p, 0, regs.STATUS) == 8 and position(p, 0) == consumer * length + done
    for i in range(1, n):
        assert p.read_mem(TARGET + 100 * i, length) == data[100 * i : 100 * i + length]
    p.write_mem(TABLES + 2 * len(blob) // n, descriptor(wide, 0, 0, 0, 15))
    cmd(p, 0, 1)
    return [finish(p), digest(p)]


def malformed(p: Platform) -> list[object]:
    """Each way to be DESC_BAD, STALE or misconfigured, after good work, in both forms; nothing of it moves."""
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR, producer=2)
    p.write_mem(SOURCE, bytes(range(256)))
    p.write_mem(TARGET, bytes(256))
    out: list[object] = []
    for wide in (False, True):
        good = descriptor(wide, SOURCE, TARGET, 5, COPY | PHASE)

        def bad(config: int, one: bytes, wide: bool = wide, good: bytes = good) -> None:
            first = good if not config & (FROM_DEVICE | TO_DEVICE) else descriptor(wide, 0, 0, 0, NOP | PHASE)
            table(p, 0, first + one + good, config=config | wide * WIDE)
            out.append(finish(p))

        for src, dst, length, control in (
            (0, TARGET + 64, 0, FILL), (0, TARGET + 64, 0, COPY), (0, 0, 8, 8), (0, 0, 8, 15), (TABLES + 8, 0, 1, LINK), (TABLES, 0, 0, LINK),
            (TABLES, 0, 0x10000, LINK), (TABLES, 0, 1, LINK | WB), (0, TARGET + 64, 8, COPY | 1 << 16), (0, TARGET + 64, 8, COPY | 1 << 4),
            (0, TARGET + 64, 8, FILL | 1 << 12), (0, TARGET + 64, 8, FILL | 1 << 27), (0, 0, 0, NOP | 1 << 28), (0, 0, 0, NOP | 1 << 30),
        ):  # fmt: skip
            bad(TABLE, descriptor(wide, src, dst, length, control | PHASE))
        bad(TABLE, fence(wide, TARGET + 68, 1))
        bad(TABLE, fence(wide, TARGET + 64, 1, FENCE | WB | PHASE))
        bad(TABLE, descriptor(wide, SOURCE, TARGET + 64, 8, COPY))
        bad(RING, descriptor(wide, TABLES, 0, 1, LINK | PHASE))
        bad(TABLE | TO_DEVICE, descriptor(wide, SOURCE, TARGET + 64, 8, FILL | PHASE))
        if not wide or not p.params.two_d:
            bad(TABLE, descriptor(wide, SOURCE, TARGET + 64, 8, COPY2D | PHASE))
        else:
            bad(TABLE | FROM_DEVICE, descriptor(wide, SOURCE, TARGET + 64, 8, COPY2D | PHASE))
            bad(TABLE, descriptor(wide, SOURCE, TARGET + 64, 0, COPY2D | PHASE))
        sums = [(8, CRC32C), (8, COMPARE)]
        if p.params.crc:
            sums = [(0, CRC32C), (0, COMPARE), (8, CRC32C | WB), (8, CRC32C | 1 << 16), (8, COMPARE | 1 << 30)]
            bad(TABLE, descriptor(wide, SOURCE, TARGET + 68, 8, CRC32C | PHASE))
            for config in (FROM_DEVICE, TO_DEVICE):
                for op in (CRC32C, COMPARE):
                    bad(TABLE | config, descriptor(wide, SOURCE, TARGET + 64, 8, op | PHASE))
        for length, control in sums:
            bad(TABLE, descriptor(wide, SOURCE, TARGET + 64, length, control | PHASE))
        w(p, 0, config=TABLE | wide * WIDE, desc_lo=TABLES + 8 + 8 * wide, desc_count=1)
        cmd(p, 0, 1)
        out.append(finish(p))
    assert p.read_mem(TARGET + 5, 251) == bytes(251) and all(o[0] & 0xE == 4 for o in out)  # type: ignore[index]
    return [*out, digest(p)]


def unpaced_ops(p: Platform) -> list[object]:
    """On a channel whose device never asks, NOP, FENCE, LINK and FILL still go; COPY waits, until SWREQ."""
    memory(p, 5)
    line = p.params.request_lines - 1
    grant(p, 0, line=line, device=TARGET + 0x800)
    w(p, 0, irq_enable=DONE | ERROR | DESC)
    p.write_mem(TABLES + 0x100, descriptor(False, SOURCE, TARGET, 4, COPY | PHASE))
    blob = descriptor(False, 0x01020304, TARGET + 3, 9, FILL | PHASE) + fence(False, TARGET + 64, 77)
    blob += descriptor(False, 0, 0, 0, NOP | PHASE | IRQ) + descriptor(False, TABLES + 0x100, 0, 1, LINK | PHASE)
    table(p, 0, blob, config=TABLE | FROM_DEVICE | WORDS | SINGLE)
    p.wait_irq(10_000)
    w(p, 0, irq_status=DESC)
    until(p, lambda: r(p, 0, regs.CONSUMER, live=True) == 4, "the LINK")
    p.wait_cycles(300)
    out: list[object] = [r(p, 0, regs.STATUS), r(p, 0, regs.CONSUMER), r(p, 0, regs.POS_LO), p.read_mem(TARGET, 80)]
    cmd(p, 0, 4)
    return [*out, finish(p), digest(p)]
