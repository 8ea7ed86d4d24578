"""tools/: the sections of docs/performance.md, its plots, what is counted of a netlist, and the harness (the tools themselves run in `make bench`, `make synth-size`)."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from scripts import script
from windlass.rtl.session import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import goals
import plots
import report
import synthesis


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
        "lacking": [],
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
        "limit": 120,
        "lacking": ["STREAMS"],
        "configurations": [r for r in rows if r["name"] != "single"],
        "beside": [r for r in rows if r["name"] == "single"],
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
    rows = {
        tuple(c.strip() for c in line.split("|")[1:3])
        for line in report.sections(text)["goals"].splitlines()
        if line.startswith("| ")
    }
    assert {
        (r["what"], str(r["latency"]))
        for r in report.goal_rows([], {}, {"configurations": [], "beside": [], "gates": []})
    } <= rows
    assert "the cause is not known yet" not in text, "tools/goals.py must say why each missed goal is missed"
    for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text):
        assert (ROOT / "docs" / name).exists(), name


def test_the_page_says_the_same_twice() -> None:
    """A figure that stands beside its goal and in the table of all rows is the same: neither is of an older engine."""
    found = report.sections(report.PAGE.read_text())

    own, _, shared = found["bench"].partition("### Descriptors on the data port")
    for work in goals.WORKS:
        for suffix, table, wanted in (("", own, work.goals), (", descriptors on the data port", shared, work.shared)):
            for latency, goal in wanted.items():
                beside = re.search(
                    rf"^\| {work.name}{suffix} \| {latency} \|.* at least {goal.least} \| ([\d.]+)",
                    found["goals"],
                    re.MULTILINE,
                )
                here = re.search(rf"^\| {work.name} \| {latency} \| {goal.least} \| ([\d.]+)", table, re.MULTILINE)
                assert beside and here, f"{work.name}{suffix}, L={latency}"
                assert float(beside[1]) == float(here[1]), (
                    f"{work.name}{suffix}, L={latency}: {beside[1]} beside its goal, {here[1]} among all rows"
                )


def test_delivered_bandwidth() -> None:
    """Utilisation x Fmax x bytes of a word, for the rows that fit the configuration; nothing when it was not placed."""
    rows = [row(), row(map=True), row(channels=4), row(desc_port="shared"), row(data_width=256)]
    [got] = report.delivered(rows, size(configuration("typical")))
    assert got["mb_per_s"] == round(0.8594 * 100.2 * 8) and got["latency"] == 100
    assert report.delivered(rows, size(configuration("typical", fmax_median=None))) == []
    assert report.delivered(rows, size(configuration("minimal"))) == []
    [got] = report.delivered(rows, size(configuration("single", fmax_median=140.0), configuration("typical")), "single")
    assert (got["fmax"], got["mb_per_s"]) == (140.0, round(0.8594 * 140 * 8))


def test_goal_rows() -> None:
    """Each goal with its figure and met, missed or not measured; the loss by translation is the largest of all rows."""
    launch = {"map on": {"start to AR": 4, "descriptor AR": 4, "data AR": 9, "completion": 26}, "map off": {}}
    rows = [
        row(utilisation=0.855),
        row(map=True, utilisation=0.8449),
        row(desc_port="shared", utilisation=0.6899),
        row(latency=1, utilisation=0.9849),
    ]
    sizes = size(configuration("typical"), configuration("wide", fmax={}, fmax_median=None, path={}, failure="no room"))
    found = {(r["what"], r["latency"]): r for r in report.goal_rows(rows, launch, sizes)}
    met = {key: r["met"] for key, r in found.items()}
    assert len(found) == sum(len(w.goals) + len(w.shared) for w in goals.WORKS) + 1 + 4 + 6 + 4 + 2
    assert met["64 B", 100] is True and met["64 B", 1] is False and met["64 B", 10] is None
    assert met["64 B, descriptors on the data port", 100] is False and found["64 B", 100]["best"] == "0.911 / 0.295"
    loss = found["lost by translation, utilisation, most of all rows above", "all"]
    assert loss["figure"] == 0.0101 and loss["met"] is False
    assert [
        met[f"{w}, translation on, cycles", 1]
        for w in ("START to AR", "doorbell to descriptor AR", "doorbell to data AR")
    ] == [True, False, True]
    assert met["clock, typical, MHz", ""] is False and met["clock, minimal, MHz", ""] is None
    assert (found["clock, wide, MHz", ""]["figure"], met["clock, wide, MHz", ""]) == ("not placed", False)
    bandwidth = found["delivered bandwidth, typical, 64 B, MB/s", 100]
    assert bandwidth["figure"] == round(0.855 * 100.2 * 8) and bandwidth["met"] is False and bandwidth["best"] == "323"


def test_sections_of_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both measurements there: goals counted, causes asked for, delivered bandwidth beside the best open core; two RTLs are told apart."""
    launch = {"map on": {"start to AR": 5}, "map off": {}}
    for name, value in (
        ("RESULTS", [row()]), ("LAUNCH", {"rtl": "1", "launch": launch}), ("SIZE", size(configuration("typical", fmax_median=151.0))),
    ):  # fmt: skip
        monkeypatch.setattr(report, name, tmp_path / name)
        assert report.both_sections() == {}
        (tmp_path / name).write_text(json.dumps(value))
    monkeypatch.setattr(report, "ROOT", tmp_path)
    monkeypatch.setattr(goals, "CAUSES", {"area one": "too much of it"})
    monkeypatch.setattr(goals, "CLOCK", ("Most of it is wire.",))
    monkeypatch.setattr(goals, "TRIED", {"less": "99"})
    found = report.both_sections()
    assert (
        "**two different engines**" in found["goals"]
        and f"4 of {len(report.goal_rows([], {}, size()))} goals are met" in found["goals"]
    )
    assert (
        "* **area one**: too much of it\n* **launch" not in found["goals"]
        and "* **area one**: too much of it" in found["goals"]
    )
    assert "* **launch start to AR**: the cause is not known yet." in found["goals"]
    assert "### The clock" not in found["goals"]
    assert "151.0 MHz" in found["delivered"] and "3.2 times as much" in found["delivered"]
    assert (tmp_path / "docs/plots/delivered.svg").exists()
    (tmp_path / "SIZE").write_text(json.dumps(size(configuration("typical", fmax_median=None)) | {"rtl": "1"}))
    found = report.both_sections()
    assert "cannot be told" in found["delivered"] and "two different" not in found["goals"]
    assert "* **clock typical**: the cause is not known yet." in found["goals"]
    assert "\n### The clock\n\n* Most of it is wire.\n\n| tried | MHz |\n|---|---|\n| less | 99 |" in found["goals"]


