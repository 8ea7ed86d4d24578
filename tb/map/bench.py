"""windlass_map against section 3 of the programmer's manual: look-ups on all ports, entries, FILL, REVOKE with its fence."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

from .harness import (
    INPUTS,
    INVALID,
    OWNER,
    PERM,
    READ,
    VALID,
    WRITE,
    Table,
    begin,
    command,
    look_ups,
    ready,
    refusal,
    write_entry,
)
from .load import turns_under_load, writes_under_load  # noqa: F401 - cocotb runs the tests that it finds here


@cocotb.test()
async def translation(dut: Any) -> None:
    """Random tables, written entry by entry and by FILL; every answer on every port."""
    rng = seeded("map")
    table = await begin(dut)
    met = dict.fromkeys((0, INVALID, OWNER, PERM), 0)
    for _ in range(6):
        for _ in range(8 if table.size else 0):
            flags = rng.choice([0, VALID, VALID | READ, VALID | WRITE, VALID | READ | WRITE, VALID | READ | WRITE])
            page, owner = rng.getrandbits(table.bits - 12), rng.randrange(min(1 << len(dut.ab_ch), 4))
            owner |= 64 * (rng.random() < 0.1)
            if rng.random() < 0.7:
                await write_entry(dut, table, rng.randrange(table.size), page, flags | owner << 4)
                continue
            first, count = rng.randrange(table.size + 1), rng.randrange(table.size + 3)
            await command(dut, True, first, count, page, flags | owner << 4)
            for i in range(first, min(first + count, table.size)):
                table.set(i, page + i - first, flags | owner << 4)
            await ready(dut)
            await falling(dut, 3)
        for error, n in (await look_ups(dut, table, rng, 250)).items():
            met[error] += n
    assert all(met.values()) if table.size else met[0] > 1000, met


@cocotb.test()
async def cleared_after_reset(dut: Any) -> None:
    """After reset every entry reads as zero and refuses, also those that were valid before, from the first cycle on."""
    table = await begin(dut)
    if not table.size:
        return
    rng = seeded("clear")
    for i in range(table.size):
        await write_entry(dut, table, i, rng.getrandbits(table.bits - 12), VALID | READ | WRITE)
    dut.aresetn.value, dut.ab_soon.value = 0, 1
    await falling(dut, 3)
    dut.aresetn.value = 1
    table.entries = [(0, 0)] * table.size
    seen_busy = 0
    pipe = [0, 0, 0]
    for _ in range(4 * table.size + 40):
        await settled()
        seen_busy += known(dut.map_busy)
        if pipe[2]:
            assert refusal(dut.a_err) == refusal(dut.b_err) == INVALID
        await falling(dut)
        dut.ab_soon.value, dut.a_valid.value, dut.ab_ch.value = 1, 1, 0
        dut.a_addr.value = dut.b_addr.value = rng.randrange(table.size) << 12
        pipe = [1, *pipe[:2]]
    assert seen_busy >= table.size
    dut.ab_soon.value = dut.a_valid.value = 0
    for i in range(table.size):
        await falling(dut)
        dut.ent_valid.value, dut.ent_index.value = 1, i
        await settled()
        while not known(dut.ent_done):
            await falling(dut)
            await settled()
        assert known(dut.ent_lo) == known(dut.ent_hi) == 0
        await falling(dut)
        dut.ent_valid.value = 0


@cocotb.test()
async def cleared_in_time(dut: Any) -> None:
    """With nobody looking up the table is cleared, a cycle a row; its rows are a power of two."""
    size = dut.MAP_REGISTERS.value.to_unsigned()
    if not size:
        return
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    dut.aresetn.value = 0
    await falling(dut)
    dut.aresetn.value = 1
    busy = 0
    for _ in range(4 * size + 20):
        await falling(dut)
        await settled()
        busy += known(dut.map_busy)
    rows = max(2, 1 << (size - 1).bit_length())
    assert rows <= busy <= rows + 12, busy
    await falling(dut)


@cocotb.test()
async def locked(dut: Any) -> None:
    """LOCK: FILL and REVOKE leave a locked entry as it is, do the rest of their run, and say so; reset unlocks."""
    table = await begin(dut)
    if not table.size:
        return
    rng = seeded("lock")
    locks: set[int] = set()

    async def run(name: str, first: int, count: int, page: int = 0, flags: int = 0) -> None:
        getattr(dut, f"cmd_{name}").value = 1
        dut.cmd_index.value, dut.cmd_count.value, dut.cmd_flags.value = first, count, flags
        dut.cmd_page_lo.value, dut.cmd_page_hi.value = page << 12 & 0xFFFF_FFFF, page >> 20
        await falling(dut)
        getattr(dut, f"cmd_{name}").value = 0
        await ready(dut)
        here = range(first, min(first + count, table.size))
        await settled()
        assert known(dut.map_refused) == (name != "lock" and any(i in locks for i in here))
        await falling(dut)
        if name == "lock":
            locks.update(here)
        for i in here if name != "lock" else ():
            if i not in locks:
                table.set(i, page + i - first if name == "fill" else 0, flags if name == "fill" else 0)

    refusals = 0
    for _ in range(12):
        await run(
            "fill",
            rng.randrange(table.size),
            rng.randrange(table.size + 2),
            rng.getrandbits(table.bits - 12),
            VALID | READ,
        )
        await run("lock", rng.randrange(table.size + 1), rng.randrange(table.size // 6 + 2))
        await run("revoke", rng.randrange(table.size), rng.randrange(table.size + 2))
        refusals += len(locks)
        for i in range(table.size):
            dut.ent_valid.value, dut.ent_index.value, dut.lock_index.value = 1, i, i
            await settled()
            assert known(dut.mw_locked) == (i in locks)
            while not known(dut.ent_done):
                await falling(dut)
                await settled()
            low, high = table.words(i)
            assert (known(dut.ent_lo), known(dut.ent_hi)) == (low | (i in locks) << 3, high)
            await falling(dut)
            dut.ent_valid.value = 0
            await falling(dut)
    assert refusals
    dut.aresetn.value = 0
    await falling(dut, 2)
    dut.aresetn.value = 1
    await falling(dut)
    await ready(dut)
    for i in range(table.size):
        dut.lock_index.value = i
        await settled()
        assert not known(dut.mw_locked)
        await falling(dut)


@cocotb.test()
async def fenced_revoke(dut: Any) -> None:
    """REVOKE clears its run and stays busy until all that was looked up before has ended; what is looked up later doesn't hold it."""
    table = await begin(dut)
    if not table.size:
        return
    rng = seeded("fence")
    for round_ in range(12):
        for i in range(table.size):
            await write_entry(dut, table, i, rng.getrandbits(table.bits - 12), VALID | READ | WRITE)
        before = {kind: rng.randrange(4) for kind in ("piece", "fetch", "wback")}
        for kind, n in before.items():
            for _ in range(n):
                getattr(dut, f"{kind}_issue").value = 1
                await falling(dut)
            getattr(dut, f"{kind}_issue").value = 0
        first, count = rng.randrange(table.size), rng.randrange(1, table.size + 1)
        await command(dut, False, first, count)
        for i in range(first, min(first + count, table.size)):
            table.set(i, 0, 0)
        later = {kind: rng.randrange(3) for kind in before}
        left = dict(before)
        await falling(
            dut, 2 * table.size + 12
        )  # the run is cleared and settled; now things are issued that came after it
        for kind, n in later.items():
            for _ in range(n):
                getattr(dut, f"{kind}_issue").value = 1
                await falling(dut)
            getattr(dut, f"{kind}_issue").value = 0
        while any(left.values()):
            await settled()
            assert known(dut.map_busy), f"round {round_}: REVOKE ended with {left} in flight"
            kind = rng.choice([k for k, n in left.items() if n])
            await falling(dut)
            left[kind] -= 1
            getattr(dut, f"{kind}_end").value = 1
            await falling(dut)
            getattr(dut, f"{kind}_end").value = 0
        await falling(dut, 4)
        await settled()
        assert not known(dut.map_busy), "REVOKE waits for what was looked up later"
        await falling(dut)
        for kind, n in later.items():
            for _ in range(n):
                getattr(dut, f"{kind}_end").value = 1
                await falling(dut)
            getattr(dut, f"{kind}_end").value = 0
        await look_ups(dut, table, rng, 60)


