"""windlass_sched: whoever goes could go, is what the channel's state says, and nobody who can go waits for long."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, settled, start

from .harness import INPUTS, prepare


@cocotb.test()
@cocotb.parametrize(seed=range(3))
async def any_work(dut: Any, seed: int) -> None:
    """Random work, stops and ends; each kind of pick was met."""
    b = await prepare(dut, f"sched {seed}", True)
    b.desc = [bool(i + seed & 1) for i in range(b.n)]
    for t in range(9000):
        b.refill()
        b.recap()
        dut.rotate.value = t % 1000 < 700
        await b.step(begin=b.rng.randrange(b.n) if b.rng.random() < 0.2 else None, abort=0.01, pauses=0.08)
    if b.n > 1:
        assert all(count > 1 for count in b.met.values()), str(b.met)


@cocotb.test()
async def pace(dut: Any) -> None:
    """Descriptors of one piece: one channel every second cycle; all of them: somebody every cycle, in turn."""
    b = await prepare(dut, "pace", False)
    b.desc = [True] * b.n
    for i in range(b.n):
        if i < 1:
            await b.step(begin=i)
            b.c[i].left = 10**6
            for _ in range(10):
                await b.step(more=0, eow=0)
            b.goes.clear()
            for _ in range(40):
                await b.step(more=0, eow=0)
            assert len(b.goes) == 20, len(b.goes)
    for i in range(1, b.n):
        await b.step(begin=i, more=0, eow=0)
        b.c[i].left = 10**6
    for _ in range(10):
        await b.step(more=0, eow=0)
    b.goes.clear()
    for _ in range(20 * b.n):
        await b.step(more=0, eow=0)
    assert len(b.goes) == (20 * b.n if b.n > 1 else 10), len(b.goes)
    share = [b.goes.count(i) for i in range(b.n)]
    assert max(share) - min(share) <= 2, share


@cocotb.test()
async def at_once(dut: Any) -> None:
    """Nobody else wants: a START goes in the next cycle, and so does a descriptor in the cycle it comes."""
    b = await prepare(dut, "idle", False)
    b.desc[0] = False
    for _ in range(4):
        await b.step()
    await b.step(begin=0, more=0)
    await b.step(more=0)
    assert b.goes == [0]
    last = b.n - 1
    for _ in range(60):
        await b.step(more=0)
    b.desc[last] = True
    while b.c[last].run:
        await b.step(more=0, abort=1.0)
    await b.step(begin=last)
    b.c[last].left = 0
    for _ in range(20):
        await b.step()
    b.goes.clear()
    b.c[last].left = 1
    await b.step()
    assert b.goes == [last]


@cocotb.test()
async def weights(dut: Any) -> None:
    """Room for a piece every ninth cycle, everybody has descriptors: the shares are as the weights, and the turns are in a row."""
    b = await prepare(dut, "weights", False)
    b.desc = [True] * b.n
    weight = [1 + i % 4 for i in range(b.n)]
    dut.weighted.value = 1
    for i in range(b.n):
        await b.step(begin=i, more=0, eow=0)
        b.c[i].left = 10**6
    b.goes.clear()
    b.every = 9
    for _ in range(9 * 12 * sum(weight)):
        await b.step(more=0, eow=0, weight=weight)
    rounds = [b.goes.count(i) / weight[i] for i in range(b.n)]
    assert max(rounds) - min(rounds) <= 2, (rounds, weight)
    turns = sum(1 for x, y in zip(b.goes, b.goes[1:], strict=False) if x != y)
    assert b.n == 1 or turns <= len(b.goes) * b.n // sum(weight) + 4, (turns, len(b.goes))


@cocotb.test()
async def weights_do_not_count(dut: Any) -> None:
    """The same with arbitration that rotates: the weights are there and nobody goes more often, or twice in a row."""
    b = await prepare(dut, "weights_do_not_count", False)
    b.desc = [True] * b.n
    for i in range(b.n):
        await b.step(begin=i, more=0, eow=0)
        b.c[i].left = 10**6
    b.goes.clear()
    b.every = 9
    for _ in range(9 * 12 * b.n):
        await b.step(more=0, eow=0, weight=[1 + i % 4 for i in range(b.n)])
    goes = [b.goes.count(i) for i in range(b.n)]
    assert max(goes) - min(goes) <= 1, goes
    assert b.n == 1 or all(x != y for x, y in zip(b.goes, b.goes[1:], strict=False)), b.goes


@cocotb.test()
async def causes(dut: Any) -> None:
    """Why a channel does not issue."""
    b = await prepare(dut, "causes", False)
    b.desc[0] = True
    await b.step(begin=0)
    b.c[0].left = 0

    async def cause(want: int) -> None:
        for _ in range(40):
            await b.step()
        assert known(dut.visit_cause) == want

    await cause(2)
    dut.pause_valid.value, dut.pause_ch.value = 1, 0
    await falling(dut)
    dut.pause_valid.value = 0
    b.c[0].pause = True
    dut.visit_ch.value = 0
    await falling(dut, 3)
    assert known(dut.visit_cause) == 6


@cocotb.test()
async def weights_in_bunches(dut: Any) -> None:
    """Room for three pieces in a row, then none for long, and segments of which is not known at once whether they go on: while the back end
    has enough to do the shares are as the weights, because the owner of the turn stays."""
    b = await prepare(dut, "bunches", False)
    weight = [1 + 2 * (i % 4) for i in range(b.n)]
    b.desc = [False] * b.n
    dut.weighted.value = dut.busy.value = 1
    for i in range(b.n):
        await b.step(begin=i, more=1.0, eow=0, weight=weight)
    b.every, b.bunch = 24, 3
    b.goes.clear()
    for _ in range(24 * 8 * sum(weight)):
        await b.step(more=1.0, eow=0, weight=weight)
    rounds = [b.goes.count(i) / weight[i] for i in range(b.n)]
    # While a turn's first piece is under way the next channel goes once.
    assert min(rounds) > 4 and max(rounds) <= 2.5 * min(rounds), (rounds, weight)


@cocotb.test()
async def what_a_segment_waits_for(dut: Any) -> None:
    """A request, or a stream: nothing goes, and the cause says which."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    dut.room.value, dut.start_valid.value = 1, 1
    await falling(dut)
    dut.start_valid.value = 0
    for name, cause in (("paced", 1), ("streamed", 3)):
        dut.paced.value, dut.streamed.value = int(name == "paced"), int(name == "streamed")
        await falling(dut, 10)
        await settled()
        assert known(dut.visit_cause) == cause and not known(dut.go)
        await falling(dut)
