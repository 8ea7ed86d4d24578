"""windlass_write: landed rows become exactly the bytes of each piece at its destination, whatever the alignments and the stalls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb

from tb.env.seams import Piece, Shape, random_piece
from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start, unpack

AW = ["m_axi_awaddr", "m_axi_awlen", "m_axi_awsize", "m_axi_awburst", "m_axi_awcache"]
INPUTS = [
    "rec_valid", "rec_token", "rec_data", "rows_landed", "put_we", "put_addr", "put_data", "put_bad", "squash", "m_axi_awready",
    "m_axi_wready", "piece_back", "sum_ready", "c_bvalid", "c_bready",
]  # fmt: skip


@dataclass
class Job:
    """A piece, its bytes, and how many of them are good."""

    piece: Piece
    data: bytes
    good: int

    def beats(self, shape: Shape, good: int) -> list[dict[int, int]]:
        """For each beat, lane -> byte, of the first `good` bytes."""
        piece = self.piece
        out: list[dict[int, int]] = [{} for _ in range(piece.rows(shape))]
        for i in range(good):
            if piece.ddev:
                beat = i >> piece.unit
                lane = (piece.dst + piece.incr * (beat << piece.unit)) % shape.w + i % (1 << piece.unit)
            else:
                beat, lane = divmod(piece.dst % shape.w + i, shape.w)
            out[beat][lane] = self.data[i]
        return out


def draw(rng: Any, shape: Shape, channels: int, errors: bool, sums: bool = False) -> Job:
    """A random job."""
    piece = random_piece(rng, shape, channels, 8, streams=True, sums=sums)
    if piece.null and rng.random() < 0.8:
        piece.err = 0  # few error tokens, so that the channels live long enough to meet bad bytes
    bad = errors and not piece.null and rng.random() < 0.1
    return Job(piece, rng.randbytes(piece.length), rng.randrange(piece.length) if bad else piece.length)


class Bench:
    """Feeds records and rows, plays the bus and windlass_squash, collects what comes out."""

    def __init__(self, dut: Any, seed: str) -> None:
        self.dut, self.rng = dut, seeded(seed)
        self.shape = Shape(len(dut.bad_ch), dut.DATA_WIDTH.value.to_unsigned(), dut.ADDR_WIDTH.value.to_unsigned())
        self.depth = 1 << dut.PTR_W.value.to_unsigned()
        self.limit = dut.OUTSTANDING.value.to_unsigned()
        self.addresses: list[tuple[int, ...]] = []
        self.beats: list[tuple[int, ...]] = []
        self.streams: list[tuple[int, ...]] = []
        self.sums: list[tuple[int, ...]] = []
        self.crc = bool(dut.CRC.value.to_unsigned())
        self.results: list[int] = []
        self.bad: list[int] = []
        self.returned = self.back = 0

    def words(self, dst: int, beats: int = 1, src: int = 0) -> Job:
        """Whole words from memory to memory, without an error."""
        length = beats * self.shape.w
        return Job(Piece(1, src, dst, length, 0, 0, 0), self.rng.randbytes(length), length)

    def reports(self, stall: float) -> bool:
        """Whether the oldest result is reported in this cycle, when there is one."""
        return self.rng.random() >= stall

    def watch(self) -> None:
        """Monitors on all outputs."""
        dut = self.dut
        beat = ["m_axi_wdata", "m_axi_wstrb"]
        SignalMonitor(dut, ["m_axi_awvalid", "m_axi_awready"], AW, callback=self.addresses.append)
        SignalMonitor(dut, ["m_axi_wvalid", "m_axi_wready"], [*beat, "m_axi_wlast"], callback=self.beats.append)
        SignalMonitor(dut, ["str_valid"], [*beat, "str_ch", "str_last"], callback=self.streams.append)
        SignalMonitor(
            dut,
            ["sum_valid", "sum_ready"],
            ["m_axi_wdata", "sum_bytes", "sum_ch", "sum_first", "sum_last"],
            callback=self.sums.append,
        )
        SignalMonitor(dut, ["res_valid"], ["res_data"], callback=lambda v: self.results.append(v[0]))
        SignalMonitor(dut, ["bad_valid"], ["bad_ch"], callback=lambda v: self.bad.append(v[0]))

    def stored(self, jobs: list[Job]) -> list[list[tuple[int, int, int]]]:
        """Per row: (lane, byte, mark), of what windlass_land stores; lanes outside the piece are left as they are."""
        out = []
        for job in jobs:
            if not job.piece.null:
                marks = job.beats(self.shape, job.good)
                for lanes, good in zip(job.beats(self.shape, job.piece.length), marks, strict=True):
                    out.append([(lane, byte, lane not in good) for lane, byte in lanes.items()])
        return out

    async def run(self, jobs: list[Job], stall: float) -> None:
        """Play all jobs. At most OUTSTANDING pieces are between their first beat and their report."""
        dut, rng, shape = self.dut, self.rng, self.shape
        stored = self.stored(jobs)
        records = [j.piece.record(shape) for j in jobs]
        put = record = responded = squash = 0
        for _ in range(40_000):
            finished = sum(b[2] for b in self.beats)
            if len(self.results) == len(jobs) == self.back and responded == len(self.addresses) == finished:
                break
            await falling(dut)
            # Rows land ahead of their record or behind it; a row is stored lane by lane, good bytes and bad ones in turn.
            dut.put_we.value = dut.rows_landed.value = 0
            if put < len(stored) and put - self.returned < self.depth and rng.random() < 0.8:
                row = stored[put]
                bad = any(mark for _, _, mark in row)
                lanes = [x for x in row if x[2] == bad]
                stored[put] = [x for x in row if x[2] != bad]
                dut.put_we.value = sum(1 << lane for lane, _, _ in lanes)
                dut.put_bad.value = bad
                dut.put_data.value = sum(byte << 8 * lane for lane, byte, _ in lanes)
                ptr = len(dut.put_addr) // shape.w
                dut.put_addr.value = sum(put % self.depth << ptr * lane for lane in range(shape.w))
                if not stored[put]:
                    dut.rows_landed.value = 1
                    put += 1
            dut.rec_valid.value = record < len(records)
            if record < len(records):
                dut.rec_data.value, dut.rec_token.value = records[record], jobs[record].piece.null
            for name in ("m_axi_awready", "m_axi_wready", "sum_ready"):
                getattr(dut, name).value = rng.random() >= stall
            for ch in self.bad:
                squash |= 1 << ch
            dut.squash.value = squash
            dut.c_bvalid.value = dut.c_bready.value = respond = responded < min(finished, len(self.addresses))
            responded += respond
            report = self.back < len(self.results) and self.reports(stall)
            dut.piece_back.value = report
            self.back += report
            await settled()
            record += known(dut.rec_valid) and known(dut.rec_take)
            self.returned += known(dut.row_back)
            assert len(self.addresses) + known(dut.m_axi_awvalid) - self.back <= self.limit
        await falling(dut)
        dut.c_bvalid.value = dut.rec_valid.value = dut.put_we.value = dut.piece_back.value = dut.rows_landed.value = 0
        await falling(dut, 3)
        assert len(self.results) == len(jobs), f"{len(self.results)} results of {len(jobs)} pieces"
        assert self.returned == len(stored), "rows were not given back"

    def check(self, jobs: list[Job]) -> dict[str, int]:
        """Everything that came out, against the jobs; what was met on the way."""
        shape, dead = self.shape, set()
        addresses, beats, streams, sums = iter(self.addresses), iter(self.beats), iter(self.streams), iter(self.sums)
        met = {"bursts": 0, "dropped": 0, "errors": 0, "narrow": 0, "streams": 0, "packets": 0, "empty": 0, "sums": 0}
        for n, (job, result) in enumerate(zip(jobs, self.results, strict=True)):
            piece = job.piece
            alone, drop, bad, faulty = unpack(result, 1, 1, 1, 1)
            gone = piece.ch in dead
            assert not piece.null or drop
            assert drop == 0 or piece.null or gone, f"piece {n} was dropped without a reason"
            assert alone == (drop or piece.dstr or piece.sum)
            assert bad == (job.good < piece.length), f"result of piece {n}"
            assert faulty == (bad or (piece.null and piece.err > 0)), f"result of piece {n}"
            if piece.sum:  # all its bytes, or none of a token, whatever became of it: each end is to bring a sum
                met["sums"] += 1
                every = [{}] if piece.null else job.beats(shape, piece.length)
                for i, lanes in enumerate(every):
                    data, count, ch, first, last = next(sums)
                    end = i == len(every) - 1
                    assert (ch, first, last) == (piece.ch, piece.incr and i == 0, end and piece.dlast), f"sum {n}"
                    assert count == len(lanes) and all(data >> 8 * lane & 255 == byte for lane, byte in lanes.items())
                met["errors"], met["dropped"] = met["errors"] + bad, met["dropped"] + drop
                if bad or (piece.null and piece.err):
                    dead.add(piece.ch)
                continue
            want = [{}] * piece.dstr if piece.null else job.beats(shape, 0 if gone else job.good)
            met["empty"] += piece.null & piece.dstr
            met["errors"] += bad
            met["dropped"] += drop
            if piece.dstr and not piece.null:
                met["streams"] += 1
            elif not drop:
                met["bursts"] += 1
                met["narrow"] += piece.ddev
                assert next(addresses) == piece.write(shape), f"address of piece {n}"
            for i, lanes in enumerate(want):
                end = i == len(want) - 1
                if piece.dstr:
                    data, strobes, ch, last = next(streams)
                    assert ch == piece.ch and last == (end and piece.dlast and not gone and not bad), (
                        f"stream beat of piece {n}"
                    )
                    met["packets"] += last
                elif drop:
                    continue
                else:
                    data, strobes, last = next(beats)
                    assert last == end
                assert strobes == sum(1 << lane for lane in lanes), f"strobes of piece {n}, beat {i}"
                assert all(data >> 8 * lane & 255 == byte for lane, byte in lanes.items()), (
                    f"data of piece {n}, beat {i}"
                )
            if bad or (piece.null and piece.err):
                dead.add(piece.ch)
        for rest in (addresses, beats, streams, sums):
            assert next(rest, None) is None, "more than was asked for"
        return met


@cocotb.test()
@cocotb.parametrize(stall=[0.0, 0.3, 0.7])
async def clean(dut: Any, stall: float) -> None:
    """No errors; three rates of stalls."""
    bench = Bench(dut, f"write {stall}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.watch()
    jobs = [draw(bench.rng, bench.shape, 8, False, bench.crc) for _ in range(150 + 50 * bench.crc)]
    for job in jobs:
        job.piece.err = 0
    await bench.run(jobs, stall)
    met = bench.check(jobs)
    assert not bench.bad and met["bursts"] > 60 and met["narrow"] > 5 and met["packets"] > 5 and met["empty"] > 2, met
    assert met["sums"] > 20 or not bench.crc
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0


@cocotb.test()
async def address_and_data(dut: Any) -> None:
    """AWVALID rises with a burst's first WVALID at the latest; data do not wait for AWREADY; what every address has in common."""
    bench = Bench(dut, "address")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.watch()
    jobs = [bench.words(4 * i * bench.shape.w, 4) for i in range(30)]
    task = cocotb.start_soon(bench.run(jobs, 0.5))
    ahead = 0
    while not task.done():
        await falling(dut)
        await settled()
        begun = len(bench.addresses) + known(dut.m_axi_awvalid)
        ended = sum(beat[2] for beat in bench.beats)
        if known(dut.m_axi_wvalid):
            assert begun > ended, "data of a burst whose address is not shown"
        inside = len(bench.beats) > 4 * ended
        ahead += inside and len(bench.addresses) == ended
        assert (
            known(dut.m_axi_awid) == known(dut.m_axi_awlock) == known(dut.m_axi_awprot) == known(dut.m_axi_awqos) == 0
        )
    await task
    bench.check(jobs)
    assert ahead, "no beat was taken before its address"


