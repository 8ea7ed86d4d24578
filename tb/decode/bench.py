"""windlass_decode against the generated register map and the access rules of the programmer's manual: any write, in any state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb
from cocotb.triggers import Timer
from windlass import regs
from windlass.register import Register

from tb.env.unit import known, seeded

SIZES = {"CHANNEL": 0x1000, "MAP": 8, "GRANT": 0x40, "GLOBAL": 0x1000}
MAP_BLOCK = ("MAP_INDEX", "MAP_COUNT", "MAP_PAGE_LO", "MAP_PAGE_HI", "MAP_FLAGS")
WAYS = ("store", "store_global", "command", "fault", "engine", "reset_all", "map", "entry")
RARE = ("CMD", "CMD", "CMD", "MAP_CMD", "ENTRY_LO", "ENTRY_HI", "RESET", "ENGINE")


@dataclass
class State:
    """What the access rules look at."""

    active: int = 0
    quiet: int = 0
    next: int = 0
    map_busy: int = 0


def way(register: Register, index: int, data: int, s: State) -> str:
    """How a register that is there takes a whole word: one of WAYS, "" if it refuses."""
    name, block = register.name, register.block
    busy = bool((s.active | s.quiet) >> index & 1)
    if register.access == "RO":
        return ""
    if block == "MAP":
        return "" if s.map_busy else "entry"
    if block == "GLOBAL":
        if name in ("FAULT_STATUS", "ENGINE"):
            return {"FAULT_STATUS": "fault", "ENGINE": "engine"}[name]
        if name == "RESET":
            return "reset_all" if data == 1 else ""
        if name == "MAP_CMD":
            return "map" if not s.map_busy and data in (1, 2, 4) else ""
        refused = (name in MAP_BLOCK and s.map_busy) or (name == "ARB" and data & 3 == 3)
        return "" if refused else "store_global"
    if name == "CMD":
        return "command"
    refused = (register.locked and busy) or (name.startswith("NEXT_") and s.next >> index & 1)
    return "" if refused else "store"


@cocotb.test()
async def every_register(dut: Any) -> None:
    """Registers and holes, built or not, whole words or not: exactly one way or none; channel, number and mask of what is taken."""
    channels, entries = dut.CHANNELS.value.to_unsigned(), dut.MAP_REGISTERS.value.to_unsigned()
    rng = seeded("decode")
    numbers = {"CHANNEL": channels, "MAP": entries, "GRANT": channels, "GLOBAL": 1}
    limits = {"CHANNEL": 64, "MAP": 4096, "GRANT": 64, "GLOBAL": 1}
    met = dict.fromkeys((*WAYS, ""), 0)
    ones = {False: 0, True: 0}
    for _ in range(20_000):
        register = rng.choice(regs.REGISTERS)
        if rng.random() < 0.4:
            name = rng.choice(RARE)
            register = next(r for r in regs.REGISTERS if r.name == name)
        block = register.block
        index = (
            rng.randrange(limits[block]) if rng.random() < 0.2 or not numbers[block] else rng.randrange(numbers[block])
        )
        address = getattr(regs, f"{block}_BASE") + SIZES[block] * index + register.offset
        there = index < numbers[block]
        if rng.random() < 0.1:  # beside it: another byte, or the same place further on in the page
            other = address ^ rng.choice([1, 2, 0x80, 0x100, 0x200, 0x400, 0x800])
            if other & 3 or (block in ("CHANNEL", "GLOBAL") and other & 0xF80):
                address, there = other, False
        data = rng.choice(
            [
                rng.getrandbits(32),
                1 << rng.randrange(9),
                rng.randrange(8),
                0,
                1 << rng.randrange(8) | 1 << rng.randrange(8),
            ]
        )
        strobes = 15 if rng.random() < 0.95 else rng.randrange(15)
        s = State(
            *(rng.choice([0, rng.getrandbits(channels)]) for _ in range(3)),
            int(rng.random() < 0.3),
        )
        dut.busy.value, dut.next.value, dut.map_busy.value = s.active | s.quiet, s.next, s.map_busy
        dut.wr_addr.value, dut.wr_data.value, dut.wr_strb.value = address, data, strobes
        await Timer(1, "ns")
        want = way(register, index, data, s) if there and strobes == 15 else ""
        where = f"{register.name} {index} at {address:#x}, {data:#x}, {s}"
        assert [n for n in WAYS if known(getattr(dut, n))] == [want] * bool(want), where
        met[want] += 1
        one = data < 256 and not data & data - 1
        assert known(dut.one) == one, where
        ones[one] += 1
        if want in ("store", "command"):
            assert known(dut.w_chan) == (block == "CHANNEL") and known(dut.w_ch) == index, where
            assert block == "GRANT" or known(dut.c_ch) == index, where
        if want in ("store", "store_global"):
            assert (known(dut.w_reg), known(dut.mask)) == (register.offset // 4, register.write_mask), where
        assert want != "entry" or known(dut.mask) == 0xFFFF_FFFF, where
    assert min(ones.values()) > 1000 and all(n > 20 for name, n in met.items() if entries or name != "entry"), met
