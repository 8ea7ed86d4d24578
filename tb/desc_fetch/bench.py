"""windlass_desc_fetch: descriptors of each channel are fetched once each, in order, in legal bursts that have room, from where they lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start, unpack

INPUTS = [
    "cw_valid", "cw_priv", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_ch", "active", "halt", "dead", "used", "x_done",
    "x_paddr", "x_err", "burst_room", "burst_none", "m_axi_desc_arready",
]  # fmt: skip


@dataclass
class Channel:
    """A channel's table or ring, and how far its fetching has come."""

    ring: int
    base: int
    count: int
    bypass: int
    producer: int = 0
    fetched: int = 0
    queue: int = 0
    refused: bool = False
    sizes: list[int] = field(default_factory=list)

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
        self.expected: list[tuple[int, int]] = []
        self.bursts: list[tuple[int, ...]] = []
        self.reads: list[tuple[int, ...]] = []
        self.want_reads: list[tuple[int, ...]] = []
        self.in_flight = 0
        self.refuse_rate = 0.1
        self.refusals = 0

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
            ch = Channel(int(rings), base, rng.randrange(1, 60), rng.getrandbits(1))
            self.state.append(ch)
            for offset, value in (
                (regs.CONFIG, 2 if rings else 1), (regs.DESC_LO, base & 0xFFFF_FFFF), (regs.DESC_HI, base >> 32),
                (regs.DESC_COUNT, ch.count), (regs.PRODUCER, 0),
            ):  # fmt: skip
                await self.write(0, c, offset, value)
            await self.write(1, c, regs.GRANT, ch.bypass)
        SignalMonitor(dut, ["burst_valid"], ["burst_data"], callback=self.bursts.append)
        ar = [f"m_axi_desc_ar{n}" for n in ("addr", "len", "size", "burst", "cache", "id", "lock", "prot", "qos")]
        SignalMonitor(dut, ["m_axi_desc_arvalid", "m_axi_desc_arready"], ar, callback=self.reads.append)
        self.fence = {n: SignalMonitor(dut, [n], []) for n in ("fetch_issue", "refuse_end")}
        self.refuse = SignalMonitor(dut, ["refuse_valid"], ["reserve_ch", "refuse_addr"], callback=self.refusal)
        SignalMonitor(dut, ["reserve_valid"], ["reserve_ch", "reserve_n"], callback=self.reserve)
        cocotb.start_soon(self.translate())
        for c in range(len(self.state)):
            dut.start_valid.value, dut.start_ch.value, dut.active.value = 1, c, (1 << c) - 1
            await falling(dut)
        dut.start_valid.value, dut.active.value = 0, (1 << len(self.state)) - 1

    def reserve(self, values: tuple[int, ...]) -> None:
        """Places are taken."""
        c, n = values
        self.state[c].queue += n
        assert self.state[c].queue <= self.places, "more reserved than the queue holds"

    def refusal(self, values: tuple[int, ...]) -> None:
        """DESC_MAP for the next descriptor of the channel."""
        c, address = values
        ch = self.state[c]
        assert self.in_flight == 0, "a refusal while bursts are in flight would overtake them"
        assert address == ch.base + 16 * (ch.fetched % ch.count) & 0xFFFF_FFFF
        ch.refused = True
        self.refusals += 1

    async def translate(self) -> None:
        """Answer look-ups; the last channel's are sometimes refused."""
        dut, rng = self.dut, self.rng
        while True:
            await falling(dut)
            dut.x_done.value = 0
            await settled()
            if not known(dut.x_valid):
                continue
            c, logical = known(dut.x_ch), known(dut.x_addr)
            ch = self.state[c]
            assert known(dut.x_bypass) == ch.bypass
            assert logical == ch.base + 16 * (ch.fetched % ch.count) & (1 << self.bits) - 1
            await falling(dut, rng.randrange(1, 5))
            refused = c == len(self.state) - 1 and rng.random() < self.refuse_rate
            physical = (rng.getrandbits(self.bits - 12) << 12) | logical & 0xFFF
            dut.x_done.value, dut.x_paddr.value, dut.x_err.value = 1, physical, 5 if refused else 0
            if not refused:
                self.expected.append((c, physical))

    def judge(self) -> None:
        """Each burst that was issued since the last call."""
        while self.bursts:
            c, n, logical, phase, table_end = unpack(self.bursts.pop(0)[0], len(self.dut.x_ch), 5, self.bits, 1, 1)
            ch = self.state[c]
            place = ch.fetched % ch.count
            assert self.expected[0][0] == c
            physical = self.expected[0][1]
            self.expected.pop(0)
            assert logical == ch.base + 16 * place
            assert 1 <= n <= 16 and n <= ch.given - ch.fetched, "fetches what was not given"
            assert place + n <= ch.count, "runs over the end of the table"
            assert logical // 4096 == (logical + 16 * n - 1) // 4096, "crosses a page"
            beats = (physical + 16 * n - 1) // self.w - physical // self.w + 1
            assert beats <= max(self.burst, 1)
            lap = ch.fetched // ch.count
            assert phase == (1 if not ch.ring else 1 - lap % 2)
            assert table_end == (not ch.ring and ch.fetched + n == ch.count)
            ch.fetched += n
            ch.sizes.append(n)
            self.want_reads.append((physical // self.w * self.w, beats - 1, self.w.bit_length() - 1, 1, 3, 0, 0, 0, 0))

    async def run(self, cycles: int, rings: bool) -> None:
        """Random rings of the bell, pops, room, readiness."""
        dut, rng = self.dut, self.rng
        landing: list[list[int]] = []
        for _ in range(cycles):
            await falling(dut)
            self.judge()
            dut.cw_valid.value = 0
            for ch in self.state:
                if ch.queue and rng.random() < 0.3:
                    ch.queue -= 1
            if rings and rng.random() < 0.05:
                c = rng.randrange(len(self.state))
                ch = self.state[c]
                consumed = ch.fetched - ch.queue
                ch.producer = min(ch.producer + rng.randrange(1, 20), max(consumed, 0) + ch.count)
                dut.cw_valid.value, dut.cw_priv.value, dut.cw_ch.value = 1, 0, c
                dut.cw_reg.value, dut.cw_data.value = regs.PRODUCER // 4, ch.producer % 65536
            dut.used.value = sum(ch.queue << i * (self.q_w + 1) for i, ch in enumerate(self.state))
            dut.dead.value = sum(ch.refused << i for i, ch in enumerate(self.state))
            issued = len(self.reads) + len(landing)
            landing = [[left[0] - 1] for left in landing if left[0] > 0]
            self.in_flight = len(landing) + len(self.want_reads) - len(self.reads)
            if len(self.want_reads) > issued:
                landing.append([rng.randrange(3, 12)])
            dut.burst_none.value = not landing and len(self.want_reads) == len(self.reads) and not self.expected
            dut.burst_room.value = len(landing) < 5 and rng.random() < 0.9
            dut.m_axi_desc_arready.value = rng.random() < 0.6
        await falling(dut, 3)
        dut.cw_valid.value = 0
        self.judge()


@cocotb.test()
async def tables(dut: Any) -> None:
    """Tables: all their descriptors, then nothing more; a refusal ends its channel's fetching and no other's."""
    bench = Bench(dut, "tables")
    await bench.begin(False)
    await bench.run(3000, False)
    assert bench.reads == bench.want_reads
    for ch in bench.state:
        assert ch.refused or ch.fetched == ch.count, f"{ch.fetched} of {ch.count}"
    assert sum(ch.refused for ch in bench.state) == bench.refusals
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
    issued, ended = (m.stats.received_transactions for m in bench.fence.values())
    assert issued == len([n for ch in bench.state for n in ch.sizes]) + bench.refusals and ended == bench.refusals
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
    bench.refuse_rate = 1.0
    await bench.begin(False)
    await bench.run(600, False)
    looks = bench.fence["fetch_issue"].stats.received_transactions
    last = bench.state[-1]
    assert last.refused and last.fetched == 0
    assert looks == len([n for ch in bench.state for n in ch.sizes]) + 1


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
        looks = bench.fence["fetch_issue"].stats.received_transactions
        for c in range(len(bench.state)):
            await bench.write(0, c, regs.PRODUCER, 5)
        await falling(dut, 60)
        assert bench.fence["fetch_issue"].stats.received_transactions == looks


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
