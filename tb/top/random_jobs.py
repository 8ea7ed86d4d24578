"""The jobs of random programs: each can be prepared, started, disturbed, brought to its end and checked."""

from __future__ import annotations

import random

from windlass import regs
from windlass.platform import Board

from .kit import (
    ABORT,
    AUTO,
    COPY,
    COPY2D,
    CYCLIC,
    FENCE,
    FILL,
    FINISH,
    FROM_DEVICE,
    FROM_STREAM,
    IRQ,
    LINK,
    NOP,
    PHASE,
    REGISTER,
    RESUME,
    RING,
    START,
    SWREQ,
    TABLE,
    TO_DEVICE,
    TO_STREAM,
    WB,
    WIDE,
    cmd,
    descriptor,
    fence,
    fill_bytes,
    idle,
    position,
    r,
    until,
    w,
)
from .random_space import SOURCE_PAGES, Space

SOURCE_SIZE = SOURCE_PAGES * 4096


class Job:
    """Work for one channel. `writes` is what it leaves in the destination, in work order: (offset, bytes)."""

    def __init__(self, p: Board, space: Space, rng: random.Random) -> None:
        self.p, self.space, self.rng, self.c = p, space, rng, space.c
        self.config = REGISTER
        self.writes: list[tuple[int, bytes]] = []
        self.registers: dict[str, int] = {}
        self.used = 0
        self.cut_off = False
        self.timeless = True
        """BURSTS, too, does not depend on timing."""

    def size(self) -> int:
        """A length: short ones, round ones, long ones."""
        rng = self.rng
        return rng.choice([1, 3, 8, 64, rng.randrange(1, 50), rng.randrange(1, 600), rng.randrange(1, 5000)])

    def place(self, n: int, align: int = 1) -> int:
        """Room for `n` bytes in the destination; -1 when there is none."""
        at = -(-(self.used + self.rng.randrange(4)) // align) * align
        if at + n > self.space.size:
            return -1
        self.used = at + n
        return at

    def begin(self) -> None:
        """Clear the destination, write the registers, START."""
        p, c = self.p, self.c
        self.space.write("target", 0, bytes(self.space.size))
        w(p, c, irq_enable=0, irq_status=63, coalesce=self.rng.choice([0, 3]), config=self.config, **self.registers)
        self.events = r(p, c, regs.IRQ_EVENTS, live=True)
        cmd(p, c, START)

    def nudge(self) -> None:
        """What keeps it going."""

    def over(self) -> bool:
        """Nothing more will happen by itself."""
        return idle(self.p, self.c)

    def end(self) -> list[object]:
        """Bring it to its end, check it; the values that must be the same on every platform."""
        p, c = self.p, self.c
        cmd(p, c, RESUME)

        def done() -> bool:
            if not self.over():
                self.nudge()
            return self.over()

        until(p, done, f"the end of {type(self).__name__} on channel {c}", step=60, most=4000)
        if not idle(p, c):
            cmd(p, c, ABORT)
            until(p, lambda: idle(p, c), "ABORTED")
        return self.check()

    def check(self) -> list[object]:
        """Memory is the prefix that POS tells; the registers of work that ended by itself."""
        p, c = self.p, self.c
        status, pos = r(p, c, regs.STATUS, live=True), position(p, c)
        # a RESET after a write error leaves no trace of it
        failed_write = status >> 8 & 15 in (3, 4) or (self.cut_off and self.space.fails)
        self.check_data(pos, exact=not failed_write)
        if self.cut_off:
            return []
        names = (
            regs.STATUS,
            regs.COUNT,
            regs.CONSUMER,
            regs.SEGDONE,
            regs.POS_LO,
            regs.POS_HI,
            regs.FADDR_LO,
            regs.FADDR_HI,
            regs.IRQ_STATUS,
        )
        out: list[object] = [r(p, c, x) for x in names]
        out.append(r(p, c, regs.IRQ_EVENTS, live=True) - self.events & 0xFFFF_FFFF)
        if self.timeless and p.params.counters and status & 2:
            out.append(r(p, c, regs.BURSTS))
        return out

    def check_data(self, pos: int, exact: bool) -> None:
        """The first `pos` bytes of `writes` are there; with `exact` nothing else is."""
        want, left = bytearray(self.space.size), pos
        got = self.space.read("target", 0, self.space.size)
        for at, data in self.writes:
            part = data[: max(0, left)]
            left -= len(part)
            want[at : at + len(part)] = part
            assert got[at : at + len(part)] == part, (
                f"{type(self).__name__}, channel {self.c}: wrong data at {at:#x}, POS {pos}"
            )
        assert left == 0 or self.config & 3 == AUTO or self.config & CYCLIC, f"POS {pos} is {left} too many"
        assert not exact or got == want, f"{type(self).__name__}, channel {self.c}: bytes beyond POS {pos} were written"


class Copy(Job):
    """Register mode, memory to memory; sometimes off the end of the destination, or over the words that answer errors."""

    def __init__(self, p: Board, space: Space, rng: random.Random) -> None:
        super().__init__(p, space, rng)
        n = self.size()
        src, dst = rng.randrange(SOURCE_SIZE - n), self.place(n)
        if space.mapped and rng.random() < 0.15:
            dst = space.size - n // 2 - 1
        data = space.source(src, n)
        self.writes = [(dst, data[: space.size - dst])]
        self.registers = {
            "src_lo": space.address("source", src), "src_hi": 0, "dst_lo": space.address("target", dst), "dst_hi": 0, "length": n,
            "period": rng.choice([0, 0, 100, 4096]),
        }  # fmt: skip


class Laps(Copy):
    """Auto-initialize, ended by FINISH, or by ABORT."""

    def __init__(self, p: Board, space: Space, rng: random.Random) -> None:
        super().__init__(p, space, rng)
        self.config = AUTO
        self.cut_off = True
        self.ending = rng.choice([FINISH, ABORT])

    def nudge(self) -> None:
        cmd(self.p, self.c, self.ending)

    def check_data(self, pos: int, exact: bool) -> None:
        lap = self.registers["length"]
        super().check_data(min(pos, lap, len(self.writes[0][1])), exact)
        status = r(self.p, self.c, regs.STATUS, live=True)
        done = r(self.p, self.c, regs.SEGDONE, live=True)
        whole = bool(pos) and pos % lap == 0  # a RESET after the end leaves SEGDONE and clears DONE
        assert done == lap if status & 2 else done == pos % lap or (whole and done == lap), f"{done} of {lap} at {pos}"


class Table(Job):
    """Descriptors of all kinds in either form: a table (sometimes with a LINK), a ring rung in steps, or one that runs for ever."""

    def __init__(self, p: Board, space: Space, rng: random.Random, mode: int = TABLE) -> None:
        super().__init__(p, space, rng)
        self.wide = rng.random() < 0.5
        self.config = mode | self.wide * WIDE
        self.unit = 32 if self.wide else 16
        most = 0x600 // self.unit
        space.write("table", 0, bytes(0x800))
        self.count = rng.randrange(1, rng.choice([4, most]))
        self.fences: list[tuple[int, int, int]] = []
        blob = b"".join(self.one(i) for i in range(self.count))
        self.link = mode == TABLE and rng.random() < 0.3
        if self.link:
            cut = rng.randrange(self.count) * self.unit
            jump = descriptor(self.wide, space.address("table", 0x600), 0, self.count - cut // self.unit, LINK | PHASE)
            if self.count - cut // self.unit > 0x200 // self.unit:
                self.link = False
            else:
                space.write("table", 0x600, blob[cut:])
                blob = blob[:cut] + jump
        space.write("table", 0, blob)
        self.blob = blob
        self.given = 0
        self.registers = {
            "desc_lo": space.address("table", 0),
            "desc_hi": 0,
            "desc_count": len(blob) // self.unit,
            "producer": 0,
            "period": 0,
        }

    def one(self, index: int) -> bytes:
        """One descriptor; sometimes one that is refused."""
        rng, space = self.rng, self.space
        flags = PHASE | rng.choice([0, 0, 0, IRQ, WB, IRQ | WB])
        ops = [COPY] * 5 + [FILL] * 2 + [NOP, FENCE] + ([COPY2D] * 2 if self.wide and self.p.params.two_d else [])
        op, n = rng.choice(ops), rng.choice([1, 5, 64, rng.randrange(1, 200), rng.randrange(1, 1500)])
        if rng.random() < 0.02:
            return descriptor(
                self.wide, 0, 0, rng.choice([0, 8]), rng.choice([9, NOP | 1 << 12, COPY | 1 << 5]) | PHASE
            )
        rows = rng.randrange(1, 6) if op == COPY2D else 1
        gap = n + rng.randrange(6)
        at = self.place(8, 8) if op == FENCE else self.place(gap * rows)
        if at < 0 or op == NOP:
            return descriptor(self.wide, 0, 0, 0, NOP | flags)
        dst = space.address("target", at)
        if op == FENCE:
            value = rng.getrandbits(64)
            self.fences.append((index, at, value))
            return fence(self.wide, dst, value, FENCE | flags & ~WB)
        if op == FILL:
            pattern = rng.getrandbits(32)
            self.writes.append((at, fill_bytes(pattern, dst, n)))
            return descriptor(self.wide, pattern, dst, n, FILL | flags)
        stride = rng.randrange(0, 900)
        src = rng.randrange(SOURCE_SIZE - n - stride * rows)
        self.writes += [(at + gap * row, space.source(src + stride * row, n)) for row in range(rows)]
        control = op | flags | (rows - 1) << 16
        return descriptor(self.wide, space.address("source", src), dst, n, control, (stride, gap))

    def check_data(self, pos: int, exact: bool) -> None:
        consumer = r(self.p, self.c, regs.CONSUMER, live=True)
        status = r(self.p, self.c, regs.STATUS, live=True)
        for index, at, value in self.fences:
            got = int.from_bytes(self.space.read("target", at, 8), "little")
            before = index + (self.link and index >= len(self.blob) // self.unit - 1) < consumer
            assert got == value if before else got in (0, value), f"fence {index} of {consumer}"
            if got == value:
                self.space.write("target", at, bytes(8))
        super().check_data(pos, exact)
        assert status & 0xF0F != 2 or pos == sum(len(d) for _, d in self.writes)

    def check(self) -> list[object]:
        out = super().check()
        return out if self.cut_off else [*out, self.space.read("table", 0, 0x800)]


class Ring(Table):
    """A ring of one lap, given in steps."""

    def __init__(self, p: Board, space: Space, rng: random.Random) -> None:
        super().__init__(p, space, rng, RING)

    def nudge(self) -> None:
        if self.given < self.count:
            self.given = min(self.count, self.given + self.rng.randrange(1, 9))
            w(self.p, self.c, producer=self.given)

    def over(self) -> bool:
        return idle(self.p, self.c) or r(self.p, self.c, regs.CONSUMER, live=True) == self.count


class Cyclic(Table):
    """The same descriptors again and again (none is written back), until FINISH."""

    def __init__(self, p: Board, space: Space, rng: random.Random) -> None:
        super().__init__(p, space, rng, RING)
        self.config |= CYCLIC
        at = 20 if self.wide else 12
        blob = bytearray(self.blob)
        for i in range(at + 1, len(blob), self.unit):
            blob[i] &= ~(WB >> 8) & 0xFF
        space.write("table", 0, bytes(blob))
        self.cut_off = True

    def nudge(self) -> None:
        cmd(self.p, self.c, FINISH)

    def check_data(self, pos: int, exact: bool) -> None:
        total = sum(len(d) for _, d in self.writes)
        consumer = r(self.p, self.c, regs.CONSUMER, live=True)
        super().check_data(min(pos, total), exact)
        assert total == 0 or consumer % self.count or r(self.p, self.c, regs.SEGDONE, live=True) or pos % total == 0


class Device(Job):
    """RAM in the place of a device, at a fixed address or with a window; paced by software requests, or not at all."""

    def __init__(self, p: Board, space: Space, rng: random.Random) -> None:
        super().__init__(p, space, rng)
        width = rng.choice([x for x in range(4) if 1 << x <= p.params.word_bytes])
        unit, window = 1 << width, rng.choice([0, 0, 2, 3, 5, 12])
        window = 0 if window and 1 << window < unit else window
        span = 1 << window if window else unit
        self.pacing = rng.choice([0, 1, 2, 3]) if p.params.request_lines else 0
        n = unit * rng.randrange(1, 30 if self.pacing in (1, 3) else 200)
        k = {1: 1, 3: rng.randrange(1, 17)}.get(self.pacing, 16)
        self.way = rng.choice([FROM_DEVICE, TO_DEVICE])
        if self.way == TO_DEVICE:
            device, src = self.place(span, max(span, unit)), rng.randrange(SOURCE_SIZE - n - unit) & -unit
            physical = space._parts("target", device, 1)[0][0]
            self.final = self.pieces_into(space.source(src, n), unit, span if window else 0, k, src)
            self.device_at = device
            self.registers = {"src_lo": space.address("source", src), "src_hi": 0}
        else:
            device, dst = rng.randrange(SOURCE_SIZE - span) & -span, self.place(n, unit)
            physical = space._parts("source", device, 1)[0][0]
            self.device_data = space.source(device, span)
            self.writes = [(dst, self.pieces_from(n, unit, span if window else 0, k, dst))]
            self.registers = {"dst_lo": space.address("target", dst), "dst_hi": 0}
        self.registers |= {"length": n, "period": 0}
        base = 0x1000 + 0x40 * self.c
        line = p.params.request_lines - 1 if self.pacing else 0
        self.grants = [(base, (not space.mapped) | line << 8 | window << 16), (base + 4, physical), (base + 8, 0)]
        self.config = self.way | width << 8 | self.pacing << 10 | (k - 1 if self.pacing == 3 else 0) << 16

    def cuts(self, n: int, unit: int, window: int, k: int, memory: int) -> list[int]:
        """Pieces (manual, section 7)."""
        p, out, at = self.p.params, [], 0
        while at < n:
            m = memory + at
            most = min(
                n - at,
                4096 - m % 4096,
                min(k, p.max_burst) * unit,
                p.max_burst * p.word_bytes - m % p.word_bytes,
                window or n,
            )
            out.append(most)
            at += most
        return out

    def pieces_into(self, data: bytes, unit: int, window: int, k: int, memory: int) -> bytes:
        """What is left at the device."""
        left, at = bytearray(window or unit), 0
        for n in self.cuts(len(data), unit, window, k, memory):
            left[: n if window else unit] = data[at : at + n] if window else data[at + n - unit : at + n]
            at += n
        return bytes(left)

    def pieces_from(self, n: int, unit: int, window: int, k: int, memory: int) -> bytes:
        """What a device of constant contents gives."""
        if not window:
            return self.device_data[:unit] * (n // unit)
        return b"".join(self.device_data[:x] for x in self.cuts(n, unit, window, k, memory))

    def begin(self) -> None:
        for offset, value in self.grants:
            self.p.csr_write32(offset, value)
        super().begin()

    def nudge(self) -> None:
        if self.pacing:
            cmd(self.p, self.c, SWREQ)

    def check_data(self, pos: int, exact: bool) -> None:
        if self.way == FROM_DEVICE:
            super().check_data(pos, exact)
        elif r(self.p, self.c, regs.STATUS, live=True) & 2:
            got = self.space.read("target", self.device_at, len(self.final))
            assert got == self.final, "the device's last units"
            self.space.write("target", self.device_at, bytes(len(self.final)))
            super().check_data(0, True)


class Stream(Job):
    """A packet or more between a stream and memory, or through both streams of a channel."""

    def __init__(self, p: Board, space: Space, rng: random.Random) -> None:
        super().__init__(p, space, rng)
        self.timeless = False
        self.config = rng.choice([FROM_STREAM, TO_STREAM, FROM_STREAM | TO_STREAM])
        n = self.size()
        src, dst = rng.randrange(SOURCE_SIZE - n), self.place(n)
        self.data = space.source(src, n)
        self.tid, self.dest = rng.randrange(256), rng.randrange(256)
        self.config |= self.dest << 24
        self.registers = {
            "src_lo": space.address("source", src), "src_hi": 0, "dst_lo": space.address("target", dst), "dst_hi": 0,
            "length": n + rng.choice([0, 0, 7]) if self.config & FROM_STREAM else n, "period": 0,
        }  # fmt: skip
        if not self.config & TO_STREAM:
            self.writes = [(dst, self.data)]

    def begin(self) -> None:
        p, c = self.p, self.c
        p.stream_pause(c, self.rng.choice([0, 80, 200]), self.rng.choice([0, 80, 200]))
        self.seen = len(p.stream_collected(c))
        if self.config & FROM_STREAM:
            p.stream_feed(c, self.data, tid=self.tid, tdest=self.dest)
        super().begin()

    def check_data(self, pos: int, exact: bool) -> None:
        p, c = self.p, self.c
        super().check_data(pos if not self.config & TO_STREAM else 0, exact)
        whole = pos == len(self.data)
        if self.config & TO_STREAM and pos:
            until(p, lambda: len(p.stream_collected(c)) > self.seen, "the packet")
            got = p.stream_collected(c)[self.seen]
            assert (got.data, got.tid, got.tdest, got.user) == (self.data[:pos], c, self.dest, not whole), (
                f"packet of {pos}"
            )

    def check(self) -> list[object]:
        out = super().check()
        taken = position(self.p, self.c)
        if self.config & FROM_STREAM and taken < len(self.data):
            self.drain(taken)
        return out

    def drain(self, pos: int) -> None:
        """Take what cut-off work left in the source stream after `pos` bytes."""
        p, c = self.p, self.c
        w(p, c, config=FROM_STREAM, length=len(self.data) + 9, dst_lo=self.space.address("target", 0))
        cmd(p, c, START)
        until(p, lambda: idle(p, c), "the rest of the packet")
        assert position(p, c) == len(self.data) - pos, "bytes of a packet were lost"
        assert self.space.read("target", 0, len(self.data) - pos) == self.data[pos:]
