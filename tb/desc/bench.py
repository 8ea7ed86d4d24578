"""windlass_desc: descriptors in memory come out of each channel's queue in order, parsed, judged as section 6 of the manual says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

INPUTS = [
    "cw_valid", "cw_priv", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_bad", "start_ch", "tw_valid", "tw_index", "active", "halt", "fx_done", "x_paddr", "x_err",
    "pop_valid", "pop_ch", "unpop_valid", "unpop_ch", "m_axi_desc_arready", "m_axi_desc_rdata", "m_axi_desc_rresp",
    "m_axi_desc_rlast", "m_axi_desc_rvalid",
]  # fmt: skip
BUS, STALE, BAD, MAP = 8, 9, 10, 11
NOP, COPY, FILL, FENCE, LINK, COPY2D, CRC32C, COMPARE = range(8)
TABLE, RING, CYCLIC = range(3)


@dataclass
class Descriptor:
    """One descriptor, as its eight words mean it."""

    op: int = COPY
    src: int = 0
    dst: int = 0
    length: int = 1
    flags: int = 0  # bits 11:8 of the control word
    rest: int = 0  # other bits of it
    rows: int = 0
    sstride: int = 0
    dstride: int = 0

    def words(self, wide: bool) -> list[int]:
        """As it lies in memory."""
        control = self.op | self.flags << 8 | self.rows << 16 | self.rest
        low, high = lambda v: v & 0xFFFF_FFFF, lambda v: v >> 32
        if wide:
            return [
                low(self.src),
                high(self.src),
                low(self.dst),
                high(self.dst),
                self.length,
                control,
                self.sstride,
                self.dstride,
            ]
        return [low(self.src), low(self.dst), self.length, control]


@dataclass
class Channel:
    """A channel's work in order, what is wrong with it, and what has come out. An error response concerns all descriptors of its word, a
    map error all of its page."""

    mode: int
    wide: bool
    word: int
    types: tuple[int, int]
    unit: int
    two_d: bool
    crc: bool
    bits: int
    order: list[tuple[int, Descriptor]] = field(default_factory=list)
    base: int = 0
    count: int = 0
    bus_error: int | None = None
    map_error: int | None = None
    taken: int = 0
    ended: bool = False
    producer: int = 0

    def malformed(self, d: Descriptor) -> bool:
        """DESC_BAD, by the manual's list."""
        unit, (stype, dtype) = 1 << self.unit, self.types
        known_op = d.op <= LINK or (d.op == COPY2D and self.two_d and self.wide and self.types == (0, 0))
        known_op = known_op or (d.op in (CRC32C, COMPARE) and self.crc and self.types == (0, 0))
        bad = not known_op or d.rest & 0x7000_F0F0 or (d.rows and d.op != COPY2D)
        if d.op in (COPY, FILL, COPY2D, CRC32C, COMPARE):
            bad = bad or d.length == 0
        if d.op == COPY and 1 in self.types:
            bad = bad or d.length % unit or (d.dst if stype == 1 else d.src) % unit
        if d.op == FILL:
            bad = bad or dtype != 0
        if d.op in (FENCE, LINK, CRC32C):
            bad = bad or d.flags & 2
        if d.op in (FENCE, CRC32C):
            bad = bad or d.dst % 8
        if d.op == LINK:
            bad = bad or self.mode != TABLE or d.src % (32 if self.wide else 16) or not 1 <= d.length <= 65535
        return bool(bad)

    def judge(self, n: int) -> dict[str, int]:
        """What the n-th descriptor since START must look like."""
        lap, place = divmod(n, len(self.order)) if self.mode != TABLE else (0, n)
        address, d = self.order[place]
        size, mask = 32 if self.wide else 16, (1 << self.bits) - 1
        refusal = {"d_sdev": 0, "d_ddev": 0}
        if self.map_error is not None and address >> 12 == self.map_error >> 12:
            return refusal | {"d_err": MAP}
        if self.bus_error is not None and any(
            a // self.word == b // self.word
            for a in (address, address + size - 1)
            for b in (self.bus_error, self.bus_error + size - 1)
        ):
            return refusal | {"d_err": BUS}
        if self.mode != CYCLIC and d.rest >> 31 != 1 - lap % 2:
            return refusal | {"d_err": STALE}
        if self.malformed(d):
            return refusal | {"d_err": BAD}
        last = place == len(self.order) - 1 and self.mode != RING
        out = {
            "d_op": d.op, "d_irq": d.flags & 1, "d_wb": d.flags >> 1 & 1, "d_tc": d.flags >> 2 & 1, "d_eop": d.flags >> 3,
            "d_eot": int(last and d.op != LINK), "d_err": 0, "d_phase": d.rest >> 31,
            "d_sdev": int(d.op == COPY and self.types[0] == 1), "d_ddev": int(d.op == COPY and self.types[1] == 1),
        }  # fmt: skip
        if d.op != NOP:
            out |= {"d_dst": d.dst & mask}
        if d.op == FENCE:
            value = d.src if self.wide else d.length << 32 | d.src
            out |= {"d_src": (d.src if self.wide else value & 0xFFFF_FFFF) & mask, "d_len": value >> 32}
        elif d.op != NOP:
            out |= {"d_src": d.src & mask, "d_len": d.length}
        if d.op == COPY2D:
            out |= {"d_rows": d.rows, "d_sstride": d.sstride, "d_dstride": d.dstride}
        return out


