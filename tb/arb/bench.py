"""windlass_arb against a search in Python, in both modes; and the fairness that rotating promises."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start


def choice(want: int, n: int, last: int, rotate: bool) -> int | None:
    """Fixed: the lowest. Rotating: the first after the one served last, cyclically."""
    order = [(last + 1 + i) % n for i in range(n)] if rotate else range(n)
    return next((i for i in order if want >> i & 1), None)


@cocotb.test()
async def random_wants(dut: Any) -> None:
    """Any mixture of wants and takes; the mode changes on the way."""
    n = dut.N.value.to_unsigned()
    rng = seeded("arb")
    await start(dut, rotate=1, want=0, take=0, taken=0)
    last, rotate, served = n - 1, True, 0
    for cycle in range(2500):
        await falling(dut)
        if cycle % 100 == 0:
            rotate = rng.random() < 0.7
        want = rng.getrandbits(n) if rng.random() < 0.5 else 1 << rng.randrange(n)
        want = 0 if rng.random() < 0.1 else want
        expected = choice(want, n, last, rotate)
        dut.want.value, dut.rotate.value = want, rotate
        await settled()
        assert known(dut.any) == (expected is not None)
        if expected is not None:
            assert known(dut.pick) == expected, (want, last, rotate)
        take = expected is not None and rng.random() < 0.7
        if take:
            last, served = expected, served + 1
            # told in the next cycle, or after one more
            await falling(dut, rng.randrange(1, 3))
            dut.want.value = 0
            dut.take.value, dut.taken.value = 1, last
            await falling(dut)
            dut.take.value = 0
    assert served > 1000


@cocotb.test()
async def fair(dut: Any) -> None:
    """Rotating: whoever keeps wanting is served within N takes. Fixed: the lowest, always."""
    n = dut.N.value.to_unsigned()
    rng = seeded("fair")
    await start(dut, rotate=1, want=0, take=0, taken=0)
    waiting = [0] * n
    for _ in range(6 * n):
        await falling(dut)
        want = rng.getrandbits(n) | 1 << (n // 2)
        dut.want.value, dut.take.value = want, 0
        await settled()
        pick = known(dut.pick)
        await falling(dut)
        dut.take.value, dut.taken.value = 1, pick
        waiting = [0 if i == pick or not want >> i & 1 else waiting[i] + 1 for i in range(n)]
        assert max(waiting) < n
    for _ in range(n):
        await falling(dut)
        dut.rotate.value, dut.want.value, dut.take.value = 0, (1 << n) - 1, 0
        await settled()
        assert known(dut.pick) == 0
