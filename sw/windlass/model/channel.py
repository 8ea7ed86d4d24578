"""One channel of the reference model: registers, commands, endings (manual, sections 4 to 6, 8 and 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .interrupts import ABORTED as IRQ_ABORTED
from .interrupts import DONE as IRQ_DONE
from .interrupts import ERROR as IRQ_ERROR
from .interrupts import Interrupts

if TYPE_CHECKING:
    from .engine import Engine

REGISTER, TABLE, RING, AUTO = range(4)
NO_PACING, SINGLE, BLOCK, DEMAND = range(4)
MEMORY, DEVICE, STREAM = range(3)
DONE, ERROR, ABORTED = 1, 2, 4  # the ending, as STATUS shows it one bit higher
CONFIG = 12
BASE, NEXT_BASE = (0x10, 0x14, 0x18, 0x1C, 0x20), (0x60, 0x64, 0x68, 0x6C, 0x70)
STORED = (0x00, *BASE, 0x24, 0x28, 0x2C, 0x30, 0x34, *NEXT_BASE)
CAUSES = ("request", "desc", "stream", "room", "arb", "held")


class Channel:
    """Registers and state of a channel; what it does with its work is in :mod:`.work`."""

    def __init__(self, engine: Engine, number: int) -> None:
        from .work import Work

        self.engine = engine
        self.number = number
        self.reg = dict.fromkeys(STORED, 0)
        self.grant = [0, 0, 0, 0]
        self.irq = Interrupts()
        self.pos_hi = 0
        self.active = False
        self.stalls = dict.fromkeys(CAUSES, 0)
        self.tid = self.tdest = 0
        self.work = Work(self)
        self._clear()

    def _clear(self) -> None:
        self.ending = self.code = self.errdesc = self.faddr = 0
        self.pos = self.consumer = self.segdone = self.bursts = self.packets = self.tid = self.tdest = 0
        self.abort = self.reset_asked = self.software = self.pause_asked = False
        self.finish = self.next_pending = self.eop = False
        self.work.clear()

    # ------------------------------------------------------------------ configuration
    @property
    def mode(self) -> int:
        return self.reg[0] & 3

    @property
    def src_type(self) -> int:
        return self.reg[0] >> 4 & 3

    @property
    def dst_type(self) -> int:
        return self.reg[0] >> 6 & 3

    @property
    def has_device(self) -> bool:
        return DEVICE in (self.src_type, self.dst_type)

    @property
    def unit(self) -> int:
        return 1 << (self.reg[0] >> 8 & 3)

    @property
    def pacing(self) -> int:
        return self.reg[0] >> 10 & 3

    @property
    def wide(self) -> bool:
        return bool(self.reg[0] & 1 << 12)

    @property
    def cyclic(self) -> bool:
        return self.mode == RING and bool(self.reg[0] & 1 << 13)

    @property
    def tdest_out(self) -> int:
        return self.reg[0] >> 24

    @property
    def line(self) -> int:
        return self.grant[0] >> 8 & 63

    @property
    def window(self) -> int:
        """Bytes of the device's window, 0 for a fixed address."""
        n = self.grant[0] >> 16 & 31
        return 1 << n if n else 0

    @property
    def bypass(self) -> bool:
        return bool(self.grant[0] & 1)

    @property
    def device(self) -> int:
        return (self.grant[2] << 32 | self.grant[1]) & self.engine.address_mask

    @property
    def stream_here(self) -> bool:
        """The channel has streams."""
        return self.number < self.engine.params.streams

    def address(self, offset: int) -> int:
        """The address in a register pair, low word at `offset`."""
        return (self.reg[offset + 4] << 32 | self.reg[offset]) & self.engine.address_mask

    def config_ok(self, base: tuple[int, ...] = BASE) -> bool:
        """Whether START can work (manual, section 6); `base` tells which base registers it would use."""
        p = self.engine.params
        types = {self.src_type, self.dst_type}
        if max(types) > STREAM or (DEVICE in types and (MEMORY not in types)):
            return False
        if STREAM in types and (not self.stream_here or self.pacing):
            return False
        if self.pacing and (DEVICE not in types or self.line >= p.request_lines):
            return False
        if DEVICE in types and not self._device_ok():
            return False
        if self.mode in (TABLE, RING):
            size = 32 if self.wide else 16
            return bool(p.descriptors) and self.reg[0x30] != 0 and self.reg[0x28] % size == 0
        if self.mode == AUTO and not p.auto_init:
            return False
        memory = self.reg[base[2]] if self.src_type == DEVICE else self.reg[base[0]]
        length = self.reg[base[4]]
        return length != 0 and not (DEVICE in types and (length | memory) % self.unit)

    def _device_ok(self) -> bool:
        if self.unit > self.engine.params.word_bytes or self.device % self.unit:
            return False
        window = self.window
        return not window or (4 <= window <= 4096 and window >= self.unit and self.device % window == 0)

    # ------------------------------------------------------------------ commands
    @property
    def paused(self) -> bool:
        """STATUS.PAUSED."""
        return self.active and self.pause_asked and not self.work.stuck

    def status(self) -> int:
        """STATUS."""
        flags = self.active | self.ending << 1 | self.paused << 4 | self.next_pending << 5 | self.eop << 6
        return flags | self.code << 8 | self.errdesc << 16

    def command(self, value: int) -> bool:
        """A write to CMD; False where it answers SLVERR."""
        if value & (value - 1) or value > 0x80:
            return False
        if value == 0x01:
            if self.active or self.engine.resetting:
                return False
            self.start()
        elif value == 0x40:
            return self._queue_next()
        elif value == 0x80:
            self.reset()
        elif self.active:
            self._command_while_active(value)
        return True

    def _command_while_active(self, value: int) -> None:
        if value == 0x02:
            self.abort = True
        elif value == 0x04:
            self.software = True
        elif value in (0x08, 0x10):
            self.pause_asked = value == 0x08
        elif value == 0x20:
            self.finish = self.mode == AUTO or self.cyclic

    def start(self) -> None:
        """START."""
        self._clear()
        self.active = True
        if not self.config_ok():
            self.fail(CONFIG, 0)

    def _queue_next(self) -> bool:
        """NEXT."""
        if not self.active or self.mode != AUTO or self.next_pending or not self.config_ok(NEXT_BASE):
            return False
        self.next_pending = True
        return True

    def hand_over(self) -> None:
        """The next base becomes the base, and the base the next."""
        for base, following in zip(BASE, NEXT_BASE, strict=True):
            self.reg[base], self.reg[following] = self.reg[following], self.reg[base]
        self.next_pending = False

    def reset(self) -> None:
        """RESET of the channel; while ACTIVE, as soon as what it has issued is answered."""
        if self.active:
            self.abort = self.reset_asked = True
        else:
            self._reset_now()

    def _reset_now(self) -> None:
        self.irq.reset()
        self.reg[0x34] = 0
        self.ending &= ABORTED
        self.code = self.errdesc = 0
        self.eop = self.reset_asked = False

    # ------------------------------------------------------------------ endings
    def event(self, bits: int) -> None:
        """Interrupt events: each bit counts one."""
        self.irq.event(bits, self.engine.now)

    def _end(self, ending: int, irq: int) -> None:
        self.active = self.pause_asked = self.next_pending = False
        self.ending = ending
        self.event(irq)
        if ending != DONE and self.code != CONFIG and self.dst_type == STREAM:
            self.engine.streams[self.number].sink.cut_off()
        if self.reset_asked:
            self._reset_now()

    def done(self) -> None:
        """All work is committed."""
        self._end(DONE, IRQ_DONE)

    def aborted(self) -> None:
        """ABORT, or RESET, has nothing more to wait for."""
        self._end(ABORTED, 0 if self.reset_asked else IRQ_ABORTED)

    def fail(self, code: int, address: int) -> None:
        """The work ends with an error."""
        self.code, self.errdesc, self.faddr = code, self.consumer, address & self.engine.address_mask
        self._end(ERROR, IRQ_ERROR)
