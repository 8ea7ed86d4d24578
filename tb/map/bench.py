"""windlass_map against section 3 of the programmer's manual: look-ups on all ports, entries, FILL, REVOKE with its fence."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

INPUTS = [
    "ab_soon", "a_valid", "a_addr", "ab_ch", "a_bypass", "b_bypass", "b_valid", "b_addr", "x_valid", "x_addr", "x_ch", "x_bypass", "x_write", "x_quiet", "ent_valid", "ent_index",
    "mw_valid", "mw_index", "mw_lo", "mw_hi", "cmd_fill", "cmd_revoke", "cmd_lock", "lock_index", "cmd_index", "cmd_count", "cmd_page_lo", "cmd_page_hi",
    "cmd_flags", "piece_issue", "piece_end", "fetch_issue", "fetch_end", "wback_issue", "wback_end", "fence_done",
]  # fmt: skip
VALID, READ, WRITE = 1, 2, 4
INVALID, OWNER, PERM = 5, 6, 7


class Table:
    """The manual's table."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.size = dut.MAP_REGISTERS.value.to_unsigned()
        self.bits = dut.ADDR_WIDTH.value.to_unsigned()
        self.entries = [(0, 0)] * self.size
        #: What an entry keeps of its flags: without bus masters no owner above 63.
        self.kept = 0x7F7 if dut.BUS_MASTERS.value.to_unsigned() else 0x3F7

    def look_up(self, address: int, channel: int, bypass: int, write: int) -> tuple[int | None, int]:
        """(physical address, 0) or (None, error), tests in the manual's order."""
        if bypass or not self.size:
            return address, 0
        index = address >> 12
        if index >= self.size or not self.entries[index][1] & VALID:
            return None, INVALID
        page, flags = self.entries[index]
        if flags >> 4 != channel:
            return None, OWNER
        if not flags & (WRITE if write else READ):
            return None, PERM
        return page << 12 | address & 0xFFF, 0

    def words(self, index: int) -> tuple[int, int]:
        """As software reads an entry."""
        page, flags = self.entries[index]
        address = page << 12
        return address & 0xFFFF_FFFF | flags & self.kept, address >> 32

    def set(self, index: int, page: int, flags: int) -> None:
        """Write an entry; page bits beyond ADDR_WIDTH do not exist."""
        self.entries[index] = (page & (1 << self.bits - 12) - 1, flags & self.kept)


async def ready(dut: Any) -> None:
    """Wait until the table is not busy."""
    for _ in range(200):
        await settled()
        if not known(dut.map_busy):
            await falling(dut)
            return
        await falling(dut)
    raise AssertionError("the map stays busy")


async def write_entry(dut: Any, table: Table, index: int, page: int, flags: int) -> None:
    """One entry, and the cycles until its write has been answered."""
    dut.mw_valid.value, dut.mw_index.value = 1, index
    dut.mw_lo.value, dut.mw_hi.value = page << 12 & 0xFFFF_FFFF | flags, page >> 20
    table.set(index, page, flags)
    await falling(dut)
    dut.mw_valid.value = 0
    await falling(dut, 3)


async def command(dut: Any, fill: bool, index: int, count: int, page: int = 0, flags: int = 0) -> None:
    """Give FILL or REVOKE."""
    dut.cmd_fill.value, dut.cmd_revoke.value = fill, not fill
    dut.cmd_index.value, dut.cmd_count.value, dut.cmd_flags.value = index, count, flags
    dut.cmd_page_lo.value, dut.cmd_page_hi.value = page << 12 & 0xFFFF_FFFF, page >> 20
    await falling(dut)
    dut.cmd_fill.value = dut.cmd_revoke.value = 0


def address(rng: Any, table: Table) -> int:
    """Inside the table, just outside, far outside."""
    page = rng.choice([*range(table.size + 2), 1 << table.bits - 13, (1 << table.bits - 12) - 1])
    return (page << 12 | rng.randrange(4096)) & (1 << table.bits) - 1


