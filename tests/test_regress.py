"""tools/regress: what it runs, what it says of a failure, and its exit status. The simulations themselves are played here."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from scripts import script
from windlass.rtl.session import SimulationFailed

from tb.top.judge import reference
from tb.top.matrix import SETS, lacks


@pytest.fixture
def regress() -> ModuleType:
    """The tool as a module."""
    return script("regress")


def played(spoil: Any = lambda name, arguments: False) -> Any:
    """A run_on_rtl that gives the model's own records, but for those that `spoil` names."""

    def run(calls: list[tuple[str, dict[str, Any]]], *, params: Any, **_: Any) -> list[Any]:
        records = []
        for path, arguments in calls:
            name = path.removeprefix("tb.top.")
            record = reference(name, arguments, params)
            if spoil(name, arguments):
                record.result = "spoilt"
            records.append(record)
        return records

    return run


def test_all_well(regress: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regress, "run_on_rtl", played())
    result = CliRunner().invoke(
        regress.main, ["--set", "0", "--set", "1", "--seeds", "2", "--length", "4", "--only", "random"]
    )
    assert result.exit_code == 0, result.output
    assert "build 1 (CHANNELS=1 DATA_WIDTH=32 MAX_BURST=16), icarus: 2 of 2 passed" in result.output
    assert "2 builds of 2, 8 runs, 8 of them random programs (seeds 0 to 1, 4 steps), 0 failures" in result.output


def test_a_failure_is_shortened(regress: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that fails from its 13th step on is repeated with 13 steps."""
    monkeypatch.setattr(regress, "run_on_rtl", played(lambda n, a: a.get("seed") == 5 and a["length"] >= 13))
    arguments = ["--set", "1", "--sim", "icarus", "--first", "4", "--seeds", "2", "--length", "40", "--only", "random"]
    result = CliRunner().invoke(regress.main, arguments)
    assert result.exit_code == 1 and "1 failures" in result.output
    assert "--set 1 --sim icarus --only random_programs:program --first 5 --seeds 1 --length 13" in result.output


def test_a_build_that_fails(regress: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its calls counts as failed, with the simulator's words."""

    def broken(*_: Any, **__: Any) -> None:
        raise SimulationFailed("building for icarus failed")

    monkeypatch.setattr(regress, "run_on_rtl", broken)
    result = CliRunner().invoke(regress.main, ["--set", "1", "--sim", "icarus", "--only", "copies"])
    assert result.exit_code == 1 and "building for icarus failed" in result.output


def test_what_the_rtl_lacks(regress: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that needs a parameter which rtl/ has not is named, and nothing run is a failure."""
    monkeypatch.setattr(regress, "run_on_rtl", played())
    monkeypatch.setattr(regress, "lacks", lambda params: ["TWO_D"])
    result = CliRunner().invoke(regress.main, ["--set", "0"])
    assert result.exit_code == 1 and "rtl/ has no TWO_D yet" in result.output and "0 runs" in result.output


def test_nothing_is_lacking_of_the_first_engine() -> None:
    usual = {
        "channels",
        "data_width",
        "addr_width",
        "map_registers",
        "request_lines",
        "max_burst",
        "outstanding",
        "buffer_beats",
    }
    for params, _ in SETS:
        assert {name.lower() for name in lacks(params)}.isdisjoint(usual)