def test_bus_master_table() -> None:
    """The rows of bus masters, alone and beside channels, stand in the section of `make bench`, a line for each size and latency; without them there is no table."""
    tool = script("bench")
    launch = {m: dict.fromkeys(goals.LAUNCH, 1) for m in ("map off", "map on")}
    rows = [
        row(work=f"bus master {ways}", fragment_bytes=size, latency=latency, map=True, channels=0, utilisation=use)
        for size, latency, ways, use in (
            (64, 1, "reads", 0.9971), (64, 1, "writes", 0.9932), (64, 1, "reads and writes", 1.9862), (8, 100, "reads", 0.2663),
        )
    ]  # fmt: skip
    rows.append(rows[0] | {"channels": 4, "utilisation": 0.2701, "others": 0.7402})
    text = tool.section([row(), *rows], launch)
    table = text[text.index("### Bus masters") :].splitlines()
    assert [line for line in table if line.startswith("| ")] == [
        "| bursts | L | reads | writes | both | reads beside | writes beside | both beside |",
        "| 8 B | 100 | 0.2663 |  |  |  |  |  |",
        "| 64 B | 1 | 0.9971 | 0.9932 | 1.9862 | 0.2701 / 0.7402 |  |  |",
    ]
    assert {line.count("|") for line in table if line.startswith("|")} == {9}
    assert "### Bus masters" not in tool.section([row()], launch)
    assert {r["work"] for r in rows} == {"bus master reads", "bus master writes", "bus master reads and writes"}


