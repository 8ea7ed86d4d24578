"""The jobs of random programs that are not memory to memory: devices and streams."""

from __future__ import annotations

import random

from windlass import regs
from windlass.platform import Board

from .kit import (
    FROM_DEVICE,
    FROM_STREAM,
    START,
    SWREQ,
    TO_DEVICE,
    TO_STREAM,
    cmd,
    idle,
    position,
    r,
    until,
    w,
)
from .random_jobs import SOURCE_SIZE, Job
from .random_space import Space


class Device(Job):
    """RAM in the place of a device, at a fixed address or with a window; paced by software requests, or not at all."""

    def __init__(self, p: Board, space: Space, rng: random.Random) -> None:
        super().__init__(p, space, rng)
        width = rng.choice([x for x in range(4) if 1 << x <= p.params.word_bytes])
        unit, window = 1 << width, rng.choice([0, 0, 2, 3, 5, 12])
        window = 0 if (window and 1 << window < unit) or not self.has("window") else window
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
