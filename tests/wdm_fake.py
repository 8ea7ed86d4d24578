"""A board for tests of the DMA contract: registers in a dictionary, memory, and bytes that move when a test says so.

It knows nothing about time, bursts or pacing; the reference platform does. `move(channel, n)` lets a channel transfer up to
n bytes; `wait_irq` lets every channel run to its end, and one that reloads itself for a period. Peripherals are wires
without a FIFO.
"""

from __future__ import annotations

import mmap
import struct

from windlass.platform import (
    PERIPHERAL_BASE,
    PERIPHERAL_STRIDE,
    CsrAccess,
    EngineParams,
    Platform,
    PlatformLog,
    PlatformTimeout,
)
from windlass.wdm import hw


class FakeChannel:
    def __init__(self) -> None:
        self.registers: dict[int, int] = {}
        self.active = False
        self.status = 0
        self.irq = 0
        self.position = self.in_segment = self.consumed = 0
        self.wire_in = bytearray()
        self.wire_out = bytearray()


class FakePlatform(Platform):
    """`frozen`: channels do not run by themselves in wait_irq."""

    def __init__(self, params: EngineParams | None = None, ram_size: int = 16 << 20, *, frozen: bool = False) -> None:
        self.params = params or EngineParams()
        self.ram_size = ram_size
        self.log = PlatformLog()
        self.memory = mmap.mmap(-1, ram_size)  # zeros that cost nothing until they are touched
        self.frozen = frozen
        self.entries = [[0, 0] for _ in range(self.params.map_registers)]
        self.command: dict[int, int] = {}
        self.grants: dict[int, int] = {}
        self.channels = [FakeChannel() for _ in range(self.params.channels)]
        self.cycles = 0
        self.fail_next = False
        self.fed: dict[int, bytearray] = {}
        self.units: dict[int, int] = {}

    # --- registers ---
    def csr_read32(self, offset: int, *, live: bool = False) -> int:
        value = self._read(offset)
        self.log.csr.append(CsrAccess(False, offset, value, live))
        return value

    def _read(self, offset: int) -> int:
        p = self.params
        if offset >= hw.CHANNEL_BASE:
            channel = self.channels[(offset - hw.CHANNEL_BASE) // hw.CHANNEL_STRIDE]
            register = offset % hw.CHANNEL_STRIDE
            length = channel.registers.get(hw.LENGTH, 0)
            return {
                hw.STATUS: channel.status | channel.active,
                hw.COUNT: (length - channel.in_segment) & 0xFFFF_FFFF,
                hw.POS_LO: channel.position,
                hw.CONSUMER: channel.consumed & 0xFFFF,
                hw.IRQ_STATUS: channel.irq,
            }.get(register, channel.registers.get(register, 0))
        if offset >= hw.MAP_WINDOW:
            index, word = divmod(offset - hw.MAP_WINDOW, 8)
            return self.entries[index][word // 4]
        return {
            hw.ID: hw.ID_VALUE,
            hw.CAP0: p.channels | p.word_bytes << 8 | p.addr_width << 16 | p.request_lines << 24,
            hw.CAP1: p.map_registers | p.max_burst << 16,
        }.get(offset, 0)

    def csr_write32(self, offset: int, value: int) -> None:
        self.log.csr.append(CsrAccess(True, offset, value))
        if offset >= hw.CHANNEL_BASE:
            self._write_channel(self.channels[(offset - hw.CHANNEL_BASE) // hw.CHANNEL_STRIDE], offset % 4096, value)
        elif offset >= hw.MAP_WINDOW:
            index, word = divmod(offset - hw.MAP_WINDOW, 8)
            if word == 0:
                self.entries[index] = [value, 0]
        elif offset >= hw.GRANT_BASE:
            self.grants[offset] = value
        else:
            self.command[offset] = value
            if offset == hw.MAP_CMD:
                for k in range(self.command[hw.MAP_COUNT]):
                    page = self.command.get(hw.MAP_PAGE_LO, 0) + k * 4096
                    entry = page | self.command[hw.MAP_FLAGS] if value == hw.MAP_CMD_FILL else 0
                    self.entries[self.command[hw.MAP_INDEX] + k] = [entry, 0]

    def _write_channel(self, channel: FakeChannel, register: int, value: int) -> None:
        if register == hw.IRQ_STATUS:
            channel.irq &= ~value
        elif register == hw.CMD and value == hw.CMD_START:
            assert not channel.active
            channel.active, channel.status = True, 0
            channel.position = channel.in_segment = channel.consumed = 0
        elif register == hw.CMD and value == hw.CMD_ABORT:
            if channel.active:
                channel.active, channel.status = False, hw.STATUS_ABORTED
        else:
            assert not channel.active or register in (hw.PRODUCER, hw.IRQ_ENABLE)
            channel.registers[register] = value

    # --- the engine ---
    def physical(self, number: int, logical: int, write_memory: bool) -> int:
        entry = self.entries[logical >> 12][0]
        assert entry & hw.MAP_VALID and entry >> 4 & 0x3F == number, hex(logical)
        assert entry & (hw.MAP_WRITE if write_memory else hw.MAP_READ), hex(logical)
        return entry & 0xFFFF_F000 | logical & 0xFFF

    def _descriptor(self, number: int, index: int) -> tuple[int, int, int, int]:
        registers = self.channels[number].registers
        at = registers[hw.DESC_LO] + index % registers[hw.DESC_COUNT] * 16
        return struct.unpack("<4I", self.read_mem(self.physical(number, at, False), 16))

    def _segment(self, number: int) -> tuple[int, int, int, int] | None:
        channel = self.channels[number]
        registers = channel.registers
        mode = registers[hw.CONFIG] & 3
        if mode in (hw.MODE_REGISTER, hw.MODE_AUTO):
            return registers.get(hw.SRC_LO, 0), registers.get(hw.DST_LO, 0), registers[hw.LENGTH], 0
        if mode == hw.MODE_RING and channel.consumed == registers[hw.PRODUCER]:
            return None
        return self._descriptor(number, channel.consumed)

    def move(self, number: int, count: int) -> None:
        """Let a channel transfer up to `count` bytes."""
        channel = self.channels[number]
        config = channel.registers[hw.CONFIG]
        while count and channel.active:
            segment = self._segment(number)
            if segment is None:
                return
            if self.fail_next:
                self.fail_next = False
                channel.active, channel.status = False, hw.STATUS_ERROR
                channel.irq |= hw.IRQ_ERROR
                return
            source, destination, length, control = segment
            step = min(count, length - channel.in_segment)
            for k in range(channel.in_segment, channel.in_segment + step):
                if config & hw.SRC_TYPE_DEVICE:
                    byte = (channel.wire_in or self.fed[self._line(number)]).pop(0)
                else:
                    byte = self.memory[self.physical(number, source + k, False)]
                if config & hw.DST_TYPE_DEVICE:
                    channel.wire_out.append(byte)
                else:
                    self.memory[self.physical(number, destination + k, True)] = byte
            self._count(channel, step)
            count -= step
            if channel.in_segment == length:
                self._segment_done(channel, control)

    @staticmethod
    def _count(channel: FakeChannel, step: int) -> None:
        period = channel.registers.get(hw.PERIOD, 0)
        if period and (channel.position + step) // period > channel.position // period:
            channel.irq |= hw.IRQ_PERIOD
        channel.position += step
        channel.in_segment += step

    @staticmethod
    def _segment_done(channel: FakeChannel, control: int) -> None:
        mode = channel.registers[hw.CONFIG] & 3
        if mode == hw.MODE_AUTO:
            channel.in_segment = 0
            return
        if mode == hw.MODE_REGISTER:
            last = True
        else:
            channel.in_segment = 0
            channel.consumed += 1
            channel.irq |= hw.IRQ_DESC if control & hw.DESC_IRQ else 0
            last = mode == hw.MODE_TABLE and channel.consumed == channel.registers[hw.DESC_COUNT]
        if last:
            channel.active, channel.status = False, hw.STATUS_DONE
            channel.irq |= hw.IRQ_DONE

    # --- the rest of the board ---
    def read_mem(self, address: int, length: int) -> bytes:
        return bytes(self.memory[address : address + length])

    def write_mem(self, address: int, data: bytes) -> None:
        self.memory[address : address + len(data)] = data

    def _line(self, number: int) -> int:
        return self.grants[hw.grant_register(number, hw.GRANT)] >> hw.GRANT_LINE_SHIFT

    def io_read32(self, address: int) -> int:
        line, register = divmod(address - PERIPHERAL_BASE, PERIPHERAL_STRIDE)
        return len(self.device_collected(line)) >> self.units[line] if register == 0x18 else 0

    def io_write32(self, address: int, value: int) -> None:
        line, register = divmod(address - PERIPHERAL_BASE, PERIPHERAL_STRIDE)
        if register == 0x08:
            self.units[line] = value

    def device_feed(self, number: int, data: bytes) -> None:
        self.fed.setdefault(number, bytearray()).extend(data)

    def device_collected(self, number: int) -> bytes:
        for index, channel in enumerate(self.channels):
            if hw.grant_register(index, hw.GRANT) in self.grants and channel.wire_out and self._line(index) == number:
                return bytes(channel.wire_out)
        return b""

    def now(self) -> int:
        return self.cycles

    def wait_cycles(self, cycles: int) -> None:
        self.cycles += cycles

    def pending(self) -> int:
        return sum(
            1 << number
            for number, channel in enumerate(self.channels)
            if channel.irq & channel.registers.get(hw.IRQ_ENABLE, 0)
        )

    def wait_irq(self, timeout: int = 1_000_000) -> int:
        if not self.frozen and not self.pending():
            for number, channel in enumerate(self.channels):
                if channel.active and channel.registers[hw.CONFIG] & 3 != hw.MODE_AUTO:
                    self.move(number, 1 << 30)
                elif channel.active:
                    self.move(number, channel.registers[hw.PERIOD])
        self.cycles += 1
        if not self.pending():
            raise PlatformTimeout
        return self.pending()
