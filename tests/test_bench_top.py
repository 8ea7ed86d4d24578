"""Top-level bench: the same register-level drivers on the RTL (both simulators, four widths) and on the reference model."""

from __future__ import annotations

from pathlib import Path

import pytest
from windlass.model import Fault
from windlass.platform import EngineParams
from windlass.rtl import run_on_rtl

from tb.top.entries import BASE, BUILT, ENTRIES, random_entry
from tb.top.judge import RAM, Call, verdict
from tb.top.matrix import lacks

BUILD = Path(__file__).resolve().parents[1] / "build" / "test"
CALLS = [("register_probe:probe", {}), *[e.call for e in BASE]]
FEATURE_BUILDS = [
    EngineParams(),
    EngineParams(channels=3, data_width=32, max_burst=16),
    EngineParams(data_width=512, max_burst=8, map_registers=0),
    EngineParams(streams=2),
    EngineParams(streams=3, two_d=1, crc=1),
    EngineParams(channels=3, data_width=128, streams=2, stream_beats=32, two_d=1, counters=0, desc_shared=1),
    EngineParams(channels=1, descriptors=0, auto_init=0),
    EngineParams(channels=3, bus_masters=3, dev_beats=64),
    EngineParams(
        channels=2, bus_masters=8, dev_id_width=3, dev_beats=32, data_width=32, map_registers=20, max_burst=16
    ),
    EngineParams(channels=2, data_width=32, crc=1),
    EngineParams(channels=3, data_width=256, max_burst=8, crc=1, desc_shared=1),
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


def in_turn(which: int, number: int) -> list[Call]:
    """Of the drivers of SETS, those that Icarus runs on set `which` of `number` when not all are wanted: each on one."""
    return [call for k, call in enumerate(CALLS) if k % number == which]


@pytest.mark.parametrize("sim", ["icarus", "verilator"])
@pytest.mark.parametrize("index", range(len(SETS)))
def test_against_model(sim: str, index: int, pytestconfig: pytest.Config) -> None:
    width, channels, burst, latency, pause = SETS[index]
    params = EngineParams(channels=channels, data_width=width, max_burst=burst)
    every = sim == "verilator" or pytestconfig.getoption("--full")
    check(CALLS if every else in_turn(index, len(SETS)), params, sim, latency=latency, pause=pause)


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


def test_counts_go_round() -> None:
    """More descriptors than PRODUCER and CONSUMER can count; too long for Icarus and for every build."""
    check([("addresses:round_the_counts", {})], EngineParams(), "verilator", latency=1)


def feature_calls(build: int, every: bool) -> list[Call]:
    """The drivers of FEATURE_BUILDS, and random programs, that `build` has the parameters for; else only those whose turn it is:
    each driver on one build, few on the widest and on those with CRC, which Icarus takes longest for."""
    entries = [*ENTRIES, *[random_entry(seed, 30, BUILT) for seed in range(3)]]
    calls = []
    for k, e in enumerate(e for e in entries if e.needs <= BUILT):
        fits = [i for i, params in enumerate(FEATURE_BUILDS) if e.fits(params) and not lacks(params)]
        quick = [
            i for i in fits if (FEATURE_BUILDS[i].data_width < 512 and not FEATURE_BUILDS[i].crc) or k % 6 == 0
        ] or fits
        if build in fits and (every or build == quick[k % len(quick)]):
            calls.append(e.call)
    return calls


@pytest.mark.parametrize("sim", ["icarus", "verilator"])
@pytest.mark.parametrize("build", [i for i, params in enumerate(FEATURE_BUILDS) if not lacks(params)])
def test_features(sim: str, build: int, pytestconfig: pytest.Config) -> None:
    """Every driver whose features rtl/ has, and random programs, against the model: under Verilator on each build whose
    parameters it has, under Icarus on one (--full: on each)."""
    calls = feature_calls(build, sim == "verilator" or pytestconfig.getoption("--full"))
    check(calls, FEATURE_BUILDS[build], sim, latency=(10, 1, 40)[build % 3], pause=(0, 60, 20)[build % 3])


def test_none_is_left_out() -> None:
    builds = [i for i, params in enumerate(FEATURE_BUILDS) if not lacks(params)]
    shared = [call for i in builds for call in feature_calls(i, False)]
    each = {repr(call) for i in builds for call in feature_calls(i, True)}
    assert {repr(call) for call in shared} == each and len(shared) == len(each)
    turns = [call for i in range(len(SETS)) for call in in_turn(i, len(SETS))]
    assert sorted(map(repr, turns)) == sorted(map(repr, CALLS))
