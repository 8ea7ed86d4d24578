"""The checkers count nothing on legal traffic, and each rule, broken once, counts. X is planted under Icarus only (Verilator has none)."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotb.types import LogicArray

from tb.env.unit import falling, known, settled, start

FULL_IDLE = [
    "awaddr", "awlen", "awsize", "awburst", "awvalid", "awready", "wdata", "wstrb", "wlast", "wvalid", "wready", "bresp",
    "bvalid", "bready", "araddr", "arlen", "arsize", "arburst", "arvalid", "arready", "rdata", "rresp", "rlast", "rvalid", "rready",
]  # fmt: skip
LITE_IDLE = [
    "awaddr", "awvalid", "awready", "wdata", "wstrb", "wvalid", "wready", "bresp", "bvalid", "bready",
    "araddr", "arvalid", "arready", "rdata", "rresp", "rvalid", "rready",
]  # fmt: skip
STREAM_IDLE = ["tdata", "tkeep", "tlast", "tid", "tdest", "tuser", "tvalid", "tready"]
FOUR_STATE = cocotb.SIM_NAME.lower().startswith("icarus")


class Port:
    """One checked port: `cycle(name=value, …)` shows these values for one clock cycle, everything else idle."""

    def __init__(self, dut: Any, prefix: str) -> None:
        self.dut, self.prefix = dut, prefix
        self.names = {"f_": FULL_IDLE, "l_": LITE_IDLE, "s_": STREAM_IDLE}[prefix]

    def set(self, **values: Any) -> None:
        """Write the signals: ones named, zero the others."""
        for name in self.names:
            getattr(self.dut, self.prefix + name).value = values.get(name, 0)

    async def cycle(self, **values: Any) -> None:
        """Values for one rising edge."""
        self.set(**values)
        await falling(self.dut)

    async def errors(self) -> int:
        """Broken rules counted so far."""
        await settled()
        value = known(getattr(self.dut, self.prefix + "errors"))
        await falling(self.dut)
        return value

    async def reset(self) -> None:
        """Back to a clean state: whatever was owed is forgotten."""
        self.set()
        self.dut.aresetn.value = 0
        await falling(self.dut, 2)
        self.dut.aresetn.value = 1
        await falling(self.dut)


def aw(**more: Any) -> dict[str, Any]:
    """A write address, taken: one 8-byte beat at 0x100."""
    return {"awaddr": 0x100, "awsize": 3, "awburst": 1, "awvalid": 1, "awready": 1, **more}


def w(**more: Any) -> dict[str, Any]:
    """A last data beat, taken."""
    return {"wdata": 5, "wstrb": 0xFF, "wlast": 1, "wvalid": 1, "wready": 1, **more}


def ar(**more: Any) -> dict[str, Any]:
    """A read address, taken."""
    return {"araddr": 0x100, "arsize": 3, "arburst": 1, "arvalid": 1, "arready": 1, **more}


B = {"bvalid": 1, "bready": 1}
R = {"rvalid": 1, "rready": 1, "rlast": 1}
X8, X1 = LogicArray("X" * 8), LogicArray("X")

# What each sequence breaks; every step is one cycle.
FULL_BROKEN: dict[str, list[dict[str, Any]]] = {
    "AWVALID dropped": [aw(awready=0), {}],
    "AWADDR moved": [aw(awready=0), aw(awaddr=0x108)],
    "AWLEN moved": [aw(awready=0), aw(awlen=1)],
    "ARVALID dropped": [ar(arready=0), {}],
    "ARSIZE moved": [ar(arready=0), ar(arsize=2)],
    "WVALID dropped": [aw(), w(wready=0), {}],
    "WDATA moved": [aw(), w(wready=0), w(wdata=6)],
    "WSTRB moved": [aw(), w(wready=0), w(wstrb=1)],
    "BVALID dropped": [aw(), w(), {"bvalid": 1}, {}],
    "BRESP moved": [aw(), w(), {"bvalid": 1}, {**B, "bresp": 2}],
    "RVALID dropped": [ar(), {"rvalid": 1, "rlast": 1}, {}],
    "RDATA moved": [ar(), {"rvalid": 1, "rlast": 1}, {**R, "rdata": 1}],
    "write crosses 4 KiB": [aw(awaddr=0xFF8, awlen=1)],
    "read crosses 4 KiB": [ar(araddr=0xFFC, arlen=1)],
    "beat wider than the bus": [ar(arsize=4)],
    "reserved burst type": [ar(arburst=3)],
    "FIXED of 17": [ar(arburst=0, arlen=16)],
    "WRAP of 3": [ar(arburst=2, arlen=2)],
    "strobe outside, found when the address comes": [w(wstrb=0xF0), aw(awsize=2), B],
    "B before the address": [w(), B],
    "WLAST too early": [aw(awlen=1), w()],
    "WLAST missing": [aw(), w(wlast=0)],
    "strobe below an unaligned address": [aw(awaddr=0x103), w(wstrb=0xFF)],
    "strobe outside a narrow beat": [aw(awaddr=0x104, awsize=1), w(wstrb=0xC0)],
    "B without a write": [B],
    "B before the last W": [aw(awlen=1), w(wlast=0), B],
    "second B": [aw(), w(), B, B],
    "R without a read": [R],
    "RLAST too early": [ar(arlen=1), R],
    "RLAST missing": [ar(), {**R, "rlast": 0}],
    "beat after RLAST": [ar(), R, R],
}
FULL_X: dict[str, list[dict[str, Any]]] = {
    "X on ARVALID": [{"arvalid": X1}],
    "X on BREADY": [{"bready": X1}],
    "X in AWLEN": [aw(awlen=X8)],
    "X in WSTRB": [aw(), w(wstrb=X8)],
    "X in a lane without a strobe": [aw(), w(wdata=LogicArray("X" * 8 + "0" * 56), wstrb=1)],
}
FULL_LEGAL: dict[str, list[dict[str, Any]]] = {
    "write": [aw(), w(), B],
    "address held, then data with a pause": [aw(awready=0), aw(awready=0), aw(), w(wready=0), w(), {}, B],
    "address and data together": [{**aw(), **w()}, B],
    "data before its address": [w(wlast=0), w(), aw(awlen=1), B],
    "burst to the end of a page": [aw(awaddr=0xFF0, awlen=1), w(wlast=0), w(), B],
    "unaligned": [aw(awaddr=0x103, awlen=1), w(wlast=0, wstrb=0xF8), w(wstrb=0x07), B],
    "narrow INCR": [aw(awaddr=0x106, awsize=1, awlen=1), w(wlast=0, wstrb=0xC0), w(wstrb=0x03), B],
    "narrow FIXED": [aw(awaddr=0x104, awsize=2, awburst=0, awlen=1), w(wlast=0, wstrb=0xF0), w(wstrb=0xF0), B],
    "no strobe at all": [aw(), w(wstrb=0), B],
    "reads in flight": [ar(), ar(arlen=1), R, {**R, "rlast": 0}, {"rvalid": 1, "rlast": 1}, R],
    "SLVERR and DECERR": [aw(), w(), {**B, "bresp": 2}, ar(), {**R, "rresp": 3}],
}
LA = {"awaddr": 4, "awvalid": 1, "awready": 1}
LW = {"wdata": 5, "wstrb": 15, "wvalid": 1, "wready": 1}
LR = {"araddr": 4, "arvalid": 1, "arready": 1}
LB, LD = {"bvalid": 1, "bready": 1}, {"rvalid": 1, "rready": 1}
LITE_BROKEN: dict[str, list[dict[str, Any]]] = {
    "AWVALID dropped": [{**LA, "awready": 0}, {}],
    "AWADDR moved": [{**LA, "awready": 0}, {**LA, "awaddr": 8}],
    "WVALID dropped": [{**LW, "wready": 0}, {}],
    "WDATA moved": [{**LW, "wready": 0}, {**LW, "wdata": 1}],
    "ARVALID dropped": [{**LR, "arready": 0}, {}],
    "ARADDR moved": [{**LR, "arready": 0}, {**LR, "araddr": 8}],
    "BVALID dropped": [{**LA, **LW}, {"bvalid": 1}, {}],
    "BRESP moved": [{**LA, **LW}, {"bvalid": 1}, {**LB, "bresp": 2}],
    "RVALID dropped": [LR, {"rvalid": 1}, {}],
    "RDATA moved": [LR, {"rvalid": 1}, {**LD, "rdata": 1}],
    "EXOKAY on a write": [{**LA, **LW}, {**LB, "bresp": 1}],
    "EXOKAY on a read": [LR, {**LD, "rresp": 1}],
    "B before the data": [LA, LB],
    "B before the address": [LW, LB],
    "B in the cycle of the address": [LW, {**LA, **LB}],
    "second B": [{**LA, **LW}, LB, LB],
    "R without a read": [LD],
    "second R": [LR, LD, LD],
}
LITE_X: dict[str, list[dict[str, Any]]] = {
    "X on AWREADY": [{"awready": X1}],
    "X in WDATA": [{**LW, "wdata": LogicArray("X" * 32)}],
    "X in RRESP": [LR, {**LD, "rresp": LogicArray("XX")}],
}
LITE_LEGAL: dict[str, list[dict[str, Any]]] = {
    "write, both orders": [LA, LW, LB, LW, LA, LB, {**LA, **LW}, LB],
    "held": [{**LA, "awready": 0}, LA, {**LW, "wready": 0}, LW, {"bvalid": 1, "bresp": 2}, {**LB, "bresp": 2}],
    "read": [{**LR, "arready": 0}, LR, {"rvalid": 1, "rdata": 7}, {**LD, "rdata": 7}],
}


S = {"tkeep": 0xFF, "tvalid": 1, "tready": 1}
SE = {**S, "tlast": 1}
STREAM_BROKEN: dict[str, list[dict[str, Any]]] = {
    "TVALID dropped": [{**SE, "tready": 0}, {}],
    "TDATA moved": [{**SE, "tready": 0}, {**SE, "tdata": 1}],
    "TLAST moved": [{**SE, "tready": 0}, S],
    "TUSER moved": [{**SE, "tready": 0}, {**SE, "tuser": 1}],
    "TKEEP with a hole": [{**SE, "tkeep": 0x05}],
    "TKEEP not from byte 0": [{**SE, "tkeep": 0xFE}],
    "TKEEP short without TLAST": [{**S, "tkeep": 0x7F}, SE],
    "TUSER without TLAST": [{**S, "tuser": 1}, SE],
    "TID within a packet": [S, {**SE, "tid": 1}],
    "TDEST within a packet": [S, {**SE, "tdest": 1}],
}
STREAM_X: dict[str, list[dict[str, Any]]] = {
    "X on TREADY": [{"tready": X1}],
    "X in TKEEP": [{**SE, "tkeep": X8}],
    "X in a byte that is kept": [{**SE, "tdata": LogicArray("X" * 64)}],
}
STREAM_LEGAL: dict[str, list[dict[str, Any]]] = {
    "packets": [S, {**SE, "tkeep": 0x07}, {**SE, "tkeep": 0, "tid": 3, "tuser": 1}, {**SE, "tdest": 2}],
    "held": [{**S, "tready": 0, "tdata": 5}, {**S, "tdata": 5}, {}, {"tready": 1}, SE],
    "what is not kept may move": [
        {**SE, "tkeep": 0x01, "tready": 0, "tdata": 5},
        {**SE, "tkeep": 0x01, "tdata": 0x105},
    ],
}


async def run(dut: Any, prefix: str, sequences: dict[str, list[dict[str, Any]]], broken: bool) -> None:
    """Play each sequence from a clean state; it must count, or must not."""
    port = Port(dut, prefix)
    for name, steps in sequences.items():
        await port.reset()
        before = await port.errors()
        for step in steps:
            await port.cycle(**step)
        port.set()
        await falling(dut)
        counted = await port.errors() - before
        assert (counted > 0) == broken, f"{name}: {counted} counted"
        if not broken:
            assert not known(getattr(dut, prefix + "busy")), name


async def both_idle(dut: Any) -> None:
    """Reset with both ports idle."""
    Port(dut, "f_").set()
    Port(dut, "l_").set()
    Port(dut, "s_").set()
    await start(dut)
    await falling(dut)


@cocotb.test()
async def full(dut):
    """AXI4: legal traffic counts nothing, each broken rule counts."""
    await both_idle(dut)
    await run(dut, "f_", FULL_LEGAL, broken=False)
    await run(dut, "f_", FULL_BROKEN | (FULL_X if FOUR_STATE else {}), broken=True)


@cocotb.test()
async def lite(dut):
    """AXI4-Lite: likewise."""
    await both_idle(dut)
    await run(dut, "l_", LITE_LEGAL, broken=False)
    await run(dut, "l_", LITE_BROKEN | (LITE_X if FOUR_STATE else {}), broken=True)


@cocotb.test()
async def reset(dut):
    """VALID in reset counts; so does it on the AXI4-Lite side for responses."""
    await both_idle(dut)
    for prefix, name in (("f_", "awvalid"), ("f_", "wvalid"), ("f_", "arvalid"), ("l_", "bvalid"), ("l_", "rvalid")):
        port = Port(dut, prefix)
        await port.reset()
        before = await port.errors()
        dut.aresetn.value = 0
        await falling(dut)
        port.set(**{name: 1})
        await falling(dut, 2)
        port.set()
        await falling(dut)
        dut.aresetn.value = 1
        assert await port.errors() > before, name


@cocotb.test()
async def stream(dut):
    """AXI-Stream: likewise."""
    await both_idle(dut)
    await run(dut, "s_", STREAM_LEGAL, broken=False)
    await run(dut, "s_", STREAM_BROKEN | (STREAM_X if FOUR_STATE else {}), broken=True)
