"""windlass_desc_fetch: descriptors of each channel are fetched once each, in order, in legal bursts that have room, from where they lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb
from cocotb.utils import get_sim_time
from windlass import regs

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start, unpack

INPUTS = [
    "cw_valid", "cw_priv", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_bad", "start_ch", "active", "halt", "dead", "look_head",
    "look_tail", "flush_ready", "flying", "link_valid", "link_ch", "link_unit", "link_count", "freed_valid", "freed_ch", "x_done", "x_paddr", "x_err", "tw_valid", "tw_index", "burst_room",
    "m_axi_desc_arready",
]  # fmt: skip


@dataclass
class Channel:
    """A channel's table or ring, and how far its fetching has come."""

    ring: int
    base: int
    count: int
    bypass: int
    wide: int = 0
    linked: int | None = None  # descriptors fetched before the LINK
    producer: int = 0
    fetched: int = 0
    pushed: int = 0
    popped: int = 0
    arriving: list[int] = field(default_factory=list)
    refused: bool = False

    @property
    def size(self) -> int:
        """Bytes of a descriptor."""
        return 32 if self.wide else 16

    @property
    def address(self) -> int:
        """Where the next one lies."""
        return self.base + self.size * (self.fetched % self.count)

    @property
    def given(self) -> int:
        """Descriptors that may be fetched."""
        return self.producer if self.ring else self.count


