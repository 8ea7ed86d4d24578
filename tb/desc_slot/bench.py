"""windlass_desc_slot: the slot of any channel is loaded, sized and stepped over as the fetcher does it, against a plain record of each channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, pack, seeded, settled, start

INPUTS = [
    "cw_valid", "pw_valid", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_ch", "link_valid", "link_ch", "link_unit", "link_count",
    "disarm", "ch", "run", "load", "size", "step", "keep", "n", "put", "look_head", "look_tail", "by_tail",
]  # fmt: skip
PULSES = [
    "cw_valid",
    "pw_valid",
    "start_valid",
    "link_valid",
    "disarm",
    "load",
    "size",
    "step",
    "keep",
    "put",
    "by_tail",
]


@dataclass
class Channel:
    """What software has set up, and where the fetching stands."""

    ring: int = 0
    config: int = 1
    bypass: int = 0
    base: int = 0  # in 16 bytes
    count: int = 1
    given: int = 0
    first: int = 0  # of the table that it is in
    total: int = 1
    done: int = 0
    fetched: int = 0
    phase: int = 0
    linked: bool = False  # nothing was fetched behind its LINK yet: another comes from there
    stepped: bool = False
    taken: int | None = None

    @property
    def wide(self) -> int:
        """Descriptors have 32 bytes."""
        return self.config >> 12 & 1

    @property
    def cyclic(self) -> int:
        """A ring without a producer."""
        return self.config >> 13 & 1

    def begin(self, first: int, total: int) -> None:
        """From the beginning of this table."""
        self.first, self.total, self.done, self.fetched, self.phase = first, total, 0, 0, 0


class Bench:
    """The fetcher and the writers, a cycle at a time."""

    def __init__(self, dut: Any) -> None:
        self.dut, self.rng = dut, seeded("desc_slot")
        self.channels = [Channel() for _ in range(dut.CHANNELS.value.to_unsigned())]
        self.bits = dut.ADDR_WIDTH.value.to_unsigned() - 4
        self.mask = (1 << dut.COUNT_W.value.to_unsigned()) - 1
        self.full, self.most = (
            dut.FULL.value.to_unsigned(),
            [dut.MOST.value.to_unsigned(), dut.MOST_WIDE.value.to_unsigned()],
        )
        self.at = self.head = 0
        self.used: int | None = None
        self.met = dict.fromkeys(("none", "turn", "end", "link", "fits", "full", "ready", "refused", "again"), 0)

    async def cycle(self, **inputs: int) -> None:
        """One cycle with these inputs; pulses that are not named are 0. What the queue has is looked at in each."""
        dut = self.dut
        for name in PULSES:
            getattr(dut, name).value = inputs.pop(name, 0)
        for name, value in inputs.items():
            getattr(dut, name).value = value
        self.at = inputs.get("ch", self.at)
        if self.rng.random() < 0.3:
            self.head = self.rng.getrandbits(8) & self.mask
        dut.look_head.value = self.head
        await settled()
        if self.used is not None:
            assert known(dut.fits) == (self.used <= self.full)
            self.met["fits" if self.used <= self.full else "full"] += 1
        ch = self.channels[self.at]
        self.used = None if ch.taken is None else (ch.taken - self.head) & self.mask
        base = known(dut.look_tail) if known(dut.by_tail) else ch.taken
        if known(dut.by_tail) or known(dut.put):
            assert base is not None
            ch.taken = (base + known(dut.n) * known(dut.put)) & self.mask

    async def next(self, **inputs: int) -> None:
        """A cycle after the one before."""
        await falling(self.dut)
        await self.cycle(**inputs)

    async def write(self, c: int, offset: int, value: int, *, priv: int = 0) -> None:
        """A register write."""
        dut = self.dut
        await self.next(cw_valid=1 - priv, pw_valid=priv, cw_ch=c, cw_reg=offset // 4, cw_data=value & 0xFFFF_FFFF)
        assert known(dut.bell) == (offset == regs.PRODUCER and not priv)
        await self.next()
        assert known(dut.setting) == (offset == regs.GRANT if priv else offset != regs.PRODUCER)
        assert known(dut.setting_ch) == c

    async def set_up(self, c: int) -> None:
        """All registers of a channel; it is then the one that is being set up."""
        rng, ch, dut = self.rng, self.channels[c], self.dut
        ch.ring = rng.getrandbits(1)
        ch.config = rng.getrandbits(32) & ~3 | (2 if ch.ring else 1)
        ch.bypass, ch.count = rng.getrandbits(1), rng.choice([1, 2, 3, 7, 20, 40, 65535])
        ch.base = rng.getrandbits(self.bits) & ~ch.wide
        address = ch.base << 4
        await self.write(c, regs.CONFIG, ch.config)
        await self.write(c, regs.GRANT, ch.bypass, priv=1)
        await self.write(c, regs.DESC_LO, address)
        await self.write(c, regs.DESC_HI, address >> 32)
        await self.write(c, regs.DESC_COUNT, ch.count)
        for offset in (regs.DESC_LO, regs.DESC_HI, regs.DESC_COUNT):  # of a grant: another register
            await self.write(c, offset, rng.getrandbits(32), priv=1)
        await self.bell(c)
        await self.next()
        assert known(dut.arm) and known(dut.arm_ch) == c
        if rng.random() < 0.3:
            await self.next(disarm=1)
            await self.next()
            assert not known(dut.arm)

    async def bell(self, c: int) -> None:
        """PRODUCER: a little more, or anything."""
        ch = self.channels[c]
        ch.given = (ch.fetched + self.rng.choice([0, 1, 2, 15, 16, 17, 40, self.rng.getrandbits(16)])) & 0xFFFF
        await self.write(c, regs.PRODUCER, ch.given)

    async def begin(self, c: int) -> None:
        """START."""
        ch = self.channels[c]
        await self.next(start_valid=1, start_ch=c)
        assert known(self.dut.start_table)
        ch.begin(ch.base, ch.count)
        ch.stepped = ch.linked = False
        await self.next()
        assert not known(self.dut.arm)

    async def link(self, c: int) -> None:
        """LINK."""
        ch = self.channels[c]
        ch.begin(self.rng.getrandbits(self.bits) & ~ch.wide, self.rng.choice([1, 5, 30, 65535]))
        await self.next(link_valid=1, link_ch=c, link_unit=ch.first, link_count=ch.total)
        ch.linked = True
        self.met["link"] += 1

    async def load(self, c: int, run: int) -> None:
        """Load a channel; what is in its queue is taken over from there, sometimes."""
        dut, rng, ch = self.dut, self.rng, self.channels[c]
        anew = rng.random() < 0.4 or ch.taken is None
        for k in range(rng.randrange(3, 6)):
            tail = int(anew and k > 0)
            await self.next(load=1, ch=c, run=run, by_tail=tail, look_tail=rng.getrandbits(8) & self.mask)
            if k and (not run or not ch.stepped or ch.fetched):
                assert known(dut.begins) == (not run or not ch.stepped)
        if not run:
            ch.begin(ch.base, ch.count)
        assert known(dut.unit) == ch.first + (ch.done << ch.wide) & (1 << self.bits) - 1
        assert known(dut.fetched) == ch.fetched
        assert (known(dut.ring), known(dut.wide), known(dut.bypass)) == (ch.ring, ch.wide, ch.bypass)
        if rng.random() < 0.2:  # what is written afterwards counts when it is loaded again
            await self.write(c, regs.CONFIG, ch.config ^ 0x1003)
            await self.write(c, regs.GRANT, 1 - ch.bypass, priv=1)
            await self.next()
            assert (known(dut.ring), known(dut.wide), known(dut.bypass)) == (ch.ring, ch.wide, ch.bypass)
            await self.write(c, regs.CONFIG, ch.config)
            await self.write(c, regs.GRANT, ch.bypass, priv=1)

    async def sized(self, c: int) -> int:
        """Work out the next burst: how many descriptors it has."""
        dut, ch = self.dut, self.channels[c]
        await self.next(size=1)
        await self.next()
        place = ch.first + (ch.done << ch.wide) & 15
        gap = (ch.given - ch.fetched) & 0xFFFF
        want = min(
            ch.total - ch.done, (16 - place) >> ch.wide, self.most[ch.wide], gap if ch.ring and not ch.cyclic else 16
        )
        assert known(dut.none) == (want == 0)
        assert not want or known(dut.next_n) == want
        return want

    async def burst(self, c: int, n: int) -> None:
        """Record a burst and step over it."""
        dut, rng, ch = self.dut, self.rng, self.channels[c]
        for _ in range(rng.randrange(1, 4)):
            await self.next(n=n)
        await self.next(n=n, step=1, put=1)
        last = ch.done + n == ch.total
        number, place, phase = len(dut.ch), ch.first + (ch.done << ch.wide) & 15, 1 - ch.phase
        conf = ch.cyclic << 7 | ch.wide << 6 | ch.config >> 4 & 63
        ends = last and (not ch.ring or ch.cyclic)
        assert known(dut.record) == pack(
            (ch.ring, 1), (conf, 8), (c, number), (n - 1, 4), (place, 4), (phase, 1), (ends, 1)
        )
        assert known(dut.turns) == (last and ch.ring)
        ch.done, ch.fetched, ch.stepped, ch.linked = ch.done + n, (ch.fetched + n) & 0xFFFF, True, False
        self.met["end"] += last
        if last and ch.ring:
            ch.done, ch.phase = 0, 1 - ch.phase
            self.met["turn"] += 1
        await self.next(keep=1, run=1)


@cocotb.test()
async def any_channel(dut: Any) -> None:
    """Channels in turn: set up, started, prepared before START, linked, refused, stepped over burst after burst; the record of each burst, and
    whether there is room for another, in every cycle."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    b = Bench(dut)
    rng = b.rng
    await falling(dut)
    await b.cycle(ch=0)
    for c in range(len(b.channels)):
        await b.set_up(c)
        await b.begin(c)
    for _ in range(500):
        c = rng.randrange(len(b.channels))
        ch, what = b.channels[c], rng.random()
        if what < 0.2:
            await b.set_up(c)
            if rng.random() < 0.5:  # prepared: it goes with START
                await b.load(c, 0)
                n = await b.sized(c)
                await b.begin(c)
                if n:
                    b.met["ready"] += 1
                    await b.burst(c, n)
                    continue
            else:
                await b.begin(c)
        elif what < 0.3:
            await b.begin(c)
            b.met["again"] += 1
        elif what < 0.4 and not ch.ring and ch.stepped and not ch.linked:
            await b.link(c)
        elif what < 0.6:
            await b.bell(c)
        await b.load(c, 1)
        for _ in range(rng.randrange(1, 9)):
            n = await b.sized(c)
            if not n:
                b.met["none"] += 1
                break
            if rng.random() < 0.05:  # the map refused it: one place, and no step
                await b.next(n=1)
                await b.next(n=1, put=1)
                b.met["refused"] += 1
                break
            await b.burst(c, n)
            if rng.random() < 0.2:
                await b.next()
    assert min(b.met.values()) > 10, b.met
