"""windlass_map_regs: entries change at once and only unless they are locked; commands come with what was written for them."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = ["entry", "entry_addr", "locked", "command", "command_data", "gw_valid", "gw_reg", "gw_data"]
REGISTERS = {
    "index": regs.MAP_INDEX,
    "count": regs.MAP_COUNT,
    "page_lo": regs.MAP_PAGE_LO,
    "page_hi": regs.MAP_PAGE_HI,
    "flags": regs.MAP_FLAGS,
}
WIDTHS = {"index": 12, "count": 13}


@cocotb.test()
async def writes(dut: Any) -> None:
    """One write of any kind at a time, as the bus gives them, its data and the lock a cycle after it is decoded."""
    rng = seeded("map_regs")
    built = bool(dut.MAP_REGISTERS.value.to_unsigned())
    await start(dut, **dict.fromkeys(INPUTS, 0))
    value = dict.fromkeys(REGISTERS, 0)
    staged = 0
    met = {"written": 0, "locked": 0, "staged": 0, "register": 0, "command": 0}
    for _ in range(2500):
        await falling(dut)
        kind = rng.choice(["entry", "entry", "entry", "register", "other", "command"])
        index, word, locked, data = (
            rng.getrandbits(12),
            rng.getrandbits(1),
            int(rng.random() < 0.3),
            rng.getrandbits(32),
        )
        which = 1 << rng.randrange(3)
        dut.entry.value, dut.entry_addr.value = int(built and kind == "entry"), index << 1 | word
        dut.command.value, dut.command_data.value = int(kind == "command"), which
        await falling(dut)
        dut.entry.value = dut.command.value = 0
        dut.entry_addr.value, dut.command_data.value = rng.getrandbits(13), rng.getrandbits(3)
        name = rng.choice(list(REGISTERS))
        number = REGISTERS[name] // 4 if kind == "register" else regs.TIMEOUT // 4
        dut.locked.value, dut.gw_data.value = locked, data
        dut.gw_valid.value, dut.gw_reg.value = int(kind in ("register", "other")), number
        await settled()
        writes_entry = built and kind == "entry" and not word and not locked
        assert known(dut.mw_valid) == writes_entry
        if writes_entry:
            assert (known(dut.mw_index), known(dut.mw_hi)) == (index, staged)
        commands = known(dut.cmd_fill) | known(dut.cmd_revoke) << 1 | known(dut.cmd_lock) << 2
        assert commands == (which if kind == "command" else 0)
        if built and kind == "entry" and not locked:
            staged = data if word else 0
        if built and kind == "register":
            value[name] = data
        met["written"] += writes_entry
        met["locked"] += kind == "entry" and locked
        met["staged"] += bool(kind == "entry" and word)
        met["register"] += kind == "register"
        met["command"] += kind == "command"
        await falling(dut)
        dut.gw_valid.value, dut.gw_data.value, dut.locked.value = 0, rng.getrandbits(32), rng.getrandbits(1)
        for _ in range(rng.randrange(2)):
            await falling(dut)
        await settled()
        for name, register in value.items():
            assert known(getattr(dut, f"cmd_{name}")) == register & (1 << WIDTHS.get(name, 32)) - 1, name
        assert known(dut.mw_valid) == 0
    assert all(n > 100 for name, n in met.items() if built or name != "written"), met
