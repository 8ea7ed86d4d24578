"""Unit benches: every folder of tb/ with a bench.py, under both simulators, for each parameter set it names."""

from __future__ import annotations

import importlib
import re

import pytest
from windlass.rtl.session import ROOT, run_bench

from tb.env.wrapper import bench_top, header, wrapper

NAMES = sorted(p.parent.name for p in (ROOT / "tb").glob("*/bench.py"))
SIMS = ("icarus", "verilator")
BUILD = ROOT / "build" / "unit"
# Modules that only join others, and the bench that is theirs: the board, which holds the top (tb/top, tests/test_bench_top.py), or that of
# the module that they are a part of.
WIRES = {
    "windlass_core": "windlass", "windlass_masters": "windlass", "windlass_ports": "windlass", "windlass_control": "windlass_core",
    "windlass_issue": "windlass_core", "windlass_descriptors": "windlass_core", "windlass_data": "windlass_core", "windlass_gather": "windlass_back", "windlass_scatter": "windlass_back",
    "windlass_outcome": "windlass_scatter", "windlass_report": "windlass_data",
    "windlass_choice": "windlass_front", "windlass_pipeline": "windlass_front", "windlass_segment": "windlass_pipeline",
}  # fmt: skip


def cases(full: bool) -> list[tuple[str, int, str]]:
    """Bench, number of its parameter set, simulator. The first set runs under both, the others in turn, unless all are wanted."""
    sets = [(n, i) for n in NAMES for i in range(len(importlib.import_module(f"tb.{n}").PARAMETERS))]
    return [(n, i, sim) for n, i in sets for k, sim in enumerate(SIMS) if full or i == 0 or i % 2 == k]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.function is test_bench:
        metafunc.parametrize("name,index,sim", cases(metafunc.config.getoption("--full")))


def test_bench(name: str, index: int, sim: str) -> None:
    bench = importlib.import_module(f"tb.{name}")
    top, made = bench_top(bench)
    failed, passed = run_bench(
        name, top, bench.PARAMETERS[index], sim, BUILD / f"{name}-{index}-{sim}", made, explain=True
    )
    assert passed and not failed, failed


def test_each_bench_runs_under_both() -> None:
    assert {(n, sim) for n, _, sim in cases(False)} == {(n, sim) for n in NAMES for sim in SIMS}
    assert {c[:2] for c in cases(False)} == {c[:2] for c in cases(True)} and len(cases(True)) == 2 * len(
        {c[:2] for c in cases(True)}
    )


def test_every_module_has_a_bench() -> None:
    """Each RTL module is the top, or is instantiated in the HDL top, of the bench that is named for it; one that only joins others is a part of the
    module whose bench is its own. windlass_parameters has nothing to simulate: tests/test_parameters.py elaborates it."""
    missing = []
    parts = WIRES | {"windlass_parameters": "windlass"}
    for path in sorted((ROOT / "rtl").glob("*.v")):
        owner = path.stem
        while owner in parts:
            text = (ROOT / f"rtl/{parts[owner]}.v").read_text()
            assert re.search(rf"^ *{owner} #\(", text, re.MULTILINE), f"{owner} is no part of {parts[owner]}"
            owner = parts[owner]
        name = owner.removeprefix("windlass_")
        folder = ROOT / "tb" / ("env/hdl" if name == "windlass" else name)  # the top's bench is the board
        texts = [p.read_text() for p in folder.glob("*.v")] + [p.read_text() for p in folder.glob("__init__.py")]
        if not any(re.search(rf"\b{owner}\b", text) for text in texts):
            missing.append(path.stem)
    assert not missing, f"no bench for {missing}: each RTL module needs tb/<name>/"


@pytest.mark.parametrize("module", [*WIRES, "windlass_parameters"])
def test_what_only_joins_has_no_state(module: str) -> None:
    """A module without a bench of its own has no process and no register in which a bug of its own could be."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", (ROOT / f"rtl/{module}.v").read_text(), flags=re.DOTALL)
    assert "windlass_" in text.split(");", 1)[1], "joins nothing"
    assert not re.search(r"\b(always|initial|reg|integer)\b", text)


def test_headers_are_read() -> None:
    """Every RTL module's port list is in the style that the wrapper generator reads; a signal that is there cannot be shown again."""
    for path in sorted((ROOT / "rtl").glob("*.v")):
        assert header(path)[1] or path.stem == "windlass_parameters", path.name
    parameters, ports = header(ROOT / "rtl/windlass.v")
    assert parameters["CHANNELS"] == "4" and parameters["LINES_P"] == "REQUEST_LINES > 0 ? REQUEST_LINES : 1"
    assert {p.width for p in ports if p.name in ("req", "irq", "s_axil_awaddr")} == {
        "LINES_P-1:0",
        "CHANNELS-1:0",
        "18:0",
    }
    with pytest.raises(ValueError, match="araddr cannot be shown"):
        wrapper("x", "windlass_read", ("araddr",))


def test_a_checker_on_each_axi_port() -> None:
    """The engine's four ports get one each, of the right kind, as wide as the port; a module without AXI gets no wrapper."""
    text = wrapper("x", "windlass")
    kinds = re.findall(r"(wl_axil?_checker) #\(([^\n]*)\) check", text)
    assert [(kind, re.findall(r'"(\w+)"', values)[0]) for kind, values in kinds] == [
        ("wl_axil_checker", "s_axil"), ("wl_axi_checker", "m_axi"), ("wl_axi_checker", "m_axi_desc"),
        ("wl_axi_checker", "s_axi_dev"),
    ]  # fmt: skip
    assert ".ADDR_WIDTH(19)" in kinds[0][1]
    assert all(".ADDR_WIDTH(ADDR_WIDTH)" in v and ".DATA_WIDTH(DATA_WIDTH)" in v for _, v in kinds[1:])
    assert wrapper("x", "windlass_fifo") == ""


def test_every_module_is_in_the_theory_of_operation() -> None:
    page = (ROOT / "docs/theory-of-operation.md").read_text()
    modules = [path.stem for path in sorted((ROOT / "rtl").glob("windlass_*.v"))]
    assert len(modules) > 60
    assert [m for m in modules if not re.search(rf"\b{m}\b", page)] == []
