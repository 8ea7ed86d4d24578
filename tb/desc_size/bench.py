"""windlass_desc_size: the least of what is left, what fits and what is given, for any slot."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = ["wide", "ring", "all", "place", "fetched", "given", "left_n", "size"]


@cocotb.test()
async def any_slot(dut: Any) -> None:
    """Random slots, near their limits; a change in the cycle of `size` or behind it is too late."""
    rng = seeded("desc_size")
    most = [dut.MOST.value.to_unsigned(), dut.MOST_WIDE.value.to_unsigned()]
    await start(dut, **dict.fromkeys(INPUTS, 0))
    by = dict.fromkeys(("left", "given", "place", "most", "none"), 0)
    for _ in range(3000):
        await falling(dut)
        wide, ring, everything = rng.getrandbits(1), rng.getrandbits(1), int(rng.random() < 0.3)
        place, fetched, left = rng.randrange(16) & ~wide, rng.getrandbits(16), rng.randrange(17)
        gap = rng.choice([0, rng.randrange(17), rng.getrandbits(16), 16, 15])
        dut.wide.value, dut.ring.value, dut.all.value = wide, ring, everything
        dut.place.value, dut.fetched.value, dut.given.value = place, fetched, (fetched + gap) % 65536
        await falling(dut)
        dut.left_n.value, dut.size.value = left, 1
        dut.place.value, dut.given.value, dut.fetched.value = 0, rng.getrandbits(16), rng.getrandbits(16)
        await falling(dut)
        dut.left_n.value, dut.size.value = rng.randrange(17), 0
        await settled()
        limits = {
            "left": left,
            "given": 16 if everything else gap if ring else 0,
            "place": (16 - place) >> wide,
            "most": most[wide],
        }
        n = min(limits.values())
        assert known(dut.none) == (n == 0), limits
        if n:
            assert known(dut.n) == n, limits
            by[min(limits, key=limits.__getitem__)] += 1
        else:
            by["none"] += 1
    assert by["none"] and by["left"] and by["place" if most[0] == 16 else "most"] and (most[0] == 1 or by["given"]), by
