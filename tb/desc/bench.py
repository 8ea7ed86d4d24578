"""windlass_desc: descriptors in memory come out of each channel's queue in order, parsed, judged as section 6 of the manual says."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, broadcast, falling, known, seeded, settled, start

from .tables import CYCLIC, RING, TABLE, Channel, draw

INPUTS = [
    "cw_valid", "pw_valid", "cw_ch", "cw_reg", "cw_data", "wr_data", "start_valid", "start_bad", "start_ch", "tw_valid", "tw_index", "active", "halt", "fx_done", "x_paddr", "x_err",
    "pop_valid", "pop_ch", "unpop_valid", "unpop_ch", "m_axi_desc_arready", "m_axi_desc_rdata", "m_axi_desc_rresp",
    "m_axi_desc_rlast", "m_axi_desc_rvalid",
]  # fmt: skip


class Bench:
    """Translation, memory and front around the module."""

    def __init__(self, dut: Any, seed: str) -> None:
        self.dut, self.rng = dut, seeded(seed)
        get = lambda name: getattr(dut, name).value.to_unsigned()
        self.w, self.channels = get("DATA_WIDTH") // 8, get("CHANNELS")
        self.state: list[Channel] = []
        self.reads: list[tuple[int, ...]] = []
        self.memory: dict[int, int] = {}
        self.whole: set[int | None] = set()  # what was told of descriptors so far: one piece or not

    async def begin(self, mode: int) -> None:
        """Reset, set up, start; physical address = logical address + 1 MiB."""
        dut = self.dut
        await start(dut, **dict.fromkeys(INPUTS, 0))
        await falling(dut)
        for c in range(self.channels):
            ch = draw(self.rng, mode, c << 16, dut)
            self.state.append(ch)
            for address, d in ch.order:
                for j, word in enumerate(d.words(ch.wide)):
                    self.memory[address + 0x100000 + 4 * j] = word
            config = (
                (1 if mode == TABLE else 2)
                | ch.types[0] << 4
                | ch.types[1] << 6
                | ch.unit << 8
                | ch.wide << 12
                | (mode == CYCLIC) << 13
            )
            for offset, value in (
                (regs.CONFIG, config), (regs.DESC_LO, ch.base), (regs.DESC_HI, 0), (regs.DESC_COUNT, ch.count), (regs.PRODUCER, 0),
            ):  # fmt: skip
                await broadcast(dut, 0, c, offset, value)
        SignalMonitor(
            dut,
            ["m_axi_desc_arvalid", "m_axi_desc_arready"],
            ["m_axi_desc_araddr", "m_axi_desc_arlen"],
            callback=self.reads.append,
        )
        self.issues, self.ends = (SignalMonitor(dut, [n], []) for n in ("fetch_issue", "fetch_end"))
        cocotb.start_soon(self.translate())
        cocotb.start_soon(self.serve())
        for c in range(self.channels):
            dut.start_valid.value, dut.start_ch.value, dut.active.value = 1, c, (1 << c) - 1
            await falling(dut)
        dut.start_valid.value, dut.active.value = 0, (1 << self.channels) - 1

    async def translate(self) -> None:
        """The map: refuses the page of a descriptor that is to be refused; entries are written now and then, not changed."""
        dut = self.dut
        while True:
            await falling(dut)
            dut.fx_done.value = 0
            dut.tw_valid.value, dut.tw_index.value = self.rng.random() < 0.03, self.rng.randrange(16)
            await settled()
            if not known(dut.fx_valid):
                continue
            logical, c = known(dut.fx_addr), known(dut.fx_ch)
            ch = self.state[c]
            await falling(dut)
            dut.tw_valid.value = 0
            await falling(dut, self.rng.randrange(1, 4))
            dut.fx_done.value, dut.x_paddr.value = 1, logical + 0x100000
            bad = ch.map_error is not None and logical >> 12 == ch.map_error >> 12
            dut.x_err.value = 5 if bad else 0

    async def serve(self) -> None:
        """Memory: reads in order, gaps between beats, SLVERR on the word of a descriptor that is to fail."""
        dut, rng = self.dut, self.rng
        done = 0
        while True:
            await falling(dut)
            dut.m_axi_desc_arready.value = rng.random() < 0.6
            dut.m_axi_desc_rvalid.value = 0
            if done == len(self.reads) or rng.random() < 0.3:
                continue
            address, beats = self.reads[done]
            done += 1
            for i in range(beats + 1):
                at = address + i * self.w
                word = b"".join(self.memory.get(a, 0).to_bytes(4, "little") for a in range(at, at + self.w, 4))
                bad = any(
                    ch.bus_error is not None
                    and at < ch.bus_error + 0x100000 + (32 if ch.wide else 16)
                    and at + self.w > ch.bus_error + 0x100000
                    for ch in self.state
                )
                while rng.random() < 0.2:
                    dut.m_axi_desc_rvalid.value = 0
                    await falling(dut)
                dut.m_axi_desc_rvalid.value, dut.m_axi_desc_rlast.value = 1, i == beats
                dut.m_axi_desc_rdata.value, dut.m_axi_desc_rresp.value = int.from_bytes(word, "little"), 2 if bad else 0
                await settled()
                while not known(dut.m_axi_desc_rready):
                    await falling(dut)
                    await settled()
                await falling(dut)
            dut.m_axi_desc_rvalid.value = 0

    def compare(self, c: int, n: int) -> None:
        """The outputs, two cycles after the n-th pop of a channel."""
        ch = self.state[c]
        want = ch.judge(n)
        for name, value in want.items():
            got = known(getattr(self.dut, name))
            assert got == value, (
                f"descriptor {n} of channel {c}: {name} is {got:#x}, not {value:#x} (error {known(self.dut.d_err)})"
            )
        self.whole.add(want.get("d_whole"))
        ch.ended = want["d_err"] != 0
        ch.taken = n + 1

    async def run(self, cycles: int, bells: bool) -> int:
        """Pop, sometimes take a pop back, ring the bell; returns how many were taken back."""
        dut, rng = self.dut, self.rng
        back = 0
        for _ in range(cycles):
            await falling(dut)
            dut.cw_valid.value = 0
            c = rng.randrange(self.channels)
            ch = self.state[c]
            rings = bells and rng.random() < 0.2
            if rings:
                ch.producer = min(ch.producer + rng.randrange(1, 9), ch.taken + ch.count)
                dut.wr_data.value = ch.producer
            await settled()
            available = known(dut.d_avail)
            await falling(dut)
            if rings:
                dut.cw_valid.value, dut.cw_ch.value = 1, c
                dut.cw_reg.value, dut.cw_data.value = regs.PRODUCER // 4, ch.producer
            if not available >> c & 1:
                continue
            assert not ch.ended, "a descriptor after a refused one"
            dut.pop_valid.value, dut.pop_ch.value = 1, c
            await falling(dut)
            dut.pop_valid.value = dut.cw_valid.value = 0
            if rng.random() < 0.15:
                dut.unpop_valid.value, dut.unpop_ch.value = 1, c
                await falling(dut)
                dut.unpop_valid.value = 0
                back += 1
                continue
            await falling(dut)
            await settled()
            self.compare(c, ch.taken)
        return back

    async def hurry(self, cycles: int) -> int:
        """Pop in the cycle in which a descriptor shows, each channel every second cycle; returns how many queues were emptied at once."""
        dut, rng = self.dut, self.rng
        due: list[tuple[int, int, int]] = []  # cycle of the outputs, channel, number
        popped = [0] * self.channels
        last, emptied, before = -1, 0, 0
        for cycle in range(cycles):
            await falling(dut)
            while due and due[0][0] == cycle:
                _, c, n = due.pop(0)
                self.compare(c, n)
            available = known(dut.d_avail)  # a flip-flop
            ready = [c for c in range(self.channels) if available >> c & 1 and c != last]
            last = rng.choice(ready) if ready else -1
            dut.pop_valid.value, dut.pop_ch.value = int(last >= 0), max(last, 0)
            if last < 0:
                continue
            assert not self.state[last].ended, "a descriptor after a refused one"
            due.append((cycle + 2, last, popped[last]))
            popped[last] += 1
            emptied += not before >> last & 1  # it has just come
            before = available
        return emptied


@cocotb.test()
@cocotb.parametrize(seed=list(range(4)))
async def at_once(dut: Any, seed: int) -> None:
    """Tables whose descriptors are taken as soon as they show: nothing shows that is not there, behind a LINK or a refusal neither."""
    bench = Bench(dut, f"hurry {seed}")
    await bench.begin(TABLE)
    emptied = await bench.hurry(4000)
    for ch in bench.state:
        assert ch.ended or ch.taken == len(ch.order), f"{ch.taken} of {len(ch.order)}"
    assert emptied


@cocotb.test()
@cocotb.parametrize(seed=list(range(6)))
async def tables(dut: Any, seed: int) -> None:
    """Tables, some with LINKs: each comes to its end or to its refusal."""
    bench = Bench(dut, f"desc {seed}")
    await bench.begin(TABLE)
    back = await bench.run(1300, False)
    for ch in bench.state:
        assert ch.ended or ch.taken == len(ch.order), f"{ch.taken} of {len(ch.order)}"
    assert back or sum(ch.taken for ch in bench.state) < 40
    assert {0, 1} <= bench.whole or sum(ch.taken for ch in bench.state) < 40, bench.whole
    await falling(dut, 200)
    await settled()
    assert known(dut.fetch_busy) == 0 and known(dut.errors) == 0 and known(dut.busy) == 0
    assert bench.issues.stats.received_transactions == bench.ends.stats.received_transactions > 0


@cocotb.test()
@cocotb.parametrize(seed=[0, 1, 2])
async def rings(dut: Any, seed: int) -> None:
    """Rings that are not renewed: a lap comes out, then the old phase is refused as stale."""
    bench = Bench(dut, f"ring {seed}")
    await bench.begin(RING)
    await bench.run(1300, True)
    for ch in bench.state:
        assert ch.ended
    await settled()
    assert known(dut.errors) == 0


@cocotb.test()
@cocotb.parametrize(seed=[0, 1])
async def cyclic(dut: Any, seed: int) -> None:
    """Cyclic rings go round without a bell, whatever the phase; stopped in full flight and started again, nothing old comes out."""
    bench = Bench(dut, f"cyclic {seed}")
    await bench.begin(CYCLIC)
    for _ in range(3):
        await bench.run(900, False)
        for ch in bench.state:
            assert ch.ended or ch.taken > len(ch.order), f"{ch.taken} of {len(ch.order)}"
        await falling(dut)
        dut.active.value = 0
        await falling(dut, bench.rng.randrange(1, 40))
        for c, ch in enumerate(bench.state):
            ch.taken, ch.ended = 0, False
            dut.start_valid.value, dut.start_ch.value, dut.active.value = 1, c, (1 << c) - 1
            await falling(dut)
        dut.start_valid.value, dut.active.value = 0, (1 << bench.channels) - 1
    await settled()
    assert known(dut.errors) == 0


@cocotb.test()
@cocotb.parametrize(seed=[0, 1])
async def refused_start(dut: Any, seed: int) -> None:
    """A channel that still wanted descriptors when it was stopped, and whose next START is refused, fetches none."""
    bench = Bench(dut, f"refused start {seed}")
    await bench.begin(CYCLIC)
    await bench.run(200, False)
    await falling(dut)
    dut.active.value = 0
    await falling(dut, 200)
    await settled()
    assert known(dut.fetch_busy) == 0
    before = len(bench.reads)
    await falling(dut)
    for c in range(bench.channels):
        dut.start_valid.value, dut.start_bad.value, dut.start_ch.value = 1, 1, c
        await falling(dut)
        dut.start_valid.value, dut.active.value, dut.halt.value = 0, 1 << c, 1 << c
        await falling(dut, bench.rng.randrange(1, 40))
        dut.active.value = dut.halt.value = 0
        await falling(dut, 40)
    await settled()
    assert len(bench.reads) == before > 0
