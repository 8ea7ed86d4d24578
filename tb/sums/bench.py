"""windlass_sums: every piece of a segment is what its descriptor said, whatever other channels do meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = ["b_ch", "b_desc", "c1_pop", "c1_op", "c1_refused", "c2_valid", "c2_pop", "c2_load", "c2_ch"]
CRC32C, COMPARE = 6, 7
OPS = [0, 1, 2, 3, 4, 5, CRC32C, CRC32C, COMPARE, COMPARE]


@dataclass
class Turn:
    """A channel on its way through B, C1 and C2; `kind` is {it is summed up, by CRC32C}."""

    ch: int = 0
    pop: bool = False
    op: int = 0
    goes_on: bool = False
    refused: bool = False
    load: bool = False
    begins: bool = False
    valid: bool = False
    kind: tuple[int, int] = (0, 0)


@cocotb.test()
async def segments(dut: Any) -> None:
    """Random channels: new descriptors of any operation, refused or taken back, pieces that go on in one, others; a channel after its last turn is through."""
    channels, built = dut.CHANNELS.value.to_unsigned(), bool(dut.CRC.value.to_unsigned())
    rng = seeded("sums")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    kept: list[tuple[int, int] | None] = [None] * channels
    loaded = [False] * channels
    b, c1, c2 = Turn(), Turn(), Turn()
    later = [0, 0]  # pieces behind the descriptor: not the first, the first
    met = {(1, 1): 0, (1, 0): 0, (0, 0): 0}
    for _ in range(6000):
        await falling(dut)
        b, c1, c2 = Turn(rng.randrange(channels)), b, c1
        if all(b.ch != t.ch for t in (c1, c2) if t.valid or t.pop or t.goes_on):
            b.pop = rng.random() < 0.5
            b.goes_on = not b.pop and kept[b.ch] is not None
            b.op, b.refused, b.valid, b.load = (
                rng.choice(OPS),
                rng.random() < 0.1,
                rng.random() < 0.9,
                rng.random() < 0.5,
            )
        if c1.pop:
            summed = c1.op in (CRC32C, COMPARE) and not c1.refused
            c1.kind = (int(summed), int(summed and c1.op == CRC32C))
            c1.begins = True
        elif c1.goes_on:
            c1.kind = kept[c1.ch] or (0, 0)
            c1.begins = loaded[c1.ch]
        values = (b.ch, b.goes_on, c1.pop, c1.op, c1.refused, c2.valid, c2.pop and c2.valid, c2.load, c2.ch)
        for name, value in zip(INPUTS, values, strict=True):
            getattr(dut, name).value = int(value)
        await settled()
        assert known(dut.c1_sum) == (c1.goes_on and c1.kind[0] and built)
        assert (known(dut.c2_sum), known(dut.c2_crc)) == (c2.kind if built else (0, 0))
        met[c2.kind] += 1
        if c2.kind[0] and built:
            assert known(dut.c2_begins) == c2.begins
        if c2.valid and (c2.pop or c2.goes_on):
            later[c2.begins] += c2.goes_on and c2.kind[0]
            kept[c2.ch], loaded[c2.ch] = c2.kind, c2.pop and c2.load
    assert min(met.values()) > 100 and min(later) > 100, (met, later)