def test_size_section() -> None:
    """What misses its goal is bold, what cannot be synthesised or placed is reported with the reason, and a missing switch is named."""
    tool = script("synth_size")
    text = tool.section(
        size(
            configuration("wide", fmax={"1": 80.0}, fmax_median=None, failure="seed 2: no room"),
            configuration("minimal", fmax_median=150.0) | {"lacking": ["AUTO_INIT"]},
            configuration("full64")
            | {
                "xc7": {"failure": "out of memory"},
                "ecp5": {"fmax": {}, "fmax_median": None, "path": {}, "failure": "lost"},
            },
        )
    )
    names = [line.split("|")[1].split()[0] for line in text.splitlines() if line.startswith("| ")]
    assert [n for n in names if n in tool.CONFIGURATIONS][:3] == ["minimal", "full64", "wide"]
    assert (
        "Not measured on this RTL: typical, full16, single." in text
        and "STREAMS (what it would switch on is in no figure)." in text
    )
    assert (
        "**no median**: seed 2: no room; of the others 80.0 | missed |" in text
        and "| 150.0 (99.0 to 101.5) | met |" in text
    )
    assert "minimal (not as asked for, without a switch: AUTO_INIT)" in text
    assert "**not synthesised**: out of memory" in text and "**not placed**: lost | missed |" in text
    assert "| **1501** | at most 1500 | missed |" in text and "| 150 | at most 150 | met |" in text
    table = [line for line in text.splitlines() if line.startswith("|") and "xc7" not in line][:4]
    assert {line.count("|") for line in table} == {12}


def test_size_configurations() -> None:
    """Five, and one beside them, with parameters that the engine takes or will take; the gates are the architecture's, and one more."""
    tool = script("synth_size")
    assert tuple(tool.CONFIGURATIONS) == goals.CONFIGURATIONS and sorted(tool.SOONEST) == sorted(
        (*goals.CONFIGURATIONS, goals.SINGLE)
    )
    for _, parameters in tool.EVERY.values():
        there, lacking = tool.built(parameters)
        assert there | {n: parameters[n] for n in lacking} == parameters
        assert {"CHANNELS", "DATA_WIDTH", "MAP_REGISTERS"} <= set(there)
        assert set(lacking) <= set(tool.OFF)
    one, eight, mapped = {"lut": 1400, "lut_ram": 100}, {"lut": 2450, "lut_ram": 100}, {"lut": 1600, "lut_ram": 164}
    more = {"lut": 3250, "lut_ram": 100}
    got = tool.gates({"gate1": one, "gate8": eight, "gate16": more, "gatemap": mapped})
    assert [(g["measured"], g["goal"]) for g in got] == [(1400, 1500), (150.0, 150), (100.0, 150), (136, 150)]
    got = tool.gates({"gate1": one, "gate8": {"failure": "lost"}, "gate16": more, "gatemap": mapped})
    assert [(g["measured"], g.get("failure")) for g in got] == [
        (1400, None),
        (None, "lost"),
        (None, "lost"),
        (136, None),
    ]


