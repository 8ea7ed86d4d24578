"""tools/netlist.py: which flip-flops become the output register of a block RAM or of a multiplier, and which do not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from netlist import improve

CLOCK, ENABLE, RAM, OUT = 2, 3, 10, 20


def cell(kind: str, parameters: dict[str, str], inputs: dict[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
    """A cell as yosys writes it."""
    return {
        "type": kind,
        "parameters": parameters,
        "port_directions": dict.fromkeys(inputs, "input") | dict.fromkeys(outputs, "output"),
        "connections": {n: [b] for n, b in (inputs | outputs).items()},
    }


def netlist(tmp_path: Path, width: int = 18, **changes: Any) -> tuple[Path, dict[str, Any]]:
    """A RAM with two outputs, each with its flip-flop; `changes` are for the second one's parameters and connections."""
    ram = cell("DP16KD", {"REGMODE_A": "NOREG", "REGMODE_B": "NOREG", "DATA_WIDTH_B": f"{width:032b}"},
               {"CLKB": CLOCK, "OCEA": "1", "OCEB": "1"}, {"DOB0": RAM, "DOA1" if width == 36 else "DOB1": RAM + 1})  # fmt: skip
    cells = {"ram": ram}
    for i in range(2):
        parameters = {"CEMUX": "INV", "CLKMUX": "CLK", "LSRMUX": "LSR"}
        inputs = {"CLK": CLOCK, "CE": ENABLE, "LSR": "0", "DI": RAM + i}
        if i:
            parameters |= {n: v for n, v in changes.items() if n in parameters}
            inputs |= {n: v for n, v in changes.items() if n in inputs}
        cells[f"ff{i}"] = cell("TRELLIS_FF", parameters, inputs, {"Q": OUT + i})
    if "also" in changes:
        cells["lut"] = cell("LUT4", {}, {"A": RAM + 1}, {"Z": 30})
    module = {
        "attributes": {"top": "1"},
        "ports": {"q": {"direction": "output", "bits": [OUT, OUT + 1]}},
        "cells": cells,
        "netnames": {},
    }
    path = tmp_path / "netlist.json"
    path.write_text(json.dumps({"modules": {"top": module}}))
    return path, module


def after(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())["modules"]["top"]["cells"]


@pytest.mark.parametrize("width", [18, 36])
def test_registers_move_into_the_ram(tmp_path: Path, width: int) -> None:
    path, _ = netlist(tmp_path, width)
    assert improve(path) == {"TRELLIS_FF": -2}
    cells = after(path)
    assert list(cells) == ["ram"]
    ram = cells["ram"]
    assert ram["parameters"]["REGMODE_A"] == ram["parameters"]["REGMODE_B"] == "OUTREG"
    sides = "AB" if width == 36 else "B"
    for side in sides:
        assert ram["connections"][f"OCE{side}"] == [ENABLE] and ram["parameters"][f"OCE{side}MUX"] == "INV"
    assert ram["connections"]["DOB0"] == [OUT] and ram["connections"]["DOA1" if width == 36 else "DOB1"] == [OUT + 1]


def test_without_clock_enable(tmp_path: Path) -> None:
    path, module = netlist(tmp_path, CEMUX="1 ")
    module["cells"]["ff0"]["parameters"]["CEMUX"] = "1"
    path.write_text(json.dumps({"modules": {"top": module}}))
    assert improve(path) == {"TRELLIS_FF": -2}
    assert after(path)["ram"]["connections"]["OCEB"] == ["1"] and after(path)["ram"]["parameters"]["OCEBMUX"] == "OCEB"


@pytest.mark.parametrize(
    "change",
    [
        {"LSR": 9},  # it is reset
        {"CE": 8},  # a clock enable of its own
        {"CEMUX": "CE"},  # or the opposite of the other's
        {"CLK": 7},  # another clock
        {"CLKMUX": "INV"},  # or its other edge
        {"also": 1},  # somebody else looks at the RAM's output
    ],
)
def test_others_stay(tmp_path: Path, change: dict[str, Any]) -> None:
    path, module = netlist(tmp_path, **change)
    assert improve(path) == {}
    assert after(path) == module["cells"]


def product(tmp_path: Path, **changes: Any) -> tuple[Path, dict[str, Any]]:
    """A multiplier of whose product two bits are used, each with its flip-flop; `changes` are for the second one's parameters and connections."""
    cells = {"mult": cell("MULT18X18D", {}, {"A0": 40, "B0": 41}, {"P0": 50, "P1": 51, "P2": 52})}
    for i in range(2):
        parameters = {"CEMUX": "1 ", "CLKMUX": "CLK", "LSRMUX": "LSR"}
        inputs = {"CLK": CLOCK, "LSR": "0", "DI": 50 + i}
        if i:
            parameters |= {n: v for n, v in changes.items() if n in parameters}
            inputs |= {n: v for n, v in changes.items() if n in (*inputs, "CE")}
        cells[f"ff{i}"] = cell("TRELLIS_FF", parameters, inputs, {"Q": OUT + i})
    if "also" in changes:
        cells["lut"] = cell("LUT4", {}, {"A": 51}, {"Z": 30})
    if "logic" in changes:
        cells["ff1"] = cell("LUT4", {}, {"A": 51}, {"Z": OUT + 1})
    bits = [OUT, 51] if "pin" in changes else [OUT, OUT + 1]
    module = {
        "attributes": {"top": "1"},
        "ports": {"q": {"direction": "output", "bits": bits}},
        "cells": cells,
        "netnames": {},
    }
    path = tmp_path / "netlist.json"
    path.write_text(json.dumps({"modules": {"top": module}}))
    return path, module


def test_registers_move_into_the_multiplier(tmp_path: Path) -> None:
    path, _ = product(tmp_path)
    assert improve(path) == {"TRELLIS_FF": -2}
    cells = after(path)
    assert list(cells) == ["mult"]
    mult = cells["mult"]
    assert mult["parameters"] == {"REG_OUTPUT_CLK": "CLK0", "REG_OUTPUT_CE": "CE0", "REG_OUTPUT_RST": "RST0"}
    assert {n: mult["connections"][n] for n in ("P0", "P1", "CLK0", "CE0", "RST0")} == {
        "P0": [OUT], "P1": [OUT + 1], "CLK0": [CLOCK], "CE0": ["1"], "RST0": ["0"],
    }  # fmt: skip
    assert all(mult["port_directions"][n] == "input" for n in ("CLK0", "CE0", "RST0"))
    assert improve(path) == {}  # once


@pytest.mark.parametrize(
    "change",
    [
        {"LSR": 9},  # it is reset
        {"CE": 8, "CEMUX": "CE"},  # it has a clock enable
        {"CLK": 7},  # another clock
        {"CLKMUX": "INV"},  # or its other edge
        {"also": 1},  # somebody else looks at the product
        {"logic": 1},  # it goes to no flip-flop
        {"pin": 1},  # or out of the chip
    ],
)
def test_other_products_stay(tmp_path: Path, change: dict[str, Any]) -> None:
    path, module = product(tmp_path, **change)
    assert improve(path) == {}
    assert after(path) == module["cells"]
