"""windlass_commit_piece: what a piece needs, its event record and its write-back, against sections 5, 6 and 8 of the programmer's manual."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb

from tb.commit.bench import TAG
from tb.env.unit import falling, known, seeded, settled, start, unpack

STROBES = ["take", "told", "decide", "tell", "sum_lo", "sum_hi"]
INPUTS = [
    "done_ch", "done_len", "done_err", "done_failed", "done_faddr", "done_src", "done_high", "done_tag", "done_value", "done_differs", "done_dead",
    "e_wide", "e_wb", "given_hi", "sum", "at_once", "period", *STROBES,
]  # fmt: skip
WRITTEN = (1, 2, 3, 4, 5, 6, 7, 13)
"""Errors that a write-back tells; after the others the descriptor stays as it was."""


@dataclass
class Piece:
    """A piece as it comes, and what follows from it."""

    ch: int
    length: int
    error: int
    faddr: int
    src: int
    high: int
    value: int
    tag: dict[str, int]
    differs: int
    dead: int  # its channel has an error
    wide: int
    summed: bool  # CRC32C (fence) or COMPARE

    def __post_init__(self) -> None:
        tag = self.tag
        if self.summed and tag["last"] and not tag["fence"] and self.differs and not self.error:
            self.code, self.address = 13, self.value
        else:
            self.code, self.address = self.error, self.faddr
        self.fault = self.code  # before it is known that nothing of it counts
        if self.dead:
            self.code = 0
        self.good_last = bool(tag["last"]) and not self.code and not self.dead
        self.fence = self.good_last and bool(tag["fence"])
        self.links = self.good_last and bool(tag["link"])
        described = tag["desc"] and tag["wb"] and not tag["fence"]
        self.back = self.fence or bool(described and (self.good_last or self.code in WRITTEN))
        self.refused = 8 <= self.code <= 11
        self.closes = self.good_last and bool(tag["desc"] or not tag["eow"])

    def event_due(self, told: int) -> bool:
        """It gives an event that waits for nothing; `told`: it was told before."""
        if told or self.refused or (self.back and not self.code):
            return False
        tag = self.tag
        return bool(
            tag["flush"] or tag["eow"] or tag["mark"] or self.good_last or self.code or (tag["paced"] and not self.dead)
        )

    def status(self) -> int:
        """Word 3 of its write-back."""
        tag = self.tag
        if self.fence:
            return 0 if self.summed else self.high
        word = tag["phase"] << 31 | 1 << 30 | (self.code != 0) << 29 | tag["slast"] << 28 | self.code << 24
        word |= tag["eop"] << 11 | tag["tc_flag"] << 10 | tag["wb"] << 9 | tag["irq"] << 8
        return word | (7 if self.summed else 0 if tag["nop"] else 2 if tag["fill"] else 5 if tag["two_d"] else 1)


@dataclass
class Bench:
    """The module, and which piece is in which of its stages."""

    dut: Any
    rng: Any
    hand: Piece | None = None
    hand_told: int = 0
    decided: Piece | None = None
    due: bool = False  # the event of `decided`
    told: Piece | None = None
    kept: bool = False  # nothing was taken since
    address: int = 0  # that is told
    found: bool = False  # it is the descriptor's
    met: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bits, self.ch_w = (self.dut[n].value.to_unsigned() for n in ("ADDR_WIDTH", "CH_W"))
        self.crc = bool(self.dut.CRC.value.to_unsigned())

    def piece(self) -> Piece:
        """Any piece that can come."""
        rng = self.rng
        tag = {name: rng.getrandbits(1) for name in TAG}
        tag["link"], tag["fence"] = rng.choices([(0, 0), (0, 1), (1, 0)], [0.7, 0.15, 0.15])[0]
        if not self.crc or tag["link"] or (tag["fence"] and rng.random() < 0.5):
            tag["two_d"] &= 1 - tag["fill"]
        elif tag["fence"]:
            tag["two_d"] = tag["fill"] = 1
        summed = bool(tag["fill"] & tag["two_d"])
        if summed and not tag["fence"]:
            tag["nop"] = 0
        for name in ("flush", "eow", "mark", "paced"):
            tag[name] &= rng.getrandbits(1)
        faddr = rng.getrandbits(self.bits)
        if tag["link"] or tag["fence"]:
            tag["desc"], tag["last"], tag["wb"], faddr = 1, 1, 0, faddr & ~31
        return Piece(
            rng.getrandbits(self.ch_w), rng.randrange(4097), rng.choice([0] * 20 + list(range(1, 12))), faddr, rng.getrandbits(self.bits),
            rng.getrandbits(32), rng.getrandbits(32), tag, int(rng.random() < 0.3), int(rng.random() < 0.1), rng.getrandbits(1), summed,
        )  # fmt: skip

    def count(self, name: str) -> None:
        """It was met."""
        self.met[name] = self.met.get(name, 0) + 1

    async def cycle(self, piece: Piece | None = None, told: int = 0, total: int | None = None, **strobes: int) -> None:
        """A cycle with these strobes, and with what can be on the other inputs; all that can be known of the outputs."""
        dut, rng = self.dut, self.rng
        await falling(dut)
        comes = piece or self.piece()
        at_once = int(rng.random() < 0.3)
        levels = {
            "done_ch": comes.ch, "done_len": comes.length, "done_err": comes.error, "done_failed": int(comes.error != 0), "done_faddr": comes.faddr, "done_src": comes.src,
            "done_high": comes.high, "done_value": comes.value, "done_differs": comes.differs, "done_dead": comes.dead,
            "done_tag": sum(comes.tag[name] << i for i, name in enumerate(TAG)), "at_once": at_once,
            "period": int(not at_once and rng.random() < 0.3), "e_wide": self.told.wide if self.told else 0, "e_wb": rng.getrandbits(1),
            "given_hi": int(self.told is not None and self.told.links and rng.random() < 0.5),
            "sum": rng.getrandbits(32) if total is None else total, "told": told,
        }  # fmt: skip
        for name, value in (dict.fromkeys(STROBES, 0) | levels | strobes).items():
            getattr(dut, name).value = value
        await settled()
        assert known(dut.done_whole) == (not comes.fault)
        if not comes.dead:
            asked = (
                comes.tag["desc"]
                and comes.tag["wb"]
                and not comes.tag["fence"]
                and (comes.tag["last"] or comes.code)
                and (comes.code == 0 or comes.code in WRITTEN)
            )
            assert known(dut.done_open) == (not comes.closes or bool(asked)), comes
        self.in_hand()
        self.record(comes, levels)
        # What the edge does.
        if strobes.get("decide"):
            assert self.hand is not None
            self.decided, self.due = self.hand, self.hand.event_due(self.hand_told)
        if strobes.get("tell"):
            assert self.hand is not None
            self.told, self.kept = self.hand, True
            self.address, self.found = self.hand.address, False
        if strobes.get("take"):
            self.hand, self.hand_told, self.kept = piece, told, False

    def in_hand(self) -> None:
        """What is known of the piece in hand, and what it needs."""
        dut, hand, decided = self.dut, self.hand, self.decided
        if hand is not None:
            assert known(dut.ch) == hand.ch and known(dut.len) == (0 if hand.dead else hand.length)
            assert known(dut.dead) == bool(hand.dead or hand.code), hand
            assert known(dut.fresh) == hand.closes, hand
            assert known(dut.plain) == (not (hand.back or hand.refused or hand.links)), hand
        if decided is not None:
            ends = decided.good_last and decided.tag["desc"]
            assert known(dut.ends_desc) == ends or decided is not hand, decided
            assert known(dut.goes_on) == (ends and not decided.links), decided
            assert known(dut.wb) == (decided.back or decided.refused) and known(dut.link) == decided.links, decided
            assert known(dut.event_due) == self.due, decided

    def record(self, comes: Piece, levels: dict[str, int]) -> None:
        """The event record, and what is written."""
        dut, piece = self.dut, self.told
        if piece is None:
            return
        assert known(dut.e_ch) == piece.ch and known(dut.e_fence) == piece.fence
        assert known(dut.e_here) == piece.refused and known(dut.e_failed) == (piece.code != 0), piece
        mark, hand, slast, period, last, desc, irq, eow, flush, paced, tc, wb, write, error, ch, address = unpack(
            known(dut.ev_data), *[1] * 13, 4, self.ch_w, self.bits
        )
        assert period == levels["period"]
        # At once only what has no error, and waits for nothing.
        shown = comes if levels["at_once"] else piece
        tag = shown.tag
        assert ch == shown.ch
        if period:
            assert not mark
        else:
            assert (mark, hand, slast) == (tag["mark"], tag["hand"], tag["slast"])
            assert (desc, irq, eow, flush) == (tag["desc"], tag["irq"], tag["eow"], tag["flush"])
            assert (tc, write) == (tag["tc"], tag["write"])
            if levels["at_once"]:
                assert last and not wb and not error and paced == tag["paced"]
            else:
                assert last == piece.good_last and wb == (levels["e_wb"] and not piece.refused) and error == piece.code
                assert paced == (tag["paced"] and not piece.dead)
        if piece.code:
            assert address == self.address, piece
        if not self.kept:
            return
        if piece.fence:
            self.count("sum" if piece.summed else "fence")
            assert known(dut.given) == (piece.value if piece.summed else piece.src & 0xFFFF_FFFF)
            assert known(dut.wb_addr) == self.address and known(dut.wb_word3) == piece.status()
        elif piece.links:
            self.count("link")
            high = levels["given_hi"] and self.bits > 32
            assert known(dut.given) == (piece.src >> 32 if high else piece.src & 0xFFFF_FFFF)
        elif piece.back and self.found:
            self.count("failed" if piece.code else "written")
            assert known(dut.wb_addr) == self.address + (16 if piece.wide else 8)
            assert known(dut.wb_word3) == piece.status(), piece

    async def idle(self, most: int) -> None:
        """Some cycles in which nothing is asked for."""
        for _ in range(self.rng.randrange(most + 1)):
            await self.cycle()

    async def find(self) -> None:
        """The address of the descriptor comes, half by half; what lies below 16 bytes is not of it."""
        assert self.told is not None
        where = self.rng.getrandbits(self.bits) & ~(31 if self.told.wide else 15)
        await self.cycle(total=where & 0xFFFF_FFFF | self.rng.getrandbits(4), sum_lo=1)
        self.address = self.address >> 32 << 32 | where & 0xFFFF_FFFF
        if self.bits > 32:
            await self.idle(1)
            await self.cycle(total=where >> 32, sum_hi=1)
            self.address = where
        self.found = True
        self.count("refused" if self.told.refused else "found")
        await self.idle(2)


@cocotb.test()
async def pieces(dut: Any) -> None:
    """Random pieces through the stages, at random speed; one that needs nothing more may be told while the next comes."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench = Bench(dut, seeded("commit_piece"))
    rng = bench.rng
    overlap = False
    for _ in range(1500):
        if not overlap:
            await bench.idle(2)
        piece = bench.piece()
        await bench.cycle(piece, rng.getrandbits(1), take=1, tell=int(overlap))
        await bench.idle(1)
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            await bench.cycle(decide=1)
        overlap = known(dut.plain) == 1 and rng.random() < 0.7
        if overlap:
            bench.count("overlap")
            continue
        await bench.cycle(tell=1)
        await bench.idle(2)
        if (piece.back or piece.refused) and not piece.fence:
            await bench.find()
    want = {"fence", "link", "failed", "written", "refused", "found", "overlap"} | ({"sum"} if bench.crc else set())
    assert {name for name, n in bench.met.items() if n > 30} == want, bench.met
