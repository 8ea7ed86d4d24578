"""windlass_desc_fetch: descriptors of each channel are fetched once each, in order, in legal bursts that have room, from where they lie."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, broadcast, falling, known, seeded, settled, start

from .harness import INPUTS, Bench, Channel, fields


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
    for step in range(60):
        c = bench.rng.randrange(len(bench.state))
        ch = bench.state[c]
        await bench.run(bench.rng.randrange(1, 40), False)
        while not ch.fetched:  # a LINK comes from a descriptor
            await bench.run(1, False)
        for _ in range(60 * (step & 1)):  # half of them while it is worked at
            if known(dut.working) >> c & 1 and bench.rng.random() < 0.3:
                break
            await bench.run(1, False)
        unit = (bench.rng.getrandbits(bench.bits) & ~(ch.size - 1)) >> 4
        # It comes with a descriptor of its table, and nothing that was issued until a cycle later is of use.
        await falling(dut)
        bench.link = c, unit << 4, bench.rng.randrange(1, 200)
        dut.link_valid.value, dut.link_ch.value, dut.link_unit.value, dut.link_count.value = 1, c, unit, bench.link[2]
        ch.old = bool(ch.arriving)
        await falling(dut)
        dut.link_valid.value = 0
        bench.show()
        for _ in range(400):
            await bench.run(1, False)
            if bench.link is None:
                break
        assert bench.link is None, f"LINK {step} of channel {c} is not followed"
    await bench.run(4000, False)
    for ch in bench.state:
        assert ch.fetched == ch.count
    assert bench.reads == bench.want_reads
    assert bench.olds, "no burst was issued as the LINK came"


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
        bench.open(others)
        page = bench.rng.getrandbits(bench.bits - 13) << 12
        ch = bench.state[0] = Channel(0, page | 0x1000 - (32 if wide else 16), 40, bypass, wide)
        before = bench.bursts
        for offset, value in (
            (regs.CONFIG, 1 | wide << 12), (regs.DESC_HI, ch.base >> 32), (regs.DESC_LO, page & 0xFFFF_FFFF), (regs.DESC_COUNT, ch.count),
        ):  # fmt: skip
            await broadcast(dut, 0, 0, offset, value)
        await falling(dut, gap or 1)
        await broadcast(dut, 0, 0, regs.DESC_LO, ch.base & 0xFFFF_FFFF)
        await falling(dut, wait)
        await bench.launch(0)
        await bench.run(280, False)
        assert ch.fetched == ch.count and bench.bursts > before + 2, round_
    assert bench.reads == bench.want_reads
    await settled()
    assert known(dut.errors) == 0


@cocotb.test()
async def everybody_in_turn(dut: Any) -> None:
    """While all channels have descriptors and room, each has its turn: between two bursts of a channel no other has more than two."""
    bench = Bench(dut, "turns")
    bench.refuse_rate = bench.change_rate = 0.0
    await bench.begin(False, count=5000)
    count, most = len(bench.state), 0
    since = [[0] * count for _ in bench.state]  # bursts of each since one's last

    def turn(values: tuple[int, ...]) -> None:
        nonlocal most
        c = fields(dut, values[0])[1]
        most = max(most, *since[c])
        since[c] = [0] * count
        for other in {*range(count)} - {c}:
            since[other][c] += 1

    await bench.run(200, False)
    SignalMonitor(dut, ["burst_valid"], ["burst_data"], callback=turn)
    dut.m_axi_desc_arready.value = 1
    before = bench.bursts
    for cycle in range(3000):
        await falling(dut)
        for ch in bench.state:  # what was read is there soon, and at once of no more use
            ch.pushed += ch.arriving.pop(0) if ch.arriving and cycle % 2 else 0
        c = cycle % count
        if bench.state[c].popped < bench.state[c].pushed:
            bench.state[c].popped = bench.state[c].pushed
            bench.freed.append((bench.cycle(), c))
        bench.show()
        dut.burst_room.value = sum(len(ch.arriving) for ch in bench.state) < 5
    assert bench.bursts > before + 100, bench.bursts
    assert most <= 2 and not any(n > 2 for counts in since for n in counts), (most, since)


@cocotb.test()
async def halted(dut: Any) -> None:
    """A channel that is shut is left alone, and goes on when it may, with what was given meanwhile; after START from the beginning."""
    bench = Bench(dut, "halted")
    await bench.begin(True)
    await bench.run(60, False)
    everybody = (1 << len(bench.state)) - 1
    for name in ("active", "halt"):
        bench.open(*((0, 0) if name == "active" else (everybody, everybody)))
        await falling(dut, 20)
        before = len(bench.reads)
        for c, ch in enumerate(bench.state):
            if not ch.refused:
                ch.producer = ch.fetched + 1
                await bench.ring(c, ch.producer)
        dut.m_axi_desc_arready.value = 1
        await falling(dut, 60)
        assert len(bench.reads) == before, f"fetched while {name}"
        bench.open(everybody)
        if name == "halt":
            bench.open(0, everybody)
            await falling(dut, 3)
            for c, ch in enumerate(bench.state):
                ch.fetched, ch.refused = 0, False
                await bench.launch(c)
        await bench.run(300, False)
        assert all(ch.refused or ch.fetched == ch.producer > 0 for ch in bench.state)


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
        bench.open(0)
        await falling(dut, 3)
        for c in range(len(bench.state)):
            await broadcast(dut, 0, c, regs.CONFIG, mode)
        await bench.run(300, False)  # what the tables had asked for
        for c in range(len(bench.state)):
            await bench.launch(c)
        before = bench.bursts
        for c in range(len(bench.state)):
            await bench.ring(c, 5)
        await falling(dut, 60)
        assert bench.bursts == before


@cocotb.test()
async def bell_at_every_cycle(dut: Any) -> None:
    """A doorbell 2 to 17 cycles after another, while the channel is looked at for the first: none is forgotten."""
    bench = Bench(dut, "bells")
    bench.refuse_rate = 0.0
    await bench.begin(True)
    await bench.run(40, False)
    for lag in range(16):
        for c, ch in enumerate(bench.state):
            for wait in (lag, 0):
                ch.producer += 1
                await bench.ring(c, ch.producer)
                for _ in range(wait):
                    await bench.run(1, False)
        await bench.run(120, False)
        assert all(ch.fetched == ch.producer for ch in bench.state), (
            f"a doorbell {lag + 2} cycles after another was forgotten"
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
    bench.open(0)

    async def set_up(c: int, ring: int, base: int) -> Channel:
        ch = bench.state[c] = Channel(ring, base, 5, 0)
        await broadcast(dut, 1, c, regs.GRANT, 0)
        for offset, value in (
            (regs.CONFIG, 1 + ring), (regs.DESC_LO, base), (regs.DESC_HI, 0), (regs.DESC_COUNT, 5), (regs.PRODUCER, 0),
        ):  # fmt: skip
            await broadcast(dut, 0, c, offset, value)
            await falling(dut, 4)
        await falling(dut, 30)
        return ch

    async def started(c: int, bad: int = 0) -> bool:
        before = len(bench.want_reads)
        dut.burst_room.value = dut.m_axi_desc_arready.value = 1
        await falling(dut, 4)
        await bench.launch(c, bad)
        await settled()
        now = known(dut.m_axi_desc_arvalid)
        await falling(dut)
        assert now == (len(bench.want_reads) > before)
        return bool(now)

    async def belled(c: int, producer: int) -> bool:
        dut.burst_room.value = dut.m_axi_desc_arready.value = 1
        await falling(dut, 4)
        bench.state[c].producer = producer
        await bench.ring(c, producer)
        await settled()
        now = known(dut.m_axi_desc_arvalid)
        await falling(dut)
        return bool(now)

    async def stop() -> None:
        await bench.run(60, False)
        bench.open(0)
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
    bench.open(bench.active, 1)
    await falling(dut, 2)
    assert not await belled(0, 10), "halted"
    await bench.run(30, False)
    assert ch.fetched == 9 and bench.reads == bench.want_reads


@cocotb.test()
async def started_again(dut: Any) -> None:
    """A run that ends while its next burst is worked out or waits for the bus, and START at any cycle after: the new run fetches its table
    from the beginning, once; a burst of the old run says so, and the new one waits for what is in flight."""
    rng = seeded("started again")
    bench = Bench(dut, "started again")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.state = [Channel(0, 0x4000, 60, 0) for _ in range(dut.CHANNELS.value.to_unsigned())]
    bench.open(0)
    bench.refuse_rate = bench.change_rate = 0.0
    await broadcast(dut, 1, 0, regs.GRANT, 1)
    for offset, value in ((regs.CONFIG, 1), (regs.DESC_LO, 0x4000), (regs.DESC_HI, 0), (regs.DESC_COUNT, 60)):
        await broadcast(dut, 0, 0, offset, value)
    dut.burst_room.value = dut.flush_ready.value = dut.x_done.value = 1
    seen: list[tuple[int, int]] = []
    old = left = 0
    for lag in range(40):
        dut.m_axi_desc_arready.value = lag & 1
        await bench.launch(0)
        await falling(dut, rng.randrange(3, 30))
        bench.open(0)
        dut.m_axi_desc_arready.value = int(rng.random() < 0.3)
        await falling(dut, lag // 4)
        dut.start_valid.value, left = 1, 0
        seen.clear()
        for cycle in range(160):
            dut.m_axi_desc_arready.value = rng.random() < 0.3
            await settled()
            if known(dut.burst_valid):
                if cycle == 0 or known(dut.burst_old):
                    old, left = old + 1, 4  # in flight for a while
                else:
                    assert not left, "the new run's descriptors come behind old ones"
                    _, _, n, *_ = fields(dut, known(dut.burst_data))
                    seen.append((known(dut.x_addr), n + 1))
            await falling(dut)
            dut.start_valid.value = 0
            bench.state[0].old, left = left > 0, max(left - 1, 0)
            dut.flying.value = int(bench.state[0].old)
            bench.open(1)
        at = 0x4000
        for logical, n in seen:
            assert logical == at, f"START {lag}: {logical:#x}, not {at:#x}"
            at += 16 * n
        assert 0x4000 + 16 < at <= 0x4000 + 60 * 16
        bench.open(0)
        await falling(dut, 40)
    assert old, "no burst of an old run"
