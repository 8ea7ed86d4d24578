"""Drivers: addresses, the map's window, the largest and smallest numbers, as the manual has them and no other driver shows. See tb/top/drivers.py."""

from __future__ import annotations

from windlass import regs
from windlass.platform import Platform

from .kit import (
    ABORT,
    ACTIVE,
    COPY,
    CYCLIC,
    DONE,
    ERROR,
    FILL,
    FROM_DEVICE,
    LINK,
    NOP,
    PHASE,
    RING,
    SOURCE,
    START,
    TABLE,
    TABLES,
    TARGET,
    TO_DEVICE,
    WB,
    WIDE,
    WORDS,
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
    table,
    until,
    w,
)

RAM_END = 0x40000


def transfer(p: Platform, src: int, dst: int, length: int) -> None:
    """START a memory to memory transfer on channel 0; the upper halves of the addresses are not touched."""
    w(p, 0, config=0, src_lo=src & 0xFFFF_FFFF, dst_lo=dst & 0xFFFF_FFFF, length=length)
    cmd(p, 0, START)


def identity(p: Platform, **special: int) -> None:
    """Map the bench's first 64 pages, or as many as there are entries, each to itself, for channel 0; `special`: flags of single pages, by
    name `page<number>`."""
    until(p, lambda: not p.csr_read32(regs.MAP_STATUS, live=True) & 1, "the map")
    for i in range(min(p.params.map_registers, RAM_END >> 12)):
        p.csr_write32(regs.MAP_BASE + 8 * i, i << 12 | special.get(f"page{i}", 7))


def address_bits(p: Platform) -> list[object]:
    """Bits at or above ADDR_WIDTH of registers and of 32-byte descriptors do not matter, with a map and without, and are not told of a fault."""
    _, data = memory(p, 1)
    w(p, 0, irq_enable=DONE | ERROR)
    beyond = 0xFFFF_FFFF << p.params.addr_width - 32 & 0xFFFF_FFFF
    out: list[object] = []
    mapped = p.params.map_registers >= 32
    if mapped:
        identity(p)
    for bypass, pattern in ((b, x) for b in (1, 0)[: 1 + mapped] for x in (beyond, beyond & 0xA5A5_5A5A)):
        grant(p, 0, bypass=bypass)
        p.write_mem(TARGET, bytes(300))
        w(p, 0, src_hi=pattern, dst_hi=pattern)
        transfer(p, SOURCE + 5, TARGET + 3, 200)
        out.append(finish(p))
        assert p.read_mem(TARGET, 300) == bytes(3) + data[5:205] + bytes(97)
        transfer(p, SOURCE, 0xFFFF_F000, 64)  # nothing is there
        out += [finish(p), tuple(p.csr_read32(x) for x in (regs.FAULT_ADDR_LO, regs.FAULT_ADDR_HI))]
        assert r(p, 0, regs.STATUS) & 4 and (r(p, 0, regs.FADDR_HI), r(p, 0, regs.FADDR_LO)) == (0, 0xFFFF_F000)
        p.csr_write32(regs.FAULT_STATUS, 1)
        if p.params.descriptors:
            one = descriptor(True, pattern << 32 | SOURCE + 7, pattern << 32 | TARGET + 256, 33, COPY | WB | PHASE)
            one += fence(True, pattern << 32 | TARGET + 296, 0xFEED)
            one += descriptor(True, pattern << 32 | TABLES + 0x100, 0, 1, LINK | PHASE)
            p.write_mem(TABLES, one)
            p.write_mem(TABLES + 0x100, fence(True, pattern << 32 | 0xFFFF_F000, 1))
            w(p, 0, config=TABLE | WIDE, desc_lo=TABLES, desc_hi=pattern, desc_count=3)
            cmd(p, 0, START)
            out.append(finish(p))
            assert p.read_mem(TARGET + 256, 33) == data[7:40]
            assert p.read_mem(TARGET + 296, 8) == (0xFEED).to_bytes(8, "little")
            p.csr_write32(regs.FAULT_STATUS, 1)
    w(p, 0, src_hi=0, dst_hi=0, desc_hi=0)
    return [*out, digest(p)]


