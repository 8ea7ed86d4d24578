"""windlass_front: the pieces of every channel, in order, are those of the manual; each channel ends with exactly one last token."""

from __future__ import annotations

from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import broadcast, falling, known, settled

from .harness import PIECE, prepare
from .work import (
    AUTO,
    EOW,
    LAST,
    OP_2D,
    OP_COMPARE,
    OP_COPY,
    OP_CRC,
    RING,
    TABLE,
    Descriptor,
    Work,
    pieces,
)


@cocotb.test()
@cocotb.parametrize(seed=range(6))
async def work_to_its_end(dut: Any, seed: int) -> None:
    """Random work on all channels; half of the runs without any stall. Rings and auto-initialize are aborted at last."""
    b = await prepare(dut, f"front {seed}")
    await b.begin([b.draw(c) for c in range(b.channels)])
    for _ in range(40):
        await b.run(250, seed % 2 == 0)
        if all(k.mode in (RING, AUTO) for c, k in enumerate(b.work) if b.running[c]):
            break
    assert all(k.mode in (RING, AUTO) for c, k in enumerate(b.work) if b.running[c]), "a channel hangs"
    await b.run(800, True, abort=0.2)
    assert not any(b.running), "abort did not end a channel"
    met = b.check()
    assert met["pieces"] > 5


@cocotb.test()
@cocotb.parametrize(seed=range(3))
async def streams(dut: Any, seed: int) -> None:
    """All channels that can have a stream side, whose queues are often empty or full; without streams nothing is told to a queue."""
    b = await prepare(dut, f"streams {seed}")
    work = []
    for c in range(b.channels):
        while True:
            k = b.draw(c)
            if c >= b.streams or ((k.sstr or k.dstr) and not k.bad and not k.faults and not k.descriptors[0].err):
                break
        k.mode = AUTO if c == 0 else k.mode  # so that it lasts
        work.append(k)
    await b.begin(work)
    await b.run(4000, seed == 0)
    await b.run(2000, True, abort=0.1)
    assert not any(b.running)
    b.check()
    assert b.met_streams["pieces"] > 15 if b.streams else not any(b.met_streams.values()), b.met_streams


@cocotb.test()
@cocotb.parametrize(seed=range(4))
async def abort_anywhere(dut: Any, seed: int) -> None:
    """Aborts at random times: what came out is a prefix, then one flush; the other channels go on."""
    b = await prepare(dut, f"abort {seed}")
    await b.begin([b.draw(c) for c in range(b.channels)])
    await b.run(1500, seed % 2 == 0, abort=0.02)
    await b.run(1500, seed % 2 == 0, abort=0.2)  # whom no abort has met yet
    assert not any(b.running)
    b.check()


@cocotb.test()
async def rows(dut: Any) -> None:
    """2-D copies on all channels at once: their rows in order, whatever else goes through the pipeline. Where they are not built, strides mean nothing."""
    b = await prepare(dut, "rows")
    work = [b.draw(c) for c in range(b.channels)]
    for k in work:
        k.mode, k.sdev, k.ddev, k.pacing, k.window, k.bad, k.cyclic, k.faults = TABLE, 0, 0, 0, 0, 0, 0, frozenset()
        k.sstr = k.dstr = 0
        k.descriptors = [
            Descriptor(
                b.rng.randrange(1 << 20, 1 << 30), b.rng.randrange(1 << 20, 1 << 30), b.rng.choice([1, b.w, b.rng.randrange(1, 3 * b.burst * b.w)]),
                op=OP_2D if b.rows else OP_COPY, rows=b.rng.choice([0, 1, b.rng.randrange(9)]) if b.rows else 0, sstride=b.rng.randrange(-5000, 5000),
                dstride=b.rng.randrange(-5000, 5000), eot=int(i == 5),
            )
            for i in range(6)
        ]  # fmt: skip
    await b.begin(work)
    await b.run(12000, True)
    assert not any(b.running), "a channel hangs"
    met = b.check()
    assert met["pieces"] >= 6 * b.channels and met["rows"] == (met["pieces"] if b.rows else 0)


