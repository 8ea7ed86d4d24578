"""What is around windlass_front in its bench: csr, descriptor queues, map, requests, streams and the back end."""

from __future__ import annotations

from itertools import islice
from typing import Any

from windlass import regs

from tb.env.seams import one_piece
from tb.env.unit import SignalMonitor, broadcast, falling, known, seeded, settled, start

from .work import (
    DESC,
    EOW,
    FLUSH,
    LAST,
    MARK,
    RING,
    TABLE,
    Descriptor,
    Work,
    draw,
    pieces,
)

INPUTS = [
    "cw_valid", "pw_valid", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_bad", "abort_valid", "abort_ch", "rotate", "weighted",
    "cw_bank", "start_bank", "pause_valid", "resume_valid", "finish_valid", "next_valid", "cmd_ch", "visit_ch", "d_op", "d_sdev", "d_ddev", "d_rows", "d_sstride", "d_dstride",
    "mark_valid", "mark_ch",
    "si_ready", "so_ready", "si_bytes", "si_end", "cut_valid", "cut_ch", "paced", "may", "d_avail", "fetch_busy", "d_src", "d_dst", "d_len", "d_flags", "d_eot", "d_err", "d_phase", "d_whole",
    "map_change", "a_hold", "a_paddr", "a_err", "b_paddr", "b_err", "busy", "piece_ready", "stop", "stop_wb_valid", "stop_wb_ch", "end_valid", "end_ch",
]  # fmt: skip
PIECE = [
    "null",
    "err",
    "tag",
    "src",
    "dst",
    "src_l",
    "dst_l",
    "len",
    "len_m1",
    "sdev",
    "ddev",
    "unit",
    "fill",
    "incr",
    "sstr",
    "slast",
    "dstr",
    "dlast",
    "two_d",
    "sum",
    "high",
]
D = ["src", "dst", "length", "flags", "op", "sdev", "ddev", "eot", "err", "phase", "rows"]


