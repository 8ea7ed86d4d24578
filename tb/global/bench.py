"""windlass_global against section 2 of the programmer's manual: fault record, time-outs, the engine's interrupt."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "clear", "fault_clear", "late_clear", "enable_we", "enable_data", "fault_valid", "fault_write", "fault_cause", "fault_ch",
    "fault_addr", "flt_valid", "flt_write", "flt_cause", "flt_ch", "flt_addr", "dev_count", "dev_write", "dev_cause", "dev_master", "dev_id", "dev_addr", "late", "resetting", "irq", "map_status", "number",
]  # fmt: skip


async def read(dut: Any, offset: int) -> int:
    """A live global register."""
    dut.number.value = offset // 4
    await settled()
    value = known(dut.word)
    await falling(dut)
    return value


@cocotb.test()
async def engine(dut: Any) -> None:
    """Random faults, time-outs, clears, enables and soft resets; every register and the interrupt after each step."""
    rng = seeded("global")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    await falling(dut)
    channels, bits, built = len(dut.irq), len(dut.fault_addr), dut.MAP_REGISTERS.value.to_unsigned() > 0
    status = address = count = late = enable = 0
    kept = fired = 0
    for _ in range(500):
        fault, flt = rng.random() < 0.2, rng.random() < 0.2
        drop, wipe = rng.random() < 0.15, rng.random() < 0.02
        news = {
            side: (rng.getrandbits(1), rng.choice([5, 6, 7]), rng.randrange(channels), rng.getrandbits(bits))
            for side in ("fault", "flt")
        }
        for side, values in news.items():
            for name, value in zip(("write", "cause", "ch", "addr"), values, strict=True):
                getattr(dut, f"{side}_{name}").value = value
        devs = rng.choice([0, 0, 0, 1, 2])
        dev = {
            "write": rng.getrandbits(1),
            "cause": rng.choice([5, 6, 7]),
            "master": rng.randrange(8),
            "id": rng.getrandbits(16),
            "addr": rng.getrandbits(bits),
        }
        for name, value in dev.items():
            getattr(dut, f"dev_{name}").value = value
        dut.dev_count.value = devs
        came, gone = (
            rng.getrandbits(4) & rng.getrandbits(4) & rng.getrandbits(4),
            rng.getrandbits(4) & rng.getrandbits(4),
        )
        change = rng.random() < 0.2
        asked = rng.getrandbits(2)
        dut.fault_valid.value, dut.flt_valid.value, dut.fault_clear.value, dut.clear.value = fault, flt, drop, wipe
        dut.late.value, dut.late_clear.value, dut.enable_we.value, dut.enable_data.value = came, gone, change, asked
        await falling(dut)
        for name in (
            "fault_valid",
            "flt_valid",
            "dev_count",
            "fault_clear",
            "clear",
            "late",
            "late_clear",
            "enable_we",
        ):
            getattr(dut, name).value = 0
        if built:
            count += fault + flt + devs
            if drop:
                status &= ~1
            # of several at once: data, then a bus master, then a descriptor
            if (fault or (flt and not devs)) and not status & 1:
                write, cause, channel, address = news["fault" if fault else "flt"]
                status = 1 | write << 1 | (not fault) << 2 | cause << 4 | channel << 8
            elif devs and not status & 1:
                address = dev["addr"]
                status = 9 | dev["write"] << 1 | dev["cause"] << 4 | dev["master"] << 8 | dev["id"] << 16
        late = late & ~gone | came
        enable = asked if change else enable
        if wipe:
            status = address = count = late = enable = 0
        lines, resetting, map_status = rng.getrandbits(channels), rng.getrandbits(1), rng.getrandbits(2)
        dut.irq.value, dut.resetting.value, dut.map_status.value = lines, resetting, map_status
        await falling(dut)  # a fault is recorded a cycle after it came
        await settled()
        want = bool((enable & 1 and status & 1) or (enable & 2 and late))
        assert known(dut.irq_engine) == want
        fired += want
        kept += status & 1
        await falling(dut)
        assert await read(dut, regs.FAULT_STATUS) == status
        assert await read(dut, regs.FAULT_ADDR_LO) == address & 0xFFFF_FFFF
        assert await read(dut, regs.FAULT_ADDR_HI) == address >> 32
        assert await read(dut, regs.FAULT_COUNT) == count
        assert await read(dut, regs.ENGINE) == late << 8 | resetting
        assert await read(dut, regs.MAP_STATUS) == map_status
        assert await read(dut, regs.IRQ_PENDING_LO) == lines & 0xFFFF_FFFF
        assert await read(dut, regs.IRQ_PENDING_HI) == lines >> 32
    assert fired > 50 and (kept > 50 or not built)
