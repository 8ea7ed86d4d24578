"""Drivers: CRC32C and COMPARE, on one channel and side by side, to their ends and cut off. See tb/top/drivers.py."""

from __future__ import annotations

from windlass import regs
from windlass.platform import Platform

from .kit import (
    ABORT,
    COMPARE,
    COPY,
    CRC32C,
    CYCLIC,
    DONE,
    ERROR,
    FENCE,
    IRQ,
    LINK,
    PHASE,
    RING,
    SOURCE,
    TABLE,
    TABLES,
    TARGET,
    TC,
    WB,
    WIDE,
    cmd,
    crc32c,
    descriptor,
    digest,
    fence,
    finish,
    grant,
    memory,
    position,
    r,
    table,
    until,
    w,
)


def sums(p: Platform, seed: int, wide: bool) -> list[object]:
    """CRC32C and COMPARE of any alignment and length, between copies, fences and a LINK, in either form; every value is checked, and
    there when what comes behind it is."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    values, out = TARGET + 0x10000, list[object]()
    for i in range(4):
        blob, total, want, at = b"", 0, list[tuple[int, bytes]](), TARGET
        for k in range(rng.randrange(3, 40)):
            n = rng.choice(
                [
                    1,
                    8,
                    64,
                    rng.randrange(1, 40),
                    rng.randrange(1, 40),
                    rng.randrange(1, 3000),
                    rng.randrange(4000, 6000),
                ]
            )
            src, op = rng.randrange(0xE000), rng.choice([CRC32C, CRC32C, CRC32C, COMPARE, COMPARE, COPY, FENCE])
            op = COMPARE if op == COPY and at + n > values else op
            flags, sum_ = PHASE | rng.choice([0, IRQ, TC]), crc32c(data[src : src + n])
            if op == FENCE:
                blob += fence(wide, values + 8 * k, k + 1)
                want.append((values + 8 * k, (k + 1).to_bytes(8, "little")))
                continue
            if op == CRC32C:
                blob += descriptor(wide, SOURCE + src, values + 8 * k, n, op | flags)
                want.append((values + 8 * k, sum_.to_bytes(8, "little")))
            else:
                where = sum_ if op == COMPARE else at
                blob += descriptor(wide, SOURCE + src, where, n, op | flags | rng.choice([0, WB]))
            if op == COPY:
                want.append((at, data[src : src + n]))
                at += n
            total += n
        p.write_mem(TARGET, b"\xff" * 0x10400)
        if i % 2:
            p.write_mem(TABLES + 0x2000, blob)
            blob = descriptor(wide, TABLES + 0x2000, 0, len(blob) // (32 if wide else 16), LINK | PHASE)
        table(p, 0, blob, config=TABLE | wide * WIDE)
        out += [finish(p), p.read_mem(TABLES, 0x2800)]
        assert position(p, 0) == total and r(p, 0, regs.STATUS) == 2
        for address, expected in want:
            assert p.read_mem(address, len(expected)) == expected, hex(address)
    # The word of the destination above a COMPARE's value is not looked at.
    n = 77
    one = descriptor(True, SOURCE, crc32c(data[:n]) | 0xDEAD_BEEF << 32, n, COMPARE | WB | PHASE)
    table(p, 0, one, config=TABLE | WIDE)
    return [*out, finish(p), p.read_mem(TABLES, 32), digest(p)]


def sums_differ(p: Platform, seed: int) -> list[object]:
    """A COMPARE that fails: code, the sum that was found, all bytes counted; no FENCE behind it is written, and nothing behind it counts."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    for n in (1, 7, 64, 500, 3000, 5000):
        for wide in (False, True):
            for flags in (0, WB | IRQ):
                p.write_mem(TARGET, bytes(0x2000))
                src, ahead = rng.randrange(0x4000), rng.randrange(3)
                found = crc32c(data[src : src + n])
                blob = descriptor(wide, SOURCE, TARGET, 33, COPY | PHASE) * ahead
                blob += descriptor(wide, SOURCE + src, found ^ 1 << rng.randrange(32), n, COMPARE | PHASE | flags)
                blob += fence(wide, TARGET + 0x100, 1) + descriptor(wide, SOURCE, TARGET + 0x1000, 9, COPY | PHASE)
                blob += descriptor(wide, SOURCE, TARGET + 0x108, 9, CRC32C | PHASE)
                table(p, 0, blob, config=TABLE | wide * WIDE)
                out += [finish(p), p.read_mem(TABLES, len(blob))]
                assert r(p, 0, regs.STATUS) == ahead << 16 | 13 << 8 | 4 and r(p, 0, regs.FADDR_LO) == found
                assert position(p, 0) == 33 * ahead + n and r(p, 0, regs.SEGDONE) == n
                assert p.read_mem(TARGET + 0x100, 16) == bytes(16)
    # The last of its table; and then all is well again, also for a transfer of several pieces.
    for right in (False, True):
        value = crc32c(data[:99]) ^ (not right)
        table(p, 0, descriptor(False, SOURCE, value, 99, COMPARE | PHASE | WB))
        out += [finish(p), p.read_mem(TABLES, 16)]
        p.write_mem(TARGET, bytes(0x4000))
        w(p, 0, config=0, src_lo=SOURCE, dst_lo=TARGET + 1, length=0x3000)
        cmd(p, 0, 1)
        out.append(finish(p))
        assert p.read_mem(TARGET, 0x3002) == bytes(1) + data[:0x3000] + bytes(1)
    return [*out, digest(p)]


