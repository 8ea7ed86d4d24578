"""What is around windlass_csr in its bench, and what software should see."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs
from windlass.register import Register

from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start

INPUTS = [
    "wr_req", "wr_addr", "wr_data", "wr_strb", "rd_req", "rd_addr", "active", "paused", "hand_valid", "hand_ch", "end_valid", "end_ch",
    "irq", "late", "live_word", "live_more", "look_hold", "look_data", "look_new", "look_fresh", "fault_valid", "fault_write",
    "fault_cause", "fault_ch", "fault_addr", "flt_valid", "flt_write", "flt_cause", "flt_ch", "flt_addr", "dev_idle", "dev_count", "dev_write", "dev_cause", "dev_master", "dev_id", "dev_addr", "lock_there", "map_busy",
    "map_refused", "ent_done", "ent_lo", "ent_hi",
]  # fmt: skip
PARAMETERS = [
    "CHANNELS", "DATA_WIDTH", "ADDR_WIDTH", "MAP_REGISTERS", "REQUEST_LINES", "MAX_BURST", "OUTSTANDING", "BUFFER_BEATS", "DESC_PREFETCH",
    "STREAM_BEATS", "STREAMS", "DESCRIPTORS", "AUTO_INIT", "TWO_D", "CRC", "COUNTERS", "DESC_SHARED", "BUS_MASTERS",
]  # fmt: skip
MAP_BLOCK = ("MAP_INDEX", "MAP_COUNT", "MAP_PAGE_LO", "MAP_PAGE_HI", "MAP_FLAGS", "MAP_CMD")


class Bench:
    """The register bus in front, what is alive and the map unit behind, and what software should see."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.p = {name: getattr(dut, name).value.to_unsigned() for name in PARAMETERS}
        self.rng = seeded("csr")
        self.value: dict[tuple[str, int, str], int] = {}
        self.active = self.quiet = self.busy = self.locked = self.refused = self.paused = 0
        self.next: set[int] = set()
        self.pins: dict[str, int] = {}
        self.check = Check(dut)
        self.entries: dict[int, tuple[int, int]] = {}

    async def reset(self, ordered: bool = True) -> None:
        """Reset, wait for the registers to be cleared, watch the outputs."""
        dut = self.dut
        await start(dut, **dict.fromkeys(INPUTS, 0) | {"dev_idle": 1})
        cleared = set()
        for cycle in range(64 * self.p["CHANNELS"] + 20):
            await falling(dut)
            await settled()
            assert not (known(dut.cw_valid) and known(dut.pw_valid))
            if known(dut.cw_valid) or known(dut.pw_valid):
                where = (known(dut.pw_valid), known(dut.cw_reg))
                assert known(dut.cw_data) == (regs.ARB_RESET if where == (1, regs.ARB // 4) else 0)
                cleared.add((known(dut.cw_ch), known(dut.pw_valid), known(dut.cw_reg)))
            if not known(dut.hold):
                break
        assert cleared >= {
            (c, p, r) for c in range(self.p["CHANNELS"]) for p, last in ((0, 31), (1, 3)) for r in range(last + 1)
        }, f"registers left uncleared when accesses begin, cycle {cycle}"
        await falling(dut, 3)
        watch, monitor = self.check.watch, SignalMonitor
        if ordered:
            for name in ("cw", "pw"):
                watch(name, monitor(dut, [f"{name}_valid"], ["cw_ch", "cw_reg", "cw_data"]))
        watch("start", monitor(dut, ["start_valid"], ["cmd_ch", "start_bad"]))
        if ordered:
            watch("abort", monitor(dut, ["abort_valid"], ["cmd_ch"]))
        for name in ("sw", "pause", "resume", "finish", "next"):
            watch(name, monitor(dut, [f"{name}_valid"], ["cmd_ch"]))
        watch("mw", monitor(dut, ["mw_valid"], ["mw_index", "mw_lo", "mw_hi"]))
        command = ["cmd_index", "cmd_count", "cmd_page_lo", "cmd_page_hi", "cmd_flags"]
        watch("fill", monitor(dut, ["cmd_fill"], command))
        watch("revoke", monitor(dut, ["cmd_revoke"], command))
        watch("lock", monitor(dut, ["cmd_lock"], command))
        cocotb.start_soon(self.serve_entries())
        cocotb.start_soon(self.serve_live())

    async def serve_live(self) -> None:
        """windlass_retire and windlass_commit: registers by number, counts that stand still after some cycles."""
        dut, wait, word = self.dut, 0, 0
        while True:
            await falling(dut)
            number, asked = known(dut.live_reg), known(dut.look_req)
            dut.live_word.value = self.pins.get(f"retire{number}", 0)
            dut.live_more.value = self.pins.get("more", 0)
            # The word asked for before the edge is there after it; nothing is promised before they stand still.
            dut.look_data.value = self.pins.get(f"look{word}", 0)
            word = known(dut.look_word)
            wait = self.rng.randrange(1, 6) if not asked else max(wait - 1, 0)
            dut.look_hold.value = int(bool(asked) and wait == 0)

    async def serve_entries(self) -> None:
        """The map unit's side of reading an entry."""
        dut = self.dut
        while True:
            await falling(dut)
            dut.ent_done.value = dut.ent_lo.value = dut.ent_hi.value = 0
            await settled()
            if not known(dut.ent_valid):
                continue
            index = known(dut.ent_index)
            await falling(dut, self.rng.randrange(1, 5))
            dut.ent_lo.value, dut.ent_hi.value = self.entries.setdefault(
                index, (self.rng.getrandbits(32), self.rng.getrandbits(32))
            )
            dut.ent_done.value = 1

    async def write(self, address: int, data: int, strobes: int = 15) -> bool:
        """One write; whether it was accepted."""
        dut = self.dut
        await self.free()
        dut.wr_req.value, dut.wr_addr.value, dut.wr_data.value, dut.wr_strb.value = 1, address, data, strobes
        for _ in range(10):
            await falling(dut)
            dut.wr_req.value = 0
            await settled()
            if known(dut.wr_ack):
                accepted = not known(dut.wr_err)
                await falling(dut)  # the response
                return accepted
        raise AssertionError(f"no answer to a write of {address:#x}")

    async def free(self) -> None:
        """A cycle in which accesses are taken, as windlass_axil sees it."""
        await falling(self.dut)
        while known(self.dut.hold):
            await falling(self.dut)

    async def read(self, address: int) -> int | None:
        """One read; None when refused."""
        dut = self.dut
        await self.free()
        dut.rd_req.value, dut.rd_addr.value = 1, address
        for _ in range(20):
            await falling(dut)
            dut.rd_req.value = 0
            await settled()
            if known(dut.rd_ack):
                return None if known(dut.rd_err) else known(dut.rd_data)
        raise AssertionError(f"no answer to a read of {address:#x}")

    # ---------------------------------------------------------------- what should happen
    def locate(self, address: int) -> tuple[Register | None, int]:
        """The register at an address, and the index in its block's array; None for a hole or what was not built."""
        if address % 4:
            return None, 0
        for block, number, size in (
            ("CHANNEL", self.p["CHANNELS"], 0x1000), ("MAP", self.p["MAP_REGISTERS"], 8),
            ("GRANT", self.p["CHANNELS"], 0x40), ("GLOBAL", 1, 0x1000),
        ):  # fmt: skip
            base = getattr(regs, f"{block}_BASE")
            if base <= address < base + getattr(regs, f"{block}_NUMBER", 1) * size:
                index, offset = divmod(address - base, size)
                found = [r for r in regs.REGISTERS if r.block == block and r.offset == offset]
                if not found or index >= number or not self.built(found[0], index):
                    return None, 0
                return found[0], index
        return None, 0

    def built(self, register: Register, index: int) -> bool:
        """Whether this build has a register that depends on a parameter."""
        if register.name == "BURSTS" or register.name.startswith("STALL_"):
            return bool(self.p["COUNTERS"])
        return register.name != "STREAM" or index < self.p["STREAMS"]

    def expect_write(self, address: int, data: int, strobes: int) -> bool:
        """Queue the effects that a write must have; whether it must be accepted."""
        register, index = self.locate(address)
        if register is None or strobes != 15 or register.access == "RO":
            return False
        name, block, masked = register.name, register.block, data & register.write_mask
        running = block in ("CHANNEL", "GRANT") and self.active >> index & 1
        if register.locked and running:
            return False
        if (block == "MAP" or name in MAP_BLOCK) and self.busy:
            return False
        if (block == "MAP" and self.locked) or (name.startswith("NEXT_") and index in self.next):
            return False
        if name == "RESET":
            return False  # 1 has a test of its own; see the data that is drawn
        if name == "ARB" and data & 3 == 3:
            return False
        if name == "CMD":
            return self.expect_command(index, data, bool(running))
        if name == "MAP_CMD":
            built = self.p["MAP_REGISTERS"] > 0
            run = tuple(self.value.get(("GLOBAL", 0, n), 0) if built else 0 for n in MAP_BLOCK[:-1])
            if data not in (1, 2, 4):
                return False
            self.check.expect({1: "fill", 2: "revoke", 4: "lock"}[data], run[0] & 0xFFF, run[1], *run[2:])
        elif block == "MAP":
            if name == "ENTRY_LO":
                self.check.expect("mw", index, data, self.value.pop(("stage", 0, ""), 0))
            else:
                self.value["stage", 0, ""] = data
        elif block in ("CHANNEL", "GRANT"):
            self.check.expect("pw" if block == "GRANT" else "cw", index, register.offset // 4, masked)
        if register.access == "RW":
            self.value[block, index, name] = masked
        return True

    def expect_command(self, channel: int, data: int, running: bool) -> bool:
        """CMD: one bit at a time; START only when not running; the others pass on when it runs."""
        if data not in (0, 1, 2, 4, 8, 16, 32, 64) or (data == 1 and running):
            return False
        if data == 64:
            plain = self.value.get(("CHANNEL", channel, "CONFIG"), 0)
            if not (running and channel not in self.next and plain == regs.CONFIG_MODE_AUTO and self.p["AUTO_INIT"]):
                return False
            if not self.value.get(("CHANNEL", channel, "NEXT_LENGTH"), 0):
                return False
            self.next.add(channel)
            self.check.expect("next", channel)
            return True
        if data == 1:
            self.next.discard(channel)
            # LENGTH 0 is CONFIG in register mode, and nothing else was set up: see tb/check for the rest.
            get = {n: self.value.get(("CHANNEL", channel, n), 0) for n in ("CONFIG", "LENGTH", "DESC_COUNT", "DESC_LO")}
            plain = get["CONFIG"] & ~3 == 0
            table = get["CONFIG"] & 3 in (1, 2)
            works = (get["DESC_COUNT"] and not get["DESC_LO"] % 16) if table else get["LENGTH"]
            works = works and (self.p["DESCRIPTORS"] if table else self.p["AUTO_INIT"] or get["CONFIG"] & 3 == 0)
            assert plain, "the bench keeps to memory endpoints before START"
            self.check.expect("start", channel, int(not works))
        elif data == 2:
            self.check.expect("abort", channel)
        elif data in (4, 8, 16, 32) and running:
            self.check.expect({4: "sw", 8: "pause", 16: "resume", 32: "finish"}[data], channel)
        return True

    def draw_live(self) -> None:
        """New values of all that is alive."""
        rng, dut = self.rng, self.dut
        word, p = (lambda: rng.getrandbits(32)), self.pins
        p.clear()
        p[f"retire{regs.STATUS // 4}"] = word() & 0xFFFF_0F4E
        for offset in (regs.CONSUMER, regs.FADDR_LO, regs.FADDR_HI, regs.IRQ_STATUS, regs.IRQ_EVENTS):
            p[f"retire{offset // 4}"] = word()
        p["more"], p["look0"], p["look2"], p["look4"] = word(), word(), word(), word()
        p["new"], p["fresh"] = int(rng.random() < 0.2), int(rng.random() < 0.2)
        p["irq"] = rng.getrandbits(self.p["CHANNELS"])
        dut.look_new.value, dut.look_fresh.value, dut.irq.value = p["new"], p["fresh"], p["irq"]

    def live(self, register: Register, channel: int) -> int:
        """What a read of a live register gives."""
        p, pins = self.p, self.pins
        segdone = 0 if pins["new"] or pins["fresh"] else pins["look0"] + pins["look4"] + 1 & 0xFFFF_FFFF
        log2 = {name: p[name].bit_length() - 1 for name in ("DESC_PREFETCH", "STREAM_BEATS")}
        flags = (
            ((self.active | self.quiet) >> channel & 1)
            | (self.paused >> channel & 1) << 4
            | (channel in self.next) << 5
        )
        fixed = {
            "ID": regs.ID_RESET, "VERSION": regs.VERSION_RESET,
            "CAP0": p["CHANNELS"] | p["DATA_WIDTH"] // 8 << 8 | p["ADDR_WIDTH"] << 16 | p["REQUEST_LINES"] << 24,
            "CAP1": p["MAP_REGISTERS"] | p["MAX_BURST"] << 16,
            "CAP2": p["STREAMS"] | p["DESCRIPTORS"] << 8 | p["AUTO_INIT"] << 9 | p["TWO_D"] << 10 | p["CRC"] << 11 | p["COUNTERS"] << 12
            | p["DESC_SHARED"] << 13 | p["OUTSTANDING"] << 16 | log2["DESC_PREFETCH"] << 24,
            "CAP3": p["BUFFER_BEATS"] | log2["STREAM_BEATS"] << 16 | p["BUS_MASTERS"] << 20,
            "IRQ_PENDING_LO": pins["irq"] & 0xFFFF_FFFF, "IRQ_PENDING_HI": pins["irq"] >> 32,
            "MAP_STATUS": self.busy | self.refused << 1, "RESET": 0, "ENGINE": 0,
            "STATUS": pins[f"retire{regs.STATUS // 4}"] | flags,
            "COUNT": (self.value.get(("CHANNEL", channel, "LENGTH"), 0) - segdone) & 0xFFFF_FFFF,
            "SEGDONE": segdone, "POS_LO": 0 if pins["new"] else pins["look0"], "CMD": 0, "MAP_CMD": 0,
        }  # fmt: skip
        if register.name in fixed:
            return fixed[register.name]
        return pins.get(f"retire{register.offset // 4}", pins["more"]) if register.block == "CHANNEL" else pins["more"]
