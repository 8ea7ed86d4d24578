"""ReferencePlatform: the board without hardware (``docs/platform.md``).

Time is a count of cycles that only moves here: a register access takes a few, a piece about one per bus word. It is
deterministic, and coarser than the RTL's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from ..busmaster import MasterAnswer, MasterBurst
from ..devices import FifoPort
from ..platform import (
    ENGINE_LINE,
    PERIPHERAL_BASE,
    Board,
    CsrAccess,
    EngineParams,
    PlatformLog,
    PlatformTimeout,
    StreamPacket,
)
from ..regs import CHANNEL_BASE
from .engine import Engine
from .masters import BusMasters
from .memory import Fault, Memory
from .registers import RegisterFile

ACCESS_CYCLES = 6
MASTER_CYCLES = 4


class ReferencePlatform(Board):
    """See :class:`windlass.platform.Board`. `ram_size` in bytes; `faults` are physical ranges that answer errors."""

    def __init__(
        self, params: EngineParams | None = None, ram_size: int = 1 << 24, faults: Sequence[Fault] = ()
    ) -> None:
        self.params = params or EngineParams()
        self.ram_size = ram_size
        self.log = PlatformLog()
        self.memory = Memory(ram_size, list(faults))
        self.ports = [FifoPort(), FifoPort()]
        self.engine = Engine(self.params, self.memory, self.ports)
        self.registers = RegisterFile(self.engine)
        self.masters = BusMasters(self.engine)
        self._cycles = 0
        #: Cycles that the last piece took beyond the time that was to pass: the engine has been there already.
        self._ahead = 0
        #: Nothing moves by itself: time can pass in one step.
        self._inert = False
        self._listener: Callable[[int, str, int], None] | None = None
        self._lines = {"request": 0, "irq": 0}

    # ------------------------------------------------------------------ time
    def now(self) -> int:
        return self._cycles - self._ahead

    def watch_lines(self, listener: Callable[[int, str, int], None]) -> None:
        self._listener = listener
        self._tell()

    def _tell(self) -> None:
        """Tell the listener which lines have changed."""
        if self._listener is None:
            return
        request = sum(port.request << line for line, port in enumerate(self.ports))
        for kind, mask in (("request", request), ("irq", self.engine.irq())):
            if mask != self._lines[kind]:
                self._lines[kind] = mask
                self._listener(self._cycles, kind, mask)

    def _tick(self, cycles: int) -> None:
        self._cycles += cycles
        self.engine.advance(cycles)
        for port in self.ports:
            port.advance(cycles)
        if self._listener is not None:
            self._tell()

    def _run(self, cycles: int, until_irq: bool = False) -> bool:
        """Let `cycles` pass; True as soon as an interrupt is up, if asked."""
        if self._inert and not until_irq:
            self._cycles += cycles
            self.engine.now += cycles
            return False
        if self._ahead >= cycles and not until_irq:
            self._ahead -= cycles
            return False
        end = self._cycles + cycles - self._ahead
        self._ahead = 0
        while True:
            if until_irq and (self.engine.irq() or self.engine.irq_own()):
                return True
            if self._cycles >= end:
                self._ahead = self._cycles - end
                self._inert = not self._ahead and self._nothing_moves()
                return False
            used = self.engine.step(end - self._cycles)
            # Nobody can go: only a wire can change that.
            self._tick(used or max(1, min(end - self._cycles, self._quiet())))

    def _nothing_moves(self) -> bool:
        """Until somebody writes to a channel or a device, time changes nothing but the clock."""
        if any(port.enable for port in self.ports) or self.params.streams:
            return False
        engine = self.engine
        if engine.halted or engine.resetting or any(c.active for c in engine.channels):
            return False
        return engine.quiet() == 1 << 30

    def _quiet(self) -> int:
        """Cycles until some wire's next tick, or what else comes by time."""
        waits = [max(p.rate, 1) - p.tick for p in self.ports if p.enable]
        return max(1, min([self.engine.quiet(), *waits]))

    def wait_cycles(self, cycles: int) -> None:
        self._run(cycles)

    def wait_irq(self, timeout: int = 1_000_000) -> int:
        if not self._run(timeout, until_irq=True):
            raise PlatformTimeout(f"no interrupt within {timeout} cycles")
        mask = self.engine.irq() or ENGINE_LINE
        self.log.irqs.append((self._cycles, mask))
        return mask

    # ------------------------------------------------------------------ registers
    def csr_read32(self, offset: int, *, live: bool = False) -> int:
        self._run(ACCESS_CYCLES)
        value = self.registers.read32(offset)
        self.log.csr.append(CsrAccess(False, offset, value, live))
        return value

    def csr_write32(self, offset: int, value: int) -> None:
        self._run(ACCESS_CYCLES)
        if offset >= CHANNEL_BASE:
            self._inert = False
        self.registers.write32(offset, value & 0xFFFF_FFFF)
        self.log.csr.append(CsrAccess(True, offset, value & 0xFFFF_FFFF))

    # ------------------------------------------------------------------ memory and devices
    def _check(self, address: int, length: int) -> None:
        if address < 0 or address + length > self.ram_size:
            raise ValueError(f"{address:#x}+{length} is outside RAM (0..{self.ram_size:#x})")

    def read_mem(self, address: int, length: int) -> bytes:
        self._check(address, length)
        return bytes(self.memory.data[address : address + length])

    def write_mem(self, address: int, data: bytes) -> None:
        self._check(address, len(data))
        self.memory.data[address : address + len(data)] = data

    def ram_sha256(self) -> str:
        """Hash of all RAM."""
        return hashlib.sha256(self.memory.data).hexdigest()

    def _port(self, address: int) -> tuple[FifoPort, int]:
        number, offset = divmod(address - PERIPHERAL_BASE, 0x1000)
        if not 0 <= number < len(self.ports):
            raise ValueError(f"no peripheral at {address:#x}")
        return self.ports[number], offset

    def io_read32(self, address: int) -> int:
        self._run(1)
        port, offset = self._port(address)
        return port.io_read(offset)

    def io_write32(self, address: int, value: int) -> None:
        self._run(1)
        self._inert = False
        port, offset = self._port(address)
        port.io_write(offset, value & 0xFFFF_FFFF)

    def device_feed(self, number: int, data: bytes) -> None:
        self.ports[number].feed += data

    def device_collected(self, number: int) -> bytes:
        return bytes(self.ports[number].kept)

    def master_bursts(self, given: Sequence[MasterBurst]) -> list[MasterAnswer]:
        self._master_ids(given)
        answers = []
        for burst in given:
            self._run(MASTER_CYCLES + burst.beats)
            if self.memory.hang is not None:
                raise PlatformTimeout("a bus master's access is not answered while memory hangs")
            answers.append(self.masters.carry_out(burst))
        return answers

    # ------------------------------------------------------------------ bench
    def stream_feed(self, number: int, data: bytes, *, tid: int = 0, tdest: int = 0, last: bool = True) -> None:
        self.engine.streams[number].source.feed(data, tid, tdest, last)

    def stream_collected(self, number: int) -> list[StreamPacket]:
        return list(self.engine.streams[number].sink.packets)

    def stream_partial(self, number: int) -> bytes:
        return bytes(self.engine.streams[number].sink.current)

    def stream_pause(self, number: int, source: int = 0, sink: int = 0) -> None:
        port = self.engine.streams[number]
        port.source.pause, port.sink.pause = source, sink
        port.source.advance()

    def acknowledged(self) -> list[tuple[int, int]]:
        return [(acks, ends) for acks, ends in self.engine.acknowledged]

    def fail_memory(self, slot: int, low: int, high: int, response: int, *, read: bool, write: bool) -> None:
        self.memory.fail(slot, Fault(low, high, response, read, write) if response else None)

    def hang_memory(self, low: int, high: int, *, read: bool, write: bool) -> None:
        self.memory.hang = Fault(low, high, 0, read, write)

    def release_memory(self) -> None:
        self.engine.release()
