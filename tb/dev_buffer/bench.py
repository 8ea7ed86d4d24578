"""windlass_dev_buffer: words come out once, in order, a cycle after they went in when nothing waits; full depth, one a cycle."""

from __future__ import annotations

from collections import deque
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start


@cocotb.test()
@cocotb.parametrize(give=[0.3, 0.8, 1.0], take=[0.2, 0.8, 1.0])
async def in_order(dut: Any, give: float, take: float) -> None:
    """Random pace on both sides; sometimes one side stops until it is full, or empty."""
    rng = seeded(f"buffer {give} {take}")
    await start(dut, in_valid=0, in_data=0, out_ready=0)
    await falling(dut)
    width, depth = dut.WIDTH.value.to_unsigned(), 1 << dut.DEPTH_LOG.value.to_unsigned()
    words: deque[tuple[int, int]] = deque()
    most = passed = straight = 0
    mode = 0
    for cycle in range(5000):
        if mode == 0 and rng.random() < 0.01:
            mode = rng.choice([1, 2])  # 1: nothing is taken until it is full, 2: nothing comes until it is empty
        elif (mode == 1 and len(words) == depth) or (mode == 2 and not words):
            mode = 0
        put = len(words) < depth and mode != 2 and rng.random() < give
        data = rng.getrandbits(width)
        dut.in_valid.value, dut.in_data.value = put, data
        ready = mode != 1 and rng.random() < take
        dut.out_ready.value = ready
        await settled()
        valid = known(dut.out_valid)
        if valid:
            assert words and known(dut.out_data) == words[0][0]
        if words and len(words) == 1:
            # alone since the last cycle or earlier, and nothing before it in the deep part for some time
            straight += words[0][1] == cycle - 1 and bool(valid)
        if valid and ready:
            words.popleft()
            passed += 1
        if put:
            words.append((data, cycle))
        most = max(most, len(words))
        await falling(dut)
    assert passed > 300 and most == depth
    assert straight > 20 or give >= take
    dut.in_valid.value, dut.out_ready.value = 0, 1
    await falling(dut, depth + 20)
    await settled()
    assert not known(dut.out_valid)
    await falling(dut)
    # a steady stream: a word a cycle, each one cycle behind
    for i in range(3 * depth):
        dut.in_valid.value, dut.in_data.value = 1, i % (1 << width)
        await settled()
        if i:
            assert known(dut.out_valid) and known(dut.out_data) == (i - 1) % (1 << width)
        await falling(dut)
