"""windlass_back: random pieces between two halves of an AxiRam with pauses; memory byte by byte, and the report of each piece."""

from __future__ import annotations

import logging
from typing import Any

import cocotb
from cocotbext.axi import AxiBus, AxiRam

from tb.env.seams import Piece, Shape, random_piece
from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start
from tb.top.kit import crc32c

PIECE = [
    "ch",
    "null",
    "err",
    "src",
    "dst",
    "src_l",
    "dst_l",
    "len",
    "len_m1",
    "sdev",
    "ddev",
    "unit",
    "tag",
    "incr",
    "fill",
    "sstr",
    "slast",
    "dstr",
    "dlast",
    "sum",
]
HALF = 1 << 16
DONE = ["done_ch", "done_len", "done_err", "done_tag"]


async def set_up(dut: Any) -> tuple[AxiRam, Shape]:
    """Reset, and a RAM of two halves: sources, destinations."""
    logging.getLogger("cocotb.back_tb.m_axi").setLevel(logging.WARNING)
    await start(
        dut,
        **dict.fromkeys([*PORTS, *(f"piece_{n}" for n in PIECE)], 0),
        piece_high=0,
        piece_valid=0,
        clr_valid=0,
        clr_ch=0,
        done_ready=1,
    )
    ram = AxiRam(AxiBus.from_prefix(dut, "m_axi"), dut.aclk, dut.aresetn, reset_active_level=False, size=2 * HALF)
    await falling(dut, 3)
    return ram, Shape(len(dut.piece_ch), dut.DATA_WIDTH.value.to_unsigned(), dut.ADDR_WIDTH.value.to_unsigned())


def pause(ram: AxiRam, rng: Any, rate: float) -> None:
    """Stalls on all five channels."""
    for channel in (
        ram.write_if.aw_channel, ram.write_if.w_channel, ram.write_if.b_channel, ram.read_if.ar_channel, ram.read_if.r_channel,
    ):  # fmt: skip
        channel.set_pause_generator(iter(lambda: rng.random() < rate, None))


PORTS = ["s_axis_tdata", "s_axis_tkeep", "s_axis_tlast", "s_axis_tid", "s_axis_tdest", "s_axis_tvalid", "m_axis_tready", "si_ch",
         "str_take_valid", "str_take_ch", "str_take_len", "str_take_end", "str_put_valid", "str_put_ch", "str_put_len", "str_put_off",
         "conf_valid", "conf_ch", "conf_tdest"]  # fmt: skip


