"""windlass_rows: a 2-D copy goes on at the beginning of each next row, and ends with the last; every channel has rows of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

STAGES = [
    "b_ch",
    "b_cur",
    "c1_pop",
    "c1_two_d",
    "c1_rows",
    "c1_src",
    "c1_dst",
    "c1_len",
    "c1_sstride",
    "c1_dstride",
    "c2_end",
    "cur_we",
    "cur_ch",
]


@dataclass
class Copy:
    """A segment that is under way; the last `left` rows of it have not begun."""

    two_d: int
    left: int
    src: int
    dst: int
    length: int
    src_stride: int
    dst_stride: int

    def turn(self, mask: int) -> None:
        """To the next row."""
        self.src, self.dst, self.left = (
            self.src + self.src_stride & mask,
            self.dst + self.dst_stride & mask,
            self.left - 1,
        )


@dataclass
class Piece:
    """What goes through the stages: a channel, and a descriptor if it takes one."""

    channel: int
    goes_on: bool
    descriptor: Copy | None
    ends: bool = False
    segment: Copy | None = None


def draw(rng: Any, bits: int) -> Copy:
    """A descriptor: a 2-D copy, or one that has no rows."""
    stride = lambda: rng.choice([0, 1, -1, rng.randrange(-(1 << 31), 1 << 31)])
    two_d = int(rng.random() < 0.8)
    rows = rng.choice([0, 1, 2, rng.randrange(8), 4095]) if two_d else 0
    return Copy(
        two_d, rows, rng.getrandbits(bits), rng.getrandbits(bits), rng.randrange(1, 1 << 32), stride(), stride()
    )


@cocotb.test()
async def rows(dut: Any) -> None:
    """Random pieces of all channels follow each other through the stages, each channel at most every fourth cycle, as the front does it."""
    await start(dut, **dict.fromkeys(STAGES, 0))
    rng = seeded("rows")
    n, bits = dut.CHANNELS.value.to_unsigned(), len(dut.d_src)
    mask = (1 << bits) - 1
    kept: list[Copy | None] = [None] * n  # a segment that goes on
    stages: list[Piece | None] = [None] * 4  # in B, C1, C2, D
    busy = [0] * n
    met = {"turns": 0, "same row": 0, "last rows": 0, "no rows": 0}
    for t in range(6000):
        free = [c for c in range(n) if busy[c] <= t]
        piece = None
        if free and rng.random() < 0.9:
            c = rng.choice(free)
            on = kept[c] is not None
            piece = Piece(c, on, None if on or rng.random() < 0.1 else draw(rng, bits), rng.random() < 0.6)
            busy[c] = t + 4
        stages = [piece, *stages[:3]]
        in_b, in_c1, in_c2, in_d = stages
        dut.b_ch.value, dut.b_cur.value = (in_b.channel, int(in_b.goes_on)) if in_b else (rng.randrange(n), 0)
        taken = in_c1.descriptor if in_c1 else None
        shown = taken or draw(rng, bits)  # without a descriptor these may be anything
        dut.c1_pop.value, dut.c1_two_d.value, dut.c1_rows.value = int(taken is not None), shown.two_d, shown.left
        dut.c1_src.value, dut.c1_dst.value, dut.c1_len.value = shown.src, shown.dst, shown.length
        dut.c1_sstride.value, dut.c1_dstride.value = shown.src_stride & 0xFFFF_FFFF, shown.dst_stride & 0xFFFF_FFFF
        if in_c1:
            in_c1.segment = kept[in_c1.channel] if in_c1.goes_on else taken
        dut.c2_end.value = int(in_c2.ends if in_c2 else rng.getrandbits(1))
        follows = bool(in_d and in_d.segment and (not in_d.ends or in_d.segment.left))
        dut.cur_we.value, dut.cur_ch.value = int(follows), in_d.channel if in_d else 0
        await settled()
        if in_c2:
            assert known(dut.c2_follow) == (in_c2.segment is not None and in_c2.segment.left > 0)
        if in_d:
            s = in_d.segment
            assert known(dut.d_two_d) == (s.two_d if s else 0)
            turns = bool(s and in_d.ends and s.left)
            assert known(dut.d_turn) == turns
            if s and turns:
                s.turn(mask)
                assert (known(dut.d_src), known(dut.d_dst), known(dut.d_len)) == (s.src, s.dst, s.length)
            kept[in_d.channel] = s if follows and rng.random() < 0.9 else None  # or the channel was stopped
            met[
                "turns" if turns else "no rows" if not s or not s.two_d else "last rows" if in_d.ends else "same row"
            ] += 1
        await falling(dut)
    assert all(count > 100 for count in met.values()), met
