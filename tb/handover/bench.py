"""windlass_handover: the piece two cycles after stage C2, the current registers one cycle after it, and prepared pieces."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

C = [
    "ch",
    "src",
    "dst",
    "rem",
    "len_m1",
    "flag",
    "conf",
    "err",
    "copy",
    "load",
    "more",
    "tag",
    "bad",
    "incr",
    "sstr",
    "slast",
    "dstr",
    "dlast",
    "empty",
    "sum",
]
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
    "two_d",
    "sstr",
    "slast",
    "dstr",
    "dlast",
    "sum",
]
ROWS = ["row_two_d", "row_turn", "row_src", "row_dst", "row_len"]


def piece(
    c: dict[str, int], a: tuple[int, int], b: tuple[int, int], two_d: int, src_off: int = 0, dst_off: int = 0
) -> dict[str, int | None]:
    """What the back end gets, from what C2 gave, the map's answers (address, error; a device's address comes back as it is), windlass_rows and the bytes at which the channel's
    streams go on. None: without meaning."""
    sdev, ddev = c["conf"] & 1, c["conf"] >> 1 & 1
    fill = c["flag"] >> 6 & c["copy"]
    sstr, dstr, empty = (c[name] & c["copy"] for name in ("sstr", "dstr", "empty"))
    a_err, b_err = (
        (a[1] if not sdev and not fill and not sstr else 0),
        (b[1] if not (ddev or dstr or empty or c["sum"]) else 0),
    )
    fault = (a_err or b_err) if c["copy"] else 0
    write = int(bool(fault) and not a_err)
    f, t = c["flag"], c["tag"]
    tag = (
        (f >> 5 & 1) << 17
        | (t >> 11 & (not fault)) << 16
        | (t >> 7 & 15) << 12
        | (f >> 4 & 1) << 11
        | write << 10
        | (t >> 5 & 3) << 8
        | (f >> 3 & 1) << 7
        | (t >> 4 & 1) << 6
        | (f >> 1 & 3) << 4
        | t & 15
    )
    data = c["copy"] and not fault and not empty
    a, b = (src_off if sstr else a[0], 0), (dst_off if dstr else 0 if c["sum"] else b[0], 0)
    return {
        "ch": c["ch"], "null": int(not data), "sstr": sstr & (not fault), "dstr": dstr & (not fault), "slast": c["slast"] & c["copy"] & (not fault),
        "dlast": c["dlast"], "err": fault or c["err"], "tag": tag,
        "src": a[0] if data else None, "dst": b[0] if data else None,
        "src_l": 0 if c["bad"] else c["src"],
        "dst_l": c["dst"], "high": c["rem"], "len": c["len_m1"] + 1 if data else 0 if empty else None, "len_m1": c["len_m1"] if data else None,
        "sdev": sdev, "ddev": ddev, "incr": c["incr"], "fill": fill, "unit": c["conf"] >> 2,
        "two_d": two_d & c["copy"], "sum": c["sum"] & c["copy"],
    }  # fmt: skip


class Bench:
    """Drives C2 and the map."""

    def __init__(self, dut: Any, seed: str) -> None:
        self.dut, self.rng = dut, seeded(seed)
        self.bits, self.channels = len(dut.c_src), 1 << len(dut.c_ch)
        self.streams, self.w = dut.STREAMS.value.to_unsigned(), dut.WORD_BYTES.value.to_unsigned()
        self.sums = bool(dut.CRC.value.to_unsigned())
        self.src_off, self.dst_off = [0] * self.channels, [0] * self.channels

    def draw(self, ghost: bool = False) -> dict[str, int]:
        """Something from C2."""
        rng, wide = self.rng, lambda: self.rng.getrandbits(self.bits)
        copy = int(ghost or rng.random() < 0.8)
        load = int(copy and not ghost and rng.random() < 0.2)
        length = rng.choice([1, 4096, rng.randrange(1, 4097)])
        more = int(copy and (load or rng.random() < 0.5))
        rem = (
            rng.choice([length + 1, rng.randrange(length + 1, 1 << 32)])
            if more and not load
            else rng.randrange(1, 1 << 32)
        )
        fill = int(bool(copy) and not ghost and rng.random() < 0.2)
        bad = int(not copy and rng.random() < 0.2)
        err = 0 if copy else 12 if bad else rng.choice([0, 8, 9, 10, 11])
        ch = rng.randrange(self.channels)
        here = ch < self.streams and not fill and not ghost
        sstr, slast, dstr, dlast, empty = (rng.getrandbits(1) * here for _ in range(5))
        empty &= sstr & slast & (not more)
        if copy:
            slast, dlast = slast & sstr, dlast & dstr | dstr & empty
        sum_ = int(self.sums and copy and not (ghost or fill or sstr or dstr or load) and rng.random() < 0.2)
        device = 0 if fill or sum_ or (copy and (sstr or dstr)) else rng.choice([0, 0, 1, 2])
        return {"ch": ch, "sum": sum_, "sstr": sstr, "slast": slast, "dstr": dstr, "dlast": dlast, "empty": empty, "src": wide(), "dst": wide(), "rem": rem, "len_m1": length - 1,
                "flag": rng.getrandbits(6) | fill << 6, "conf": device | rng.randrange(4) << 2, "err": err, "copy": copy,
                "load": load, "more": more, "tag": rng.getrandbits(12), "bad": bad, "incr": rng.getrandbits(1)}  # fmt: skip

    def answer(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Drive an answer of the map for both sides."""
        sides = []
        for side in "ab":
            err = self.rng.choice([0, 0, 0, 5, 6, 7])
            value = self.rng.getrandbits(self.bits)
            none = self.rng.randrange(4)  # without bit 2 the others mean nothing
            getattr(self.dut, f"{side}_paddr").value, getattr(self.dut, f"{side}_err").value = value, err or none
            sides.append((value, err))
        return sides[0], sides[1]

    def row(self, turn: bool) -> dict[str, int]:
        """Drive what windlass_rows says of what is in D; `turn`: the segment may go on with a next row."""
        rng = self.rng
        row = dict(zip(ROWS, [rng.getrandbits(1), int(turn and rng.random() < 0.3), rng.getrandbits(self.bits), rng.getrandbits(self.bits),
                              rng.getrandbits(32)], strict=True))  # fmt: skip
        for name, value in row.items():
            getattr(self.dut, name).value = value
        return row

    def give(self, c: dict[str, int] | None, ghost: bool = False) -> None:
        """Drive C2."""
        self.dut.c_valid.value, self.dut.c_ghost.value = int(c is not None and not ghost), int(ghost)
        for name, value in (c or self.draw()).items():
            getattr(self.dut, f"c_{name}").value = value

    def flow(self, c: dict[str, int], want: dict[str, int | None]) -> tuple[int, int]:
        """The piece's streams go on behind it; whether it takes from one, and gives to one."""
        ch, n = c["ch"], want["len"] or 0
        if want["sstr"]:
            self.src_off[ch] = 0 if c["slast"] else (self.src_off[ch] + n) % self.w
        if want["dstr"]:
            self.dst_off[ch] = 0 if c["dlast"] else (self.dst_off[ch] + n) % self.w
        return want["sstr"] or 0, want["dstr"] or 0

    def same(self, want: dict[str, int | None]) -> None:
        """The piece is the expected one."""
        for name, value in want.items():
            assert value is None or known(getattr(self.dut, f"piece_{name}")) == value, (name, want)

    def current(self, c: dict[str, int] | None, row: dict[str, int]) -> None:
        """The current registers move on, if the segment does."""
        assert known(self.dut.cur_we) == bool(c and c["more"])
        if c and c["more"]:
            step, mask = (0 if c["load"] else c["len_m1"] + 1), (1 << self.bits) - 1
            src = c["src"] if c["flag"] >> 6 else c["src"] + step & mask  # a pattern stays
            dst = c["dst"] if c["sum"] else c["dst"] + step & mask  # so does where a sum goes
            new = (src << self.bits | dst) << 39 | c["rem"] - step << 7 | c["flag"]
            if row["row_turn"]:
                new = (row["row_src"] << self.bits | row["row_dst"]) << 39 | row["row_len"] << 7 | c["flag"]
            assert known(self.dut.cur_new) == new and known(self.dut.cur_ch) == c["ch"]