def draw(rng: Any, mode: int, lower: int, dut: Any) -> Channel:
    """A random channel: mostly sound descriptors, perhaps one that is not; a table may go on elsewhere, twice."""
    bits, word = dut.ADDR_WIDTH.value.to_unsigned(), dut.DATA_WIDTH.value.to_unsigned() // 8
    wide, types = rng.random() < 0.5, rng.choice([(0, 0), (0, 0), (1, 0), (0, 1), (2, 0), (0, 2), (2, 2)])
    ch = Channel(
        mode,
        wide,
        word,
        types,
        rng.randrange(3),
        bool(dut.TWO_D.value.to_unsigned()),
        bool(dut.CRC.value.to_unsigned()),
        bits,
    )
    size, unit = 32 if wide else 16, 1 << ch.unit
    address = lambda to: rng.getrandbits(64 if wide else 32) // to * to
    tables = 1 if mode != TABLE else rng.randrange(1, 4)
    bases = [
        lower
        + 0x4000 * t
        + rng.randrange(2) * 4096
        + rng.choice([0, size, 4096 - 2 * size, rng.randrange(4096 // size) * size])
        for t in range(tables)
    ]
    counts = [rng.randrange(3, 40 // tables) for _ in range(tables)]
    for t, (base, count) in enumerate(zip(bases, counts, strict=True)):
        for i in range(count if t == tables - 1 else rng.randrange(count)):
            op = rng.choice(
                [COPY, COPY, COPY, COPY, NOP, FENCE]
                + [FILL] * (types[1] == 0)
                + [COPY2D] * (ch.two_d and wide and types == (0, 0))
                + [CRC32C, COMPARE] * (ch.crc and types == (0, 0))
            )
            flags = rng.getrandbits(4) & (13 if op in (FENCE, CRC32C) else 15)
            d = Descriptor(
                op,
                address(unit),
                address(8 if op in (FENCE, CRC32C) else unit),
                rng.randrange(1, 1 << 20) * unit,
                flags,
                1 << 31,
            )
            if op == COPY2D:
                d.rows, d.sstride, d.dstride = rng.getrandbits(12), rng.getrandbits(32), rng.getrandbits(32)
            if op in (NOP, FENCE):
                d.length = rng.getrandbits(32)
            if mode == CYCLIC:
                d.rest = rng.getrandbits(1) << 31
            ch.order.append((base + size * i, d))
        if t < tables - 1:
            at = base + size * (len(ch.order) - sum(1 for a, _ in ch.order if not base <= a < base + size * count))
            ch.order.append(
                (at, Descriptor(LINK, bases[t + 1], address(1), counts[t + 1], rng.getrandbits(4) & 13, 1 << 31))
            )
    ch.base, ch.count = bases[0], counts[0]
    if rng.random() < 0.7:
        at, d = rng.choice(ch.order)
        kind = rng.choice(["bus", "map", "stale", "op", "reserved", "zero", "odd", "rows", "fence", "link", "wb"])
        if kind == "bus":
            ch.bus_error = at
        elif kind == "map":
            ch.map_error = at
        elif kind == "stale":
            d.rest ^= 1 << 31
        elif kind == "op":
            d.op = rng.randrange(5, 16)
        elif kind == "reserved":
            d.rest |= 1 << rng.choice([4, 7, 12, 15, 28, 30])
        elif kind == "zero":
            d.length = 0
        elif kind == "odd":
            d.src, d.dst = d.src + 1, d.dst + 1
        elif kind == "rows":
            d.rows = 1 << rng.randrange(12)
        elif kind == "wb":
            d.flags |= 2
        else:
            d.op = FENCE if kind == "fence" else LINK
            d.src, d.dst, d.length = address(16) + rng.choice([0, 1, 16]), address(1), rng.choice([0, 1 << 16, 5])
            if d.op == LINK and not ch.malformed(d):
                d.length = 0
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
        ch.ended = want["d_err"] != 0
        ch.taken = n + 1

    async def run(self, cycles: int, bells: bool) -> int:
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
            if bells and rng.random() < 0.2:
                ch.producer = min(ch.producer + rng.randrange(1, 9), ch.taken + ch.count)
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
@cocotb.parametrize(seed=list(range(6)))
async def tables(dut: Any, seed: int) -> None:
    """Tables, some with LINKs: each comes to its end or to its refusal."""
    bench = Bench(dut, f"desc {seed}")
    await bench.begin(TABLE)
    back = await bench.run(1300, False)
    for ch in bench.state:
        assert ch.ended or ch.taken == len(ch.order), f"{ch.taken} of {len(ch.order)}"
    assert back or sum(ch.taken for ch in bench.state) < 40
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