def apply(memory: bytearray, piece: Piece) -> None:
    """What the piece does to memory; a device is one place that is read or written again and again."""
    unit = 1 << piece.unit
    fixed = piece.sdev and not piece.incr
    data = bytes(memory[piece.src : piece.src + (unit if fixed else piece.length)])
    data = data * (piece.length // unit) if fixed else data
    if piece.fill:
        pattern = (piece.src & 0xFFFF_FFFF).to_bytes(4, "little")
        data = bytes(pattern[(piece.dst + i) % 4] for i in range(piece.length))
    if piece.ddev and not piece.incr:
        memory[piece.dst : piece.dst + unit] = data[-unit:]
    else:
        memory[piece.dst : piece.dst + piece.length] = data


@cocotb.test()
@cocotb.parametrize(rate=[0.0, 0.3, 0.6])
async def copies(dut: Any, rate: float) -> None:
    """Every alignment and endpoint; reports in order, with the whole length and no error; tokens pass in their place."""
    rng = seeded(f"back {rate}")
    ram, shape = await set_up(dut)
    pause(ram, rng, rate)
    content = rng.randbytes(2 * HALF)
    ram.write(0, content)
    memory = bytearray(content)
    check = Check(dut)
    check.watch("done", SignalMonitor(dut, ["done_valid", "done_ready"], [*DONE, "done_src", "done_high"]))
    channels, sent, quiet = len(dut.stop), 0, 0
    tokens = devices = 0
    while sent < 120:
        await falling(dut)
        dut.done_ready.value = rng.random() < 0.8
        go = quiet < 8 and rng.random() < 0.6
        dut.piece_valid.value = go
        if go:
            piece = random_piece(rng, shape, channels, 12, HALF)
            piece.err, piece.dst = 0, piece.dst + HALF
            for name, value in piece.fields().items():
                getattr(dut, f"piece_{name}").value = value
            high = rng.getrandbits(32)
            dut.piece_high.value = high
            check.expect("done", piece.ch, piece.length, 0, piece.tag, piece.src_l, high)
            if not piece.null:
                apply(memory, piece)
            tokens, devices, sent = tokens + piece.null, devices + piece.sdev + piece.ddev, sent + 1
        await settled()
        quiet = 0 if known(dut.piece_ready) else quiet + go
        assert known(dut.stop) == 0
    await falling(dut)
    dut.piece_valid.value, dut.done_ready.value = 0, 1
    await check.finish(dut, 20_000)
    assert ram.read(0, 2 * HALF) == bytes(memory)
    assert tokens > 5 and devices > 20
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0


@cocotb.test()
@cocotb.parametrize(rate=[0.0, 0.4])
async def sums(dut: Any, rate: float) -> None:
    """Where they are built: CRC32C of segments in several pieces, between copies, beside other channels' sums; with the last piece's report, and
    whether it is the expected one. Nothing of them is written."""
    if not dut.CRC.value.to_unsigned():
        return
    rng = seeded(f"back sums {rate}")
    ram, shape = await set_up(dut)
    pause(ram, rng, rate)
    content = rng.randbytes(2 * HALF)
    ram.write(0, content)
    memory = bytearray(content)
    reports: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["done_valid", "done_ready"], [*DONE, "done_value", "done_differs"], callback=reports.append)
    want: list[tuple[Any, ...]] = []
    open_: dict[int, bytes] = {}
    ends = 0
    channels, quiet = len(dut.stop), 0
    while len(want) < 150:
        await falling(dut)
        dut.done_ready.value = rng.random() < 0.8
        go = quiet < 8 and rng.random() < 0.6
        dut.piece_valid.value = go
        if go:
            piece, summed = random_piece(rng, shape, channels, 12, HALF, sums=True), rng.random() < 0.6
            while summed and not piece.sum:
                piece = random_piece(rng, shape, channels, 12, HALF, sums=True)
            value = differs = None
            if piece.sum:
                piece.null = piece.err = 0
                piece.incr |= piece.ch not in open_
                data = (b"" if piece.incr else open_.pop(piece.ch)) + content[piece.src : piece.src + piece.length]
                open_[piece.ch] = data
                if piece.dlast:
                    del open_[piece.ch]
                    value, differs = crc32c(data), rng.getrandbits(1)
                    piece.dst_l, ends = value ^ differs << rng.randrange(32), ends + 1
            else:
                piece.err, piece.dst = 0, piece.dst + HALF
                if not piece.null:
                    apply(memory, piece)
            for name, number in piece.fields().items():
                getattr(dut, f"piece_{name}").value = number
            want.append((piece.ch, piece.length, 0, piece.tag, value, differs))
        await settled()
        quiet = 0 if known(dut.piece_ready) else quiet + go
    await falling(dut)
    dut.piece_valid.value, dut.done_ready.value = 0, 1
    for _ in range(20_000):
        await falling(dut)
        if len(reports) == len(want):
            break
    for n, (got, expected) in enumerate(zip(reports, want, strict=True)):
        assert all(e is None or g == e for g, e in zip(got, expected, strict=True)), (n, got, expected)
    assert ram.read(0, 2 * HALF) == bytes(memory)
    assert ends > 15
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0 and known(dut.stop) == 0


