"""windlass_watch against section 11 (time-outs) of the programmer's manual: a half that waits is reported, one that moves or has nothing is not."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = ["time_we", "time_new", "avalid", "aready", "wvalid", "wready", "wlast", "rvalid", "rready", "rlast"]
READS = (0, 2)


class Bench:
    """Signals as bit vectors; `reported` are the halves that were late, with the cycle."""

    def __init__(self, dut: Any) -> None:
        self.dut, self.now, self.reported = dut, 0, []

    async def step(self, cycles: int = 1, **signals: int) -> None:
        """Drive for some cycles, then all signals are low again."""
        for name, value in signals.items():
            getattr(self.dut, name).value = value
        for _ in range(cycles):
            await settled()
            late = known(self.dut.late)
            self.reported += [(h, self.now) for h in range(4) if late >> h & 1]
            await falling(self.dut)
            self.now += 1
        for name in signals:
            getattr(self.dut, name).value = 0

    async def late_after(self, half: int, timeout: int) -> None:
        """Nothing moves from now on: `half` alone is reported, not before TIMEOUT, and soon after it."""
        begin = self.now
        await self.step(3)
        self.reported.clear()  # of before

        await self.step(timeout + timeout // 4 + 12)
        assert {h for h, _ in self.reported} == {half}, self.reported
        assert timeout <= self.reported[0][1] - begin <= timeout + timeout // 4 + 12
        self.reported.clear()


@cocotb.test()
async def halves(dut: Any) -> None:
    """Each half alone: an address not taken, data not taken, a response owed; with several TIMEOUTs."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    b = Bench(dut)
    await falling(dut)
    for timeout in (1, 2, 3, 7, 16, 50, 200):
        await b.step(time_we=1, time_new=timeout)
        await b.step(10)
        for half in range(4):
            bit, side = 1 << half, 1 << half // 2
            length = timeout + timeout // 4 + 12
            # Address.
            await b.step(length, avalid=bit)
            assert [h for h, _ in b.reported] == [half] * len(b.reported) and b.reported
            b.reported.clear()
            # Response.
            await b.step(avalid=bit, aready=bit)
            if half not in READS:
                await b.step(length, wvalid=side, wlast=side)
                assert {h for h, _ in b.reported} == {half}
                await b.step(2)
                b.reported.clear()
                await b.step(3 * length)  # an address alone owes nothing
                assert not b.reported
                await b.step(wvalid=side, wready=side, wlast=side)
            if timeout > 3:
                await b.late_after(half, timeout)
            else:
                await b.step(length)
                assert {h for h, _ in b.reported} == {half}
                b.reported.clear()
            await b.step(rvalid=bit, rready=bit, rlast=side)
            await b.step(2)  # a report may be on its way
            b.reported.clear()
            await b.step(3 * length)
            assert not b.reported
    await b.step(time_we=1, time_new=0)
    await b.step(avalid=15, aready=15)
    await b.step(3000)
    assert not b.reported, "TIMEOUT 0 is off"


@cocotb.test()
async def progress(dut: Any) -> None:
    """A beat now and then is progress; when the beats stop, the half is late."""
    rng = seeded("watch")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    b = Bench(dut)
    await b.step(time_we=1, time_new=1_000_000)  # a shorter TIMEOUT counts at once
    await b.step(20)
    await b.step(time_we=1, time_new=60)
    for half in range(4):
        bit, side = 1 << half, 1 << half // 2
        await b.step(avalid=bit, aready=bit)
        for _ in range(30):
            await b.step(rng.randrange(1, 55))
            if half in READS:
                await b.step(rvalid=bit, rready=bit)
            else:
                await b.step(wvalid=side, wready=side)
        assert not b.reported
        if half not in READS:
            await b.step(wvalid=side, wready=side, wlast=side)
        await b.late_after(half, 60)
        await b.step(rvalid=bit, rready=bit, rlast=side)
        await b.step(300)
        assert not b.reported