@cocotb.test()
async def others_are_asked(dut: Any) -> None:
    """REVOKE gives a mark when its run is cleared and settled, and waits until those who keep what they looked up say that it is done; each
    write is told with what it writes, one that software made from the cycle after it came."""
    table = Table(dut)
    if not table.size:
        return
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    await falling(dut)
    await settled()
    assert known(dut.tw_clear)
    await falling(dut)
    await ready(dut)
    await falling(dut, 2)
    await settled()
    assert not known(dut.tw_clear)
    await falling(dut)
    told: list[tuple[int, ...]] = []
    marks: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["tw_valid"], ["tw_index", "tw_page", "tw_flags"], callback=told.append)
    SignalMonitor(dut, ["fence_mark"], ["map_busy"], callback=marks.append)
    dut.mw_valid.value, dut.mw_index.value, dut.mw_lo.value, dut.mw_hi.value = 1, 0, 0x5000 | 66 << 4 | VALID | WRITE, 0
    await falling(dut)
    dut.mw_valid.value = 0
    await settled()
    assert known(dut.tw_soon)
    await falling(dut, 3)
    await settled()
    assert not known(dut.tw_soon) and told == [(0, 5, 66 << 3 | VALID | WRITE)]
    await falling(dut)
    await command(dut, False, 0, table.size)
    while not marks:
        await falling(dut)
    dut.fence_done.value = 0
    await falling(dut, 30)
    await settled()
    assert known(dut.map_busy) and len(marks) == 1 and told[1:] == [(i, 0, 0) for i in range(table.size)]
    await falling(dut)
    dut.fence_done.value = 1
    await falling(dut, 3)
    await settled()
    assert not known(dut.map_busy)
    await falling(dut)


@cocotb.test()
async def one_kind_hangs(dut: Any) -> None:
    """While a fetch hangs, more pieces end than the fence's counters can tell apart: REVOKE ends all the same when the fetch does."""
    table = await begin(dut)
    if not table.size:
        return
    dut.fetch_issue.value = 1
    await falling(dut)
    dut.fetch_issue.value = 0
    await command(dut, False, 0, table.size)
    await falling(dut, 2 * table.size + 20)
    dut.piece_issue.value = dut.piece_end.value = 1
    await falling(dut, (1 << dut.SEQ_W.value.to_unsigned() - 1) + 5)
    dut.piece_issue.value = dut.piece_end.value = 0
    await falling(dut, 5)
    await settled()
    assert known(dut.map_busy)
    await falling(dut)
    dut.fetch_end.value = 1
    await falling(dut)
    dut.fetch_end.value = 0
    await falling(dut, 4)
    await settled()
    assert not known(dut.map_busy), "REVOKE never ends"
