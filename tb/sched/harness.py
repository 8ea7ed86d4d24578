"""What is around windlass_sched in its bench, and the state that each channel should have."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "rotate", "weighted", "go_weight", "pause_valid", "resume_valid", "pause_ch", "mark_valid", "mark_ch", "rated", "capped",
    "out_free", "out_keep", "visit_ch", "start_valid", "start_ch", "start_bad", "start_desc", "start_sent", "start_more", "start_again", "start_eow",
    "abort_valid", "abort_ch", "stop", "stop_wb_valid", "stop_wb_ch", "end_valid", "end_ch", "paced", "streamed", "may", "d_avail",
    "fetch_busy", "room", "busy", "out_valid", "out_ch", "out_more", "out_on", "out_again", "out_eow",
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
    free: bool = False
    pause: bool = False
    paused: bool = False
    flying: int = 0  # marks that have not come back, and are not stale
    stale: bool = False
    marks: int = 0  # in flight, stale or not
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
    mark: bool = False
    age: int = 0


class Bench:
    """Everything around the scheduler, and the state it should have."""

    def __init__(self, dut: Any, seed: str, lazy: bool) -> None:
        self.dut, self.rng, self.lazy = dut, seeded(seed), lazy
        self.n = dut.CHANNELS.value.to_unsigned()
        self.c = [Channel() for _ in range(self.n)]
        self.desc = [bool(i & 1) for i in range(self.n)]
        self.paced = [i > 1 and self.rng.random() < 0.3 and lazy for i in range(self.n)]
        self.flights: deque[Flight] = deque()
        self.undo: int | None = None  # channel whose pick turned out longer than one piece, seen a cycle later
        self.room = [0, 0]
        self.goes: list[int] = []
        self.time, self.every, self.bunch = 0, 1, 1  # room only in every so many cycles, in that many in a row
        self.back: deque[tuple[int, int]] = deque()  # marks behind the front: (cycles, channel)
        self.cap = [i > 1 and self.rng.random() < 0.3 and lazy for i in range(self.n)]
        self.met = {
            "pop": 0,
            "cur": 0,
            "base": 0,
            "flush": 0,
            "bad": 0,
            "undo": 0,
            "sent": 0,
            "mark": 0,
            "paused": 0,
            "stale": 0,
            "free": 0,
        }

    async def step(
        self,
        begin: int | None = None,
        more: float = 0.3,
        eow: float = 0.3,
        abort: float = 0.0,
        pauses: float = 0.0,
        weight: list[int] | None = None,
    ) -> None:
        """One cycle. `begin`: START this channel."""
        dut, rng, cs = self.dut, self.rng, self.c
        if weight:
            dut.go_weight.value = weight[known(dut.go_ch)]
        for name in (
            "start_valid",
            "abort_valid",
            "stop_wb_valid",
            "end_valid",
            "out_valid",
            "stop",
            "pause_valid",
            "resume_valid",
            "mark_valid",
        ):
            getattr(dut, name).value = 0
        may = sum((not self.paced[i] or rng.random() < 0.4) << i for i in range(self.n))
        busy = sum((self.lazy and rng.random() < 0.3) << i for i in range(self.n))
        dut.may.value, dut.fetch_busy.value = may, busy
        caps = sum((c and rng.random() < 0.3) << i for i, c in enumerate(self.cap))
        dut.rated.value, dut.capped.value = sum(c << i for i, c in enumerate(self.cap)), caps
        # Of those that wait before each piece, some wait for a stream and not for a request.
        dut.paced.value = sum((p and i % 3 != 2) << i for i, p in enumerate(self.paced))
        dut.streamed.value = sum((p and i % 3 == 2) << i for i, p in enumerate(self.paced))
        avail = sum((c.left > 0) << i for i, c in enumerate(cs))
        dut.d_avail.value = avail
        self.room = [self.room[1], int((not self.lazy or rng.random() < 0.8) and self.time % self.every < self.bunch)]
        self.time += 1
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
            flush = out.token and not out.bad and not out.mark
            end = out.bad or flush
            goes_on = not out.token and (rng.random() < more or (out.pop and out.paced))
            again = not out.token and not goes_on and not self.desc[out.channel] and rng.random() < 0.5
            alone = cs[out.channel].left == 0 and all(f.channel != out.channel for f in self.flights)
            over = (
                rng.random() < eow and alone if self.desc[out.channel] else not again
            )  # only the last descriptor ends
            end = end or (not goes_on and over)
            free = bool(goes_on and self.desc[out.channel] and rng.random() < 0.3)
            dut.out_valid.value, dut.out_ch.value = 1, out.channel
            dut.out_keep.value, dut.out_free.value = int(out.mark), int(free)
            goes_on, again, end = (False, False, False) if out.mark else (goes_on, again, end)
            dut.out_more.value, dut.out_again.value, dut.out_eow.value = int(goes_on), int(again), int(end)
            dut.out_on.value = int((goes_on or again) and not end)
            done = out, goes_on, again, end, free
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
        self.back = deque((t - 1, i) for t, i in self.back)
        marked = self.back.popleft()[1] if self.back and self.back[0][0] <= 0 else None
        if marked is not None:
            dut.mark_valid.value, dut.mark_ch.value = 1, marked
        pause = rng.randrange(self.n) if pauses and rng.random() < pauses else None
        resume = pause is not None and rng.random() < 0.7
        if pause is not None:
            getattr(dut, "resume_valid" if resume else "pause_valid").value, dut.pause_ch.value = 1, pause
        ended = next((i for i, c in enumerate(cs) if c.run and c.flushed and not c.marks and rng.random() < 0.3), None)
        if ended is not None:
            dut.end_valid.value, dut.end_ch.value = 1, ended
        await settled()
        assert known(dut.active) == sum(c.run << i for i, c in enumerate(cs))
        assert known(dut.halt) == sum((c.stop or c.bad) << i for i, c in enumerate(cs))
        assert known(dut.paused) == sum(c.paused << i for i, c in enumerate(cs))
        went = None
        if known(dut.go):
            i = known(dut.go_ch)
            c = cs[i]
            assert self.room[0] and c.run and c.ready, f"channel {i} goes: {c}"
            pop, cur, token = known(dut.go_pop), known(dut.go_cur), known(dut.go_token)
            assert known(dut.go_paced) == self.paced[i]
            if token:
                mark = not c.bad and not c.stop
                if not c.bad:
                    assert all(f.channel != i for f in self.flights), "a token before what was picked"
                assert not mark or (c.pause and not c.paused and not c.marks), c
                assert known(dut.go_bad) == c.bad and (c.bad or known(dut.go_mark) == mark)
                self.met["bad" if c.bad else "mark" if mark else "flush"] += 1
            else:
                assert not c.stop and not c.bad and not c.pause and not caps >> i & 1, "work of a stopped channel"
                assert known(dut.go_free) == c.free
                self.met["free"] += c.free
                assert pop == (not c.seg) and (pop or cur == c.cont), c
                assert avail >> i & 1 if pop else may >> i & 1 or c.free
                self.met["pop" if pop else "cur" if cur else "base"] += 1
            went = Flight(
                i, bool(pop and not token), bool(token), c.bad, self.paced[i], bool(token) and not c.bad and not c.stop
            )
            self.goes.append(i)
        for i, c in enumerate(cs):
            able = c.run and c.ready and not c.stop and not c.bad and not c.pause and not caps >> i & 1
            able = able and ((may >> i & 1 or c.free) if c.seg else c.left > 0)
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
            c.ready = went.pop and not went.paced and not self.cap[went.channel]
            c.marks += went.mark
        if done:
            out, goes_on, again, end, free = done
            c = cs[out.channel]
            # What was picked on chance in this cycle stands only if the piece before was the last of its segment, and not of the work.
            waits = went is not None and went.channel == out.channel and (went.paced or self.cap[out.channel])
            c.ready = not end and (goes_on or not waits)
            if out.mark:
                self.back.append((rng.randrange(3, 30), out.channel))
            else:
                c.cont, c.seg, c.flushed, c.free = goes_on, goes_on or again, end, free
            self.undo = out.channel if out.pop and goes_on else None
        if marked is not None:
            c = cs[marked]
            self.met["stale"] += c.stale
            c.paused = c.pause and not c.stale
            self.met["paused"] += c.paused
            c.marks, c.stale = 0, False
        if pause is not None and cs[pause].run:
            c = cs[pause]
            if not resume:
                c.pause = True
            elif c.pause:
                c.pause = c.paused = False
                c.stale = bool(c.marks)
        for i in stopped:
            cs[i].stop = cs[i].stop or cs[i].run
        if ended is not None:
            cs[ended].run = cs[ended].pause = cs[ended].paused = False
        if started:
            f = first
            left = rng.randrange(1, 12) if f["desc"] else 0
            cs[begin] = Channel(True, not f["eow"], bool(f["bad"]), False, True, False, bool(f["eow"]), left=left)
            cs[begin].seg = f["more"] or f["again"] if f["sent"] else not f["desc"]
            cs[begin].cont = bool(f["sent"] and f["more"])
            self.met["sent"] += bool(f["sent"])

    def recap(self) -> None:
        """RATE of a channel is written, at any time."""
        i = self.rng.randrange(self.n)
        if i > 0 and self.rng.random() < 0.1:
            self.cap[i] = not self.cap[i]

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
