"""windlass_read: each piece becomes the right read, landing record and queue record, in order, and never before it is reserved."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.seams import Piece, Shape, random_piece
from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

AR = ["m_axi_araddr", "m_axi_arlen", "m_axi_arsize", "m_axi_arburst", "m_axi_arcache"]
PIECE = [
    "ch",
    "null",
    "err",
    "src",
    "dst",
    "len_m1",
    "sdev",
    "ddev",
    "incr",
    "unit",
    "fill",
    "sstr",
    "slast",
    "dstr",
    "dlast",
    "sum",
]
IDLE = {
    "squash": 0,
    "m_axi_arready": 0,
    "row_back": 0,
    "land_back": 0,
    "queue_level": 0,
    "fill_room": 1,
    "c_rlast": 0,
    "c_rvalid": 0,
    "c_rready": 0,
}


def fields(piece: Piece) -> dict[str, int]:
    """As ports piece_*."""
    values = piece.fields()
    return {name: values[name] for name in PIECE}


def all_used(piece: Piece, shape: Shape) -> int:
    """The last word of a stream's piece is used up: the packet ends in it, or its bytes do."""
    return int(piece.slast or (piece.src + piece.length) % shape.w == 0)


class Room:
    """What is reserved and given back: buffer rows and pieces in flight. Overdrawing fails the test."""

    def __init__(self, rows: int, flights: int) -> None:
        self.rows = rows
        self.free = [rows, flights]
        self.least = [rows, flights]
        self.owed_rows = self.owed_flights = 0

    def issued(self, rows: int) -> None:
        """A piece went that will land."""
        for what, n in enumerate((rows, 1)):
            self.free[what] -= n
            assert self.free[what] >= 0, f"{['buffer rows', 'pieces in flight'][what]} overdrawn"
            self.least[what] = min(self.least[what], self.free[what])
        self.owed_rows += rows
        self.owed_flights += 1


class Seen:
    """Everything that came out."""

    def __init__(self, dut: Any) -> None:
        self.reads: list[tuple[int, ...]] = []
        self.records: list[int] = []
        self.gone: list[int] = []
        self.lands: list[int] = []
        self.fills: list[int] = []
        self.pulls: list[tuple[int, ...]] = []
        SignalMonitor(dut, ["m_axi_arvalid", "m_axi_arready"], AR, callback=self.reads.append)
        SignalMonitor(dut, ["rec_valid"], ["rec_data"], callback=lambda v: self.records.append(v[0]))
        SignalMonitor(dut, ["go_valid"], ["go_token"], callback=lambda v: self.gone.append(v[0]))
        SignalMonitor(dut, ["land_valid"], ["land_data"], callback=lambda v: self.lands.append(v[0]))
        SignalMonitor(dut, ["fill_valid"], ["fill_data"], callback=lambda v: self.fills.append(v[0]))
        SignalMonitor(dut, ["pull_valid"], ["pull_ch", "pull_words_m1", "pull_all"], callback=self.pulls.append)

    def check(self, order: list[Piece], shape: Shape, tokens: set[int]) -> None:
        """Against the pieces; `tokens`: numbers of those that moved nothing."""
        live = [p for i, p in enumerate(order) if i not in tokens]
        assert self.records == [p.record(shape) for p in order]
        assert self.gone == [int(i in tokens) for i in range(len(order))]
        assert self.reads == [p.read(shape) for p in live if p.read(shape)]
        assert self.lands == [p.land(shape) for p in live]
        assert self.fills == [p.src & 0xFFFF_FFFF for p in live if p.fill]
        assert self.pulls == [(p.ch, p.words(shape) - 1, all_used(p, shape)) for p in live if p.sstr]


