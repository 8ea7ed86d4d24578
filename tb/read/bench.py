"""windlass_read: each piece becomes the right read, landing record and queue record, in order, and never before it is reserved."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.seams import Piece, Shape, random_piece
from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start

AR = ["m_axi_araddr", "m_axi_arlen", "m_axi_arsize", "m_axi_arburst", "m_axi_arcache"]
PIECE = ["ch", "null", "err", "src", "dst", "src_l", "dst_l", "len", "sdev", "ddev", "unit", "tag"]


class Room:
    """What is reserved and given back: buffer words, reads in flight, places in the write queue. Overdrawing fails the test."""

    def __init__(self, shape: Shape, words: int, reads: int, places: int) -> None:
        self.shape = shape
        self.words, self.reads, self.places = words, reads, places
        self.free = [words, reads, places]
        self.least = [words, reads, places]
        self.owed_words = self.owed_reads = self.queued = 0

    def issued(self, piece: Piece) -> None:
        """A read was issued."""
        self.take(0, piece.words(self.shape))
        self.take(1, 1)
        self.owed_words += piece.words(self.shape)
        self.owed_reads += 1

    def take(self, what: int, n: int) -> None:
        """Use some."""
        self.free[what] -= n
        assert self.free[what] >= 0, f"{['buffer words', 'reads in flight', 'write queue'][what]} overdrawn"
        self.least[what] = min(self.least[what], self.free[what])


async def traffic(dut: Any, seed: str, count: int, generous: bool) -> Room:
    """Feed `count` pieces under random back-pressure; returns what was reserved at most."""
    rng = seeded(seed)
    shape = Shape(len(dut.piece_ch), dut.DATA_WIDTH.value.to_unsigned(), len(dut.piece_src))
    channels = len(dut.squash)
    await start(dut, **dict.fromkeys([f"piece_{n}" for n in PIECE], 0), piece_valid=0, squash=0, m_axi_arready=0, words_back=0,
                read_back=0, queue_level=0, c_rlast=0, c_rvalid=0, c_rready=0)  # fmt: skip
    ptr = dut.PTR_W.value.to_unsigned()
    room = Room(shape, 1 << ptr, dut.OUTSTANDING.value.to_unsigned(), 1 << dut.QUEUE_LOG.value.to_unsigned())
    burst = min(64, room.words // 2)
    reads: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["m_axi_arvalid", "m_axi_arready"], AR, callback=reads.append)
    order: list[Piece] = []
    lands: list[int] = []
    SignalMonitor(dut, ["land_valid"], ["land_data"], callback=lambda v: lands.append(v[0]))
    records: list[int] = []
    SignalMonitor(dut, ["rec_valid"], ["rec_data"], callback=lambda v: records.append(v[0]))
    squash = 0
    after_ready = done = late_level = tokens = 0
    beats_left: list[int] = []
    for _ in range(60_000):
        await falling(dut)
        if done == count:
            break
        # The piece port: up to 8 may still come after ready fell (checked by never sending more).
        send = len(order) < count and rng.random() < 0.7 and after_ready < 8
        dut.piece_valid.value = send
        if send:
            piece = random_piece(rng, shape, channels, burst)
            order.append(piece)
            for name, value in piece.fields().items():
                getattr(dut, f"piece_{name}").value = value
        dut.m_axi_arready.value = rng.random() < (0.9 if generous else 0.5)
        back = min(room.owed_words, rng.randrange(3)) if generous or rng.random() < 0.3 else 0
        dut.words_back.value = back
        room.owed_words -= back
        room.free[0] += back
        # A read ends: its last beat on the checker, then read_back.
        ended = beats_left and rng.random() < (0.8 if generous else 0.2)
        dut.c_rvalid.value = dut.c_rready.value = bool(ended)
        dut.read_back.value = 0
        if ended:
            beats_left[0] -= 1
            dut.c_rlast.value = beats_left[0] < 0
            if beats_left[0] < 0:
                beats_left.pop(0)
                dut.read_back.value = 1
                room.owed_reads -= 1
                room.free[1] += 1
        drained = min(room.queued, int(rng.random() < (0.9 if generous else 0.4)))
        room.queued -= drained
        room.free[2] += drained
        dut.queue_level.value = late_level
        await settled()
        assert (
            known(dut.m_axi_arid) == known(dut.m_axi_arlock) == known(dut.m_axi_arprot) == known(dut.m_axi_arqos) == 0
        )
        ready = known(dut.piece_ready)
        after_ready = 0 if ready else after_ready + send
        if known(dut.m_axi_arvalid) and known(dut.m_axi_arready):
            beats_left.append(known(dut.m_axi_arlen))
        late_level = room.queued
        for record in records:
            piece = order[done]
            token = piece.null
            tokens += token
            assert record == piece.record(shape, token), f"record of piece {done}"
            if not token:
                assert lands and lands.pop(0) == piece.land(shape), f"landing record of piece {done}"
                room.issued(piece)
            room.take(2, 1)
            room.queued += 1
            done += 1
        records.clear()
        assert not lands
    assert done == count, "the module stopped"
    dut.piece_valid.value = dut.c_rvalid.value = 0
    dut.m_axi_arready.value = 1
    await falling(dut, 10)
    assert tokens > count // 20 and squash == 0
    assert reads == [piece.read(shape) for piece in order if not piece.null]
    await settled()
    assert known(dut.errors) == 0
    return room


@cocotb.test()
async def fast_bus(dut: Any) -> None:
    """Everything is given back at once."""
    await traffic(dut, "read fast", 400, True)


@cocotb.test()
async def slow_bus(dut: Any) -> None:
    """Little is given back: each of the three reservations was the one that held a piece, and none was overdrawn."""
    room = await traffic(dut, "read slow", 300, False)
    assert room.least[1] == 0
    assert room.least[0] < room.words * 3 // 4


@cocotb.test()
async def squashed(dut: Any) -> None:
    """Pieces of a channel in error become tokens: no read, no landing, still a record with `null` set."""
    rng = seeded("squash")
    shape = Shape(len(dut.piece_ch), dut.DATA_WIDTH.value.to_unsigned(), len(dut.piece_src))
    channels = len(dut.squash)
    await start(dut, **dict.fromkeys([f"piece_{n}" for n in PIECE], 0), piece_valid=0, squash=1, m_axi_arready=1, words_back=0,
                read_back=0, queue_level=0, c_rlast=0, c_rvalid=0, c_rready=0)  # fmt: skip
    check = Check(dut)
    check.watch("record", SignalMonitor(dut, ["rec_valid"], ["rec_data"]))
    check.watch("ar", SignalMonitor(dut, ["m_axi_arvalid", "m_axi_arready"], AR))
    reads = 0
    for _ in range(60):
        piece = random_piece(rng, shape, channels, 2)
        if piece.ch and (reads == 2 or piece.words(shape) > 4):
            continue
        token = int(piece.null or piece.ch == 0)
        check.expect("record", piece.record(shape, token))
        if not token:
            reads += 1
            check.expect("ar", *piece.read(shape))
        await falling(dut, 4)
        dut.piece_valid.value = 1
        for name, value in piece.fields().items():
            getattr(dut, f"piece_{name}").value = value
        await falling(dut)
        dut.piece_valid.value = 0
    await check.finish(dut)
    await settled()
    assert known(dut.errors) == 0 and reads == 2
