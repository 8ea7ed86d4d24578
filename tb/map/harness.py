"""The manual's map table, and what drives the ports of windlass_map."""

from __future__ import annotations

from typing import Any

from tb.env.unit import falling, known, settled, start

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
    for _ in range(200 + 3 * dut.MAP_REGISTERS.value.to_unsigned()):
        await settled()
        if not known(dut.map_busy):
            await falling(dut)
            return
        await falling(dut)
    raise AssertionError("the map stays busy")


async def begin(dut: Any) -> Table:
    """Out of reset, with the fence done at once, until the table is cleared."""
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"fence_done": 1})
    await falling(dut)
    await ready(dut)
    return Table(dut)


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


def refusal(err: Any) -> int:
    """The error that a port tells of, 0 if none: without bit 2 the others mean nothing."""
    code = known(err)
    return code if code & 4 else 0


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
                error, physical = refusal(getattr(dut, f"{side}_err")), getattr(dut, f"{side}_paddr")
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