async def look_ups(dut: Any, table: Table, rng: Any, cycles: int) -> dict[int, int]:
    """A look-up a cycle on a and b, some idle cycles; x and register reads beside them; returns how often each answer came."""
    channels = min(1 << len(dut.ab_ch), 4)
    pipe: list[tuple[Any, Any] | None] = [None] * 3
    met: dict[int, int] = dict.fromkeys((0, INVALID, OWNER, PERM), 0)
    question: tuple[int, int, int, int] | None = None
    quiet = 0
    entry: int | None = None
    answered = read = waited = 0
    soon = False
    for _ in range(cycles):
        await settled()
        hold = known(dut.a_hold)
        x_done, ent_done = known(dut.x_done), known(dut.ent_done)
        if x_done:
            assert question is not None, "an answer without a question"
            want = table.look_up(*question)
            assert known(dut.x_err) == want[1] and (want[0] is None or known(dut.x_paddr) == want[0]), question
            assert known(dut.flt_valid) == (want[1] != 0 and not quiet)
            if want[1]:
                fault = tuple(known(s) for s in (dut.flt_addr, dut.flt_ch, dut.flt_write, dut.flt_cause))
                assert fault == (question[0], question[1], question[3], want[1])
            answered += 1
        else:
            assert not known(dut.flt_valid)
        if ent_done:
            assert entry is not None
            assert (known(dut.ent_lo), known(dut.ent_hi)) == table.words(entry)
            read += 1
        if pipe[2] is not None:
            for side, want in zip("ab", pipe[2], strict=True):
                error, physical = known(getattr(dut, f"{side}_err")), getattr(dut, f"{side}_paddr")
                assert error == want[1]
                assert want[0] is None or known(physical) == want[0]
                met[error] += 1
        await falling(dut)
        if x_done or question is None:
            question = None if rng.random() < 0.5 else (
                address(rng, table), rng.randrange(channels), rng.random() < 0.1, rng.getrandbits(1)
            )  # fmt: skip
            dut.x_valid.value = question is not None
            if question:
                quiet = rng.getrandbits(1)
                dut.x_addr.value, dut.x_ch.value, dut.x_bypass.value, dut.x_write.value = question
                dut.x_quiet.value = quiet
        if table.size and (ent_done or entry is None):
            entry = rng.randrange(table.size) if rng.random() < 0.3 else None
            dut.ent_valid.value, dut.ent_index.value = entry is not None, entry or 0
        valid, soon = (
            soon and rng.random() < 0.95,
            not hold and rng.random() < 0.95,
        )  # announced, and then not always made
        dut.ab_soon.value = soon
        waited += hold
        a, b = address(rng, table), address(rng, table)
        channel, bypass = rng.randrange(channels), [int(rng.random() < 0.1) for _ in "ab"]
        dut.a_valid.value, dut.b_valid.value, dut.a_addr.value, dut.b_addr.value = valid, valid, a, b
        dut.ab_ch.value, dut.a_bypass.value, dut.b_bypass.value = channel, *bypass
        both = (table.look_up(a, channel, bypass[0], 0), table.look_up(b, channel, bypass[1], 1))
        pipe = [both if valid else None, *pipe[:2]]
    dut.ab_soon.value = dut.a_valid.value = dut.b_valid.value = 0
    for _ in range(30):
        await settled()
        done = known(dut.x_done), known(dut.ent_done)
        await falling(dut)
        for name, was in zip(("x_valid", "ent_valid"), done, strict=True):
            if was:
                getattr(dut, name).value = 0
    dut.x_valid.value = dut.ent_valid.value = 0
    await falling(dut, 6)
    assert answered > cycles // 40 and (read > cycles // 60 or not table.size)
    assert waited or not table.size, "port a was never asked to leave a slot"
    return met