@cocotb.test()
async def sums(dut: Any) -> None:
    """CRC32C and COMPARE on all channels at once, between copies; some look-ups are refused. Where they are not built there are copies only."""
    b = await prepare(dut, "sums")
    work = [b.draw(c) for c in range(b.channels)]
    ops = [OP_CRC, OP_COMPARE, OP_COPY] if b.sums else [OP_COPY]
    for c, k in enumerate(work):
        k.mode, k.sdev, k.ddev, k.pacing, k.window, k.bad, k.cyclic, k.faults = TABLE, 0, 0, 0, 0, 0, 0, frozenset()
        k.sstr = k.dstr = 0
        k.descriptors = [
            Descriptor(
                b.rng.randrange(1 << 20, 1 << 30), b.rng.randrange(1 << 20, 1 << 30), b.rng.choice([1, b.w, b.rng.randrange(1, 6 * b.burst * b.w)]),
                op=ops[(i + c) % len(ops)], eot=int(i == 8),
            )
            for i in range(9)
        ]  # fmt: skip
    last = work[-1].descriptors[7]
    work[-1].bypass, work[-1].faults = 0, frozenset({last.src + last.length - 1 >> 12})
    await b.begin(work)
    await b.run(12000, False, abort=0.0)
    await b.run(2000, True, abort=0.2)
    assert not any(b.running), "a channel hangs"
    met = b.check()
    assert met["pieces"] >= 6 * b.channels and (met["sums"] > 3 * b.channels if b.sums else not met["sums"])


@cocotb.test()
async def nothing_to_wait_for(dut: Any) -> None:
    """One channel with descriptors of one piece each: a piece in every second cycle at least."""
    b = await prepare(dut, "speed")
    work = [Work(c, TABLE, bypass=1) for c in range(b.channels)]
    work[0].descriptors = [Descriptor(i * 64, i * 64, 1, eot=int(i == 39)) for i in range(40)]
    for k in work[1:]:
        k.descriptors = [Descriptor(0, 0, 1, eot=1)]
    await b.begin(work)
    await b.run(30 + 2 * 40, True)
    assert len(b.out[0]) == 40, f"{len(b.out[0])} pieces in {30 + 2 * 40} cycles"
    b.check()


@cocotb.test()
async def arbitration(dut: Any) -> None:
    """Rotating: channels that always can go take turns. Fixed: the lowest goes as long as it can."""
    b = await prepare(dut, "arbitration")
    await b.begin([Work(c, AUTO, src=4096, dst=8192, length=4 * b.w, bypass=1) for c in range(b.channels)])
    await b.run(100 * b.channels, True)
    share = [b.order.count(c) for c in range(b.channels)]
    assert max(share) - min(share) <= 3 + max(share) // 10, share
    b.order.clear()
    dut.rotate.value = 0
    await b.run(300, True)
    share = [b.order.count(c) for c in range(b.channels)]
    # A window of 300 cycles may end between the pieces of two channels that go as often as they can.
    assert share[0] >= max(share) - 1 and share[-1] <= share[0] // 2 or b.channels < 5, share
    b.check()