class Bench:
    """Everything around the module."""

    def __init__(self, dut: Any, seed: str) -> None:
        self.dut, self.rng = dut, seeded(seed)
        get = lambda name: getattr(dut, name).value.to_unsigned()
        self.w, self.bits, self.places, self.q_w = (
            get("DATA_WIDTH") // 8,
            get("ADDR_WIDTH"),
            get("DESC_PREFETCH"),
            get("Q_W"),
        )
        self.burst = get("MAX_BURST")
        self.state: list[Channel] = []
        self.bursts = 0
        self.reads: list[tuple[int, ...]] = []
        self.want_reads: list[tuple[int, ...]] = []
        self.frames: dict[tuple[int, int], int | None] = {}
        self.refuse_rate, self.change_rate = 0.1, 0.02
        self.old: dict[tuple[int, int], tuple[int, int | None]] = {}
        self.link: tuple[int, int, int] | None = None  # channel, address and count behind a LINK
        self.change: tuple[int, int] | None = None
        self.refusals = self.looks = self.faults = self.changes = 0

    async def write(self, priv: int, channel: int, offset: int, value: int) -> None:
        """A broadcast register write."""
        dut = self.dut
        dut.cw_valid.value, dut.cw_priv.value, dut.cw_ch.value = 1, priv, channel
        dut.cw_reg.value, dut.cw_data.value = offset // 4, value
        await falling(dut)
        dut.cw_valid.value = 0

    async def begin(self, rings: bool) -> None:
        """Reset, set the channels up and start them."""
        dut, rng = self.dut, self.rng
        await start(dut, **dict.fromkeys(INPUTS, 0))
        await falling(dut)
        for c in range(dut.CHANNELS.value.to_unsigned()):
            base = rng.getrandbits(64) & (1 << self.bits - 1) - 1 & ~15
            base = base & ~4095 | rng.choice([0, 16, 4096 - 16, 4096 - 48, rng.randrange(256) * 16])
            ch = Channel(int(rings), base, rng.randrange(1, 60), rng.getrandbits(1), wide=rng.getrandbits(1))
            ch.base &= ~(ch.size - 1)
            base = ch.base
            self.state.append(ch)
            for offset, value in (
                (regs.CONFIG, (2 if rings else 1) | ch.wide << 12), (regs.DESC_LO, base & 0xFFFF_FFFF), (regs.DESC_HI, base >> 32),
                (regs.DESC_COUNT, ch.count), (regs.PRODUCER, 0),
            ):  # fmt: skip
                await self.write(0, c, offset, value)
            await self.write(1, c, regs.GRANT, ch.bypass)
        SignalMonitor(dut, ["burst_valid"], ["burst_data", "x_addr"], callback=self.judge)
        ar = [f"m_axi_desc_ar{n}" for n in ("addr", "len", "size", "burst", "cache", "id", "lock", "prot", "qos")]
        SignalMonitor(dut, ["m_axi_desc_arvalid", "m_axi_desc_arready"], ar, callback=self.reads.append)
        self.issues = SignalMonitor(dut, ["fetch_issue"], [])
        cocotb.start_soon(self.translate())
        cocotb.start_soon(self.queues())
        for c in range(len(self.state)):
            dut.start_valid.value, dut.start_ch.value, dut.active.value = 1, c, (1 << c) - 1
            await falling(dut)
        dut.start_valid.value, dut.active.value = 0, (1 << len(self.state)) - 1

    async def queues(self) -> None:
        """The counts of the queue that is looked at, and the flush."""
        dut, turn = self.dut, 2 * self.places
        while True:
            await falling(dut)
            ch = self.state[known(dut.look_ch)]
            dut.look_head.value, dut.look_tail.value = ch.popped % turn, ch.pushed % turn
            dut.flush_ready.value = self.rng.random() < 0.7
            await settled()
            if known(dut.flush_valid) and known(dut.flush_ready):
                ch.popped = ch.pushed

    @staticmethod
    def cycle() -> int:
        """The number of this cycle."""
        return int(get_sim_time("ns")) // 10

    async def translate(self) -> None:
        """Answer look-ups; entries change now and then; the last channel's pages are sometimes refused."""
        dut, rng = self.dut, self.rng
        while True:
            await falling(dut)
            dut.x_done.value = dut.tw_valid.value = 0
            if self.frames and (self.change or rng.random() < self.change_rate):
                c, page = self.change or rng.choice(list(self.frames))
                self.change = None
                self.old[c, page] = self.cycle(), self.frames.pop((c, page))
                self.changes += 1
                dut.tw_valid.value, dut.tw_index.value = 1, page & 4095
            await settled()
            if not known(dut.x_valid):
                continue
            c, logical, quiet = known(dut.x_ch), known(dut.x_addr), known(dut.x_quiet)
            ch = self.state[c]
            assert known(dut.x_bypass) == ch.bypass
            if not quiet:
                assert logical == ch.address & (1 << self.bits) - 1 or (self.link or (-1,))[0] == c
            await falling(dut)
            dut.tw_valid.value = 0
            await falling(dut, rng.randrange(1, 4))
            if c == len(self.state) - 1 and (c, logical >> 12) not in self.frames and rng.random() < self.refuse_rate:
                self.frames[c, logical >> 12] = None
            frame = self.frames.setdefault((c, logical >> 12), rng.getrandbits(self.bits - 12))
            self.looks += 1
            self.faults += frame is None and not quiet
            dut.x_done.value, dut.x_err.value = 1, 5 if frame is None else 0
            dut.x_paddr.value = (frame or 0) << 12 | logical & 0xFFF

    def judge(self, values: tuple[int, ...]) -> None:
        """A burst or a refusal."""
        conf, c, n, at, phase, table_end, refused = unpack(values[0], 9, len(self.dut.x_ch), 4, 4, 1, 1, 1)
        logical = values[1]
        assert at == logical // 16 % 16
        n += 1
        ch = self.state[c]
        if self.link and self.link[:2] == (c, logical):
            assert not ch.arriving, "the old table's descriptors are still on their way"
            (_, ch.base, ch.count), ch.fetched, self.link = self.link, 0, None
        place = ch.fetched % ch.count
        assert conf == (ch.ring << 8 | ch.wide << 6)
        assert logical == ch.address & (1 << self.bits) - 1
        assert not ch.refused, "goes on after a refusal"
        # The burst left in the cycle before; a write to its map entry in that cycle or later does not concern it.
        written, old = self.old.get((c, logical >> 12), (-9, None))
        frame = old if written >= self.cycle() - 1 else self.frames[c, logical >> 12]
        ch.arriving.append(n)
        assert ch.pushed + sum(ch.arriving) - ch.popped <= self.places, "more reserved than the queue holds"
        if refused:
            assert n == 1
            ch.refused = True
            self.refusals += 1
            return
        assert frame is not None, "reads a page that is refused"
        physical = frame << 12 | logical & 0xFFF
        assert 1 <= n <= min(256 // ch.size, max(1, self.places // 4)), "more than a burst may have"
        assert n <= ch.given - ch.fetched, "fetches what was not given"
        assert place + n <= ch.count, "runs over the end of the table"
        assert logical // 256 == (logical + ch.size * n - 1) // 256, "crosses a multiple of 256 bytes"
        beats = (physical + ch.size * n - 1) // self.w - physical // self.w + 1
        assert beats <= max(self.burst, ch.size // self.w, 1)
        lap = ch.fetched // ch.count
        assert phase == (1 if not ch.ring else 1 - lap % 2)
        assert table_end == (not ch.ring and ch.fetched + n == ch.count)
        ch.fetched += n
        self.bursts += 1
        self.want_reads.append((physical // self.w * self.w, beats - 1, self.w.bit_length() - 1, 1, 3, 0, 0, 0, 0))

    async def run(self, cycles: int, rings: bool) -> None:
        """Random rings of the bell, descriptors that arrive and are popped, room, readiness."""
        dut, rng = self.dut, self.rng
        for _ in range(cycles):
            await falling(dut)
            dut.cw_valid.value = dut.freed_valid.value = 0
            popper = rng.randrange(len(self.state))
            for c, ch in enumerate(self.state):
                if ch.arriving and rng.random() < 0.5:
                    ch.pushed += 1
                    ch.arriving[0] -= 1
                    if not ch.arriving[0]:
                        ch.arriving.pop(0)
                if c == popper and ch.popped < ch.pushed and rng.random() < 0.8:
                    ch.popped += 1
                    dut.freed_valid.value, dut.freed_ch.value = 1, c
            if rings and rng.random() < 0.05:
                c = rng.randrange(len(self.state))
                ch = self.state[c]
                ch.producer = min(ch.producer + rng.randrange(1, 20), ch.popped + ch.count)
                dut.cw_valid.value, dut.cw_priv.value, dut.cw_ch.value = 1, 0, c
                dut.cw_reg.value, dut.cw_data.value = regs.PRODUCER // 4, ch.producer % 65536
            dut.flying.value = sum(bool(ch.arriving) << i for i, ch in enumerate(self.state))
            dut.dead.value = sum((ch.refused and not ch.arriving) << i for i, ch in enumerate(self.state))
            dut.burst_room.value = sum(len(ch.arriving) for ch in self.state) < 5 and rng.random() < 0.9
            dut.m_axi_desc_arready.value = rng.random() < 0.6
        await falling(dut, 3)
        dut.cw_valid.value = dut.freed_valid.value = 0


@cocotb.test()
async def tables(dut: Any) -> None:
    """Tables: all their descriptors, then nothing more; a refusal ends its channel's fetching and no other's."""
    bench = Bench(dut, "tables")
    await bench.begin(False)
    await bench.run(3000, False)
    assert bench.reads == bench.want_reads
    for ch in bench.state:
        assert ch.refused or ch.fetched == ch.count, f"{ch.fetched} of {ch.count}"
    assert sum(ch.refused for ch in bench.state) == bench.refusals == bench.faults
    await settled()
    assert known(dut.errors) == 0


@cocotb.test()
async def rings(dut: Any) -> None:
    """Rings with a doorbell at any time: nothing is fetched twice or forgotten, the phase turns with each lap."""
    bench = Bench(dut, "rings")
    await bench.begin(True)
    await bench.run(5000, True)
    await bench.run(400, False)
    assert len(bench.reads) > 60
    laps = 0
    for ch in bench.state:
        assert ch.refused or ch.fetched == ch.producer, "a doorbell was forgotten"
        laps += ch.fetched // ch.count
    assert laps > 3
    assert bench.issues.stats.received_transactions == bench.bursts == len(bench.reads)
    assert bench.changes > 5
    await settled()
    assert known(dut.errors) == 0


@cocotb.test()
async def links(dut: Any) -> None:
    """After LINK nothing of the old table is fetched once what was on its way has come; the new one is, from its beginning to its end."""
    bench = Bench(dut, "links")
    bench.refuse_rate = 0.0
    await bench.begin(False)
    for step in range(30):
        c = bench.rng.randrange(len(bench.state))
        ch = bench.state[c]
        await bench.run(bench.rng.randrange(1, 40), False)
        unit = (bench.rng.getrandbits(bench.bits) & ~(ch.size - 1)) >> 4
        bench.link = c, unit << 4, bench.rng.randrange(1, 40)
        dut.link_valid.value, dut.link_ch.value, dut.link_unit.value, dut.link_count.value = 1, c, unit, bench.link[2]
        await falling(dut)
        dut.link_valid.value = 0
        for _ in range(400):
            await bench.run(1, False)
            if bench.link is None:
                break
        assert bench.link is None, f"LINK {step} of channel {c} is not followed"
    await bench.run(1500, False)
    for ch in bench.state:
        assert ch.fetched == ch.count
    assert bench.reads == bench.want_reads


@cocotb.test()
async def written_while_it_is_loaded(dut: Any) -> None:
    """Registers of a channel that is being set up may be written at any time: its first burst is that of what stands there at START."""
    bench = Bench(dut, "written")
    bench.refuse_rate = bench.change_rate = 0.0
    await bench.begin(False)
    await bench.run(1500, False)
    others = (1 << len(bench.state)) - 2
    bypass = bench.state[0].bypass
    for round_ in range(48):
        gap, wait, wide = round_ % 8, round_ // 8 * 2 + 1, bench.rng.getrandbits(1)
        dut.active.value = others
        page = bench.rng.getrandbits(bench.bits - 13) << 12
        ch = bench.state[0] = Channel(0, page | 0x1000 - (32 if wide else 16), 40, bypass, wide)
        before = bench.bursts
        for offset, value in (
            (regs.CONFIG, 1 | wide << 12), (regs.DESC_HI, ch.base >> 32), (regs.DESC_LO, page & 0xFFFF_FFFF), (regs.DESC_COUNT, ch.count),
        ):  # fmt: skip
            await bench.write(0, 0, offset, value)
        await falling(dut, gap or 1)
        await bench.write(0, 0, regs.DESC_LO, ch.base & 0xFFFF_FFFF)
        await falling(dut, wait)
        dut.start_valid.value, dut.start_ch.value = 1, 0
        await falling(dut)
        dut.start_valid.value, dut.active.value = 0, others | 1
        await bench.run(250, False)
        assert ch.fetched == ch.count and bench.bursts > before + 2, round_
    assert bench.reads == bench.want_reads
    await settled()
    assert known(dut.errors) == 0


@cocotb.test()
async def halted(dut: Any) -> None:
    """A channel that is halted, dead or not active is left alone, and goes on when it may."""
    bench = Bench(dut, "halted")
    await bench.begin(True)
    await bench.run(60, False)
    for name in ("halt", "dead", "active"):
        everybody = (1 << len(bench.state)) - 1
        getattr(dut, name).value = 0 if name == "active" else everybody
        await falling(dut, 20)
        before = len(bench.reads)
        for c, ch in enumerate(bench.state):
            if not ch.refused:
                ch.producer = ch.fetched + 1
                await bench.write(0, c, regs.PRODUCER, ch.producer)
        dut.m_axi_desc_arready.value = 1
        await falling(dut, 60)
        assert len(bench.reads) == before, f"fetched while {name}"
        getattr(dut, name).value = everybody if name == "active" else 0
        await bench.run(300, False)
        assert all(ch.refused or ch.fetched == ch.producer for ch in bench.state)


@cocotb.test()
async def refused_once(dut: Any) -> None:
    """What the map refuses is looked up once: each look-up counts a fault."""
    bench = Bench(dut, "once")
    bench.refuse_rate, bench.change_rate = 1.0, 0.0
    await bench.begin(False)
    await bench.run(600, False)
    last = bench.state[-1]
    assert last.refused and last.fetched == 0 and bench.refusals == bench.faults == 1


@cocotb.test()
async def doorbell_of_other_modes(dut: Any) -> None:
    """PRODUCER is stored but ignored in register and auto-initialize mode: nothing is fetched."""
    bench = Bench(dut, "other modes")
    await bench.begin(False)
    for mode in (0, 3):
        dut.active.value = 0
        await falling(dut, 3)
        for c in range(len(bench.state)):
            await bench.write(0, c, regs.CONFIG, mode)
        await bench.run(300, False)  # what the tables had asked for
        for c in range(len(bench.state)):
            dut.start_valid.value, dut.start_ch.value = 1, c
            await falling(dut)
        dut.start_valid.value, dut.active.value = 0, (1 << len(bench.state)) - 1
        before = bench.bursts
        for c in range(len(bench.state)):
            await bench.write(0, c, regs.PRODUCER, 5)
        await falling(dut, 60)
        assert bench.bursts == before


@cocotb.test()
async def bell_at_every_cycle(dut: Any) -> None:
    """A doorbell 0 to 15 cycles after another, while the channel is looked at for the first: none is forgotten."""
    bench = Bench(dut, "bells")
    bench.refuse_rate = 0.0
    await bench.begin(True)
    await bench.run(40, False)
    for lag in range(16):
        for c, ch in enumerate(bench.state):
            for wait in (lag, 0):
                ch.producer += 1
                await bench.write(0, c, regs.PRODUCER, ch.producer % 65536)
                for _ in range(wait):
                    await bench.run(1, False)
        await bench.run(120, False)
        assert all(ch.fetched == ch.producer for ch in bench.state), (
            f"a doorbell {lag} cycles after another was forgotten"
        )


@cocotb.test()
async def hot(dut: Any) -> None:
    """START of a table that was set up, and a doorbell of the ring that was served last, are on the address channel one cycle later, with
    what was looked up before; not for another channel, a refused START, or after the map entry was written."""
    bench = Bench(dut, "hot")
    bench.refuse_rate = bench.change_rate = 0.0
    await start(dut, **dict.fromkeys(INPUTS, 0))
    dut.burst_room.value = dut.m_axi_desc_arready.value = 1
    SignalMonitor(dut, ["burst_valid"], ["burst_data", "x_addr"], callback=bench.judge)
    ar = [f"m_axi_desc_ar{n}" for n in ("addr", "len", "size", "burst", "cache", "id", "lock", "prot", "qos")]
    SignalMonitor(dut, ["m_axi_desc_arvalid", "m_axi_desc_arready"], ar, callback=bench.reads.append)
    cocotb.start_soon(bench.translate())
    cocotb.start_soon(bench.queues())
    bench.state = [Channel(0, 0x4000 + 0x1000 * c, 5, 0) for c in range(dut.CHANNELS.value.to_unsigned())]

    async def set_up(c: int, ring: int, base: int) -> Channel:
        ch = bench.state[c] = Channel(ring, base, 5, 0)
        await bench.write(1, c, regs.GRANT, 0)
        for offset, value in (
            (regs.CONFIG, 1 + ring), (regs.DESC_LO, base), (regs.DESC_HI, 0), (regs.DESC_COUNT, 5), (regs.PRODUCER, 0),
        ):  # fmt: skip
            await bench.write(0, c, offset, value)
            await falling(dut, 4)
        await falling(dut, 30)
        return ch

    async def started(c: int, bad: int = 0) -> bool:
        before = len(bench.want_reads)
        dut.burst_room.value = dut.m_axi_desc_arready.value = 1
        await falling(dut, 4)
        dut.start_valid.value, dut.start_ch.value, dut.start_bad.value = 1, c, bad
        await falling(dut)
        dut.start_valid.value, dut.active.value = 0, dut.active.value.to_unsigned() | 1 << c
        await settled()
        now = known(dut.m_axi_desc_arvalid)
        await falling(dut)
        assert now == (len(bench.want_reads) > before)
        return bool(now)

    async def belled(c: int, producer: int) -> bool:
        dut.burst_room.value = dut.m_axi_desc_arready.value = 1
        await falling(dut, 4)
        bench.state[c].producer = producer
        await bench.write(0, c, regs.PRODUCER, producer)
        await settled()
        now = known(dut.m_axi_desc_arvalid)
        await falling(dut)
        return bool(now)

    async def stop() -> None:
        await bench.run(60, False)
        dut.active.value = 0
        await falling(dut, 3)

    await set_up(1, 0, 0x5020)
    ch = await set_up(0, 0, 0x4020)
    assert await started(0), "START of a table that was set up"
    await stop()
    assert ch.fetched == 5
    ch = await set_up(0, 0, 0x4040)
    assert not await started(1)
    await stop()
    ch = await set_up(0, 0, 0x4040)
    assert not await started(0, bad=1), "a refused START fetches nothing"
    await stop()
    assert ch.fetched == 0
    ch = await set_up(0, 0, 0x4060)
    old, bench.change = bench.frames[0, 4], (0, 4)
    await falling(dut)
    assert not await started(0), "the entry has just been written"
    await stop()
    assert ch.fetched == 5 and bench.frames[0, 4] != old and bench.changes == 1
    ch = await set_up(0, 1, 0x4080)
    assert not await started(0), "no descriptor was given"
    await bench.run(30, False)
    for producer in (1, 2, 4, 5, 8, 9):
        assert await belled(0, producer), "the ring that was served last"
        await bench.run(40, False)
        assert ch.fetched == producer
    assert not await belled(0, 9), "the same number again gives nothing"
    await bench.run(30, False)
    dut.halt.value = 1
    await falling(dut, 2)
    assert not await belled(0, 10), "halted"
    await bench.run(30, False)
    assert ch.fetched == 9 and bench.reads == bench.want_reads


@cocotb.test()
async def started_again(dut: Any) -> None:
    """A run that ends while its next burst is worked out or waits for the bus, and START at any cycle after: the new run fetches its table
    from the beginning, once, and is `fresh` until it does, so that nothing of the old run is taken for its own."""
    rng = seeded("started again")
    bench = Bench(dut, "started again")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.state = [Channel(0, 0x4000, 60, 0) for _ in range(dut.CHANNELS.value.to_unsigned())]
    bench.refuse_rate = bench.change_rate = 0.0
    await bench.write(1, 0, regs.GRANT, 1)
    for offset, value in ((regs.CONFIG, 1), (regs.DESC_LO, 0x4000), (regs.DESC_HI, 0), (regs.DESC_COUNT, 60)):
        await bench.write(0, 0, offset, value)
    dut.burst_room.value = dut.flush_ready.value = dut.x_done.value = 1
    seen: list[tuple[int, int]] = []
    old = 0
    for lag in range(40):
        dut.m_axi_desc_arready.value = lag & 1
        dut.start_valid.value = 1
        await falling(dut)
        dut.start_valid.value, dut.active.value = 0, 1
        await falling(dut, rng.randrange(3, 30))
        dut.active.value, dut.m_axi_desc_arready.value = 0, int(rng.random() < 0.3)
        await falling(dut, lag // 4)
        dut.start_valid.value = 1
        await falling(dut)
        dut.start_valid.value, dut.active.value = 0, 1
        seen.clear()
        came = False
        for _ in range(160):
            dut.m_axi_desc_arready.value = rng.random() < 0.3
            await settled()
            if came and known(dut.fresh) & 1:
                old += 1
                seen.clear()
            came = bool(known(dut.burst_valid))
            if came:
                _, _, n, *_ = unpack(known(dut.burst_data), 9, len(dut.x_ch), 4, 4, 1, 1, 1)
                seen.append((known(dut.x_addr), n + 1))
            await falling(dut)
        at = 0x4000
        for logical, n in seen:
            assert logical == at, f"START {lag}: {logical:#x}, not {at:#x}"
            at += 16 * n
        assert 0x4000 + 16 < at <= 0x4000 + 60 * 16
        dut.active.value = 0
        await falling(dut, 40)
    assert old, "no burst of an old run"
