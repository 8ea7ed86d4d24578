"""Python side of the unit benches: one clocking rule, monitors and scoreboards on cocotb-bus.

The rule, so that Icarus and Verilator see the same thing: a bench writes inputs just after the falling edge (`falling`), and looks at
outputs later in that same time step (`settled`), when combinational paths have settled. What is seen there is what the next rising
edge acts on. Nothing is written or read near a rising edge.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.task import Task
from cocotb.triggers import ReadOnly, ReadWrite
from cocotb_bus.monitors import Monitor


async def _edges(dut: Any, cycles: int) -> None:
    for _ in range(cycles):
        await dut.aclk.falling_edge


def falling(dut: Any, cycles: int = 1) -> Awaitable[Any]:
    """Wait for the next falling edge of `aclk` (or the `cycles`-th): the place to write inputs."""
    if cycles == 1:
        return dut.aclk.falling_edge  # the trigger itself: no coroutine in each cycle
    return _edges(dut, cycles)


def settled() -> Awaitable[Any]:
    """Wait until this time step has settled: the place to read outputs. The next await must be `falling`."""
    return ReadOnly()


class Pin:
    """An input of the module, written by the bench only: what it has already is not written again. Most of what a bench writes in a
    cycle is as it was in the last one, and a write through cocotb takes many times as long as the comparison."""

    __slots__ = ("_now", "_signal")

    def __init__(self, signal: Any) -> None:
        self._signal = signal
        self._now: Any = None

    @property
    def value(self) -> Any:
        """As the handle's."""
        return self._signal.value

    @value.setter
    def value(self, value: Any) -> None:
        if value != self._now:
            self._signal.value = value
            self._now = value

    def __len__(self) -> int:
        return len(self._signal)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._signal, name)


async def start(dut: Any, **inputs: int) -> None:
    """Start the clock (10 ns), write `inputs`, hold reset for 4 cycles and release it (if the module has one)."""
    vars(dut).update(dut._items())  # found without a search
    for name, value in inputs.items():
        pin = vars(dut)[name] = Pin(dut[name])
        pin.value = value
    resets = hasattr(dut, "aresetn")
    if resets:
        dut.aresetn.value = 0
    await ReadWrite()  # what was written is there before the first edge
    Clock(dut.aclk, 10, unit="ns", impl="gpi").start()  # in C under both simulators
    await falling(dut, 4)
    if resets:
        dut.aresetn.value = 1


async def broadcast(dut: Any, priv: int, channel: int, offset: int, value: int) -> None:
    """An accepted register write, as the csr tells it to all modules: `priv` 1 for a grant register, byte offset in its block, 32 bits."""
    dut.cw_valid.value, dut.pw_valid.value, dut.cw_ch.value = not priv, priv, channel
    dut.cw_reg.value, dut.cw_data.value = offset // 4, value & 0xFFFF_FFFF
    await falling(dut)
    dut.cw_valid.value = dut.pw_valid.value = 0


def text(handle: Any) -> Callable[[], str]:
    """A function that gives a signal's bits now, most significant first. The benches read a few signals in each of many cycles, and
    the values that cocotb's `.value` makes of these bits take most of their time."""
    return handle._handle.get_signal_val_binstr


def known(handle: Any) -> int:
    """The value of a signal as an unsigned integer. Raises AssertionError if a bit of it is X or Z."""
    bits = handle._handle.get_signal_val_binstr()
    try:
        return int(bits, 2)
    except ValueError:
        raise AssertionError(f"{handle._path} is {bits}") from None


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


class Sampler:
    """Looks at all SignalMonitors of a test in each cycle: one task, since to wake many costs more than what they look at."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.monitors: list[SignalMonitor] = []
        self.task: Task[None] = cocotb.start_soon(self._run())

    async def _run(self) -> None:
        while True:
            await falling(self.dut)
            there = len(self.monitors)  # one that is added in this time step looks from the next cycle on
            await settled()
            running = known(self.dut.aresetn)
            for monitor in self.monitors[:there]:
                monitor.look(running)


class SignalMonitor(Monitor):
    """Records what a module gives out: in each cycle in which all of `when` are 1, the tuple of the values of `fields`.

    `when` and `fields` are signal names of `dut`. While aresetn is 0 nothing is recorded; a valid signal that is X then
    fails the test, and so does a field that is X when it is recorded (X-clean after reset).
    """

    _sampler: Sampler | None = None  # of the test that runs

    def __init__(self, dut: Any, when: Iterable[str], fields: Iterable[str], callback: Callable | None = None) -> None:
        self.dut = dut
        self.when = [getattr(dut, name) for name in when]
        self.fields = [getattr(dut, name) for name in fields]
        self.levels = [text(s) for s in self.when]
        self.name = "+".join(when)
        super().__init__(callback=callback)

    async def _monitor_recv(self) -> None:
        sampler = SignalMonitor._sampler
        if sampler is None or sampler.dut is not self.dut or sampler.task.done():  # a test's tasks end with it
            sampler = SignalMonitor._sampler = Sampler(self.dut)
        sampler.monitors.append(self)

    def look(self, running: int) -> None:
        """This cycle, which has settled; `running`: aresetn is 1."""
        try:
            when = [int(bits(), 2) for bits in self.levels]  # all of them: none may be X
        except ValueError:
            when = [known(s) for s in self.when]  # says which
        if running and all(when):
            self._recv(tuple([known(s) for s in self.fields]))


class Check:
    """A cocotb-bus scoreboard over SignalMonitors: `expect` queues what must come, in order; `finish` demands that it all came."""

    def __init__(self, dut: Any) -> None:
        # Here, since it loads scapy: benches without a scoreboard start faster.
        from cocotb_bus.scoreboard import Scoreboard

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
