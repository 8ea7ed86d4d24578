"""windlass_csr against the generated register map and sections 1 to 6 of the programmer's manual."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs
from windlass.register import Register

from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start
from tb.top.register_probe import PENDING

INPUTS = [
    "wr_req", "wr_addr", "wr_data", "wr_strb", "rd_req", "rd_addr", "active", "irq", "live_pos", "live_seg", "live_ending",
    "live_code", "live_errdesc", "live_faddr", "live_consumer", "live_irq", "live_events", "fault_valid", "fault_write",
    "fault_cause", "fault_ch", "fault_addr", "flt_valid", "flt_write", "flt_cause", "flt_ch", "flt_addr", "map_busy", "ent_done",
    "ent_lo", "ent_hi",
]  # fmt: skip
PARAMETERS = ["CHANNELS", "DATA_WIDTH", "ADDR_WIDTH", "MAP_REGISTERS", "REQUEST_LINES", "MAX_BURST"]
MAP_BLOCK = ("MAP_INDEX", "MAP_COUNT", "MAP_PAGE_LO", "MAP_PAGE_HI", "MAP_FLAGS", "MAP_CMD")


class Bench:
    """The register bus in front, what is alive and the map unit behind, and what software should see."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.p = {name: getattr(dut, name).value.to_unsigned() for name in PARAMETERS}
        self.rng = seeded("csr")
        self.value: dict[tuple[str, int, str], int] = {}
        self.active = 0
        self.busy = 0
        self.check = Check(dut)
        self.entries: dict[int, tuple[int, int]] = {}

    async def reset(self) -> None:
        """Reset, wait for the registers to be cleared, watch the outputs."""
        dut = self.dut
        await start(dut, **dict.fromkeys(INPUTS, 0))
        cleared = set()
        for cycle in range(64 * self.p["CHANNELS"] + 20):
            await falling(dut)
            await settled()
            if known(dut.cw_valid):
                assert known(dut.cw_data) == 0
                cleared.add((known(dut.cw_ch), known(dut.cw_priv), known(dut.cw_reg)))
            if not known(dut.hold):
                break
        assert cleared >= {
            (c, p, r) for c in range(self.p["CHANNELS"]) for p, last in ((0, 22), (1, 2)) for r in range(last + 1)
        }, f"registers left uncleared when accesses begin, cycle {cycle}"
        await falling(dut, 3)
        watch, monitor = self.check.watch, SignalMonitor
        watch("cw", monitor(dut, ["cw_valid"], ["cw_priv", "cw_ch", "cw_reg", "cw_data"]))
        watch("start", monitor(dut, ["start_valid"], ["cmd_ch", "start_bad"]))
        watch("abort", monitor(dut, ["abort_valid"], ["cmd_ch"]))
        watch("sw", monitor(dut, ["sw_valid"], ["cmd_ch"]))
        watch("mw", monitor(dut, ["mw_valid"], ["mw_index", "mw_lo", "mw_hi"]))
        command = ["cmd_index", "cmd_count", "cmd_page_lo", "cmd_page_hi", "cmd_flags"]
        watch("fill", monitor(dut, ["cmd_fill"], command))
        watch("revoke", monitor(dut, ["cmd_revoke"], command))
        cocotb.start_soon(self.serve_entries())

    async def serve_entries(self) -> None:
        """The map unit's side of reading an entry."""
        dut = self.dut
        while True:
            await falling(dut)
            dut.ent_done.value = 0
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
        await falling(dut)
        dut.wr_req.value, dut.wr_addr.value, dut.wr_data.value, dut.wr_strb.value = 1, address, data, strobes
        for _ in range(10):
            await falling(dut)
            dut.wr_req.value = 0
            await settled()
            if known(dut.wr_ack):
                return not known(dut.wr_err)
        raise AssertionError(f"no answer to a write of {address:#x}")

    async def read(self, address: int) -> int | None:
        """One read; None when refused."""
        dut = self.dut
        await falling(dut)
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
                found = [r for r in regs.REGISTERS if r.block == block and r.offset == offset and r.name not in PENDING]
                return (found[0], index) if found and index < number else (None, 0)
        return None, 0

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
        if name == "ARB" and data & 3 == 3:
            return False
        if name == "CMD":
            return self.expect_command(index, data, bool(running))
        if name == "MAP_CMD":
            run = tuple(self.value.get(("GLOBAL", 0, n), 0) for n in MAP_BLOCK[:-1])
            if data not in (1, 2):
                return False
            self.check.expect("fill" if data == 1 else "revoke", run[0] & 0xFFF, run[1], *run[2:])
        elif block == "MAP":
            if name == "ENTRY_LO":
                self.check.expect("mw", index, data, self.value.pop(("stage", 0, ""), 0))
            else:
                self.value["stage", 0, ""] = data
        elif block in ("CHANNEL", "GRANT"):
            self.check.expect("cw", int(block == "GRANT"), index, register.offset // 4, masked)
        if register.access == "RW":
            self.value[block, index, name] = masked
        return True

    def expect_command(self, channel: int, data: int, running: bool) -> bool:
        """CMD: one bit at a time; START only when not running; ABORT and SWREQ pass on."""
        if data not in (0, 1, 2, 4) or (data == 1 and running):
            return False
        if data == 1:
            # LENGTH 0 is CONFIG in register mode, and nothing else was set up: see tb/check for the rest.
            get = {n: self.value.get(("CHANNEL", channel, n), 0) for n in ("CONFIG", "LENGTH", "DESC_COUNT", "DESC_LO")}
            plain = get["CONFIG"] & ~3 == 0
            table = get["CONFIG"] & 3 in (1, 2)
            works = (get["DESC_COUNT"] and not get["DESC_LO"] % 16) if table else get["LENGTH"]
            assert plain, "the bench keeps to memory endpoints before START"
            self.check.expect("start", channel, int(not works))
        elif data == 2:
            self.check.expect("abort", channel)
        elif data == 4 and running:
            self.check.expect("sw", channel)
        return True

    def live(self, register: Register, channel: int, pins: dict[str, int]) -> int:
        """What a read of a live register gives."""
        p, width = self.p, self.p["ADDR_WIDTH"]
        fault = pins["live_faddr"] & ((1 << width) - 1)
        caps = {
            "ID": regs.ID_RESET, "VERSION": regs.VERSION_RESET,
            "CAP0": p["CHANNELS"] | p["DATA_WIDTH"] // 8 << 8 | width << 16 | p["REQUEST_LINES"] << 24,
            "CAP1": p["MAP_REGISTERS"] | p["MAX_BURST"] << 16,
            "IRQ_PENDING_LO": pins["irq"] & 0xFFFF_FFFF, "IRQ_PENDING_HI": pins["irq"] >> 32, "MAP_STATUS": self.busy,
            "STATUS": (self.active >> channel & 1) | pins["live_ending"] << 1 | pins["live_code"] << 8 | pins["live_errdesc"] << 16,
            "COUNT": (self.value.get(("CHANNEL", channel, "LENGTH"), 0) - pins["live_seg"]) & 0xFFFF_FFFF,
            "CONSUMER": pins["live_consumer"], "SEGDONE": pins["live_seg"], "POS_LO": pins["live_pos"] & 0xFFFF_FFFF,
            "FADDR_LO": fault & 0xFFFF_FFFF, "FADDR_HI": fault >> 32, "IRQ_STATUS": pins["live_irq"],
            "IRQ_EVENTS": pins["live_events"], "CMD": 0, "MAP_CMD": 0,
        }  # fmt: skip
        return caps[register.name]


@cocotb.test()
async def decode(dut):
    """Random accesses over registers, holes, unbuilt indices and odd addresses; channels running or not, map unit busy or not."""
    b = Bench(dut)
    await b.reset()
    rng = b.rng
    accepted = refused = 0
    names = [
        "live_pos",
        "live_seg",
        "live_ending",
        "live_code",
        "live_errdesc",
        "live_faddr",
        "live_consumer",
        "live_irq",
        "live_events",
        "irq",
    ]
    for round_ in range(3000):
        await falling(dut)
        if round_ % 10 == 0:
            b.active, b.busy = rng.getrandbits(b.p["CHANNELS"]), int(rng.random() < 0.2)
            dut.active.value, dut.map_busy.value = b.active, b.busy
        pins = {name: rng.getrandbits(len(getattr(dut, name))) for name in names}
        for name, value in pins.items():
            getattr(dut, name).value = value
        register = rng.choice(regs.REGISTERS)
        base, stride = getattr(regs, f"{register.block}_BASE"), getattr(regs, f"{register.block}_STRIDE", 0)
        number = {"GLOBAL": 1, "MAP": b.p["MAP_REGISTERS"]}.get(register.block, b.p["CHANNELS"])
        index = rng.randrange(min(number + 1, getattr(regs, f"{register.block}_NUMBER", 1)))
        address = base + index * stride + register.offset
        if rng.random() < 0.1:
            address += rng.choice([1, 2, 3, 0x5C, 0x80, 0x800])
            address &= 0x7FFFF
        if rng.random() < 0.5:
            data = rng.choice([0, 1, 2, 4, 16, rng.getrandbits(32), rng.getrandbits(32)])
            if register.name == "CONFIG":
                data &= 3
            strobes = 15 if rng.random() < 0.9 else rng.randrange(15)
            want = b.expect_write(address, data, strobes)
            assert await b.write(address, data, strobes) == want, hex(address)
            accepted, refused = accepted + want, refused + (not want)
            continue
        register_at, at = b.locate(address)
        got = await b.read(address)
        if register_at is None:
            assert got is None, hex(address)
            continue
        assert got is not None, register_at.name
        if register_at.block == "MAP":
            assert got == b.entries[at][register_at.name == "ENTRY_HI"]
        elif register_at.name == "POS_HI":
            assert got == b.value.get(("pos", at, ""), 0)
        elif register_at.name.startswith("FAULT"):
            assert got == 0
        elif register_at.access == "RW":
            assert got == b.value.get((register_at.block, at, register_at.name), register_at.reset), register_at.name
        else:
            assert got == b.live(register_at, at, pins), register_at.name
        if register_at.name == "POS_LO":
            b.value["pos", at, ""] = pins["live_pos"] >> 32
    await b.check.finish(dut)
    assert accepted > 200 and refused > 100


@cocotb.test()
async def faults(dut):
    """The first map fault is kept until cleared, all are counted, data before descriptor when both come in a cycle."""
    b = Bench(dut)
    await b.reset()
    rng = b.rng
    kept: tuple[int, int] | None = None
    count = kept_times = 0
    for _ in range(120):
        await falling(dut)
        data, descriptor = rng.random() < 0.4, rng.random() < 0.4
        pins = {}
        for side, valid in (("fault", data), ("flt", descriptor)):
            pins[side] = (
                rng.getrandbits(1),
                rng.choice([5, 6, 7]),
                rng.randrange(b.p["CHANNELS"]),
                rng.getrandbits(b.p["ADDR_WIDTH"]),
            )
            for name, value in zip(("write", "cause", "ch", "addr"), pins[side], strict=True):
                getattr(dut, f"{side}_{name}").value = value
            getattr(dut, f"{side}_valid").value = valid
        await falling(dut)
        dut.fault_valid.value = dut.flt_valid.value = 0
        count += data + descriptor
        if (data or descriptor) and kept is None:
            write, cause, channel, address = pins["fault" if data else "flt"]
            kept = (1 | write << 1 | (not data) << 2 | cause << 4 | channel << 8, address)
        status = await b.read(regs.FAULT_STATUS)
        if kept:
            kept_times += 1
            assert status == kept[0]
            assert await b.read(regs.FAULT_ADDR_LO) == kept[1] & 0xFFFF_FFFF
            assert await b.read(regs.FAULT_ADDR_HI) == kept[1] >> 32
        else:
            assert status is not None and not status & 1
        assert await b.read(regs.FAULT_COUNT) == count
        if rng.random() < 0.4:
            assert await b.write(regs.FAULT_STATUS, rng.choice([0, 1]) or 0xFFFF_FFFE) is True
            assert await b.read(regs.FAULT_COUNT) == count
            status = await b.read(regs.FAULT_STATUS)
            if status is not None and not status & 1:
                kept = None
    assert kept_times > 20 and count > 60
