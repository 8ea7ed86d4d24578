"""windlass: a paced channel that software starts again without having read that it ended (manual, section 7, "Pacing")."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs
from windlass.rtl.session import ROOT

from tb.env.unit import falling, known, settled, start
from tb.env.wrapper import header

SINGLE, BLOCK, DEMAND = 1, 2, 3
CHANNEL, LINE, LATENCY = 1, 1, 6
START, SWREQ = 1, 4
UNITS = {SINGLE: 2, DEMAND: 6, BLOCK: 40}
"""Units of a transfer: in single and demand pacing two pieces, each on a request; in block pacing three on one."""
ACKS, REQUESTS = {SINGLE: 2, DEMAND: 2, BLOCK: 3}, {SINGLE: 2, DEMAND: 2, BLOCK: 1}


class Board:
    """Memory and a device on `m_axi`, software on `s_axil`. The device takes its request back in the second cycle after `ack`, no sooner
    (in block pacing after the last one)."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.cycle = self.units = self.acks = self.ends = self.last_ack = 0
        self.reads: list[tuple[int, int]] = []  # cycle, last
        self.writes: list[int] = []  # cycle
        self.raised = self.block = False
        self.falls: int | None = None
        self.command: tuple[int, int] | None = None

    async def step(self) -> None:
        """One cycle."""
        d = self.dut
        await falling(d)
        if self.falls == self.cycle:
            self.raised, self.falls = False, None
        d.req.value = self.raised << LINE
        d.s_axil_awvalid.value = d.s_axil_wvalid.value = self.command is not None
        d.s_axil_awaddr.value, d.s_axil_wdata.value = self.command or (0, 0)
        r_now, b_now = (
            bool(self.reads) and self.reads[0][0] <= self.cycle,
            bool(self.writes) and self.writes[0] <= self.cycle,
        )
        d.m_axi_rvalid.value, d.m_axi_bvalid.value = r_now, b_now
        d.m_axi_rlast.value = r_now and self.reads[0][1]
        await settled()
        if known(d.m_axi_arvalid):
            beats = known(d.m_axi_arlen) + 1
            self.reads += [(self.cycle + LATENCY, i == beats - 1) for i in range(beats)]
        if r_now and known(d.m_axi_rready):
            self.reads.pop(0)
        if b_now and known(d.m_axi_bready):
            self.writes.pop(0)
        if known(d.m_axi_wvalid):
            self.units += 1
            if known(d.m_axi_wlast):
                self.writes.append(self.cycle + LATENCY)
        assert known(d.ack) in (0, 1 << LINE)
        if known(d.ack):
            self.acks, self.last_ack = self.acks + 1, self.cycle
            self.ends += known(d.tc) >> LINE
            if not self.block or known(d.tc):
                self.falls = self.cycle + 2
        self.cycle += 1

    async def steps(self, cycles: int) -> None:
        """Some cycles."""
        for _ in range(cycles):
            await self.step()

    async def until(self, what: Any) -> None:
        """Until `what` holds."""
        for _ in range(400):
            if what():
                return
            await self.step()
        raise AssertionError("nothing more happens")

    async def moved(self, units: int) -> None:
        """Until so many units have moved in all."""
        await self.until(lambda: self.units == units)

    async def acknowledged(self, acks: int) -> None:
        """Until there were so many acknowledges in all."""
        await self.until(lambda: self.acks == acks)

    async def write(self, address: int, value: int) -> int:
        """A register write: returns its response."""
        d = self.dut
        self.command = (address, value)
        await self.until(lambda: known(d.s_axil_awready) and known(d.s_axil_wready))
        self.command = None
        await self.until(lambda: known(d.s_axil_bvalid))
        return known(d.s_axil_bresp)

    async def set(self, offset: int, value: int) -> int:
        """A write to a register of the channel."""
        return await self.write(regs.CHANNEL_BASE + regs.CHANNEL_STRIDE * CHANNEL + offset, value)


@cocotb.test()
@cocotb.parametrize(("mode", [SINGLE, BLOCK, DEMAND]))
async def started_again(dut: Any, mode: int) -> None:
    """START is written again and again while the last piece of a transfer is under way, until it is taken: nothing moves before the device,
    which takes its request back as late as it may, asks anew; then what each request is for, with its acknowledges. Or software asks,
    as soon as it has started the channel: that is not lost."""
    _, ports = header(ROOT / "rtl/windlass.v")
    inputs = dict.fromkeys((p.name for p in ports if p.direction == "input" and p.name not in ("aclk", "aresetn")), 0)
    ready = ("m_axi_awready", "m_axi_wready", "m_axi_arready", "s_axil_bready", "s_axil_rready")
    await start(dut, **(inputs | dict.fromkeys(ready, 1) | {"s_axil_wstrb": 15}))
    b = Board(dut)
    b.block = mode == BLOCK
    await b.steps(50)
    grant = regs.GRANT_BASE + regs.GRANT_STRIDE * CHANNEL
    await b.write(grant + regs.GRANT, 1 << regs.GRANT_BYPASS_LSB | LINE << regs.GRANT_LINE_LSB)
    await b.write(grant + regs.DEV_ADDR_LO, 0x8000)
    words, most = 2 << regs.CONFIG_WIDTH_LSB, UNITS[mode] // 2 - 1
    config = words | mode << regs.CONFIG_PACING_LSB | 1 << regs.CONFIG_DST_TYPE_LSB
    await b.set(regs.CONFIG, config | (most << regs.CONFIG_REQ_UNITS_LSB if mode == DEMAND else 0))
    await b.set(regs.SRC_LO, 0x4000)
    await b.set(regs.LENGTH, 4 * UNITS[mode])
    assert await b.set(regs.CMD, START) == 0
    distances, asked = [], False
    for turn in range(24):
        acks, units, ends = b.acks, b.units, b.ends
        for k in range(REQUESTS[mode]):
            if not asked:
                await b.steps(30)
                assert (b.units - units, b.acks - acks) == (UNITS[mode] // 2 * k, k), "without a request"
                b.raised = True
            asked = False
            await b.moved(units + UNITS[mode] * (k + 1) // REQUESTS[mode])
            if k < REQUESTS[mode] - 1:
                await b.acknowledged(acks + k + 1)
        await b.steps(turn // 3)
        while await b.set(regs.CMD, START) != 0:
            pass
        distances.append(b.cycle - b.last_ack)
        assert (b.units - units, b.acks - acks, b.ends - ends) == (UNITS[mode], ACKS[mode], 1)
        asked = turn % 3 == 2
        if asked:
            assert await b.set(regs.CMD, SWREQ) == 0
    assert min(distances) == 4 and len(set(distances)) == 5, distances
    assert known(dut.errors) == 0
