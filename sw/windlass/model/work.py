"""What a channel of the reference model does with its work, piece by piece (manual, sections 6 to 9 and 12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import descriptors as d
from .channel import AUTO, BLOCK, DEMAND, DEVICE, MEMORY, REGISTER, RING, SINGLE, STREAM, TABLE
from .interrupts import DESC, NEXT, PERIOD
from .memory import DECERR
from .segment import Segment, crc32c

if TYPE_CHECKING:
    from .channel import Channel

DESC_BUS, DESC_STALE, DESC_BAD, DESC_MAP, DIFFERS = 8, 9, 10, 11, 13
MEM_READ, MEM_WRITE, DESC_READ, DESC_WRITE = 1, 2, 4, 8
PAGE = 4096
SUMS = (d.CRC32C, d.COMPARE)


class Work:
    """The work of a channel. `step` does one piece; a piece that meets a memory that does not answer is `stuck`."""

    def __init__(self, channel: Channel) -> None:
        self.c = channel
        self.engine = channel.engine

    def clear(self) -> None:
        """As START finds it."""
        self.segment: Segment | None = None
        self.started_block = False
        self.fetched = self.place = self.stuck = 0
        self.hold = 0
        self.phase = 1
        self.base = self.limit = -1
        self._tail: Callable[[], int] | None = None

    # ------------------------------------------------------------------ what it waits for
    def waits_for(self) -> str:
        """Why no piece can go now (a stall cause of the manual), or nothing."""
        c = self.c
        if self.stuck:
            return "room" if self.engine.halted & self.stuck else ""
        if c.abort:
            return ""
        if c.pause_asked or self.engine.now < self.hold:
            return "held"
        if self.segment is None and c.mode in (TABLE, RING):
            here = c.mode == TABLE or c.cyclic or (c.reg[0x34] - self.fetched) & 0xFFFF
            return "" if here else "desc"
        if self.segment and self.segment.op == d.FILL:
            return ""
        if c.pacing and not (c.pacing == BLOCK and self.started_block):
            return "" if self.engine.request(c.line) or c.software else "request"
        if c.src_type == STREAM and not self.engine.streams[c.number].source.ready:
            return "stream"
        if c.dst_type == STREAM and not self.engine.streams[c.number].sink.ready:
            return "stream"
        return ""

    def step(self, alone: int = 0) -> int:
        """Do one piece; returns the bus cycles that it took, as a round figure. `alone` is the number of cycles in which nothing else can
        happen: as many pieces of a page as fit may be done at once."""
        if self.c.abort and not self.stuck:
            self.c.aborted()
            return 1
        self.stuck = 0
        if self._tail:
            tail, self._tail = self._tail, None
            return tail()
        if self.segment is None:
            if self.c.mode in (REGISTER, AUTO):
                self.segment = Segment(self.c.address(0x10), self.c.address(0x18), self.c.reg[0x20])
            elif not self._fetch() or self.waits_for():
                return 4
        return self._piece(self.segment, alone)

    def _hangs(self, half: int, address: int, length: int) -> bool:
        """Whether an access is not answered; the channel is stuck until it is."""
        if self.engine.hangs(half, address, length):
            self.stuck = half
            return True
        return False

    # ------------------------------------------------------------------ descriptors
    @property
    def _size(self) -> int:
        return 32 if self.c.wide else 16

    def _where(self) -> int:
        """Address of the descriptor being worked on."""
        if self.base < 0:
            self.base, self.limit = self.c.address(0x28), self.c.reg[0x30]
        return self.base + self._size * self.place & self.engine.address_mask

    def _fetch(self) -> bool:
        """Take the next descriptor; False if there is no piece to do for it, now or ever."""
        c, engine, address, size = self.c, self.engine, self._where(), self._size
        physical, err = engine.map.lookup(address, c.number, False, c.bypass)
        if err:
            engine.map.record(c.number, address, False, err, True)
            c.fail(DESC_MAP, address)
            return False
        if self._hangs(DESC_READ, physical, size):
            return False
        if engine.memory.response(physical, size, False):
            c.fail(DESC_BUS, address)
            return False
        one = d.Descriptor.unpack(engine.read(physical, size))
        if not c.cyclic and one.control >> 31 != (self.phase if c.mode == RING else 1):
            c.fail(DESC_STALE, address)
            return False
        memory = c.src_type == MEMORY, c.dst_type == MEMORY
        odd = c.unit - 1 if c.has_device else 0
        built = {"two_d": bool(engine.params.two_d), "crc": bool(engine.params.crc)}
        if one.bad(wide=c.wide, ring=c.mode == RING, memory=memory, odd=odd, **built):
            c.fail(DESC_BAD, address)
            return False
        self.fetched = (self.fetched + 1) & 0xFFFF
        last = c.mode == TABLE and one.op != d.LINK and self.place + 1 == self.limit
        mask = engine.address_mask
        s = Segment(one.src & mask, one.dst & mask, one.length, one.op, one.control, True, last)
        s.value = 0 if one.op in SUMS else one.value
        if one.op == d.COPY2D:
            s.rows, s.src_stride, s.dst_stride = one.rows, one.src_stride, one.dst_stride
        self.segment = s
        if one.op == d.FENCE:
            self._fence(s)
        elif one.op in (d.NOP, d.LINK):
            self._complete(s)
        return self.segment is s and one.op not in (d.NOP, d.LINK, d.FENCE)

    def _fence(self, s: Segment) -> int:
        """Write the value of a FENCE or a CRC32C; everything before it is committed."""
        c, engine = self.c, self.engine
        physical, err = engine.map.lookup(s.dst, c.number, True, c.bypass)
        if err:
            engine.map.record(c.number, s.dst, True, err, True)
            c.segdone = 0
            c.fail(DESC_MAP, s.dst)
        elif self._hangs(DESC_WRITE, physical, 8):
            self._tail = lambda: self._fence(s)
        elif engine.memory.response(physical, 8, True):
            c.segdone = 0
            c.fail(DESC_BUS, s.dst)
        else:
            engine.write(physical, s.value.to_bytes(8, "little"))
            self._complete(s)
        return 4

    def _write_back(self, s: Segment, code: int) -> int | None:
        """Status of a descriptor into it; returns 0, an error code, or None when the memory does not answer."""
        c, engine = self.c, self.engine
        address = self._where() + self._size // 2
        physical, err = engine.map.lookup(address, c.number, True, c.bypass)
        if err:
            engine.map.record(c.number, address, True, err, True)
            return DESC_MAP
        if self._hangs(DESC_WRITE, physical, 8):
            return None
        if engine.memory.response(physical, 8, True):
            return DESC_BUS
        status = 1 << 30 | (code != 0) << 29 | s.packet_end << 28 | code << 24
        words = (s.done & 0xFFFF_FFFF, s.control & 0x8000_0FFF | status)
        engine.write(physical, b"".join(word.to_bytes(4, "little") for word in words))
        return 0

    # ------------------------------------------------------------------ pieces
    def _cut(self, s: Segment) -> int:
        """Length of the next piece (manual, section 7)."""
        c, p = self.c, self.engine.params
        w, burst = p.word_bytes, p.max_burst
        src, dst, n = s.at(self.engine.address_mask)
        fill = s.op == d.FILL
        if s.op in SUMS:
            return min(n, PAGE - src % PAGE, burst * w - src % w)
        if c.dst_type == MEMORY:
            n = min(n, PAGE - dst % PAGE)
        if fill:
            return min(n, burst * w - dst % w)
        if c.src_type == MEMORY:
            n = min(n, PAGE - src % PAGE)
        if c.has_device:
            most = {SINGLE: 1, DEMAND: (c.reg[0] >> 16 & 15) + 1}.get(c.pacing, 16)
            memory = dst if c.src_type == DEVICE else src
            n = min(n, c.window or n)
            return min(n, min(most, burst) * c.unit, burst * w - memory % w)
        if STREAM in (c.src_type, c.dst_type):
            if c.src_type == STREAM:
                n = min(n, self.engine.streams[c.number].source.available())
            if c.dst_type == STREAM:
                n = min(n, self.engine.streams[c.number].sink.most * w)
            memory = 0 if c.src_type == c.dst_type else src if c.src_type == MEMORY else dst
            return min(n, burst * w - memory % w)
        so, do = src % w, dst % w
        if burst == 1:
            return min(n, w - max(so, do))
        return min(n, burst * w - do - (w if so > do else 0))

    def _physical(self, s: Segment, src: int, dst: int, n: int) -> tuple[int, int] | None:
        """Where the piece goes; None when the map or a memory that does not answer stands in the way."""
        c, engine = self.c, self.engine
        psrc = pdst = c.device
        if c.src_type == MEMORY and s.op != d.FILL:
            psrc, err = engine.map.lookup(src, c.number, False, c.bypass)
            if err:
                engine.map.record(c.number, src, False, err, False)
                self._stop(s, err, src)
                return None
        if c.dst_type == MEMORY and s.op not in SUMS:
            pdst, err = engine.map.lookup(dst, c.number, True, c.bypass)
            if err:
                engine.map.record(c.number, dst, True, err, False)
                self._stop(s, err, dst)
                return None
        if engine.memory.hang:
            reads, writes = c.src_type != STREAM and s.op != d.FILL, c.dst_type != STREAM and s.op not in SUMS
            if (reads and self._hangs(MEM_READ, psrc, n)) or (writes and self._hangs(MEM_WRITE, pdst, n)):
                return None
        return psrc, pdst

    def _piece(self, s: Segment, alone: int) -> int:
        c, engine = self.c, self.engine
        n = self._cut(s)
        src, dst, _ = s.at(self.engine.address_mask)
        where = self._physical(s, src, dst, n) if n else (0, 0)
        if where is None:
            return 4
        psrc, pdst = where
        plain = c.src_type == c.dst_type == MEMORY and s.op in (d.COPY, d.COPY2D)
        if alone and plain:
            many = self._many(s, psrc, pdst, alone)
            if many:
                return many
        paced = c.pacing and s.op != d.FILL
        if paced and not (c.pacing == BLOCK and self.started_block):
            c.software = c.software and engine.request(c.line)
            self.started_block = c.pacing == BLOCK
        data, rerr = self._read(s, psrc, dst, n)
        if s.op in SUMS:
            s.value = crc32c(data, s.value)
            werr = 0
        else:
            werr = self._write(s, pdst, data) if data or c.dst_type == STREAM else 0
        self._commit(s, 0 if werr else len(data))
        if paced and not rerr and not werr:
            pulses = engine.acknowledged[c.line]
            pulses[0] += 1
            pulses[1] += s.terminal
        if n and c.grant[3] >> 16:
            self.hold = max(engine.now, self.hold) + -(-n * (c.grant[3] >> 16) // 256)
        if rerr:
            self._stop(s, 2 if rerr == DECERR else 1, psrc if c.src_type == DEVICE else src + len(data))
        elif werr:
            self._stop(s, 4 if werr == DECERR else 3, pdst if c.dst_type == DEVICE else dst)
        elif s.op == d.COMPARE and s.done == s.length and s.value != s.dst & 0xFFFF_FFFF:
            self._stop(s, DIFFERS, s.value)
        elif s.op == d.CRC32C and s.done == s.length:
            self._fence(s)
        elif s.packet_end or s.done == s.length * s.rows:
            self._complete(s)
        beats = n // c.unit if c.has_device and s.op != d.FILL else -(-n // engine.params.word_bytes)
        return max(1, beats) + (30 if c.pacing in (SINGLE, DEMAND) else 0)

    def _many(self, s: Segment, psrc: int, pdst: int, alone: int) -> int:
        """The pieces of whole pages at once, as long as nobody could tell; returns their cycles, or 0 when there are none."""
        engine, c = self.engine, self.c
        w, burst = engine.params.word_bytes, engine.params.max_burst
        if engine.memory.faults or engine.memory.hang or c.reg[0x24] or c.grant[3] >> 16 or burst == 1:
            return 0
        if c.abort or c.pause_asked:
            return 0  # it waits for what is under way, and nothing more
        most, size = burst * w, engine.memory.size
        total = 0
        while True:
            src, dst, left = s.at(self.engine.address_mask)
            n = min(left, PAGE - src % PAGE, PAGE - dst % PAGE)
            apart = psrc + n <= pdst or pdst + n <= psrc
            if not apart or n // w + 64 > alone - total or max(psrc, pdst) + n > size:
                return total
            engine.write(pdst, engine.read(psrc, n))
            do, so = dst % w, src % w
            # After the first piece the destination is aligned; how far the source is off stays the same.
            first = min(n, most - do - (w if so > do else 0))
            rest = most - (w if so != do else 0)
            whole, last = divmod(n - first, rest)
            total += -(-first // w) + whole * (rest // w) + -(-last // w)
            c.bursts += whole + (last > 0)
            self._commit(s, n)
            if s.done == s.length * s.rows:
                self._complete(s)
                return total
            src, dst, _ = s.at(self.engine.address_mask)
            psrc, refused = engine.map.lookup(src, c.number, False, c.bypass)
            pdst, too = engine.map.lookup(dst, c.number, True, c.bypass)
            if refused or too:
                return total  # the next piece reports it

    def _read(self, s: Segment, psrc: int, dst: int, n: int) -> tuple[bytes, int]:
        """The piece's data up to the first word with an error, and that word's response."""
        c, engine = self.c, self.engine
        if s.op == d.FILL:
            pattern, first = (s.src & 0xFFFF_FFFF).to_bytes(4, "little"), dst % 4
            return (pattern * (n // 4 + 2))[first : first + n], 0
        if c.src_type == DEVICE:
            return engine.read_device(psrc, n, c.unit, c.window)
        if c.src_type == MEMORY:
            return engine.read_memory(psrc, n)
        source = engine.streams[c.number].source
        data = source.peek(n)
        s.packet_end, tid, tdest = source.take(n)
        if s.packet_end:
            c.packets = (c.packets + 1) & 0xFFFF
            c.tid, c.tdest = tid, tdest
        return data, 0

    def _write(self, s: Segment, pdst: int, data: bytes) -> int:
        """Returns the bus's answer."""
        c, engine = self.c, self.engine
        if c.dst_type == DEVICE:
            return engine.write_device(pdst, data, c.unit, c.window)
        if c.dst_type == MEMORY:
            return engine.write_memory(pdst, data)
        whole = s.done + len(data) == s.length
        ends = s.packet_end or (whole and (not s.descriptor or bool(s.control & d.EOP)))
        engine.streams[c.number].sink.put(data, ends, c.tdest_out)
        return 0

    def _commit(self, s: Segment, n: int) -> None:
        c = self.c
        period = c.reg[0x24]
        before = c.pos
        c.pos = (before + n) & (1 << 64) - 1
        s.done += n
        c.segdone = s.done & 0xFFFF_FFFF
        c.bursts += n != 0
        if period:
            for _ in range((before + n) // period - before // period):
                c.event(PERIOD)

    # ------------------------------------------------------------------ ends of segments
    def _stop(self, s: Segment, code: int, address: int) -> int:
        """A data error ends the channel; the descriptor is told."""
        if s.control & d.WB and self._write_back(s, code) is None:
            self._tail = lambda: self._stop(s, code, address)
        else:
            self.c.fail(code, address)
        return 1

    def _complete(self, s: Segment) -> int:
        """The last byte of a segment is committed."""
        c = self.c
        if s.descriptor:
            err = self._write_back(s, 0) if s.control & d.WB else 0
            if err is None:
                self._tail = lambda: self._complete(s)
                return 1
            if err:
                c.segdone = 0
                c.fail(err, self._where())
                return 1
        self.started_block = False
        self.segment = None
        if s.descriptor:
            self._next_place(s)
        elif c.mode == AUTO:
            self._lap()
        else:
            c.eop = s.packet_end
            c.done()
        return 1

    def _next_place(self, s: Segment) -> None:
        c = self.c
        c.consumer = (c.consumer + 1) & 0xFFFF
        c.segdone = 0
        self.place += 1
        wraps = self.place == self.limit
        if s.op == d.LINK:
            self.base, self.limit, self.place = s.src, s.length, 0
        elif wraps:
            self.place, self.phase = 0, self.phase ^ 1
        if s.control & d.IRQ:
            c.event(DESC)
        if s.last_of_table or (c.cyclic and c.finish and wraps):
            c.done()

    def _lap(self) -> None:
        """The end of a lap in auto-initialize mode."""
        c = self.c
        length = c.segdone
        c.segdone = 0
        if c.next_pending:
            c.hand_over()
            c.event(NEXT)
        if c.finish:
            c.segdone = length
            c.done()
