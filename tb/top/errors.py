"""Drivers: error responses and refused look-ups in each operation, and memory that does not answer. See tb/top/drivers.py."""

from __future__ import annotations

from windlass import regs
from windlass.platform import Board, StreamPacket

from .kit import (
    ABORT,
    ACTIVE,
    COPY,
    COPY2D,
    DESC,
    DONE,
    ENGINE_LINE,
    ERROR,
    FENCE,
    FILL,
    FROM_DEVICE,
    FROM_STREAM,
    IRQ,
    LINK,
    NOP,
    PHASE,
    RESET,
    SOURCE,
    START,
    TABLE,
    TABLES,
    TARGET,
    TO_DEVICE,
    TO_STREAM,
    WB,
    WIDE,
    chan,
    cmd,
    descriptor,
    digest,
    fence,
    finish,
    grant,
    idle,
    memory,
    position,
    r,
    refused,
    scrub,
    table,
    until,
    w,
)

BAD = SOURCE + 0x2000
"""Where the range that answers errors is in what is read; TARGET + 0x2000 in what is written."""


def in_operations(p: Board, seed: int, response: int) -> list[object]:
    """SLVERR or DECERR under each operation in both forms: code, residue and fault address to the byte, write-back, nothing beyond."""
    rng, _ = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []

    def run(wide: bool, *blobs: bytes, behind: bool = False) -> None:
        blob = descriptor(wide, SOURCE, TARGET + 0x4000, 33, COPY | WB | PHASE) + b"".join(blobs)
        blob += descriptor(wide, SOURCE, TARGET + 0x5000, 33, COPY | PHASE)
        p.write_mem(TARGET, bytes(0x6000))
        table(p, 0, blob, config=TABLE | wide * WIDE)
        ending = finish(p)
        # Pieces behind a FENCE may have been carried out before its error is known: SEGDONE, POS and COUNT then tell of them.
        out.extend([(ending[0], ending[2], *ending[6:]) if behind else ending, p.read_mem(TABLES, len(blob))])
        out.append(p.read_mem(TARGET + 0x4000, 0x1000))
        assert behind or p.read_mem(TARGET + 0x5000, 33) == bytes(33), "work after an error"

    for wide in (False, True):
        p.fail_memory(0, BAD, BAD + 64, response, read=True, write=False)
        for _ in range(4):
            src, n = BAD - rng.randrange(1500), rng.randrange(1600, 3000)
            run(wide, descriptor(wide, src, TARGET + rng.randrange(100), n, COPY | PHASE | rng.choice([0, WB, IRQ])))
        if wide and p.params.two_d:
            rows = descriptor(True, BAD - 400, TARGET, 70, COPY2D | WB | PHASE | 7 << 16, (90, 75))
            run(True, rows)
        p.fail_memory(0, TARGET + 0x2000, TARGET + 0x2040, response, read=False, write=True)
        for _ in range(3):
            dst, n = TARGET + 0x2000 - rng.randrange(1500), rng.randrange(1600, 3000)
            run(wide, descriptor(wide, 0x0A0B0C0D, dst, n, FILL | PHASE | rng.choice([0, WB])))
            run(wide, descriptor(wide, SOURCE + rng.randrange(90), dst, n, COPY | PHASE | rng.choice([0, WB])))
        run(wide, fence(wide, TARGET + 0x2008, 3), behind=True)
        if wide and p.params.two_d:
            run(True, descriptor(True, SOURCE, TARGET + 0x1F00, 70, COPY2D | WB | PHASE | 7 << 16, (90, 75)))
        p.fail_memory(0, TABLES + 0x1000, TABLES + 0x1040, response, read=True, write=False)
        p.write_mem(TABLES + 0xFC0, descriptor(wide, 0, 0, 0, NOP | PHASE) * (64 // (32 if wide else 16)))
        run(wide, descriptor(wide, TABLES + 0xFC0, 0, 9, LINK | PHASE))
        p.fail_memory(0, TABLES, TABLES + 64, response, read=False, write=True)
        p.write_mem(TARGET, bytes(0x6000))
        table(p, 0, descriptor(wide, SOURCE, TARGET, 700, COPY | WB | PHASE), config=TABLE | wide * WIDE)
        out.append(finish(p))
        p.fail_memory(0, 0, 0, 0, read=False, write=False)
    w(p, 0, config=0, src_lo=SOURCE, dst_lo=TARGET, length=0x3000)
    cmd(p, 0, START)
    return [*out, finish(p), digest(p)]


def refused_look_ups(p: Board, seed: int) -> list[object]:
    """The same with the map: each operation meets an entry that is not there, is another's, or permits too little. Needs a map."""
    memory(p, seed)
    grant(p, 0, bypass=0)
    w(p, 0, irq_enable=DONE | ERROR)
    until(p, lambda: not p.csr_read32(regs.MAP_STATUS, live=True) & 1, "the map")

    def entry(index: int, page: int, flags: int, owner: int = 0) -> None:
        p.csr_write32(regs.MAP_BASE + 8 * index, page << 12 | flags | owner << 4)

    for i in range(8):
        entry(i, (TABLES >> 12) + i, 7)
        entry(8 + i, (TARGET >> 12) + i, 7)
    logical = {"table": 0, "source": (SOURCE - TABLES), "target": 8 * 4096}
    out: list[object] = []
    for flags, owner in ((0, 0), (7, 1), (1, 0)):
        entry(4, (SOURCE >> 12) + 1, flags, owner)
        entry(9, (TARGET >> 12) + 1, flags, owner)
        src, dst = logical["source"] + 4000, logical["target"] + 4000
        works = [
            (False, descriptor(False, src, logical["target"], 300, COPY | WB | PHASE)),
            (True, fence(True, dst + 96, 5)),
        ]
        works += [
            (wide, one)
            for wide in (False, True)
            for one in (
                descriptor(wide, logical["source"], dst, 300, COPY | WB | PHASE), descriptor(wide, 0x55, dst, 300, FILL | WB | PHASE),
                descriptor(wide, src, dst, 300, COPY | PHASE), fence(wide, dst + 96, 7), descriptor(wide, src + 96, 0, 2, LINK | PHASE),
            )
        ]  # fmt: skip
        for wide, one in works:
            p.csr_write32(regs.FAULT_STATUS, 1)
            blob = descriptor(wide, 0, 0, 0, NOP | PHASE) + one
            p.write_mem(TABLES, blob)
            size = 32 if wide else 16
            w(p, 0, config=TABLE | wide * WIDE, desc_lo=logical["table"], desc_count=len(blob) // size)
            cmd(p, 0, START)
            out.append(finish(p))
            out.append(tuple(p.csr_read32(x) for x in (regs.FAULT_STATUS, regs.FAULT_ADDR_LO, regs.FAULT_COUNT)))
            out.append(p.read_mem(TABLES, len(blob)))
    p.csr_write32(regs.ENGINE_IRQ, 1)
    w(p, 0, irq_enable=0)
    out.append(p.wait_irq(100) == ENGINE_LINE)
    p.csr_write32(regs.FAULT_STATUS, 1)
    return [*out, digest(p)]


def at_devices(p: Board, seed: int, response: int) -> list[object]:
    """Error responses of a device with a window, and of the memory side of one."""
    rng, _ = memory(p, seed)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    most = p.params.word_bytes.bit_length() - 1
    for width in {0, min(2, most), min(3, most)}:
        unit = 1 << width
        for window in (0, 8):
            for way in (FROM_DEVICE, TO_DEVICE):
                for bad_device in (True, False):
                    p.write_mem(TARGET, bytes(0x4000))
                    device = BAD - 0x100 if way == FROM_DEVICE else TARGET + 0x1F00
                    grant(p, 0, window=window, device=device)
                    low = (device + 0x40 * rng.randrange(4) if window else device) if bad_device else None
                    if low is None:
                        low = TARGET + 0x340 if way == FROM_DEVICE else SOURCE + 0x340
                    p.fail_memory(
                        0, low & -64, (low & -64) + 64, response, read=way == FROM_DEVICE or not bad_device, write=True
                    )
                    config = way | width << regs.CONFIG_WIDTH_LSB
                    w(p, 0, config=config, src_lo=SOURCE + 8 * unit, dst_lo=TARGET + 8 * unit, length=unit * 900)
                    cmd(p, 0, START)
                    out.append(finish(p))
    p.fail_memory(0, 0, 0, 0, read=False, write=False)
    scrub(p)
    return out


def at_streams(p: Board, seed: int, response: int) -> list[object]:
    """Errors beside streams: a packet out is cut off after exactly the bytes that were committed; what is in a source stream and was not
    taken stays. Needs a stream."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    p.fail_memory(0, BAD, BAD + 64, response, read=True, write=False)
    for i in range(5):
        src = BAD - rng.randrange(1, 2000)
        w(p, 0, config=TO_STREAM, src_lo=src, length=4000)
        cmd(p, 0, START)
        out.append(finish(p))
        until(p, lambda i=i: len(p.stream_collected(0)) == i + 1, "the packet's end")  # type: ignore[misc]
        want = data[src - SOURCE : BAD - SOURCE]
        assert p.stream_collected(0)[-1] == StreamPacket(want, user=True) and position(p, 0) == len(want)
    p.fail_memory(0, TARGET + 0x400, TARGET + 0x440, response, read=False, write=True)
    p.write_mem(TARGET, bytes(0x1000))
    packet = rng.randbytes(2000)
    p.stream_feed(0, packet)
    w(p, 0, config=FROM_STREAM, dst_lo=TARGET + 3, length=2000)
    cmd(p, 0, START)
    p.wait_irq(50_000)
    w(p, 0, irq_status=63)
    pos, fault = position(p, 0), r(p, 0, regs.FADDR_LO, live=True)
    assert r(p, 0, regs.STATUS) == 4 | (3 if response == 2 else 4) << 8
    assert pos <= 0x400 - 3 and fault == TARGET + 3 + pos and p.read_mem(TARGET + 3, pos) == packet[:pos]
    p.fail_memory(0, 0, 0, 0, read=False, write=False)
    scrub(p)
    return out


def neighbours(p: Board, seed: int) -> list[object]:
    """Channel 0 fails again and again in every way; the others' work ends right and at its pace."""
    rng, data = memory(p, seed)
    n = p.params.channels
    for c in range(n):
        grant(p, c)
    p.fail_memory(0, BAD, BAD + 64, 2, read=True, write=False)
    p.fail_memory(1, TARGET + 0x1000, TARGET + 0x1040, 3, read=False, write=True)
    lengths = [0x2000 + 64 * c for c in range(n)]
    base = [TARGET + 0x2000 + (0x28000 // n & -64) * c for c in range(n)]
    for c in range(1, n):
        lengths[c] = min(lengths[c], (0x28000 // n & -64) - 64)
        w(p, c, config=0, src_lo=SOURCE + 0x4000, dst_lo=base[c], length=lengths[c], irq_enable=0, irq_status=63)
        cmd(p, c, START)
    w(p, 0, irq_enable=ERROR)
    out: list[object] = []
    for _ in range(12):
        src, dst = rng.choice([(BAD - 200, TARGET), (SOURCE, TARGET + 0xF00)])
        w(p, 0, config=0, src_lo=src + rng.randrange(64), dst_lo=dst + rng.randrange(64), length=1000)
        cmd(p, 0, START)
        out.append(finish(p))
    for c in range(1, n):
        until(p, lambda c=c: idle(p, c), f"the end of channel {c}")  # type: ignore[misc]
        assert p.read_mem(base[c], lengths[c]) == data[0x4000 : 0x4000 + lengths[c]]
        out.append((r(p, c, regs.STATUS), r(p, c, regs.IRQ_STATUS), r(p, c, regs.POS_LO)))
    for slot in (0, 1):
        p.fail_memory(slot, 0, 0, 0, read=False, write=False)
    scrub(p)
    return out


def held_up(p: Board, seed: int) -> list[object]:
    """A memory that does not answer for a while, on each half of each port: nothing completes, registers work, and then all goes on."""
    _, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    for low, read in ((SOURCE + 256, True), (TARGET + 256, False), (TABLES, True), (TABLES, False)):
        p.write_mem(TARGET, bytes(0x1000))
        p.hang_memory(low, low + 64, read=read, write=not read)
        table(p, 0, descriptor(False, SOURCE, TARGET, 1000, COPY | WB | PHASE))
        p.wait_cycles(3000)
        out += [
            r(p, 0, regs.STATUS),
            r(p, 0, regs.CONSUMER),
            r(p, 0, regs.IRQ_STATUS),
            refused(p, chan(0, regs.CMD), START),
        ]
        assert position(p, 0) <= (1000 if low == TABLES else 256)
        p.release_memory()
        out += [finish(p), p.read_mem(TABLES, 16)]
        assert p.read_mem(TARGET, 1000) == data[:1000]
    return [*out, digest(p)]


def time_outs(p: Board, seed: int) -> list[object]:
    """A memory that does not answer, on each half of each port: reported after TIMEOUT, registers work, RESET and ABORT wait, and when the
    memory answers the work goes on as if nothing had been."""
    _, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=0, irq_status=63)
    p.csr_write32(regs.ENGINE_IRQ, 2)
    out: list[object] = []
    value = TARGET + 0x3000
    places = [
        (SOURCE, True, 8), (TARGET, False, 9), (TABLES, True, 10), (TABLES, False, 11), (value, False, 11),
    ]  # fmt: skip
    for low, read, bit in places:
        if p.params.desc_shared and bit > 9:
            bit -= 2
        for ending in (0, ABORT, RESET):
            p.write_mem(TARGET, bytes(0x4000))
            blob = descriptor(False, SOURCE, TARGET, 300, COPY | WB | PHASE | IRQ) + fence(
                False, value, 9, FENCE | PHASE
            )
            p.csr_write32(regs.TIMEOUT, 700)
            p.hang_memory(low, low + 64, read=read, write=not read)
            table(p, 0, blob)
            t0 = p.now()
            assert p.wait_irq(5000) == ENGINE_LINE and p.now() - t0 >= 700
            assert p.csr_read32(regs.ENGINE, live=True) >> bit & 1, f"half {bit} is not reported"
            assert r(p, 0, regs.STATUS) == ACTIVE and refused(p, chan(0, regs.CMD), START)
            p.csr_write32(regs.TIMEOUT, 0)
            if ending:
                cmd(p, 0, ending)
                p.wait_cycles(500)
                assert r(p, 0, regs.STATUS, live=True) & ACTIVE, "drained without an answer"
            p.release_memory()
            until(p, lambda: idle(p, 0), "the end", step=10)
            p.csr_write32(regs.ENGINE, 0xF00)
            out.append(p.csr_read32(regs.ENGINE))
            status, pos = r(p, 0, regs.STATUS, live=True), position(p, 0)
            assert p.read_mem(TARGET, 300) == data[:pos] + bytes(300 - pos)
            if not ending:
                out += [status, pos, r(p, 0, regs.IRQ_STATUS), p.read_mem(TABLES, 32), p.read_mem(value, 8)]
            else:
                assert status in ({8, 2} if ending == ABORT else {8, 0}), f"{status:#x}"
            w(p, 0, irq_status=63)
    p.csr_write32(regs.ENGINE_IRQ, 0)
    p.hang_memory(TARGET, TARGET + 64, read=False, write=True)
    w(p, 0, config=0, src_lo=SOURCE, dst_lo=TARGET, length=64)
    cmd(p, 0, START)
    p.wait_cycles(300)
    p.csr_write32(regs.RESET, 1)
    p.wait_cycles(300)
    out += [p.csr_read32(regs.ENGINE), refused(p, chan(0, regs.CMD), START), r(p, 0, regs.STATUS)]
    p.release_memory()
    until(p, lambda: not p.csr_read32(regs.ENGINE, live=True) & 1, "the reset", step=5)
    w(p, 0, config=TABLE, irq_enable=DONE | ERROR | DESC)
    cmd(p, 0, START)
    until(p, lambda: idle(p, 0), "the end")
    out.append(r(p, 0, regs.STATUS))
    scrub(p)
    return out
