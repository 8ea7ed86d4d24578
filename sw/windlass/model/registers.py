"""Register decode of the reference model (manual, sections 1 to 5)."""

from __future__ import annotations

from ..platform import BusError
from ..regs import REGISTERS
from .channel import NEXT_BASE, Channel
from .engine import Engine
from .mapregs import Entry

MASKS = {(r.block, r.offset): r.write_mask for r in REGISTERS}
LOCKED = {(r.block, r.offset) for r in REGISTERS if r.locked}
KNOWN = {(r.block, r.offset) for r in REGISTERS}
COUNTERS = {r.offset for r in REGISTERS if r.block == "CHANNEL" and (r.name == "BURSTS" or r.name.startswith("STALL_"))}
STREAM = 0x78
COMMANDS = (1, 2, 4)  # FILL, REVOKE, LOCK


class RegisterFile:
    """What `s_axil` shows of an engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def _channel(self, number: int) -> Channel | None:
        channels = self.engine.channels
        return channels[number] if number < len(channels) else None

    # ------------------------------------------------------------------ reads
    def read32(self, offset: int) -> int:
        """Raises BusError where the engine answers SLVERR."""
        value: int | None = None
        if offset % 4 == 0:
            if offset < 0x1000:
                value = self._read_global(offset)
            elif offset < 0x2000:
                c = self._channel((offset - 0x1000) // 64)
                word = offset % 64 // 4
                value = c.grant[word] if c and word < len(c.grant) else None
            elif 0x10000 <= offset < 0x18000:
                entries, index = self.engine.map.entries, (offset - 0x10000) // 8
                value = entries[index].words()[offset >> 2 & 1] if index < len(entries) else None
            elif 0x40000 <= offset < 0x80000:
                c = self._channel((offset - 0x40000) >> 12)
                value = self._read_channel(c, offset & 0xFFF) if c else None
        if value is None:
            raise BusError(f"read of register {offset:#07x} answered SLVERR")
        return value & 0xFFFF_FFFF

    def _read_global(self, offset: int) -> int | None:
        e, p = self.engine, self.engine.params
        if offset in e.map_regs:
            return e.map_regs[offset]
        if ("GLOBAL", offset) not in KNOWN:
            return None
        built = (
            p.streams | p.descriptors << 8 | p.auto_init << 9 | p.two_d << 10 | p.counters << 12 | p.desc_shared << 13
        )
        return {
            0x000: 0x57444C53,
            0x004: 1,
            0x008: p.channels | p.word_bytes << 8 | p.addr_width << 16 | p.request_lines << 24,
            0x00C: p.map_registers | p.max_burst << 16,
            0x010: e.arb,
            0x014: built | p.outstanding << 16 | (p.desc_prefetch.bit_length() - 1) << 24,
            0x018: p.buffer_beats | (p.stream_beats.bit_length() - 1) << 16,
            0x01C: e.timeout,
            0x020: e.irq() & 0xFFFF_FFFF,
            0x024: e.irq() >> 32,
            0x028: 0,
            0x02C: e.resetting | e.timed_out << 8,
            0x030: e.map.fault_status,
            0x034: e.map.fault_addr,
            0x038: e.map.fault_addr >> 32,
            0x03C: e.map.fault_count,
            0x054: 0,
            0x058: e.map.refused << 1,
            0x05C: e.irq_enable,
        }[offset]

    def _built(self, c: Channel, offset: int) -> bool:
        """Whether a channel has a register."""
        if ("CHANNEL", offset) not in KNOWN or (offset in COUNTERS and not self.engine.params.counters):
            return False
        return offset != STREAM or c.stream_here

    def _read_channel(self, c: Channel, offset: int) -> int | None:
        if offset in c.reg:
            return c.reg[offset]
        if not self._built(c, offset):
            return None
        if offset == 0x40:
            c.pos_hi = c.pos >> 32
        if offset >= 0x80:
            return list(c.stalls.values())[(offset - 0x80) // 4]
        return {
            0x04: 0,
            0x08: c.status(),
            0x0C: c.reg[0x20] - c.segdone,
            0x38: c.consumer,
            0x3C: c.segdone,
            0x40: c.pos,
            0x44: c.pos_hi,
            0x48: c.faddr,
            0x4C: c.faddr >> 32,
            0x50: c.irq.status,
            0x54: c.irq.enable,
            0x58: c.irq.events,
            0x5C: c.irq.coalesce,
            0x74: c.bursts,
            0x78: c.tid | c.tdest << 8 | c.packets << 16,
        }[offset]

    # ------------------------------------------------------------------ writes
    def write32(self, offset: int, value: int) -> None:
        """Raises BusError where the engine answers SLVERR."""
        done = False
        if offset % 4 == 0:
            if offset < 0x1000:
                done = self._write_global(offset, value)
            elif offset < 0x2000:
                c = self._channel((offset - 0x1000) // 64)
                done = c is not None and self._write_grant(c, offset % 64, value)
            elif 0x10000 <= offset < 0x18000:
                done = self._write_entry((offset - 0x10000) // 8, offset >> 2 & 1, value)
            elif 0x40000 <= offset < 0x80000:
                c = self._channel((offset - 0x40000) >> 12)
                done = c is not None and self._write_channel(c, offset & 0xFFF, value)
        if not done:
            raise BusError(f"write of {value:#010x} to register {offset:#07x} answered SLVERR")

    def _write_global(self, offset: int, value: int) -> bool:
        e = self.engine
        value &= MASKS.get(("GLOBAL", offset), 0) if offset not in (0x28, 0x54) else value
        if offset in e.map_regs:
            e.map_regs[offset] = value
        elif offset == 0x10 and value != 3:
            e.arb = value
        elif offset == 0x1C:
            e.timeout = value
        elif offset == 0x28 and value == 1:
            e.soft_reset()
        elif offset == 0x2C:
            e.timed_out &= ~(value >> 8)
        elif offset == 0x30:
            e.map.fault_status &= ~value
        elif offset == 0x54 and value in COMMANDS:
            r = e.map_regs
            e.map.command(value, r[0x40], r[0x44], (r[0x4C] << 32 | r[0x48]) >> 12, r[0x50])
        elif offset == 0x5C:
            e.irq_enable = value
        else:
            return False
        return True

    def _write_grant(self, c: Channel, at: int, value: int) -> bool:
        if ("GRANT", at) not in KNOWN or (("GRANT", at) in LOCKED and c.active):
            return False
        c.grant[at // 4] = value & MASKS["GRANT", at]
        return True

    def _write_entry(self, index: int, word: int, value: int) -> bool:
        e = self.engine
        if index >= len(e.map.entries) or e.map.entries[index].locked:
            return False
        if word:
            e.stage = value
        else:
            e.map.entries[index] = Entry.unpack(value, e.stage, e.params.addr_width)
            e.stage = 0
        return True

    def _write_channel(self, c: Channel, offset: int, value: int) -> bool:
        if offset == 0x04:
            return c.command(value)
        key = ("CHANNEL", offset)
        if key not in KNOWN or (key in LOCKED and c.active) or (offset in NEXT_BASE and c.next_pending):
            return False
        value &= MASKS[key]
        if offset == 0x50:
            c.irq.clear(value)
        elif offset == 0x54:
            c.irq.enable = value
        elif offset == 0x5C:
            c.irq.coalesce = value
        elif offset in c.reg:
            c.reg[offset] = value
        else:
            return False
        return True
