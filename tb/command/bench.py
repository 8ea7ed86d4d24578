"""windlass_command against section 2 of the programmer's manual: any command or none, of any channel in any state."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotb.triggers import Timer
from windlass import regs

from tb.env.unit import known, seeded

START, ABORT, NEXT, RESET = (getattr(regs, f"CMD_{n}_MASK") for n in ("START", "ABORT", "NEXT", "RESET"))


@cocotb.test()
async def every_command(dut: Any) -> None:
    """START of what is idle, NEXT of what runs and has none before it; of what does not run only START, ABORT and RESET act."""
    channels = dut.CHANNELS.value.to_unsigned()
    rng = seeded("command")
    met: dict[tuple[int, bool, bool], int] = {}
    for _ in range(8000):
        data = rng.choice([0, 1 << rng.randrange(8)])
        channel, valid = rng.randrange(channels), rng.random() < 0.9
        active, quiet, following = (rng.choice([0, rng.getrandbits(channels)]) for _ in range(3))
        resetting = int(rng.random() < 0.1)
        dut.valid.value, dut.ch.value, dut.data.value, dut.resetting.value = int(valid), channel, data, resetting
        dut.active.value, dut.quiet.value, dut.next.value = active, quiet, following
        await Timer(1, "ns")
        runs, cleared, hand = (bool(x >> channel & 1) for x in (active, quiet, following))
        refused = data == START and (runs or cleared or resetting)
        refused = bool(refused or (data == NEXT and (not runs or hand)))
        acts = valid and not refused and (runs or data in (START, ABORT, RESET))
        where = f"{data:#x} to {channel}: {active:#x} {quiet:#x} {following:#x} {resetting}"
        assert known(dut.ok) == (valid and not refused), where
        assert known(dut.go) == (data if acts else 0), where
        if valid:
            key = data, refused, bool(acts)
            met[key] = met.get(key, 0) + 1
    # Each command was given and acted; START and NEXT were refused; the others did nothing to a channel that does not run.
    assert all(met.get((1 << n, False, True), 0) > 20 for n in range(8)), met
    assert all(met.get((d, True, False), 0) > 20 for d in (START, NEXT)), met
    assert all(met.get((1 << n, False, False), 0) > 20 for n in range(2, 6)), met
