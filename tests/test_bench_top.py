"""Top-level bench: the same register-level drivers on the RTL (both simulators, four widths) and on the reference model."""

from __future__ import annotations

from pathlib import Path

import pytest
from windlass.model import Fault
from windlass.platform import EngineParams
from windlass.rtl import run_on_rtl

from tb.top.entries import BASE, BUILT, ENTRIES, random_entry
from tb.top.judge import RAM, verdict
from tb.top.matrix import lacks

BUILD = Path(__file__).resolve().parents[1] / "build" / "test"
CALLS = [("register_probe:probe", {}), *[e.call for e in BASE]]
FEATURE_BUILDS = [
    EngineParams(),
    EngineParams(channels=3, data_width=32, max_burst=16),
    EngineParams(data_width=512, max_burst=8, map_registers=0),
    EngineParams(streams=3, two_d=1),
    EngineParams(channels=3, data_width=128, streams=2, stream_beats=32, two_d=1, counters=0, desc_shared=1),
    EngineParams(channels=1, descriptors=0, auto_init=0),
]
# DATA_WIDTH, CHANNELS, MAX_BURST, latency, pause
SETS = [(64, 4, 64, 10, 0), (32, 1, 16, 1, 60), (128, 3, 256, 40, 30), (512, 4, 8, 5, 0)]


def check(calls: list, params: EngineParams, sim: str, faults: tuple[Fault, ...] = (), **behaviour: int) -> None:
    rtl = run_on_rtl(
        [(f"tb.top.{name}", kwargs) for name, kwargs in calls],
        sim=sim, params=params, ram_size=RAM, build_dir=BUILD, **behaviour,
    )  # fmt: skip
    wrong = [
        f"{call[0]}: {v}" for call, got in zip(calls, rtl, strict=True) if (v := verdict(call, got, params, faults))
    ]
    assert not wrong, "\n".join(wrong)


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
@pytest.mark.parametrize("build", [i for i, params in enumerate(FEATURE_BUILDS) if not lacks(params)])
def test_features(sim: str, build: int) -> None:
    """Every driver whose features rtl/ has, and random programs, against the model, on each build whose parameters it has."""
    params = FEATURE_BUILDS[build]
    entries = [*ENTRIES, *[random_entry(seed, 30, BUILT) for seed in range(3)]]
    calls = [e.call for e in entries if e.needs <= BUILT and e.fits(params)]
    check(calls, params, sim, latency=(10, 1, 40)[build % 3], pause=(0, 60, 20)[build % 3])
