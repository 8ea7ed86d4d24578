"""Bench wrappers: a module's ports brought out unchanged, with a protocol checker on each of its AXI ports, made when a bench is built.

The port list is read from the module's own source, so a new port needs no other file. The house style makes that safe: Verilog-2005
headers with one declaration per port. What a bench package (`tb/<name>/__init__.py`) may say:

* ``TOP``: the module. If it has AXI ports it is wrapped, and the HDL top is ``<name>_tb``, with the same parameters; otherwise the module is the top.
* ``SHOWN``: signals of the AXI port that the module lacks and the bench plays to the checker, say ``("rlast", "rvalid", "rready")``: inputs ``c_rlast`` and so on.
* ``BESIDE``: modules beside the first, with the parameters that it does not have: ``{"windlass_buffer": {"WIDTH": "DATA_WIDTH + 2"}}``. An output and an
  input of the same name are joined and do not come out.

Further outputs of a wrapper: ``errors``, the rules broken, and ``busy``, 1 while a checker waits for something.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from windlass.rtl.session import COMMENT

ROOT = Path(__file__).resolve().parents[2]
HDL = ROOT / "tb/env/hdl"
AXI = re.compile(r"([ms]_axil?(?:_\w+)?)_(?:aw|w|b|ar|r)valid|([ms]_axis)_tvalid")
PORT = re.compile(
    r"(input|output|inout)\s+(?:wire\b|reg\b|integer\b)?\s*(signed\b)?\s*(?:\[(.*)\])?\s*(\w+)", re.DOTALL
)


@dataclass(frozen=True)
class Port:
    """A port: `direction` input, output or inout; `width` is the text between the brackets, "" for one bit."""

    direction: str
    width: str
    name: str

    def declared(self) -> str:
        """As a wire in a port list."""
        return f"{self.direction} wire {f'[{self.width}] ' if self.width else ''}{self.name}"


def _split(text: str) -> list[str]:
    """Split at commas outside of all brackets."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "," and not depth:
            parts.append(text[start:i])
            start = i + 1
    return [p.strip() for p in [*parts, text[start:]] if p.strip()]


