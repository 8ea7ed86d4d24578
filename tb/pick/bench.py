"""windlass_pick against a search in Python: the first who wants and is preferred, else the first who wants."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotb.triggers import Timer

from tb.env.unit import known, seeded


@cocotb.test()
async def every_mixture(dut: Any) -> None:
    """Dense, sparse and empty fields; both answers were needed often."""
    n = dut.N.value.to_unsigned()
    rng = seeded("pick")
    met = {"preferred": 0, "other": 0, "none": 0}
    for _ in range(3000):
        want = rng.choice([rng.getrandbits(n), 1 << rng.randrange(n), 1 << rng.randrange(n) | 1 << rng.randrange(n), 0])
        prefer = rng.choice([rng.getrandbits(n), (1 << n) - (1 << rng.randrange(n)), 0])
        dut.want.value, dut.prefer.value = want, prefer
        await Timer(1, "ns")
        field = want & prefer or want
        met["none" if not want else "preferred" if want & prefer else "other"] += 1
        assert known(dut.any) == (want != 0)
        assert known(dut.hot) == field & -field, (want, prefer)
        if want:
            assert known(dut.number) == (field & -field).bit_length() - 1
    assert all(count > 200 for count in met.values()), met
