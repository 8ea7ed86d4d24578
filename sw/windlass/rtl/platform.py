"""RtlPlatform: a board whose engine is the simulated RTL (``tb/env/hdl/wl_system.v`` under cocotb).

The driver is a plain function, and runs in a greenlet: each method of the platform goes back into the simulation, which carries out
what was asked for and switches to the driver again (:func:`run_driver`). cocotb's ``bridge`` does this with a thread, whose switches
took longer than the simulation. The clock is in HDL; Python wakes for register accesses and interrupts only.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import cocotb
from cocotb.handle import SimHandleBase
from cocotb.triggers import FallingEdge, First, RisingEdge, Timer
from cocotb.utils import get_sim_time
from greenlet import getcurrent, greenlet

from ..busmaster import MasterAnswer, MasterBurst
from ..platform import (
    ENGINE_LINE,
    Board,
    BusError,
    CsrAccess,
    EngineParams,
    PlatformLog,
    PlatformTimeout,
    StreamPacket,
)
from .masters import MasterWires
from .streams import StreamWires

CLOCK_NS = 10
BLOCK = 4096  # bytes that the back door moves at a time


async def run_driver(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a driver, which is no coroutine and calls a platform's methods; returns what it returns, and raises what it raises."""
    driver = greenlet(function)
    step = functools.partial(driver.switch, *args, **kwargs)
    while True:
        asked = step()
        if driver.dead:
            return asked
        coroutine, given = asked
        try:
            step = functools.partial(driver.switch, await coroutine(*given))
        except Exception as e:  # noqa: BLE001 - the driver is the one to handle it
            step = functools.partial(driver.throw, e)


