"""windlass_csr against the generated register map and sections 1 to 6 of the programmer's manual."""

from __future__ import annotations

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, falling, known, settled

from .harness import Bench


@cocotb.test()
async def decode(dut):
    """Random accesses over registers, holes, unbuilt indices and odd addresses; channels running or not, map unit busy or not."""
    b = Bench(dut)
    await b.reset()
    rng = b.rng
    accepted = refused = 0
    for round_ in range(3000):
        await falling(dut)
        if round_ % 10 == 0:
            b.active, b.busy = rng.getrandbits(b.p["CHANNELS"]), int(rng.random() < 0.2)
            b.paused, b.refused, b.locked = (
                rng.getrandbits(b.p["CHANNELS"]),
                rng.getrandbits(1),
                int(rng.random() < 0.2),
            )
            dut.active.value, dut.map_busy.value, dut.lock_there.value = b.active, b.busy, b.locked
            dut.paused.value, dut.map_refused.value = b.paused, b.refused
            # A channel that stops running has ended, which drops a queued hand-over.
            for c in sorted(b.next):
                if not b.active >> c & 1:
                    dut.end_valid.value, dut.end_ch.value = 1, c
                    await falling(dut)
                    dut.end_valid.value = 0
                    b.next.discard(c)
        if b.next and rng.random() < 0.1:
            c = rng.choice(sorted(b.next))
            dut.hand_valid.value, dut.hand_ch.value = 1, c
            await falling(dut)
            dut.hand_valid.value = 0
            b.next.discard(c)
            for name in ("SRC_LO", "SRC_HI", "DST_LO", "DST_HI", "LENGTH"):
                old, new = ("CHANNEL", c, name), ("CHANNEL", c, f"NEXT_{name}")
                b.value[old], b.value[new] = b.value.get(new, 0), b.value.get(old, 0)
        b.draw_live()
        register = rng.choice(regs.REGISTERS)
        base, stride = getattr(regs, f"{register.block}_BASE"), getattr(regs, f"{register.block}_STRIDE", 0)
        number = {"GLOBAL": 1, "MAP": b.p["MAP_REGISTERS"]}.get(register.block, b.p["CHANNELS"])
        index = rng.randrange(min(number + 1, getattr(regs, f"{register.block}_NUMBER", 1)))
        address = base + index * stride + register.offset
        if rng.random() < 0.1:
            address += rng.choice([1, 2, 3, 0x5C, 0x80, 0x800])
            address &= 0x7FFFF
        if rng.random() < 0.5:
            data = rng.choice([0, 1, 2, 4, 8, 16, 32, 64, rng.getrandbits(32), rng.getrandbits(32)])
            if register.name in ("RESET", "CMD"):
                data &= ~(1 if register.name == "RESET" else 128)
            if register.name == "CONFIG":
                data &= 3
            strobes = 15 if rng.random() < 0.9 else rng.randrange(15)
            want = b.expect_write(address, data, strobes)
            assert await b.write(address, data, strobes) == want, hex(address)
            accepted, refused = accepted + want, refused + (not want)
            continue
        register_at, at = b.locate(address)
        got = await b.read(address)
        if register_at is None:
            assert got is None, hex(address)
            continue
        assert got is not None, register_at.name
        if register_at.block == "MAP":
            assert got == b.entries[at][register_at.name == "ENTRY_HI"]
        elif register_at.name == "POS_HI":
            assert got == b.value.get(("pos", at, ""), 0)
        elif register_at.name.startswith("FAULT"):
            assert got == 0
        elif register_at.access == "RW":
            assert got == b.value.get((register_at.block, at, register_at.name), register_at.reset), register_at.name
        else:
            assert got == b.live(register_at, at), register_at.name
        if register_at.name == "POS_LO":
            b.value["pos", at, ""] = 0 if b.pins["new"] else b.pins["look2"]
    await b.check.finish(dut)
    assert accepted > 200 and refused > 100


