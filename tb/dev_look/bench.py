"""windlass_dev_look: an answer a cycle, two cycles after the question, from the entry as the table held it; writes and clearing."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

VALID, READ, WRITE = 1, 2, 4


@cocotb.test()
async def look_ups(dut: Any) -> None:
    """Random questions beside random writes; none is asked while `hold` is up, and `hold` follows each write and `tw_soon`."""
    rng = seeded("look")
    inputs = ("page", "master", "tw_clear", "tw_soon", "tw_valid", "tw_index", "tw_page", "tw_flags")
    await start(dut, **dict.fromkeys(inputs, 0))
    size, bits = dut.MAP_REGISTERS.value.to_unsigned(), dut.ADDR_WIDTH.value.to_unsigned() - 12
    masters, write = dut.BUS_MASTERS.value.to_unsigned(), dut.WRITE.value.to_unsigned()
    table: dict[int, tuple[int, int]] = {}
    clearing = cleared = False
    pipe: list[tuple[int, int] | None] = [None, None]
    wrote: list[tuple[int, int, int]] = []  # at the end of the last cycle: seen by questions of the next but one
    met = dict.fromkeys((0, 5, 6, 7), 0)
    for i in range(size):  # as windlass_map does after reset
        dut.tw_valid.value, dut.tw_index.value = 1, i
        await falling(dut)
    dut.tw_valid.value = 0
    await falling(dut, 3)
    soon = 0
    for _ in range(4000):
        if pipe[1] is not None:
            frame, cause = pipe[1]
            assert known(dut.err) == cause
            assert cause or known(dut.frame) == frame
            met[cause] += 1
        # the cycle that begins: what was written at the end of the last one holds look-ups away
        page = rng.choice([*range(size + 2), 1 << bits - 1, (1 << bits) - 1]) if size < 50 else rng.randrange(size + 1)
        master = rng.randrange(8) if rng.random() < 0.3 else rng.randrange(masters)
        dut.page.value, dut.master.value = page, master
        soon = int(rng.random() < 0.05)
        dut.tw_soon.value = soon
        writes = size and rng.random() < 0.15
        index = rng.randrange(size) if size else 0
        owner = rng.choice(
            [64 + rng.randrange(masters), 64 + rng.randrange(masters), 64 + rng.randrange(8), rng.randrange(128)]
        )
        flags = owner << 3 | rng.choice([VALID | READ | WRITE, VALID | READ, VALID | WRITE, VALID, 0])
        new = rng.getrandbits(bits)
        dut.tw_valid.value, dut.tw_index.value, dut.tw_page.value, dut.tw_flags.value = bool(writes), index, new, flags
        if rng.random() < 0.01:
            clearing = not clearing
        dut.tw_clear.value = clearing
        await settled()
        hold = known(dut.hold)
        assert hold == bool(size and (soon or wrote))
        answer: tuple[int, int] | None = None
        if not hold and not (cleared ^ clearing):
            entry, rights = table.get(page, (0, 0))
            if not size:
                answer = (page, 0)
            elif clearing or not rights & VALID:
                answer = (0, 5)
            elif rights >> 3 != 64 + master or master >= masters:
                answer = (0, 6)
            else:
                answer = (entry, 0 if rights & (WRITE if write else READ) else 7)
        cleared = clearing
        pipe = [answer, pipe[0]]
        for at, what, rights in wrote:
            table[at] = (what, rights)
        wrote = [(index, new, flags)] if writes else []
        await falling(dut)
    assert all(met.values()) if size else met[0] > 1000, met