@cocotb.test()
async def no_bubbles(dut: Any) -> None:
    """With everything there, pieces of two beats and of one leave without a gap between them."""
    bench = Bench(dut, "bubbles")
    w = bench.shape.w
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.watch()
    # Twelve pieces of two beats, twelve of one.
    jobs = [bench.words(i * 2 * w, 2 - i // 12, src=i * 4 * w) for i in range(24)]
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
    assert bench.limit < 24 or last - first == 36, f"{last - first} cycles for 36 beats"


@cocotb.test()
@cocotb.parametrize(stall=[0.0, 0.5])
async def places(dut: Any, stall: float) -> None:
    """Unless one is reported, OUTSTANDING pieces begin, no more and no less; each report lets another one, with others before and behind it or alone."""
    bench = Bench(dut, f"places {stall}")
    rng, limit, many = bench.rng, bench.limit, 4 * bench.limit + 20
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.watch()
    jobs = [bench.words(i * bench.shape.w % 4096) for i in range(many)]
    begun = quiet = due = full = 0
    chance = 1.0

    def reports(stall: float) -> bool:
        nonlocal begun, quiet, due, full, chance
        quiet = quiet + 1 if len(bench.addresses) == begun and not due else 0
        begun = len(bench.addresses)
        if quiet == 40:
            assert begun == min(many, bench.back + limit), f"{begun} pieces have begun, {bench.back} were reported"
            full += begun < many
            due, chance = min(rng.randrange(1, limit + 2), len(bench.results) - bench.back), rng.choice([1.0, 0.5, 0.1])
        report = due > 0 and rng.random() < chance
        due -= report
        return report

    bench.reports = reports  # type: ignore[method-assign]
    await bench.run(jobs, stall)
    bench.check(jobs)
    assert full > 3, full


@cocotb.test()
async def room_at_once(dut: Any) -> None:
    """The burst that waits for a report has its AWVALID two cycles after it."""
    bench = Bench(dut, "room")
    now, told, gaps = 0, 0, []
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.watch()
    jobs = [bench.words(0) for _ in range(bench.limit + 12)]
    bench.reports = lambda stall: now - told > 3 * bench.limit + 60  # type: ignore[method-assign]
    task = cocotb.start_soon(bench.run(jobs, 0.0))
    while not task.done():
        await falling(dut)
        await settled()
        now += 1
        if known(dut.piece_back):
            told = now
        if known(dut.m_axi_awvalid) and bench.back:
            gaps.append(now - told)
    await task
    bench.check(jobs)
    assert gaps == [2] * 12, gaps


@cocotb.test()
@cocotb.parametrize(seed=[0, 1, 2, 3, 4])
async def read_errors(dut: Any, seed: int) -> None:
    """Bad words and error tokens: nothing is written from the bad word on, nor by later pieces of that channel; the others go on."""
    bench = Bench(dut, f"errors {seed}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench.watch()
    jobs = [draw(bench.rng, bench.shape, 8, True, bench.crc) for _ in range(70)]
    await bench.run(jobs, 0.3)
    met = bench.check(jobs)
    assert bench.bad and met["errors"] and met["dropped"] > 3 and met["bursts"] > 10 and met["streams"] > 5, met
    await settled()
    assert known(dut.errors) == 0
