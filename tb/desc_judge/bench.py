"""windlass_desc_judge against the manual's list of what is wrong with a descriptor (section 6), as tb/desc has it."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.desc.tables import (
    BAD,
    BUS,
    COMPARE,
    COPY2D,
    CRC32C,
    CYCLIC,
    FENCE,
    FILL,
    LINK,
    MAP,
    RING,
    STALE,
    TABLE,
    Channel,
    Descriptor,
)
from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "map_bad",
    "bus_bad",
    "wide",
    "ring",
    "cyclic",
    "phase",
    "unit",
    "stype",
    "dtype",
    "control",
    "length",
    "src",
    "dst",
]
TYPES = [(0, 0), (0, 0), (0, 0), (1, 0), (0, 1), (2, 0), (0, 2), (2, 2)]


@cocotb.test()
async def codes(dut: Any) -> None:
    """Descriptors that are right but for one thing or some, one a cycle, in any set-up of the channel: the code that comes first, and LINK."""
    two_d, crc = (bool(getattr(dut, n).value.to_unsigned()) for n in ("TWO_D", "CRC"))
    rng = seeded("desc_judge")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    met: dict[int, int] = dict.fromkeys((0, BUS, STALE, BAD, MAP), 0)
    kinds: dict[tuple[int, bool], int] = {}
    want, op = 0, 0
    for cycle in range(12_000):
        await falling(dut)
        mode, wide, types, unit = (
            rng.choice([TABLE, RING, CYCLIC]),
            rng.random() < 0.5,
            rng.choice(TYPES),
            rng.randrange(4),
        )
        ch = Channel(mode, wide, 8, types, unit, two_d, crc, 64, 64)
        d = Descriptor(rng.choice([*range(8), rng.randrange(16)]))
        to = rng.choice([1, 2, 4, 8, 16, 32, 32])
        d.src, d.dst = (rng.getrandbits(64 if wide else 32) // to * to for _ in range(2))
        d.length = rng.choice([0, 1, rng.randrange(1, 1 << 16), rng.randrange(1, 1 << 14) * 8, rng.getrandbits(32)])
        d.flags = rng.getrandbits(4) & (15 if rng.random() < 0.3 else 13)
        d.rows = rng.getrandbits(12) if d.op == COPY2D or rng.random() < 0.05 else 0
        phase = rng.getrandbits(1)
        d.rest = (phase if rng.random() < 0.9 else 1 - phase) << 31 | (
            1 << rng.choice([4, 7, 12, 15, 28, 30]) if rng.random() < 0.05 else 0
        )
        words = d.words(wide)
        map_bad, bus_bad = (int(rng.random() < 0.03) for _ in range(2))
        values = (
            map_bad, bus_bad, wide, mode != TABLE, mode == CYCLIC, phase, unit, *types, words[5 if wide else 3], d.length, d.src & 31, d.dst & 7,
        )  # fmt: skip
        for name, value in zip(INPUTS, values, strict=True):
            getattr(dut, name).value = int(value)
        await settled()
        if cycle:
            assert (known(dut.refused), known(dut.err)) == (int(want != 0), want)
            assert known(dut.link) == (op == LINK)
        stale = mode != CYCLIC and d.rest >> 31 != phase
        want, op = MAP if map_bad else BUS if bus_bad else STALE if stale else BAD if ch.malformed(d) else 0, d.op
        met[want] += 1
        kinds[op, want == BAD] = kinds.get((op, want == BAD), 0) + 1
    assert min(met.values()) > 100, met
    built = [1, FILL, FENCE, LINK, *[COPY2D] * two_d, *[CRC32C, COMPARE] * crc]
    assert all(kinds[op, wrong] > 15 for op in built for wrong in (False, True)), kinds