def test_switches_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a configuration asks for and does not get: logic that cannot be left out, or is not there to be had."""
    tool = script("synth_size")
    monkeypatch.setattr(tool, "header", lambda _: ({"CHANNELS": "4", "COUNTERS": "1"}, []))
    asked = {"CHANNELS": 1, "DESCRIPTORS": 0, "AUTO_INIT": 1, "COUNTERS": 0, "TWO_D": 0, "CRC": 1}
    assert tool.built(asked) == ({"CHANNELS": 1, "COUNTERS": 0}, ["DESCRIPTORS", "AUTO_INIT", "TWO_D", "CRC"])
    assert tool.without(asked) == ["DESCRIPTORS", "CRC"]


def test_a_tool_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """One seed that cannot be placed: the others' clocks stay, there is no median, the reason is there; likewise without a netlist."""
    tool = script("synth_size")

    def place(out: Path, seed: int, freq: int, limit: float) -> synthesis.Placed:
        assert limit == 300  # seconds
        if seed == 2:
            raise synthesis.ToolFailed("nextpnr-ecp5 ended with status 1; see nowhere.log")
        return synthesis.Placed(100.0 + seed, out / "nextpnr.log")

    monkeypatch.setattr(tool, "ecp5_netlist", lambda *_: {"LUT4": 7})
    monkeypatch.setattr(tool, "place", place)
    monkeypatch.setattr(tool, "ends", lambda _: {})
    told: list[tuple[dict[str, Any], str]] = []

    def tell(found: dict[str, Any], line: str) -> None:
        told.append((dict(found), line))

    got = tool.measure_ecp5({}, Path("x"), (1, 2, 3), 5, tell)
    assert got["lut"] == 7 and got["fmax"] == {"1": 101.0, "3": 103.0} and got["fmax_median"] is None
    failed = "seed 2: nextpnr-ecp5 ended with status 1; see nowhere.log"
    assert got["failure"] == failed and [line for _, line in told] == ["seed 1: 101.0 MHz", failed, "seed 3: 103.0 MHz"]
    # What there is after each placement can be kept: a run that is ended early says what it has not done.
    assert [(f["fmax"], f["failure"]) for f, _ in told] == [
        ({"1": 101.0}, "seed 2: not run yet; seed 3: not run yet"),
        ({"1": 101.0}, f"{failed}; seed 3: not run yet"),
        ({"1": 101.0, "3": 103.0}, failed),
    ]
    monkeypatch.setattr(tool, "ecp5_netlist", lambda *_: {"LUT4": 83641, "DP16KD": 208, "PDPW16KD": 1})
    told.clear()
    large = tool.measure_ecp5({}, Path("x"), (1, 2, 3), 5, tell)
    assert large["lut"] == 83641 and not large["fmax"] and large["fmax_median"] is None and not told
    assert large["failure"] == "more than an LFE5U-85F has: 83641 LUT, it has 83640; 209 block RAM, it has 208"
    monkeypatch.setattr(tool, "ecp5_netlist", lambda *_: {"LUT4": 7})
    done = tool.measure_ecp5({}, Path("x"), (1, 3), 5, tell)
    assert done["fmax_median"] == 102.0 and "failure" not in done

    def lost(*_: Any) -> dict[str, int]:
        raise synthesis.ToolFailed("yosys ended with status 1; see nowhere.log")

    monkeypatch.setattr(tool, "ecp5_netlist", lost)
    monkeypatch.setattr(tool, "xc7_cells", lost)
    assert "lut" not in tool.measure_ecp5({}, Path("x"), (1,), 5, tell)
    assert tool.measure_xc7({}, Path("x")) == {"failure": "yosys ended with status 1; see nowhere.log"}


