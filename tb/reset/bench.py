"""windlass_reset: the walk after reset, CMD.RESET and RESET of channels that run or not."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

WIPED = {
    regs.IRQ_ENABLE: 0, regs.COALESCE: 0, regs.PRODUCER: 0, regs.STATUS: 0, regs.IRQ_STATUS: 0xFFFF_FFFF,
}  # fmt: skip
WHOLE = {regs.ARB: regs.ARB_RESET, regs.TIMEOUT: 0, regs.ENGINE_IRQ: 0}


class Bench:
    """What the module wrote and aborted since the last look."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.writes: list[tuple[int, ...]] = []
        self.whole: list[tuple[int, ...]] = []
        self.aborts: list[tuple[int, ...]] = []
        SignalMonitor(dut, ["rs_valid"], ["hold", "rs_priv", "rs_ch", "rs_reg", "rs_data"], callback=self.writes.append)
        SignalMonitor(dut, ["rs_global"], ["hold", "rs_priv", "rs_ch", "rs_reg", "rs_data"], callback=self.whole.append)
        SignalMonitor(dut, ["rs_abort"], ["hold", "rs_ch"], callback=self.aborts.append)

    async def idle(self, cycles: int) -> None:
        """Let the module work; what it holds it lets go."""
        await falling(self.dut, cycles)
        await settled()
        assert not known(self.dut.hold)
        await falling(self.dut)

    def take(self) -> tuple[list[int], list[int]]:
        """(channels wiped, channels aborted); every write was whole, in its place, and while accesses were held."""
        wiped = []
        for at in range(0, len(self.writes), len(WIPED)):
            part = self.writes[at : at + len(WIPED)]
            channel = part[0][2]
            assert [w[:3] for w in part] == [(1, 0, channel)] * len(WIPED)
            assert {4 * w[3]: w[4] for w in part} == WIPED
            wiped.append(channel)
        assert all(hold for hold, _ in self.aborts)
        aborted = [c for _, c in self.aborts]
        self.writes.clear()
        self.aborts.clear()
        return wiped, aborted


@cocotb.test()
async def resets(dut: Any) -> None:
    """The walk writes every register once; then random resets of channels that run and end."""
    rng = seeded("reset")
    channels = dut.CHANNELS.value.to_unsigned()
    await start(dut, one_valid=0, one_ch=0, all_valid=0, active=0)
    dut.aresetn.value = 0
    await falling(dut)
    b = Bench(dut)
    await falling(dut)
    dut.aresetn.value = 1
    for _ in range(64 * channels + 10):
        await settled()
        if not known(dut.hold):
            break
        await falling(dut)
    await falling(dut)
    places = [w[1:4] for w in b.writes]
    assert len(set(places)) == len(places)
    assert {(p, c, r) for c in range(channels) for p, n in ((0, 32), (1, 4)) for r in range(n)} <= set(places)
    for _, priv, _, register, data in b.writes:
        assert data == (regs.ARB_RESET if priv and register == regs.ARB // 4 else 0)
        assert not priv or register not in (regs.CAP2 // 4, regs.CAP3 // 4, *range(24, 32)), "a constant is overwritten"
    b.writes.clear()
    active = 0
    met = {"idle": 0, "running": 0, "whole": 0}
    for _ in range(60):
        active = rng.getrandbits(channels)
        dut.active.value = active
        whole = rng.random() < 0.3
        one = rng.randrange(channels)
        dut.one_valid.value, dut.all_valid.value, dut.one_ch.value = not whole, whole, one
        await falling(dut)
        dut.one_valid.value = dut.all_valid.value = 0
        asked = set(range(channels)) if whole else {one}
        await b.idle(30 * channels + 20)
        wiped, aborted = b.take()
        running = {c for c in asked if active >> c & 1}
        assert sorted(aborted) == sorted(running) and sorted(wiped) == sorted(asked - running)
        await settled()
        assert known(dut.quiet) == sum(1 << c for c in running)
        assert known(dut.resetting) == int(whole and bool(running))
        await falling(dut)
        met["idle"] += bool(asked - running)
        met["running"] += bool(running)
        for c in sorted(running):  # they end one by one
            active &= ~(1 << c)
            dut.active.value = active
            await b.idle(20 + 10 * channels)
            assert b.take() == ([c], [])
        await settled()
        assert known(dut.quiet) == 0 and known(dut.resetting) == 0
        await falling(dut)
        if whole:
            met["whole"] += 1
            assert {4 * w[3]: w[4] for w in b.whole} == WHOLE and all(w[:3] == (1, 1, 0) for w in b.whole)
        assert bool(b.whole) == whole
        b.whole.clear()
    assert all(n > 5 for n in met.values()), met