def beyond_the_table(p: Platform) -> list[object]:
    """With translation an address beyond the table is MAP_INVALID, however far beyond: on each side, and of descriptors and what they name."""
    memory(p, 2)
    grant(p, 0, bypass=0)
    w(p, 0, irq_enable=DONE | ERROR)
    identity(p)
    n = p.params.map_registers
    out: list[object] = []
    tops = [0] if p.params.addr_width == 32 else [0, 1, 1 << p.params.addr_width - 33]
    for top in tops:
        bad = (top << 32) + (0x5000 if top else n * 4096 + 8)
        for src, dst in ((bad, 0x6000), (0x5000, bad)):
            p.csr_write32(regs.FAULT_STATUS, 1)
            w(p, 0, src_hi=src >> 32, dst_hi=dst >> 32)
            transfer(p, src, dst, 64)
            out.append(finish(p))
            assert r(p, 0, regs.STATUS) == 4 | 5 << 8 and position(p, 0) == 0
            out.append(tuple(p.csr_read32(x) for x in (regs.FAULT_STATUS, regs.FAULT_ADDR_LO, regs.FAULT_ADDR_HI)))
        w(p, 0, src_hi=0, dst_hi=0)
        if not p.params.descriptors:
            continue
        for one in (
            descriptor(True, bad, 0x6000, 9, COPY | PHASE), descriptor(True, 0x5000, bad, 9, COPY | PHASE),
            descriptor(True, 1, bad, 9, FILL | PHASE), fence(True, bad, 1), descriptor(True, bad & -32, 0, 1, LINK | PHASE),
        ):  # fmt: skip
            table(p, 0, one + descriptor(True, 0, 0, 0, NOP | PHASE), config=TABLE | WIDE)
            out.append(finish(p))
            assert r(p, 0, regs.STATUS) & 4
        w(p, 0, config=TABLE | WIDE, desc_lo=bad & 0xFFFF_FFE0, desc_hi=bad >> 32, desc_count=1)
        cmd(p, 0, START)
        out.append(finish(p))
        assert r(p, 0, regs.STATUS) == 4 | 11 << 8
        w(p, 0, desc_hi=0)
    p.csr_write32(regs.FAULT_STATUS, 1)
    return [*out, digest(p)]


def map_words(p: Platform) -> list[object]:
    """What an entry keeps of what is written, the stage, and where a run ends that is longer than the table."""
    until(p, lambda: not p.csr_read32(regs.MAP_STATUS, live=True) & 1, "the map")
    n, width = p.params.map_registers, p.params.addr_width
    low = lambda i: regs.MAP_BASE + 8 * i
    both = lambda i: (p.csr_read32(low(i)), p.csr_read32(low(i) + 4))
    kept = 0x7F7 if p.params.bus_masters else 0x3F7  # OWNER has bit 10 only with bus masters; LOCKED is read only
    high = (1 << width - 32) - 1
    p.csr_write32(low(1) + 4, 0xFFFF_FFFF)
    assert both(1) == both(0) == (0, 0), "word 1 alone is only staged"
    p.csr_write32(low(1), 0xFFFF_FFFF)
    assert both(1) == (0xFFFF_F000 | kept, high)
    p.csr_write32(low(1), 0)
    assert both(1) == (0, 0), "not locked, and the stage was cleared"
    p.csr_write32(low(2) + 4, high & 0x5A)
    p.csr_write32(low(1), 0x0000_1001)  # one stage for the whole window
    p.csr_write32(low(2), 0x0000_2001)
    assert (both(1), both(2)) == ((0x1001, high & 0x5A), (0x2001, 0))
    p.csr_write32(low(1), 0)
    p.csr_write32(low(2), 0)

    def command(what: int, index: int, count: int) -> None:
        for name, value in (
            ("INDEX", index),
            ("COUNT", count),
            ("PAGE_LO", 0xFFFF_F000),
            ("PAGE_HI", high),
            ("FLAGS", 0x13),
        ):
            p.csr_write32(getattr(regs, f"MAP_{name}"), value)
        p.csr_write32(regs.MAP_CMD, what)
        until(p, lambda: not p.csr_read32(regs.MAP_STATUS, live=True) & 1, "the command", step=5)

    look = (0, 1, 2, n - 3, n - 2, n - 1)
    out: list[object] = []
    command(1, n - 2, 13)
    out.append([both(i) for i in look])
    assert both(0) == both(1) == (0, 0) and both(n - 2)[0] == 0xFFFF_F013, "a run does not go round"
    command(1, 0, 3)
    command(2, n - 1, 0x1FFF)
    out.append([both(i) for i in look])
    command(2, 0, 0)
    out.append([both(i) for i in look])
    command(2, 0, n)
    assert all(both(i) == (0, 0) for i in look)
    return out


def physical_devices(p: Platform) -> list[object]:
    """A device's address is physical, whatever the map says; its channel's memory side is translated. Needs a map."""
    _, data = memory(p, 3)
    until(p, lambda: not p.csr_read32(regs.MAP_STATUS, live=True) & 1, "the map")
    p.csr_write32(regs.MAP_BASE + 8 * 2, (TARGET >> 12) << 12 | 7)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    p.write_mem(TARGET, bytes(0x2000))
    grant(p, 0, bypass=0, device=SOURCE + 8)
    w(p, 0, config=FROM_DEVICE | WORDS, src_lo=0, dst_lo=0x2010, length=12)
    cmd(p, 0, START)
    out.append(finish(p))
    assert p.read_mem(TARGET + 0x10, 12) == data[8:12] * 3
    grant(p, 0, bypass=0, device=TARGET + 0x1000)
    w(p, 0, config=TO_DEVICE | WORDS, src_lo=0x2010, dst_lo=0, length=12)
    cmd(p, 0, START)
    out.append(finish(p))
    assert p.read_mem(TARGET + 0x1000, 8) == data[8:12] + bytes(4)
    return [*out, p.csr_read32(regs.FAULT_COUNT), digest(p)]


