"""The worked scenarios W1 to W17 by number: on profiles native and pc, on the reference platform and on the RTL."""

from pathlib import Path

import pytest
from windlass.model import ReferencePlatform
from windlass.platform import EngineParams
from windlass.rtl.session import run_on_rtl

from tests.worked.machines import RealMachine
from tests.worked.on_rtl import run_all
from tests.worked.scenarios import APPLIES, SCENARIOS

BUILD = Path(__file__).resolve().parents[1] / "build" / "test"
#: 24 address bits do not reach all of it.
RAM = 32 << 20


def params(profile):
    return [
        pytest.param(profile, number, id=number, marks=pytest.mark.worked(number, profile, "reference"))
        for number in APPLIES[profile, "reference"]
    ]


@pytest.mark.parametrize(("profile", "number"), params("native"))
def test_native(profile, number):
    platform = ReferencePlatform(EngineParams(), RAM)
    SCENARIOS[number](lambda **choices: RealMachine(platform, profile, **choices))
    assert not any(entry.words()[0] & 1 for entry in platform.engine.map.entries)  # everything was given back


@pytest.mark.parametrize(("profile", "number"), params("pc"))
def test_pc(profile, number):
    platform = ReferencePlatform(EngineParams(), RAM)
    SCENARIOS[number](lambda **choices: RealMachine(platform, profile, **choices))


def applying(*profiles):
    return [(profile, number) for profile in profiles for number in APPLIES[profile, "rtl"]]


def test_pc_with_windlass_channels_on_the_reference_platform():
    assert run_all(ReferencePlatform(EngineParams(), RAM), ["pc"]) == applying("pc")


#: Icarus is slow: a scenario that cancels in the middle of a transfer.
SHORT = ("W6",)
BOTH = ("native", "pc")
ON_RTL = {"verilator": applying(*BOTH), "icarus": [(profile, number) for profile in BOTH for number in SHORT]}


@pytest.mark.parametrize(
    "sim",
    [
        pytest.param(sim, id=sim, marks=[pytest.mark.worked(number, profile, "rtl") for profile, number in runs])
        for sim, runs in ON_RTL.items()
    ],
)
def test_on_rtl(sim):
    """One simulation for all, on the board of the first-light tests, so that it is built once."""
    only = SHORT if sim == "icarus" else None
    call = ("tests.worked.on_rtl:run_all", {"profiles": BOTH, "only": only})
    board = {"params": EngineParams(), "ram_size": 4 << 20, "build_dir": BUILD}
    (record,) = run_on_rtl([call], sim=sim, latency=1, **board)
    assert record.error is None, record.error
    assert record.result == ON_RTL[sim]
