"""windlass_flight: how many pieces are on their way to the back end or wait there, and that these few keep it busy."""

from __future__ import annotations

from collections import deque
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = ("pick_valid", "piece_ready", "piece_level", "piece_busy")
WAY = 6  # cycles from the pick to the back end
ENOUGH = 7  # pieces


@cocotb.test()
async def bound(dut: Any) -> None:
    """Any picks and any level: there is room as long as fewer than seven wait, are on their way, or may be picked: now, if there was room a cycle
    ago, and in the next cycle, if there is room; busy comes a cycle later."""
    rng = seeded("flight")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    picks: deque[int] = deque([0] * WAY, WAY)
    room = before = busy = 0
    met = [0, 0]
    for _ in range(4000):
        await falling(dut)
        pick, ready, late = int(before and rng.random() < 0.6), int(rng.random() < 0.9), int(rng.random() < 0.5)
        level = rng.choice([0, 0, 1, 2, 3, rng.randrange(16)])
        for name, value in zip(INPUTS, (pick, ready, level, late), strict=True):
            getattr(dut, name).value = value
        await settled()
        assert (known(dut.room), known(dut.busy)) == (room, busy)
        room, before, busy = int(ready and level + sum(picks) + room + before < ENOUGH), room, late
        picks.append(pick)
        met[room] += 1
    assert min(met) > 500


@cocotb.test()
@cocotb.parametrize(every=[2, 3, 20])
async def turns(dut: Any, every: int) -> None:
    """A back end that takes a piece each `every` cycles always finds one, and no more than seven are before it."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    way: deque[int] = deque([0] * WAY, WAY)
    level = most = missed = 0
    for cycle in range(600):
        await falling(dut)
        pick = known(dut.room)  # somebody always wants to
        if cycle > 40 and cycle % every == 0:
            missed += level == 0
            level -= level > 0
        dut.piece_ready.value, dut.piece_level.value, dut.pick_valid.value = 1, level, pick
        await settled()
        most = max(most, level + sum(way) + pick)
        level += way[0]
        way.append(pick)
    assert most == ENOUGH and missed == 0
