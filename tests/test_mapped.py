"""The benches of some modules on their ECP5 cells, as tools/synthesis.py maps them: the mapper's script must not change what the RTL does."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from windlass.rtl.session import ROOT, run_bench

from tb.env.wrapper import bench_top, header

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from synthesis import ToolFailed, ecp5_models, ecp5_synth, ecp5_verilog, tool

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


LOOPS = {
    "resets_itself": "reg q; wire go = a & (q | b); always @(posedge clk) begin q <= q | go; if (go & b) q <= 1'b0; end assign y = go;",
    "feeds_itself": "wire x = ~(x & a); assign y = x & b;",
}


def test_what_resets_itself_is_no_loop() -> None:
    """A loop is refused, also where it is the whole design; a flip-flop whose reset depends on it is not one."""
    folder = Path("build/mapped/loops")
    (ROOT / folder).mkdir(parents=True, exist_ok=True)
    for name, body in LOOPS.items():
        (ROOT / folder / f"{name}.v").write_text(f"module {name}(input clk, a, b, output y); {body} endmodule\n")

    def synthesise(name: str) -> str:
        log = folder / f"{name}.log"
        tool("yosys", "-p", f"read_verilog {folder}/{name}.v; {ecp5_synth(top=name)}", log=log)
        return (ROOT / log).read_text()

    assert "Found and expected 0 SCCs" in synthesise("resets_itself")
    with pytest.raises(ToolFailed):
        synthesise("feeds_itself")
    assert "Found 1 SCCs but expected 0" in (ROOT / folder / "feeds_itself.log").read_text()