def large_numbers(p: Platform) -> list[object]:
    """LENGTH 2^32 − 1, in a register and in a descriptor; DESC_COUNT and a LINK's count of 65535: all accepted, and done up to an error."""
    memory(p, 4)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    src, most = RAM_END - 0x3000 - 7, 0xFFFF_FFFF
    transfer(p, src, TARGET, most)
    out: list[object] = [finish(p)]
    assert r(p, 0, regs.STATUS) == 4 | 2 << 8 and position(p, 0) == 0x3007
    assert r(p, 0, regs.COUNT) == most - 0x3007
    if p.params.descriptors:
        table(p, 0, descriptor(False, src, TARGET, most, COPY | PHASE))
        out.append(finish(p))
        table(p, 0, descriptor(False, 7, RAM_END - 0x3000 - 7, most, FILL | PHASE))
        out.append(finish(p))
        blob = descriptor(False, 0, 0, 0, NOP | PHASE) * 3 + descriptor(False, SOURCE, TARGET, 9, COPY | PHASE)
        p.write_mem(TABLES, blob + descriptor(False, TABLES, 0, 65535, LINK))
        w(p, 0, config=TABLE, desc_lo=TABLES, desc_count=65535)
        cmd(p, 0, START)
        out.append(finish(p))
        assert r(p, 0, regs.STATUS) == 4 << 16 | 4 | 9 << 8
        p.write_mem(TABLES + 0x800, descriptor(False, TABLES, 0, 65535, LINK | PHASE))
        w(p, 0, desc_lo=TABLES + 0x800, desc_count=1)
        cmd(p, 0, START)
        out.append(finish(p))
        assert r(p, 0, regs.STATUS) == 5 << 16 | 4 | 9 << 8
    return [*out, digest(p)]


def moves_down(p: Platform, seed: int) -> list[object]:
    """Within a segment a destination at or below its source may overlap it, by any distance."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    near = p.params.word_bytes
    for distance in (0, 1, near - 1, near, near + 1, 2 * near + 3, 100, 4096, rng.randrange(1, 9000)):
        n = rng.choice([near + 1, rng.randrange(1, 700), rng.randrange(5000, 16_000)])
        src = TARGET + 0x3000 + rng.randrange(300)
        p.write_mem(src, data[:n])
        before = p.read_mem(src - distance - 64, 64)
        transfer(p, src, src - distance, n)
        out.append(finish(p)[:6])
        assert p.read_mem(src - distance, n) == data[:n], f"{n} bytes down by {distance}"
        assert p.read_mem(src - distance - 64, 64) == before
    return [*out, digest(p)]


def round_the_counts(p: Platform) -> list[object]:
    """PRODUCER and CONSUMER are modulo 65536: a ring that is given more descriptors than that, and a cyclic one that is left to run."""
    grant(p, 0)
    places = 4096
    w(p, 0, irq_enable=0, irq_status=63, config=RING, desc_lo=0x10000, desc_hi=0, desc_count=places, producer=0)
    cmd(p, 0, START)
    given = 0
    while given < 65536 + 3 * places:
        phase = 0 if given // places % 2 else PHASE
        p.write_mem(0x10000, descriptor(False, 0, 0, 0, NOP | phase) * places)
        given += places
        w(p, 0, producer=given & 0xFFFF)
        until(p, lambda given=given: r(p, 0, regs.CONSUMER, live=True) == given & 0xFFFF, "the lap", step=500)  # type: ignore[misc]
        assert r(p, 0, regs.PRODUCER) == given & 0xFFFF
    out: list[object] = [r(p, 0, regs.STATUS), r(p, 0, regs.CONSUMER)]
    cmd(p, 0, ABORT)
    until(p, lambda: idle(p, 0), "ABORTED")
    w(p, 0, config=RING | CYCLIC, desc_count=1)
    cmd(p, 0, START)
    seen = [0]
    while len(seen) < 3 or seen[-1] >= seen[-2]:
        p.wait_cycles(2000)
        seen.append(r(p, 0, regs.CONSUMER, live=True))
    assert max(seen) > 50_000 and r(p, 0, regs.STATUS) == ACTIVE
    cmd(p, 0, ABORT)
    until(p, lambda: idle(p, 0), "ABORTED")
    return [*out, r(p, 0, regs.STATUS)]
