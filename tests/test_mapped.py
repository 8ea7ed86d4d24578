"""The benches of some modules on their ECP5 cells, as tools/synthesis.py maps them: the mapper's script must not change what the RTL does."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from windlass.rtl.session import ROOT, run_bench

from tb.env.wrapper import bench_top, header

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from synthesis import ecp5_models, ecp5_verilog

MAPPED = ("cut", "write")  # sums with carries and comparisons; a pipeline that stands and goes
MORE = ("sched", "desc_fetch", "commit", "read", "handover", "retire")  # with --full


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", MAPPED + (MORE if metafunc.config.getoption("--full") else ()))


def test_bench_on_cells(name: str) -> None:
    bench = importlib.import_module(f"tb.{name}")
    top, made = bench_top(bench)
    module = f"windlass_{name}"
    parameters = bench.PARAMETERS[0]
    values = header(ROOT / f"rtl/{module}.v")[0] | parameters
    text = ecp5_verilog(module, values, Path(f"build/mapped/{name}"))
    assert "LUT4" in text and "always" not in text
    folder = ROOT / f"build/mapped/{name}-icarus"
    failed, passed = run_bench(
        name,
        top,
        parameters,
        "icarus",
        folder,
        {**made, "cells.v": ecp5_models()},
        {f"{module}.v": text},
        explain=True,
    )
    assert passed and not failed, failed
