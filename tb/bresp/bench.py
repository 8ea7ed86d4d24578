"""windlass_bresp: what is reported of each piece, from its record, its result and its response (manual, section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb

from tb.env.seams import Piece, Shape
from tb.env.unit import SignalMonitor, falling, known, pack, seeded, settled, start

DONE = ["done_ch", "done_len", "done_err", "done_faddr", "done_tag"]


@dataclass
class Job:
    """One piece on its way: sent to the bus or dropped, with its result and the response it will get."""

    piece: Piece
    drop: int
    why: int
    good: int
    response: int

    def error(self) -> int:
        """Its own error code: token, read error, write error."""
        if self.piece.err:
            return self.piece.err
        if self.why:
            return 2 if self.why == 3 else 1
        return 0 if self.drop or not self.response & 2 else 3 + (self.response & 1)

    def report(self, dead: bool) -> tuple[int | None, ...]:
        """done_*: channel, bytes, error, address (None: without meaning), tag. `dead`: an earlier piece of the channel failed."""
        p, error = self.piece, 0 if dead else self.error()
        good = 0 if dead or self.drop or self.response & 2 else self.good
        address = None
        if error:
            address = p.src_l if p.err or (self.why and p.sdev) else p.src_l + self.good if self.why else p.dst_l
        return p.ch, good, error, address, p.tag


def draw(rng: Any, shape: Shape, channels: int) -> Job:
    """A random job, mostly healthy."""
    mask = (1 << shape.addr_width) - 1
    null = rng.random() < 0.1
    length = 0 if null else rng.randrange(1, 4097)
    piece = Piece(
        rng.randrange(channels), 0, 0, length, (rng.getrandbits(64) & mask) >> 1, rng.getrandbits(64) & mask, rng.getrandbits(12),
        sdev=rng.getrandbits(1), null=int(null), err=rng.choice([0, 5, 7, 9]) if null else 0,
    )  # fmt: skip
    drop = int(null or rng.random() < 0.05)
    why = rng.choice([1, 3]) if not drop and rng.random() < 0.06 else 0
    good = rng.randrange(length) if why else length
    return Job(piece, drop, why, good, rng.choice([2, 3]) if not drop and rng.random() < 0.06 else 0)


@cocotb.test()
async def reports(dut: Any) -> None:
    """Random jobs: records at their first beat, results later, responses later still; reports in order with their fields."""
    rng = seeded("bresp")
    channels = len(dut.clr_ch) and dut.CHANNELS.value.to_unsigned()
    shape = Shape(len(dut.clr_ch), 64, dut.ADDR_WIDTH.value.to_unsigned())
    limit = dut.OUTSTANDING.value.to_unsigned()
    await start(dut, info_valid=0, info_data=0, res_valid=0, res_data=0, m_axi_bresp=0, m_axi_bvalid=0, clr_valid=0, clr_ch=0,
                done_ready=0, c_awvalid=0, c_awready=0, c_wlast=0, c_wvalid=0, c_wready=0)  # fmt: skip
    reports_seen: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["done_valid", "done_ready"], DONE, callback=reports_seen.append)
    bad: list[int] = []
    SignalMonitor(dut, ["bad_valid"], ["bad_ch"], callback=lambda v: bad.append(v[0]))
    total = 400
    jobs: list[Job] = []  # started
    results = responses = 0  # how many of them have got their result, and their response
    most = on_bus = 0  # writes without a response
    stalled = False
    accepted: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["m_axi_bvalid", "m_axi_bready"], [], callback=accepted.append)
    ready = 0
    for _ in range(30_000):
        await falling(dut)
        if len(reports_seen) == total:
            break
        for name in ("info_valid", "res_valid", "c_awvalid", "c_wvalid"):
            getattr(dut, name).value = 0
        if accepted:
            accepted.clear()
            on_bus -= 1
            dut.m_axi_bvalid.value = 0
            stalled = False
        if ready and len(jobs) < total and rng.random() < 0.6:
            job = draw(rng, shape, channels)
            jobs.append(job)
            on_bus += not job.drop
            most = max(most, on_bus)
            dut.info_valid.value, dut.info_data.value = 1, job.piece.info(shape, job.drop)
            dut.c_awvalid.value = dut.c_awready.value = not job.drop
        elif results < len(jobs) and rng.random() < 0.6:
            job = jobs[results]
            results += 1
            dut.res_valid.value, dut.res_data.value = (
                1,
                pack((int(job.why == 3), 1), (int(job.why > 0), 1), (job.good, 13)),
            )
            dut.c_wvalid.value = dut.c_wready.value = dut.c_wlast.value = not job.drop
        while responses < results and jobs[responses].drop:
            responses += 1
        if not stalled and responses < results and rng.random() < 0.4:
            dut.m_axi_bvalid.value, dut.m_axi_bresp.value = 1, jobs[responses].response
            responses, stalled = responses + 1, True
        dut.done_ready.value = rng.random() < 0.7
        await settled()
        ready = known(dut.track_ready)  # windlass_write starts a piece in the cycle after it saw this
    assert len(reports_seen) == total, "reports are missing"
    dead = [False] * channels
    errors = 0
    want_bad = []
    for got, job in zip(reports_seen, jobs, strict=True):
        want = job.report(dead[job.piece.ch])
        assert all(w is None or g == w for g, w in zip(got, want, strict=True)), (got, want, job)
        errors += want[2] != 0
        if job.error():
            dead[job.piece.ch] = True
        if not job.drop and job.response & 2:
            want_bad.append(job.piece.ch)
    assert bad == want_bad and len(bad) > 10
    assert errors >= min(channels, 20) and most <= limit
    await falling(dut, 4)
    await falling(dut, 20)
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0


@cocotb.test()
async def restart(dut: Any) -> None:
    """After `clr` a channel that had failed reports its bytes again."""
    shape = Shape(len(dut.clr_ch), 64, dut.ADDR_WIDTH.value.to_unsigned())
    await start(dut, info_valid=0, info_data=0, res_valid=0, res_data=0, m_axi_bresp=0, m_axi_bvalid=0, clr_valid=0, clr_ch=0,
                done_ready=1, c_awvalid=0, c_awready=0, c_wlast=0, c_wvalid=0, c_wready=0)  # fmt: skip
    seen: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["done_valid", "done_ready"], DONE, callback=seen.append)
    for response, clear in ((2, False), (0, False), (0, True)):
        await falling(dut)
        dut.clr_valid.value, dut.clr_ch.value = clear, 1
        await falling(dut)
        dut.clr_valid.value = 0
        piece = Piece(1, 0, 0, 64, 0x1000, 0x2000, 5)
        dut.info_valid.value, dut.info_data.value = 1, piece.info(shape, 0)
        dut.c_awvalid.value = dut.c_awready.value = 1
        await falling(dut)
        dut.info_valid.value = dut.c_awvalid.value = 0
        dut.res_valid.value, dut.res_data.value = 1, 64
        dut.c_wvalid.value = dut.c_wready.value = dut.c_wlast.value = 1
        await falling(dut)
        dut.res_valid.value = dut.c_wvalid.value = 0
        dut.m_axi_bvalid.value, dut.m_axi_bresp.value = 1, response
        await settled()
        while not known(dut.m_axi_bready):
            await falling(dut)
            await settled()
        await falling(dut)
        dut.m_axi_bvalid.value = 0
        await falling(dut, 3)
    assert [(v[1], v[2]) for v in seen] == [(0, 3), (0, 0), (64, 0)]
    assert seen[0][3] == 0x2000
    await settled()
    assert known(dut.errors) == 0
