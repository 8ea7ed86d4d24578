"""windlass_csr_write: a write is broadcast a cycle after it is there, its command goes out a cycle later and the answer a cycle after that.

Which register takes a write is said by the model of tb/decode. The configurations are those between memory: tb/check has the others.
"""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs
from windlass.register import Register

from tb.decode.bench import SIZES, State, way
from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "wr_req", "wr_addr", "wr_data", "wr_strb", "active", "quiet", "next", "resetting", "map_busy", "lock_there", "rs_abort", "rs_valid",
    "rs_global", "rs_priv", "rs_ch", "rs_reg", "rs_data", "cw_bank",
]  # fmt: skip
COMMANDS = {1: "start", 2: "abort", 4: "sw", 8: "pause", 16: "resume", 32: "finish", 64: "next", 128: "one_reset"}
START, NEXT = 1, 64
MAP = {"cmd_index": "MAP_INDEX", "cmd_count": "MAP_COUNT", "cmd_page_lo": "MAP_PAGE_LO", "cmd_page_hi": "MAP_PAGE_HI", "cmd_flags": "MAP_FLAGS"}  # fmt: skip
PULSES = [
    "wr_ack", "cw_valid", "pw_valid", "gw_valid", *(f"{n}_valid" for n in COMMANDS.values() if n != "one_reset"), "one_reset", "all_reset", "fault_clear",
    "late_clear", "enable_we", "time_we", "mw_valid", "cmd_fill", "cmd_revoke", "cmd_lock",
]  # fmt: skip
RARE = ("CMD", "CMD", "CMD", "CMD", "CMD", "CMD", "MAP_CMD", "ENTRY_LO", "ENTRY_HI", "RESET", "ENGINE", "FAULT_STATUS", "ARB", "TIMEOUT", "ENGINE_IRQ",
        "CONFIG", "LENGTH", "NEXT_LENGTH", "MAP_INDEX", "MAP_COUNT")  # fmt: skip
FIELDS = {
    "wr_ack": ["wr_err"], "mw_valid": ["mw_index", "mw_lo", "mw_hi"], "start_valid": ["cmd_ch", "start_bad"], "one_reset": ["cmd_ch"],
    **dict.fromkeys([f"{n}_valid" for n in ("abort", "sw", "pause", "resume", "finish", "next")], ("cmd_ch",)),
    **dict.fromkeys(("cw_valid", "pw_valid", "gw_valid"), ("cw_ch", "cw_reg", "cw_data")),
    **dict.fromkeys(("cmd_fill", "cmd_revoke", "cmd_lock"), tuple(MAP)),
}  # fmt: skip
CLEARED = (regs.ARB, regs.TIMEOUT, regs.ENGINE_IRQ)  # the global registers that windlass_reset writes
WANTED = [
    "START", "START that cannot work", "abort", "sw", "pause", "resume", "finish", "one_reset", "store", "store_global", "command",
    "command, refused", "fault", "engine", "reset_all", "nothing", "reset: valid", "reset: global", "reset: abort",
]  # fmt: skip
WANTED_AUTO, WANTED_MAP = ["NEXT", "NEXT that cannot work"], ["entry", "entry, refused", "map"]
Seen = dict[str, int | tuple[int, ...]]


