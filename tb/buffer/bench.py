"""windlass_buffer: rows are read an advance after their address, while lanes are stored, each in a row of its own."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start


@cocotb.test()
async def rows(dut: Any) -> None:
    """Random lanes into random rows; a row read is what was stored last in each lane, with its mark; without `adv` the output stays."""
    lanes, ptr = len(dut.put_we), len(dut.get_addr)
    count = min(1 << ptr, 64)
    rng = seeded("buffer")
    await start(dut, put_we=0, put_addr=0, put_data=0, put_bad=0, adv=0, get_addr=0)
    memory: dict[tuple[int, int], tuple[int, int]] = {}
    expected: list[tuple[int, int]] | None = None
    checked = untouched = held = 0
    for _ in range(3000):
        await falling(dut)
        row, adv, bad = rng.randrange(count), rng.random() < 0.7, rng.getrandbits(1)
        we = rng.getrandbits(lanes)
        places = [rng.randrange(count) for _ in range(lanes)]
        for lane, place in enumerate(places):
            if place == row:
                we &= ~(1 << lane)  # a row that is stored is not read
        data = rng.getrandbits(8 * lanes)
        dut.put_we.value, dut.put_bad.value, dut.put_data.value = we, bad, data
        dut.put_addr.value = sum(place << ptr * lane for lane, place in enumerate(places))
        dut.adv.value, dut.get_addr.value = adv, row
        await settled()
        if expected is not None:
            got, marks = known(dut.get_data), known(dut.get_bad)
            for lane, (value, mark) in enumerate(expected):
                assert (got >> 8 * lane & 255, marks >> lane & 1) == (value, mark)
            checked += 1
            untouched += any(e == (0, 0) for e in expected)
        held += not adv
        if adv:
            expected = [memory.get((row, lane), (0, 0)) for lane in range(lanes)]
        for lane, place in enumerate(places):
            if we >> lane & 1:
                memory[place, lane] = data >> 8 * lane & 255, bad
    assert checked > 2000 and held > 500 and untouched
