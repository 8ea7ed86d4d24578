"""windlass_desc: descriptors in memory come out of each channel's queue in order, parsed, judged as section 6 of the manual says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

INPUTS = [
    "cw_valid", "cw_priv", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_bad", "start_ch", "tw_valid", "tw_index", "active", "halt", "fx_done", "x_paddr", "x_err",
    "pop_valid", "pop_ch", "unpop_valid", "unpop_ch", "m_axi_desc_arready", "m_axi_desc_rdata", "m_axi_desc_rresp",
    "m_axi_desc_rlast", "m_axi_desc_rvalid",
]  # fmt: skip
OUT = ["d_src", "d_dst", "d_len", "d_irq", "d_wb", "d_tc", "d_nop", "d_eot", "d_err", "d_phase"]
BUS, STALE, BAD, MAP = 8, 9, 10, 11


@dataclass
class Channel:
    """A channel's table, what is wrong with it, and what has come out. An error response concerns all descriptors of its word, a map
    error all of its page."""

    ring: int
    base: int
    words: list[tuple[int, int, int, int]]
    word: int
    device: int = 0
    unit: int = 0
    bus_error: int | None = None
    map_error: int | None = None
    taken: int = 0
    ended: bool = False
    producer: int = 0

    def judge(self, n: int) -> dict[str, int]:
        """What the n-th descriptor since START must look like."""
        count = len(self.words)
        place = n % count
        address = self.base + 16 * place
        src, dst, length, control = self.words[place]
        phase = 1 if not self.ring else 1 - n // count % 2
        refusal = {"d_src": address & 0xFFFF_FFFF}
        if self.map_error is not None and address >> 12 == self.base + 16 * self.map_error >> 12:
            return refusal | {"d_err": MAP}
        if self.bus_error is not None and address // self.word == (self.base + 16 * self.bus_error) // self.word:
            return refusal | {"d_err": BUS}
        if control >> 31 != phase:
            return refusal | {"d_err": STALE}
        op, unit = control & 15, 1 << self.unit
        memory = dst if self.device == 1 else src
        odd = self.device and (length % unit or memory % unit)
        if op > 1 or control & 0x7FFF_F8F0 or (op == 1 and (length == 0 or odd)):
            return refusal | {"d_err": BAD}
        return {
            "d_src": src, "d_dst": dst, "d_len": length, "d_irq": control >> 8 & 1, "d_wb": control >> 9 & 1, "d_tc": control >> 10 & 1,
            "d_nop": int(op == 0), "d_eot": int(not self.ring and n == count - 1), "d_err": 0, "d_phase": control >> 31,
        }  # fmt: skip


def draw(rng: Any, ring: int, lower: int, word: int) -> Channel:
    """A random channel: mostly sound descriptors, perhaps one that is not."""
    count = rng.randrange(3, 40)
    base = rng.randrange(8) * 4096 + lower + rng.choice([0, 16, 4096 - 32, rng.randrange(256) * 16])
    ch = Channel(ring, base, [], max(word, 16), device=rng.randrange(3), unit=rng.randrange(3))
    unit = 1 << ch.unit
    for _ in range(count):
        op = int(rng.random() < 0.9)
        control = op | rng.getrandbits(3) << 8 | 1 << 31
        ch.words.append(
            (
                rng.getrandbits(32) // unit * unit,
                rng.getrandbits(32) // unit * unit,
                rng.randrange(1, 1 << 20) * unit,
                control,
            )
        )
    if rng.random() < 0.7:
        at = rng.randrange(count)
        src, dst, length, control = ch.words[at]
        kind = rng.choice(["bus", "map", "stale", "op", "reserved", "zero", "odd"])
        if kind == "bus":
            ch.bus_error = at
        elif kind == "map":
            ch.map_error = at
        else:
            ch.words[at] = {
                "stale": (src, dst, length, control ^ 1 << 31), "op": (src, dst, length, control & ~15 | rng.randrange(2, 16)),
                "reserved": (src, dst, length, control | 1 << rng.choice([4, 7, 11, 20, 30])), "zero": (src, dst, 0, control),
                "odd": (src + 1, dst + 1, length, control),
            }[kind]  # fmt: skip
    return ch


class Bench:
    """Translation, memory and front around the module."""

    def __init__(self, dut: Any, seed: str) -> None:
        self.dut, self.rng = dut, seeded(seed)
        get = lambda name: getattr(dut, name).value.to_unsigned()
        self.w, self.channels = get("DATA_WIDTH") // 8, get("CHANNELS")
        self.state: list[Channel] = []
        self.reads: list[tuple[int, ...]] = []
        self.memory: dict[int, int] = {}

    async def write(self, priv: int, channel: int, offset: int, value: int) -> None:
        """A broadcast register write."""
        dut = self.dut
        dut.cw_valid.value, dut.cw_priv.value, dut.cw_ch.value = 1, priv, channel
        dut.cw_reg.value, dut.cw_data.value = offset // 4, value
        await falling(dut)
        dut.cw_valid.value = 0

    async def begin(self, ring: int) -> None:
        """Reset, set up, start; physical address = logical address + 64 KiB."""
        dut = self.dut
        await start(dut, **dict.fromkeys(INPUTS, 0))
        await falling(dut)
        for c in range(self.channels):
            ch = draw(self.rng, ring, c << 16, self.w)
            self.state.append(ch)
            for i, words in enumerate(ch.words):
                for j, word in enumerate(words):
                    self.memory[ch.base + 0x10000 + 16 * i + 4 * j] = word
            config = (2 if ring else 1) | (1 << 4 if ch.device == 1 else 1 << 6 if ch.device == 2 else 0) | ch.unit << 8
            for offset, value in (
                (regs.CONFIG, config), (regs.DESC_LO, ch.base), (regs.DESC_HI, 0), (regs.DESC_COUNT, len(ch.words)), (regs.PRODUCER, 0),
            ):  # fmt: skip
                await self.write(0, c, offset, value)
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
            dut.tw_valid.value, dut.tw_index.value = self.rng.random() < 0.03, self.rng.randrange(self.channels << 4)
            await settled()
            if not known(dut.fx_valid):
                continue
            logical, c = known(dut.fx_addr), known(dut.fx_ch)
            ch = self.state[c]
            await falling(dut)
            dut.tw_valid.value = 0
            await falling(dut, self.rng.randrange(1, 4))
            dut.fx_done.value, dut.x_paddr.value = 1, logical + 0x10000
            bad = ch.map_error is not None and logical >> 12 == ch.base + 16 * ch.map_error >> 12
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
                    and at <= ch.base + 0x10000 + 16 * ch.bus_error + 15
                    and at + self.w > ch.base + 0x10000 + 16 * ch.bus_error
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
        ch.ended = want["d_err"] != 0
        ch.taken = n + 1

    async def run(self, cycles: int, ring: int) -> int:
        """Pop, sometimes take a pop back, ring the bell; returns how many were taken back."""
        dut, rng = self.dut, self.rng
        back = 0
        for _ in range(cycles):
            await falling(dut)
            dut.cw_valid.value = 0
            await settled()
            available = known(dut.d_avail)
            await falling(dut)
            c = rng.randrange(self.channels)
            ch = self.state[c]
            if ring and rng.random() < 0.2:
                ch.producer = min(ch.producer + rng.randrange(1, 9), ch.taken + len(ch.words))
                dut.cw_valid.value, dut.cw_priv.value, dut.cw_ch.value = 1, 0, c
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


@cocotb.test()
@cocotb.parametrize(seed=[0, 1, 2, 3])
async def tables(dut: Any, seed: int) -> None:
    """Tables: each comes to its end or to its refusal."""
    bench = Bench(dut, f"desc {seed}")
    await bench.begin(0)
    back = await bench.run(1100, 0)
    for ch in bench.state:
        assert ch.ended or ch.taken == len(ch.words), f"{ch.taken} of {len(ch.words)}"
    assert back or sum(ch.taken for ch in bench.state) < 20
    await falling(dut, 200)
    await settled()
    assert known(dut.fetch_busy) == 0 and known(dut.errors) == 0 and known(dut.busy) == 0
    assert bench.issues.stats.received_transactions == bench.ends.stats.received_transactions > 0


@cocotb.test()
@cocotb.parametrize(seed=[0, 1])
async def rings(dut: Any, seed: int) -> None:
    """Rings that are not renewed: a lap comes out, then the old phase is refused as stale."""
    bench = Bench(dut, f"ring {seed}")
    await bench.begin(1)
    await bench.run(1100, 1)
    stale = 0
    for ch in bench.state:
        assert ch.ended
        stale += ch.taken > len(ch.words)
    assert stale or seed
    await settled()
    assert known(dut.errors) == 0