class Bench:
    """csr, descriptor queues, map, requests and the back end around the front."""

    def __init__(self, dut: Any, seed: str) -> None:
        self.dut, self.rng = dut, seeded(seed)
        get = lambda name: getattr(dut, name).value.to_unsigned()
        self.channels, self.w, self.burst, self.bits, self.rows = (
            get("CHANNELS"),
            get("DATA_WIDTH") // 8,
            get("MAX_BURST"),
            get("ADDR_WIDTH"),
            bool(get("TWO_D")),
        )
        self.sums = bool(get("CRC"))
        self.work: list[Work] = []
        self.out: list[list[dict[str, int]]] = [[] for _ in range(self.channels)]
        self.popped = [0] * self.channels
        self.running = [False] * self.channels
        self.ends = [0] * self.channels
        self.uses = [0] * self.channels
        self.may = 0  # in the last cycle
        self.segments = [0] * self.channels
        self.order: list[int] = []
        self.marks: list[list[int]] = []  # [cycles until it is back, channel]
        self.pauses = 0.0
        self.commands: list[tuple[str, int]] = []  # one a cycle
        self.asleep = 0  # cycles in which a paused channel was looked at
        self.stop = 0
        self.pops: list[Descriptor | None] = [None, None]
        self.looks: list[tuple[Any, Any]] = [((0, 0), (0, 0))] * 2
        self.pending: list[tuple[int, int]] = []  # (cycles until the back end answers, channel)
        self.seen = [0] * self.channels
        self.late = 0
        self.cycle = 0
        self.room = True
        self.every = 1  # pieces are taken in one of so many cycles
        self.streams, self.most = get("STREAMS"), get("STREAM_MOST")
        self.offset = [0] * self.streams  # of the stream in: byte of its next word
        self.waits = [[0, 0] for _ in range(self.streams)]  # cycles until the stream in and the one out are ready
        self.asked = 0  # si_ch a cycle ago
        self.met_streams = {"pieces": 0, "empty": 0, "through": 0}

    def refill(self, c: int) -> None:
        """What the stream in of channel `c` has next."""
        rng, room = self.rng, self.most * self.w - self.offset[c]
        there = rng.choice([room, rng.randrange(1, room + 1), 0 if not self.offset[c] else 1])
        self.work[c].flow.append((there, int(not there or rng.random() < 0.4)))

    def play_streams(self) -> None:
        """The queues: they take note of a piece in the cycle in which it is reported, and are ready again later."""
        dut, rng = self.dut, self.rng
        for waits in self.waits:
            waits[:] = [max(n - 1, 0) for n in waits]
        if self.streams and known(dut.str_take_valid):
            c = known(dut.piece_ch)
            self.offset[c] = 0 if known(dut.piece_slast) else (self.offset[c] + known(dut.piece_len)) % self.w
            self.waits[c][0] = rng.randrange(5, 9)
            self.refill(c)
        if self.streams and known(dut.str_put_valid):
            self.waits[known(dut.piece_ch)][1] = rng.randrange(4, 9)
        dut.si_ready.value = sum((not n) << c for c, (n, _) in enumerate(self.waits))
        dut.so_ready.value = sum((not n) << c for c, (_, n) in enumerate(self.waits))
        asked, self.asked = self.asked, known(dut.si_ch)
        if asked < self.streams and self.work[asked].flow:
            dut.si_bytes.value, dut.si_end.value = self.work[asked].flow[-1]

    def draw(self, channel: int) -> Work:
        """Random work for a channel of this build."""
        return draw(
            self.rng, channel, self.w, self.burst, self.bits, self.rows, self.most * (channel < self.streams), self.sums
        )

    async def begin(self, work: list[Work]) -> None:
        """Write all registers, then start every channel."""
        dut = self.dut
        self.work = work
        for c, k in enumerate(work):
            for priv, offset, value in (
                (0, regs.CONFIG, k.config()), (0, regs.SRC_LO, k.src), (0, regs.SRC_HI, k.src >> 32), (0, regs.DST_LO, k.dst),
                (0, regs.DST_HI, k.dst >> 32), (0, regs.LENGTH, k.length), (1, regs.GRANT, k.bypass | k.window << regs.GRANT_WINDOW_LSB),
                (1, regs.DEV_ADDR_LO, k.device), (1, regs.DEV_ADDR_HI, k.device >> 32),
            ):  # fmt: skip
                await broadcast(dut, priv, c, offset, value)
        dut.paced.value = sum((k.pacing != 0) << c for c, k in enumerate(work))
        for c in range(self.streams):
            self.refill(c)
        SignalMonitor(dut, ["piece_valid"], ["piece_ch", *[f"piece_{n}" for n in PIECE]], callback=self.piece)
        SignalMonitor(dut, ["seg_end"], ["seg_ch"], callback=self.segment_end)
        for c, k in enumerate(work):
            dut.start_valid.value, dut.cmd_ch.value, dut.start_bad.value = 1, c, k.bad
            await falling(dut)
            self.running[c] = True
        dut.start_valid.value = 0

    def piece(self, values: tuple[int, ...]) -> None:
        """A piece came out."""
        c, *fields = values
        got = dict(zip(PIECE, fields, strict=True))
        taken = known(self.dut.str_take_valid), known(self.dut.str_put_valid)
        assert taken == (got["sstr"], got["dstr"]), "the queues are told otherwise"
        if any(taken):
            self.met_streams["pieces"] += 1
            self.met_streams["empty"] += got["null"]
            self.met_streams["through"] += all(taken)
        if got["tag"] & MARK:
            assert got["null"] and not got["err"] and not got["tag"] & ~(MARK | DESC)
            self.marks.append([self.rng.randrange(3, 15), c])
            return
        self.out[c].append(got)
        self.order.append(c)

    def segment_end(self, values: tuple[int, ...]) -> None:
        """A segment was cut to its end."""
        self.segments[values[0]] += 1

    async def run(self, cycles: int, eager: bool, abort: float = 0.0) -> None:
        """Play everything around the front until all channels have ended, or for `cycles`."""
        dut, rng = self.dut, self.rng
        pops, looks, pending, seen, late = self.pops, self.looks, self.pending, self.seen, self.late
        for _ in range(cycles):
            if not any(self.running):
                break
            # What the front did in the last cycle; see the end of this loop.
            may_then, may = (
                self.may,
                sum((rng.random() < (1.0 if eager or not k.pacing else 0.3)) << c for c, k in enumerate(self.work)),
            )
            dut.may.value = may
            dut.d_avail.value = sum(
                (k.mode in (TABLE, RING) and (k.cyclic or self.popped[c] < len(k.descriptors))) << c
                for c, k in enumerate(self.work)
            )
            self.play_streams()
            self.cycle += 1
            ready = (eager or rng.random() < 0.8) and self.cycle % self.every == 0
            dut.piece_ready.value = ready
            hold = not eager and rng.random() < 0.1
            dut.a_hold.value = hold
            d = pops[1] or Descriptor(0, 0, 1)
            for name in D:
                getattr(dut, f"d_{'len' if name == 'length' else name}").value = getattr(d, name)
            dut.d_whole.value = one_piece(self.w, self.burst, d.src, d.dst, d.length, bool(d.sdev or d.ddev))
            dut.d_sstride.value, dut.d_dstride.value = d.sstride & 0xFFFF_FFFF, d.dstride & 0xFFFF_FFFF
            (dut.a_paddr.value, dut.a_err.value), (dut.b_paddr.value, dut.b_err.value) = looks[1]
            dut.abort_valid.value = dut.end_valid.value = dut.mark_valid.value = 0
            dut.pause_valid.value = dut.resume_valid.value = 0
            if rng.random() < self.pauses:
                way = dut.resume_valid if rng.random() < 0.6 else dut.pause_valid
                way.value, dut.cmd_ch.value = 1, rng.randrange(self.channels)
            dut.finish_valid.value = dut.next_valid.value = 0
            if self.commands:
                name, c = self.commands.pop(0)
                getattr(dut, name).value, dut.cmd_ch.value = 1, c
            asleep = known(dut.paused)
            for c in range(self.channels):
                flushed = bool(self.out[c]) and self.out[c][-1]["tag"] & FLUSH
                if asleep >> c & 1 and not flushed:  # whatever was issued has come back
                    assert seen[c] == len(self.out[c]), f"channel {c} is not quiet"
                    self.asleep += 1
            if rng.random() < abort:
                dut.abort_valid.value, dut.abort_ch.value = 1, rng.randrange(self.channels)
            ended = None
            pending = [(n - 1, c) for n, c in pending]
            if pending and pending[0][0] <= 0:
                c = pending.pop(0)[1]
                token = self.out[c][seen[c]]
                seen[c] += 1
                if token["err"]:
                    self.stop |= 1 << c
                if token["tag"] & (EOW | FLUSH):
                    ended = c
                    dut.end_valid.value, dut.end_ch.value = 1, c
            for m in self.marks:
                m[0] -= 1
            # A mark comes back after all that was given out before it.
            if self.marks and self.marks[0][0] <= 0 and all(p != self.marks[0][1] for _, p in pending):
                dut.mark_valid.value, dut.mark_ch.value = 1, self.marks.pop(0)[1]
            dut.stop.value = self.stop
            await settled()
            halted = known(dut.halt)
            assert all(not k.bad or not self.running[c] or halted >> c & 1 for c, k in enumerate(self.work)), (
                "a refused START fetches"
            )
            if known(dut.use_valid):
                c = known(dut.use_ch)
                assert may_then >> c & 1, "a piece without a request"
                self.uses[c] += 1
            # A pick that comes to a piece: with room, and a place for its look-up, in the cycle before.
            assert self.room or not known(dut.pick_valid), "a pick without room"
            self.room = ready and not hold
            late = 0 if ready else late + known(dut.piece_valid)
            assert late <= 8, "more than 8 pieces after ready fell"
            pop = known(dut.pop_ch) if known(dut.pop_valid) else None
            back = known(dut.unpop_ch) if known(dut.unpop_valid) else None
            look: list[Any] = []
            for side in "ab":
                if known(getattr(dut, f"{side}_valid")):
                    k = self.work[known(dut.ab_ch)]
                    address, bypass = known(getattr(dut, f"{side}_addr")), known(getattr(dut, f"{side}_bypass"))
                    # Of a source also for a pattern, which comes back as it is; any other piece would be at a wrong place then.
                    assert bypass == (k.bypass or k.ddev) if side == "b" else bypass or not (k.bypass or k.sdev)
                    look.append((address, 0) if bypass else k.look_up(address))
                else:
                    look.append((0, rng.choice([0, 5])))
            count = [len(o) for o in self.out]
            await falling(dut)
            for c, n in enumerate(count):
                pending += [(rng.randrange(3, 15), c)] * (n - seen[c] - sum(1 for _, p in pending if p == c))
            looks = [(look[0], look[1]), looks[0]]
            pops = [None, pops[0]]
            if back is not None:
                self.popped[back] -= 1
            if pop is not None:
                k = self.work[pop]
                pops[0] = k.descriptors[self.popped[pop] % len(k.descriptors)].queued(k)
                self.popped[pop] += 1
            if ended is not None:
                self.running[ended] = False
                self.ends[ended] += 1
            self.pops, self.looks, self.pending, self.late, self.may = pops, looks, pending, late, may

    def check(self) -> dict[str, int]:
        """What came out of each channel, against the manual."""
        met = {"pieces": 0, "faults": 0, "flushed": 0, "ended": 0, "rows": 0, "sums": 0}
        for c, (k, out) in enumerate(zip(self.work, self.out, strict=True)):
            flushed = bool(out) and bool(out[-1]["tag"] & FLUSH)
            body = out[:-1] if flushed else out
            assert not any(o["tag"] & FLUSH for o in body), "a second flush"
            want = list(islice(pieces(k, self.w, self.burst), len(body)))
            assert len(want) == len(body), f"channel {c}: {len(body)} pieces, {len(want)} expected"
            for i, (got, e) in enumerate(zip(body, want, strict=True)):
                where = f"channel {c}, piece {i}: {got}, expected {e}"
                assert (got["null"], got["err"], got["tag"]) == (e.null, e.err, e.tag), where
                for name in ("src", "dst", "src_l", "dst_l", "len"):
                    value = getattr(e, name)
                    assert value is None or got[name] == value, where
                assert e.null or got["len_m1"] == got["len"] - 1, where
                assert got["fill"] == e.fill or e.null, where
                assert got["two_d"] == e.two_d, where
                assert (got["sum"], got["incr"] & got["sum"], got["dlast"] & got["sum"]) == e.sum, where
                met["sums"] += e.sum[0]
                met["rows"] += e.two_d
                assert tuple(got[n] & got[f"{n[0]}str"] for n in ("sstr", "slast", "dstr", "dlast")) == e.streams, where
                if e.value is not None:
                    assert got["high"] << 32 | got["src_l"] & 0xFFFF_FFFF == e.value, where
                if not e.null:
                    assert (
                        (got["incr"] == (k.window != 0) or got["sum"])
                        and (got["sdev"], got["ddev"]) == (k.sdev and not e.fill, k.ddev)
                        and (got["unit"] == k.unit or not (k.sdev or k.ddev))
                    ), where
                met["faults"] += e.err != 0
            met["pieces"] += len(body)
            met["flushed"] += flushed
            met["ended"] += not self.running[c]
            if not self.running[c]:
                assert self.ends[c] == 1 and (flushed or body[-1]["tag"] & EOW)
            cut = self.segments[c] - sum(1 for o in body if o["tag"] & LAST)
            assert cut == 0 or (self.running[c] and cut <= 3), "segment ends"  # three stages lie between
        return met


async def prepare(dut: Any, seed: str) -> Bench:
    """Reset."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    dut.rotate.value = 1
    await falling(dut, 2)
    return Bench(dut, seed)
