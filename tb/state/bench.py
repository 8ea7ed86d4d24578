"""windlass_state: base registers, or where the channel stands; a device side has the device's address. What the registers mean: tb/base."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import broadcast, falling, known, seeded, settled, start

INPUTS = [
    "cw_valid",
    "pw_valid",
    "cw_ch",
    "cw_reg",
    "cw_data",
    "cw_bank",
    "cur_we",
    "cur_ch",
    "cur_new",
    "b_ch",
    "b_bank",
    "b_cur",
    "start_ch",
]
SRC, DST = regs.CONFIG_SRC_TYPE_LSB, regs.CONFIG_DST_TYPE_LSB


@cocotb.test()
async def reads(dut: Any) -> None:
    """Registers of all channels, places in segments written and read at random: each read as B and a cycle later."""
    channels, bits = dut.CHANNELS.value.to_unsigned(), len(dut.c1_src)
    rng = seeded("state")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    base: list[dict[str, int]] = []
    tables, tables_built = 0, dut.DESCRIPTORS.value.to_unsigned()

    async def set_up(c: int) -> dict[str, int]:
        """All registers of a channel."""
        s = {n: rng.getrandbits(bits) for n in ("src", "dst", "dev")} | {
            "len": rng.getrandbits(32),
            "bypass": rng.getrandbits(1),
        }
        mode = rng.choice([regs.CONFIG_MODE_REGISTER, regs.CONFIG_MODE_TABLE, regs.CONFIG_MODE_RING])
        s["sdev"], s["ddev"] = rng.choice([(0, 0), (1, 0), (0, 1)])
        s["window"], s["desc"] = rng.choice([0, 3]), int(tables_built and mode != regs.CONFIG_MODE_REGISTER)
        config = mode << regs.CONFIG_MODE_LSB | s["sdev"] << SRC | s["ddev"] << DST
        for name, low, high, priv in (
            ("src", regs.SRC_LO, regs.SRC_HI, 0), ("dst", regs.DST_LO, regs.DST_HI, 0), ("dev", regs.DEV_ADDR_LO, regs.DEV_ADDR_HI, 1),
        ):  # fmt: skip
            await broadcast(dut, priv, c, low, s[name])
            await broadcast(dut, priv, c, high, s[name] >> 32)
        await broadcast(dut, 0, c, regs.LENGTH, s["len"])
        await broadcast(dut, 0, c, regs.CONFIG, config)
        await broadcast(dut, 1, c, regs.GRANT, s["bypass"] | s["window"] << regs.GRANT_WINDOW_LSB)
        return s

    for c in range(channels):
        base.append(await set_up(c))
    at: list[tuple[int, int, int, int] | None] = [None] * channels
    met = {"base": 0, "current": 0, "device": 0, "fill": 0}
    for _ in range(2500):
        await falling(dut)
        if rng.random() < 0.02:
            c = rng.randrange(channels)
            base[c] = await set_up(c)
        c, stands = rng.randrange(channels), rng.random() < 0.5
        place = (rng.getrandbits(bits), rng.getrandbits(bits), rng.getrandbits(32), rng.getrandbits(7))
        word = 0
        for value, width in zip(place, (bits, bits, 32, 7), strict=True):
            word = word << width | value
        dut.cur_we.value, dut.cur_ch.value, dut.cur_new.value = int(stands), c, word
        look = rng.randrange(channels)
        s, now = base[look], at[look]
        begun = now is not None and rng.random() < 0.7
        src, dst, rem, flag = now if begun and now else (s["src"], s["dst"], s["len"], 0)
        dut.b_ch.value, dut.start_ch.value, dut.b_cur.value = look, look, int(begun)
        await settled()
        fill = flag >> 6
        desc = s["desc"]
        assert known(dut.b_rem) == rem and known(dut.b_fill) == fill and known(dut.start_desc) == desc
        assert known(dut.b_desc) == (desc if begun else 0)
        if stands:
            at[c] = place
        await falling(dut)
        dut.cur_we.value, dut.b_ch.value, dut.b_cur.value = 0, rng.randrange(channels), 0
        await settled()
        sdev = s["sdev"] and not fill
        assert known(dut.c1_src) == (s["dev"] if sdev else src)
        assert known(dut.c1_dst) == (s["dev"] if s["ddev"] else dst)
        assert (known(dut.c1_rem), known(dut.c1_flag), known(dut.c1_sdev)) == (rem, flag, sdev)
        assert known(dut.c1_conf) & 0x23 == s["desc"] << 5 | s["ddev"] << 1 | s["sdev"]
        assert known(dut.c1_window) == (s["window"] != 0)
        assert known(dut.c1_a_bypass) == (s["bypass"] | s["sdev"]) and known(dut.c1_b_bypass) == (
            s["bypass"] | s["ddev"]
        )
        met["current" if begun else "base"] += 1
        met["device"] += bool(sdev or s["ddev"])
        met["fill"] += fill
        tables += desc
    assert min(met.values()) > 100 and (tables > 100 or not tables_built), met
