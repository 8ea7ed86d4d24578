"""windlass_piece: of any pick the piece that is cut, what its token stands for, and what its channel does next."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import cocotb

from tb.env.seams import piece_length
from tb.env.unit import falling, known, pack, seeded, settled, start

NOP, COPY, FILL, FENCE, LINK, COPY2D, CRC32C, COMPARE = range(8)
PICK = ["valid", "undo", "ghost", "ch", "pop", "token", "bad", "mark", "rated", "load", "finish", "next"]
DESCRIPTOR = ["src", "dst", "len", "sdev", "ddev", "flags", "op", "eot", "err", "phase", "whole"]
PLACE = ["src", "dst", "rem", "flag", "conf", "sdev", "window", "a_bypass"]
STREAM = ["sstr", "dstr", "limited", "limit", "ends", "empty"]
INPUTS = [
    *(f"c1_{n}" for n in PICK), *(f"d_{n}" for n in DESCRIPTOR), *(f"s_{n}" for n in PLACE), *(f"c1_{n}" for n in STREAM), "drop", "b_limit_m1", "c1_sum",
    "c2_sum", "c2_crc", "c2_begins", "c2_follow",
]  # fmt: skip
Fields = dict[str, int]


@dataclass
class Segment:
    """What a piece is cut from: a descriptor, or where the channel stands."""

    src: int
    dst: int
    left: int
    sdev: int = 0
    ddev: int = 0
    fill: int = 0
    flags: Fields = field(default_factory=dict)

    def flag(self) -> int:
        """As windlass_state keeps them."""
        return pack((self.fill, 1), *((self.flags[n], 1) for n in ("eop", "tc", "phase", "wb", "irq", "eot")))


@dataclass
class Turn:
    """What is in C1, and what C2 should say of it."""

    kind: str = ""  # nothing, ghost, flush, mark, bad, new, on
    inputs: Fields = field(default_factory=dict)
    segment: Segment = field(default_factory=lambda: Segment(0, 0, 1))
    op: int = COPY
    err: int = 0
    summed: int = 0
    follow: int = 0
    begins: int = 0
    limit: int = 0
    units: tuple[int, int] = (1, 1)

    @property
    def token(self) -> bool:
        """Nothing but a token."""
        return self.kind in ("flush", "mark", "bad")


class Model:
    """Draws turns, and says what becomes of them."""

    def __init__(self, rng: random.Random, bits: int, channels: int, w: int, burst: int) -> None:
        self.rng, self.bits, self.channels, self.w, self.burst = rng, bits, channels, w, burst

    def segment(self, unit: int) -> Segment:
        """Random addresses near the edges; those beside a device in units."""
        rng, w = self.rng, self.w
        sdev, ddev = rng.choice([(0, 0), (0, 0), (1, 0), (0, 1)])

        def address() -> int:
            low = (rng.choice([0, 4096 - w, 4096 - 2 * w, rng.randrange(4096)]) + rng.randrange(2 * w)) % 4096
            return rng.getrandbits(self.bits - 12) << 12 | (low // unit * unit if sdev or ddev else low)

        left = rng.choice(
            [
                rng.randrange(1, w + 1),
                rng.randrange(1, 4 * w),
                rng.randrange(1, 5000),
                4096,
                4097,
                rng.randrange(1, 1 << 32),
            ]
        )
        left = max(left // unit * unit, unit) if sdev or ddev else left
        flags = {n: rng.getrandbits(1) for n in ("eop", "tc", "phase", "wb", "irq", "eot")}
        return Segment(address(), address(), left, sdev, ddev, 0, flags)

    def draw(self) -> Turn:
        """Anything that may come to C1."""
        rng = self.rng
        kind = rng.choice(["", "ghost", "ghost", "flush", "mark", "bad", *["new"] * 8, *["on"] * 8])
        t = Turn(kind, op=rng.randrange(8) if kind == "new" else COPY)
        unit_log = rng.randrange(min(4, self.w.bit_length()))
        t.units = (1 << unit_log, rng.randrange(1, min(16, self.burst) + 1))
        new, here = self.segment(t.units[0]), self.segment(t.units[0])
        s = t.segment = new if kind == "new" else here
        t.err = rng.choice([0, 0, 0, 0, rng.randrange(1, 16)]) if kind == "new" else 0
        t.summed = (
            int(t.op in (CRC32C, COMPARE) and not t.err) if kind == "new" else int(kind == "on" and rng.random() < 0.1)
        )
        if kind == "new" and t.op not in (COPY, FENCE):
            s.sdev = s.ddev = 0
        s.fill = (
            int(t.op == FILL)
            if kind == "new"
            else int(kind == "on" and not s.ddev and not t.summed and rng.random() < 0.1)
        )
        s.sdev &= not s.fill
        if t.summed:
            s.sdev = s.ddev = 0
        streams = dict.fromkeys(STREAM, 0)
        if not (s.sdev or s.ddev or s.fill or t.summed) and (kind != "new" or t.op == COPY) and rng.random() < 0.4:
            streams["sstr"], streams["dstr"] = rng.choice([(0, 1), (1, 0), (1, 1)])
            streams["limit"] = rng.randrange(
                1, min(4096, self.burst * self.w) + 1
            )  # what a queue gives at once fits a burst
            streams["limited"] = int(s.left > streams["limit"])
            streams["ends"] = streams["sstr"] & rng.getrandbits(1)
            streams["empty"] = int(streams["ends"] and rng.random() < 0.2)
        desc = 1 if kind == "new" else int(rng.random() < 0.4)
        auto = int(not desc and rng.random() < 0.7)
        ever = int((auto or desc) and rng.random() < 0.7)
        pick = {
            "valid": int(kind not in ("", "ghost")), "undo": int(kind == "new" and rng.random() < 0.1), "ghost": int(kind == "ghost"),
            "ch": rng.randrange(self.channels), "pop": int(kind == "new"), "token": int(t.token), "bad": int(kind == "bad"), "mark": int(kind == "mark"),
            "rated": rng.getrandbits(1), "load": int(kind == "new" and rng.random() < 0.2), "finish": rng.getrandbits(1), "next": rng.getrandbits(1),
        }  # fmt: skip
        descriptor = {
            "flags": pack(*((new.flags[n], 1) for n in ("eop", "tc", "wb", "irq"))), "src": new.src, "dst": new.dst, "len": new.left, "sdev": new.sdev, "ddev": new.ddev, "op": t.op if kind == "new" else rng.randrange(8),
            "err": t.err if kind == "new" else rng.randrange(16), "eot": new.flags["eot"], "phase": new.flags["phase"], "whole": rng.getrandbits(1),
        }  # fmt: skip
        paced = rng.getrandbits(1)
        conf = pack((ever, 1), (auto, 1), (desc, 1), (paced, 1), (rng.randrange(4), 2), (here.ddev, 1), (here.sdev, 1))
        if kind == "new" and (new.sdev or new.ddev):  # where the channel stands is the device's address then
            here.src, here.dst = (rng.getrandbits(self.bits) for _ in range(2))
        place = {
            "src": here.src, "dst": here.dst, "rem": here.left, "flag": here.flag(), "conf": conf, "sdev": here.sdev, "window": rng.getrandbits(1),
            "a_bypass": rng.getrandbits(1),
        }  # fmt: skip
        for prefix, names in (("c1", pick), ("d", descriptor), ("s", place), ("c1", streams)):
            t.inputs |= {f"{prefix}_{n}": v for n, v in names.items()}
        # A piece comes with its descriptor only between memories, of one that is told to be a piece.
        t.inputs["c1_load"] |= int(kind == "new" and bool(streams["sstr"] or streams["dstr"]))
        may = self.length(t)[1] and not (t.inputs["c1_load"] or new.sdev or new.ddev)
        t.inputs["d_whole"] &= int(kind != "new" or may)
        t.inputs |= {"drop": int(rng.random() < 0.2), "c1_sum": t.summed}
        t.begins = rng.getrandbits(1)
        t.limit = t.units[0] * t.units[1] - 1
        t.follow = int(rng.random() < 0.2 and not any(streams.values()))
        return t

    def length(self, t: Turn) -> tuple[int, bool]:
        """Bytes of the piece, and whether they are all that is there."""
        s, i, w = t.segment, t.inputs, self.w
        left = i["c1_limit"] if i["c1_limited"] else s.left
        if s.sdev or s.ddev or not (s.fill or t.summed or i["c1_sstr"] or i["c1_dstr"]):
            device = "src" if s.sdev else "dst" if s.ddev else ""
            n = piece_length(w, self.burst, s.src, s.dst, left, device, *t.units)
        elif i["c1_sstr"] and i["c1_dstr"]:
            n = min(left, self.burst * w)
        else:
            at = s.src if t.summed or i["c1_dstr"] else s.dst
            n = min(left, 4096 - at % 4096, self.burst * w - at % w)
        return n, n == left

    def outcome(self, t: Turn) -> Fields:
        """What C2 says; what has no meaning is left out."""
        s, i = t.segment, t.inputs
        ever, auto, desc, paced = (i["s_conf"] >> n & 1 for n in (7, 6, 5, 4))
        valid = int(i["c1_valid"] and not i["c1_undo"])
        ghost = int(t.kind == "ghost" and not (i["drop"] or desc or paced or i["c1_sstr"] or i["c1_dstr"]))
        out = {"valid": valid, "ghost": ghost}
        if not valid and not ghost:
            return out | dict.fromkeys(("hold", "hand", "undo", "new"), 0)
        new = t.kind == "new"
        moves = not t.token and not t.err and not (new and t.op in (NOP, FENCE, LINK))
        load = int(i["c1_load"] or (new and not i["d_whole"]))
        n, whole = self.length(t)
        packet = int((whole or load) and i["c1_ends"])  # what is only loaded is not cut
        end = int(whole and (not i["c1_limited"] or packet))
        last = int(not t.token and not t.err and (not moves or (not load and bool(end) and not t.follow)))
        bad, eot = int(t.kind == "bad"), s.flags["eot"]
        finish = i["c1_finish"] and valid
        ends_work = not (new and t.op == LINK) and (not desc or eot) and (not ever or finish)
        eow = bad | int(last and bool(ends_work))
        more = int(moves and not (last and not load))
        requests = paced and moves and not s.fill
        hand = valid & last & auto & i["c1_next"]
        tag = pack(
            (int(packet and moves and not auto), 1),
            (hand, 1),
            (int(t.kind == "mark"), 1),
            (
                int(
                    last and new and (t.op == FENCE or (t.summed and t.op == CRC32C)) or (last and t.summed and not new)
                ),
                1,
            ),
            (int(new and t.op == LINK and not t.err), 1),
            (int(bool(requests)), 1),
            (int(requests and last and (not desc or eot or s.flags["tc"])), 1),
            (int(last and new and t.op == NOP), 1),
            (desc, 1),
            (last, 1),
            (eow, 1),
            (int(t.kind == "flush"), 1),
        )
        out |= {
            "ch": i["c1_ch"],
            "copy": int(moves),
            "err": 12 if bad else t.err,
            "bad": bad,
            "more": more,
            "load": load,
            "tag": tag,
        }
        out |= {
            "again": last & auto,
            "free": int(moves and s.fill),
            "mark": int(t.kind == "mark"),
            "done": eow | (t.kind == "flush"),
        }
        out |= {
            "hold": int(valid and moves and i["c1_rated"] and not load and not i["c1_empty"]),
            "hand": hand,
            "new": int(valid and new),
        }
        out |= {"undo": int(valid and new and (more or eow)), "last": last, "eow": eow}
        if t.token or t.err:
            return out
        device = (new and s.sdev, new and s.ddev)
        out |= {
            "src": i["s_src"] if device[0] else s.src, "dst": i["s_dst"] if device[1] else s.dst, "rem": s.left, "flag": s.flag(),
            "conf": i["s_conf"] & 12 | s.ddev << 1 | s.sdev,
        }  # fmt: skip
        if moves:
            out |= {n: i[f"c1_{n}"] for n in ("sstr", "dstr", "empty")}
            out |= {
                "slast": packet,
                "dlast": int(last and (packet or not desc or s.flags["eop"] or t.summed)),
                "incr": t.begins if t.summed else i["s_window"],
            }
            out |= {"end": 0} if load else {"end": end, "len_m1": n - 1}
        return out


@cocotb.test()
async def outcomes(dut: Any) -> None:
    """Picks of every kind, one a cycle; what comes after a ghost is told until the next one."""
    rng = seeded("piece")
    bits, channels = len(dut.s_src), 1 << len(dut.c1_ch)
    model = Model(rng, bits, channels, dut.WORD_BYTES.value.to_unsigned(), dut.MAX_BURST.value.to_unsigned())
    await start(dut, **dict.fromkeys(INPUTS, 0))
    coming, c1, c2 = model.draw(), Turn(), Turn()
    expected: Fields = {}
    kept: Fields | None = None
    met = dict.fromkeys(
        ("valid", "ghost", "undo", "hand", "again", "more", "hold", "free", "slast", "empty", "err", "eow", "load"), 0
    )
    for _ in range(6000):
        await falling(dut)
        c1, c2 = coming, c1
        coming = model.draw()
        for name, value in c1.inputs.items():
            getattr(dut, name).value = value
        dut.b_limit_m1.value = coming.limit
        summed = c2.summed and (c2.kind == "on" or c2.op == CRC32C)
        dut.c2_sum.value, dut.c2_crc.value, dut.c2_follow.value = c2.summed, int(summed), c2.follow
        dut.c2_begins.value = c2.begins
        await settled()
        # C1
        if c1.kind and not c1.token:
            s, i = c1.segment, c1.inputs
            new = c1.kind == "new"
            assert known(dut.c1_refused) == (c1.err != 0)
            assert known(dut.a_addr) == (i["s_src"] if new and s.sdev else s.src)
            assert known(dut.b_addr) == (i["s_dst"] if new and s.ddev else s.dst)
            assert known(dut.a_bypass) == (i["s_a_bypass"] | s.fill)
        # C2
        if expected:
            for name, value in expected.items():
                if name not in ("last", "eow"):
                    got = known(getattr(dut, f"c2_{name}"))
                    assert got == value, (name, got, value, c2.kind, c2.segment, c2.inputs)
            assert known(dut.c2_on) == (not known(dut.c2_done) and bool(known(dut.c2_more) or known(dut.c2_again)))
            assert known(dut.seg_end) == (expected["valid"] and expected["last"] if "last" in expected else 0)
            for name in met:
                met[name] += bool(expected.get(name))
        if kept:
            assert (known(dut.ghost_more), known(dut.ghost_again), known(dut.ghost_eow)) == tuple(kept.values())
        if expected and expected["ghost"]:
            kept = {n: expected[n] for n in ("more", "again", "eow")}
        expected = model.outcome(c1)
    assert all(n > 20 for n in met.values()), met
