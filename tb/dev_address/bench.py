"""windlass_dev_address: bursts become parts that fit, in order, each with its record; refused parts do not go out; what is no burst does no harm."""

from __future__ import annotations

from collections import deque
from typing import Any

import cocotb

from tb.dev.traffic import FIXED, INCR, PAGE, READ, VALID, WRAP, WRITE, Burst, Table, random_burst
from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

NAMES = ("id", "addr", "len", "size", "burst", "cache", "qos")
INPUTS = [f"in_{n}" for n in (*NAMES, "valid")] + [
    "room", "closed", "rec_full", "out_ready", "out_end", "mark", "tw_clear", "tw_soon", "tw_valid", "tw_index", "tw_page", "tw_flags",
]  # fmt: skip


async def begin(dut: Any, table: Table) -> None:
    """Reset, and a table without entries, as windlass_map clears it."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    for i in range(table.size):
        await table.write(i, 0, 0)
    await falling(dut, 3)


async def offer(dut: Any, values: tuple[int, ...]) -> None:
    """One address, until it is taken."""
    for name, value in zip(NAMES, values, strict=True):
        getattr(dut, f"in_{name}").value = value
    dut.in_valid.value = 1
    while True:
        await settled()
        taken = known(dut.in_ready)
        await falling(dut)
        if taken:
            break
    dut.in_valid.value = 0


@cocotb.test()
@cocotb.parametrize(pace=[0.3, 1.0])
async def parts(dut: Any, pace: float) -> None:
    """Random bursts and entries; room that comes and goes; a port that takes addresses at its own pace."""
    rng = seeded(f"address {pace}")
    table = Table(dut)
    await begin(dut, table)
    write = bool(dut.WRITE.value.to_unsigned())
    most = (1 << len(dut.room)) // 2
    w = dut.DATA_WIDTH.value.to_unsigned() // 8
    for i in range(min(table.size, 8)):
        owner = 64 + rng.randrange(table.masters) if rng.random() < 0.8 else rng.randrange(128)
        rights = rng.choice([VALID | READ | WRITE] * 3 + [VALID, VALID | READ, VALID | WRITE, READ])
        await table.write(i, rng.getrandbits(table.bits - 12), owner << 4 | rights)
    out: list[tuple[int, ...]] = []
    records: list[tuple[int, ...]] = []
    faults: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["out_valid", "out_ready"], [f"out_{n}" for n in NAMES[1:]], callback=out.append)
    SignalMonitor(dut, ["rec_valid"], ["rec_id", "rec_beats", "rec_last", "rec_refused"], callback=records.append)
    SignalMonitor(dut, ["flt_valid"], ["flt_cause", "flt_id", "flt_addr"], callback=faults.append)
    went = 0

    async def room() -> None:
        """No part goes when there is no room for it, or when none may."""
        nonlocal went
        owed: deque[int] = deque()
        seen = 0
        while True:
            beats = rng.choice([0, 1, rng.randrange(most), most])
            stop, full = rng.random() < 0.1, rng.random() < 0.1
            if pace == 1.0:
                beats, stop, full = most, False, False
            dut.room.value, dut.closed.value, dut.rec_full.value = beats, stop, full
            dut.out_ready.value = rng.random() < pace
            while seen < len(out):
                owed.append(seen)
                seen += 1
            end = bool(owed) and rng.random() < 0.5
            dut.out_end.value = end
            if end:
                owed.popleft()
            await settled()
            if known(dut.go_valid):
                went += 1
                assert known(dut.go_beats) + 1 <= beats and not stop and not full
            await falling(dut)

    cocotb.start_soon(room())
    want: list[tuple[int, ...]] = []
    expected: list[tuple[int, ...]] = []
    refusals: list[tuple[int, ...]] = []
    for _ in range(300):
        burst = random_burst(rng, w, table.id_width, table.masters, min(table.size, 8) or 8, table.bits)
        if rng.random() < 0.1 and burst.kind == INCR:  # against AXI: over the page's end
            burst = Burst(burst.id, burst.address, min(256, burst.length + 60), burst.size, INCR, 3, 1)
        refused = False
        cut = burst.parts()
        for i, part in enumerate(cut):
            address = part.address & (1 << table.bits) - 1
            physical, cause = table.look_up(burst.id, address, write)
            if cause and not refused:
                refusals.append((cause, burst.id, address))
            refused = refused or bool(cause)
            expected.append((burst.id, part.length - 1, int(i == len(cut) - 1), int(refused)))
            if not refused:
                want.append((physical, part.length - 1, part.size, part.kind, part.cache, part.qos))
        await offer(dut, (burst.id, burst.address, burst.length - 1, burst.size, burst.kind, burst.cache, burst.qos))
        if rng.random() < 0.3:
            await falling(dut, rng.randrange(4))
    for _ in range(5000):
        if len(records) == len(expected) and len(out) == len(want):
            break
        await falling(dut)
    await falling(dut, 20)
    assert records == expected and out == want and faults == refusals
    assert went == len(records) and want and (faults or not table.size)


@cocotb.test()
async def harmless(dut: Any) -> None:
    """What is no AXI burst (too wide a beat, a WRAP or FIXED of a wrong length, the reserved kind) stays in the page and is whole."""
    rng = seeded("harmless")
    table = Table(dut)
    await begin(dut, table)
    top = (dut.DATA_WIDTH.value.to_unsigned() // 8).bit_length() - 1
    if table.size:
        for i in range(min(table.size, 8)):
            await table.write(i, i + 1, 64 << 4 | VALID | READ | WRITE)
    out: list[tuple[int, ...]] = []
    records: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["out_valid", "out_ready"], [f"out_{n}" for n in NAMES[1:]], callback=out.append)
    SignalMonitor(dut, ["rec_valid"], ["rec_beats", "rec_last"], callback=records.append)
    dut.out_ready.value, dut.room.value = 1, (1 << len(dut.room)) // 2
    for _ in range(200):
        kind, length = rng.randrange(4), rng.randrange(256)
        out.clear()
        records.clear()
        await offer(dut, (0, rng.randrange(PAGE), length, rng.randrange(8), kind, 0, 0))
        await falling(dut, 90)
        for address, beats, size, burst, _, _ in out:
            assert size <= top and beats < 16 and burst in (FIXED, INCR, WRAP)
            assert burst != WRAP or beats in (1, 3, 7, 15)
            last = (address >> size << size) + (beats << size) + (1 << size) - 1
            assert burst != INCR or last // PAGE == address // PAGE
        assert sum(r[0] + 1 for r in records) == length + 1 and [r[1] for r in records] == [0] * (len(records) - 1) + [
            1
        ]
        assert out or not table.size


@cocotb.test()
async def fenced(dut: Any) -> None:
    """`idle` and `drained` tell what memory owes."""
    table = Table(dut)
    await begin(dut, table)
    if table.size:
        await table.write(0, 1, 64 << 4 | VALID | READ | WRITE)
    dut.out_ready.value, dut.room.value = 1, 16
    await falling(dut, 3)
    for n in range(1, 6):
        await settled()
        assert known(dut.idle) and known(dut.drained)
        await falling(dut)
        for _ in range(n):
            await offer(dut, (0, 64, 0, 2, INCR, 0, 0))
        await falling(dut, 3)
        dut.mark.value = 1
        await falling(dut)
        dut.mark.value = 0
        await offer(dut, (0, 64, 0, 2, INCR, 0, 0))
        for left in range(n + 1, 0, -1):
            await falling(dut, 4)
            await settled()
            assert not known(dut.idle) and known(dut.drained) == (left == 1)
            await falling(dut)
            dut.out_end.value = 1
            await falling(dut)
            dut.out_end.value = 0
        await falling(dut, 4)
