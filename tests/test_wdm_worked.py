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


def test_pc_with_windlass_channels_on_the_reference_platform():
    platform = ReferencePlatform(EngineParams(), RAM)
    assert run_all(platform, "pc", True) == list(APPLIES["pc", "rtl"])


def on_rtl(sim):
    marks = [pytest.mark.worked(number, which, "rtl") for which in ("native", "pc") for number in APPLIES[which, "rtl"]]
    return pytest.param(sim, id=sim, marks=marks)


@pytest.mark.parametrize("sim", [on_rtl("verilator"), on_rtl("icarus")])
def test_on_rtl(sim):
    calls = [
        ("tests.worked.on_rtl:run_all", {"profile": profile, "movers": profile == "pc"}) for profile in ("native", "pc")
    ]
    records = run_on_rtl(calls, sim=sim, params=EngineParams(), ram_size=RAM, build_dir=BUILD)
    for (_, arguments), record in zip(calls, records, strict=True):
        assert record.error is None, record.error
        assert record.result == list(APPLIES[arguments["profile"], "rtl"])
