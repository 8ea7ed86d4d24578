"""windlass_desc_want: only who wants is chosen, in turn, at most two cycles after it began to want."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "note_valid",
    "note_ch",
    "link_valid",
    "link_ch",
    "freed_valid",
    "freed_ch",
    "shut",
    "ch",
    "enough",
    "no_room",
    "took",
]


@cocotb.test()
async def any_state(dut: Any) -> None:
    """Everything that changes what channels want, at random: a choice is one of those that want in this cycle; it is that of the cycle before,
    the first after the one served last, as long as that one still wants."""
    n = dut.CHANNELS.value.to_unsigned()
    rng = seeded("desc_want")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    want, full, shut, last, chosen = 0, 0, 0, n - 1, 0
    met = dict.fromkeys(("any", "late", "full", "shut", "took"), 0)
    took: int | None = None
    for _ in range(6000):
        await falling(dut)
        busy = rng.random() < 0.5
        note, freed = rng.random() < 0.3, rng.random() < 0.3
        note_ch, freed_ch, ch, link_ch = (rng.randrange(n) for _ in range(4))
        linked = rng.random() < 0.05
        link = linked << link_ch
        shut = shut ^ (1 << rng.randrange(n)) if rng.random() < 0.2 else shut
        if took is not None:
            ch = took
        enough, no_room = rng.random() < 0.3, rng.random() < 0.2
        values = (note, note_ch, linked, link_ch, freed, freed_ch, shut, ch, enough, no_room, took is not None)
        for name, value in zip(INPUTS, values, strict=True):
            getattr(dut, name).value = int(value)
        await settled()
        now = want & ~full & ~shut
        assert known(dut.any) == now >> chosen & 1
        met["any"] += now >> chosen & 1
        met["late"] += bool(now) and not now >> chosen & 1
        met["full"] += bool(want & full & ~shut)
        met["shut"] += bool(want & shut)
        if now >> chosen & 1:
            assert known(dut.pick) == chosen
        order = [(last + 1 + i) % n for i in range(n)]
        following = next((c for c in order if now >> c & 1), 0)
        if took is not None:
            last, met["took"] = took, met["took"] + 1
        took = chosen if now >> chosen & 1 and busy and took is None else None
        chosen = following
        if enough:
            want &= ~(1 << ch)
        full |= no_room << ch
        if freed:
            full &= ~(1 << freed_ch)
        full &= ~(link | shut)
        want |= note << note_ch | link
    assert min(v for k, v in met.items() if k != "late") > 50 and (met["late"] > 50 or n == 1), met


@cocotb.test()
async def fair(dut: Any) -> None:
    """Whoever keeps wanting is served within as many turns as there are channels."""
    n = dut.CHANNELS.value.to_unsigned()
    rng = seeded("fair")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    waiting = [0] * n
    for _ in range(6 * n):
        for c in {n // 2, *rng.sample(range(n), min(n, 3))}:
            dut.link_valid.value, dut.link_ch.value = 1, c
            await falling(dut)
        dut.link_valid.value = 0
        await falling(dut, 2)
        await settled()
        assert known(dut.any)
        pick = known(dut.pick)
        await falling(dut)
        dut.took.value, dut.enough.value, dut.ch.value = 1, 1, pick
        await falling(dut)
        dut.took.value = dut.enough.value = 0
        waiting = [0 if c == pick else waiting[c] + 1 for c in range(n)]
        assert waiting[n // 2] < n