@cocotb.test()
async def translation(dut: Any) -> None:
    """Random tables, written entry by entry and by FILL; every answer on every port."""
    rng = seeded("map")
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    await falling(dut)
    await ready(dut)
    table = Table(dut)
    met = dict.fromkeys((0, INVALID, OWNER, PERM), 0)
    for _ in range(6):
        for _ in range(8 if table.size else 0):
            flags = rng.choice([0, VALID, VALID | READ, VALID | WRITE, VALID | READ | WRITE, VALID | READ | WRITE])
            page, owner = rng.getrandbits(table.bits - 12), rng.randrange(min(1 << len(dut.ab_ch), 4))
            owner |= 64 * (rng.random() < 0.1)
            if rng.random() < 0.7:
                await write_entry(dut, table, rng.randrange(table.size), page, flags | owner << 4)
                continue
            first, count = rng.randrange(table.size + 1), rng.randrange(table.size + 3)
            await command(dut, True, first, count, page, flags | owner << 4)
            for i in range(first, min(first + count, table.size)):
                table.set(i, page + i - first, flags | owner << 4)
            await ready(dut)
            await falling(dut, 3)
        for error, n in (await look_ups(dut, table, rng, 250)).items():
            met[error] += n
    assert all(met.values()) if table.size else met[0] > 1000, met


@cocotb.test()
async def cleared_after_reset(dut: Any) -> None:
    """After reset every entry reads as zero and refuses, also those that were valid before, from the first cycle on."""
    table = Table(dut)
    if not table.size:
        return
    rng = seeded("clear")
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    await falling(dut)
    await ready(dut)
    for i in range(table.size):
        await write_entry(dut, table, i, rng.getrandbits(table.bits - 12), VALID | READ | WRITE)
    dut.aresetn.value, dut.ab_soon.value = 0, 1
    await falling(dut, 3)
    dut.aresetn.value = 1
    table.entries = [(0, 0)] * table.size
    seen_busy = 0
    pipe = [0, 0, 0]
    for _ in range(4 * table.size + 40):
        await settled()
        seen_busy += known(dut.map_busy)
        if pipe[2]:
            assert known(dut.a_err) == known(dut.b_err) == INVALID
        await falling(dut)
        dut.ab_soon.value, dut.a_valid.value, dut.ab_ch.value = 1, 1, 0
        dut.a_addr.value = dut.b_addr.value = rng.randrange(table.size) << 12
        pipe = [1, *pipe[:2]]
    assert seen_busy >= table.size
    dut.ab_soon.value = dut.a_valid.value = 0
    for i in range(table.size):
        await falling(dut)
        dut.ent_valid.value, dut.ent_index.value = 1, i
        await settled()
        while not known(dut.ent_done):
            await falling(dut)
            await settled()
        assert known(dut.ent_lo) == known(dut.ent_hi) == 0
        await falling(dut)
        dut.ent_valid.value = 0


@cocotb.test()
async def cleared_in_time(dut: Any) -> None:
    """With nobody looking up the table is cleared, a cycle an entry."""
    size = dut.MAP_REGISTERS.value.to_unsigned()
    if not size:
        return
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    dut.aresetn.value = 0
    await falling(dut)
    dut.aresetn.value = 1
    busy = 0
    for _ in range(4 * size + 20):
        await falling(dut)
        await settled()
        busy += known(dut.map_busy)
    assert size <= busy <= size + 12, busy
    await falling(dut)


@cocotb.test()
async def writes_under_load(dut: Any) -> None:
    """While the front looks up in every cycle that it may, a written entry soon counts; each write is told, with its index."""
    table = Table(dut)
    if not table.size:
        return
    rng = seeded("load")
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    await falling(dut)
    await ready(dut)
    told: list[tuple[int, ...]] = []

    def tell(item: tuple[int, ...]) -> None:
        """An entry is told in each cycle from when it waits to be written until it is."""
        if told[-1:] != [item]:
            told.append(item)

    SignalMonitor(dut, ["tw_valid"], ["tw_index"], callback=tell)
    dut.ab_ch.value = 0

    async def load(cycles: int) -> None:
        for _ in range(cycles):
            await settled()
            hold, soon = known(dut.a_hold), known(dut.ab_soon)
            await falling(dut)
            dut.mw_valid.value = dut.cmd_fill.value = 0
            dut.ab_soon.value = not hold
            dut.a_valid.value = dut.b_valid.value = soon
            dut.a_addr.value = dut.b_addr.value = rng.randrange(table.size) << 12

    for _ in range(20):
        index, page = rng.randrange(table.size), rng.getrandbits(table.bits - 12)
        await load(10)
        dut.mw_valid.value, dut.mw_index.value = 1, index
        dut.mw_lo.value, dut.mw_hi.value = page << 12 & 0xFFFF_FFFF | VALID | READ, page >> 20
        table.set(index, page, VALID | READ)
        await load(6)  # software needs longer from the response to the first look-up of what it starts
        assert told == [(index,)], "the entry is not yet written, or another is"
        told.clear()
        dut.a_valid.value, dut.a_addr.value = 1, index << 12
        await falling(dut)
        dut.a_valid.value = dut.b_valid.value = 0
        await falling(dut)
        await settled()
        assert known(dut.a_err) == 0 and known(dut.a_paddr) == (page << 12) & (1 << table.bits) - 1
        await falling(dut)
    dut.cmd_index.value, dut.cmd_count.value, dut.cmd_flags.value = 0, table.size, VALID
    dut.cmd_fill.value = 1
    await load(20 * table.size + 40)
    assert told == [(i,) for i in range(table.size)], "FILL under load"
    dut.a_valid.value = dut.b_valid.value = 0


