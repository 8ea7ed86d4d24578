"""windlass_writeback: words 2 and 3 of a descriptor reach their place, requests are answered in order with the right error."""

from __future__ import annotations

from collections import deque
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, broadcast, falling, known, seeded, settled, start

INPUTS = [
    "cw_valid", "pw_valid", "cw_ch", "cw_reg", "cw_data", "wb_valid", "wb_ch", "wb_addr", "wb_word2", "wb_word3", "wx_done", "x_paddr",
    "x_err", "m_axi_desc_awready", "m_axi_desc_wready", "m_axi_desc_bresp", "m_axi_desc_bvalid",
]  # fmt: skip
DESC_BUS, DESC_MAP = 8, 11


class Side:
    """Translation and memory around the module, and what they make it answer."""

    def __init__(self, dut: Any, speed: float, channels: int) -> None:
        self.dut, self.rng, self.speed = dut, seeded(f"writeback {speed}"), speed
        self.bits, self.w = dut.ADDR_WIDTH.value.to_unsigned(), dut.DATA_WIDTH.value.to_unsigned() // 8
        self.bypass = [self.rng.getrandbits(1) for _ in range(channels)]
        self.accepted: deque[tuple[int, int, int, int]] = deque()
        self.writes: list[tuple[int, int, int, int]] = []
        self.answers: list[int] = []
        self.addresses: list[tuple[int, ...]] = []
        self.beats: list[tuple[int, ...]] = []
        self.taken: list[tuple[int, ...]] = []

    def watch(self) -> None:
        """Monitors, and the two sides."""
        dut = self.dut
        names = ("addr", "len", "size", "burst", "cache", "id", "lock", "prot", "qos")
        aw = ["m_axi_desc_awvalid", "m_axi_desc_awready"]
        SignalMonitor(dut, aw, [f"m_axi_desc_aw{n}" for n in names], callback=self.addresses.append)
        data = [f"m_axi_desc_w{n}" for n in ("data", "strb", "last")]
        SignalMonitor(dut, ["m_axi_desc_wvalid", "m_axi_desc_wready"], data, callback=self.beats.append)
        SignalMonitor(dut, ["m_axi_desc_bvalid", "m_axi_desc_bready"], [], callback=self.taken.append)
        cocotb.start_soon(self.translate())
        cocotb.start_soon(self.memory())

    async def translate(self) -> None:
        """Answer look-ups; decide there what becomes of the request."""
        dut, rng = self.dut, self.rng
        while True:
            await falling(dut)
            dut.wx_done.value = 0
            await settled()
            if not known(dut.wx_valid):
                continue
            channel, address, word2, word3 = self.accepted.popleft()
            want = (address, channel, self.bypass[channel])
            await falling(dut, rng.randrange(1, 6))
            await settled()
            assert (known(dut.wx_addr), known(dut.wx_ch), known(dut.wx_bypass)) == want
            refused, response = rng.random() < 0.15, rng.choice([0, 0, 0, 2, 3])
            physical = (rng.getrandbits(self.bits - 12) << 12) | want[0] & 0xFFF
            self.answers.append(DESC_MAP if refused else DESC_BUS if response else 0)
            if not refused:
                self.writes.append((physical, word2, word3, response))
            await falling(dut)
            dut.wx_done.value, dut.x_paddr.value, dut.x_err.value = 1, physical, rng.choice([5, 6, 7]) if refused else 0

    async def memory(self) -> None:
        """Random readiness; a response once address and data are there."""
        dut, rng, given = self.dut, self.rng, 0
        while True:
            await falling(dut)
            dut.m_axi_desc_awready.value = rng.random() < self.speed
            dut.m_axi_desc_wready.value = rng.random() < self.speed
            if len(self.taken) == given:
                complete = min(len(self.addresses), sum(b[2] for b in self.beats))
                offer = given < complete and rng.random() < self.speed
                dut.m_axi_desc_bvalid.value = offer
                if offer:
                    dut.m_axi_desc_bresp.value = self.writes[given][3]
                    given += 1

    def check(self) -> None:
        """Every write at its place."""
        beats = iter(self.beats)
        for (physical, word2, word3, _), got in zip(self.writes, self.addresses, strict=True):
            size = self.w.bit_length() - 1
            assert got == (physical // self.w * self.w, 1 if self.w == 4 else 0, size, 1, 3, 0, 0, 0, 0)
            if self.w == 4:
                assert next(beats) == (word2, 15, 0) and next(beats) == (word3, 15, 1)
                continue
            data, strobes, last = next(beats)
            lane = physical % self.w
            assert last and strobes == 0xFF << lane
            assert data >> 8 * lane & (1 << 64) - 1 == word3 << 32 | word2
        assert next(beats, None) is None


@cocotb.test()
@cocotb.parametrize(speed=[0.3, 0.95])
async def requests(dut: Any, speed: float) -> None:
    """Random requests, translations, stalls and responses: one answer each, in order, and the fence sees each begin and end."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    channels, total = dut.CHANNELS.value.to_unsigned(), 80
    side = Side(dut, speed, channels)
    await falling(dut)
    for c in range(channels):
        await broadcast(dut, 1, c, regs.GRANT, side.bypass[c])
    answers: list[int] = []
    SignalMonitor(dut, ["wb_done"], ["wb_err"], callback=lambda v: answers.append(v[0]))
    fence = {name: SignalMonitor(dut, [f"wback_{name}"], []) for name in ("issue", "end")}
    side.watch()
    rng = seeded("offers")
    offered: tuple[int, int, int, int] | None = None
    asked = 0
    for _ in range(20_000):
        await falling(dut)
        if len(answers) == total:
            break
        if offered is None and asked < total and rng.random() < 0.7:
            offered = (
                rng.randrange(channels),
                rng.getrandbits(side.bits) & ~7,
                rng.getrandbits(32),
                rng.getrandbits(32),
            )
            dut.wb_ch.value, dut.wb_addr.value, dut.wb_word2.value, dut.wb_word3.value = offered
        dut.wb_valid.value = offered is not None
        await settled()
        if offered and known(dut.wb_ready):
            side.accepted.append(offered)
            offered, asked = None, asked + 1
    await falling(dut, 5)
    assert answers == side.answers and len(answers) == total
    side.check()
    assert fence["issue"].stats.received_transactions == fence["end"].stats.received_transactions == total
    assert {0, DESC_BUS, DESC_MAP} == set(answers)
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0
