"""windlass_sink: an early ending cuts a packet short exactly on a channel whose destination is its stream."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start

STREAM = 2  # CONFIG.DST_TYPE


@cocotb.test()
async def endings(dut: Any) -> None:
    """CONFIG of all channels, again and again, and endings of all kinds; after reset no channel gives to a stream."""
    rng = seeded("sink")
    streams, channels = dut.STREAMS.value.to_unsigned(), 1 << len(dut.end_ch)
    inputs = ["config_we", "config_ch", "config_data", "end_valid", "end_ch", "end_cut"]
    await start(dut, **dict.fromkeys(inputs, 0))
    gives = [False] * channels
    met = {False: 0, True: 0}
    for cycle in range(3000):
        await falling(dut)
        write, c, value = cycle > 300 and rng.random() < 0.3, rng.randrange(channels), rng.getrandbits(32)
        valid, cut, e = rng.random() < 0.7, rng.random() < 0.7, rng.randrange(channels)
        for name, x in zip(inputs, (write, c, value, valid, e, cut), strict=True):
            getattr(dut, name).value = int(x)
        await settled()
        want = valid and cut and e < streams and gives[e]
        assert known(dut.cut_valid) == want
        met[want] += 1
        if write:
            gives[c] = value >> regs.CONFIG_DST_TYPE_LSB & 3 == STREAM
    assert met[False] > 500 and (met[True] > 50 or not streams)
