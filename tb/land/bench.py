"""windlass_land: every byte lands in the row and lane where its destination's beat wants it, marked from the first error on."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.seams import Piece, Shape, random_piece
from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

INPUTS = ["m_axi_rdata", "m_axi_rresp", "m_axi_rvalid", "alt_valid", "alt_data", "land_valid", "land_data",
          "c_rlast", "c_arlen", "c_arvalid", "c_arready"]  # fmt: skip


class Landing:
    """A piece, the words that bring it, and the response of each (0 OKAY, 2 SLVERR, 3 DECERR)."""

    def __init__(self, rng: Any, shape: Shape, errors: bool) -> None:
        self.shape = shape
        while (piece := random_piece(rng, shape, 2, 8, streams=True)).null:
            pass
        self.piece = piece
        beats = piece.steps(shape) if piece.sdev or piece.fill else piece.words(shape)
        self.words = [rng.randbytes(shape.w) for _ in range(beats)]
        if piece.fill:
            self.words = [self.words[0]] * beats
        bad = errors and not piece.fill and not piece.sstr and rng.random() < 0.3
        self.responses = [rng.choice([0, 0, 2, 3]) if bad else 0 for _ in range(beats)]

    def byte(self, i: int) -> tuple[int, int]:
        """(beat that brings byte i, its value)."""
        p, w = self.piece, self.shape.w
        if p.sdev:
            beat = i >> p.unit
            lane = (p.src + p.incr * (beat << p.unit)) % w + i % (1 << p.unit)
        elif p.fill:
            beat, lane = divmod(p.dst % w + i, w)
        else:
            beat, lane = divmod(p.src % w + i, w)
        return beat, self.words[beat][lane]

    def place(self, i: int) -> tuple[int, int]:
        """(row of the piece, lane) of byte i."""
        p, w = self.piece, self.shape.w
        if p.ddev:
            row = i >> p.unit
            return row, (p.dst + p.incr * (row << p.unit)) % w + i % (1 << p.unit)
        return divmod(p.dst % w + i, w)

    def first_bad(self) -> tuple[int, int] | None:
        """(bytes before the first error, its response)."""
        for i in range(self.piece.length):
            response = self.responses[self.byte(i)[0]]
            if response:
                return i, response
        return None


@cocotb.test()
@cocotb.parametrize(errors=[False, True])
async def pieces(dut: Any, errors: bool) -> None:
    """Random pieces of every kind with gaps: rows are complete when they are counted, never before; each record is used once."""
    w = len(dut.m_axi_rdata) // 8
    rows = 1 << dut.PTR_W.value.to_unsigned()
    depth = 1 << dut.DEPTH_LOG.value.to_unsigned()
    shape = Shape(1, 8 * w)
    rng = seeded(f"land {errors}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bad: list[int] = []
    SignalMonitor(dut, ["bad_valid"], ["bad_data"], callback=lambda v: bad.append(v[0]))
    total = 160
    jobs = [Landing(rng, shape, errors) for _ in range(total)]
    memory: dict[tuple[int, int], tuple[int, int]] = {}  # (row, lane) -> (value, bad)
    offered = backs = 0  # records given; pieces that landed
    stream: list[tuple[Landing, int]] = []  # beats still to come, of the records given
    complete = checked = base = 0  # rows counted; rows compared
    owed: list[tuple[int, list[tuple[int, int, int]]]] = []  # per piece: first row, [(row, lane, byte)]
    held = False
    for _ in range(40_000):
        await falling(dut)
        dut.land_valid.value = dut.c_arvalid.value = 0
        fresh = None
        if offered < total and offered - backs < depth and rng.random() < 0.6:
            fresh = job = jobs[offered]
            offered += 1
            dut.land_valid.value, dut.land_data.value = 1, job.piece.land(shape)
            if job.piece.read(shape):
                dut.c_arvalid.value = dut.c_arready.value = 1
                dut.c_arlen.value = len(job.words) - 1
            stream += [(job, i) for i in range(len(job.words))]
        # The next beat, on the bus or at the other entrance; what is offered stays.
        if stream and (held or rng.random() < 0.7):
            job, i = stream[0]
            alt = job.piece.fill or job.piece.sstr
            held = alt or job is not fresh  # R comes after AR
            dut.m_axi_rvalid.value = held and not alt
            dut.alt_valid.value = held and alt
            name = "alt_data" if alt else "m_axi_rdata"
            getattr(dut, name).value = int.from_bytes(job.words[i], "little")
            dut.m_axi_rresp.value = job.responses[i]
            dut.c_rlast.value = i == len(job.words) - 1
        else:
            dut.m_axi_rvalid.value = dut.alt_valid.value = 0
        await settled()
        we = known(dut.put_we)
        if we:
            addresses, data, mark = known(dut.put_addr), known(dut.put_data), known(dut.put_bad)
        for lane in range(w):
            if we >> lane & 1:
                row = addresses >> lane * len(dut.put_addr) // w & rows - 1
                memory[row, lane] = data >> 8 * lane & 255, mark
        for _ in range(known(dut.rows_landed)):
            # The row is complete: all bytes that its piece has in it are there, marked or right.
            while not owed or complete >= owed[0][0] + owed[0][1][-1][0] + 1:
                if owed:
                    owed.pop(0)
                job = jobs[checked]
                checked += 1
                owed.append((base, [(*job.place(i), i) for i in range(job.piece.length)]))
                owner = job
                base += job.piece.rows(shape)
                limit = job.first_bad()
            first, places = owed[0]
            for row, lane, i in places:
                if first + row == complete:
                    value, marked = memory[(first + row) % rows, lane]
                    assert marked == int(limit is not None and i >= limit[0]), (
                        f"mark of byte {i} of piece {checked - 1}"
                    )
                    assert marked or value == owner.byte(i)[1], f"byte {i} of piece {checked - 1}"
            complete += 1
        backs += known(dut.land_back)
        if stream and held:
            piece = stream[0][0].piece
            if known(dut.alt_take if piece.fill or piece.sstr else dut.m_axi_rready):
                assert known(dut.alt_fill) == piece.fill
                stream.pop(0)
                held = False
        if offered == total and not stream and backs == total:
            break
    assert backs == total and checked == total, f"{backs} pieces landed"
    await falling(dut, 5)
    assert complete == sum(j.piece.rows(shape) for j in jobs)
    want = [j.first_bad() for j in jobs if j.first_bad()]
    assert bad == [(r == 3) << 13 | n for n, r in want]  # type: ignore[misc]
    assert bool(want) == errors and len(want) >= 10 * errors
    assert (
        sum(j.piece.sdev for j in jobs) > 10
        and sum(j.piece.ddev for j in jobs) > 10
        and sum(j.piece.incr for j in jobs) > 5
    )
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0


@cocotb.test()
async def a_beat_a_cycle(dut: Any) -> None:
    """Two-word pieces of memory land without a gap, and a row is counted in the cycle after its last byte at the latest (wide words: one more)."""
    w = len(dut.m_axi_rdata) // 8
    shape = Shape(1, 8 * w)
    await start(dut, **dict.fromkeys(INPUTS, 0))
    pieces = [Piece(0, 64 * i + i % w, 64 * i + 3 % w, 2 * w - i % w, 0, 0, 0) for i in range(12)]
    words = [p.words(shape) for p in pieces]
    depth = 1 << dut.DEPTH_LOG.value.to_unsigned()
    given = backs = 0
    beat = 0  # of the piece that is on the bus
    at = 0
    cycles: list[int] = []
    for cycle in range(200):
        await falling(dut)
        dut.land_valid.value = dut.c_arvalid.value = fresh = 0
        if given < len(pieces) and given - backs < depth:
            dut.land_valid.value, dut.land_data.value = 1, pieces[given].land(shape)
            dut.c_arvalid.value, dut.c_arready.value, dut.c_arlen.value = 1, 1, words[given] - 1
            given, fresh = given + 1, 1
        valid = at < given - fresh  # R comes after AR
        dut.m_axi_rvalid.value, dut.c_rlast.value = valid, valid and beat == words[at] - 1
        await settled()
        if valid and known(dut.m_axi_rready):
            cycles.append(cycle)
            beat += 1
            if beat == words[at]:
                at, beat = at + 1, 0
        backs += known(dut.land_back)
        if at == len(pieces):
            break
    assert len(cycles) == sum(words)
    assert cycles[-1] - cycles[0] == len(cycles) - 1, "a gap"
    await falling(dut, 4)
    await settled()
    assert known(dut.errors) == 0
