"""windlass_patterns: every pattern once and in order, and none is lost although two may come after room has gone."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start


@cocotb.test()
async def order(dut: Any) -> None:
    """Patterns that look at room two cycles late, taken at any pace; with room always some fit, and what waits is never more than there is place."""
    rng = seeded("patterns")
    depth = 1 << dut.DEPTH_LOG.value.to_unsigned()
    await start(dut, in_valid=0, in_data=0, out_take=0)
    check = Check(dut)
    check.watch("out", SignalMonitor(dut, ["out_valid", "out_take"], ["out_data"]))
    rooms = [0, 0]
    waiting = most = empty = blocked = 0
    for cycle in range(4000):
        put, take = [(0.9, 0.1), (0.2, 0.9), (0.6, 0.6), (1.0, 1.0)][cycle // 200 % 4]
        await falling(dut)
        give, data, ready = rooms[0] and rng.random() < put, rng.getrandbits(32), rng.random() < take
        dut.in_valid.value, dut.in_data.value, dut.out_take.value = int(bool(give)), data, int(ready)
        await settled()
        valid, room = known(dut.out_valid), known(dut.room)
        assert waiting or not valid
        assert room or waiting >= depth - 4 or cycle < 2, "there would be room"
        rooms = [*rooms[1:], room]
        blocked, empty = blocked + (not room), empty + (not waiting)
        if give:
            check.expect("out", data)
        waiting += bool(give) - (valid and ready)
        most = max(most, waiting)
    await falling(dut)
    dut.in_valid.value, dut.out_take.value = 0, 1
    await check.finish(dut)
    assert blocked > 50 and empty > 50 and depth - 3 < most <= depth + 1