async def prepare(dut: Any, seed: str) -> Bench:
    """Reset."""
    inputs = [f"c_{n}" for n in C] + [
        "c_valid",
        "c_ghost",
        "cut_valid",
        "cut_ch",
        "drop",
        "start",
        "a_paddr",
        "a_err",
        "b_paddr",
        "b_err",
        *ROWS,
    ]
    await start(dut, **dict.fromkeys(inputs, 0))
    await falling(dut, 2)
    return Bench(dut, seed)


@cocotb.test()
async def pieces(dut: Any) -> None:
    """A stream with gaps: each piece comes out as it should, a load gives none."""
    b = await prepare(dut, "handover")
    d: dict[str, int] | None = None
    e: dict[str, int | None] | None = None
    last: int | None = None  # the channel in E
    met, streams, sums, taken = 0, 0, 0, (0, 0)
    for _ in range(3000):
        c = b.draw() if b.rng.random() < 0.8 else None
        # The next piece of a stream is cut cycles later, and a packet when nothing of its channel is left here.
        if c and d and c["ch"] == d["ch"] and (c["sstr"] or c["dstr"]):
            c = None
        b.give(c)
        sides, row = b.answer(), b.row(turn=True)
        cut = b.rng.randrange(b.channels)
        dut.cut_ch.value, dut.cut_valid.value = cut, int(b.rng.random() < 0.1 and cut not in (d and d["ch"], last))
        await settled()
        assert known(dut.piece_valid) == (e is not None)
        assert (known(dut.str_take_valid), known(dut.str_put_valid)) == taken
        streams += sum(taken)
        if e:
            b.same(e)
            met += 1
        b.current(d, row)
        await falling(dut)
        e = piece(d, *sides, row["row_two_d"], b.src_off[d["ch"]], b.dst_off[d["ch"]]) if d and not d["load"] else None
        taken = b.flow(d, e) if d and e else (0, 0)
        if dut.cut_valid.value == 1:
            b.dst_off[cut] = 0
        sums += d["sum"] if d else 0
        last = d["ch"] if d else None
        d = c
    assert met > 1500 and (streams > 300 or not b.streams) and (sums > 100 or not b.sums)


