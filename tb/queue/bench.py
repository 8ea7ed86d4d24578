"""windlass_queue against a queue: random traffic, filled to the brim and emptied; what is stored can be taken three cycles later,
and an entry every second cycle, with FULL_RATE every cycle."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start


@cocotb.test()
async def random_traffic(dut: Any) -> None:
    """Order and level in every cycle; an entry is there three cycles after it came, or, without FULL_RATE, two after the one before it was taken."""
    rng = seeded("queue")
    depth, width = 1 << dut.DEPTH_LOG.value.to_unsigned(), len(dut.in_data)
    await start(dut, in_valid=0, in_data=0, out_ready=0)
    check = Check(dut)
    check.watch("out", SignalMonitor(dut, ["out_valid", "out_ready"], ["out_data"]))
    ages: list[int] = []
    pace = 1 if dut.FULL_RATE.value.to_unsigned() else 2
    full = empty = 0
    told: int | None = None
    since = 2  # cycles since an entry was taken
    for cycle in range(6400):
        put_rate, take_rate = [(0.9, 0.2), (0.05, 0.9), (0.45, 0.9), (1.0, 1.0)][cycle // 400 % 4]
        await falling(dut)
        put, take = len(ages) < depth and rng.random() < put_rate, rng.random() < take_rate
        data = rng.getrandbits(width)
        dut.in_valid.value, dut.in_data.value, dut.out_ready.value = put, data, take
        await settled()
        valid = known(dut.out_valid)
        assert told is None or valid == told, "out_soon was wrong"
        told = None if valid and take else known(dut.out_soon)
        assert known(dut.level) == len(ages)
        assert valid or not ages or ages[0] < 3 or since < pace, "an entry is late"
        assert ages or not valid, "an entry out of nothing"
        full, empty = full + (len(ages) == depth), empty + (not ages)
        if put:
            check.expect("out", data)
        if valid and take:
            ages.pop(0)
            since = 0
        ages = [age + 1 for age in ages] + ([1] if put else [])
        since += 1
    assert full > 10 and empty > 10
    await falling(dut)
    dut.in_valid.value, dut.out_ready.value = 0, 1
    await check.finish(dut)


@cocotb.test()
async def reset_empties(dut: Any) -> None:
    """Reset with entries inside: they are gone, and the queue works."""
    await start(dut, in_valid=1, in_data=5, out_ready=0)
    await falling(dut, 3)
    dut.in_valid.value = dut.aresetn.value = 0
    await falling(dut, 2)
    dut.aresetn.value = 1
    await falling(dut, 4)
    await settled()
    assert known(dut.level) == 0 and known(dut.out_valid) == 0
    await falling(dut)
    dut.in_valid.value, dut.in_data.value = 1, 9
    await falling(dut)
    dut.in_valid.value = 0
    await falling(dut, 3)
    await settled()
    assert known(dut.out_valid) == 1 and known(dut.out_data) == 9
