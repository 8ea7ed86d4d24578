"""windlass_fifo against a queue: random traffic, filled to the brim, emptied, first word there a cycle after it was stored."""

import cocotb

from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start


@cocotb.test()
async def random_traffic(dut):
    """Order, level and validity in every cycle, at several fill and drain rates."""
    rng = seeded("fifo")
    depth = (1 << dut.DEPTH_LOG.value.to_unsigned()) - dut.ROOMY.value.to_unsigned()
    width = len(dut.in_data)
    await start(dut, in_valid=0, in_data=0, out_ready=0)
    check = Check(dut)
    check.watch("out", SignalMonitor(dut, ["out_valid", "out_ready"], ["out_data"]))
    half = dut.OUT_REG.value.to_unsigned() == 2  # an entry every second cycle
    stored = taken = 0
    seen_full = seen_empty = False
    for cycle in range(3000):
        put_rate, take_rate = [(0.9, 0.2), (0.2, 0.9), (0.5, 0.5), (1.0, 1.0)][cycle // 100 % 4]
        await falling(dut)
        put = stored < depth and rng.random() < put_rate
        take = rng.random() < take_rate
        data = rng.getrandbits(width)
        dut.in_valid.value, dut.in_data.value, dut.out_ready.value = put, data, take
        await settled()
        assert known(dut.level) == stored
        assert known(dut.out_valid) == (stored > 0 and not (half and taken))
        taken = take and known(dut.out_valid)
        seen_full |= stored == depth
        seen_empty |= stored == 0 and cycle > 100
        if put:
            check.expect("out", data)
        stored += put - taken
    assert seen_full and seen_empty
    await falling(dut)
    dut.in_valid.value, dut.out_ready.value = 0, 1
    await check.finish(dut)


@cocotb.test()
async def reset_empties(dut):
    """Reset with entries inside: they are gone, and the queue works."""
    await start(dut, in_valid=1, in_data=5, out_ready=0)
    await falling(dut, 3)
    dut.in_valid.value = 0
    dut.aresetn.value = 0
    await falling(dut, 2)
    dut.aresetn.value = 1
    await settled()
    assert known(dut.level) == 0 and known(dut.out_valid) == 0
    await falling(dut)
    dut.in_valid.value, dut.in_data.value = 1, 9
    await falling(dut)
    dut.in_valid.value = 0
    await settled()
    assert known(dut.out_valid) == 1 and known(dut.out_data) == 9
