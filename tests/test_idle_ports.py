"""Ports of what was not built, or goes elsewhere, stay idle whatever comes in (docs/integration.md)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from windlass.rtl.session import ROOT
from windlass.rtl.toolchain import sim_env

from tb.env.wrapper import header

DESCRIPTORS = (
    "m_axi_desc_awvalid",
    "m_axi_desc_wvalid",
    "m_axi_desc_arvalid",
    "m_axi_desc_bready",
    "m_axi_desc_rready",
)
STREAMS = ("m_axis_tvalid", "m_axis_tdata", "m_axis_tkeep", "m_axis_tlast", "m_axis_tuser", "s_axis_tready")
MASTERS = ("s_axi_dev_awready", "s_axi_dev_wready", "s_axi_dev_arready", "s_axi_dev_bvalid", "s_axi_dev_rvalid")
BUILDS = {
    "STREAMS": (0, STREAMS), "BUS_MASTERS": (0, MASTERS), "DESCRIPTORS": (0, DESCRIPTORS[:3]), "DESC_SHARED": (1, DESCRIPTORS[:3]),
}  # fmt: skip


def bench(parameters: dict[str, int], idle: tuple[str, ...]) -> str:
    """A test bench: reset for one cycle, random bits on all inputs for 3400 cycles, and writes that start a table; `idle` outputs are looked at."""
    values, ports = header(ROOT / "rtl/windlass.v")
    inputs = [p for p in ports if p.direction == "input" and p.name not in ("aclk", "aresetn")]
    width = {p.name: f"[{p.width}] " if p.width else "" for p in ports}
    lines = ["`timescale 1ns / 1ps", "module idle_tb;"]
    lines += [f"  localparam {name} = {parameters.get(name, value)};" for name, value in values.items()]
    lines += ["  reg aclk = 0, aresetn = 0;"]
    lines += [f"  reg {width[p.name]}{p.name} = 0;" for p in inputs]
    lines += [f"  wire {width[p.name]}{p.name};" for p in ports if p.direction == "output"]
    given = ", ".join(f".{name}({name})" for name in parameters)
    lines += [f"  windlass #({given}) dut ({', '.join(f'.{p.name}({p.name})' for p in ports)});"]
    lines += [
        "  integer n;",
        "  initial begin",
        "    for (n = 0; n < 3400; n = n + 1) begin",
        "      #5;",
        "      aresetn = n > 0;",
    ]
    lines += [f"      {p.name} = {{16{{$random}}}};" for p in inputs]
    # A table of one descriptor, again and again.
    steps = [(0x40000, 1), (0x40028, 0x1000), (0x40030, 1), (0x40004, 1)]
    lines += ["      {s_axil_awvalid, s_axil_wvalid, s_axil_bready, s_axil_wstrb} = 7'h7F;", "      case (n >> 5 & 3)"]
    lines += [
        f"        {i}: begin s_axil_awaddr = {at}; s_axil_wdata = {value}; end" for i, (at, value) in enumerate(steps)
    ]
    lines += ["      endcase"]
    lines += ["      #5 aclk = 1;", "      #10 aclk = 0;"]
    lines += [f'      if (n > 4 && {name} !== 0) $display("BUSY {name} %0d", n);' for name in idle]
    lines += [
        "      if (s_axil_bvalid) aw = aw + 1;",
        "    end",
        '    $display("writes %0d", aw);',
        "    $finish;",
        "  end",
        "  integer aw = 0;",
        "endmodule",
    ]
    return "\n".join(lines) + "\n"


def run(folder: Path, parameters: dict[str, int], idle: tuple[str, ...]) -> str:
    """What the bench says."""
    text = folder / "idle_tb.v"
    text.write_text(bench(parameters, idle))
    sources = [str(p) for p in sorted((ROOT / "rtl").glob("*.v"))]
    command = [
        "iverilog",
        "-g2005",
        "-s",
        "idle_tb",
        "-I",
        str(ROOT / "rtl"),
        "-o",
        str(folder / "idle.vvp"),
        str(text),
        *sources,
    ]
    subprocess.run(command, env=sim_env("icarus"), check=True, capture_output=True, text=True)
    done = subprocess.run(
        ["vvp", "-n", str(folder / "idle.vvp")], env=sim_env("icarus"), check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.parametrize("name", BUILDS)
def test_what_was_not_built_is_idle(name: str, tmp_path: Path) -> None:
    value, idle = BUILDS[name]
    said = run(tmp_path, {"CHANNELS": 1, "MAP_REGISTERS": 0, name: value}, idle)
    assert "BUSY" not in said and int(said.split("writes ")[1].split()[0]) > 300, said[:2000]


def test_the_bench_sees_what_is_not_idle(tmp_path: Path) -> None:
    """With everything built the same outputs move."""
    said = run(
        tmp_path,
        {"CHANNELS": 1, "MAP_REGISTERS": 0, "STREAMS": 1, "BUS_MASTERS": 1},
        (*DESCRIPTORS, *STREAMS, *MASTERS),
    )
    moved = {line.split()[1] for line in said.splitlines() if line.startswith("BUSY")}
    assert {"m_axi_desc_arvalid", "s_axis_tready", "s_axi_dev_arready", "s_axi_dev_awready"} <= moved, moved