def sums_cut_off(p: Platform, seed: int) -> list[object]:
    """CRC32C without end, aborted anywhere: POS is exact, and the next START finds nothing of what was cut off."""
    rng, data = memory(p, seed)
    grant(p, 0)
    lengths = [3000, 5, 64, 700]
    blob = b"".join(descriptor(False, SOURCE + 11 * i, TARGET + 8 * i, n, CRC32C) for i, n in enumerate(lengths))
    w(p, 0, irq_enable=DONE | ERROR | 16)
    out: list[object] = []
    for _ in range(12):
        table(p, 0, blob, config=RING | CYCLIC)
        p.wait_cycles(rng.randrange(0, 1200))
        cmd(p, 0, ABORT)
        p.wait_irq(100_000)
        w(p, 0, irq_status=63)
        consumer, done = r(p, 0, regs.CONSUMER, live=True), r(p, 0, regs.SEGDONE, live=True)
        laps, rest = divmod(consumer, len(lengths))
        # Bytes of a sum whose value is still being written are counted, in POS or in SEGDONE too.
        before = laps * sum(lengths) + sum(lengths[:rest])
        assert r(p, 0, regs.STATUS) == 8 and position(p, 0) == before + done
        n = rng.randrange(1, 4000)
        one = descriptor(False, SOURCE + 5, TARGET + 0x80, n, CRC32C | PHASE)
        one += descriptor(False, SOURCE + 5, crc32c(data[5 : 5 + n]), n, COMPARE | PHASE)
        table(p, 0, one)
        out.append(finish(p)[:1])
        assert p.read_mem(TARGET + 0x80, 8) == crc32c(data[5 : 5 + n]).to_bytes(8, "little")
    p.write_mem(TARGET, bytes(0x100))
    return [*out, digest(p)]


def sums_side_by_side(p: Platform, seed: int) -> list[object]:
    """Sums of two channels, their pieces between each other, beside copies."""
    rng, data = memory(p, seed)
    out: list[object] = []
    for _ in range(3):
        want = []
        p.write_mem(TARGET, bytes(0x8000))
        for c in (0, 1):
            grant(p, c)
            w(p, c, irq_enable=DONE | ERROR)
            blob = b""
            for k in range(12):
                n, src = rng.choice([rng.randrange(1, 30), rng.randrange(1, 3000)]), rng.randrange(0xE000)
                sum_, at = crc32c(data[src : src + n]), TARGET + 0x4000 * c + 0xC00 + 8 * k
                blob += descriptor(False, SOURCE + src, at, n, CRC32C | PHASE)
                blob += descriptor(False, SOURCE + src, sum_, n, COMPARE | PHASE)
                blob += descriptor(False, SOURCE + src, TARGET + 0x4000 * c, n, COPY | PHASE)
                want += [(at, sum_.to_bytes(8, "little"))]
            p.write_mem(TABLES + 0x1000 * c, blob)
            w(p, c, config=TABLE, desc_lo=TABLES + 0x1000 * c, desc_hi=0, desc_count=36)
        for c in (0, 1):
            cmd(p, c, 1)
        for c in (0, 1):
            until(p, lambda c=c: not r(p, c, regs.STATUS, live=True) & 1, "the end")  # type: ignore[misc]
            out += [r(p, c, regs.STATUS), r(p, c, regs.POS_LO)]
            w(p, c, irq_status=63)
        for address, expected in want:
            assert p.read_mem(address, 8) == expected
    return [*out, digest(p)]
