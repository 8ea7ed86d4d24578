"""windlass_map while the front looks up in every cycle that it may: who else wants the table has a turn soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cocotb

from tb.env.unit import SignalMonitor, falling, known, seeded, settled

from .harness import READ, VALID, Table, begin, command, ready, refusal


async def under_load(
    dut: Any, table: Table, rng: Any, cycles: int,
    see: Callable[[], None] = lambda: None, drive: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """The front looks up on both ports in each cycle that a_hold leaves it; a write or a FILL that was begun is over after one. `see` is called when all
    is settled, `drive` when the next cycle's inputs may be set."""
    for _ in range(cycles):
        await settled()
        hold, soon = known(dut.a_hold), known(dut.ab_soon)
        see()
        await falling(dut)
        dut.mw_valid.value = dut.cmd_fill.value = 0
        dut.ab_soon.value = not hold
        dut.a_valid.value = dut.b_valid.value = soon
        dut.a_addr.value = dut.b_addr.value = rng.randrange(table.size) << 12
        drive()


@cocotb.test()
async def writes_under_load(dut: Any) -> None:
    """While the front looks up in every cycle that it may, a written entry soon counts; each write is told, with its index."""
    table = await begin(dut)
    if not table.size:
        return
    rng = seeded("load")
    told: list[tuple[int, ...]] = []

    def tell(item: tuple[int, ...]) -> None:
        """An entry is told in each cycle from when it waits to be written until it is."""
        if told[-1:] != [item]:
            told.append(item)

    SignalMonitor(dut, ["tw_valid"], ["tw_index"], callback=tell)
    dut.ab_ch.value = 0
    for _ in range(20):
        index, page = rng.randrange(table.size), rng.getrandbits(table.bits - 12)
        await under_load(dut, table, rng, 10)
        dut.mw_valid.value, dut.mw_index.value = 1, index
        dut.mw_lo.value, dut.mw_hi.value = page << 12 & 0xFFFF_FFFF | VALID | READ, page >> 20
        table.set(index, page, VALID | READ)
        await under_load(
            dut, table, rng, 6
        )  # software needs longer from the response to the first look-up of what it starts
        assert told == [(index,)], "the entry is not yet written, or another is"
        told.clear()
        dut.a_valid.value, dut.a_addr.value = 1, index << 12
        await falling(dut)
        dut.a_valid.value = dut.b_valid.value = 0
        await falling(dut)
        await settled()
        assert refusal(dut.a_err) == 0 and known(dut.a_paddr) == (page << 12) & (1 << table.bits) - 1
        await falling(dut)
    dut.cmd_index.value, dut.cmd_count.value, dut.cmd_flags.value = 0, table.size, VALID
    dut.cmd_fill.value = 1
    await under_load(dut, table, rng, 20 * table.size + 40)
    assert told == [(i,) for i in range(table.size)], "FILL under load"
    dut.a_valid.value = dut.b_valid.value = 0


@cocotb.test()
@cocotb.parametrize(fill=[False, True])
async def turns_under_load(dut: Any, fill: bool) -> None:
    """A descriptor's look-up and a read of an entry have their answers within a dozen cycles each, also side by side, and while an entry is filled in every
    cycle that is left."""
    table = await begin(dut)
    if not table.size:
        return
    rng = seeded(f"turns {fill}")
    base = rng.getrandbits(table.bits - 13)
    await command(dut, True, 0, table.size, base, VALID | READ)
    for i in range(table.size):
        table.set(i, base + i, VALID | READ)
    await ready(dut)
    asked: dict[str, tuple[int, int]] = {}  # since when, of which entry
    longest = {"x": 0, "ent": 0}
    now = busy = idle = 0

    def see() -> None:
        nonlocal now, busy, idle
        now += 1
        busy = known(dut.map_busy)
        idle += not busy
        for port in [p for p in asked if known(getattr(dut, f"{p}_done"))]:
            since, index = asked.pop(port)
            longest[port] = max(longest[port], now - since)
            if port == "x":
                assert (known(dut.x_paddr), known(dut.x_err)) == table.look_up(index << 12, 0, 0, 0)
            else:
                assert (known(dut.ent_lo), known(dut.ent_hi)) == table.words(index)

    def drive() -> None:
        dut.cmd_fill.value = fill and not busy
        for port, place, shift in (("x", dut.x_addr, 12), ("ent", dut.ent_index, 0)):
            if port not in asked and rng.random() < 0.3:
                asked[port] = now, rng.randrange(table.size)
                place.value = asked[port][1] << shift
            getattr(dut, f"{port}_valid").value = port in asked

    await under_load(dut, table, rng, 1500, see, drive)
    assert max(longest.values()) <= 12, longest
    assert not fill or idle < 400
    dut.a_valid.value = dut.b_valid.value = dut.x_valid.value = dut.ent_valid.value = 0
