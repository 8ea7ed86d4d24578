"""windlass_sched: whoever goes could go, is what the channel's state says, and nobody who can go waits for long."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "rotate", "start_valid", "start_ch", "start_bad", "start_desc", "start_sent", "start_more", "start_again", "start_eow",
    "abort_valid", "abort_ch", "stop", "stop_wb_valid", "stop_wb_ch", "end_valid", "end_ch", "paced", "may", "d_avail",
    "fetch_busy", "room", "out_valid", "out_ch", "out_more", "out_again", "out_eow",
]  # fmt: skip


@dataclass
class Channel:
    """What the header of the module says about one channel."""

    run: bool = False
    ready: bool = False
    bad: bool = False
    stop: bool = False
    seg: bool = False
    cont: bool = False
    flushed: bool = False
    left: int = 0  # descriptors
    stopped_for: int = 0
    waits: int = 0


@dataclass
class Flight:
    """A pick on its way to its outcome."""

    channel: int
    pop: bool
    token: bool
    bad: bool
    paced: bool
    age: int = 0


class Bench:
    """Everything around the scheduler, and the state it should have."""

    def __init__(self, dut: Any, seed: str, lazy: bool) -> None:
        self.dut, self.rng, self.lazy = dut, seeded(seed), lazy
        self.n = dut.CHANNELS.value.to_unsigned()
        self.c = [Channel() for _ in range(self.n)]
        self.desc = [bool(i & 1) for i in range(self.n)]
        self.paced = [self.rng.random() < 0.3 and lazy for _ in range(self.n)]
        self.flights: deque[Flight] = deque()
        self.undo: int | None = None  # channel whose pick turned out longer than one piece, seen a cycle later
        self.room = [0, 0]
        self.goes: list[int] = []
        self.met = {"pop": 0, "cur": 0, "base": 0, "flush": 0, "bad": 0, "undo": 0, "sent": 0}

    async def step(self, begin: int | None = None, more: float = 0.3, eow: float = 0.3, abort: float = 0.0) -> None:
        """One cycle. `begin`: START this channel."""
        dut, rng, cs = self.dut, self.rng, self.c
        for name in ("start_valid", "abort_valid", "stop_wb_valid", "end_valid", "out_valid", "stop"):
            getattr(dut, name).value = 0
        may = sum((not self.paced[i] or rng.random() < 0.4) << i for i in range(self.n))
        busy = sum((self.lazy and rng.random() < 0.3) << i for i in range(self.n))
        dut.may.value, dut.fetch_busy.value = may, busy
        dut.paced.value = sum(p << i for i, p in enumerate(self.paced))
        avail = sum((c.left > 0) << i for i, c in enumerate(cs))
        dut.d_avail.value = avail
        self.room = [self.room[1], int(not self.lazy or rng.random() < 0.8)]
        dut.room.value = self.room[1]
        started = begin is not None and not cs[begin].run
        if started:
            sent = rng.random() < 0.2 and not self.desc[begin] and self.lazy
            first = {"bad": rng.random() < 0.1 and self.lazy and not sent, "sent": sent, "more": rng.random() < 0.5,
                     "again": rng.random() < 0.3, "desc": self.desc[begin]}  # fmt: skip
            first["eow"] = sent and not first["more"] and not first["again"]
            for name, value in first.items():
                getattr(dut, f"start_{name}").value = int(value)
            dut.start_valid.value, dut.start_ch.value = 1, begin
        # The outcome of the pick that is three cycles old.
        undo, self.undo = self.undo, None
        out = self.flights.popleft() if self.flights and self.flights[0].age == 2 else None
        for f in self.flights:
            f.age += 1
        done = None
        if out:
            flush = out.token and not out.bad
            end = out.bad or flush
            goes_on = not out.token and (rng.random() < more or (out.pop and out.paced))
            again = not out.token and not goes_on and not self.desc[out.channel] and rng.random() < 0.5
            alone = cs[out.channel].left == 0 and all(f.channel != out.channel for f in self.flights)
            over = (
                rng.random() < eow and alone if self.desc[out.channel] else not again
            )  # only the last descriptor ends
            end = end or (not goes_on and over)
            dut.out_valid.value, dut.out_ch.value = 1, out.channel
            dut.out_more.value, dut.out_again.value, dut.out_eow.value = int(goes_on), int(again), int(end)
            done = out, goes_on, again, end
        stopped = set()
        if rng.random() < abort:
            i = rng.randrange(self.n)
            way = rng.randrange(3)
            if way == 0:
                dut.abort_valid.value, dut.abort_ch.value = 1, i
            elif way == 1:
                dut.stop_wb_valid.value, dut.stop_wb_ch.value = 1, i
            else:
                dut.stop.value = 1 << i
            stopped.add(i)
        ended = next((i for i, c in enumerate(cs) if c.run and c.flushed and rng.random() < 0.3), None)
        if ended is not None:
            dut.end_valid.value, dut.end_ch.value = 1, ended
        await settled()
        assert known(dut.active) == sum(c.run << i for i, c in enumerate(cs))
        assert known(dut.halt) == sum((c.stop or c.bad) << i for i, c in enumerate(cs))
        went = None
        if known(dut.go):
            i = known(dut.go_ch)
            c = cs[i]
            assert self.room[0] and c.run and c.ready, f"channel {i} goes: {c}"
            pop, cur, token = known(dut.go_pop), known(dut.go_cur), known(dut.go_token)
            assert known(dut.go_paced) == self.paced[i]
            if token:
                assert c.bad or (c.stop and c.stopped_for > 8 and all(f.channel != i for f in self.flights)), c
                assert known(dut.go_bad) == c.bad
                self.met["bad" if c.bad else "flush"] += 1
            else:
                assert not c.stop and not c.bad, "work of a stopped channel"
                assert pop == (not c.seg) and (pop or cur == c.cont), c
                assert avail >> i & 1 if pop else may >> i & 1
                self.met["pop" if pop else "cur" if cur else "base"] += 1
            went = Flight(i, bool(pop and not token), bool(token), c.bad, self.paced[i])
            self.goes.append(i)
        for i, c in enumerate(cs):
            able = c.run and c.ready and not c.stop and not c.bad and (may >> i & 1 if c.seg else c.left > 0)
            c.waits = 0 if (went and went.channel == i) or not self.room[0] else c.waits + bool(able)
            assert c.waits <= 3 * self.n + 6 or not known(dut.rotate), f"channel {i} waits"
            c.stopped_for = c.stopped_for + 1 if c.stop and c.run else 0
            assert not (c.stop and c.ready and not busy and not self.lazy and c.stopped_for > 30), "no flush"
        await falling(dut)
        # What the clock edge did.
        if undo is not None:
            for f in [f for f in self.flights if f.channel == undo and f.pop]:
                self.flights.remove(f)
                cs[undo].left += 1
                self.met["undo"] += 1
        if went:
            c = cs[went.channel]
            self.flights.append(went)
            c.left -= went.pop
            c.ready = went.pop and not went.paced
        if done:
            out, goes_on, again, end = done
            c = cs[out.channel]
            c.ready, c.cont, c.seg, c.flushed = not end, goes_on, goes_on or again, end
            self.undo = out.channel if out.pop and goes_on else None
        for i in stopped:
            cs[i].stop = cs[i].stop or cs[i].run
        if ended is not None:
            cs[ended].run = False
        if started:
            f = first
            left = rng.randrange(1, 12) if f["desc"] else 0
            cs[begin] = Channel(True, not f["eow"], bool(f["bad"]), False, True, False, bool(f["eow"]), left)
            cs[begin].seg = f["more"] or f["again"] if f["sent"] else not f["desc"]
            cs[begin].cont = bool(f["sent"] and f["more"])
            self.met["sent"] += bool(f["sent"])

    def refill(self) -> None:
        """More descriptors."""
        for i, c in enumerate(self.c):
            if self.desc[i] and c.run and self.rng.random() < 0.2:
                c.left += 1


async def prepare(dut: Any, seed: str, lazy: bool) -> Bench:
    """Reset."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    dut.rotate.value = 1
    await falling(dut, 2)
    return Bench(dut, seed, lazy)


