"""Python side of the unit benches: one clocking rule, monitors and scoreboards on cocotb-bus.

The rule, so that Icarus and Verilator see the same thing: a bench writes inputs just after the falling edge (`falling`), and looks at
outputs later in that same time step (`settled`), when combinational paths have settled. What is seen there is what the next rising
edge acts on. Nothing is written or read near a rising edge.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly
from cocotb_bus.monitors import Monitor
from cocotb_bus.scoreboard import Scoreboard


async def falling(dut: Any, cycles: int = 1) -> None:
    """Wait for the next falling edge of `aclk` (or the `cycles`-th): the place to write inputs."""
    for _ in range(cycles):
        await FallingEdge(dut.aclk)


async def settled() -> None:
    """Wait until this time step has settled: the place to read outputs. The next await must be `falling`."""
    await ReadOnly()


async def start(dut: Any, **inputs: int) -> None:
    """Start the clock (10 ns), write `inputs`, hold reset for 4 cycles and release it (if the module has one)."""
    for name, value in inputs.items():
        getattr(dut, name).value = value
    resets = hasattr(dut, "aresetn")
    if resets:
        dut.aresetn.value = 0
    Clock(dut.aclk, 10, unit="ns").start()
    await falling(dut, 4)
    if resets:
        dut.aresetn.value = 1


def known(handle: Any) -> int:
    """The value of a signal as an unsigned integer. Raises AssertionError if a bit of it is X or Z."""
    value = handle.value
    assert value.is_resolvable, f"{handle._path} is {value}"
    return int(value)


def pack(*fields: tuple[int, int]) -> int:
    """Concatenate (value, width) fields, most significant first, as Verilog's {a, b}. Raises ValueError if one does not fit."""
    word = 0
    for value, width in fields:
        if not 0 <= value < 1 << width:
            raise ValueError(f"{value} does not fit in {width} bits")
        word = word << width | value
    return word


def unpack(word: int, *widths: int) -> list[int]:
    """Split `word` into fields of `widths` bits, most significant first."""
    fields = []
    for width in reversed(widths):
        fields.append(word & ((1 << width) - 1))
        word >>= width
    return fields[::-1]


class SignalMonitor(Monitor):
    """Records what a module gives out: in each cycle in which all of `when` are 1, the tuple of the values of `fields`.

    `when` and `fields` are signal names of `dut`. While aresetn is 0 nothing is recorded; a valid signal that is X then
    fails the test, and so does a field that is X when it is recorded (X-clean after reset), except in `lanes`: there bytes may be
    X where no strobe is set, and read as 0.
    """

    def __init__(
        self,
        dut: Any,
        when: Iterable[str],
        fields: Iterable[str],
        callback: Callable | None = None,
        lanes: Iterable[str] = (),
    ) -> None:
        self.dut = dut
        self.lanes = {getattr(dut, name)._path for name in lanes}
        self.when = [getattr(dut, name) for name in when]
        self.fields = [getattr(dut, name) for name in fields]
        self.name = "+".join(when)
        super().__init__(callback=callback)

    async def _monitor_recv(self) -> None:
        while True:
            await falling(self.dut)
            await settled()
            levels = [known(s) for s in self.when]  # all of them: none may be X
            if known(self.dut.aresetn) and all(levels):
                self._recv(tuple(known(s) for s in self.fields))


class Check:
    """A cocotb-bus scoreboard over SignalMonitors: `expect` queues what must come, in order; `finish` demands that it all came."""

    def __init__(self, dut: Any) -> None:
        self.scoreboard = Scoreboard(dut)
        self.expected: dict[str, list[tuple[int, ...]]] = {}

    def watch(self, name: str, monitor: SignalMonitor) -> SignalMonitor:
        """Compare what `monitor` sees with what `expect(name, …)` queues."""
        self.expected[name] = []
        self.scoreboard.add_interface(monitor, self.expected[name])
        return monitor

    def expect(self, name: str, *values: int) -> None:
        """The next record of `name` must be `values`."""
        self.expected[name].append(values)

    def pending(self) -> int:
        """Records still to come."""
        return sum(len(q) for q in self.expected.values())

    async def finish(self, dut: Any, cycles: int = 2000) -> None:
        """Wait until nothing is pending, then a little more for what must not come. Raises AssertionError after `cycles`."""
        for _ in range(cycles):
            if not self.pending():
                break
            await falling(dut)
        await falling(dut, 20)
        assert not self.pending(), f"never came: { {name: q[:3] for name, q in self.expected.items() if q} }"
        assert not self.scoreboard.errors


def seeded(name: str) -> random.Random:
    """A random generator with a fixed seed per bench and test."""
    return random.Random(name)
