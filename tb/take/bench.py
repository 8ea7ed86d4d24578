"""windlass_take: what was picked is in B and C1 a cycle and two later; register writes send ghosts, and a pick taken back gives its descriptor back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "cw_valid", "pw_valid", "cw_ch", "cw_reg", "cw_bank", "map_change", "go", "go_ch", "go_pop", "go_cur", "go_token", "go_bad", "go_mark", "go_free", "go_paced",
    "go_bank", "go_rated", "c2_undo", "c2_ch",
]  # fmt: skip
# Registers that a first piece comes from: (grant register, byte offset in the block). Others are written too.
PREPARE = {(0, n) for n in (regs.CONFIG, regs.SRC_LO, regs.SRC_HI, regs.DST_LO, regs.DST_HI, regs.LENGTH)} | {
    (1, n) for n in (regs.GRANT, regs.DEV_ADDR_LO, regs.DEV_ADDR_HI)
}
OTHERS = [(0, n) for n in (regs.CMD, regs.STATUS, regs.COUNT, regs.PERIOD, 0x40, 0x7C)] + [
    (1, regs.DEV_ADDR_HI + 4),
    (1, 0x3C),
]


@dataclass
class Turn:
    """What is in a stage: nothing, a pick or a ghost."""

    kind: str = ""
    ch: int = 0
    pop: int = 0
    cur: int = 0
    token: int = 0
    bad: int = 0
    mark: int = 0
    bank: int = 0
    rated: int = 0
    load: int = 0


@cocotb.test()
async def stages(dut: Any) -> None:
    """Random picks, writes and changes of the map; about half of the descriptors' pieces take the next pick back, whether it is in B, in C1, or was none."""
    channels, built = 1 << len(dut.go_ch), dut.DESCRIPTORS.value.to_unsigned()
    rng = seeded("take")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    await settled()
    for name in ("ab_soon", "ab_valid", "use_valid", "unpop_valid", "drop"):
        assert not known(getattr(dut, name)), f"{name} after reset"
    b, c1, c2 = Turn(), Turn(), Turn()
    undo: int | None = None  # channel whose picks are taken back now
    unpop: int | None = None
    drop = used = ghost = 0
    picked: list[int | None] = [None] * 3  # channels of the last three cycles
    met = dict.fromkeys(("undone in B", "undone in C1", "other", "ghost", "no ghost", "drop", "use", "mark", "bad"), 0)
    for _ in range(8000):
        await falling(dut)
        priv, offset = rng.choice(sorted(PREPARE)) if rng.random() < 0.5 else rng.choice(OTHERS)
        write = rng.random() < 0.3
        written, bank = rng.randrange(channels), rng.getrandbits(1)
        change = rng.random() < 0.05
        # A channel is picked every second cycle at most, often by then.
        again = rng.choice(picked[1:])
        ch = again if again is not None and rng.random() < 0.7 else rng.randrange(channels)
        go = rng.random() < 0.7 and ch != picked[0]
        kind = rng.choice(["pop", "pop", "cur", "base", "token"])
        bad, mark, free, paced, go_bank, rated = (rng.getrandbits(1) for _ in range(6))
        undoes = c2.kind == "pick" and bool(c2.pop) and rng.random() < 0.5
        values = (
            write and not priv, write and priv, written, offset // 4, bank, change, go, ch, kind == "pop", kind == "cur", kind == "token", bad, mark, free, paced, go_bank, rated,
            undoes, c2.ch,
        )  # fmt: skip
        for name, value in zip(INPUTS, values, strict=True):
            getattr(dut, name).value = int(value)
        await settled()
        pop = int(kind == "pop" and built)
        token = int(kind == "token")
        assert known(dut.pop_valid) == (go and pop) and known(dut.pick_valid) == (go and not token)
        assert not pop or known(dut.pop_ch) == ch
        assert known(dut.use_valid) == used
        assert known(dut.drop) == drop and (not drop or known(dut.ghost_ch) == ghost)
        assert known(dut.unpop_valid) == (unpop is not None)
        assert unpop is None or known(dut.unpop_ch) == unpop
        assert known(dut.ab_soon) == (b.kind != "") and known(dut.ab_valid) == (c1.kind != "")
        if b.kind:
            assert (known(dut.b_ch), known(dut.b_bank), known(dut.b_cur)) == (b.ch, b.bank, b.cur)
        back = {stage: undo is not None and t.pop and t.ch == undo for stage, t in (("B", b), ("C1", c1))}
        assert (known(dut.c1_valid), known(dut.c1_ghost)) == (c1.kind == "pick", c1.kind == "ghost")
        assert known(dut.c1_undo) == back["C1"]
        if c1.kind:
            got = {n: known(getattr(dut, f"c1_{n}")) for n in ("ch", "pop", "token", "mark", "load")}
            assert got == {n: getattr(c1, n) for n in got}, (got, c1)
            assert (known(dut.c1_bad), known(dut.c1_rated)) == (c1.bad, c1.rated) or c1.kind == "ghost"
        for stage, taken in back.items():
            met[f"undone in {stage}"] += bool(taken)
        met["other"] += undo is not None and not any(back.values())
        met["drop"] += drop
        met["use"] += used
        met["mark"] += c1.mark
        met["bad"] += c1.token & c1.bad
        # What the next cycle has.
        prepares = write and (priv, offset) in PREPARE
        met["no ghost"] += prepares and go
        met["ghost"] += c1.kind == "ghost"
        unpop = undo if any(back.values()) else None
        undo = c2.ch if undoes else None
        drop, ghost = int(prepares or change), written if prepares else ghost
        used = int(go and not pop and not token and not free)
        c2 = Turn() if back["C1"] else c1
        c1 = Turn() if back["B"] else b
        if go:
            b = Turn(
                "pick", ch, pop, int(kind == "cur"), token, bad, int(token and mark and not bad), go_bank, rated, int(pop and paced)
            )  # fmt: skip
        else:
            b = Turn("ghost", written, bank=bank) if prepares else Turn()
        picked = [ch if go else None, *picked[:2]]
    rare = {n for n in met if n.startswith("undone") or n == "other"} if not built else set()
    assert all(n > 50 for name, n in met.items() if name not in rare), met