@cocotb.test()
@cocotb.parametrize(seed=range(3))
async def any_work(dut: Any, seed: int) -> None:
    """Random work, stops and ends; each kind of pick was met."""
    b = await prepare(dut, f"sched {seed}", True)
    b.desc = [bool(i + seed & 1) for i in range(b.n)]
    for t in range(4000):
        b.refill()
        dut.rotate.value = t % 1000 < 700
        await b.step(begin=b.rng.randrange(b.n) if b.rng.random() < 0.2 else None, abort=0.01)
    if b.n > 1:
        assert all(count > 5 for count in b.met.values()), b.met


@cocotb.test()
async def pace(dut: Any) -> None:
    """Descriptors of one piece: one channel every second cycle; all of them: somebody every cycle, in turn."""
    b = await prepare(dut, "pace", False)
    b.desc = [True] * b.n
    for i in range(b.n):
        if i < 1:
            await b.step(begin=i)
            b.c[i].left = 10**6
            for _ in range(10):
                await b.step(more=0, eow=0)
            b.goes.clear()
            for _ in range(40):
                await b.step(more=0, eow=0)
            assert len(b.goes) == 20, len(b.goes)
    for i in range(1, b.n):
        await b.step(begin=i, more=0, eow=0)
        b.c[i].left = 10**6
    for _ in range(10):
        await b.step(more=0, eow=0)
    b.goes.clear()
    for _ in range(20 * b.n):
        await b.step(more=0, eow=0)
    assert len(b.goes) == (20 * b.n if b.n > 1 else 10), len(b.goes)
    share = [b.goes.count(i) for i in range(b.n)]
    assert max(share) - min(share) <= 2, share


@cocotb.test()
async def at_once(dut: Any) -> None:
    """Nobody else wants: a START goes in the next cycle, and so does a descriptor in the cycle it comes."""
    b = await prepare(dut, "idle", False)
    b.desc[0] = False
    for _ in range(4):
        await b.step()
    await b.step(begin=0, more=0)
    await b.step(more=0)
    assert b.goes == [0]
    last = b.n - 1
    for _ in range(60):
        await b.step(more=0)
    b.desc[last] = True
    while b.c[last].run:
        await b.step(more=0, abort=1.0)
    await b.step(begin=last)
    b.c[last].left = 0
    for _ in range(20):
        await b.step()
    b.goes.clear()
    b.c[last].left = 1
    await b.step()
    assert b.goes == [last]
