"""windlass_stall against section 10 of the programmer's manual: each cause counts the step of each question that it answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, start

INPUTS = ["visit_cause", "start_valid", "start_ch", "burst_valid", "burst_ch", "rd_ch", "rd_reg"]


async def read(dut: Any, channel: int, offset: int) -> int:
    """A counter."""
    dut.rd_ch.value, dut.rd_reg.value = channel, offset // 4
    await falling(dut)
    return known(dut.rd_word)


@cocotb.test()
async def causes(dut: Any) -> None:
    """Every channel is asked equally often; the counters are the answers times the step, in any mixture."""
    rng = seeded("stall")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    channels = dut.CHANNELS.value.to_unsigned()
    step = max(channels, 8)
    await falling(dut, 8 * channels + 10)
    want: Counter[tuple[int, int]] = Counter()
    asked: Counter[int] = Counter()
    for _ in range(40):
        # The causes stand for a while, as they do; the question changes every cycle.
        now = [rng.choice([0, 1, 2, 3, 4, 5, 6]) for _ in range(channels)]
        rounds = rng.randrange(1, 6)
        before = known(dut.visit_ch)
        for _ in range(step * rounds):
            await falling(dut)
            dut.visit_cause.value = now[before]
            before = known(dut.visit_ch)
        for c, cause in enumerate(now):
            asked[c] += rounds
            want[c, cause] += step * rounds
    dut.visit_cause.value = 0
    await falling(dut, 2 * step)
    names = [regs.STALL_REQUEST, regs.STALL_DESC, regs.STALL_STREAM, regs.STALL_ROOM, regs.STALL_ARB, regs.STALL_HELD]
    for c in range(channels):
        for cause, offset in enumerate(names, 1):
            # A change of the answer meets a round under way: it counts for one question more or less.
            assert abs(await read(dut, c, offset) - want[c, cause]) <= 40 * step and want[c, cause]
        total = [await read(dut, c, offset) for offset in names]
        assert abs(sum(total) + want[c, 0] - step * asked[c]) <= 40 * step


@cocotb.test()
async def one_question(dut: Any) -> None:
    """An answer goes to the channel that was asked a cycle before, and to nothing else."""
    rng = seeded("stall one")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    channels = dut.CHANNELS.value.to_unsigned()
    step = max(channels, 8)
    await falling(dut, 8 * channels + 10)
    want: Counter[tuple[int, int]] = Counter()
    for _ in range(30):
        c, cause = rng.randrange(channels), rng.randrange(1, 7)
        for _ in range(3 * step):
            await falling(dut)
            if known(dut.visit_ch) == c:
                break
        # Channel 0 also stands for the turns in which nobody is asked.
        if c == 0 and channels < step:
            continue
        await falling(dut)
        dut.visit_cause.value = cause
        await falling(dut)
        dut.visit_cause.value = 0
        want[c, cause] += step
        await falling(dut, 4)
        for i in range(channels):
            for j in range(1, 7):
                assert await read(dut, i, regs.STALL_REQUEST + 4 * (j - 1)) == want[i, j], (i, j)
    assert want or channels == 1


@cocotb.test()
async def bursts(dut: Any) -> None:
    """BURSTS counts pieces since START."""
    rng = seeded("stall bursts")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    await falling(dut)
    channels = dut.CHANNELS.value.to_unsigned()
    want = [0] * channels
    for _ in range(400):
        c = rng.randrange(channels)
        if rng.random() < 0.05:
            dut.start_valid.value, dut.start_ch.value = 1, c
            want[c] = 0
        else:
            dut.burst_valid.value, dut.burst_ch.value = 1, c
            want[c] += 1
        await falling(dut)
        dut.start_valid.value = dut.burst_valid.value = 0
        await falling(dut)
        if rng.random() < 0.3:
            await falling(dut)
            i = rng.randrange(channels)
            assert await read(dut, i, regs.BURSTS) == want[i]
