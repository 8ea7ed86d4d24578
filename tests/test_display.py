"""The display model: its specification's sentences as scenarios, on the reference platform and on the RTL, and malicious command buffers."""

from __future__ import annotations

import pytest
from windlass.model import ReferencePlatform
from windlass.platform import EngineParams
from windlass.rtl.session import ROOT, run_on_rtl

from tb.display import fuzz
from tb.display.all import SCENARIOS
from tb.display.machine import Machine
from tb.display.statuses import ROWS, check
from tb.top.entries import BUILT

BUILD = ROOT / "build" / "test"
RAM = 4 << 20
#: Icarus is slow: one that splits, pages and preempts.
SHORT = ("w18_display",)
#: Engines with 2-D copies have 32-byte descriptors in their DMA buffers.
ENGINES = {"rows": EngineParams(), "two_d": EngineParams(two_d=1)}
RTL = [name for name, params in ENGINES.items() if not params.two_d or "two_d" in BUILT]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SCENARIOS)
def test_on_the_reference(name: str, engine: str) -> None:
    SCENARIOS[name](ReferencePlatform(ENGINES[engine], RAM))


@pytest.mark.parametrize("row", ROWS, ids=[row[0].replace(" ", "_") for row in ROWS])
def test_statuses(row: tuple) -> None:
    """Each cause by itself: a broken one is named."""
    check(Machine(ReferencePlatform(ram_size=RAM)), row)


@pytest.mark.parametrize("sim,engine", [*(("verilator", engine) for engine in RTL), ("icarus", "rows")])
def test_on_the_rtl(sim: str, engine: str) -> None:
    names = SHORT if sim == "icarus" else tuple(SCENARIOS)
    calls = [("tb.display.all:run", {"name": name}) for name in names]
    records = run_on_rtl(calls, sim=sim, params=ENGINES[engine], ram_size=RAM, build_dir=BUILD)
    assert [(n, r.error) for n, r in zip(names, records, strict=True) if r.error] == []


# ------------------------------------------------------------------ malicious command buffers
@pytest.mark.parametrize("engine", ENGINES)
def test_malicious_buffers(engine: str) -> None:
    outcome = fuzz.run(ReferencePlatform(ENGINES[engine], fuzz.RAM), 0, 400)
    assert outcome["counts"]["STATUS_SUCCESS"] > 100 and len(outcome["counts"]) == 7, outcome
    assert outcome["preempted"] > 3


@pytest.mark.parametrize("engine", RTL)
def test_malicious_buffers_on_the_rtl(engine: str) -> None:
    """The same statuses as on the reference platform; memory is checked in the simulation."""
    call = ("tb.display.fuzz:run", {"first": 0, "count": 120, "every": 20})
    (record,) = run_on_rtl([call], sim="verilator", params=ENGINES[engine], ram_size=fuzz.RAM, build_dir=BUILD)
    assert record.error is None, record.error
    wanted = fuzz.run(ReferencePlatform(ENGINES[engine], fuzz.RAM), 0, 120, 20)
    assert record.result["counts"] == wanted["counts"]