@cocotb.test()
async def locked(dut: Any) -> None:
    """LOCK: FILL and REVOKE leave a locked entry as it is, do the rest of their run, and say so; reset unlocks."""
    table = Table(dut)
    if not table.size:
        return
    rng = seeded("lock")
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    await falling(dut)
    await ready(dut)
    locks: set[int] = set()

    async def run(name: str, first: int, count: int, page: int = 0, flags: int = 0) -> None:
        getattr(dut, f"cmd_{name}").value = 1
        dut.cmd_index.value, dut.cmd_count.value, dut.cmd_flags.value = first, count, flags
        dut.cmd_page_lo.value, dut.cmd_page_hi.value = page << 12 & 0xFFFF_FFFF, page >> 20
        await falling(dut)
        getattr(dut, f"cmd_{name}").value = 0
        await ready(dut)
        here = range(first, min(first + count, table.size))
        await settled()
        assert known(dut.map_refused) == (name != "lock" and any(i in locks for i in here))
        await falling(dut)
        if name == "lock":
            locks.update(here)
        for i in here if name != "lock" else ():
            if i not in locks:
                table.set(i, page + i - first if name == "fill" else 0, flags if name == "fill" else 0)

    refusals = 0
    for _ in range(12):
        await run(
            "fill",
            rng.randrange(table.size),
            rng.randrange(table.size + 2),
            rng.getrandbits(table.bits - 12),
            VALID | READ,
        )
        await run("lock", rng.randrange(table.size + 1), rng.randrange(table.size // 6 + 2))
        await run("revoke", rng.randrange(table.size), rng.randrange(table.size + 2))
        refusals += len(locks)
        for i in range(table.size):
            dut.ent_valid.value, dut.ent_index.value, dut.lock_index.value = 1, i, i
            await settled()
            assert known(dut.mw_locked) == (i in locks)
            while not known(dut.ent_done):
                await falling(dut)
                await settled()
            low, high = table.words(i)
            assert (known(dut.ent_lo), known(dut.ent_hi)) == (low | (i in locks) << 3, high)
            await falling(dut)
            dut.ent_valid.value = 0
            await falling(dut)
    assert refusals
    dut.aresetn.value = 0
    await falling(dut, 2)
    dut.aresetn.value = 1
    await falling(dut)
    await ready(dut)
    for i in range(table.size):
        dut.lock_index.value = i
        await settled()
        assert not known(dut.mw_locked)
        await falling(dut)


@cocotb.test()
async def fenced_revoke(dut: Any) -> None:
    """REVOKE clears its run and stays busy until all that was looked up before has ended; what is looked up later doesn't hold it."""
    table = Table(dut)
    if not table.size:
        return
    rng = seeded("fence")
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    await falling(dut)
    await ready(dut)
    for round_ in range(12):
        for i in range(table.size):
            await write_entry(dut, table, i, rng.getrandbits(table.bits - 12), VALID | READ | WRITE)
        before = {kind: rng.randrange(4) for kind in ("piece", "fetch", "wback")}
        for kind, n in before.items():
            for _ in range(n):
                getattr(dut, f"{kind}_issue").value = 1
                await falling(dut)
            getattr(dut, f"{kind}_issue").value = 0
        first, count = rng.randrange(table.size), rng.randrange(1, table.size + 1)
        await command(dut, False, first, count)
        for i in range(first, min(first + count, table.size)):
            table.set(i, 0, 0)
        later = {kind: rng.randrange(3) for kind in before}
        left = dict(before)
        await falling(
            dut, 2 * table.size + 12
        )  # the run is cleared and settled; now things are issued that came after it
        for kind, n in later.items():
            for _ in range(n):
                getattr(dut, f"{kind}_issue").value = 1
                await falling(dut)
            getattr(dut, f"{kind}_issue").value = 0
        while any(left.values()):
            await settled()
            assert known(dut.map_busy), f"round {round_}: REVOKE ended with {left} in flight"
            kind = rng.choice([k for k, n in left.items() if n])
            await falling(dut)
            left[kind] -= 1
            getattr(dut, f"{kind}_end").value = 1
            await falling(dut)
            getattr(dut, f"{kind}_end").value = 0
        await falling(dut, 4)
        await settled()
        assert not known(dut.map_busy), "REVOKE waits for what was looked up later"
        await falling(dut)
        for kind, n in later.items():
            for _ in range(n):
                getattr(dut, f"{kind}_end").value = 1
                await falling(dut)
            getattr(dut, f"{kind}_end").value = 0
        await look_ups(dut, table, rng, 60)


@cocotb.test()
async def others_are_asked(dut: Any) -> None:
    """REVOKE gives a mark when its run is cleared and settled, and waits until those who keep what they looked up say that it is done; each
    write is told with what it writes, one that software made from the cycle after it came."""
    table = Table(dut)
    if not table.size:
        return
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    await falling(dut)
    await settled()
    assert known(dut.tw_clear)
    await falling(dut)
    await ready(dut)
    await falling(dut, 2)
    await settled()
    assert not known(dut.tw_clear)
    await falling(dut)
    told: list[tuple[int, ...]] = []
    marks: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["tw_valid"], ["tw_index", "tw_page", "tw_flags"], callback=told.append)
    SignalMonitor(dut, ["fence_mark"], ["map_busy"], callback=marks.append)
    dut.mw_valid.value, dut.mw_index.value, dut.mw_lo.value, dut.mw_hi.value = 1, 0, 0x5000 | 66 << 4 | VALID | WRITE, 0
    await falling(dut)
    dut.mw_valid.value = 0
    await settled()
    assert known(dut.tw_soon)
    await falling(dut, 3)
    await settled()
    assert not known(dut.tw_soon) and told == [(0, 5, 66 << 3 | VALID | WRITE)]
    await falling(dut)
    await command(dut, False, 0, table.size)
    while not marks:
        await falling(dut)
    dut.fence_done.value = 0
    await falling(dut, 30)
    await settled()
    assert known(dut.map_busy) and len(marks) == 1 and told[1:] == [(i, 0, 0) for i in range(table.size)]
    await falling(dut)
    dut.fence_done.value = 1
    await falling(dut, 3)
    await settled()
    assert not known(dut.map_busy)
    await falling(dut)


@cocotb.test()
async def one_kind_hangs(dut: Any) -> None:
    """While a fetch hangs, more pieces end than the fence's counters can tell apart: REVOKE ends all the same when the fetch does."""
    table = Table(dut)
    if not table.size:
        return
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    await falling(dut)
    await ready(dut)
    dut.fetch_issue.value = 1
    await falling(dut)
    dut.fetch_issue.value = 0
    await command(dut, False, 0, table.size)
    await falling(dut, 2 * table.size + 20)
    dut.piece_issue.value = dut.piece_end.value = 1
    await falling(dut, (1 << dut.SEQ_W.value.to_unsigned() - 1) + 5)
    dut.piece_issue.value = dut.piece_end.value = 0
    await falling(dut, 5)
    await settled()
    assert known(dut.map_busy)
    await falling(dut)
    dut.fetch_end.value = 1
    await falling(dut)
    dut.fetch_end.value = 0
    await falling(dut, 4)
    await settled()
    assert not known(dut.map_busy), "REVOKE never ends"
