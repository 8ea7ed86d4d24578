"""What is around windlass_desc_fetch in its bench, and what each channel's fetching should do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb
from cocotb.utils import get_sim_time
from windlass import regs

from tb.env.unit import SignalMonitor, broadcast, falling, known, seeded, settled, start, unpack

INPUTS = [
    "cw_valid", "pw_valid", "cw_ch", "cw_reg", "cw_data", "wr_data", "start_valid", "start_bad", "start_ch", "shut", "look_head",
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
    old: bool = False  # what is in flight is of a table that is over

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


def fields(dut: Any, burst: int) -> list[int]:
    """Of burst_data: configuration, channel, descriptors - 1, place of the first, phase, whether the table ends, whether the map refuses."""
    return unpack(burst, 9, len(dut.x_ch), 4, 4, 1, 1, 1)


class Bench:
    """Everything around the module."""

    def __init__(self, dut: Any, seed: str) -> None:
        self.dut, self.rng = dut, seeded(seed)
        get = lambda name: getattr(dut, name).value.to_unsigned()
        self.w, self.bits, self.places, self.count_w = (
            get("DATA_WIDTH") // 8,
            get("ADDR_WIDTH"),
            get("DESC_PREFETCH"),
            get("COUNT_W"),
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
        self.olds = self.refusals = self.looks = self.faults = self.changes = 0
        self.active = self.halt = 0  # channels that run; of these, that fetch no more
        self.freed: list[tuple[int, int]] = []  # cycle and channel of each pop that is not yet told

    def open(self, active: int, halt: int = 0) -> None:
        """These channels run, and of these some fetch no more, until START."""
        self.active, self.halt = active, halt
        old = sum((ch.old or (ch.refused and not ch.arriving)) << i for i, ch in enumerate(self.state))
        self.dut.shut.value = ((1 << len(self.dut.shut)) - 1) & ~active | halt | old

    def show(self) -> None:
        """What is in flight, and what must wait for it."""
        self.dut.flying.value = sum(bool(ch.arriving) << i for i, ch in enumerate(self.state))
        for ch in self.state:
            ch.old = ch.old and bool(ch.arriving)
        self.open(self.active, self.halt)

    async def launch(self, c: int, bad: int = 0) -> None:
        """START; it runs from the next cycle on."""
        self.dut.start_valid.value, self.dut.start_ch.value, self.dut.start_bad.value = 1, c, bad
        self.open(self.active & ~(1 << c), self.halt & ~(1 << c))
        await falling(self.dut)
        self.dut.start_valid.value = 0
        self.open(self.active | 1 << c, self.halt | bad << c)

    async def begin(self, rings: bool, count: int = 0) -> None:
        """Reset, set the channels up, with `count` descriptors or some, and start them."""
        dut, rng = self.dut, self.rng
        await start(dut, **dict.fromkeys(INPUTS, 0))
        self.open(0)
        await falling(dut)
        for c in range(dut.CHANNELS.value.to_unsigned()):
            base = rng.getrandbits(64) & (1 << self.bits - 1) - 1 & ~15
            base = base & ~4095 | rng.choice([0, 16, 4096 - 16, 4096 - 48, rng.randrange(256) * 16])
            ch = Channel(int(rings), base, count or rng.randrange(1, 60), rng.getrandbits(1), wide=rng.getrandbits(1))
            ch.base &= ~(ch.size - 1)
            base = ch.base
            self.state.append(ch)
            for offset, value in (
                (regs.CONFIG, (2 if rings else 1) | ch.wide << 12), (regs.DESC_LO, base & 0xFFFF_FFFF), (regs.DESC_HI, base >> 32),
                (regs.DESC_COUNT, ch.count), (regs.PRODUCER, 0),
            ):  # fmt: skip
                await broadcast(dut, 0, c, offset, value)
            await broadcast(dut, 1, c, regs.GRANT, ch.bypass)
        SignalMonitor(dut, ["burst_valid"], ["burst_data", "x_addr"], callback=self.judge)
        ar = [f"m_axi_desc_ar{n}" for n in ("addr", "len", "size", "burst", "cache", "id", "lock", "prot", "qos")]
        SignalMonitor(dut, ["m_axi_desc_arvalid", "m_axi_desc_arready"], ar, callback=self.reads.append)
        self.issues = SignalMonitor(dut, ["fetch_issue"], [])
        cocotb.start_soon(self.translate())
        cocotb.start_soon(self.queues())
        for c in range(len(self.state)):
            await self.launch(c)

    async def queues(self) -> None:
        """The counts of the queue that is looked at, the places that became free, a cycle after the counts tell, and the flush."""
        dut, turn = self.dut, 1 << self.count_w
        while True:
            await falling(dut)
            ch = self.state[known(dut.look_ch)]
            dut.look_head.value, dut.look_tail.value = ch.popped % turn, ch.pushed % turn
            dut.flush_ready.value = self.rng.random() < 0.7
            told = self.freed and self.freed[0][0] + 2 <= self.cycle()
            dut.freed_valid.value = int(bool(told))
            if told:
                dut.freed_ch.value = self.freed.pop(0)[1]
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
                dut.tw_valid.value, dut.tw_index.value = 1, page & 15
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
            for _ in range(rng.randrange(1, 4)):  # until the answer is there, anything
                dut.x_err.value, dut.x_paddr.value = rng.choice([0, 5]), rng.getrandbits(self.bits)
                await falling(dut)
            if c == len(self.state) - 1 and (c, logical >> 12) not in self.frames and rng.random() < self.refuse_rate:
                self.frames[c, logical >> 12] = None
            frame = self.frames.setdefault((c, logical >> 12), rng.getrandbits(self.bits - 12))
            self.looks += 1
            self.faults += frame is None and not quiet
            dut.x_done.value, dut.x_err.value = 1, 5 if frame is None else 0
            dut.x_paddr.value = (frame or 0) << 12 | logical & 0xFFF

    def judge(self, values: tuple[int, ...]) -> None:
        """A burst or a refusal."""
        conf, c, n, at, phase, table_end, refused = fields(self.dut, values[0])
        logical = values[1]
        assert at == logical // 16 % 16
        n += 1
        ch = self.state[c]
        size = 32 if conf >> 6 & 1 else 16
        # The burst left in the cycle before; a write to its map entry in that cycle or later does not concern it.
        written, old = self.old.get((c, logical >> 12), (-9, None))
        frame = old if written >= self.cycle() - 1 else self.frames[c, logical >> 12]
        if not refused:
            assert frame is not None, "reads a page that is refused"
            physical = frame << 12 | logical & 0xFFF
            beats = (physical + size * n - 1) // self.w - physical // self.w + 1
            assert logical // 256 == (logical + size * n - 1) // 256, "crosses a multiple of 256 bytes"
            assert beats <= max(self.burst, size // self.w, 1)
            self.want_reads.append((physical // self.w * self.w, beats - 1, self.w.bit_length() - 1, 1, 3, 0, 0, 0, 0))
        if known(self.dut.burst_old):
            assert not self.link or self.link[0] == c
            ch.arriving.append(n)
            ch.old = True
            self.olds += 1
            return
        if self.link and self.link[:2] == (c, logical):
            assert not ch.arriving, "the old table's descriptors are still on their way"
            (_, ch.base, ch.count), ch.fetched, self.link = self.link, 0, None
        place = ch.fetched % ch.count
        assert conf == (ch.ring << 8 | ch.wide << 6)
        assert logical == ch.address & (1 << self.bits) - 1
        assert not ch.refused, "goes on after a refusal"
        ch.arriving.append(n)
        assert ch.pushed + sum(ch.arriving) - ch.popped <= self.places, "more reserved than the queue holds"
        if refused:
            assert n == 1
            ch.refused = True
            self.refusals += 1
            return
        assert 1 <= n <= min(256 // ch.size, max(1, self.places // 4)), "more than a burst may have"
        assert n <= ch.given - ch.fetched, "fetches what was not given"
        assert place + n <= ch.count, "runs over the end of the table"
        lap = ch.fetched // ch.count
        assert phase == (1 if not ch.ring else 1 - lap % 2)
        assert table_end == (not ch.ring and ch.fetched + n == ch.count)
        ch.fetched += n
        self.bursts += 1

    async def ring(self, c: int, producer: int) -> None:
        """A doorbell: what it tells arrives a cycle before."""
        self.dut.wr_data.value = producer % 65536
        await falling(self.dut)
        await broadcast(self.dut, 0, c, regs.PRODUCER, producer % 65536)

    async def run(self, cycles: int, rings: bool) -> None:
        """Random rings of the bell, descriptors that arrive and are popped, room, readiness."""
        dut, rng = self.dut, self.rng
        bell: tuple[int, int] | None = None  # the write that arrives, and is told in the next cycle
        for _ in range(cycles):
            await falling(dut)
            dut.cw_valid.value = 0
            popper = rng.randrange(len(self.state))
            for c, ch in enumerate(self.state):
                if ch.arriving and rng.random() < 0.5:
                    ch.pushed += 1
                    ch.arriving[0] -= 1
                    if not ch.arriving[0]:
                        ch.arriving.pop(0)
                if c == popper and ch.popped < ch.pushed and rng.random() < 0.8:
                    ch.popped += 1
                    self.freed.append((self.cycle(), c))
            if bell is not None:
                c, self.state[c].producer = bell
                dut.cw_valid.value, dut.cw_ch.value = 1, c
                dut.cw_reg.value, dut.cw_data.value = regs.PRODUCER // 4, bell[1] % 65536
                bell = None
            elif rings and rng.random() < 0.05:
                c = rng.randrange(len(self.state))
                ch = self.state[c]
                bell = c, min(ch.producer + rng.randrange(1, 20), ch.popped + ch.count)
                dut.wr_data.value = bell[1] % 65536
            self.show()
            dut.burst_room.value = sum(len(ch.arriving) for ch in self.state) < 5 and rng.random() < 0.9
            dut.m_axi_desc_arready.value = rng.random() < 0.6
        if cycles > 1:
            await falling(dut, 3)
        dut.cw_valid.value = 0