class RtlPlatform(Board):
    """See :class:`windlass.platform.Board`. Make one per simulation; ``await reset()`` before each driver."""

    def __init__(self, dut: SimHandleBase, params: EngineParams, ram_size: int) -> None:
        self.dut = dut
        self.params = params
        self.ram_size = ram_size
        self.log = PlatformLog()
        self._fed = [0, 0]
        #: Stores to memory that the simulation has not seen yet: (address, bytes).
        self._posted: list[tuple[int, bytearray]] = []
        self._start_ns = 0.0
        self.behaviour: dict[str, int] = {}
        """What the memory model is set to by :meth:`reset` (see tb/env/hdl/wl_memory.v)."""
        self._streams = StreamWires(params, self._move)

    async def reset(self) -> None:
        """Reset engine, memory model and streams; RAM and peripherals start empty."""
        self.log = PlatformLog()
        self._posted = []
        dut = self.dut
        for name, value in {"err_lo": 0, "err_hi": 0, "err_kind": 0, "hang_kind": 0, **self.behaviour}.items():
            getattr(dut, name).value = value
        self._errors = [int(self.behaviour.get(name, 0)) for name in ("err_lo", "err_hi", "err_kind")]
        self._streams = StreamWires(self.params, self._move)
        await self._streams.show(dut)
        dut.s_axil_wstrb.value, dut.s_axil_bready.value, dut.s_axil_rready.value = 0xF, 1, 1  # always
        dut.rst_n.value = 0
        for _ in range(5):
            await FallingEdge(dut.clk)
        dut.rst_n.value = 1
        self._start_ns = get_sim_time("ns")

    def _in_sim(self, coroutine: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Run a coroutine in the simulation, behind the stores to memory that are waiting."""
        simulation = getcurrent().parent
        if self._posted:
            return simulation.switch((self._after_posted, (coroutine, args)))
        return simulation.switch((coroutine, args))

    async def _after_posted(self, coroutine: Callable[..., Awaitable[Any]], args: tuple[Any, ...]) -> Any:
        await self.settle()
        return await coroutine(*args)

    async def settle(self) -> None:
        """Carry out the stores that are waiting: at the latest when the driver is through."""
        posted, self._posted = self._posted, []
        for address, data in posted:
            await self._move(True, 0, address, bytes(data))

    # ------------------------------------------------------------------ lines
    def watch_lines(self, listener: Callable[[int, str, int], None]) -> None:
        self._in_sim(self._watch, listener)

    async def _watch(self, listener: Callable[[int, str, int], None]) -> None:
        for kind, signal in (("request", self.dut.req64), ("irq", self.dut.irq)):
            cocotb.start_soon(self._follow(kind, signal, listener))

    async def _follow(self, kind: str, signal: Any, listener: Callable[[int, str, int], None]) -> None:
        seen = 0
        while True:
            mask = int(signal.value) if signal.value.is_resolvable else seen
            if mask != seen:
                seen = mask
                listener(self.now(), kind, mask)
            await signal.value_change

    # ------------------------------------------------------------------ registers
    async def _csr_write(self, offset: int, value: int) -> int:
        d = self.dut
        await FallingEdge(d.clk)
        d.s_axil_awaddr.value, d.s_axil_wdata.value = offset, value
        d.s_axil_awvalid.value = d.s_axil_wvalid.value = 1
        await Timer(1, "ns")
        while True:
            aw, w = d.s_axil_awready.value == 1, d.s_axil_wready.value == 1
            await FallingEdge(d.clk)
            if aw:
                d.s_axil_awvalid.value = 0
            if w:
                d.s_axil_wvalid.value = 0
            if aw and w:
                break
        while d.s_axil_bvalid.value != 1:
            await RisingEdge(d.s_axil_bvalid)
            await FallingEdge(d.clk)
        return int(d.s_axil_bresp.value)

    async def _csr_read(self, offset: int) -> tuple[int, int]:
        d = self.dut
        await FallingEdge(d.clk)
        d.s_axil_araddr.value = offset
        d.s_axil_arvalid.value = 1
        await Timer(1, "ns")
        while d.s_axil_arready.value != 1:
            await FallingEdge(d.clk)
        await FallingEdge(d.clk)
        d.s_axil_arvalid.value = 0
        while d.s_axil_rvalid.value != 1:
            await RisingEdge(d.s_axil_rvalid)
            await FallingEdge(d.clk)
        return int(d.s_axil_rdata.value), int(d.s_axil_rresp.value)

    def csr_read32(self, offset: int, *, live: bool = False) -> int:
        value, response = self._in_sim(self._csr_read, offset)
        if response:
            raise BusError(f"read of register {offset:#07x} answered SLVERR")
        self.log.csr.append(CsrAccess(False, offset, value, live))
        return value

    def csr_write32(self, offset: int, value: int) -> None:
        if self._in_sim(self._csr_write, offset, value & 0xFFFF_FFFF):
            raise BusError(f"write of {value:#010x} to register {offset:#07x} answered SLVERR")
        self.log.csr.append(CsrAccess(True, offset, value & 0xFFFF_FFFF))

    # ------------------------------------------------------------------ back doors
    async def _move(self, write: bool, target: int, address: int, data: bytes | int) -> bytes:
        d = self.dut
        out = bytearray()
        length = len(data) if isinstance(data, bytes) else data
        for at in range(0, length, BLOCK):
            n = min(BLOCK, length - at)
            d.bd_write.value, d.bd_target.value = int(write), target
            d.bd_addr.value, d.bd_len.value = address + at, n
            if isinstance(data, bytes):
                d.bd_data.value = int.from_bytes(data[at : at + n], "little")
            await Timer(1, "ps")
            d.bd_toggle.value = 1 - int(d.bd_toggle.value)
            await Timer(1, "ps")
            if not write:
                out += int(str(d.bd_out.value)[-8 * n :], 2).to_bytes(n, "little")
        return bytes(out)

    def read_mem(self, address: int, length: int) -> bytes:
        if address < 0 or address + length > self.ram_size:
            raise ValueError(f"{address:#x}+{length} is outside RAM (0..{self.ram_size:#x})")
        return self._in_sim(self._move, False, 0, address, length) if length else b""

    def write_mem(self, address: int, data: bytes) -> None:
        if address < 0 or address + len(data) > self.ram_size:
            raise ValueError(f"{address:#x}+{len(data)} is outside RAM (0..{self.ram_size:#x})")
        # No time passes before the next access to the simulation, so that is early enough; neighbours go together.
        if self._posted and self._posted[-1][0] + len(self._posted[-1][1]) == address:
            self._posted[-1][1].extend(data)
        elif data:
            self._posted.append((address, bytearray(data)))

    async def _io(self, write: bool, address: int, value: int) -> int:
        d = self.dut
        await FallingEdge(d.clk)
        d.io_addr.value = address & 0x1FFF
        if write:
            d.io_wdata.value = value
            d.io_toggle.value = 1 - int(d.io_toggle.value)
        await FallingEdge(d.clk)
        return int((d.io_rdata1 if address & 0x1000 else d.io_rdata0).value)

    def io_read32(self, address: int) -> int:
        return self._in_sim(self._io, False, address, 0)

    def io_write32(self, address: int, value: int) -> None:
        self._in_sim(self._io, True, address, value & 0xFFFF_FFFF)

    async def _feed(self, number: int, data: bytes) -> None:
        await self._move(True, 2 + number, self._fed[number], data)
        self._fed[number] += len(data)
        (self.dut.fed1 if number else self.dut.fed0).value = self._fed[number]
        await FallingEdge(self.dut.clk)

    def device_feed(self, number: int, data: bytes) -> None:
        if data:
            self._in_sim(self._feed, number, bytes(data))

    async def _collected(self, number: int) -> bytes:
        kept = int((self.dut.kept1 if number else self.dut.kept0).value)
        return await self._move(False, 4 + number, 0, kept)

    def device_collected(self, number: int) -> bytes:
        return self._in_sim(self._collected, number)

    # ------------------------------------------------------------------ bus masters
    def master_bursts(self, given: Sequence[MasterBurst]) -> list[MasterAnswer]:
        wires = MasterWires(self.dut, self.params, given, self._master_ids(given))
        answers: list[MasterAnswer] = self._in_sim(wires.run)
        return answers

    # ------------------------------------------------------------------ time
    def now(self) -> int:
        return round((get_sim_time("ns") - self._start_ns) / CLOCK_NS)

    async def _wait(self, cycles: int) -> None:
        await Timer(cycles * CLOCK_NS, "ns")

    def wait_cycles(self, cycles: int) -> None:
        if cycles > 0:
            self._in_sim(self._wait, cycles)

    async def _wait_irq(self, timeout: int) -> int:
        d = self.dut
        if d.irq_any.value != 1:
            await First(RisingEdge(d.irq_any), Timer(timeout * CLOCK_NS, "ns"))
            await FallingEdge(d.clk)
        return int(d.irq.value) or (ENGINE_LINE if d.irq_any.value == 1 else 0)

    def wait_irq(self, timeout: int = 1_000_000) -> int:
        mask = self._in_sim(self._wait_irq, timeout)
        if not mask:
            raise PlatformTimeout(f"no interrupt within {timeout} cycles")
        self.log.irqs.append((self.now(), mask))
        return mask

    # ------------------------------------------------------------------ bench
    async def _stream_feed(self, number: int, data: bytes, tid: int, tdest: int, last: bool) -> None:
        await self._streams.feed(number, data, tid, tdest, last)
        await self._streams.show(self.dut)

    def stream_feed(self, number: int, data: bytes, *, tid: int = 0, tdest: int = 0, last: bool = True) -> None:
        self._in_sim(self._stream_feed, number, data, tid, tdest, last)

    async def _stream_look(self, number: int) -> None:
        await self._streams.collect(number, int(self.dut.st_kept.value) >> 32 * number & 0xFFFF_FFFF)

    def stream_collected(self, number: int) -> list[StreamPacket]:
        self._in_sim(self._stream_look, number)
        return list(self._streams.packets[number])

    def stream_partial(self, number: int) -> bytes:
        self._in_sim(self._stream_look, number)
        return bytes(self._streams.current[number])

    async def _stream_pause(self, number: int, source: int, sink: int) -> None:
        self._streams.pause(number, source, sink)
        await self._streams.show(self.dut)

    def stream_pause(self, number: int, source: int = 0, sink: int = 0) -> None:
        self._in_sim(self._stream_pause, number, source, sink)

    async def _acknowledged(self) -> list[tuple[int, int]]:
        acks, ends = int(self.dut.ack_seen.value), int(self.dut.tc_seen.value)
        return [(acks >> 16 * n & 0xFFFF, ends >> 16 * n & 0xFFFF) for n in range(self.params.request_lines)]

    def acknowledged(self) -> list[tuple[int, int]]:
        pulses: list[tuple[int, int]] = self._in_sim(self._acknowledged)
        return pulses

    async def _set(self, **values: int) -> None:
        for name, value in values.items():
            getattr(self.dut, name).value = value
        await FallingEdge(self.dut.clk)

    async def _fail(self, slot: int, low: int, high: int, kind: int) -> None:
        for i, (value, width) in enumerate(((low, 32), (high, 32), (kind, 3))):
            shift, mask = width * slot, (1 << width) - 1
            self._errors[i] = self._errors[i] & ~(mask << shift) | value << shift
        await self._set(err_lo=self._errors[0], err_hi=self._errors[1], err_kind=self._errors[2])

    def fail_memory(self, slot: int, low: int, high: int, response: int, *, read: bool, write: bool) -> None:
        kind = (write << 2 | read << 1 | (response == 3)) if response else 0
        self._in_sim(self._fail, slot, low, high, kind)

    async def _hang(self, low: int, high: int, kind: int) -> None:
        await self._set(hang_lo=low, hang_hi=high, hang_kind=kind)

    def hang_memory(self, low: int, high: int, *, read: bool, write: bool) -> None:
        self._in_sim(self._hang, low, high, write << 1 | read)

    def release_memory(self) -> None:
        self._in_sim(self._hang, 0, 0, 0)

    # ------------------------------------------------------------------ measurement
    async def _stamps(self) -> dict[str, int]:
        names = ("at_write", "at_ar", "at_desc_ar", "at_irq")
        return {name[3:]: int(getattr(self.dut, name).value) for name in names}

    def stamps(self) -> dict[str, int]:
        """Cycle counts since simulation start: ``write`` the last register write was accepted; ``ar``, ``desc_ar`` the first command on
        m_axi and m_axi_desc after it; ``irq`` an interrupt line last rose."""
        stamps: dict[str, int] = self._in_sim(self._stamps)
        return stamps

    async def clear_ram(self) -> None:
        """Fill the RAM with zeros, as at the start."""
        self.dut.clear.value = 1 - int(self.dut.clear.value)
        await Timer(1, "ps")

    async def dump_ram(self) -> str:
        """Write the RAM to ``ram.bin`` in the simulator's folder; returns the path."""
        self.dut.dump.value = 1 - int(self.dut.dump.value)
        await Timer(1, "ns")
        return os.path.abspath("ram.bin")
