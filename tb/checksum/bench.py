"""windlass_checksum: reports of pieces pass in order, that of a segment's last piece with its sum, and whether it is the expected one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start
from tb.top.kit import crc32c


@dataclass
class Piece:
    """What goes in: beats (none: not a sum), whether it begins and ends a segment, and of its end what is expected and what is right."""

    ch: int
    beats: list[bytes]
    first: bool
    last: bool
    want: int
    right: int


def draw(rng: Any, w: int, channels: int) -> list[Piece]:
    """Pieces of several channels, mixed; some segments are cut off without an end, some end in a piece without bytes."""
    open_: dict[int, list[bytes]] = {}
    pieces = []
    for _ in range(400):
        ch = rng.randrange(channels)
        if rng.random() < 0.3:
            pieces.append(Piece(ch, [], False, False, rng.getrandbits(32), 0))
            continue
        first = ch not in open_ or rng.random() < 0.1  # the segment before was cut off
        done = [] if first else open_[ch]
        beats = [rng.randbytes(w) for _ in range(rng.randrange(4))] + [rng.randbytes(rng.randrange(w + 1))]
        last = rng.random() < 0.6
        total = b"".join(done + beats)
        right = crc32c(total)
        pieces.append(Piece(ch, beats, first, last, rng.choice([right, right ^ 1 << rng.randrange(32)]), right))
        open_.pop(ch, None)
        if not last:
            open_[ch] = [total]
    return pieces


@cocotb.test()
@cocotb.parametrize(speed=[1.0, 0.3])
async def reports(dut: Any, speed: float) -> None:
    """At most as many pieces between last beat and report as there may be; reports come some time after the last beat."""
    w, most = dut.DATA_WIDTH.value.to_unsigned() // 8, 1 << dut.RES_LOG.value.to_unsigned()
    rng = seeded(f"checksum {speed}")
    pieces = draw(rng, w, dut.CHANNELS.value.to_unsigned())
    names = [
        "sum_valid",
        "sum_ch",
        "sum_first",
        "sum_last",
        "sum_bytes",
        "sum_data",
        "in_valid",
        "in_end",
        "in_want",
        "out_ready",
    ]
    await start(dut, **dict.fromkeys(names, 0))
    sent = beat = reported = differing = at_once = waited = 0
    for _ in range(200_000):
        if reported == len(pieces):
            break
        while sent < len(pieces) and not pieces[sent].beats and sent - reported < most:
            sent += 1
        piece = pieces[sent] if sent < len(pieces) else None
        going = (
            piece is not None and bool(piece.beats) and sent - reported < most and (beat > 0 or rng.random() < speed)
        )
        if piece and going:
            data = piece.beats[beat]
            dut.sum_ch.value, dut.sum_bytes.value = piece.ch, len(data)
            dut.sum_data.value = int.from_bytes(data + rng.randbytes(w - len(data)), "little")
            dut.sum_first.value = int(piece.first and beat == 0)
            dut.sum_last.value = int(piece.last and beat == len(piece.beats) - 1)
        else:
            dut.sum_ch.value, dut.sum_first.value, dut.sum_last.value = 0, rng.getrandbits(1), rng.getrandbits(1)
        dut.sum_valid.value = int(going)
        report = pieces[reported] if reported < sent and (known(dut.in_valid) or rng.random() < speed) else None
        dut.in_valid.value, dut.out_ready.value = int(report is not None), int(rng.random() < speed)
        end = bool(report and report.last)
        dut.in_end.value, dut.in_want.value = int(end), report.want if report else rng.getrandbits(32)
        await settled()
        beat_taken, taken = going and known(dut.sum_ready), False
        if report:
            offered = known(dut.out_valid)
            taken = bool(offered and dut.out_ready.value)
            assert known(dut.in_ready) == taken if offered else not known(dut.in_ready)
            assert offered or end  # what is no sum's end never waits
            waited += not offered
            at_once += taken and not end
            if taken and end:
                assert known(dut.out_value) == report.right, reported
                assert known(dut.out_differs) == (report.want != report.right)
                differing += report.want != report.right
        else:
            assert not known(dut.out_valid)
        await falling(dut)
        reported += taken
        if piece and beat_taken:
            beat = 0 if beat == len(piece.beats) - 1 else beat + 1
            sent += beat == 0
    assert reported == len(pieces) and differing > 20 and at_once > 60 and waited > 50
