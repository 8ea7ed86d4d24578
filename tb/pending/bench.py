"""windlass_pending: each record comes out once, in order, with what became of its piece, and neither before that is known."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start

WAY = 3  # cycles from a piece to its record, and from the news of it to the record's turn


@cocotb.test()
async def order(dut: Any) -> None:
    """Records and news of them at any pace, filled to the brim and emptied: order, level, and no record before its news."""
    rng = seeded("pending")
    depth, width = 1 << dut.DEPTH_LOG.value.to_unsigned(), len(dut.rec_data)
    await start(dut, rec_valid=0, rec_data=0, go_valid=0, go_token=0, next_take=0)
    check = Check(dut)
    check.watch("next", SignalMonitor(dut, ["next_valid", "next_take"], ["next_token", "next_data"]))
    records: list[int] = []  # those of which nothing is known
    ages: list[int] = []  # cycles since it was known of the others
    level = full = empty = since = taken = late = 0
    for cycle in range(8000):
        put, news, take = [(0.9, 0.9, 0.1), (0.05, 1.0, 1.0), (0.9, 0.3, 0.9), (1.0, 1.0, 1.0)][cycle // 500 % 4]
        await falling(dut)
        rec, data = level < depth and rng.random() < put, rng.getrandbits(width)
        token = rng.getrandbits(1)
        go, ready = bool(records) and rng.random() < news, rng.random() < take
        dut.rec_valid.value, dut.rec_data.value, dut.go_valid.value, dut.go_token.value = rec, data, go, token
        dut.next_take.value = ready
        await settled()
        valid = known(dut.next_valid)
        assert known(dut.level) == level
        assert ages or not valid, "nothing is known of it"
        assert valid or not ages or ages[0] < WAY or since < 2, "a record is late"
        full, empty = full + (level == depth), empty + (not level)
        level += rec - late
        if valid and ready:
            ages.pop(0)
            since, taken = 0, taken + 1
        late = int(valid and ready)  # it counts a cycle longer
        if go:
            check.expect("next", token, records.pop(0))
        ages = [age + 1 for age in ages] + [1] * go
        since += 1
        if rec:
            records.append(data)
    await falling(dut)
    dut.rec_valid.value, dut.next_take.value = 0, 1
    while records:
        dut.go_valid.value, dut.go_token.value = 1, 0
        check.expect("next", 0, records.pop(0))
        await falling(dut)
    dut.go_valid.value = 0
    await check.finish(dut)
    assert full > 10 and empty > 10 and taken > 1000
