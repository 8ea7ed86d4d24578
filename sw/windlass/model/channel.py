"""One channel of the reference model: what it does with its work, piece by piece (manual, sections 5 to 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .memory import DECERR

if TYPE_CHECKING:
    from .engine import Engine

REGISTER, TABLE, RING, AUTO = range(4)
NONE, SINGLE, BLOCK, DEMAND = range(4)
DONE, DESC, PERIOD, ERROR, ABORTED = 1, 2, 4, 8, 16
DESC_BUS, DESC_STALE, DESC_BAD, DESC_MAP, CONFIG = 8, 9, 10, 11, 12


@dataclass
class Segment:
    """What is being worked on; `done` bytes of it are committed."""

    src: int
    dst: int
    length: int
    irq: bool = False
    wb: bool = False
    tc: bool = False
    control: int = 0
    descriptor: bool = False
    last_of_table: bool = False
    done: int = 0


class Channel:
    """Registers and state of a channel. `step` does one piece."""

    def __init__(self, engine: Engine, number: int) -> None:
        self.engine = engine
        self.number = number
        self.reg = dict.fromkeys((0x00, 0x10, 0x14, 0x18, 0x1C, 0x20, 0x24, 0x28, 0x2C, 0x30, 0x34, 0x54), 0)
        self.grant = [0, 0, 0]
        self.irq_status = self.irq_events = 0
        self.pos_hi = 0
        self.active = False
        self._clear()

    def _clear(self) -> None:
        self.ending = self.code = self.errdesc = self.faddr = 0
        self.pos = self.consumer = self.segdone = 0
        self.segment: Segment | None = None
        self.abort = self.software = self.started_block = False
        self.fetched = self.place = 0
        self.phase = 1

    # ------------------------------------------------------------------ configuration
    @property
    def mode(self) -> int:
        return self.reg[0] & 3

    @property
    def src_dev(self) -> bool:
        return self.reg[0] >> 4 & 3 == 1

    @property
    def dst_dev(self) -> bool:
        return self.reg[0] >> 6 & 3 == 1

    @property
    def unit(self) -> int:
        return 1 << (self.reg[0] >> 8 & 3)

    @property
    def pacing(self) -> int:
        return self.reg[0] >> 10 & 3

    @property
    def line(self) -> int:
        return self.grant[0] >> 8 & 63

    @property
    def bypass(self) -> bool:
        return bool(self.grant[0] & 1)

    @property
    def device(self) -> int:
        return self.grant[2] << 32 | self.grant[1]

    def wide(self, offset: int) -> int:
        """A register pair, low word at `offset`."""
        return self.reg[offset + 4] << 32 | self.reg[offset]

    def config_ok(self) -> bool:
        """Whether START can work (manual, section 6)."""
        p = self.engine.params
        types = (self.reg[0] >> 4 & 3, self.reg[0] >> 6 & 3)
        has_device = 1 in types
        if max(types) > 1 or types == (1, 1):
            return False
        if self.pacing and (not has_device or self.line >= p.request_lines):
            return False
        if has_device and (self.unit > p.word_bytes or self.device % self.unit):
            return False
        if self.mode in (TABLE, RING):
            return self.reg[0x30] != 0 and self.reg[0x28] % 16 == 0
        memory = self.reg[0x18] if types[0] == 1 else self.reg[0x10]
        return self.reg[0x20] != 0 and not (has_device and (self.reg[0x20] | memory) % self.unit)

    # ------------------------------------------------------------------ commands and endings
    def start(self) -> None:
        """START."""
        self._clear()
        self.active = True
        if not self.config_ok():
            self._fail(CONFIG, 0)

    def raise_irq(self, bits: int) -> None:
        """Interrupt events: each bit counts one."""
        self.irq_status |= bits
        self.irq_events = (self.irq_events + bits.bit_count()) & 0xFFFF_FFFF

    def _end(self, ending: int, irq: int) -> None:
        self.active = False
        self.ending = ending
        self.raise_irq(irq)

    def _fail(self, code: int, address: int) -> None:
        self.code, self.errdesc, self.faddr = code, self.consumer, address
        self._end(2, ERROR)

    def _base(self) -> Segment:
        return Segment(self.wide(0x10), self.wide(0x18), self.reg[0x20])

    # ------------------------------------------------------------------ work
    @property
    def has_work(self) -> bool:
        """There is something to do now, as far as descriptors go."""
        if not self.active:
            return False
        if self.segment or self.abort or self.mode in (REGISTER, AUTO):
            return True
        return self.mode == TABLE or (self.reg[0x34] - self.fetched) & 0xFFFF != 0

    def requested(self) -> bool:
        """Pacing lets the next piece go."""
        if self.pacing == NONE or self.abort:
            return True
        if self.segment is None and self.mode in (TABLE, RING):
            return True  # a descriptor is taken without a request
        if self.pacing == BLOCK and self.started_block:
            return True
        return self.engine.request(self.line) or self.software

    def step(self) -> int:
        """Do one piece; returns the bus cycles that it took, as a round figure."""
        if self.abort:
            self._end(4, ABORTED)
            return 1
        if self.segment is None:
            if self.mode in (REGISTER, AUTO):
                self.segment = self._base()
            elif not self._fetch():
                return 4
            if self.pacing != NONE and not self.requested():
                return 1
        return self._piece(self.segment)

    def _fetch(self) -> bool:
        """Take the next descriptor; False if it was refused or is a NOP."""
        engine, address = self.engine, self.wide(0x28) + 16 * self.place
        physical, err = engine.map.lookup(address, self.number, False, self.bypass)
        if err:
            engine.map.record(self.number, address, False, err, True)
            self._fail(DESC_MAP, address)
            return False
        if engine.memory.response(physical, 16, False):
            self._fail(DESC_BUS, address)
            return False
        raw = engine.read(physical, 16)
        src, dst, length, control = (int.from_bytes(raw[4 * i : 4 * i + 4], "little") for i in range(4))
        if control >> 31 != (self.phase if self.mode == RING else 1):
            self._fail(DESC_STALE, address)
            return False
        op = control & 15
        odd = (self.src_dev or self.dst_dev) and (length | (dst if self.src_dev else src)) % self.unit
        if op > 1 or control & 0x7FFF_F8F0 or (op == 1 and (length == 0 or odd)):
            self._fail(DESC_BAD, address)
            return False
        self.fetched = (self.fetched + 1) & 0xFFFF
        last = self.mode == TABLE and self.fetched == self.reg[0x30]
        flags = bool(control & 0x100), bool(control & 0x200), bool(control & 0x400)
        self.segment = Segment(src, dst, length, *flags, control=control, descriptor=True, last_of_table=last)
        if op == 0:
            self.segment.length = 0
            self._complete(self.segment)
            return False
        return True

    def _cut(self, s: Segment) -> int:
        """Length of the next piece (manual, section 7)."""
        p = self.engine.params
        w, burst = p.word_bytes, p.max_burst
        src, dst = s.src + s.done, s.dst + s.done
        n = s.length - s.done
        if not self.src_dev:
            n = min(n, 4096 - src % 4096)
        if not self.dst_dev:
            n = min(n, 4096 - dst % 4096)
        if self.src_dev or self.dst_dev:
            most = 1 if self.pacing == SINGLE else (self.reg[0] >> 16 & 15) + 1 if self.pacing == DEMAND else 16
            memory = dst if self.src_dev else src
            return min(n, min(most, burst) * self.unit, burst * w - memory % w)
        so, do = src % w, dst % w
        if burst == 1:
            return min(n, w - max(so, do))
        return min(n, burst * w - do - (w if so > do else 0))

    def _piece(self, s: Segment) -> int:
        engine = self.engine
        n = self._cut(s)
        src, dst = s.src + s.done, s.dst + s.done
        psrc = pdst = self.device
        if not self.src_dev:
            psrc, err = engine.map.lookup(src, self.number, False, self.bypass)
            if err:
                engine.map.record(self.number, src, False, err, False)
                self._stop(s, err, src)
                return 4
        if not self.dst_dev:
            pdst, err = engine.map.lookup(dst, self.number, True, self.bypass)
            if err:
                engine.map.record(self.number, dst, True, err, False)
                self._stop(s, err, dst)
                return 4
        if self.pacing and not (self.pacing == BLOCK and self.started_block):
            self.software = self.software and engine.request(self.line)
            self.started_block = self.pacing == BLOCK
        data, rerr = engine.read_device(psrc, n, self.unit) if self.src_dev else engine.read_memory(psrc, n)
        werr = 0
        if data:
            werr = engine.write_device(pdst, data, self.unit) if self.dst_dev else engine.write_memory(pdst, data)
        good = 0 if werr else len(data)
        self._commit(s, good)
        if rerr:
            self._stop(s, 2 if rerr == DECERR else 1, psrc if self.src_dev else src + len(data))
        elif werr:
            self._stop(s, 4 if werr == DECERR else 3, pdst if self.dst_dev else dst)
        elif s.done == s.length:
            self._complete(s)
        beats = n // self.unit if self.src_dev or self.dst_dev else -(-n // engine.params.word_bytes)
        return beats + (30 if self.pacing in (SINGLE, DEMAND) else 0)

    def _commit(self, s: Segment, n: int) -> None:
        period = self.reg[0x24]
        before = self.pos
        self.pos += n
        s.done += n
        self.segdone = s.done
        if period:
            for _ in range(self.pos // period - before // period):
                self.raise_irq(PERIOD)

    def _write_back(self, s: Segment, code: int) -> int:
        """Status of a descriptor into its words 2 and 3; returns 0 or an error code."""
        engine = self.engine
        address = self.wide(0x28) + 16 * self.place
        physical, err = engine.map.lookup(address + 8, self.number, True, self.bypass)
        if err:
            engine.map.record(self.number, address + 8, True, err, True)
            return DESC_MAP
        if engine.memory.response(physical, 8, True):
            return DESC_BUS
        word3 = s.control & 0x8000_0FFF | 1 << 30 | (code != 0) << 29 | code << 24
        engine.write(physical, s.done.to_bytes(4, "little") + word3.to_bytes(4, "little"))
        return 0

    def _stop(self, s: Segment, code: int, address: int) -> None:
        """A data error ends the channel; the descriptor is told."""
        if s.wb:
            self._write_back(s, code)
        self._fail(code, address)

    def _complete(self, s: Segment) -> None:
        """The last byte of a segment is committed."""
        self.started_block = False
        if s.descriptor:
            if s.wb:
                err = self._write_back(s, 0)
                if err:
                    self._fail(err, self.wide(0x28) + 16 * self.place)
                    return
            self.consumer = (self.consumer + 1) & 0xFFFF
            self.place += 1
            if self.place == self.reg[0x30]:
                self.place, self.phase = 0, self.phase ^ 1
            self.segdone = 0
            if s.irq:
                self.raise_irq(DESC)
        elif self.mode == AUTO:
            self.segdone = 0
        self.segment = None
        if self.mode == REGISTER or s.last_of_table:
            self._end(1, DONE)
