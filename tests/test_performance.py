"""A short subset of `make bench`, gated on exact cycle counts: a change that costs a cycle is seen, one that gains some moves the gate."""

from __future__ import annotations

import pytest
from windlass.platform import EngineParams
from windlass.rtl import run_on_rtl
from windlass.rtl.session import ROOT

# latency -> most cycles for 256 descriptors of 16 and of 64 bytes and of 64 bytes at every alignment
GATES = {1: (546, 2082, 2309), 100: (1172, 2379, 2606)}


@pytest.mark.parametrize("latency", GATES)
def test_bus_use(latency: int) -> None:
    """START accepted to interrupt, 64-bit, one channel, map off; docs/performance.md has the utilisation."""
    calls = [
        ("tb.perf.copies:table", {"size": size, "count": 256, "unaligned": unaligned, "mapped": False, "channels": 1})
        for size, unaligned in ((16, False), (64, False), (64, True))
    ]
    records = run_on_rtl(
        calls, sim="verilator", params=EngineParams(), ram_size=4 << 20, build_dir=ROOT / "build/test", latency=latency
    )
    assert [r.error for r in records] == [None] * len(calls)
    for record, most in zip(records, GATES[latency], strict=True):
        assert record.result[1] <= most, f"{record.result[1]} cycles, {most} at most"
