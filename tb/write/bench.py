"""windlass_write: landed words become exactly the bytes of each piece at its destination, whatever the alignments and the stalls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb

from tb.env.seams import Piece, Shape, info_width, random_piece
from tb.env.unit import SignalMonitor, falling, known, pack, seeded, settled, start, unpack

AW = ["m_axi_awaddr", "m_axi_awlen", "m_axi_awsize", "m_axi_awburst", "m_axi_awcache"]
INPUTS = [
    "rec_valid", "rec_data", "landed", "put_valid", "put_addr", "put_data", "squash", "m_axi_awready", "m_axi_wready", "track_ready",
    "c_bvalid", "c_bready",
]  # fmt: skip


@dataclass
class Job:
    """A piece, its words in the buffer, and the response of each (0, 1 SLVERR, 3 DECERR)."""

    piece: Piece
    words: list[bytes]
    responses: list[int]

    def data(self, shape: Shape) -> bytes:
        """Its bytes."""
        offset = 0 if self.piece.sdev else self.piece.src % shape.w
        return b"".join(self.words)[offset : offset + self.piece.length]

    def good(self, shape: Shape) -> int:
        """Bytes before the first bad word."""
        offset = 0 if self.piece.sdev else self.piece.src % shape.w
        first = next((i for i, r in enumerate(self.responses) if r), None)
        return self.piece.length if first is None else max(first * shape.w - offset, 0)

    def why(self) -> int:
        """The first bad word's response."""
        return next((r for r in self.responses if r), 0)

    def beats(self, shape: Shape, good: int) -> list[dict[int, int]]:
        """For each beat, lane -> byte, of the bytes that may be written."""
        piece, data = self.piece, self.data(shape)
        out: list[dict[int, int]] = [{} for _ in range(piece.write(shape)[1] + 1)]
        for i in range(good):
            if piece.ddev:
                beat, lane = i >> piece.unit, piece.dst % shape.w + i % (1 << piece.unit)
            else:
                at = piece.dst % shape.w + i
                beat, lane = divmod(at, shape.w)
            out[beat][lane] = data[i]
        return out


def draw(rng: Any, shape: Shape, channels: int, errors: bool) -> Job:
    """A random job."""
    piece = random_piece(rng, shape, channels, 8)
    count = 0 if piece.null else piece.words(shape)
    if piece.null and rng.random() < 0.8:
        piece.err = 0  # few error tokens, so that the channels live long enough to meet bad words
    bad = errors and rng.random() < 0.15
    responses = [rng.choice([0, 0, 1, 3]) if bad else 0 for _ in range(count)]
    return Job(piece, [rng.randbytes(shape.w) for _ in range(count)], responses)