def _group(text: str, at: int) -> tuple[str, int]:
    """What stands in the parentheses that open at or after `at`, and where they close."""
    first = text.index("(", at)
    depth = 0
    for i in range(first, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if not depth:
            return text[first + 1 : i], i + 1
    raise ValueError("a parenthesis is not closed")


def header(path: Path) -> tuple[dict[str, str], list[Port]]:
    """Parameters (name -> default) and ports of the module in `path`, named as the file. Raises ValueError for what is not house style."""
    parameters, ports = _header(path.stem, path.read_text())
    return dict(parameters), list(ports)


@functools.cache  # the top's is asked for with each build of a matrix
def _header(name: str, source: str) -> tuple[dict[str, str], list[Port]]:
    """`header` of module `name` in the text `source`."""
    text = COMMENT.sub(" ", source)
    found = re.search(rf"\bmodule\s+{name}\b\s*(#)?", text)
    if not found:
        raise ValueError(f"{name}.v: no module {name}")
    at, parameters = found.end(), {}
    if found[1]:
        group, at = _group(text, at)
        for part in _split(group):
            parameter = re.fullmatch(r"parameter\s+(\w+)\s*=\s*(.*)", part, re.DOTALL)
            if not parameter:
                raise ValueError(f"{name}.v: cannot read parameter {part!r}")
            parameters[parameter[1]] = " ".join(parameter[2].split())
    ports = []
    for part in _split(_group(text, at)[0]):
        port = PORT.fullmatch(part)
        if not port:
            raise ValueError(f"{name}.v: cannot read port {part!r}")
        ports.append(Port(port[1], " ".join((port[3] or "").split()), port[4]))
    return parameters, ports


def _instance(module: str, name: str, parameters: Mapping[str, str], ports: Mapping[str, str]) -> list[str]:
    """Lines of an instance."""
    values = ", ".join(f".{n}({v})" for n, v in parameters.items())
    pins = ",\n".join(f"      .{n}({v})" for n, v in ports.items())
    return [f"  {module} {f'#({values}) ' if values else ''}{name} (", pins, "  );"]


def _bits(width: str) -> str:
    """Number of bits of a port: an expression."""
    if not width:
        return "1"
    high = width.rpartition(":")[0]
    return high.removesuffix("-1") if high.endswith("-1") else str(int(high) + 1)


def _checker(
    prefix: str, module: Mapping[str, str], ports: Mapping[str, Port], shown: tuple[str, ...], number: int
) -> list[str]:
    """A protocol checker on the AXI port `prefix` of a module with parameters `module`. A signal that is not there is 0; BURST is then INCR."""
    kind = {"axil": "wl_axil_checker", "axis": "wl_axis_checker"}.get(prefix.split("_")[1], "wl_axi_checker")
    parameters, wanted = header(HDL / f"{kind}.v")
    pins, values = {"clk": "aclk", "rst_n": "aresetn"}, {"NAME": f'"{prefix}"'}
    values |= {n: n for n in parameters if n in module}
    for port in wanted:
        own = ports.get(f"{prefix}_{port.name}")
        parameter = port.width.removesuffix("-1:0")
        if port.direction == "output":
            pins[port.name] = f"{port.name}{number}"
        elif own:
            pins[port.name] = own.name
            if parameter in parameters:
                values[parameter] = _bits(own.width)
        elif port.name not in pins:
            pins[port.name] = f"c_{port.name}" if port.name in shown else "01"[port.name.endswith("burst")]
    wires = [f"  wire signed [31:0] errors{number};", f"  wire busy{number};"]
    return [*wires, *_instance(kind, f"check{number}", values, pins)]


def wrapper(
    name: str, module: str, shown: tuple[str, ...] = (), beside: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """Verilog of the wrapper `name` around `module`; "" if it has no AXI port. Raises ValueError for a signal in `shown` that cannot be shown."""
    parameters, own = header(ROOT / "rtl" / f"{module}.v")
    prefixes = list(dict.fromkeys(m[1] or m[2] for p in own if (m := AXI.fullmatch(p.name))))
    if not prefixes:
        return ""
    instances, everywhere = [(module, {n: n for n in parameters}, own)], list(own)
    for other, given in (beside or {}).items():
        names, ports = header(ROOT / "rtl" / f"{other}.v")
        values = {n: given.get(n, n) for n in names}
        renamed = []
        for p in ports:
            width = p.width
            for parameter, value in given.items():
                width = re.sub(rf"\b{parameter}\b", f"({value})", width)
            renamed.append(Port(p.direction, width, p.name))
        instances.append((other, values, renamed))
        everywhere += renamed
    outputs = {p.name for p in everywhere if p.direction == "output"}
    inputs = {p.name for p in everywhere if p.direction == "input"}
    joined = outputs & inputs
    outside = {p.name: p for p in everywhere if p.name not in joined}
    _, checked = header(HDL / "wl_axi_checker.v")
    for signal in shown:
        play = next((p for p in checked if p.name == signal and p.direction == "input"), None)
        if play is None or len(prefixes) > 1 or f"{prefixes[0]}_{signal}" in outside:
            raise ValueError(f"{name}: {signal} cannot be shown to the checker")
        if any(n in play.width and n not in parameters for n in ("DATA_WIDTH", "ADDR_WIDTH")):
            raise ValueError(f"{name}: {signal} has a width that {module} does not know")
        outside[f"c_{signal}"] = Port("input", play.width, f"c_{signal}")
    errors = [f"errors{i}" for i in range(len(prefixes))]
    lines = [
        "`resetall", "`timescale 1ns / 1ps", "`default_nettype none", "",
        f"module {name} #(", ",\n".join(f"    parameter {n} = {v}" for n, v in parameters.items()), ") (",
        ",\n".join(f"    {p.declared()}" for p in [*outside.values(), Port("output", "31:0", "errors"), Port("output", "", "busy")]), ");",
    ]  # fmt: skip
    lines += [
        f"  wire {f'[{p.width}] ' if p.width else ''}{p.name};"
        for p in everywhere
        if p.name in joined and p.direction == "output"
    ]
    for i, (kind, values, ports) in enumerate(instances):
        lines += _instance(kind, "dut" if not i else f"beside{i}", values, {p.name: p.name for p in ports})
    for i, prefix in enumerate(prefixes):
        lines += _checker(prefix, parameters, {p.name: p for p in own}, shown, i)
    lines += [
        f"  assign errors = {' + '.join(errors)};", f"  assign busy = {' || '.join(e.replace('errors', 'busy') for e in errors)};",
        "endmodule", "", "`resetall", "",
    ]  # fmt: skip
    return "\n".join(lines)


def bench_top(bench: ModuleType) -> tuple[str, dict[str, str]]:
    """The HDL top of a bench package, and the Verilog to build with it: file name -> text."""
    module = bench.TOP
    if not (ROOT / "rtl" / f"{module}.v").exists():
        return module, {}  # a top of the bench's own
    name = bench.__name__.rpartition(".")[2] + "_tb"
    text = wrapper(name, module, getattr(bench, "SHOWN", ()), getattr(bench, "BESIDE", None))
    return (name, {f"{name}.v": text}) if text else (module, {})