class Bench:
    """Drives one write at a time and says what must be seen in each cycle after it."""

    def __init__(self, dut: Any) -> None:
        self.dut, self.rng = dut, seeded("csr_write")
        self.channels, self.entries = dut.CHANNELS.value.to_unsigned(), dut.MAP_REGISTERS.value.to_unsigned()
        self.auto = bool(dut.AUTO_INIT.value.to_unsigned())
        self.state, self.resetting = State(), 0
        self.bank = [0] * 64
        self.mode = [0] * self.channels
        self.length = [[0, 0] for _ in range(self.channels)]
        self.map = dict.fromkeys(MAP, 0)
        self.arb = regs.ARB_RESET
        self.staged = 0
        self.met: dict[str, int] = {}
        self.due: list[Seen] = []  # of the cycles that come

    def count(self, what: str) -> None:
        self.met[what] = self.met.get(what, 0) + 1

    # ---------------------------------------------------------------- what must happen
    def store(self, grant: int, channel: int, number: int, data: int) -> None:
        """A channel or grant register was broadcast."""
        if grant:
            return
        if number == regs.CONFIG // 4:
            self.mode[channel] = data & 3
        for offset, other in ((regs.LENGTH, 0), (regs.NEXT_LENGTH, 1)):
            if number == offset // 4:
                self.length[channel][self.bank[channel] ^ other] = data

    def store_global(self, number: int, data: int) -> Seen:
        """A global register was broadcast; the pulses that go with it."""
        for name, register in MAP.items():
            if self.entries and number == getattr(regs, register) // 4:
                self.map[name] = data
        if number == regs.ARB // 4:
            self.arb = data
        return {"enable_we": int(number == regs.ENGINE_IRQ // 4), "time_we": int(number == regs.TIMEOUT // 4)}

    def command(self, channel: int, data: int) -> tuple[bool, Seen]:
        """CMD: whether it is accepted, and what is seen when it goes out."""
        runs, quiet, queued = (bool(x >> channel & 1) for x in (self.state.active, self.state.quiet, self.state.next))
        if data >= 256 or data & data - 1:
            return False, {}
        works = self.length[channel][self.bank[channel] ^ (data == NEXT)] != 0 and self.mode[channel] in (
            (0, 3) if self.auto else (0,)
        )
        if data == START:
            if runs or quiet or self.resetting:
                return False, {}
            self.count("START that cannot work" if not works else "START")
            return True, {"start_valid": (channel, int(not works))}
        if data == NEXT:
            if not runs or queued:
                return False, {}
            ok = works and self.mode[channel] == 3
            self.count("NEXT" if ok else "NEXT that cannot work")
            return ok, {"next_valid": (channel,)} if ok else {}
        name = COMMANDS.get(data, "")
        if not name or (not runs and name not in ("abort", "one_reset")):
            return True, {}
        self.count(name)
        return True, {name if name == "one_reset" else f"{name}_valid": (channel,)}

    def expect(
        self, register: Register | None, index: int, data: int, strobes: int, busy: int, locked: int
    ) -> list[Seen]:
        """What is seen one, two and three cycles after a write to a register (None: to a hole)."""
        one: Seen = {}
        two: Seen = {}
        taken = ""
        if register is not None and strobes == 15:
            self.state.map_busy = busy
            taken = way(register, index, data, self.state)
        ok = bool(taken)
        if register is None or not ok:
            pass
        elif taken == "command":
            ok, two = self.command(index, data)
        elif taken == "store":
            value = data & register.write_mask
            one = {"pw_valid" if register.block == "GRANT" else "cw_valid": (index, register.offset // 4, value)}
            self.store(int(register.block == "GRANT"), index, register.offset // 4, value)
        elif taken == "store_global":
            value = data & register.write_mask
            one = {"gw_valid": (0, register.offset // 4, value)} | self.store_global(register.offset // 4, value)
        elif taken == "entry":
            ok = not locked
            if ok and register.name == "ENTRY_LO":
                one, self.staged = {"mw_valid": (index, data, self.staged)}, 0
            elif ok:
                self.staged = data
        elif taken == "map":
            one = {{1: "cmd_fill", 2: "cmd_revoke", 4: "cmd_lock"}[data]: tuple(self.map.values())}
        else:
            one = {"fault": {"fault_clear": data & 1}, "engine": {"late_clear": data >> 8 & 15}, "reset_all": {"all_reset": 1}}[taken]  # fmt: skip
        self.count((taken or "nothing") if ok == bool(taken) else f"{taken}, refused")
        return [one, two, {"wr_ack": (int(not ok),)}]

    # ---------------------------------------------------------------- cycle by cycle
    def plan(self, *after: Seen) -> None:
        """What will be seen in the cycles after this one."""
        self.due += [{} for _ in range(len(after) - len(self.due))]
        for due, seen in zip(self.due, after, strict=False):
            due |= seen

    async def look(self) -> None:
        """This cycle: what is up, with its values, and nothing else."""
        dut, want = self.dut, self.due.pop(0) if self.due else {}
        dut.cw_bank.value = self.bank[known(dut.cw_ch)]
        await settled()
        got: Seen = {}
        for name in PULSES:
            if value := known(getattr(dut, name)):
                got[name] = tuple(known(getattr(dut, f)) for f in FIELDS[name]) if name in FIELDS else value
        assert got == {name: value for name, value in want.items() if value}

    async def idle(self, cycles: int) -> None:
        """Nobody writes; what is on the wires of a write is of nobody."""
        dut, rng = self.dut, self.rng
        for _ in range(cycles):
            await falling(dut)
            dut.wr_req.value = dut.rs_valid.value = dut.rs_global.value = dut.rs_abort.value = 0
            if rng.random() < 0.5:  # else the last write stays on them, as windlass_axil's master keeps it
                dut.wr_addr.value, dut.wr_data.value = rng.getrandbits(19), rng.getrandbits(32)
                dut.wr_strb.value = rng.choice([15, 0])
            dut.lock_there.value = rng.getrandbits(1)
            dut.rs_ch.value, dut.rs_reg.value = rng.randrange(self.channels), rng.getrandbits(5)
            dut.rs_priv.value, dut.rs_data.value = rng.getrandbits(1), rng.getrandbits(32)
            await self.look()
        assert (known(dut.rotate), known(dut.weighted)) == (int(self.arb != 0), self.arb >> 1)

    async def write(self, address: int, data: int, strobes: int, locked: int, after: list[Seen]) -> None:
        """A write, and what must come of it."""
        dut, rng = self.dut, self.rng
        await falling(dut)
        dut.wr_req.value, dut.wr_addr.value, dut.wr_data.value, dut.wr_strb.value = 1, address, data, strobes
        dut.lock_there.value, dut.map_busy.value = locked, rng.getrandbits(1)  # busy is seen a cycle late
        await self.look()
        assert known(dut.lock_index) == address >> 3 & 0xFFF
        self.plan(*after)
        await self.idle(5)

    async def clear(self) -> None:
        """Some writes and aborts of windlass_reset, one right behind the other."""
        dut, rng = self.dut, self.rng
        for _ in range(rng.randrange(1, 6)):
            kind, channel = rng.choice(["valid", "valid", "global", "abort"]), rng.randrange(self.channels)
            number, priv, data = rng.randrange(32), rng.getrandbits(1), rng.choice([0, rng.getrandbits(32)])
            if kind == "global":
                number, priv, channel, data = rng.choice(CLEARED) // 4, 1, 0, rng.randrange(3)
            elif number == regs.CONFIG // 4:
                data = 0
            await falling(dut)
            for name in ("valid", "global", "abort"):
                getattr(dut, f"rs_{name}").value = int(kind == name)
            dut.rs_priv.value, dut.rs_ch.value, dut.rs_reg.value, dut.rs_data.value = priv, channel, number, data
            await self.look()
            self.count(f"reset: {kind}")
            if kind == "valid":
                self.plan({"pw_valid" if priv else "cw_valid": (channel, number, data)})
                self.store(priv, channel, number, data)
            elif kind == "global":
                self.plan({"gw_valid": (0, number, data)} | self.store_global(number, data))
            else:
                self.plan({}, {"abort_valid": (channel,)})
        await self.idle(5)


@cocotb.test()
async def any_write(dut: Any) -> None:
    """Writes to registers and holes, whole words or not, in any state of channels and map unit, and those of windlass_reset between them."""
    b = Bench(dut)
    rng, s = b.rng, b.state
    await start(dut, **dict.fromkeys(INPUTS, 0))
    numbers = {"CHANNEL": b.channels, "MAP": b.entries, "GRANT": b.channels, "GLOBAL": 1}
    limits = {"CHANNEL": 64, "MAP": 4096, "GRANT": 64, "GLOBAL": 1}
    by_name = {r.name: r for r in regs.REGISTERS}
    await b.idle(3)
    for _ in range(4000):
        if rng.random() < 0.05:
            await b.clear()
        s.active, s.quiet, s.next = (rng.getrandbits(b.channels) * (rng.random() < p) for p in (0.6, 0.2, 0.4))
        b.resetting, busy, locked = int(rng.random() < 0.1), int(rng.random() < 0.2), int(rng.random() < 0.3)
        if b.auto and rng.random() < 0.2:
            b.bank[rng.randrange(b.channels)] ^= 1
        await falling(dut)
        dut.active.value, dut.quiet.value, dut.next.value = s.active, s.quiet, s.next
        dut.resetting.value, dut.map_busy.value = b.resetting, busy
        await b.look()
        register = by_name[rng.choice(RARE)] if rng.random() < 0.7 else rng.choice(regs.REGISTERS)
        block = register.block
        far = rng.random() < 0.05 or not numbers[block]
        index = rng.randrange(limits[block] if far else numbers[block])
        data = rng.choice([rng.getrandbits(32), 1 << rng.randrange(9), 1, 0, 3, rng.randrange(8)])
        if register.name == "CONFIG":
            data = rng.choice([0, 3, 3])
        elif register.name.endswith("LENGTH") and rng.random() < 0.5:
            data = 0
        elif register.name == "CMD" and rng.random() < 0.8:
            data = rng.choice([START, NEXT, NEXT, *COMMANDS])
        strobes = 15 if rng.random() < 0.95 else rng.randrange(15)
        there = register if index < numbers[block] else None
        address = getattr(regs, f"{block}_BASE") + SIZES[block] * index + register.offset
        await b.write(address, data, strobes, locked, b.expect(there, index, data, strobes, busy, locked))
    # Reset drops what is under way, and ARB is as it was in the beginning.
    b.arb = regs.ARB_RESET ^ 1
    await b.write(regs.ARB, b.arb, 15, 0, [{"gw_valid": (0, regs.ARB // 4, b.arb)}, {}, {"wr_ack": (0,)}])
    await falling(dut)
    dut.wr_req.value, dut.wr_addr.value, dut.wr_data.value, dut.wr_strb.value = 1, regs.CHANNEL_BASE + regs.CMD, 2, 15
    await b.look()
    await falling(dut)
    dut.wr_req.value = dut.aresetn.value = 0
    await b.look()
    await falling(dut)
    dut.aresetn.value = 1
    await b.look()
    b.arb = regs.ARB_RESET
    await b.idle(5)
    wanted = [*WANTED, *(WANTED_AUTO if b.auto else []), *(WANTED_MAP if b.entries else [])]
    lacks = [name for name in wanted if b.met.get(name, 0) < 5]
    assert not lacks, (lacks, b.met)
