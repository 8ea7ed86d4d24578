"""windlass_desc_place: the place of each channel's fetching, loaded and stepped over in any order, against a plain record of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "cw_valid", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_ch", "link_valid", "link_ch", "link_unit", "link_count", "ch", "run",
    "load", "step", "keep", "ring", "wide", "n",
]  # fmt: skip


@dataclass
class Place:
    """A table or ring, and where its fetching stands."""

    base: int = 0  # as the registers say
    count: int = 1
    first: int = 0  # of the table that it is in
    total: int = 1
    done: int = 0  # places of this lap that were stepped over
    fetched: int = 0
    laps: int = 0

    def begin(self, first: int, total: int) -> None:
        """From the beginning of this table."""
        self.first, self.total, self.done, self.fetched, self.laps = first, total, 0, 0, 0


class Bench:
    """The slot and the writers."""

    def __init__(self, dut: Any) -> None:
        self.dut, self.rng = dut, seeded("desc_place")
        self.bits = dut.ADDR_WIDTH.value.to_unsigned() - 4
        self.places = [Place() for _ in range(dut.CHANNELS.value.to_unsigned())]
        self.wide = [self.rng.getrandbits(1) for _ in self.places]
        self.seen = dict.fromkeys(("end", "turn", "link", "old", "again"), 0)

    def unit(self, c: int) -> int:
        """Where a table may lie, in 16 bytes."""
        return self.rng.getrandbits(self.bits) & ~self.wide[c]

    async def write(self, c: int) -> None:
        """The registers of a channel."""
        place = self.places[c]
        place.base, place.count = self.unit(c), self.rng.choice([1, 2, 3, 7, 40, 65535])
        address = place.base << 4
        for reg, value in (
            (regs.DESC_LO, address & 0xFFFF_FFFF), (regs.DESC_HI, address >> 32), (regs.DESC_COUNT, place.count), (regs.PRODUCER, 9),
        ):  # fmt: skip
            self.dut.cw_valid.value, self.dut.cw_ch.value = 1, c
            self.dut.cw_reg.value, self.dut.cw_data.value = reg // 4, value
            await falling(self.dut)
        self.dut.cw_valid.value = 0

    async def start(self, c: int) -> None:
        """START."""
        self.dut.start_valid.value, self.dut.start_ch.value = 1, c
        self.places[c].begin(self.places[c].base, self.places[c].count)
        await falling(self.dut)
        self.dut.start_valid.value = 0

    async def load(self, c: int, run: int, ring: int) -> None:
        """Bring a place, and look at it."""
        dut, place = self.dut, self.places[c]
        dut.ch.value, dut.run.value, dut.ring.value, dut.wide.value, dut.load.value = c, run, ring, self.wide[c], 1
        await falling(dut, self.rng.randrange(3, 6))
        await settled()
        first = not run or (place.fetched == 0 and place.first == place.base and place.total == place.count)
        if first:
            assert known(dut.begins), "it is at the beginning"
        elif place.fetched:
            assert not known(dut.begins), "it is not at the beginning"
        await falling(dut)
        dut.load.value = 0
        await self.look(place if run else Place(first=place.base, total=place.count))

    async def look(self, place: Place) -> None:
        """What is in the slot, and its end a cycle later."""
        dut = self.dut
        await settled()
        size = 2 if known(dut.wide) else 1
        assert known(dut.unit) == (place.first + size * place.done) % (1 << self.bits)
        assert known(dut.fetched) == place.fetched % 65536
        assert known(dut.phase) == place.laps % 2
        await falling(dut, 2)
        await settled()
        assert known(dut.left_n) == min(place.total - place.done, 16)
        await falling(dut)

    async def kept(self) -> None:
        """It is stored in one cycle."""
        await falling(self.dut)
        self.dut.keep.value = 0

    async def step(self, c: int, old: int) -> None:
        """Over a burst, which ends where the table ends."""
        dut, rng, place = self.dut, self.rng, self.places[c]
        n = min(rng.randrange(1, 17), place.total - place.done)
        dut.n.value = n
        await falling(dut, rng.randrange(2, 4))
        last, ring = n == place.total - place.done, known(dut.ring)
        await settled()
        assert known(dut.ends) == last and known(dut.turns) == (last and ring)
        await falling(dut)
        dut.step.value = 1
        await falling(dut)
        dut.step.value, dut.keep.value = 0, not old
        if old:
            self.seen["old"] += 1
            await falling(dut)
            return
        cocotb.start_soon(self.kept())
        place.done, place.fetched = place.done + n, place.fetched + n
        self.seen["end"] += last and not ring
        if last and ring:
            place.first, place.total = place.base, place.count
            place.done, place.laps = 0, place.laps + 1
            self.seen["turn"] += 1
        await self.look(place)


@cocotb.test()
async def places(dut: Any) -> None:
    """Steps, changes of channel, START and LINK in any order; what is of a run or table that is over is not stored."""
    bench = Bench(dut)
    rng = bench.rng
    await start(dut, **dict.fromkeys(INPUTS, 0))
    await falling(dut)
    rings = [rng.getrandbits(1) for _ in bench.places]
    for c in range(len(bench.places)):
        await bench.write(c)
        await bench.start(c)
    for _ in range(260):
        c = rng.randrange(len(bench.places))
        place = bench.places[c]
        what = rng.random()
        if what < 0.1 or place.done == place.total:
            await bench.write(c)
            await bench.load(c, 0, rings[c])
            await bench.start(c)
            if rng.random() < 0.3:
                await bench.start(c)  # the first run fetched nothing
                bench.seen["again"] += 1
        elif what < 0.25 and place.fetched and not rings[c]:
            unit, count = bench.unit(c), rng.choice([1, 5, 60])
            dut.link_valid.value, dut.link_ch.value, dut.link_unit.value, dut.link_count.value = 1, c, unit, count
            await falling(dut)
            dut.link_valid.value = 0
            place.begin(unit, count)
            bench.seen["link"] += 1
        await bench.load(c, 1, rings[c])
        for _ in range(rng.randrange(5)):
            if place.done < place.total:
                await bench.step(c, 0)
        if rng.random() < 0.2 and place.done < place.total:
            await bench.step(c, 1)
    want = {
        "end": any(not r for r in rings),
        "turn": any(rings),
        "link": any(not r for r in rings),
        "old": True,
        "again": True,
    }
    assert {name for name, n in bench.seen.items() if n} == {name for name, w in want.items() if w}


@cocotb.test()
async def started_in_a_step(dut: Any) -> None:
    """START in the cycle of a step, the one before and the two after: the channel is at its beginning."""
    bench = Bench(dut)
    await start(dut, **dict.fromkeys(INPUTS, 0))
    place = bench.places[0]
    for steps in (0, 1):
        for lag in range(4):
            await bench.write(0)
            place.count = max(place.count, 40)
            dut.cw_valid.value, dut.cw_reg.value, dut.cw_data.value = 1, regs.DESC_COUNT // 4, place.count
            await falling(dut)
            dut.cw_valid.value = 0
            await bench.start(0)
            await bench.load(0, 1, 0)
            if steps:
                await bench.step(0, 0)
            dut.n.value = 1
            await falling(dut, 3)
            for cycle in range(5):
                dut.step.value, dut.start_valid.value, dut.start_ch.value = cycle == 1, cycle == lag, 0
                dut.keep.value = cycle == 2 and lag > 1
                await falling(dut)
            dut.start_valid.value = 0
            place.begin(place.base, place.count)
            await bench.load(0, 1, 0)
