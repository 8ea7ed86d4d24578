"""windlass_desc_flight: which channels have bursts of descriptors in flight, and of which all are of what is over (manual, section 6: nothing of a run that is
over is worked on, and the new one begins when the old one is in)."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, start

INPUTS = [
    *(f"{name}_{part}" for name in ("begin", "end", "start", "link") for part in ("valid", "ch")),
    "begin_old",
    "oldest_ch",
]
MOST = 15  # bursts in flight


class Flight:
    """What is in flight: every burst with its channel, oldest first."""

    def __init__(self) -> None:
        self.bursts: deque[int] = deque()
        self.old: set[int] = set()  # channels of which all that is in flight is over

    def words(self) -> tuple[int, int]:
        """What busy and old must be."""
        return sum(1 << c for c in set(self.bursts)), sum(1 << c for c in self.old)

    def cycle(self, begins: tuple[int, bool] | None, ends: bool, over: set[int]) -> None:
        """One cycle: a burst of a channel begins, and is of what is over or not; the oldest one ended; START or a LINK of channels."""
        if ends:
            self.bursts.popleft()
        if begins:
            self.bursts.append(begins[0])
            over = over | {begins[0]} if begins[1] else over
        self.old = (self.old | over) & set(self.bursts)


@cocotb.test()
@cocotb.parametrize(crowd=[1, 4, MOST])
async def all_that_flies(dut: Any, crowd: int) -> None:
    """Bursts of any channels begin and end, up to `crowd` at a time, with STARTs and LINKs between: in each cycle both are right. Also in the cycle in which a
    channel's last burst ends another of it begins, or a START comes."""
    channels = dut.CHANNELS.value.to_unsigned()
    rng = seeded(f"flight {crowd}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    flight = Flight()
    often = 0.0
    ending: int | None = None  # channel of the burst that ended a cycle ago
    met: Counter[str] = Counter()
    for i in range(6000):
        await falling(dut)
        assert (known(dut.busy), known(dut.old)) == flight.words(), i
        few = rng.choice([1, min(channels, 2), channels])  # the same channel often
        often = rng.choice([0.1, 0.8]) if i % 100 == 0 else often  # it fills up, and drains
        waiting = list(flight.bursts)[ending is not None :]  # those that have not ended
        again = ending if ending is not None and rng.random() < 0.05 else rng.randrange(few)
        begins = (again, rng.random() < 0.2) if len(waiting) < crowd and rng.random() < often else None
        begun = rng.choice([rng.randrange(few), ending]) if rng.random() < 0.15 else None
        linked = rng.randrange(few) if rng.random() < 0.1 else None
        for name, channel in (("begin", begins and begins[0]), ("start", begun), ("link", linked), ("end", ending)):
            getattr(dut, f"{name}_valid").value = channel is not None
            getattr(dut, f"{name}_ch").value = rng.randrange(channels) if channel is None else channel
        dut.begin_old.value = begins[1] if begins else rng.getrandbits(1)
        dut.oldest_ch.value = waiting[0] if waiting else rng.randrange(channels)
        if ending is not None and flight.bursts.count(ending) == 1:
            met["last"] += 1
            met["another begins"] += begins is not None and begins[0] == ending
            met["started"] += begun == ending
        if waiting and begins and begins[0] == waiting[0] and waiting.count(waiting[0]) == 1:
            met["begins a cycle before"] += 1
        before = set(flight.old)
        flight.cycle(begins, ending is not None, {c for c in (begun, linked) if c is not None})
        met["stays old"] += bool(before & flight.old)
        met["full"] += len(flight.bursts) >= crowd
        ending = waiting[0] if waiting and rng.random() < 0.5 else None
    assert all(met[case] > 20 for case in ("last", "another begins", "started", "stays old", "full")), met
    assert crowd == 1 or met["begins a cycle before"] > 20, met


@cocotb.test()
async def reset(dut: Any) -> None:
    """After a reset nothing is in flight, whatever was, and numbers begin together."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    await falling(dut)
    dut.begin_valid.value = 1
    await falling(dut, 3)
    dut.begin_valid.value, dut.start_valid.value = 0, 1
    await falling(dut)
    assert (known(dut.busy), known(dut.old)) == (1, 1)
    dut.start_valid.value, dut.aresetn.value = 0, 0
    await falling(dut)
    assert (known(dut.busy), known(dut.old)) == (0, 0)
    dut.aresetn.value, dut.begin_valid.value = 1, 1
    await falling(dut)
    dut.begin_valid.value = 0
    await falling(dut)  # it ends in this cycle, and is the last one
    dut.end_valid.value = 1
    assert (known(dut.busy), known(dut.old)) == (1, 0)
    await falling(dut)
    dut.end_valid.value = 0
    assert known(dut.busy) == 0, "the only burst has ended"
