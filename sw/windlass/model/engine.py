"""The engine of the reference model: register decode, channels, access to memory and devices.

Written from ``docs/programmers-manual.md``; it knows nothing of the RTL.
"""

from __future__ import annotations

from ..devices import FifoPort
from ..platform import PERIPHERAL_BASE, PERIPHERAL_STRIDE, BusError, EngineParams
from ..regs import REGISTERS
from .channel import Channel
from .mapregs import Entry, MapRegisters
from .memory import DECERR, OKAY, SLVERR, Memory

LOCKED = {0x00, 0x10, 0x14, 0x18, 0x1C, 0x20, 0x24, 0x28, 0x2C, 0x30}
MASKS = {r.offset: r.write_mask for r in REGISTERS if r.block == "CHANNEL"}
GRANT_MASKS = {r.offset: r.write_mask for r in REGISTERS if r.block == "GRANT"}
CHANNEL_READABLE = set(range(0, 0x5C, 4))


class Engine:
    """Registers at the manual's offsets; `step` does one piece of one channel."""

    def __init__(self, params: EngineParams, memory: Memory, ports: list[FifoPort]) -> None:
        self.params, self.memory, self.ports = params, memory, ports
        self.pages_read: set[int] = set()
        self.pages_written: set[int] = set()
        self.reset()

    def reset(self) -> None:
        """As after ``aresetn``."""
        p = self.params
        self.map = MapRegisters(p.map_registers, p.addr_width)
        self.channels = [Channel(self, i) for i in range(p.channels)]
        self.arb = 1
        self.map_regs = dict.fromkeys((0x40, 0x44, 0x48, 0x4C, 0x50), 0)
        self.stage = 0
        self.turn = 0

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

    def read_device(self, address: int, n: int, unit: int) -> tuple[bytes, int]:
        """`n` bytes in units from a device's data register (or from one place in RAM)."""
        port, response = self._port(address)
        if port:
            return b"".join(port.take().ljust(unit, b"\0")[:unit] for _ in range(n // unit)), OKAY
        if address < self.memory.size:
            response = self.memory.response(address, unit, False)
            return (b"", response) if response else (self.read(address, unit) * (n // unit), OKAY)
        return b"", response

    def write_device(self, address: int, data: bytes, unit: int) -> int:
        """`data` in units to a device's data register; returns the response."""
        port, response = self._port(address)
        if port:
            for i in range(0, len(data), unit):
                port.put(data[i : i + port.unit])
            return OKAY
        if address < self.memory.size:
            response = self.memory.response(address, unit, True)
            if not response:
                self.write(address, data[-unit:])
        return response

    def request(self, line: int) -> bool:
        """Level of a request line."""
        return line < len(self.ports) and self.ports[line].request

    # ------------------------------------------------------------------ work
    def runnable(self) -> list[Channel]:
        """Channels that can do a piece now."""
        return [c for c in self.channels if c.has_work and c.requested()]

    def step(self) -> int:
        """One piece of one channel; returns its cycles, 0 when nobody can go."""
        ready = self.runnable()
        if not ready:
            return 0
        chosen = next((c for c in ready if c.number > self.turn), ready[0]) if self.arb else ready[0]
        self.turn = chosen.number
        return chosen.step()

    def irq(self) -> int:
        """The interrupt lines as a mask."""
        return sum(1 << c.number for c in self.channels if c.irq_status & c.reg[0x54])

    # ------------------------------------------------------------------ registers
    def read32(self, offset: int) -> int:
        """Manual, sections 1 to 5. Raises BusError where the engine answers SLVERR."""
        if offset % 4 == 0:
            if offset < 0x1000:
                value = self._read_global(offset)
            elif offset < 0x2000:
                value = self._read_grant(offset - 0x1000)
            elif 0x10000 <= offset < 0x18000:
                index = (offset - 0x10000) // 8
                value = self.map.entries[index].words()[offset >> 2 & 1] if index < len(self.map.entries) else None
            elif 0x40000 <= offset < 0x80000:
                value = self._read_channel((offset - 0x40000) >> 12, offset & 0xFFF)
            else:
                value = None
            if value is not None:
                return value & 0xFFFF_FFFF
        raise BusError(f"read of register {offset:#07x} answered SLVERR")

    def _read_global(self, offset: int) -> int | None:
        p = self.params
        fixed = {
            0x000: 0x57444C53,
            0x004: 1,
            0x008: p.channels | p.word_bytes << 8 | p.addr_width << 16 | p.request_lines << 24,
            0x00C: p.map_registers | p.max_burst << 16,
            0x010: self.arb,
            0x020: self.irq() & 0xFFFF_FFFF,
            0x024: self.irq() >> 32,
            0x030: self.map.fault_status,
            0x034: self.map.fault_addr,
            0x038: self.map.fault_addr >> 32,
            0x03C: self.map.fault_count,
            0x054: 0,
            0x058: 0,
        }
        return fixed.get(offset, self.map_regs.get(offset))

    def _read_grant(self, at: int) -> int | None:
        number, word = at // 64, at % 64 // 4
        return self.channels[number].grant[word] if number < len(self.channels) and word < 3 else None

    def _read_channel(self, number: int, offset: int) -> int | None:
        if number >= len(self.channels) or offset not in CHANNEL_READABLE:
            return None
        c = self.channels[number]
        if offset == 0x40:
            c.pos_hi = c.pos >> 32
        live = {
            0x04: 0,
            0x08: c.active | c.ending << 1 | c.code << 8 | c.errdesc << 16,
            0x0C: c.reg[0x20] - c.segdone,
            0x38: c.consumer,
            0x3C: c.segdone,
            0x40: c.pos,
            0x44: c.pos_hi,
            0x48: c.faddr,
            0x4C: c.faddr >> 32,
            0x50: c.irq_status,
            0x58: c.irq_events,
        }
        return live[offset] if offset in live else c.reg[offset]

    def write32(self, offset: int, value: int) -> None:
        """Manual, sections 1 to 5. Raises BusError where the engine answers SLVERR."""
        done = False
        if offset % 4 == 0:
            if offset < 0x1000:
                done = self._write_global(offset, value)
            elif offset < 0x2000:
                done = self._write_grant(offset - 0x1000, value)
            elif 0x10000 <= offset < 0x18000:
                done = self._write_entry((offset - 0x10000) // 8, offset >> 2 & 1, value)
            elif 0x40000 <= offset < 0x80000:
                done = self._write_channel((offset - 0x40000) >> 12, offset & 0xFFF, value)
        if not done:
            raise BusError(f"write of {value:#010x} to register {offset:#07x} answered SLVERR")

    def _write_global(self, offset: int, value: int) -> bool:
        masks = {0x40: 0xFFF, 0x44: 0x1FFF, 0x48: 0xFFFF_F000, 0x4C: 0xFFFF_FFFF, 0x50: 0x3F7}
        if offset == 0x10:
            if value & 3 == 3:
                return False
            self.arb = value & 3
        elif offset == 0x30:
            self.map.fault_status &= ~(value & 1)
        elif offset in masks:
            self.map_regs[offset] = value & masks[offset]
        elif offset == 0x54 and value in (1, 2):
            r = self.map_regs
            if value == 1:
                self.map.fill(r[0x40], r[0x44], (r[0x4C] << 32 | r[0x48]) >> 12, r[0x50])
            else:
                self.map.revoke(r[0x40], r[0x44])
        else:
            return False
        return True

    def _write_grant(self, at: int, value: int) -> bool:
        number, word = at // 64, at % 64 // 4
        if number >= len(self.channels) or word > 2 or self.channels[number].active:
            return False
        self.channels[number].grant[word] = value & GRANT_MASKS[4 * word]
        return True

    def _write_entry(self, index: int, word: int, value: int) -> bool:
        if index >= len(self.map.entries):
            return False
        if word:
            self.stage = value
        else:
            self.map.entries[index] = Entry.unpack(value, self.stage, self.params.addr_width)
            self.stage = 0
        return True

    def _write_channel(self, number: int, offset: int, value: int) -> bool:
        if number >= len(self.channels):
            return False
        c = self.channels[number]
        if offset == 0x04:
            return self._command(c, value)
        if offset == 0x50:
            c.irq_status &= ~value
            return True
        if offset not in c.reg or (offset in LOCKED and c.active):
            return False
        c.reg[offset] = value & MASKS[offset]
        return True

    def _command(self, c: Channel, value: int) -> bool:
        if value not in (0, 1, 2, 4) or (value == 1 and c.active):
            return False
        if value == 1:
            c.start()
        elif value == 2 and c.active:
            c.abort = True
        elif value == 4 and c.active:
            c.software = True
        return True
