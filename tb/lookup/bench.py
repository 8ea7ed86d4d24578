"""windlass_lookup: two clients share the map's port for descriptors; each gets one answer per question, none the other's."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start


@cocotb.test()
async def share(dut: Any) -> None:
    """Random questions from both sides, answers after 1 to 5 cycles: what the map sees is the question of the one that is answered,
    it doesn't change while it is looked up, and a write-back that waits is served before the next fetch."""
    rng = seeded("lookup")
    await start(dut, **dict.fromkeys(
        ["fx_valid", "fx_addr", "fx_ch", "fx_bypass", "fx_quiet", "wx_valid", "wx_addr", "wx_ch", "wx_bypass", "x_done"], 0
    ))  # fmt: skip
    waiting: dict[str, tuple[int, int, int] | None] = {"fx": None, "wx": None}
    held: tuple[int, ...] | None = None
    countdown = 0
    answered = {"fx": 0, "wx": 0}
    both = 0
    for _ in range(4000):
        await falling(dut)
        for side in ("fx", "wx"):
            if waiting[side] is None and rng.random() < 0.3:
                waiting[side] = (rng.getrandbits(len(dut.fx_addr)), rng.getrandbits(len(dut.fx_ch)), rng.getrandbits(1))
            question = waiting[side]
            getattr(dut, f"{side}_valid").value = question is not None
            for name, value in zip(("addr", "ch", "bypass"), question or (0, 0, 0), strict=True):
                getattr(dut, f"{side}_{name}").value = value
        done = held is not None and countdown == 0
        dut.x_done.value = done
        quiet = rng.getrandbits(1)
        dut.fx_quiet.value = quiet
        await settled()
        valid = known(dut.x_valid)
        assert valid == any(waiting.values())
        seen = tuple(known(s) for s in (dut.x_write, dut.x_addr, dut.x_ch, dut.x_bypass))
        assert not valid or known(dut.x_quiet) == (quiet and not seen[0]), "a write-back's refusal is a fault"
        if held is None and valid:
            side = "wx" if seen[0] else "fx"
            both += all(waiting.values())
            assert side == "wx" or waiting["wx"] is None, "a write-back goes first"
            assert seen[1:] == waiting[side]
            held, countdown = seen, rng.randrange(5)
            assert not known(dut.fx_done) and not known(dut.wx_done)
            continue
        if held is not None:
            assert seen == held, "the question changed while it was looked up"
            countdown -= 1
            side, other = ("wx", "fx") if held[0] else ("fx", "wx")
            assert known(getattr(dut, f"{side}_done")) == done and not known(getattr(dut, f"{other}_done"))
            if done:
                waiting[side], held = None, None
                answered[side] += 1
    assert min(answered.values()) > 100 and both > 50