class Bench:
    """Feeds records and words, plays the bus and windlass_back's squash register, collects what comes out."""

    def __init__(self, dut: Any, seed: str) -> None:
        self.dut, self.rng = dut, seeded(seed)
        self.shape = Shape(len(dut.bad_ch), dut.DATA_WIDTH.value.to_unsigned(), dut.ADDR_WIDTH.value.to_unsigned())
        self.depth = 1 << dut.PTR_W.value.to_unsigned()
        self.addresses: list[tuple[int, ...]] = []
        self.beats: list[tuple[int, ...]] = []
        self.infos: list[int] = []
        self.results: list[int] = []
        self.bad: list[int] = []
        self.returned = 0

    def watch(self) -> None:
        """Monitors on all outputs."""
        dut = self.dut
        SignalMonitor(dut, ["m_axi_awvalid", "m_axi_awready"], AW, callback=self.addresses.append)
        SignalMonitor(
            dut,
            ["m_axi_wvalid", "m_axi_wready"],
            ["m_axi_wdata", "m_axi_wstrb", "m_axi_wlast"],
            callback=self.beats.append,
        )
        SignalMonitor(dut, ["info_valid"], ["info_data"], callback=lambda v: self.infos.append(v[0]))
        SignalMonitor(dut, ["res_valid"], ["res_data"], callback=lambda v: self.results.append(v[0]))
        SignalMonitor(dut, ["bad_valid"], ["bad_ch"], callback=lambda v: self.bad.append(v[0]))

    async def run(self, jobs: list[Job], stall: float) -> None:
        """Play all jobs."""
        dut, rng, shape = self.dut, self.rng, self.shape
        stream = [
            pack((r, 2), (int.from_bytes(w, "little"), 8 * shape.w))
            for j in jobs
            for w, r in zip(j.words, j.responses, strict=True)
        ]
        records = [j.piece.record(shape, j.piece.null) for j in jobs]
        put = landed = record = responded = squash = 0
        for _ in range(40_000):
            if len(self.results) == len(jobs) and responded == len(self.addresses) == sum(b[2] for b in self.beats):
                break
            await falling(dut)
            # Words land ahead of their record or behind it; `landed` counts a word from the cycle after its store.
            landed = put
            dut.landed.value = landed % (2 * self.depth)
            store = put < len(stream) and put - self.returned < self.depth and rng.random() < 0.8
            dut.put_valid.value = store
            if store:
                dut.put_addr.value, dut.put_data.value = put % self.depth, stream[put]
                put += 1
            if record < len(records):
                dut.rec_valid.value, dut.rec_data.value = 1, records[record]
            else:
                dut.rec_valid.value = 0
            for name in ("m_axi_awready", "m_axi_wready", "track_ready"):
                getattr(dut, name).value = rng.random() >= stall
            for ch in self.bad:
                squash |= 1 << ch
            dut.squash.value = squash
            respond = responded < min(sum(b[2] for b in self.beats), len(self.addresses))
            dut.c_bvalid.value = dut.c_bready.value = respond
            responded += respond
            await settled()
            record += known(dut.rec_valid) and known(dut.rec_take)
            self.returned += known(dut.words_back)
        await falling(dut)
        dut.c_bvalid.value = dut.rec_valid.value = dut.put_valid.value = 0
        await falling(dut, 3)
        assert len(self.results) == len(jobs), f"{len(self.results)} results of {len(jobs)} pieces"
        assert self.returned == len(stream), "words were not given back"

    def check(self, jobs: list[Job]) -> dict[str, int]:
        """Everything that came out, against the jobs; what was met on the way."""
        shape, dead = self.shape, set()
        addresses, beats = iter(self.addresses), iter(self.beats)
        met = {"bursts": 0, "dropped": 0, "errors": 0, "narrow": 0}
        for n, (job, info, result) in enumerate(zip(jobs, self.infos, self.results, strict=True)):
            piece = job.piece
            drop = info >> (info_width(shape) - shape.ch_w - 1) & 1
            assert info == piece.info(shape, drop), f"record of piece {n}"
            why, bad, good = unpack(result, 1, 1, 13)
            gone = piece.ch in dead
            assert not piece.null or drop
            assert drop == 0 or piece.null or gone, f"piece {n} was dropped without a reason"
            if not drop:
                met["bursts"] += 1
                met["narrow"] += piece.ddev
                assert next(addresses) == piece.write(shape), f"address of piece {n}"
                want = job.beats(shape, 0 if gone else job.good(shape))
                for i, lanes in enumerate(want):
                    data, strobes, last = next(beats)
                    assert last == (i == len(want) - 1)
                    assert strobes == sum(1 << lane for lane in lanes), f"strobes of piece {n}, beat {i}"
                    assert all(data >> 8 * lane & 255 == byte for lane, byte in lanes.items()), (
                        f"data of piece {n}, beat {i}"
                    )
                if not gone:
                    assert (good, why << 1 | bad) == (job.good(shape), job.why()), f"result of piece {n}"
                    met["errors"] += bad
            met["dropped"] += drop
            if (job.why() and not drop) or (piece.null and piece.err):
                dead.add(piece.ch)
        assert next(addresses, None) is None and next(beats, None) is None, "more than was asked for"
        return met


@cocotb.test()
@cocotb.parametrize(stall=[0.0, 0.3, 0.7])
async def clean(dut: Any, stall: float) -> None:
    """No errors; three rates of stalls."""
    bench = Bench(dut, f"write {stall}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.watch()
    jobs = [draw(bench.rng, bench.shape, 8, False) for _ in range(150)]
    for job in jobs:
        job.piece.err = 0
    await bench.run(jobs, stall)
    met = bench.check(jobs)
    assert not bench.bad and met["bursts"] > 100 and met["narrow"] > 5, met
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0


@cocotb.test()
async def no_bubbles(dut: Any) -> None:
    """With everything there, pieces of two beats leave without a gap between them."""
    bench = Bench(dut, "bubbles")
    shape = bench.shape
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.watch()
    jobs = []
    for i in range(24):
        piece = Piece(1, i * 4 * shape.w, i * 2 * shape.w, 2 * shape.w, 0, 0, 0)
        jobs.append(Job(piece, [bench.rng.randbytes(shape.w) for _ in range(2)], [0, 0]))
    valid: list[int] = []
    task = cocotb.start_soon(bench.run(jobs, 0.0))
    bench.rng.random = lambda: 0.5  # type: ignore[method-assign] - words come every cycle
    while not task.done():
        await falling(dut)
        await settled()
        valid.append(known(dut.m_axi_wvalid))
    await task
    bench.check(jobs)
    first, last = valid.index(1), len(valid) - valid[::-1].index(1)
    assert last - first <= 48 + 2, f"{last - first} cycles for 48 beats"


@cocotb.test()
@cocotb.parametrize(seed=[0, 1, 2, 3, 4])
async def read_errors(dut: Any, seed: int) -> None:
    """Bad words and error tokens: nothing is written from the bad word on, nor by later pieces of that channel; the others go on."""
    bench = Bench(dut, f"errors {seed}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.watch()
    jobs = [draw(bench.rng, bench.shape, 8, True) for _ in range(70)]
    await bench.run(jobs, 0.3)
    met = bench.check(jobs)
    assert bench.bad and met["errors"] and met["dropped"] > 3 and met["bursts"] > 10, met
    await settled()
    assert known(dut.errors) == 0
