"""windlass_fence: drained exactly when everything that had begun before the mark has ended."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start


@cocotb.test()
@cocotb.parametrize(deep=[False, True])
async def marks(dut: Any, deep: bool) -> None:
    """Random begins, ends and marks, few or as many in flight as the counts can tell apart, over many turns of the counts."""
    rng = seeded(f"fence {deep}")
    await start(dut, issue=0, finish=0, mark=0)
    most = (1 << dut.SEQ_W.value.to_unsigned()) - 2
    in_flight, before, marks, waited = 0, 0, 0, 0
    draining = False
    for _ in range(12_000):
        await falling(dut)
        await settled()
        drained = known(dut.drained)
        await falling(dut)
        # One cycle after the last of them has ended it says so, not before.
        assert drained == (before == 0), f"{before} of those before the mark are in flight"
        draining = in_flight > (most if deep else 6) or (draining and in_flight > 0)
        issue = in_flight < most and rng.random() < (0.1 if draining else 0.7)
        finish = in_flight > 0 and rng.random() < (0.8 if draining else 0.3)
        mark = before == 0 and rng.random() < 0.05
        dut.issue.value, dut.finish.value, dut.mark.value = issue, finish, mark
        if mark:
            before = in_flight
            marks += 1
        if finish and before:
            before -= 1
        in_flight += issue - finish
        waited = max(waited, before)
        await falling(dut)
        dut.issue.value = dut.finish.value = dut.mark.value = 0
        await falling(dut)
    assert marks > (2 if deep else 100) and waited > (most // 2 if deep else 3)
