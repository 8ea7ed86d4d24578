"""windlass_buffer: two neighbouring words, two advances after the address, while words are stored."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start


@cocotb.test()
async def pairs(dut: Any) -> None:
    """The word at the address and the one after it, by parity, also around the end; the pipeline stands still without `adv`."""
    words = 1 << len(dut.put_addr)
    rng = seeded("buffer")
    await start(dut, put_valid=0, put_addr=0, put_data=0, adv=0, get_addr=0)
    memory = {}
    for at in range(words):
        await falling(dut)
        memory[at] = rng.getrandbits(len(dut.put_data))
        dut.put_valid.value, dut.put_addr.value, dut.put_data.value = 1, at, memory[at]
    await falling(dut)
    dut.put_valid.value = 0
    stages: list[tuple[int, int] | None] = [None, None]
    checked = wrapped = 0
    for _ in range(1500):
        await falling(dut)
        at, adv, put = rng.randrange(words), rng.random() < 0.7, rng.random() < 0.4
        if rng.random() < 0.1:
            at = words - 1
        store = rng.randrange(words)
        if store in (at, (at + 1) % words):
            put = False  # the reservation keeps the writer away from what is being read
        dut.get_addr.value, dut.adv.value, dut.put_valid.value = at, adv, put
        dut.put_addr.value, dut.put_data.value = store, (data := rng.getrandbits(len(dut.put_data)))
        await settled()
        if stages[1] is not None:
            assert (known(dut.get_even), known(dut.get_odd)) == stages[1]
            checked += 1
        if adv:
            pair = (at, (at + 1) % words)
            wrapped += pair[1] == 0
            even, odd = sorted(pair, key=lambda a: a % 2)
            stages = [(memory[even], memory[odd]), stages[0]]
        if put:
            memory[store] = data
    assert checked > 1000 and wrapped > 50
