"""The engine of the reference model: channels, scheduling, access to memory and devices, time-outs, counters.

Written from ``docs/programmers-manual.md``; it knows nothing of the RTL.
"""

from __future__ import annotations

from ..devices import FifoPort
from ..platform import PERIPHERAL_BASE, PERIPHERAL_STRIDE, EngineParams
from .channel import Channel
from .mapregs import MapRegisters
from .memory import DECERR, OKAY, SLVERR, Memory
from .streams import SinkStream, SourceStream, StreamPort

FIXED, ROTATING, WEIGHTED = range(3)


class Engine:
    """What the registers show and set; `step` does one piece of one channel, `advance` lets time pass."""

    def __init__(self, params: EngineParams, memory: Memory, ports: list[FifoPort]) -> None:
        self.params, self.memory, self.ports = params, memory, ports
        self.address_mask = (1 << params.addr_width) - 1
        self.pages_read: set[int] = set()
        self.pages_written: set[int] = set()
        self.now = 0
        p = params
        most = min(p.max_burst, p.stream_beats // 4, 4096 // p.word_bytes, 255)
        self.streams = [
            StreamPort(SourceStream(p.word_bytes), SinkStream(p.word_bytes, p.stream_beats, most, c))
            for c in range(p.streams)
        ]
        self.map = MapRegisters(p.map_registers, p.addr_width, p.bus_masters)
        self.channels = [Channel(self, i) for i in range(p.channels)]
        self.map_regs = dict.fromkeys((0x40, 0x44, 0x48, 0x4C, 0x50), 0)
        self.acknowledged = [[0, 0] for _ in range(p.request_lines)]
        """Pulses of `ack`, and of `tc` with them, of each request line."""
        self.stage = 0
        self.halted = 0  # halves of ports that wait for the memory, as ENGINE shows them, from bit 0
        self._halted_at = [0, 0, 0, 0]
        self.turn = self._in_a_row = 0
        self.resetting = False
        self._clear()

    def _clear(self) -> None:
        """What a soft reset sets back besides the channels."""
        self.arb, self.timeout, self.timed_out, self.irq_enable = ROTATING, 0, 0, 0
        self.map.clear_faults()

    def soft_reset(self) -> None:
        """RESET of the engine: each channel, then the rest, when all are drained."""
        self.resetting = True
        for c in self.channels:
            c.reset()
        self._end_reset()

    def _end_reset(self) -> None:
        if self.resetting and not any(c.active for c in self.channels):
            self.resetting = False
            self._clear()

    # ------------------------------------------------------------------ time
    def advance(self, cycles: int) -> None:
        """Let `cycles` pass: stall counters, time-outs, the wires of the streams."""
        before = self.now
        self.now += cycles
        if self.params.counters:
            step = max(self.params.channels, 8)
            counted = (self.now // step - before // step) * step
            if counted:
                self._count(counted)
        for half in range(4):
            overdue = self.timeout and self.halted >> half & 1 and self.now - self._halted_at[half] >= self.timeout
            if overdue:
                self.timed_out |= 1 << half
                self._halted_at[half] = self.now
        for port in self.streams:
            port.source.advance()
            port.sink.advance(cycles)

    def _count(self, cycles: int) -> None:
        for c in self.channels:
            if c.active:
                cause = c.work.waits_for() or ("arb" if c.number != self.turn else "")
                if cause:
                    c.stalls[cause] += cycles

    def quiet(self) -> int:
        """Cycles until time alone changes something."""
        waits = [c.irq.waits(self.now) for c in self.channels]
        times = [w for w in waits if w]
        times += [c.work.hold - self.now for c in self.channels if c.active and c.work.hold > self.now]
        if self.timeout:
            times += [self._halted_at[h] + self.timeout - self.now for h in range(4) if self.halted >> h & 1]
        times += [1 for port in self.streams if port.sink.queue and port.sink.pause < 256]
        return max(1, min(times, default=1 << 30))

    def hangs(self, half: int, address: int, length: int) -> bool:
        """Whether the port half `half` (as a bit) waits for the memory; an access to a range that does not answer makes it wait."""
        hang = self.memory.hang
        if self.params.desc_shared:
            half = half >> 2 or half
        if hang and not self.halted & half and hang.touches(address, length, half in (2, 8)):
            self.halted |= half
            self._halted_at[half.bit_length() - 1] = self.now
        return bool(self.halted & half)

    def release(self) -> None:
        """The memory answers again."""
        self.memory.hang = None
        self.halted = 0

    # ------------------------------------------------------------------ memory and devices
    def read(self, address: int, length: int) -> bytes:
        """RAM, already checked."""
        self.pages_read.update(range(address >> 12, (address + length - 1 >> 12) + 1))
        return bytes(self.memory.data[address : address + length])

    def write(self, address: int, data: bytes) -> None:
        """RAM, already checked."""
        self.pages_written.update(range(address >> 12, (address + len(data) - 1 >> 12) + 1))
        self.memory.data[address : address + len(data)] = data

    def read_memory(self, address: int, n: int) -> tuple[bytes, int]:
        """Bytes of the words before the first bad one, and its response."""
        w, memory = self.params.word_bytes, self.memory
        if not memory.faults and address + n <= memory.size:
            return self.read(address, n), OKAY
        for word in range(address // w * w, address + n, w):
            response = memory.response(word, w, False)
            if response:
                good = max(word - address, 0)
                return (self.read(address, good) if good else b""), response
        return self.read(address, n), OKAY

    def write_memory(self, address: int, data: bytes) -> int:
        """Write a burst; the response is the first bad word's. Words that answer OKAY are written."""
        w, memory = self.params.word_bytes, self.memory
        if not memory.faults and address + len(data) <= memory.size:
            self.write(address, data)
            return OKAY
        first = OKAY
        for word in range(address // w * w, address + len(data), w):
            response = memory.response(word, w, True)
            low, high = max(word, address), min(word + w, address + len(data))
            if response == OKAY:
                self.write(low, data[low - address : high - address])
            first = first or response
        return first

    def _port(self, address: int) -> tuple[FifoPort | None, int]:
        number, offset = divmod(address - PERIPHERAL_BASE, PERIPHERAL_STRIDE)
        if not 0 <= number < len(self.ports):
            return None, DECERR
        return (self.ports[number], OKAY) if offset == 0 else (None, SLVERR)

    def read_device(self, address: int, n: int, unit: int, window: int) -> tuple[bytes, int]:
        """`n` bytes in units from a device's data register, or from RAM that is used as a device; with a window from the places that follow
        `address`. Only the units before the first bad one are returned, with its response."""
        out = bytearray()
        for i in range(0, n, unit):
            place = address + (i if window else 0)
            port, response = self._port(place)
            if port:
                out += port.take().ljust(unit, b"\0")[:unit]
                continue
            if place < self.memory.size:
                response = self.memory.response(place, unit, False)
            if response:
                return bytes(out), response
            out += self.read(place, unit)
        return bytes(out), OKAY

    def write_device(self, address: int, data: bytes, unit: int, window: int) -> int:
        """`data` in units to a device's data register, or to RAM that is used as a device; returns the first bad unit's response."""
        first = OKAY
        for i in range(0, len(data), unit):
            place = address + (i if window else 0)
            port, response = self._port(place)
            if port:
                port.put(data[i : i + port.unit])
                continue
            if place < self.memory.size:
                response = self.memory.response(place, unit, True)
                if not response:
                    self.write(place, data[i : i + unit])
            first = first or response
        return first

    def request(self, line: int) -> bool:
        """Level of a request line."""
        return line < len(self.ports) and self.ports[line].request

    # ------------------------------------------------------------------ work
    def step(self, cycles: int = 0) -> int:
        """One piece of one channel; returns its cycles, 0 when nobody can go. `cycles` is the time in which nothing comes from outside."""
        ready = [c for c in self.channels if c.active and not c.work.waits_for()]
        if not ready:
            return 0
        chosen = self._pick(ready)
        self.turn = chosen.number
        used = chosen.work.step(cycles if len(ready) == 1 else 0)
        if self.resetting:
            self._end_reset()
        return used

    def _pick(self, ready: list[Channel]) -> Channel:
        """Arbitration (manual, section 9)."""
        if self.arb == FIXED or len(ready) == 1:
            return ready[0]
        if self.arb == WEIGHTED:
            last = self.channels[self.turn]
            self._in_a_row += 1
            if last in ready and self._in_a_row < max(last.grant[3] & 0xFF, 1):
                return last
            self._in_a_row = 0
        return next((c for c in ready if c.number > self.turn), ready[0])

    def irq(self) -> int:
        """The interrupt lines as a mask."""
        return sum(1 << c.number for c in self.channels if c.irq.status and c.irq.line(self.now))

    def irq_own(self) -> bool:
        """The engine's own conditions hold ``irq_any`` up."""
        fault, timeout = self.map.fault_status & 1, self.timed_out != 0
        return bool((self.irq_enable & 1 and fault) or (self.irq_enable & 2 and timeout))
