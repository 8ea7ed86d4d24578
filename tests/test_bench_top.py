"""Top-level bench: the same register-level drivers on the RTL (both simulators, four widths) and on the reference model."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import pytest
from windlass.compare import RunRecord, differences
from windlass.model import Fault, ReferencePlatform
from windlass.platform import EngineParams
from windlass.rtl import run_on_rtl

from tb.top.entries import ENTRIES, random_entry

BUILD = Path(__file__).resolve().parents[1] / "build" / "test"
RAM = 1 << 18
# Registers that the model has and the engine has not yet.
PENDING = (
    "CAP2", "CAP3", "TIMEOUT", "RESET", "ENGINE", "ENGINE_IRQ", "SCHED", "COALESCE", "NEXT_SRC_LO", "NEXT_SRC_HI", "NEXT_DST_LO",
    "NEXT_DST_HI", "NEXT_LENGTH", "BURSTS", "STREAM", "STALL_REQUEST", "STALL_DESC", "STALL_STREAM", "STALL_ROOM", "STALL_ARB", "STALL_HELD",
)  # fmt: skip
CALLS = [
    ("register_probe:probe", {"pending": PENDING}),
    ("drivers:copies", {"seed": 1, "rounds": 40}),
    ("drivers:tables", {"seed": 2}),
    ("drivers:ring", {"seed": 3}),
    ("drivers:translation", {"seed": 4}),
    ("drivers:auto_initialize", {"seed": 5}),
    ("drivers:refusals", {}),
    ("drivers:abort_anywhere", {"seed": 6}),
    ("drivers:all_channels", {"seed": 7}),
]
# Features of tb/top/entries.py that the engine has. A driver runs as soon as all that it needs are here.
FEATURES: frozenset[str] = frozenset()
FEATURE_BUILDS = [
    EngineParams(),
    EngineParams(channels=3, data_width=32, max_burst=16),
    EngineParams(data_width=512, max_burst=8, map_registers=0),
]
# DATA_WIDTH, CHANNELS, MAX_BURST, latency, pause
SETS = [(64, 4, 64, 10, 0), (32, 1, 16, 1, 60), (128, 3, 256, 40, 30), (512, 4, 8, 5, 0)]


def reference(name: str, kwargs: dict, params: EngineParams, faults: tuple[Fault, ...] = ()) -> RunRecord:
    platform = ReferencePlatform(params, RAM, faults)
    module, function = name.split(":")
    record = RunRecord(result=getattr(importlib.import_module(f"tb.top.{module}"), function)(platform, **kwargs))
    record.log, record.ram_sha256 = platform.log, platform.ram_sha256()
    return record


def check(calls: list, params: EngineParams, sim: str, faults: tuple[Fault, ...] = (), **behaviour: int) -> None:
    rtl = run_on_rtl(
        [(f"tb.top.{name}", kwargs) for name, kwargs in calls],
        sim=sim, params=params, ram_size=RAM, build_dir=BUILD, **behaviour,
    )  # fmt: skip
    assert len(rtl) == len(calls)
    for (name, kwargs), got in zip(calls, rtl, strict=True):
        assert got.error is None, f"{name}: {got.error}"
        want = reference(name, kwargs, params, faults)
        assert got.result == want.result, name
        if name not in ("drivers:auto_initialize", "drivers:abort_anywhere"):
            assert not differences(replace(got, log=want.log), want), f"{name}: {differences(got, want)}"


@pytest.mark.parametrize("sim", ["icarus", "verilator"])
@pytest.mark.parametrize("width,channels,burst,latency,pause", SETS)
def test_against_model(sim: str, width: int, channels: int, burst: int, latency: int, pause: int) -> None:
    params = EngineParams(channels=channels, data_width=width, max_burst=burst)
    check(CALLS, params, sim, latency=latency, pause=pause)


@pytest.mark.parametrize("sim", ["icarus", "verilator"])
@pytest.mark.parametrize("response", [2, 3])
def test_bus_errors(sim: str, response: int) -> None:
    """SLVERR and DECERR on reads and writes: residue and fault address to the byte, as the model says."""
    low, length = 0x5008, 0x18
    check(
        [("drivers:bus_errors", {"low": low, "length": length})], EngineParams(), sim,
        (Fault(low, low + length, response),),
        err_lo=low, err_hi=low + length, err_kind=0b110 | (response == 3),
    )  # fmt: skip


@pytest.mark.parametrize("sim", ["icarus", "verilator"])
@pytest.mark.parametrize("build", range(len(FEATURE_BUILDS)))
def test_features(sim: str, build: int) -> None:
    """Every driver whose features are built in, and random programs, against the model."""
    params = FEATURE_BUILDS[build]
    entries = [*ENTRIES, *[random_entry(seed, 30) for seed in range(3)]]
    calls = [e.call for e in entries if e.needs <= FEATURES and e.fits(params)]
    check(calls, params, sim, latency=(10, 1, 40)[build], pause=(0, 60, 20)[build])
