"""Random register-level programs: channels, endpoints, alignments, operations, errors, pauses, aborts, resets and remaps, all at once.

A program is its seed and its length: a shorter one is a prefix of a longer one, so that a failure is shrunk by shortening it.
Step *i* depends on nothing but (seed, i), the parameters of the build and the features it may use. What depends on timing (which bytes an abort finds committed) is
asserted where it is seen; all else is returned, and must be the same on every platform.
"""

from __future__ import annotations

import random

from windlass import regs
from windlass.platform import Board

from .kit import ABORT, PAUSE, RESET, RESUME, TABLE, cmd, digest, idle, scrub, until, w
from .random_endpoints import Device, Stream
from .random_jobs import Copy, Cyclic, Job, Laps, Ring, Table
from .random_space import BAD_READ, BAD_WRITE, MOST_CHANNELS, SOURCE_AT, SOURCE_PAGES, TARGET_AT, Space


class Program:
    """What a program holds while it runs."""

    def __init__(self, p: Board, seed: int, features: frozenset[str]) -> None:
        self.p, self.seed, self.features = p, seed, features
        rng = random.Random(f"{seed}/data")
        data = rng.randbytes(SOURCE_PAGES * 4096)
        p.write_mem(SOURCE_AT, data)
        self.users = min(p.params.channels, MOST_CHANNELS)
        self.spaces = [Space(p, c, self.users, data, features) for c in range(self.users)]
        self.jobs: dict[int, Job] = {}
        self.out: list[object] = []
        until(p, lambda: not p.csr_read32(regs.MAP_STATUS, live=True) & 1, "the map")
        for space in self.spaces:
            space.lay_out(rng)
        bad = SOURCE_AT + BAD_READ
        p.fail_memory(0, bad, bad + 64, rng.choice([2, 3]), read=True, write=False)
        if self.users > p.params.streams:  # bytes that a stream gave to a failing write are gone
            bad = TARGET_AT + self.spaces[-1].size * (self.users - 1) + BAD_WRITE
            p.fail_memory(1, bad, bad + 64, rng.choice([2, 3]), read=False, write=True)
            self.spaces[-1].fails = True

    def kinds(self, c: int) -> list[type[Job]]:
        """What channel `c` can be given in this build."""
        params = self.p.params
        kinds: list[type[Job]] = [Copy, Copy, Device]
        if params.auto_init:
            kinds.append(Laps)
        if params.descriptors:
            kinds += [Table, Table, Ring]
        if params.descriptors and {"cyclic", "finish"} <= self.features:
            kinds.append(Cyclic)
        if c < params.streams and "streams" in self.features:
            kinds += [Stream] * 3
        return kinds

    def step(self, i: int) -> None:
        """Step `i` of the program."""
        rng = random.Random(f"{self.seed}/{i}")
        c = rng.randrange(self.users)
        if rng.random() < 0.05:
            self.everywhere(rng)
        elif c in self.jobs:
            self.disturb(c, rng, i)
        else:
            self.launch(c, rng)
        self.p.wait_cycles(rng.choice([0, 0, rng.randrange(50), rng.randrange(600)]))

    def everywhere(self, rng: random.Random) -> None:
        """Something that concerns all channels."""
        p = self.p
        what = rng.randrange(4)
        if what < 2:
            p.csr_write32(regs.ARB, rng.randrange(3 if "weights" in self.features else 2))
        elif what == 2 and "timeout" in self.features:
            p.csr_write32(regs.TIMEOUT, rng.choice([0, 50_000]))
        elif what == 3 and "engine_reset" in self.features:
            for job in self.jobs.values():
                job.cut_off = True
            p.csr_write32(regs.RESET, 1)
            until(p, lambda: not p.csr_read32(regs.ENGINE, live=True) & 1, "the engine's reset", step=5)
            assert p.csr_read32(regs.ARB) == 1

    def launch(self, c: int, rng: random.Random) -> None:
        """A new job, sometimes with the map laid out anew."""
        p, space = self.p, self.spaces[c]
        if rng.random() < 0.3:
            space.revoke()
            space.lay_out(rng)
        kind = rng.choice(self.kinds(c))
        job = Table(p, space, rng, TABLE) if kind is Table else kind(p, space, rng)
        if self.features & {"weights", "rate"}:
            p.csr_write32(0x100C + 0x40 * c, rng.randrange(5) | rng.choice([0, 0, 0, 64, 300]) << 16)
        job.begin()
        self.jobs[c] = job

    def disturb(self, c: int, rng: random.Random, i: int) -> None:
        """A command for a channel at work, or its end."""
        job, what = self.jobs[c], rng.randrange(12)
        if what < 4 and "pause" in self.features:
            cmd(self.p, c, PAUSE if what < 3 else RESUME)
        elif what < 7:
            job.nudge()
        elif what < 9:
            job.cut_off = True
            cmd(self.p, c, rng.choice([ABORT, RESET]) if "reset" in self.features else ABORT)
        else:
            self.settle(c, i)

    def settle(self, c: int, i: int) -> None:
        """The end of a channel's job."""
        job = self.jobs.pop(c)
        self.p.csr_write32(regs.ARB, 1)  # fixed priority may starve it for as long as another runs in laps
        self.out.append((i, c, type(job).__name__, job.end()))
        w(self.p, c, irq_status=63)


def program(p: Board, seed: int, length: int, features: tuple[str, ...]) -> list[object]:
    """Run the first `length` steps of program `seed`, then bring all work to its end. It uses `features` of tb/top/entries.py and what the first
    engine had."""
    run = Program(p, seed, frozenset(features))
    for i in range(length):
        run.step(i)
    for c in sorted(run.jobs):
        run.settle(c, length)
    assert all(idle(p, c) for c in range(run.users))
    for slot in (0, 1):
        p.fail_memory(slot, 0, 0, 0, read=False, write=False)
    for c in range(p.params.streams):
        p.stream_pause(c)
    out = [*run.out, p.csr_read32(regs.ENGINE) if "engine_reset" in features else 0]
    scrub(p)
    return [*out, digest(p)]
