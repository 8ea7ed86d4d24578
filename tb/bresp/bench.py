"""windlass_bresp: what is reported of each piece, from its record, its result and its response (manual, section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb

from tb.env.seams import Piece, Shape
from tb.env.unit import SignalMonitor, falling, known, pack, seeded, settled, start

DONE = ["done_ch", "done_len", "done_err", "done_faddr", "done_tag", "done_src", "done_high", "done_failed"]


def high(piece: Piece) -> int:
    """What is passed on with the piece: any number."""
    return piece.dst_l * 5 + piece.length & 0xFFFF_FFFF


@dataclass
class Job:
    """One piece on its way: sent to the bus, or to a stream, or dropped; with its result and the response it will get."""

    piece: Piece
    drop: int
    why: int
    good: int
    response: int
    stream: int = 0

    @property
    def alone(self) -> int:
        """There is no response to come."""
        return int(self.drop or self.stream)

    def error(self) -> int:
        """Its own error code: token, read error, write error."""
        if self.piece.err:
            return self.piece.err
        if self.why:
            return 2 if self.why == 3 else 1
        return 0 if self.alone or not self.response & 2 else 3 + (self.response & 1)

    def report(self, dead: bool) -> tuple[int | None, ...]:
        """done_*: channel, bytes, error, address (None: without meaning), tag, what is only passed on, whether it is an error. `dead`: an earlier piece of the channel failed."""
        p, error = self.piece, 0 if dead else self.error()
        good = 0 if dead or self.drop or (self.response & 2 and not self.stream) else self.good
        address = p.dst_l  # also without an error: FENCE uses it
        if dead:
            address = None
        elif p.err or self.why:
            address = p.dst_l if p.tag >> 10 & 1 else p.src_l if p.err or p.sdev else p.src_l + self.good
        return p.ch, good, error, address, p.tag, p.src_l, high(p), int(error != 0)


def draw(rng: Any, shape: Shape, channels: int) -> Job:
    """A random job, mostly healthy."""
    mask = (1 << shape.addr_width) - 1
    null = rng.random() < 0.1
    length = 0 if null else rng.randrange(1, 4097)
    error = rng.choice([0, 5, 7, 9]) if null else 0
    tag = rng.getrandbits(12) & (0xFFF if error else 0xBFF)  # only a token's error can be of the destination
    piece = Piece(
        rng.randrange(channels), 0, 0, length, (rng.getrandbits(64) & mask) >> 1, rng.getrandbits(64) & mask, tag,
        sdev=rng.getrandbits(1), null=int(null), err=error,
    )  # fmt: skip
    drop = int(null or rng.random() < 0.05)
    why = rng.choice([1, 3]) if not null and rng.random() < 0.06 else 0
    good = rng.randrange(length) if why else length
    return Job(
        piece,
        drop,
        why,
        good,
        rng.choice([2, 3]) if not drop and rng.random() < 0.06 else 0,
        int(not null and rng.random() < 0.1),
    )


IDLE = dict.fromkeys(
    ["piece_valid", "piece_ch", "piece_err", "piece_src_l", "piece_dst_l", "piece_high", "piece_fixed", "piece_len", "piece_tag", "res_valid", "res_data",
     "bad_in_valid", "bad_in_data", "m_axi_bresp", "m_axi_bvalid", "clr_valid", "clr_ch", "done_ready", "c_awvalid", "c_awready", "c_wlast",
     "c_wvalid", "c_wready"], 0,
)  # fmt: skip


def give(dut: Any, piece: Piece) -> None:
    """Show a piece as the front hands it over."""
    dut.piece_valid.value, dut.piece_fixed.value, dut.piece_high.value = 1, piece.sdev, high(piece)
    for name, value in piece.fields().items():
        if name in ("ch", "err", "src_l", "dst_l", "len", "tag"):
            getattr(dut, f"piece_{name}").value = value


async def begin(dut: Any, inputs: dict[str, int]) -> None:
    """Reset, and a start of each channel."""
    await start(dut, **inputs)
    for channel in range(dut.CHANNELS.value.to_unsigned()):
        await falling(dut)
        dut.clr_valid.value, dut.clr_ch.value = 1, channel
    await falling(dut)
    dut.clr_valid.value = 0


@cocotb.test()
async def reports(dut: Any) -> None:
    """Random jobs: records at their first beat, results later, responses later still; reports in order with their fields."""
    rng = seeded("bresp")
    channels = len(dut.clr_ch) and dut.CHANNELS.value.to_unsigned()
    shape = Shape(len(dut.clr_ch), 64, dut.ADDR_WIDTH.value.to_unsigned())
    limit, places = 1 << dut.RES_LOG.value.to_unsigned(), 1 << dut.TRACK_LOG.value.to_unsigned()
    await begin(dut, IDLE)
    reports_seen: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["done_valid", "done_ready"], DONE, callback=reports_seen.append)
    bad: list[int] = []
    SignalMonitor(dut, ["bad_valid"], ["bad_ch"], callback=lambda v: bad.append(v[0]))
    total = 400
    jobs: list[Job] = []  # given
    results = responses = errors_told = backs = (
        0  # how many have got their result, their response; whose read error was told; reported
    )
    stalled = False
    accepted: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["m_axi_bvalid", "m_axi_bready"], [], callback=accepted.append)
    for _ in range(30_000):
        await falling(dut)
        if len(reports_seen) == total:
            break
        for name in ("piece_valid", "res_valid", "bad_in_valid", "c_awvalid", "c_wvalid"):
            getattr(dut, name).value = 0
        if accepted:
            accepted.clear()
            dut.m_axi_bvalid.value = 0
            stalled = False
        if len(jobs) < total and len(jobs) - backs < places and rng.random() < 0.6:
            jobs.append(draw(rng, shape, channels))
            give(dut, jobs[-1].piece)
        # What landing found is known before the last beat is sent.
        while errors_told < len(jobs) and not jobs[errors_told].why:
            errors_told += 1
        if errors_told < len(jobs) and rng.random() < 0.7:
            job = jobs[errors_told]
            errors_told += 1
            dut.bad_in_valid.value, dut.bad_in_data.value = 1, pack((int(job.why == 3), 1), (job.good, 13))
        elif results < min(len(jobs), errors_told) and results - backs < limit and rng.random() < 0.6:
            job = jobs[results]
            results += 1
            dut.res_valid.value, dut.res_data.value = (
                1,
                pack((job.alone, 1), (job.drop, 1), (int(job.why > 0), 1), (int(job.why > 0 or job.piece.err > 0), 1)),
            )
            dut.c_awvalid.value = dut.c_awready.value = not job.alone
            dut.c_wvalid.value = dut.c_wready.value = dut.c_wlast.value = not job.alone
        while responses < results and jobs[responses].alone:
            responses += 1
        # A response comes a cycle after the last beat at the earliest: not for a result that is told only now.
        ready = results - known(dut.res_valid) if not stalled else 0
        if not stalled and responses < min(ready, results) and rng.random() < 0.4:
            dut.m_axi_bvalid.value, dut.m_axi_bresp.value = 1, jobs[responses].response
            responses, stalled = responses + 1, True
        dut.done_ready.value = rng.random() < 0.7
        await settled()
        backs += known(dut.piece_back)
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
        if not job.alone and job.response & 2:
            want_bad.append(job.piece.ch)
    assert bad == want_bad and len(bad) > 10
    assert errors >= min(channels, 20) and backs == total
    await falling(dut, 4)
    await falling(dut, 20)
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0


@cocotb.test()
async def restart(dut: Any) -> None:
    """After `clr` a channel that had failed reports its bytes again."""
    await begin(dut, IDLE | {"done_ready": 1})
    seen: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["done_valid", "done_ready"], DONE, callback=seen.append)
    for response, clear in ((2, False), (0, False), (0, True)):
        await falling(dut)
        dut.clr_valid.value, dut.clr_ch.value = clear, 1
        await falling(dut)
        dut.clr_valid.value = 0
        piece = Piece(1, 0, 0, 64, 0x1000, 0x2000, 5)
        give(dut, piece)
        dut.c_awvalid.value = dut.c_awready.value = 1
        await falling(dut)
        dut.piece_valid.value = dut.c_awvalid.value = 0
        await falling(dut, 4)
        dut.res_valid.value, dut.res_data.value = 1, 0
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
