"""windlass_base: what was written is read, halves of an address keep each other, the bytes of a device piece follow the pacing."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start


def units(config: int, burst: int) -> int:
    """K of section 7 of the manual: 1 in single pacing, REQ_UNITS in demand pacing, 16 otherwise; never more than MAX_BURST."""
    pacing, asked = config >> regs.CONFIG_PACING_LSB & 3, (config >> regs.CONFIG_REQ_UNITS_LSB & 15) + 1
    most = 1 if pacing == regs.CONFIG_PACING_SINGLE else asked if pacing == regs.CONFIG_PACING_DEMAND else 16
    return min(most, burst)


@cocotb.test()
async def registers(dut: Any) -> None:
    """Random writes to all registers of all channels, others among them; each channel read after each write."""
    channels, burst = dut.CHANNELS.value.to_unsigned(), dut.MAX_BURST.value.to_unsigned()
    bits = len(dut.src)
    rng = seeded("base")
    await start(dut, cw_valid=0, pw_valid=0, cw_ch=0, cw_reg=0, cw_data=0, ch=0, start_ch=0, bank=0, cw_bank=0)
    state = [
        dict.fromkeys(["src", "dst", "dev", "len", "config", "bypass", "window", "nsrc", "ndst", "nlen"], 0)
        for _ in range(channels)
    ]
    for c in range(channels):  # as after reset, when the csr clears everything
        for priv, offset in (
            (0, regs.CONFIG),
            (0, regs.SRC_LO),
            (0, regs.SRC_HI),
            (1, regs.DEV_ADDR_LO),
            (1, regs.GRANT),
        ):
            dut.cw_valid.value, dut.pw_valid.value, dut.cw_ch.value = not priv, priv, c
            dut.cw_reg.value, dut.cw_data.value = offset // 4, 0
            await falling(dut)
    halves = {
        (0, regs.SRC_LO): ("src", 0), (0, regs.SRC_HI): ("src", 1), (0, regs.DST_LO): ("dst", 0), (0, regs.DST_HI): ("dst", 1),
        (1, regs.DEV_ADDR_LO): ("dev", 0), (1, regs.DEV_ADDR_HI): ("dev", 1), (0, regs.NEXT_SRC_LO): ("nsrc", 0),
        (0, regs.NEXT_SRC_HI): ("nsrc", 1), (0, regs.NEXT_DST_LO): ("ndst", 0), (0, regs.NEXT_DST_HI): ("ndst", 1),
    }  # fmt: skip
    banks = [rng.getrandbits(1) for _ in range(channels)]  # the one that software sees
    for _ in range(1200):
        priv, c, data = rng.getrandbits(1), rng.randrange(channels), rng.getrandbits(32)
        register = rng.choice(
            [r for r in regs.REGISTERS if r.block == ("GRANT" if priv else "CHANNEL") and r.offset < 128]
        )
        data &= register.write_mask or 0xFFFF_FFFF
        valid = rng.random() < 0.9
        dut.cw_valid.value, dut.pw_valid.value, dut.cw_ch.value = valid and not priv, valid and priv, c
        dut.cw_bank.value = banks[c]
        dut.cw_reg.value, dut.cw_data.value = register.offset // 4, data
        await falling(dut)
        s = state[c]
        where = priv, register.offset
        if valid and where in halves:
            name, upper = halves[where]
            low, high = s[name] & 0xFFFF_FFFF, s[name] >> 32
            s[name] = ((data << 32 | low) if upper else (high << 32 | data)) & (1 << bits) - 1
        elif valid and where == (0, regs.LENGTH):
            s["len"] = data
        elif valid and where == (0, regs.CONFIG):
            s["config"] = data
        elif valid and where == (1, regs.GRANT):
            s["bypass"], s["window"] = data & 1, data >> regs.GRANT_WINDOW_LSB & 31
        elif valid and where == (0, regs.NEXT_LENGTH):
            s["nlen"] = data
        if rng.random() < 0.02:  # a hand-over
            banks[c] ^= 1
            for name in ("src", "dst", "len"):
                s[name], s["n" + name] = s["n" + name], s[name]
        dut.cw_valid.value = dut.pw_valid.value = 0
        dut.ch.value = dut.start_ch.value = look = rng.randrange(channels)
        ahead = rng.getrandbits(1)
        dut.bank.value = banks[look] ^ ahead
        await settled()
        s = state[look]
        for name in ("src", "dst", "dev", "len", "bypass"):
            want = s["n" + name] if ahead and name in ("src", "dst", "len") else s[name]
            assert known(getattr(dut, name)) == want, name
        conf, config = known(dut.conf), s["config"]
        device = (config >> regs.CONFIG_SRC_TYPE_LSB & 1) | (config >> regs.CONFIG_DST_TYPE_LSB & 1) << 1
        assert conf & 3 == device and conf >> 2 & 3 == config >> regs.CONFIG_WIDTH_LSB & 3
        most = units(config, burst) << (config >> regs.CONFIG_WIDTH_LSB & 3)
        assert known(dut.window) == (s["window"] != 0)
        assert known(dut.limit_m1) + 1 == (min(most, 1 << s["window"]) if s["window"] else most)
        mode, paced = config >> regs.CONFIG_MODE_LSB & 3, config >> regs.CONFIG_PACING_LSB & 3
        table = mode in (regs.CONFIG_MODE_TABLE, regs.CONFIG_MODE_RING)
        assert conf >> 4 == (
            mode == regs.CONFIG_MODE_AUTO or (mode == regs.CONFIG_MODE_RING and config >> regs.CONFIG_CYCLIC_LSB & 1)
        ) << 3 | (mode == regs.CONFIG_MODE_AUTO) << 2 | table << 1 | (paced != 0)
        assert known(dut.start_desc) == table
        await falling(dut)
