"""windlass_rate: a piece of a channel with RATE holds it for n * RATE / 256 cycles, rounded up, and little longer; weights are kept."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start


@cocotb.test()
async def pauses(dut: Any) -> None:
    """Random pieces and rates on all channels; SCHED is written on the way, and other registers of that number."""
    n = dut.CHANNELS.value.to_unsigned()
    rng = seeded("rate")
    inputs = ["cw_valid", "pw_valid", "cw_ch", "cw_reg", "cw_data", "weight_ch", "hold_valid", "hold_ch", "hold_len_m1"]
    await start(dut, **dict.fromkeys(inputs, 0))
    await falling(dut)
    weight, rate = [0] * n, [0] * n
    until: list[int | None] = [None] * n  # the channel may go from this cycle on
    pieces, late, met = 0, 0, 0
    stored: tuple[int, int] | None = None  # a write of a cycle ago: it counts from the next one on
    for t in range(8000):
        written = rng.randrange(n) if rng.random() < 0.01 or t < 2 else None
        value = rng.choice(
            [0, 1, rng.randrange(1, 300), rng.randrange(1, 3000)]
        ) << regs.SCHED_RATE_LSB | rng.randrange(256)
        other = rng.random() < 0.1
        dut.cw_valid.value, dut.pw_valid.value = int(written is None and other), int(written is not None)
        dut.cw_ch.value, dut.cw_reg.value, dut.cw_data.value = written or 0, regs.SCHED // 4, value
        capped = known(dut.capped)
        for i in range(n):
            free, end = not capped >> i & 1, until[i]
            if end is None:
                assert free, f"channel {i} is held for nothing"
            elif free:
                assert t >= end, f"channel {i} is free {end - t} cycles too early"
                late, until[i], met = max(late, t - end), None, met + 1
        ready = [i for i in range(n) if rate[i] and not capped >> i & 1]
        hold = rng.choice(ready) if ready and rng.random() < 0.05 else None
        length = rng.choice([1, 64, rng.randrange(1, 4097)])
        dut.hold_valid.value, dut.hold_ch.value, dut.hold_len_m1.value = int(hold is not None), hold or 0, length - 1
        look = rng.randrange(n)
        dut.weight_ch.value = look
        await settled()
        assert known(dut.weight) == weight[look]
        assert known(dut.rated) == sum((r != 0) << i for i, r in enumerate(rate))
        await falling(dut)
        if hold is not None:
            until[hold] = t - (-length * rate[hold] // 256)
            pieces += 1
        if stored:
            weight[stored[0]], rate[stored[0]] = stored[1] & 255, stored[1] >> regs.SCHED_RATE_LSB
        stored = (written, value) if written is not None else None
    assert met > 8 and late <= 3 * max(n, 2) + 4, (met, late)
