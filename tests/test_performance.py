"""A short subset of `make bench`, gated on exact cycle counts: a change that costs a cycle is seen, one that gains some moves the gate."""

from __future__ import annotations

import pytest
from windlass.platform import EngineParams
from windlass.rtl import run_on_rtl
from windlass.rtl.session import ROOT

# latency -> most cycles for 256 descriptors of 16 and of 64 bytes and of 64 bytes at every alignment
GATES = {1: (537, 2067, 2295), 100: (1161, 2364, 2592)}


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


def test_one_channel_without_a_map_unit() -> None:
    """Configuration `single` of make synth-size needs no cycle more than the engine that utilisation is measured with, which has all else."""
    call = ("tb.perf.copies:table", {"size": 64, "count": 256, "unaligned": False, "mapped": False, "channels": 1})
    (record,) = run_on_rtl(
        [call], sim="verilator", params=EngineParams(channels=1, map_registers=0, request_lines=0, counters=0), ram_size=4 << 20,
        build_dir=ROOT / "build/test", latency=100,
    )  # fmt: skip
    assert not record.error and record.result[1] == GATES[100][1], record


SHARED_GATES = {
    1: 2570,
    100: 2780,
}  # latency -> most cycles for 256 descriptors of 64 bytes, descriptors on the data port


@pytest.mark.parametrize("latency", SHARED_GATES)
def test_shared_port(latency: int) -> None:
    """START accepted to interrupt, 64-bit, one channel, map off."""
    call = ("tb.perf.copies:table", {"size": 64, "count": 256, "unaligned": False, "mapped": False, "channels": 1})
    (record,) = run_on_rtl(
        [call], sim="verilator", params=EngineParams(desc_shared=1), ram_size=4 << 20, build_dir=ROOT / "build/test", latency=latency,
    )  # fmt: skip
    assert not record.error and record.result[1] <= SHARED_GATES[latency], record


def test_launch() -> None:
    """Latencies with translation, memory latency 1: register write accepted to AR; doorbell to the descriptor's AR, the data's AR, the
    interrupt of a copy of 64 bytes."""
    records = run_on_rtl(
        [("tb.perf.copies:single", {"size": 64, "mapped": True}), ("tb.perf.copies:launch", {"mapped": True})],
        sim="verilator", params=EngineParams(map_registers=1024), ram_size=4 << 20, build_dir=ROOT / "build/test", latency=1,
    )  # fmt: skip
    assert [r.error for r in records] == [None] * 2
    assert records[0].result[2] == 3  # goal: 4
    assert records[1].result == {"descriptor AR": 1, "data AR": 10, "completion": 26}


# latency -> most cycles for 256 reads of 64 bytes by a bus master, and for as many writes
MASTER_GATES = {1: (2054, 2061), 100: (2153, 2160)}


@pytest.mark.parametrize("latency", MASTER_GATES)
def test_bus_masters(latency: int) -> None:
    """First address offered to last answer, 64-bit, translated; docs/performance.md has the utilisation. One access alone takes three cycles more than
    memory: offered, three, the latency, and two in which the bench sees the answer; a write no more than a read."""
    calls = [("tb.perf.masters:alone", {"size": 64, "count": 256, "ways": way}) for way in "rw"]
    calls += [("tb.perf.masters:alone", {"size": 8, "count": 1, "ways": way}) for way in "rw"]
    records = run_on_rtl(
        calls, sim="verilator", params=EngineParams(bus_masters=1), ram_size=4 << 20, build_dir=ROOT / "build/test", latency=latency,
    )  # fmt: skip
    assert [r.error for r in records] == [None] * len(calls)
    for record, most in zip(records, MASTER_GATES[latency], strict=False):
        assert record.result[1] <= most, f"{record.result[1]} cycles, {most} at most"
    assert [r.result[1] for r in records[2:]] == [latency + 6] * 2


# source, sink -> most cycles for 16 KiB; docs/integration.md
STREAM_GATES = {(2, 0): 2102, (0, 2): 2080, (2, 2): 2093}


def test_streams() -> None:
    """One transfer in register mode, START accepted to interrupt, 64-bit, memory latency 10."""
    calls = [("tb.perf.streams:transfer", {"source": a, "sink": b, "size": 16384}) for a, b in STREAM_GATES]
    records = run_on_rtl(
        calls, sim="verilator", params=EngineParams(streams=2), ram_size=1 << 18, build_dir=ROOT / "build/test", latency=10,
    )  # fmt: skip
    assert [r.error for r in records] == [None] * len(calls)
    for record, most in zip(records, STREAM_GATES.values(), strict=True):
        assert record.result <= most, f"{record.result} cycles, {most} at most"