def test_a_tool_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that takes longer than it may is ended, and says so."""
    (tmp_path / "yowasp-slow").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "yowasp-slow").chmod(0o755)
    monkeypatch.setattr(synthesis, "BIN", tmp_path)
    with pytest.raises(synthesis.ToolFailed, match="slow did not end within 0 minutes"):
        synthesis.tool("slow", log=tmp_path / "log", limit=0.2)


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


def test_harness_cuts_long_rows() -> None:
    """No row of flip-flops is longer than CHAIN: each further one starts with a sum of its own, and the ends of all are folded."""
    n = synthesis.CHAIN
    short = synthesis.harness("thing", {}, [("input", "a", n), ("output", "b", n)])
    assert "in_reg[0] ^" not in short and "sum_reg" not in short and f"assign so = sign_reg[{n - 1}];" in short
    text = synthesis.harness("thing", {}, [("input", "a", 2 * n + 1), ("output", "b", n + 1)])
    assert re.findall(r"    in_reg\[(\d+)\] <= in_reg\[0\] \^ in_reg\[(\d+)\];", text) == [
        (str(n), "1"),
        (str(2 * n), "2"),
    ]
    rings = re.findall(r"    sign_reg\[(\d+)\] <= sign_reg\[(\d+)\] \^ out_reg\[(\d+)\];", text)
    assert rings == [("0", str(n - 1), "0"), (str(n), str(n), str(n))]
    assert f"sum_reg <= {{sum_reg, sum_reg[1]}} ^ {{sign_reg[{n}], sign_reg[{n - 1}]}};" in text
    assert "assign so = sum_reg[1];" in text


def test_plots_are_reproducible(tmp_path: Path) -> None:
    """The same figures give the same bytes, other figures others; no date."""
    rows = [row(latency=latency, map=m) for latency in (1, 100) for m in (False, True)]
    for name, changed in (("a", rows), ("b", rows), ("c", [*rows[:-1], row(map=True, utilisation=0.5)])):
        plots.utilisation_plot(changed, goals.WORKS, tmp_path / f"u{name}.svg")
        bandwidth = report.delivered(changed, size(configuration("typical")))
        plots.delivered_plot(bandwidth, goals.WORKS, tmp_path / f"d{name}.svg")
    for kind in "ud":
        assert (tmp_path / f"{kind}a.svg").read_bytes() == (tmp_path / f"{kind}b.svg").read_bytes()
        assert b"dc:date" not in (tmp_path / f"{kind}a.svg").read_bytes()
    assert (tmp_path / "ua.svg").read_bytes() != (tmp_path / "uc.svg").read_bytes()


def test_bench_section() -> None:
    """Short of the goal is bold; with the map on also what is more than 0.01 below the goal, or below the map off; one port has its own goal."""
    bench = script("bench")
    launch = {m: {"start to AR": 4, "descriptor AR": 4, "data AR": 10, "completion": 26} for m in ("map off", "map on")}
    text = bench.section([row(utilisation=0.8549), row(map=True, utilisation=0.8449)], launch)
    assert "| 64 B | 100 | 0.855 | **0.8549** | **0.8449** |\n" in text and "| 64 B | 100 | 0.69 |  |  |\n" in text
    assert "| doorbell to descriptor AR | 3 | **4** | **4** |" in text and "| START to AR | 4 | 4 | 4 |" in text
    rows = [row(utilisation=0.87), row(map=True, utilisation=0.8599), row(desc_port="shared", utilisation=0.68)]
    text = bench.section(rows, launch)
    assert (
        "| 64 B | 100 | 0.855 | 0.8700 | **0.8599** |\n" in text and "| 64 B | 100 | 0.69 | **0.6800** |  |\n" in text
    )


def test_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fields that the issue names, each work with map off and on, also with several channels; register mode with one."""
    bench = script("bench")
    monkeypatch.setattr(bench, "simulate", lambda *a: [(1024, 256) for _ in a[3]])
    tables = sum(w.work == goals.TABLE for w in goals.WORKS)
    for channels, shared, singles in ((1, False, 2), (16, False, 0), (1, True, 0)):
        rows = bench.rows_of(64, channels, shared, 10)
        assert all(set(r) == set(row()) and r["utilisation"] == 0.5 and r["channels"] == channels for r in rows)
        assert len(rows) == 2 * tables + singles and sum(r["map"] for r in rows) * 2 == len(rows)
        assert {r["desc_port"] for r in rows} == {"shared" if shared else "own"}
        assert sum(r["work"] == "register mode" for r in rows) == singles
    want = {
        (width, channels, shared)
        for width, channels, shared in ((64, 1, False), (256, 1, False), (64, 4, False), (64, 16, False), (64, 1, True))
    }
    assert set(bench.CONFIGURATIONS) == want