@cocotb.test()
async def prepared_pieces(dut: Any) -> None:
    """A ghost goes out in the cycle after START, from D or from E; not after a drop or when another piece has come, and only once."""
    b = await prepare(dut, "ghost")
    met = {"out": 0, "dropped": 0, "overtaken": 0, "early": 0}
    for _ in range(1200):
        c = b.draw(ghost=True)
        b.give(c, ghost=True)
        await falling(dut)
        b.give(None)
        sides, row = b.answer(), b.row(turn=False)
        way = b.rng.choice(["out", "dropped", "overtaken", "early"])
        met[way] += 1
        dut.start.value = int(way == "early")
        await settled()
        b.current(c, row)
        assert known(dut.prepared) == (way == "early") and not known(dut.piece_valid)
        await falling(dut)
        dut.start.value = 0
        b.answer()
        want = piece(c, *sides, row["row_two_d"])
        if way == "early":
            await settled()
            assert known(dut.piece_valid)
            b.same(want)
        else:
            for _ in range(b.rng.randrange(4)):
                await settled()
                assert not known(dut.piece_valid)
                await falling(dut)
            dut.drop.value = int(way == "dropped")
            other = b.draw()
            if way == "overtaken":
                b.give(other)
            if way != "out":
                await falling(dut)
            dut.drop.value = 0
            b.give(None)
            dut.start.value = 1
            await settled()
            assert known(dut.prepared) == (way == "out")
            await falling(dut)
            dut.start.value = 0
            await settled()
            assert known(dut.piece_valid) == (way == "out" or (way == "overtaken" and not other["load"]))
            if way == "out":
                b.same(want)
        await falling(dut)
        dut.start.value = 1  # it is gone
        await settled()
        assert not known(dut.prepared) and not known(dut.piece_valid)
        await falling(dut)
        dut.start.value = 0
    assert all(n > 100 for n in met.values())
