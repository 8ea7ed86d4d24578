"""windlass_desc_queue: each channel's descriptors come out once, in order, with the error of a refused one; counts are right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = [
    "start_valid", "start_ch", "in_valid", "in_ch", "in_likely", "in_data", "push", "push_drop", "push_refused", "push_err", "push_whole", "pop_valid",
    "pop_ch", "unpop_valid", "unpop_ch", "look_ch", "flush_valid",
]  # fmt: skip


@dataclass
class Queue:
    """One channel: what waits, and what was taken last."""

    waiting: list[tuple[int, int]] = field(default_factory=list)
    refused: bool = False
    popped: int = -9  # cycle
    last: tuple[int, int] = (0, 0)


@cocotb.test()
async def queues(dut: Any) -> None:
    """Any mixture of what comes, with drops and refusals, pops as soon as something shows, pops taken back, flushes and STARTs."""
    rng = seeded("desc_queue")
    get = lambda name: getattr(dut, name).value.to_unsigned()
    channels, width, places = get("CHANNELS"), get("ENTRY_W"), get("DESC_PREFETCH")
    turn = 1 << get("COUNT_W")
    most = places - (1 if turn == places else 0)
    await start(dut, **dict.fromkeys(INPUTS, 0))
    state = [Queue() for _ in range(channels)]
    tail = [0] * channels
    due: list[tuple[int, tuple[int, int]]] = []  # cycle of the outputs, entry and error
    back: list[tuple[int, int]] = []  # cycle in which a pop goes back, channel
    coming: tuple[int, int, bool, int] | None = None  # channel, entry, dropped, error: judged in this cycle
    freed = [0] * channels
    told = [0] * channels
    outs = backs = errors = at_once = flushes = 0
    for cycle in range(6000):
        await falling(dut)
        dut.start_valid.value = dut.unpop_valid.value = dut.flush_valid.value = 0
        while due and due[0][0] == cycle:
            entry, err = due.pop(0)[1]
            assert known(dut.out_err) == err, (cycle, err)
            if not err:
                assert known(dut.out_data) | known(dut.out_whole) << width == entry
            outs, errors = outs + 1, errors + bool(err)
        avail = known(dut.avail)
        assert known(dut.dead) == sum(q.refused << i for i, q in enumerate(state))
        if known(dut.freed_valid):
            told[known(dut.freed_ch)] += 1
        # judged: what came in the cycle before
        dut.push.value = dut.push_drop.value = dut.push_refused.value = 0
        judged = coming
        if coming:
            c, entry, dropped, err = coming
            dut.push.value, dut.push_drop.value = not dropped, dropped
            dut.push_refused.value, dut.push_err.value, dut.push_whole.value = bool(err), err, entry >> width
            if not dropped:
                tail[c] += 1
                if err:
                    state[c].refused = True
        # comes
        coming = None
        dut.in_valid.value = dut.in_likely.value = 0
        c = rng.randrange(channels)
        busy = rng.random() < (0.9 if cycle // 500 % 2 else 0.3)
        held = {ch for when, ch in back if when >= cycle} | {i for i, q in enumerate(state) if q.popped >= cycle - 2}
        if busy and not state[c].refused and len(state[c].waiting) + 2 * (c in held) < most:
            entry, dropped = rng.getrandbits(width + 1), rng.random() < 0.2  # the top bit: it is one piece
            err = rng.randrange(8, 12) if not dropped and rng.random() < 0.02 else 0
            dut.in_valid.value, dut.in_ch.value, dut.in_data.value = 1, c, entry & ((1 << width) - 1)
            dut.in_likely.value = not dropped
            coming = c, entry, dropped, err
            if not dropped:
                state[c].waiting.append((entry, err))
        # goes back
        if back and back[0][0] == cycle:
            ch = back.pop(0)[1]
            dut.unpop_valid.value, dut.unpop_ch.value = 1, ch
            state[ch].waiting.insert(0, state[ch].last)
            backs += 1
        # goes
        dut.pop_valid.value = 0
        ready = [i for i, q in enumerate(state) if avail >> i & 1 and i not in held and q.popped < cycle - 1]
        old = [len(q.waiting) for q in state]  # what came before this cycle
        if coming and not coming[2]:
            old[coming[0]] -= 1
        assert all(old[i] for i in ready), "nothing is there"
        if ready and rng.random() < (0.3 if cycle // 500 % 2 else 0.9):
            i = rng.choice(ready)
            q = state[i]
            at_once += judged is not None and judged[0] == i and old[i] == 1
            q.last, q.popped = q.waiting.pop(0), cycle
            dut.pop_valid.value, dut.pop_ch.value = 1, i
            freed[i] += 1
            due.append((cycle + 2, q.last))
            if rng.random() < 0.1 and not any(when == cycle + 2 for when, _ in back):
                back.append((cycle + 2, i))
        # a new run: nothing comes or goes; the queue is emptied
        if cycle % 400 == 399:
            i = rng.randrange(channels)
            q = state[i]
            dut.in_valid.value = dut.in_likely.value = 0
            if coming and not coming[2]:
                state[coming[0]].waiting.pop()
            coming = None
            for _ in range(6):
                await falling(dut)
                dut.push.value = dut.push_drop.value = dut.push_refused.value = dut.pop_valid.value = (
                    dut.unpop_valid.value
                ) = 0
                if known(dut.freed_valid):
                    told[known(dut.freed_ch)] += 1
                dut.look_ch.value = i
                for _, ch in back:
                    state[ch].waiting.insert(0, state[ch].last)
                    dut.unpop_valid.value, dut.unpop_ch.value = 1, ch
                back = []
            due = []
            await settled()
            assert known(dut.flush_ready)
            assert (known(dut.look_tail) - known(dut.look_head)) % turn == len(q.waiting) % turn
            assert known(dut.look_tail) == tail[i] % turn
            await falling(dut)
            dut.flush_valid.value, dut.start_valid.value, dut.start_ch.value = 1, 1, i
            await falling(dut)
            dut.flush_valid.value = dut.start_valid.value = 0
            q.waiting, q.refused, q.popped = [], False, -9
            await falling(dut, 2)
            await settled()
            assert known(dut.look_tail) == known(dut.look_head), "emptied"
            flushes += 1
    assert outs > 500 and backs > 20 and at_once > 20 and flushes == 15 and errors
    for i in range(channels):
        # each place, or one in four of a long queue
        assert abs(told[i] - (freed[i] if places < 64 else freed[i] / 4)) <= 3, (told[i], freed[i])


@cocotb.test()
async def later(dut: Any) -> None:
    """A place is told free when the count that is looked at has had it for a cycle."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    places, turn = dut.DESC_PREFETCH.value.to_unsigned(), 1 << dut.COUNT_W.value.to_unsigned()
    await falling(dut, 2)
    dut.flush_valid.value = 1  # a reset leaves the counts
    await falling(dut)
    dut.flush_valid.value = 0
    told = 0
    for n in range(8):
        dut.in_valid.value, dut.in_data.value = 1, n
        await falling(dut)
        dut.in_valid.value, dut.push.value = 0, 1
        await falling(dut, 1)
        dut.push.value = 0
        await falling(dut, 3)
        before = known(dut.look_head)
        dut.pop_valid.value = 1
        await falling(dut)
        dut.pop_valid.value = 0
        shown = None
        for cycle in range(8):
            await settled()
            if shown is None and known(dut.look_head) == (before + 1) % turn:
                shown = cycle
            if known(dut.freed_valid):
                assert shown is not None and cycle == shown + 1
                told += 1
            await falling(dut)
        assert shown is not None
    assert told == (8 if places < 64 else 2)