@cocotb.test()
async def faults(dut):
    """The first map fault is kept until cleared, all are counted, data before a bus master's before a descriptor's when they come in a cycle."""
    b = Bench(dut)
    await b.reset()
    rng = b.rng
    kept: tuple[int, int] | None = None
    count = kept_times = 0
    for _ in range(120):
        await falling(dut)
        data, descriptor = rng.random() < 0.4, rng.random() < 0.4
        pins = {}
        for side, valid in (("fault", data), ("flt", descriptor)):
            pins[side] = (
                rng.getrandbits(1),
                rng.choice([5, 6, 7]),
                rng.randrange(b.p["CHANNELS"]),
                rng.getrandbits(b.p["ADDR_WIDTH"]),
            )
            for name, value in zip(("write", "cause", "ch", "addr"), pins[side], strict=True):
                getattr(dut, f"{side}_{name}").value = value
            getattr(dut, f"{side}_valid").value = valid
        devs = rng.choice([0, 0, 1, 2])
        dev = (rng.getrandbits(1), rng.choice([5, 6, 7]), rng.randrange(8), rng.getrandbits(16), rng.getrandbits(32))
        for name, value in zip(("write", "cause", "master", "id", "addr"), dev, strict=True):
            getattr(dut, f"dev_{name}").value = value
        dut.dev_count.value = devs
        await falling(dut)
        dut.fault_valid.value = dut.flt_valid.value = dut.dev_count.value = 0
        count += data + descriptor + devs
        if (data or (descriptor and not devs)) and kept is None:
            write, cause, channel, address = pins["fault" if data else "flt"]
            kept = (1 | write << 1 | (not data) << 2 | cause << 4 | channel << 8, address)
        elif devs and kept is None:
            write, cause, master, number, address = dev
            kept = (9 | write << 1 | cause << 4 | master << 8 | number << 16, address)
        status = await b.read(regs.FAULT_STATUS)
        if not b.p["MAP_REGISTERS"]:
            kept, count, kept_times = None, 0, kept_times + 1
        if kept:
            kept_times += 1
            assert status == kept[0]
            assert await b.read(regs.FAULT_ADDR_LO) == kept[1] & 0xFFFF_FFFF
            assert await b.read(regs.FAULT_ADDR_HI) == kept[1] >> 32
        else:
            assert status is not None and not status & 1
        assert await b.read(regs.FAULT_COUNT) == count
        if rng.random() < 0.4:
            assert await b.write(regs.FAULT_STATUS, rng.choice([0, 1]) or 0xFFFF_FFFE) is True
            assert await b.read(regs.FAULT_COUNT) == count
            status = await b.read(regs.FAULT_STATUS)
            if status is not None and not status & 1:
                kept = None
    assert kept_times > 20 and (count > 60 or not b.p["MAP_REGISTERS"])


