"""windlass_map_walk against section 3 of the programmer's manual: what is written to the table, in which cycles, and what LOCK keeps as it is."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "taken", "mw_valid", "mw_index", "mw_lo", "mw_hi", "cmd_fill", "cmd_revoke", "cmd_lock", "cmd_index", "cmd_count", "cmd_page_lo", "cmd_page_hi",
    "cmd_flags", "lock_index", "ent_index", "drained",
]  # fmt: skip


class Walk:
    """The table and the locks as the manual has them (`want`), and as the writes that are told have made them (`table`)."""

    def __init__(self, dut: Any, seed: str) -> None:
        self.dut, self.rng = dut, seeded(seed)
        self.size, self.bits = dut.MAP_REGISTERS.value.to_unsigned(), dut.PAGE_W.value.to_unsigned()
        self.want = [(0, 0)] * self.size
        self.locks: set[int] = set()
        self.table: dict[int, tuple[int, int]] = {}
        self.share = 0.0  # of the cycles in which others look up
        self.marks = 0
        self.was_taken = True
        self.busy = self.one = self.clear = False  # map_busy, tw_soon and tw_clear of the last cycle

    async def begin(self) -> None:
        """Reset, and the clearing."""
        await start(self.dut, **dict.fromkeys(INPUTS, 0) | {"drained": 1})
        await falling(self.dut)
        await self.rest(2 * self.size + 40)

    async def cycle(self, **inputs: int) -> None:
        """One cycle with these inputs, and what is told in it; a write has a cycle that was left to it."""
        dut, taken = self.dut, int(self.rng.random() < self.share)
        for name, value in inputs.items():
            getattr(dut, name).value = value
        dut.taken.value = taken
        await settled()
        assert not known(dut.soon) & taken and not known(dut.waits) & (1 - taken)
        self.busy, self.one, self.clear = (bool(known(s)) for s in (dut.map_busy, dut.tw_soon, dut.tw_clear))
        if known(dut.tw_valid):
            assert not self.was_taken, "an entry is written while others look up"
            assert known(dut.tw_near)
            self.table[known(dut.tw_index)] = known(dut.tw_page), known(dut.tw_flags)
        self.marks += known(dut.mark)
        self.was_taken = bool(taken)
        await falling(dut)

    async def rest(self, most: int) -> int:
        """Cycles until nothing more is to be done."""
        for n in range(most):
            await self.cycle()
            if not self.busy and not self.one:
                return n
        raise AssertionError("it never ends")

    def operands(self, first: int, count: int, page: int, flags: int) -> dict[str, int]:
        """What MAP_CMD works on; `flags` are {owner, write, read, valid}."""
        low, high = page << 12 & 0xFFFF_FFFF, page >> 20
        return {"cmd_index": first, "cmd_count": count, "cmd_page_lo": low, "cmd_page_hi": high, "cmd_flags": (flags >> 3) << 4 | flags & 7}  # fmt: skip

    def word(self, index: int, page: int, flags: int) -> dict[str, int]:
        """A write of an entry."""
        low, high = page << 12 & 0xFFFF_FFFF, page >> 20
        return {"mw_valid": 1, "mw_index": index, "mw_lo": low | (flags >> 3) << 4 | flags & 7, "mw_hi": high}

    def run(self, command: str, first: int, count: int, page: int, flags: int) -> bool:
        """What the manual says that a command does; whether it is REFUSED."""
        refused = False
        for k, i in enumerate(range(first, min(first + count, self.size))):
            if command == "lock":
                self.locks.add(i)
            elif i in self.locks:
                refused = True
            else:
                self.want[i] = ((page + k) % (1 << self.bits), flags) if command == "fill" else (0, 0)
        return refused

    def compare(self) -> None:
        """The table is what the manual has; nothing was written outside of it but by the clearing."""
        wrong = {i: (self.table[i], self.want[i]) for i in range(self.size) if self.table[i] != self.want[i]}
        assert not wrong, wrong

    async def compare_locks(self) -> None:
        """Both ways of asking for a lock."""
        for i in self.rng.sample(range(self.size), min(self.size, 16)):
            await self.cycle(lock_index=i, ent_index=self.size - 1 - i)
            await settled()
            assert known(self.dut.mw_locked) == (i in self.locks)
            assert known(self.dut.ent_locked) == (self.size - 1 - i in self.locks)
            await falling(self.dut)


@cocotb.test()
@cocotb.parametrize(share=[0.0, 0.5, 0.9])
async def commands(dut: Any, share: float) -> None:
    """Random commands and writes of entries, alone and while others look up: the table, the locks, REFUSED, BUSY, and who is asked to end."""
    walk = Walk(dut, f"walk {share}")
    rng, size = walk.rng, walk.size
    await walk.begin()
    assert walk.marks == 1
    walk.compare()
    walk.share = share
    met = dict.fromkeys(("fill", "revoke", "lock", "write", "refused", "beyond"), 0)
    longest = min(size, 24)
    for _ in range(60):
        kind = rng.choice(["fill", "fill", "revoke", "write", "write", *["lock"] * (met["lock"] < 6)])
        page, flags = rng.getrandbits(walk.bits), rng.getrandbits(10)
        if kind == "write":
            free = [i for i in range(size) if i not in walk.locks]
            if not free:
                continue
            index = rng.choice(free)
            walk.want[index] = page, flags
            await walk.cycle(**walk.word(index, page, flags))
            assert not walk.busy
            await walk.cycle(mw_valid=0)
            assert walk.one
            assert await walk.rest(200) <= (1 if share == 0 else 200)
        else:
            first = (
                rng.choice([rng.randrange(size), max(size - 3, 0), min(size, 4095), 4095])
                if rng.random() < 0.3
                else rng.randrange(min(size, 32))
            )
            count = rng.choice([0, 1, longest, rng.randrange(longest + 1)])
            if first + 8191 < 8191 + size and size - first <= longest and rng.random() < 0.2:
                count = 8191  # much more than there is
            if kind == "lock":
                count = min(count, size // 8 + 1)
            refused, marks = walk.run(kind, first, count, page, flags), walk.marks
            walk.dut.drained.value = 0
            await walk.cycle(**{f"cmd_{kind}": 1}, **walk.operands(first, count, page, flags))
            getattr(dut, f"cmd_{kind}").value = 0
            entries = len(range(first, min(first + count, size)))
            cycles = 0
            while cycles < 2 * entries + 20 or (share and walk.busy and cycles < 3000 and walk.marks == marks):
                await walk.cycle()
                cycles += 1
                if not walk.busy:
                    break
            assert walk.marks - marks == (kind == "revoke")
            assert walk.busy == (kind == "revoke"), "REVOKE ends before the fence, or something else never does"
            assert share or kind == "revoke" or cycles <= 2 * entries + 4
            dut.drained.value = 1
            await walk.rest(3)
            await settled()
            assert known(dut.map_refused) == refused
            await falling(dut)
            met["refused"] += refused
            met["beyond"] += first + count > size
        met[kind] += 1
        walk.compare()
    await walk.compare_locks()
    assert all(met.values()) or size == 1, met


@cocotb.test()
@cocotb.parametrize(second=["write", "fill", "revoke", "lock"])
async def one_after_the_other(dut: Any, second: str) -> None:
    """What comes while a written entry still waits for its cycle is done after it."""
    walk = Walk(dut, f"second {second}")
    await walk.begin()
    await walk.cycle(cmd_fill=1, **walk.operands(0, walk.size, 7, 0x3F))
    await walk.cycle(cmd_fill=0)
    walk.run("fill", 0, walk.size, 7, 0x3F)
    await walk.rest(3 * walk.size + 20)
    walk.compare()
    walk.share = 1.0
    first, last = 0, walk.size - 1
    await walk.cycle(**walk.word(first, 0x55, 0x2A5), **walk.operands(last, 1, 0x66, 0x15))
    await walk.cycle(mw_valid=0)
    walk.want[first] = 0x55, 0x2A5
    await walk.cycle()
    assert walk.one and walk.table[first] != (0x55, 0x2A5)
    if second == "write":
        walk.want[last] = 0x77, 0x133
        await walk.cycle(**walk.word(last, 0x77, 0x133))
        await walk.cycle(mw_valid=0)
    else:
        walk.run(second, last, 1, 0x66, 0x15)
        await walk.cycle(**{f"cmd_{second}": 1})
        await walk.cycle(**{f"cmd_{second}": 0})
    # A command that waits has not taken its values yet: BUSY keeps others' from them.
    assert walk.one and walk.busy == (second != "write")
    walk.share = 0.0
    for _ in range(30):
        await walk.cycle()
    assert not walk.one and not walk.busy
    walk.compare()
    await walk.compare_locks()


@cocotb.test()
async def reset_clears(dut: Any) -> None:
    """After reset the table is cleared, a cycle a row, while tw_clear tells that nothing counts; then nothing is locked."""
    walk = Walk(dut, "reset")
    await walk.begin()
    await walk.cycle(cmd_lock=1, **walk.operands(0, walk.size, 0, 0))
    await walk.cycle(cmd_lock=0)
    await walk.rest(3 * walk.size + 20)
    walk.locks = set(range(walk.size))
    await walk.compare_locks()
    dut.aresetn.value = 0
    await falling(dut, 2)
    dut.aresetn.value = 1
    walk.table, walk.want, walk.locks, walk.marks = {}, [(0, 0)] * walk.size, set(), 0
    await walk.cycle()
    assert walk.busy
    rows, cycles = max(2, 1 << (walk.size - 1).bit_length()), 1
    while walk.busy:
        assert walk.clear
        await walk.cycle()
        cycles += 1
    assert walk.marks == 1 and rows <= cycles <= rows + 13 and len(walk.table) == rows
    await walk.cycle()
    assert not walk.clear
    walk.compare()
    await walk.compare_locks()
