"""windlass_packets: register STREAM of every channel, after packets and STARTs in any order."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start


@cocotb.test()
async def counts(dut: Any) -> None:
    """Random packets, one stream at a time; START begins at zero; a channel without streams reads zero; the count is modulo 65536."""
    streams, channels = dut.STREAMS.value.to_unsigned(), 1 << len(dut.rd_ch)
    rng = seeded("packets")
    inputs = ["start_valid", "start_ch", "packet_valid", "packet_tid", "packet_tdest", "rd_ch"]
    await start(dut, **dict.fromkeys(inputs, 0))
    await falling(dut)
    state = [0] * channels
    for _ in range(2500):
        c = rng.randrange(min(streams, 4))
        tids, dests = rng.getrandbits(8 * streams), rng.getrandbits(8 * streams)
        valid = rng.random() < 0.6
        dut.packet_valid.value, dut.packet_tid.value, dut.packet_tdest.value = valid << c, tids, dests
        if valid:
            count = (state[c] >> 16) + 1 & 0xFFFF
            state[c] = tids >> 8 * c & 255 | (dests >> 8 * c & 255) << 8 | count << 16
        await falling(dut)
        dut.packet_valid.value = 0
        await falling(dut, 2)
        begun = rng.randrange(channels)
        starts = rng.random() < 0.02
        dut.start_valid.value, dut.start_ch.value = int(starts), begun
        if starts:
            state[begun] = 0
        dut.rd_ch.value = look = rng.choice([c, rng.randrange(channels)])
        await falling(dut)
        dut.start_valid.value = 0
        await falling(dut)
        await settled()
        assert known(dut.rd_word) == state[look], (look, streams)
        await falling(dut)
    assert max(x >> 16 for x in state) > 8
    last = streams - 1
    dut.start_valid.value, dut.start_ch.value, dut.rd_ch.value = 1, last, last
    await falling(dut)
    dut.start_valid.value, dut.packet_valid.value = 0, 1 << last
    for number in (65535, 65536, 65537):  # a packet every cycle, more than any stream can
        for _ in range(number - (0 if number == 65535 else number - 1)):
            await falling(dut)
        dut.packet_valid.value = 0
        await falling(dut, 3)
        await settled()
        assert known(dut.rd_word) >> 16 == number & 0xFFFF
        await falling(dut)
        dut.packet_valid.value = 1 << last
