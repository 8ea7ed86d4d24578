"""windlass_desc_setup: what each channel's registers say, and the channel that is being set up."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = ["cw_valid", "pw_valid", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_ch", "ch", "disarm"]
SETS = {(0, r // 4) for r in (regs.CONFIG, regs.DESC_LO, regs.DESC_HI, regs.DESC_COUNT)} | {(1, regs.GRANT // 4)}


@cocotb.test()
async def writes(dut: Any) -> None:
    """Writes to any register of any channel, STARTs between them: each look finds what was written last."""
    n = dut.CHANNELS.value.to_unsigned()
    rng = seeded("desc_setup")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    config, producer, bypass = [0] * n, [0] * n, [0] * n
    armed: tuple[int, bool] | None = None
    set_up: int | None = None  # by the write of the cycle before
    met = dict.fromkeys(("bell", "setting", "arm", "ring", "all", "table"), 0)
    for _ in range(6000):
        await falling(dut)
        valid, priv = rng.random() < 0.7, int(rng.random() < 0.3)
        reg = rng.choice([regs.GRANT // 4, 1, 2] if priv else [regs.CONFIG // 4, regs.PRODUCER // 4, *range(32)])
        c, start_ch, ch = (rng.randrange(n) for _ in range(3))
        data = rng.getrandbits(32)
        begins, disarm = not valid and rng.random() < 0.3, rng.random() < 0.1
        for name, value in zip(
            INPUTS, (valid and not priv, valid and priv, c, reg, data, begins, start_ch, ch, disarm), strict=True
        ):
            getattr(dut, name).value = int(value)
        await settled()
        mode = config[ch] & 3
        cyclic = config[ch] >> 13 & 1
        assert known(dut.ring) == (mode == 2)
        assert known(dut.all) == (mode == 1 or (mode == 2 and cyclic))
        assert known(dut.conf) == cyclic << 7 | (config[ch] >> 12 & 1) << 6 | config[ch] >> 4 & 63
        assert known(dut.bypass) == bypass[ch] and known(dut.given) == producer[ch]
        assert known(dut.start_table) == (config[start_ch] & 3 in (1, 2))
        bell, setting = valid and not priv and reg == regs.PRODUCER // 4, valid and (priv, reg) in SETS
        assert known(dut.bell) == bell and known(dut.setting) == (set_up is not None)
        assert set_up is None or known(dut.setting_ch) == set_up
        assert known(dut.arm) == (armed is not None and armed[1])
        if armed is not None:
            assert known(dut.arm_ch) == armed[0]
        for name, value in (
            ("bell", bell), ("setting", setting), ("arm", known(dut.arm)), ("ring", mode == 2), ("all", known(dut.all)),
            ("table", known(dut.start_table)),
        ):  # fmt: skip
            met[name] += bool(value)
        if valid and priv and reg == regs.GRANT // 4:
            bypass[c] = data & 1
        if bell:
            producer[c] = data & 0xFFFF
        config_before = list(config)
        if valid and not priv and reg == regs.CONFIG // 4:
            config[c] = data
        if set_up is not None:
            armed = set_up, config_before[set_up] & 3 in (1, 2)
        elif begins or disarm:
            armed = None
        set_up = c if setting else None
    assert min(met.values()) > 100, met
