"""windlass_stream_cut: which channels wait for streams, when they may go, and how much a piece may take."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "cw_valid", "cw_ch", "cw_reg", "cw_data", "si_ready", "so_ready", "si_bytes", "si_end", "out_valid", "out_ch", "b_ch", "b_rem", "b_fill",
]  # fmt: skip


async def configure(dut: Any, types: list[tuple[int, int]]) -> None:
    """Write CONFIG of every channel, and what must not count: another register with the same bits."""
    for c, (src, dst) in enumerate(types):
        config = src << regs.CONFIG_SRC_TYPE_LSB | dst << regs.CONFIG_DST_TYPE_LSB
        for offset, value in ((regs.CONFIG, config), (regs.SRC_LO, ~config)):
            dut.cw_valid.value, dut.cw_ch.value = 1, c
            dut.cw_reg.value, dut.cw_data.value = offset // 4, value & 0xFFFF_FFFF
            await falling(dut)
    dut.cw_valid.value = 0


@cocotb.test()
async def limits(dut: Any) -> None:
    """What the queue has, against what remains: the least of both, and whether the packet ends with it."""
    rng = seeded("limits")
    channels, streams = dut.CHANNELS.value.to_unsigned(), dut.STREAMS.value.to_unsigned()
    sink = dut.MOST.value.to_unsigned() * dut.WORD_BYTES.value.to_unsigned()
    await start(dut, **dict.fromkeys(INPUTS, 0))
    met = dict.fromkeys(["limited", "ends", "empty", "whole", "fill", "none"], 0)
    for _ in range(40):
        types = [
            rng.choice([(0, 0), (2, 0), (0, 2), (2, 2), (1, 0), (0, 1)] if c < streams else [(0, 0)])
            for c in range(channels)
        ]
        await configure(dut, types)
        for _ in range(60):
            c, there, end = rng.randrange(channels), rng.choice([0, rng.randrange(1, sink + 1)]), rng.getrandbits(1)
            fill = int(rng.random() < 0.1 and types[c][1] != 2)
            end |= not there
            limit = there if types[c][0] == 2 and not fill else sink
            left = max(1, rng.choice([limit, limit - 1, limit + 1, limit + 8192, rng.randrange(1, 1 << 32)]))
            dut.b_ch.value, dut.b_rem.value, dut.b_fill.value = c, left, fill
            dut.si_bytes.value, dut.si_end.value = there, end
            await falling(dut)
            await settled()
            source, target = types[c][0] == 2 and not fill, types[c][1] == 2 and not fill
            assert (known(dut.c1_sstr), known(dut.c1_dstr)) == (source, target)
            limited = (source or target) and left > limit
            assert known(dut.c1_limited) == limited and (not limited or known(dut.c1_limit) == limit)
            ends = source and end and left >= limit
            assert known(dut.c1_ends) == ends and known(dut.c1_empty) == (source and not there)
            met["limited"] += limited
            met["ends"] += ends
            met["empty"] += known(dut.c1_empty)
            met["whole"] += bool((source or target) and not limited)
            met["fill"] += bool(fill and types[c][0] == 2)
            met["none"] += not source and not target
            await falling(dut)
        assert known(dut.streamed) == sum((2 in t) << c for c, t in enumerate(types))
    assert all(n > 10 for n in met.values()), met


@cocotb.test()
async def readiness(dut: Any) -> None:
    """A channel may go a cycle after all its streams are ready, and not in the three cycles after a piece of it was decided; one that
    works without streams may always."""
    rng = seeded("readiness")
    channels, streams = dut.CHANNELS.value.to_unsigned(), dut.STREAMS.value.to_unsigned()
    await start(dut, **dict.fromkeys(INPUTS, 0))
    types = [rng.choice([(2, 0), (0, 2), (2, 2), (0, 0)]) if c < streams else (0, 0) for c in range(channels)]
    types[0] = (2, 2)
    if streams > 1:
        types[1] = (0, 0)
    await configure(dut, types)
    since = [9] * channels  # cycles since a piece was decided
    want: int | None = None
    seen = 0
    for _ in range(3000):
        ready = rng.getrandbits(streams), rng.getrandbits(streams)
        decided = rng.randrange(channels) if rng.random() < 0.3 else None
        dut.si_ready.value, dut.so_ready.value = ready
        dut.out_valid.value, dut.out_ch.value = int(decided is not None), decided or 0
        since = [0 if c == decided else n + 1 for c, n in enumerate(since)]
        await settled()
        assert want is None or known(dut.may) == want
        await falling(dut)
        want = sum(
            (
                2 not in types[c]
                or (since[c] > 2 and all(t[i] != 2 or ready[i] >> c & 1 for i, t in enumerate([types[c]] * 2)))
            )
            << c
            for c in range(channels)
        )
        seen += want & 1
    assert 100 < seen < 2000
