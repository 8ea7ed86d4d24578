"""windlass_csr_read: what was written is read back at its place, in both banks; counts are read while they stand still."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "rd_req", "rd_addr", "cw_valid", "gw_valid", "pw_valid", "cw_ch", "cw_bank", "cw_reg", "cw_data", "live_bank", "live_flags", "live_word",
    "live_more", "global_word", "look_hold", "look_data", "look_new", "look_fresh", "ent_done", "ent_lo", "ent_hi",
]  # fmt: skip
BASES = (regs.SRC_LO, regs.SRC_HI, regs.DST_LO, regs.DST_HI, regs.LENGTH)
NEXTS = (regs.NEXT_SRC_LO, regs.NEXT_SRC_HI, regs.NEXT_DST_LO, regs.NEXT_DST_HI, regs.NEXT_LENGTH)


async def read(dut: Any, address: int, limit: int = 8) -> int | None:
    """One read; None when refused. The data stays for a while after."""
    await falling(dut)
    dut.rd_req.value, dut.rd_addr.value = 1, address
    for _ in range(limit):
        await falling(dut)
        dut.rd_req.value = 0
        await settled()
        if known(dut.rd_ack):
            refused, data = known(dut.rd_err), known(dut.rd_data)
            await falling(dut, 3)
            await settled()
            assert known(dut.rd_data) == data and not (refused and data)
            return None if refused else data
    raise AssertionError(f"no answer to a read of {address:#x}")


async def write(dut: Any, channel: int, priv: int, number: int, value: int, bank: int = 0, whole: bool = False) -> None:
    """An accepted write."""
    await falling(dut)
    dut.cw_valid.value, dut.pw_valid.value, dut.gw_valid.value = not priv and not whole, priv and not whole, whole
    dut.cw_ch.value, dut.cw_bank.value, dut.cw_reg.value, dut.cw_data.value = channel, bank, number, value
    await falling(dut)
    dut.cw_valid.value = dut.pw_valid.value = dut.gw_valid.value = 0


@cocotb.test()
async def store(dut: Any) -> None:
    """Every stored register of random channels, base registers after hand-overs, constants."""
    rng = seeded("csr_read")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    channels = dut.CHANNELS.value.to_unsigned()
    caps = [
        dut.CAP0.value.to_unsigned(),
        dut.CAP1.value.to_unsigned(),
        dut.CAP2.value.to_unsigned(),
        dut.CAP3.value.to_unsigned(),
    ]
    kept: dict[tuple[str, int, int, int], int] = {}
    bank = [0] * channels
    stored = [r for r in regs.REGISTERS if r.access == "RW" and r.block != "MAP"]
    swapped = 0
    for _ in range(600):
        register, c = rng.choice(stored), rng.randrange(channels)
        channel = c if register.block != "GLOBAL" else 0
        if rng.random() < 0.1:
            bank[c] ^= 1
        base = register.block == "CHANNEL" and register.offset in BASES + NEXTS
        where = register.offset if register.offset not in NEXTS else BASES[NEXTS.index(register.offset)]
        half = (bank[c] ^ (register.offset in NEXTS)) if base else 0
        key = (register.block, channel, where if base else register.offset, half)
        if rng.random() < 0.5:
            value = rng.getrandbits(32)
            whole = register.block == "GLOBAL"
            await write(dut, channel, int(register.block != "CHANNEL"), register.offset // 4, value, bank[c], whole)
            kept[key] = value
        else:
            swapped += base and half != (register.offset in NEXTS)
            await falling(dut)
            dut.live_bank.value = bank[c]
            at = (
                getattr(regs, f"{register.block}_BASE")
                + channel * getattr(regs, f"{register.block}_STRIDE", 0)
                + register.offset
            )
            got = await read(dut, at)
            assert key not in kept or got == kept[key], register.name
    assert swapped > 10
    for offset, value in (
        (regs.ID, regs.ID_RESET),
        (regs.VERSION, regs.VERSION_RESET),
        *zip((8, 12, 20, 24), caps, strict=True),
    ):
        assert await read(dut, offset) == value


@cocotb.test()
async def counts(dut: Any) -> None:
    """Position, SEGDONE and COUNT wait until the counts stand still, and are one sample; a new channel reads 0."""
    rng = seeded("csr_read counts")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    page = regs.CHANNEL_BASE
    await write(dut, 0, 0, regs.LENGTH // 4, 1000)
    words = {0: 0, 2: 0, 4: 0}
    held = 0

    async def counts_side() -> None:
        nonlocal held
        word, wait = 0, 0
        while True:
            await falling(dut)
            dut.look_data.value = words[word] if known(dut.look_hold) else rng.getrandbits(32)
            word = known(dut.look_word)
            asked = known(dut.look_req)
            wait = rng.randrange(0, 9) if not asked else max(wait - 1, 0)
            dut.look_hold.value = int(bool(asked) and not wait)
            held += bool(asked) and not wait

    cocotb.start_soon(counts_side())
    for _ in range(120):
        words.update({w: rng.getrandbits(32) for w in words})
        new, fresh = rng.random() < 0.2, rng.random() < 0.2
        await falling(dut)
        dut.look_new.value, dut.look_fresh.value = new, fresh
        done = 0 if new or fresh else words[0] + words[4] + 1 & 0xFFFF_FFFF
        assert await read(dut, page + regs.SEGDONE, 30) == done
        assert await read(dut, page + regs.COUNT, 30) == 1000 - done & 0xFFFF_FFFF
        assert await read(dut, page + regs.POS_LO, 30) == (0 if new else words[0])
        high = 0 if new else words[2]
        words[2] = rng.getrandbits(32)
        # Broadcasts of other registers, and grants, leave the sample; POS_HI's, which the wipe of a RESET makes, clears it.
        about = rng.choice(["other", "grant", "clear", "none"])
        if about == "other":
            await write(dut, 0, 0, rng.choice([regs.SRC_LO, regs.POS_LO, regs.IRQ_ENABLE]) // 4, rng.getrandbits(32))
        elif about == "grant":
            await write(dut, 0, 1, regs.POS_HI // 4, rng.getrandbits(32))
        elif about == "clear":
            await write(dut, 0, 0, regs.POS_HI // 4, rng.getrandbits(32))
            high = 0
        assert await read(dut, page + regs.POS_HI) == high
    assert held >= 360


@cocotb.test()
async def live(dut: Any) -> None:
    """Registers that others keep, map entries, and what is not there."""
    rng = seeded("csr_read live")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    channels, entries = dut.CHANNELS.value.to_unsigned(), dut.MAP_REGISTERS.value.to_unsigned()
    streams, counters = dut.STREAMS.value.to_unsigned(), dut.COUNTERS.value.to_unsigned()

    entry = 0, 0

    async def map_side() -> None:
        while True:
            await falling(dut)
            if known(dut.ent_valid):
                await falling(dut, rng.randrange(3))
                dut.ent_done.value = 1
                dut.ent_lo.value, dut.ent_hi.value = entry
                await falling(dut)
                dut.ent_done.value = dut.ent_lo.value = dut.ent_hi.value = 0

    cocotb.start_soon(map_side())
    for _ in range(200):
        word, more, whole, low, high = (rng.getrandbits(32) for _ in range(5))
        flags = rng.getrandbits(3)
        await falling(dut)
        dut.live_word.value, dut.live_more.value, dut.global_word.value = word & 0xFFFF_0FCE, more, whole
        dut.live_flags.value, entry = flags, (low, high)
        c = rng.randrange(channels)
        page = regs.CHANNEL_BASE + c * regs.CHANNEL_STRIDE
        assert await read(dut, page + regs.STATUS) == word & 0xFFFF_0FCE | (flags & 1) | (flags >> 1) << 4
        assert await read(dut, page + regs.CONSUMER) == word & 0xFFFF_0FCE
        assert await read(dut, page + regs.CMD) == 0
        assert await read(dut, page + regs.STALL_ARB) == (more if counters else None)
        assert await read(dut, page + regs.BURSTS) == (more if counters else None)
        assert await read(dut, page + regs.STREAM) == (more if c < streams else None)
        assert await read(dut, regs.FAULT_COUNT) == whole and await read(dut, regs.MAP_CMD) == whole
        assert await read(dut, page + rng.choice([0x7C, 0x98, 0x100, 0x840, 1, 2])) is None
        index = rng.randrange(max(entries, 1) + 2)
        assert await read(dut, regs.MAP_BASE + 8 * index, 20) == (low if index < entries else None)
        assert await read(dut, regs.MAP_BASE + 8 * index + 4, 20) == (high if index < entries else None)