@cocotb.test()
async def resets(dut):
    """CMD.RESET and RESET: abort of what runs, then the channel's writable state is cleared; meanwhile START and locked writes are refused."""
    b = Bench(dut)
    await b.reset(ordered=False)
    writes: list[tuple[int, ...]] = []
    aborts: list[tuple[int, ...]] = []
    for valid in ("cw_valid", "pw_valid"):
        SignalMonitor(dut, [valid], ["pw_valid", "cw_ch", "cw_reg", "cw_data"], callback=writes.append)
    SignalMonitor(dut, ["abort_valid"], ["cmd_ch"], callback=aborts.append)
    channels = b.p["CHANNELS"]
    last = channels - 1
    page = [regs.CHANNEL_BASE + c * regs.CHANNEL_STRIDE for c in range(channels)]
    cleared = (
        (regs.IRQ_ENABLE, 0),
        (regs.COALESCE, 0),
        (regs.PRODUCER, 0),
        (regs.STATUS, 0),
        (regs.IRQ_STATUS, 0xFFFF_FFFF),
    )
    b.draw_live()

    async def set_up(c: int) -> None:
        for offset, value in ((regs.IRQ_ENABLE, 7), (regs.COALESCE, 0x2_0003), (regs.PRODUCER, 9), (regs.LENGTH, 5)):
            assert await b.write(page[c] + offset, value)
        writes.clear()

    def check_clear(*which: int) -> None:
        """These channels were cleared, each in one go, and nothing else was written."""
        want = {(0, c, offset // 4, value) for c in which for offset, value in cleared}
        assert set(writes) == want and len(writes) == len(want)
        writes.clear()

    # Not active: at once.
    await set_up(last)
    assert await b.write(page[last] + regs.CMD, 128)
    assert await b.read(page[last] + regs.IRQ_ENABLE) == 0  # at once: the read waits for it
    check_clear(last)
    assert not aborts
    assert await b.read(page[last] + regs.PRODUCER) == 0 and await b.read(page[last] + regs.LENGTH) == 5
    # Active: aborted, cleared when it has ended.
    await set_up(0)
    await falling(dut)
    dut.active.value = 1
    assert await b.write(page[0] + regs.CMD, 128)
    await falling(dut, 200)
    await settled()
    assert known(dut.quiet) == 1 and aborts == [(0,)] and not writes
    for offset, value in ((regs.CMD, 1), (regs.LENGTH, 1)):
        assert not await b.write(page[0] + offset, value)
    await falling(dut)
    dut.active.value = 0
    await falling(dut, 200)
    await settled()
    assert known(dut.quiet) == 0
    check_clear(0)
    aborts.clear()
    assert await b.read(page[0] + regs.IRQ_ENABLE) == 0
    # The whole engine.
    for register, value in ((regs.ARB, 2), (regs.TIMEOUT, 1236), (regs.ENGINE_IRQ, 3)):
        assert await b.write(register, value) and await b.read(register) == value
    await falling(dut)
    dut.late.value = 5
    await falling(dut)
    dut.late.value = 0
    assert await b.read(regs.ENGINE) == 0x500
    await falling(dut)
    await settled()
    assert known(dut.irq_engine) == 1 and known(dut.weighted) == 1
    times: list[int] = []
    SignalMonitor(dut, ["time_we"], ["cw_data"], callback=lambda v: times.append(v[0]))
    assert await b.write(regs.TIMEOUT, 77) and await b.read(regs.TIMEOUT) == 77
    assert await b.write(regs.ENGINE, 0x100) and await b.read(regs.ENGINE) == 0x400
    await falling(dut)
    dut.active.value = 1 << last
    assert await b.write(regs.RESET, 1)
    assert await b.read(regs.ENGINE) & 1
    assert not await b.write(page[0] + regs.CMD, 1)
    await falling(dut, 40 * channels)
    check_clear(*range(last))
    assert aborts == [(last,)]
    dut.active.value = 0
    await falling(dut, 200)
    check_clear(last)
    assert await b.read(regs.ENGINE) == 0
    for register, value in ((regs.ARB, regs.ARB_RESET), (regs.TIMEOUT, 0), (regs.ENGINE_IRQ, 0)):
        assert await b.read(register) == value
    await falling(dut)
    await settled()
    assert known(dut.irq_engine) == 0 and known(dut.rotate) == 1
    assert times[-1] == 0 and 77 in times
    await b.check.finish(dut)


@cocotb.test()
async def bases(dut):
    """NEXT is pending until the hand-over, which swaps the base registers with the NEXT_ ones, of this channel and for all that is written later."""
    b = Bench(dut)
    await b.reset(ordered=False)
    b.draw_live()
    names = ("SRC_LO", "SRC_HI", "DST_LO", "DST_HI", "LENGTH")
    last = b.p["CHANNELS"] - 1
    page = regs.CHANNEL_BASE + last * regs.CHANNEL_STRIDE
    at = {name: page + getattr(regs, name) for n in names for name in (n, f"NEXT_{n}")}
    want = {name: 8 * (i + 1) for i, name in enumerate(at)}

    async def pending() -> int:
        return (await b.read(page + regs.STATUS) or 0) & regs.STATUS_NEXT_PENDING_MASK

    for name, value in want.items():
        assert await b.write(at[name], value)
    assert await b.write(page + regs.CONFIG, regs.CONFIG_MODE_AUTO)
    dut.active.value = 1 << last
    if not b.p["AUTO_INIT"]:
        assert not await b.write(page + regs.CMD, regs.CMD_NEXT_MASK) and not await pending()
        return
    for round_ in range(4):
        b.check.expect("next", last)
        assert await b.write(page + regs.CMD, regs.CMD_NEXT_MASK) and await pending()
        assert not await b.write(page + regs.CMD, regs.CMD_NEXT_MASK)
        assert not await b.write(at["NEXT_LENGTH"], 1)
        await falling(dut)
        dut.hand_valid.value, dut.hand_ch.value = 1, last
        await falling(dut)
        dut.hand_valid.value = 0
        for name in names:
            want[name], want[f"NEXT_{name}"] = want[f"NEXT_{name}"], want[name]
        assert not await pending()
        for name, value in want.items():
            assert await b.read(at[name]) == value, (round_, name)
        if last:
            assert await b.read(regs.CHANNEL_BASE + regs.NEXT_LENGTH) == 0, "another channel's"
        # Without a length NEXT cannot work; the other bank's does not count.
        assert await b.write(at["NEXT_LENGTH"], 0)
        assert not await b.write(page + regs.CMD, regs.CMD_NEXT_MASK) and not await pending()
        want["NEXT_LENGTH"] = 1000 + round_
        assert await b.write(at["NEXT_LENGTH"], want["NEXT_LENGTH"])
    b.check.expect("next", last)
    assert await b.write(page + regs.CMD, regs.CMD_NEXT_MASK) and await pending()
    await falling(dut)
    dut.end_valid.value, dut.end_ch.value, dut.active.value = 1, last, 0
    await falling(dut)
    dut.end_valid.value = 0
    assert not await pending(), "an ending drops it"
    await b.check.finish(dut)
