"""What a place and route for ECP5 needs of a netlist and yosys does not do: registers behind block RAMs and multipliers.

A flip-flop without reset that does nothing but take a block RAM's output becomes that RAM's output register (REGMODE OUTREG), as vendors' tools
do by themselves. Nothing changes in any cycle, but clock to output of a DP16KD is then 1.0 ns instead of 5.8 ns at speed 6. The clock enable of the
flip-flop becomes OCE, which does not depend on CE. Likewise the flip-flops that take a multiplier's product, if they have neither reset nor
clock enable, become its output register, so that nothing but wire is in front of it and nothing behind.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

Cell = dict[str, Any]


class Netlist:
    """The top module of a flattened netlist that yosys wrote as JSON."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.design = json.loads(path.read_text())
        self.module = next(m for m in self.design["modules"].values() if m["attributes"].get("top"))
        self.cells: dict[str, Cell] = self.module["cells"]
        self.sinks = self._sinks()
        self.pins = {bit for port in self.module["ports"].values() for bit in port["bits"]}

    def _sinks(self) -> dict[int, list[tuple[str, str, int]]]:
        """Inputs that each net drives: (cell, port, bit)."""
        sinks: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
        for name, cell in self.cells.items():
            for port, bits in cell["connections"].items():
                if cell["port_directions"][port] == "input":
                    for i, bit in enumerate(bits):
                        if isinstance(bit, int):
                            sinks[bit].append((name, port, i))
        return sinks

    def write(self) -> None:
        """Back to the file."""
        self.path.write_text(json.dumps(self.design))

    def ram_registers(self) -> Counter[str]:
        """Make the flip-flops behind block RAMs their output registers; how many cells went (-). A RAM is left alone unless all that it gives
        out goes to such flip-flops with one clock enable."""
        change: Counter[str] = Counter()
        for ram in list(self.cells.values()):
            if (
                ram["type"] != "DP16KD"
                or ram["parameters"].get("REGMODE_A") != "NOREG"
                or ram["parameters"].get("REGMODE_B") != "NOREG"
            ):
                continue
            outputs = [
                (port, bits[0])
                for port, bits in ram["connections"].items()
                if port.startswith("DO") and bits and self.sinks.get(bits[0])
            ]
            wide = int(ram["parameters"]["DATA_WIDTH_B"], 2) == 36  # port B reads on both ports' outputs
            if not outputs or (not wide and any(port.startswith("DOA") for port, _ in outputs)):
                continue
            registers = [self._register(bit, ram["connections"]["CLKB"][0]) for _, bit in outputs]
            enables = {r and r[1:] for r in registers}
            if len(enables) != 1 or None in enables:
                continue
            (enable,) = enables
            assert enable is not None
            for (port, _), register in zip(outputs, registers, strict=True):
                assert register is not None
                ram["connections"][port] = self.cells.pop(register[0])["connections"]["Q"]
                change["TRELLIS_FF"] -= 1
            for side in "AB" if wide else "B":
                ram["connections"][f"OCE{side}"] = [enable[0]]
                ram["port_directions"][f"OCE{side}"] = "input"
                ram["parameters"][f"OCE{side}MUX"] = "INV" if enable[1] == "INV" else f"OCE{side}"
            for side in "AB":
                ram["parameters"][f"REGMODE_{side}"] = "OUTREG"
        return change

    def product_registers(self) -> Counter[str]:
        """Make the flip-flops behind multipliers their output registers; how many cells went (-). A multiplier is left alone unless all of its
        product that is used goes to flip-flops of one clock without clock enable."""
        change: Counter[str] = Counter()
        for product in list(self.cells.values()):
            if product["type"] != "MULT18X18D" or product["parameters"].get("REG_OUTPUT_CLK", "NONE") != "NONE":
                continue
            outputs = [
                (port, bits[0])
                for port, bits in product["connections"].items()
                if re.fullmatch(r"P\d+", port) and bits and (self.sinks.get(bits[0]) or bits[0] in self.pins)
            ]
            clocks = {self._clock(bit) for _, bit in outputs}
            if len(clocks) != 1 or None in clocks:
                continue
            (clock,) = clocks
            assert clock is not None
            registers = [self._register(bit, clock) for _, bit in outputs]
            if {r and r[1:] for r in registers} != {("1", "OCE")}:
                continue
            for (port, _), register in zip(outputs, registers, strict=True):
                assert register is not None
                product["connections"][port] = self.cells.pop(register[0])["connections"]["Q"]
                change["TRELLIS_FF"] -= 1
            for pin, bit in (("CLK0", clock), ("CE0", "1"), ("RST0", "0")):
                product["connections"][pin] = [bit]
                product["port_directions"][pin] = "input"
                product["parameters"][f"REG_OUTPUT_{pin[:-1]}"] = pin
        return change

    def _clock(self, bit: int) -> int | None:
        """Clock of the cell that is all that `bit` drives, if it has one."""
        if len(self.sinks[bit]) != 1:
            return None
        clock: list[int] = self.cells[self.sinks[bit][0][0]]["connections"].get("CLK", [None])
        return clock[0]

    def _register(self, bit: int, clock: int) -> tuple[str, int | str, str] | None:
        """The flip-flop that is all that `bit` drives, with its clock enable and how it is taken; None if there is no such."""
        if len(self.sinks[bit]) != 1 or bit in self.pins:
            return None
        name, port, _ = self.sinks[bit][0]
        cell = self.cells[name]
        if cell["type"] != "TRELLIS_FF" or port != "DI" or cell["connections"]["CLK"] != [clock]:
            return None
        p, c = cell["parameters"], cell["connections"]
        if p.get("CLKMUX", "CLK") != "CLK" or c.get("LSR", ["0"]) != ["0"] or p.get("LSRMUX", "LSR") != "LSR":
            return None
        if p.get("CEMUX", "1").strip() == "1":
            return name, "1", "OCE"
        return name, c["CE"][0], p["CEMUX"]


def improve(path: Path) -> Counter[str]:
    """The netlist of synth_ecp5 in this file with the registers of its RAMs and multipliers inside; how many cells came (+) and went (-)."""
    netlist = Netlist(path)
    change = netlist.ram_registers()
    change.update(netlist.product_registers())
    netlist.write()
    return change
