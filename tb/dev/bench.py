"""windlass_dev against section 13 of the manual: every kind of burst, refusals, order, what a bus master that stands still may not hold up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cocotb

from tb.dev.traffic import (
    DECERR,
    FIXED,
    INCR,
    INVALID,
    PAGE,
    PERM,
    READ,
    SLVERR,
    VALID,
    WRAP,
    WRITE,
    Burst,
    random_burst,
)
from tb.env.unit import falling, known, settled

from .harness import Bench


async def two_pages(b: Bench) -> None:
    """Pages 0 and 1 are mapped to 5 and 6 for master 0, if there is a table."""
    if b.table.size:
        for i in range(2):
            await b.table.write(i, 5 + i, 64 << 4 | VALID | READ | WRITE)


@cocotb.test()
@cocotb.parametrize((("speed", "latency"), [(0.35, 2), (0.8, 40), (1.0, 1)]))
async def traffic(dut: Any, speed: float, latency: int) -> None:
    """Random bursts of random bus masters, both ways at once; pages that answer with errors."""
    b = Bench(dut, f"dev {speed} {latency}")
    b.masters.speed, b.memory.speed, b.memory.latency = speed, speed, latency
    await b.start()
    rng, t = b.rng, b.table
    await b.entries()
    pages = [b.table.entries[i][0] for i in b.table.entries] or list(range(b.pages))
    b.memory.bad[rng.choice(pages)] = rng.choice([SLVERR, DECERR])
    id_width = t.id_width
    # Reads and writes are not ordered: a page is read or written, not both. Pages that are written have the permission for it.
    for _ in range(160):
        burst = random_burst(rng, b.w, id_width, t.masters, b.pages, t.bits)
        owner = t.entries.get(burst.address // PAGE, (0, 0))[1] >> 4
        if owner >> 3 == 8 and rng.random() < 0.85:
            burst = replace(burst, id=(owner & 7) << id_width - 3 | burst.id & (1 << id_width - 3) - 1)
        if burst.address // PAGE % 2:
            b.write(burst)
        else:
            b.read(burst)
    await b.finish()
    assert len(b.memory.commands["ar"]) > 30 and len(b.memory.commands["aw"]) > 20
    causes = {f[0] for faults in b.faults.values() for f in faults}
    assert causes or not t.size


@cocotb.test()
async def every_kind(dut: Any) -> None:
    """Each kind of burst with each length and size that AXI allows, from an unaligned address where it may be."""
    b = Bench(dut, "kinds")
    await b.start()
    t = b.table
    flags = VALID | READ | WRITE
    if t.size:
        await t.write(0, 5, 64 << 4 | flags)
        await t.write(1, 9, 64 << 4 | flags)
    for size in range(b.w.bit_length()):
        step = 1 << size
        for kind, lengths in (
            (FIXED, range(1, 17)),
            (WRAP, (2, 4, 8, 16)),
            (INCR, (1, 2, 15, 16, 17, 31, 32, 33, 64, 255, 256)),
        ):
            for length in lengths:
                room = PAGE - length * step
                if room < 0:
                    continue
                offset = b.rng.randrange(room // step + 1) * step + (b.rng.randrange(step) if kind != WRAP else 0)
                b.read(Burst(1 if t.id_width > 3 else 0, offset, length, size, kind))
                b.write(Burst(0, PAGE + offset, length, size, kind))
    await b.finish()
    assert not any(b.faults.values())


@cocotb.test()
async def pages_are_judged_alone(dut: Any) -> None:
    """An INCR burst that crosses pages, against AXI: each page by its own entry; after a refusal the rest is refused, and counts one."""
    b = Bench(dut, "cross")
    await b.start()
    t = b.table
    if not t.size:
        return
    flags = VALID | READ | WRITE
    for i, (page, entry) in enumerate([(3, flags), (7, flags), (0, 0), (11, flags), (12, VALID)]):
        await t.write(i, page, 64 << 4 | entry)
    top = b.w.bit_length() - 1
    long = 2 * PAGE // b.w + 10
    crossing = min(long, 250)
    for write in (False, True):
        give = b.write if write else b.read
        give(Burst(0, PAGE - 5 * b.w, 12, top, INCR))
        give(Burst(0, 2 * PAGE - 100 * b.w - 3, crossing, top, INCR))
        give(Burst(0, 3 * PAGE - 1, 1, 0, INCR))
        give(Burst(0, 4 * PAGE, 1, 0, FIXED))
        broken = known(dut.errors)
        await falling(dut)
        for _ in range(2000):
            await falling(dut)
        b.broken += known(dut.errors) - broken  # the checker on s_axi_dev rightly complains of the crossings
    await b.finish()
    assert [f[0] for f in b.faults[True]] == [INVALID, INVALID, PERM] == [f[0] for f in b.faults[False]]
    assert b.faults[True][0][2] == 2 * PAGE


@cocotb.test()
async def latency(dut: Any) -> None:
    """Addresses need two cycles, write data three, read data one, a write's answer none; a burst of one beat a cycle each way; long bursts keep the
    bus full. After a stall it is as fast as before."""
    b = Bench(dut, "latency")
    await b.start()
    await two_pages(b)
    await falling(dut, 4)
    seen: dict[str, list[int]] = {}
    cycle = 0
    top = b.w.bit_length() - 1
    pins = (
        "s_axi_dev_ar",
        "s_axi_dev_aw",
        "m_axi_ar",
        "m_axi_aw",
        "m_axi_r",
        "m_axi_b",
        "s_axi_dev_r",
        "s_axi_dev_b",
        "m_axi_w",
        "s_axi_dev_w",
    )

    async def log() -> None:
        nonlocal cycle
        while True:
            await falling(dut)
            await settled()
            cycle += 1
            for p in pins:
                if known(getattr(dut, f"{p}valid")) and known(getattr(dut, f"{p}ready")):
                    seen.setdefault(p, []).append(cycle)

    cocotb.start_soon(log())
    await falling(dut, 2)
    b.read(Burst(0, 0, 1, top, INCR))
    b.write(Burst(0, PAGE, 1, top, INCR))
    await b.finish()
    for way, answer, late in (("ar", "r", 1), ("aw", "b", 0)):
        assert seen[f"m_axi_{way}"][0] - seen[f"s_axi_dev_{way}"][0] == 2
        assert seen[f"s_axi_dev_{answer}"][0] - seen[f"m_axi_{answer}"][0] == late
    assert seen["m_axi_w"][0] - seen["s_axi_dev_aw"][0] == 3
    for stall in (False, True):
        b.memory.stall = stall
        seen.clear()
        for i in range(60):
            b.read(Burst(0, i % 32 * b.w, 1, top, INCR))
            b.write(Burst(0, PAGE + i % 32 * b.w, 1, top, INCR))
        if stall:
            await falling(dut, 40)
            b.memory.stall = False
            assert all(p not in seen for p in ("m_axi_ar", "m_axi_aw", "m_axi_w", "s_axi_dev_r", "s_axi_dev_b"))
        await b.finish()
        for p in ("m_axi_ar", "m_axi_aw", "s_axi_dev_r", "s_axi_dev_b"):
            assert seen[p][-1] - seen[p][0] == len(seen[p]) - 1 == 59, p
    seen.clear()
    beats = min(PAGE // b.w, 256)
    for _ in range(6):
        b.read(Burst(0, 0, beats, top, INCR))
        b.write(Burst(0, PAGE, beats, top, INCR))
    await b.finish()
    for p in ("s_axi_dev_r", "m_axi_w"):
        assert len(seen[p]) == 6 * beats and seen[p][-1] - seen[p][0] <= 6 * beats + 6, p


@cocotb.test()
async def stands_still(dut: Any) -> None:
    """A bus master that takes no answers, or brings no data, leaves nothing open at memory: REVOKE's fence and a reset get through."""
    b = Bench(dut, "still")
    await b.start()
    top = b.w.bit_length() - 1
    await two_pages(b)
    b.masters.mute = {"r", "b"}
    for i in range(40):
        b.read(Burst(0, i % 16 * b.w, min(32, PAGE // b.w // 2), top, INCR))
        b.write(Burst(0, PAGE + i % 16 * b.w, 3, top, INCR))
    await falling(dut, 400)
    dut.mark.value = 1
    await falling(dut)
    dut.mark.value = 0
    await falling(dut, 3)
    await settled()
    assert known(dut.drained) and known(dut.idle)
    assert not b.memory.reads and not b.memory.answers
    await falling(dut)
    b.masters.mute = {"w"}
    await falling(dut, 200)
    assert not b.memory.writes, "an address went out before its data was there"
    b.masters.mute = set()
    await b.finish()


@cocotb.test()
async def under_way(dut: Any) -> None:
    """Memory that does not answer is asked for at most 32 parts each way; then all goes on."""
    b = Bench(dut, "under way")
    await b.start()
    await two_pages(b)
    top = b.w.bit_length() - 1
    b.memory.hold = True
    for i in range(60):
        b.read(Burst(0, i % 16 * b.w, 1, top, INCR))
        b.write(Burst(0, PAGE + i % 16 * b.w, 1, top, INCR))
    await falling(dut, 600)
    asked = {kind: len(commands) for kind, commands in b.memory.commands.items()}
    assert all(8 <= n <= 32 for n in asked.values()), asked
    b.memory.hold = False
    await b.finish()


@cocotb.test()
async def fence(dut: Any) -> None:
    """After a mark `drained` stays low until memory has answered all that was looked up before, and no longer."""
    b = Bench(dut, "fence")
    await b.start()
    await two_pages(b)
    top = b.w.bit_length() - 1
    for way in (b.read, b.write, b.read, b.write):
        b.memory.hold = True
        way(Burst(0, (PAGE if way == b.write else 0) + 8, 4, top, INCR))
        await falling(dut, 30)
        dut.mark.value = 1
        await falling(dut)
        dut.mark.value = 0
        way(Burst(0, (PAGE if way == b.write else 0) + 8, 4, top, INCR))
        for _ in range(30):
            await falling(dut)
            await settled()
            assert not known(dut.drained) and not known(dut.idle)
        await falling(dut)
        before = len(b.memory.reads) + len(b.memory.answers)
        assert before
        b.memory.hold = False
        await b.finish()
        assert known(dut.drained)
        await falling(dut)


@cocotb.test()
async def closed(dut: Any) -> None:
    """While closed nothing sets out; what was under way ends; then it goes on where it was, also in the middle of a burst."""
    b = Bench(dut, "closed")
    await b.start()
    rng = b.rng
    top = b.w.bit_length() - 1
    await two_pages(b)
    length = min(256, PAGE // b.w)
    for _ in range(12):
        b.read(Burst(0, 0, length, top, INCR))
        b.write(Burst(0, PAGE, length, top, INCR))
        await falling(dut, rng.randrange(5, 60))
        dut.closed.value = 1
        for _ in range(700):
            await falling(dut)
            await settled()
            if known(dut.idle):
                break
        assert known(dut.idle)
        await falling(dut)
        counts = {k: len(v) for k, v in b.memory.commands.items()}
        await falling(dut, 40)
        assert counts == {k: len(v) for k, v in b.memory.commands.items()}, "something went out while closed"
        dut.closed.value = 0
    await b.finish()


@cocotb.test()
async def table_moves(dut: Any) -> None:
    """Entries that change under traffic: a look-up sees an entry whole, as it was before or as it is; while it is cleared nothing passes."""
    b = Bench(dut, "moves")
    await b.start()
    t, rng = b.table, b.rng
    if not t.size:
        return
    top = b.w.bit_length() - 1
    allowed: set[int] = set()
    for round_ in range(30):
        page = rng.getrandbits(t.bits - 12) | 1
        allowed.add(page)
        for _ in range(4):
            b.masters.read(Burst(0, 0, 1, top, INCR))
            b.masters.write(Burst(0, 0, 1, top, INCR))
        await falling(dut, rng.randrange(6))
        await t.write(0, page, 64 << 4 | VALID | (WRITE if round_ % 2 else READ | WRITE))
    await falling(dut, 300)
    got = {c.address // PAGE for kind in b.memory.commands.values() for c in kind}
    assert got <= allowed and len(got) > 10
    assert len(b.masters.reads) == len(b.masters.writes) == 120
    commands = {k: len(v) for k, v in b.memory.commands.items()}
    dut.tw_clear.value = 1
    await falling(dut, 2)
    for _ in range(5):
        b.masters.read(Burst(0, 0, 1, top, INCR))
        b.masters.write(Burst(0, 0, 1, top, INCR))
    await falling(dut, 60)
    assert commands == {k: len(v) for k, v in b.memory.commands.items()}
    assert {r.responses[0] for r in b.masters.reads[120:] + b.masters.writes[120:]} == {DECERR}
    await settled()
    assert known(dut.errors) == b.broken
    await falling(dut)
