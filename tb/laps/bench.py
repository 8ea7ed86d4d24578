"""windlass_laps: FINISH and NEXT are kept until they are due, a hand-over changes the bank at once, START begins anew."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "finish_valid",
    "next_valid",
    "start_valid",
    "cmd_ch",
    "start_bank",
    "hand_valid",
    "hand_ch",
    "bank_ch",
    "ch",
]


@cocotb.test()
async def commands(dut: Any) -> None:
    """Commands to all channels at random, hand-overs of those that have a NEXT; each look-up in each cycle."""
    get = lambda name: getattr(dut, name).value.to_unsigned()
    channels, auto = get("CHANNELS"), get("AUTO_INIT")
    laps = auto or get("DESCRIPTORS")
    rng = seeded("laps")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    finish, ready, bank = [0] * channels, [0] * channels, [0] * channels
    handed: int | None = None  # a cycle ago: its NEXT is still told
    met = {"finish": 0, "next": 0, "hand": 0}
    for _ in range(6000):
        await falling(dut)
        c, look, other = (rng.randrange(channels) for _ in range(3))
        kind = rng.choice(
            ["finish", "next", "next", "start", "", ""] if rng.random() < 0.3 else ["finish", "next", "next", "", ""]
        )
        hands = [x for x in range(channels) if ready[x] and x != handed]
        hand = rng.choice(hands) if hands and rng.random() < 0.5 else None
        # A channel is not handed over and written to in one go; a NEXT before its hand-over was refused.
        if c in (hand, handed) or (kind == "next" and ready[c]):
            kind = ""
        begin = rng.getrandbits(1)
        values = (
            kind == "finish",
            kind == "next",
            kind == "start",
            c,
            begin,
            hand is not None,
            hand or 0,
            look,
            other,
        )
        for name, value in zip(INPUTS, values, strict=True):
            getattr(dut, name).value = int(value)
        await settled()
        assert known(dut.bank) == bank[look] and known(dut.finish) == finish[other]
        assert known(dut.next) == ready[other] or other == handed
        handed = hand
        if hand is not None:
            bank[hand], ready[hand] = bank[hand] ^ 1, 0
            met["hand"] += 1
        if kind == "finish":
            finish[c] = int(laps > 0)
        if kind == "next":
            ready[c] = auto
        if kind == "start":
            finish[c], ready[c] = 0, 0
            bank[c] = begin if auto else 0
        met["finish"] += finish[other]
        met["next"] += ready[other]
    assert (met["finish"] > 100 or not laps) and (min(met["next"], met["hand"]) > 100 or not auto), met
