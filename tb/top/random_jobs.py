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
    IRQ,
    LINK,
    NOP,
    PHASE,
    REGISTER,
    RESUME,
    RING,
    START,
    TABLE,
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

    def has(self, feature: str) -> bool:
        """Whether the engine that the program is for has a feature of tb/top/entries.py."""
        return feature in self.space.features

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
        coalesce = self.rng.choice([0, 3])
        if self.has("coalesce"):
            w(p, c, coalesce=coalesce)
        w(p, c, irq_enable=0, irq_status=63, config=self.config, **self.registers)
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
        if self.has("pause"):
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
        names = ["STATUS", "CONSUMER", "SEGDONE", "POS_LO", "POS_HI", "FADDR_LO", "FADDR_HI", "IRQ_STATUS"]
        if self.config & 3 in (REGISTER, AUTO):
            names.append("COUNT")
        out: list[object] = [r(p, c, getattr(regs, x)) for x in names]
        out.append(r(p, c, regs.IRQ_EVENTS, live=True) - self.events & 0xFFFF_FFFF)
        if self.timeless and p.params.counters and status & 2 and self.has("counters"):
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
        self.ending = rng.choice([FINISH, ABORT]) if self.has("finish") else ABORT

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
        self.wide = rng.random() < 0.5 and self.has("wide")
        self.config = mode | self.wide * WIDE
        self.unit = 32 if self.wide else 16
        most = 0x600 // self.unit
        space.write("table", 0, bytes(0x800))
        self.count = rng.randrange(1, rng.choice([4, most]))
        self.fences: list[tuple[int, int, int]] = []
        blob = b"".join(self.one(i) for i in range(self.count))
        self.link = mode == TABLE and rng.random() < 0.3 and self.has("link")
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
        ops = [COPY] * 5 + [FILL] * 2 * self.has("fill") + [NOP] + [FENCE] * self.has("fence")
        ops += [COPY2D] * 2 * (self.wide and self.has("two_d") and bool(self.p.params.two_d))
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
