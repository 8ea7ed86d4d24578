"""Unit benches: every folder of tb/ with a bench.py, under both simulators, for each parameter set it names."""

from __future__ import annotations

import importlib
import re

import pytest
from windlass.rtl.session import ROOT, run_bench

NAMES = sorted(p.parent.name for p in (ROOT / "tb").glob("*/bench.py"))
CASES = [(n, i) for n in NAMES for i in range(len(importlib.import_module(f"tb.{n}").PARAMETERS))]
BUILD = ROOT / "build" / "unit"


@pytest.mark.parametrize("sim", ["icarus", "verilator"])
@pytest.mark.parametrize("name,index", CASES)
def test_bench(name: str, index: int, sim: str) -> None:
    bench = importlib.import_module(f"tb.{name}")
    failed, passed = run_bench(name, bench.TOP, bench.PARAMETERS[index], sim, BUILD / f"{name}-{index}-{sim}")
    assert passed and not failed, failed


def test_every_module_has_a_bench() -> None:
    """Each RTL module is the top, or is instantiated in the HDL top, of the bench that is named for it."""
    missing = []
    for path in sorted((ROOT / "rtl").glob("*.v")):
        name = path.stem.removeprefix("windlass_")
        folder = ROOT / "tb" / ("env/hdl" if name == "windlass" else name)  # the top's bench is the board
        texts = [p.read_text() for p in folder.glob("*.v")] + [p.read_text() for p in folder.glob("__init__.py")]
        if not any(re.search(rf"\b{path.stem}\b", text) for text in texts):
            missing.append(path.stem)
    assert not missing, f"no bench for {missing}: each RTL module needs tb/<name>/"