async def traffic(dut: Any, seed: str, count: int, generous: bool) -> Room:
    """Feed `count` pieces under random back-pressure; returns what was reserved at most."""
    rng = seeded(seed)
    shape = Shape(len(dut.piece_ch), dut.DATA_WIDTH.value.to_unsigned(), len(dut.piece_src))
    channels = len(dut.squash)
    await start(dut, **dict.fromkeys([f"piece_{n}" for n in PIECE], 0), piece_valid=0, **IDLE)
    room = Room(1 << dut.PTR_W.value.to_unsigned(), dut.OUTSTANDING.value.to_unsigned())
    burst = min(64, room.rows // 2)
    seen = Seen(dut)
    order: list[Piece] = []
    after_ready = done = 0
    beats_left: list[int] = []
    landing: list[int] = []  # pieces that went: 1 if they have a read
    no_room = 0
    for _ in range(60_000):
        await falling(dut)
        if done == count:
            break
        # The piece port: up to 8 may still come after ready fell (checked by never sending more).
        send = len(order) < count and rng.random() < 0.7 and after_ready < 8
        dut.piece_valid.value = send
        if send:
            piece = random_piece(rng, shape, channels, burst, streams=True, sums=bool(dut.CRC.value.to_unsigned()))
            order.append(piece)
            for name, value in fields(piece).items():
                getattr(dut, f"piece_{name}").value = value
        dut.m_axi_arready.value = rng.random() < (0.9 if generous else 0.5)
        dut.fill_room.value = fill_room = generous or rng.random() < 0.5
        no_room += not fill_room
        back = int(room.owed_rows > 0 and (generous or rng.random() < 0.5))
        dut.row_back.value = back
        room.owed_rows -= back
        room.free[0] += back
        # A read ends: its last beat on the checker, then land_back; what has no read just ends.
        dut.c_rvalid.value = dut.c_rready.value = dut.land_back.value = 0
        if landing and rng.random() < (0.8 if generous else 0.2):
            if landing[0] and not beats_left:
                pass  # its address is still on its way
            elif landing[0]:
                beats_left[0] -= 1
                dut.c_rvalid.value = dut.c_rready.value = 1
                dut.c_rlast.value = beats_left[0] < 0
            if not landing[0] or (beats_left and beats_left[0] < 0):
                beats_left[:1] = [] if landing.pop(0) else beats_left[:1]
                dut.land_back.value = 1
                room.owed_flights -= 1
                room.free[1] += 1
        await settled()
        assert (
            known(dut.m_axi_arid) == known(dut.m_axi_arlock) == known(dut.m_axi_arprot) == known(dut.m_axi_arqos) == 0
        )
        ready = known(dut.piece_ready)
        after_ready = 0 if ready else after_ready + send
        if known(dut.m_axi_arvalid) and known(dut.m_axi_arready):
            beats_left.append(known(dut.m_axi_arlen))
        if known(dut.go_valid):
            piece = order[done]
            assert known(dut.go_token) == piece.null
            if not piece.null:
                assert fill_room or not piece.fill, "a pattern without room for it"
                room.issued(piece.rows(shape))
                landing.append(piece.read(shape) is not None)
            done += 1
    assert done == count, "the module stopped"
    dut.piece_valid.value = dut.c_rvalid.value = dut.land_back.value = dut.row_back.value = 0
    dut.m_axi_arready.value = 1
    await falling(dut, 10)
    tokens = {i for i, p in enumerate(order) if p.null}
    assert len(tokens) > count // 20 and (generous or no_room)
    seen.check(order, shape, tokens)
    await settled()
    assert known(dut.errors) == 0
    return room


@cocotb.test()
async def fast_bus(dut: Any) -> None:
    """Everything is given back at once."""
    await traffic(dut, "read fast", 400, True)


@cocotb.test()
async def slow_bus(dut: Any) -> None:
    """Little is given back: both reservations were used up, and neither was overdrawn."""
    room = await traffic(dut, "read slow", 300, False)
    assert room.least[1] == 0
    assert room.least[0] < room.rows * 3 // 4


@cocotb.test()
async def queue_is_full(dut: Any) -> None:
    """Nothing is written: ready falls while the queue has room for what may still come."""
    await start(dut, **dict.fromkeys([f"piece_{n}" for n in PIECE], 0), piece_valid=0, **IDLE)
    places = 1 << dut.QUEUE_LOG.value.to_unsigned()
    fell = False
    for level in range(places):
        await falling(dut)
        dut.queue_level.value = level
        await settled()
        ready = known(dut.piece_ready)
        assert not (ready and fell)
        fell = fell or not ready
        # Eight more may come after ready fell, and two are not in the level yet.
        assert ready == (level + 8 + 2 < places)
    assert fell


@cocotb.test()
async def latency(dut: Any) -> None:
    """AR is valid a cycle after the piece, and its landing record beside the piece, when no row is reserved; two cycles after it when some
    are."""
    await start(dut, **dict.fromkeys([f"piece_{n}" for n in PIECE], 0), piece_valid=0, **IDLE | {"m_axi_arready": 1})
    shape = Shape(len(dut.piece_ch), dut.DATA_WIDTH.value.to_unsigned(), len(dut.piece_src))
    await falling(dut, 3)
    for cycles, lands in ((1, 0), (2, 1)):
        dut.piece_valid.value = 1
        for name, value in fields(Piece(0, 0x100, 0x200, shape.w, 0, 0, 0)).items():
            getattr(dut, f"piece_{name}").value = value
        seen = []
        for _ in range(4):
            await settled()
            seen.append((known(dut.m_axi_arvalid), known(dut.land_valid)))
            await falling(dut)
            dut.piece_valid.value = 0
        assert seen == [(int(n == cycles), int(n == lands)) for n in range(4)]


@cocotb.test()
async def stops(dut: Any) -> None:
    """With no row reserved: a piece of a channel in error reads nothing; one whose channel gets an error when its AR is out lands and goes."""
    shape = Shape(len(dut.piece_ch), dut.DATA_WIDTH.value.to_unsigned(), len(dut.piece_src))
    await start(dut, **dict.fromkeys([f"piece_{n}" for n in PIECE], 0), piece_valid=0, **IDLE | {"m_axi_arready": 1})
    seen = Seen(dut)
    piece = Piece(0, 0x100, 0x200, shape.w, 0, 0, 0)
    for name, value in fields(piece).items():
        getattr(dut, f"piece_{name}").value = value
    for before, after in ((1, 1), (0, 1)):
        await falling(dut, 3)
        dut.squash.value, dut.piece_valid.value = before, 1
        await falling(dut)
        dut.squash.value, dut.piece_valid.value = after, 0
    await falling(dut, 4)
    seen.check([piece, piece], shape, {0})


@cocotb.test()
async def squashed(dut: Any) -> None:
    """Pieces of a channel in error become tokens: no read, no landing. A stream's pieces go on, because its queues count on them."""
    rng = seeded("squash")
    shape = Shape(len(dut.piece_ch), dut.DATA_WIDTH.value.to_unsigned(), len(dut.piece_src))
    channels = len(dut.squash)
    await start(
        dut,
        **dict.fromkeys([f"piece_{n}" for n in PIECE], 0),
        piece_valid=0,
        **IDLE | {"squash": 1, "m_axi_arready": 1},
    )
    seen = Seen(dut)
    order: list[Piece] = []
    tokens: set[int] = set()
    landing = rows = 0
    most = min(2, dut.OUTSTANDING.value.to_unsigned() - 1)
    while len(order) < 60:
        piece = random_piece(rng, shape, channels, 2, streams=True)
        token = piece.null or (piece.ch == 0 and not piece.sstr and not piece.dstr)
        if not token and (landing == most or rows + piece.rows(shape) > 30):
            continue
        landing, rows = landing + (not token), rows + (0 if token else piece.rows(shape))
        if token:
            tokens.add(len(order))
        order.append(piece)
        await falling(dut, 4)
        dut.piece_valid.value = 1
        for name, value in fields(piece).items():
            getattr(dut, f"piece_{name}").value = value
        await falling(dut)
        dut.piece_valid.value = 0
    await falling(dut, 20)
    seen.check(order, shape, tokens)
    await settled()
    assert known(dut.errors) == 0 and len(tokens) == 60 - most
