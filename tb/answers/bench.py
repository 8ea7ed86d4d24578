"""windlass_answers: every answer once and in order; with KEEP all are taken at once, without it only when they are wanted."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start

PLACES = 64


@cocotb.test()
async def order(dut: Any) -> None:
    """Bursts of answers and of demand: in order, passed in the cycle in which they come if none is before them, and none waits if it may be kept."""
    rng = seeded("answers")
    keep = bool(dut.KEEP.value.to_unsigned())
    await start(dut, in_valid=0, in_resp=0, out_ready=0)
    check = Check(dut)
    check.watch("out", SignalMonitor(dut, ["out_valid", "out_ready"], ["out_resp"]))
    kept = deepest = 0
    offer: int | None = None
    for cycle in range(6000):
        await falling(dut)
        give, want = [(0.9, 0.1), (0.5, 0.5), (0.1, 0.9), (1.0, 1.0)][cycle // 150 % 4]
        if offer is None and kept < PLACES and rng.random() < give:
            offer = rng.getrandbits(2)
            check.expect("out", offer)
        ready = int(rng.random() < want)
        dut.in_valid.value, dut.in_resp.value, dut.out_ready.value = offer is not None, offer or 0, ready
        await settled()
        there = int(offer is not None)
        assert known(dut.out_valid) == int(kept + there > 0)
        assert known(dut.in_ready) == (1 if keep else ready)
        kept += there if known(dut.in_ready) else 0
        kept -= known(dut.out_valid) and ready
        offer = None if known(dut.in_ready) else offer
        deepest = max(deepest, kept)
    await falling(dut)
    dut.in_valid.value, dut.out_ready.value = offer is not None, 1
    await check.finish(dut)
    assert deepest == (PLACES if keep else 0)