@cocotb.test()
async def error_token(dut: Any) -> None:
    """A token with an error is reported and stops its channel: later pieces of it move nothing until it restarts; others go on."""
    rng = seeded("token")
    ram, shape = await set_up(dut)
    content = rng.randbytes(2 * HALF)
    ram.write(0, content)
    memory = bytearray(content)
    reports: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["done_valid", "done_ready"], [*DONE, "done_faddr"], callback=reports.append)
    w = shape.w

    async def send(piece: Piece) -> None:
        dut.piece_valid.value = 1
        for name, value in piece.fields().items():
            getattr(dut, f"piece_{name}").value = value
        await falling(dut)
        dut.piece_valid.value = 0

    plan = [
        Piece(0, 0x100, HALF, 3 * w, 1, 2, 1), Piece(1, 0, 0, 0, 0x1234, 0, 2, null=1, err=5),
        Piece(1, 0x200, HALF + 0x1000, 2 * w, 3, 4, 3), Piece(0, 0x301, HALF + 0x2003, 3 * w, 5, 6, 4),
    ]  # fmt: skip
    await falling(dut)
    for piece in plan:
        await send(piece)
        if piece.ch == 0:
            apply(memory, piece)
    await falling(dut, 300)
    assert [r[:4] for r in reports] == [(0, 3 * w, 0, 1), (1, 0, 5, 2), (1, 0, 0, 3), (0, 3 * w, 0, 4)]
    assert reports[1][4] == 0x1234
    await settled()
    assert known(dut.stop) == 2
    await falling(dut)
    dut.clr_valid.value, dut.clr_ch.value = 1, 1
    await falling(dut)
    dut.clr_valid.value = 0
    again = Piece(1, 0x200, HALF + 0x1000, 2 * w, 3, 4, 5)
    await send(again)
    apply(memory, again)
    await falling(dut, 300)
    assert reports[4][:4] == (1, 2 * w, 0, 5)
    assert ram.read(0, 2 * HALF) == bytes(memory)
    await settled()
    assert known(dut.stop) == 0 and known(dut.errors) == 0


@cocotb.test()
@cocotb.parametrize(side=["read", "write"])
async def refused(dut: Any, side: str) -> None:
    """A refused read or write is reported and stops its channel, and its next piece is not written; others go on, and so does it after a restart."""
    ram, shape = await set_up(dut)
    channel = ram.read_if.r_channel if side == "read" else ram.write_if.b_channel
    send, left = channel.send, [1]  # bursts before the one that is refused

    async def answer(beat: Any) -> None:
        if side == "write" or beat.rlast:
            left[0] -= 1
            if left[0] == -1:
                setattr(beat, "rresp" if side == "read" else "bresp", 2)
        await send(beat)

    channel.send = answer
    content = seeded("refused").randbytes(2 * HALF)
    ram.write(0, content)
    memory = bytearray(content)
    reports: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["done_valid", "done_ready"], DONE, callback=reports.append)
    w, code = shape.w, 1 if side == "read" else 3
    plan = [  # pieces one right behind the other, their reports, the channels that are in error then
        ([Piece(0, 0x100, HALF, w, 1, 2, 1)], [(0, w, 0, 1)], 0),
        ([Piece(1, 0x200, HALF + 0x1000, w, 3, 4, 2), Piece(0, 0x280, HALF + 0x1800, w, 3, 4, 3)], [(1, 0, code, 2), (0, w, 0, 3)], 2),
        ([Piece(1, 0x300, HALF + 0x2000, w, 5, 6, 4)], [(1, 0, 0, 4)], 2),
        ([Piece(0, 0x400, HALF + 0x3000, w, 7, 8, 5)], [(0, w, 0, 5)], 2),
        ([Piece(1, 0x500, HALF + 0x4000, w, 9, 1, 6)], [(1, w, 0, 6)], 0),  # after a restart
    ]  # fmt: skip
    for pieces, wanted, stop in plan:
        await falling(dut)
        dut.clr_valid.value, dut.clr_ch.value = int(pieces[0].tag == 6), 1
        await falling(dut)
        dut.clr_valid.value = 0
        for piece, report in zip(pieces, wanted, strict=True):
            dut.piece_valid.value = 1
            for name, value in piece.fields().items():
                getattr(dut, f"piece_{name}").value = value
            await falling(dut)
            # Where only the answer to the write was an error the bytes are there all the same.
            if report[1] or (side == "write" and report[2]):
                apply(memory, piece)
        dut.piece_valid.value = 0
        await falling(dut, 100)
        assert reports == wanted
        reports.clear()
        assert ram.read(0, 2 * HALF) == bytes(memory), pieces
        await settled()
        assert known(dut.stop) == stop, pieces
        await falling(dut)
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0
