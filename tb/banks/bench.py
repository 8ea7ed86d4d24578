"""windlass_banks: a hand-over swaps the channel's banks and is then no longer before it; nor is it after an ending or START."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "next_valid", "start_valid", "cmd_ch", "hand_valid", "hand_ch", "end_valid", "end_ch", "cw_ch", "live_ch",
]  # fmt: skip


@cocotb.test()
async def any_order(dut: Any) -> None:
    """Commands, hand-overs and endings of any channels in any cycles; what is there is seen in the next one, of each channel on both ports."""
    channels, built = dut.CHANNELS.value.to_unsigned(), bool(dut.AUTO_INIT.value.to_unsigned())
    rng = seeded("banks")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    waits: set[int] = set()  # channels with a hand-over before them
    bank = [0] * channels
    busy = rng.sample(range(channels), min(channels, 3))  # most of what happens is of these, so that it meets
    met = dict.fromkeys(("next", "hand", "hand+end", "dropped by END", "dropped by START", "NEXT at the end"), 0)
    for cycle in range(6000):
        await falling(dut)
        if cycle % 100 == 0:
            busy = rng.sample(range(channels), min(channels, 3))
        command = rng.choice(["next", "next", "start", "", ""])
        channel, ended = (rng.choice(busy) if rng.random() < 0.9 else rng.randrange(channels) for _ in range(2))
        if command == "next" and channel in waits:
            command = ""  # it is refused
        can = sorted(waits) if built else range(channels)
        hand = rng.choice(can) if can and rng.random() < 0.3 else None
        end = rng.random() < 0.2
        if hand is not None and end and rng.random() < 0.5:
            ended = hand
        dut.next_valid.value, dut.start_valid.value = int(command == "next"), int(command == "start")
        dut.cmd_ch.value = channel
        dut.hand_valid.value = int(hand is not None)
        dut.hand_ch.value = rng.randrange(channels) if hand is None else hand
        dut.end_valid.value, dut.end_ch.value = int(end), ended
        seen, read = rng.randrange(channels), rng.randrange(channels)
        dut.cw_ch.value, dut.live_ch.value = seen, read
        await settled()
        assert known(dut.next) == sum(1 << c for c in waits), cycle
        assert (known(dut.cw_bank), known(dut.live_bank)) == (bank[seen], bank[read]), cycle
        if not built:
            continue
        met["next"] += command == "next"
        met["hand"] += hand is not None
        met["hand+end"] += hand is not None and end and ended == hand
        met["dropped by END"] += end and ended in waits and ended != hand
        met["dropped by START"] += command == "start" and channel in waits and channel != hand
        met["NEXT at the end"] += command == "next" and end and ended == channel
        if command == "next":
            waits.add(channel)
        if hand is not None:
            bank[hand] ^= 1
            waits.discard(hand)
        if end:
            waits.discard(ended)
        if command == "start":
            waits.discard(channel)
    assert not built or all(n > 20 for n in met.values()), met
    # Reset drops what was before the channels.
    await falling(dut)
    dut.next_valid.value, dut.start_valid.value, dut.cmd_ch.value = 1, 0, 0
    dut.hand_valid.value = dut.end_valid.value = 0
    await falling(dut)
    dut.next_valid.value = 0
    await settled()
    assert known(dut.next) & 1 == built
    await falling(dut)
    dut.aresetn.value = 0
    await falling(dut)
    dut.aresetn.value = 1
    await settled()
    assert known(dut.next) == 0
