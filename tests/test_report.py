"""tools/: the sections of docs/performance.md, its plots, what is counted of a netlist, and the harness (the tools themselves run in `make bench`, `make synth-size`)."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from windlass.rtl.session import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import plots
import report
import synthesis


def script(name: str) -> ModuleType:
    """A tool without a .py suffix, as a module."""
    loader = importlib.machinery.SourceFileLoader(f"tool_{name}", str(ROOT / "tools" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def row(**changes: Any) -> dict[str, Any]:
    """A row of results.json."""
    return {
        "work": "256 descriptors", "fragment_bytes": 64, "latency": 100, "unaligned": False, "map": False, "desc_port": "own", "data_width": 64,
        "channels": 1, "bytes": 16384, "cycles": 2383, "utilisation": 0.8594,
    } | changes  # fmt: skip


def configuration(name: str, **ecp5: Any) -> dict[str, Any]:
    """A row of size.json."""
    sizes = {"lut": 4000, "lut_carry": 2, "lut_ram": 6, "ff": 100, "bram18": 4, "fmax": {"1": 99.0, "2": 101.5}, "fmax_median": 100.2,
             "path": {"source": "a.Q", "sink": "b.DI", "logic": 4.0, "routing": 5.5}}  # fmt: skip
    xc7 = {"lut": 3000, "lut_ram": 80, "ff": 90, "bram36": 1.5}
    return {
        "name": name,
        "text": name,
        "parameters": {"CHANNELS": 4, "DATA_WIDTH": 64},
        "xc7": xc7,
        "ecp5": sizes | ecp5,
    }


def size(*rows: dict[str, Any]) -> dict[str, Any]:
    """A size.json."""
    gates = [{"name": "one", "text": "one channel", "parameters": {"CHANNELS": 1}, "measured": 1501, "goal": 1500},
             {"name": "map", "text": "map unit", "parameters": {"CHANNELS": 1}, "measured": 150, "goal": 150}]  # fmt: skip
    return {
        "rtl": "0",
        "freq": 200,
        "seeds": [1, 2],
        "lacking": ["STREAMS"],
        "configurations": list(rows),
        "gates": gates,
    }


def test_a_section_is_replaced_alone() -> None:
    """A run of one tool keeps what the other wrote; what was never measured says so; an unknown section is refused."""
    page = report.compose("", {"size": "sizes\n\nof it"})
    assert report.sections(page)["size"] == "sizes\n\nof it" and "make bench" in report.sections(page)["bench"]
    again = report.compose(page, {"bench": "bus"})
    assert report.sections(again) == report.sections(page) | {"bench": "bus"}
    assert report.compose(again, {}) == again
    with pytest.raises(ValueError, match="no section"):
        report.compose(page, {"other": ""})


def test_the_page_is_as_the_tools_write_it() -> None:
    """docs/performance.md has every section, measured; its plots are there; nothing outside of the sections was written by hand."""
    text = report.PAGE.read_text()
    assert set(report.sections(text)) == set(report.SECTIONS) and "Not measured yet" not in text
    assert report.compose(text, {}) == text
    for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text):
        assert (ROOT / "docs" / name).exists(), name


def test_delivered_bandwidth() -> None:
    """Utilisation x Fmax x bytes of a word, for the rows that fit the configuration; nothing when it was not placed."""
    rows = [row(), row(map=True), row(channels=4), row(desc_port="shared"), row(data_width=256)]
    [got] = report.delivered(rows, size(configuration("typical")))
    assert got["mb_per_s"] == round(0.8594 * 100.2 * 8) and got["latency"] == 100
    assert report.delivered(rows, size(configuration("typical", fmax_median=None))) == []
    assert report.delivered(rows, size(configuration("minimal"))) == []


def test_size_section() -> None:
    """What misses its goal is bold, what cannot be placed is reported with the reason, and a missing switch is named."""
    tool = script("synth_size")
    text = tool.section(
        size(
            configuration("wide", fmax={}, fmax_median=None, path={}, failure="no room"),
            configuration("minimal", fmax_median=150.0),
        )
    )
    lines = text.splitlines()
    assert lines.index(next(x for x in lines if x.startswith("| minimal"))) < lines.index(
        next(x for x in lines if x.startswith("| wide"))
    )
    assert "**not placed**: no room" in text and "| 150.0 (99.0 to 101.5) |" in text and "STREAMS." in text
    assert "| **1501** | at most 1500 |" in text and "| 150 | at most 150 |" in text


def test_size_configurations() -> None:
    """Five, all with parameters that the engine takes or will take; the gates are the architecture's."""
    tool = script("synth_size")
    assert list(tool.CONFIGURATIONS) == ["minimal", "typical", "full16", "full64", "wide"]
    for _, parameters in tool.CONFIGURATIONS.values():
        there, lacking = tool.built(parameters)
        assert there | {n: parameters[n] for n in lacking} == parameters and {
            "CHANNELS",
            "DATA_WIDTH",
            "MAP_REGISTERS",
        } <= set(there)
        assert set(lacking) <= set(tool.OFF)
    got = tool.gates(
        {
            "gate1": {"lut": 1400, "lut_ram": 100},
            "gate8": {"lut": 2450, "lut_ram": 100},
            "gatemap": {"lut": 1600, "lut_ram": 164},
        }
    )
    assert [(g["measured"], g["goal"]) for g in got] == [(1400, 1500), (150.0, 150), (136, 150)]