@cocotb.test()
async def turns_of_long_descriptors(dut: Any) -> None:
    """Rotating, room for a piece now and then: a descriptor that is not short is loaded in a turn of its own, so its channel has a piece for two of a
    channel with short ones, or more; among themselves they share alike."""
    b = await prepare(dut, "turns")
    short, long = max(b.w // 2, 1), b.burst * b.w
    work = [Work(c, RING, bypass=1, cyclic=1) for c in range(b.channels)]
    for c, k in enumerate(work):
        k.descriptors = [Descriptor(0, 4096, long if c else short)]
    await b.begin(work)
    b.every = 9
    await b.run(9 * 60 * b.channels, True)
    share = [b.order.count(c) for c in range(b.channels)]
    assert max(share[1:]) - min(share[1:]) <= 2 and 2 * min(share[1:]) >= share[0] - 2 > 20, share
    b.every = 1
    await b.run(2000, True, abort=0.2)
    b.check()


@cocotb.test()
async def prepared(dut: Any) -> None:
    """The registers of an idle channel were written: START gives its first piece a cycle later. After any change of the map it is looked
    up again, as late as that change was, and after a change of the registers it is the new one."""
    b = await prepare(dut, "prepared")
    met = {"at once": 0, "looked up again": 0}
    for i in range(60):
        c = i % b.channels
        work = [Work(n, 0, bypass=int(b.rng.random() < 0.3)) for n in range(b.channels)]
        k = work[c]
        k.src, k.dst, k.length = (
            b.rng.randrange(1 << 20),
            b.rng.randrange(1 << 20),
            b.rng.randrange(1, min(6000, 20 * b.burst * b.w)),
        )
        for offset, value in ((regs.CONFIG, 0), (regs.SRC_LO, k.src), (regs.DST_LO, k.dst), (regs.LENGTH, k.length)):
            await broadcast(dut, 0, c, offset, value)
        if b.rng.random() < 0.5:
            await broadcast(dut, 1, c, regs.GRANT, k.bypass)
        else:
            await broadcast(dut, 1, c, regs.GRANT, 1 - k.bypass)
            await broadcast(dut, 1, c, regs.GRANT, k.bypass)
        dut.may.value, dut.d_avail.value, dut.piece_ready.value, dut.paced.value = (1 << b.channels) - 1, 0, 1, 0
        change = b.rng.random() < 0.5
        look: list[Any] = [(0, 0), (0, 0)]
        looks = [look, look]
        begin = b.rng.randrange(5, 12)
        late = b.rng.randrange(2, begin)
        first: int | None = None
        got: list[dict[str, int]] = []
        for t in range(400):
            if change and t == late:
                k.faults = frozenset({k.src >> 12})
            dut.map_change.value = int(change and t == late)
            dut.start_valid.value, dut.cmd_ch.value, dut.start_bad.value = int(t == begin), c, 0
            (dut.a_paddr.value, dut.a_err.value), (dut.b_paddr.value, dut.b_err.value) = looks[1]
            await settled()
            if known(dut.piece_valid):
                assert t > begin, "a piece without START"
                first = t - begin if first is None else first
                got.append({n: known(getattr(dut, f"piece_{n}")) for n in PIECE})
            look = [
                k.look_up(known(getattr(dut, f"{side}_addr"))) if known(getattr(dut, f"{side}_valid")) else (0, 0)
                for side in "ab"
            ]
            await falling(dut)
            looks = [look, looks[0]]
            if got and (got[-1]["tag"] & EOW or got[-1]["err"]):
                break
        assert first == 1 if not change else first is not None and first <= 6, first
        met["at once" if first == 1 else "looked up again"] += 1
        for piece, want in zip(got, pieces(k, b.w, b.burst), strict=False):
            assert (piece["null"], piece["err"], piece["tag"]) == (want.null, want.err, want.tag), (piece, want)
            for name in ("src", "dst", "src_l", "dst_l", "len"):
                assert getattr(want, name) in (None, piece[name]), (name, piece, want)
        dut.stop.value = 1 << c if got[-1]["err"] else 0
        await falling(dut, 40)  # until the flush is out
        dut.end_valid.value, dut.end_ch.value = 1, c
        await falling(dut)
        dut.end_valid.value, dut.stop.value = 0, 0
    assert all(n > 10 for n in met.values()), met


@cocotb.test()
@cocotb.parametrize(seed=range(3))
async def pause_anywhere(dut: Any, seed: int) -> None:
    """PAUSE and RESUME at random: nothing is lost or repeated, and a paused channel is quiet; aborts work meanwhile."""
    b = await prepare(dut, f"pause anywhere {seed}")
    await b.begin([b.draw(c) for c in range(b.channels)])
    b.pauses = 0.05
    await b.run(2500, seed % 2 == 0)
    await b.run(2000, True, abort=0.1)
    assert not any(b.running), "abort did not end a channel"
    b.check()
    assert b.asleep > 10


@cocotb.test()
async def laps(dut: Any) -> None:
    """FINISH ends auto-initialize after the lap that is being cut, a cyclic ring after its last place; NEXT brings the other bank."""
    b = await prepare(dut, "laps")
    work = []
    for c in range(b.channels):
        if c % 2:
            k = Work(c, RING, cyclic=1, bypass=1)
            k.descriptors = [
                Descriptor(64 * i, 64 * i + 4096, b.rng.randrange(1, min(300, 10 * b.burst * b.w)), eot=int(i == 3))
                for i in range(4)
            ]
        else:
            k = Work(c, AUTO, src=4096, dst=8192, length=b.rng.randrange(1, 4 * b.w), bypass=1)
        work.append(k)
    await b.begin(work)
    for c, k in enumerate(work):
        if k.mode == AUTO:
            base = (c * 4096 + 5, c * 8192 + 9, b.rng.randrange(1, 4 * b.w))
            for offset, value in (
                (regs.NEXT_SRC_LO, base[0]),
                (regs.NEXT_DST_LO, base[1]),
                (regs.NEXT_LENGTH, base[2]),
            ):
                await broadcast(dut, 0, c, offset, value)
            k.bases.append(base)
    await b.run(150, True)
    b.commands = [("next_valid", c) for c, k in enumerate(work) if k.mode == AUTO]
    await b.run(150, True)
    b.commands = [("finish_valid", c) for c in range(b.channels)]
    await b.run(2000, True)
    assert not any(b.running), "FINISH did not end a channel"
    for c, k in enumerate(work):
        laps = [o["tag"] for o in b.out[c] if o["tag"] & LAST]
        k.finish = len(laps) - 1 if k.mode == AUTO else (len(laps) - 1) // 4
        k.handovers = {i for i, tag in enumerate(laps) if tag >> 15 & 1}
        assert len(k.handovers) == (k.mode == AUTO) and len(laps) > 4
    b.check()