def test_counting_cells() -> None:
    """The rules of docs/performance.md; a cell without a rule is not passed over."""
    assert synthesis.xc7_sizes({"LUT3": 2, "LUT6": 3, "INV": 1, "RAM32M": 2, "SRL16E": 1, "CARRY4": 9, "FDRE": 4, "RAMB18E1": 1, "RAMB36E1": 1}) == {
        "lut": 15, "lut_ram": 9, "ff": 4, "bram36": 1.5
    }  # fmt: skip
    with pytest.raises(ValueError, match="RAM512X1S"):
        synthesis.xc7_sizes({"RAM512X1S": 1})
    assert synthesis.ecp5_sizes({"LUT4": 3, "CCU2C": 2, "TRELLIS_DPR16X4": 1, "TRELLIS_FF": 5, "DP16KD": 1}) == {
        "lut": 13, "lut_carry": 4, "lut_ram": 6, "ff": 5, "bram18": 1
    }  # fmt: skip


def test_harness_registers_every_port() -> None:
    """Each bit of the module's inputs comes from the shift register, each of its outputs goes to the signature, once."""
    pins = [
        ("input", "aclk", 1),
        ("input", "aresetn", 1),
        ("input", "a", 3),
        ("output", "b", 4),
        ("input", "c", 1),
        ("output", "d", 1),
    ]
    text = synthesis.harness("thing", {"N": 5}, pins)
    assert re.findall(r"\.(\w+)\(([^)]*)\)", text) == [
        ("N", "5"), ("aclk", "clk"), ("aresetn", "reset_reg[1]"), ("a", "in_reg[2:0]"), ("c", "in_reg[3:3]"), ("b", "out[3:0]"), ("d", "out[4:4]"),
    ]  # fmt: skip
    assert "reg [3:0] in_reg;" in text and "reg [4:0] out_reg, sign_reg;" in text


def test_plots_are_reproducible(tmp_path: Path) -> None:
    """The same figures give the same bytes, other figures others; no date."""
    bench = script("bench")
    rows = [row(latency=latency, map=m) for latency in (1, 100) for m in (False, True)]
    for name, changed in (("a", rows), ("b", rows), ("c", [*rows[:-1], row(map=True, utilisation=0.5)])):
        plots.utilisation_plot(changed, bench.works(), tmp_path / f"u{name}.svg")
        plots.delivered_plot(report.delivered(changed, size(configuration("typical"))), tmp_path / f"d{name}.svg")
    for kind in "ud":
        assert (tmp_path / f"{kind}a.svg").read_bytes() == (tmp_path / f"{kind}b.svg").read_bytes()
        assert b"dc:date" not in (tmp_path / f"{kind}a.svg").read_bytes()
    assert (tmp_path / "ua.svg").read_bytes() != (tmp_path / "uc.svg").read_bytes()


def test_bench_section() -> None:
    """Short of the goal is bold, also with the map on (0.01 lower); one-port rows come with their own goal, and only when there are any."""
    bench = script("bench")
    launch = {m: {"start to AR": 4, "descriptor AR": 4, "data AR": 10, "completion": 26} for m in ("map off", "map on")}
    rows = [row(utilisation=0.8549), row(map=True, utilisation=0.8449)]
    text = bench.section(rows, launch)
    assert "| 64 B | 100 | 0.855 | 0.855 | 0.845 |\n" in text and "one port" not in text
    assert "| doorbell to descriptor AR | 3 | **4** | **4** |" in text and "| START to AR | 4 | 4 | 4 |" in text
    text = bench.section(
        [row(utilisation=0.85), row(map=True, utilisation=0.84), row(desc_port="shared", utilisation=0.68)], launch
    )
    assert "| 64 B | 100 | 0.855 | **0.850** | **0.840** | 0.69 | **0.680** |  |\n" in text


def test_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fields that the issue names, each work with map off and on, also with several channels; register mode with one."""
    bench = script("bench")
    monkeypatch.setattr(bench, "simulate", lambda *a: [(1024, 256) for _ in a[3]])
    for channels, shared, singles in ((1, False, 2), (16, False, 0), (1, True, 0)):
        rows = bench.rows_of(64, channels, shared, 10)
        assert all(set(r) == set(row()) and r["utilisation"] == 0.5 and r["channels"] == channels for r in rows)
        assert len(rows) == 2 * len(bench.GOALS) + singles and sum(r["map"] for r in rows) * 2 == len(rows)
        assert {r["desc_port"] for r in rows} == {"shared" if shared else "own"}
        assert sum(r["work"] == "register mode" for r in rows) == singles
