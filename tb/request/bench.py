"""windlass_request against "Pacing" in section 7 of the programmer's manual: a scheduler and a back end of random speed around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

NONE, SINGLE, BLOCK, DEMAND = range(4)
INPUTS = [
    "req", "line_we", "line_ch", "line_no", "pacing_we", "pacing_ch", "pacing_mode", "active", "sw_valid", "sw_ch",
    "use_valid", "use_ch", "seg_valid", "seg_ch", "seg_end", "ack_valid", "ack_ch", "ack_tc",
]  # fmt: skip


@dataclass
class Channel:
    """What the bench knows of a channel."""

    mode: int = NONE
    line: int = 0
    flight: int = 0
    software: bool = False
    carried: bool = False
    since: int = 99
    fresh: bool = False
    cut: bool = False


async def configure(dut: Any, number: int, mode: int, line: int) -> None:
    """Route and pace a channel that does not run."""
    await falling(dut)
    dut.line_we.value, dut.line_ch.value, dut.line_no.value = 1, number, line
    dut.pacing_we.value, dut.pacing_ch.value, dut.pacing_mode.value = 1, number, mode
    await falling(dut)
    dut.line_we.value = dut.pacing_we.value = 0


def idle(dut: Any, rng: Any, channels: int) -> None:
    """What lies at the inputs of set-up while nothing is written: anything."""
    for name in ("line_ch", "pacing_ch"):
        getattr(dut, name).value = rng.randrange(channels)
    dut.line_no.value, dut.pacing_mode.value = rng.getrandbits(6), rng.getrandbits(2)


class Model:
    """The manual's pacing, one call per cycle. `since` counts the cycles since the last acknowledge: in single and demand pacing a line is
    not looked at in the first of them; in block pacing, too, when START came since (`fresh`). In the cycle after a cut (`cut`) block pacing
    waits to hear whether the segment has ended, which takes a cycle."""

    GUARD = (4, 6)
    """After a pulse in cycle t (a device answers by t+2, its line is looked at in t+3, one register): closed before t+4, open from t+6."""

    def __init__(self, channels: int, lines: int) -> None:
        self.lines = lines
        self.state = [Channel() for _ in range(channels)]
        self.sampled = 0

    def raised(self, ch: Channel) -> bool:
        """The channel's line, as sampled."""
        return bool(self.lines) and bool(self.sampled >> ch.line & 1)

    def may(self, ch: Channel) -> bool | None:
        """Whether its next piece may go; None where the manual leaves it open."""
        if ch.mode == NONE:
            return True
        if ch.mode == BLOCK and ch.cut:
            return False
        if ch.flight or not (self.raised(ch) or ch.software or ch.carried):
            return False
        if ch.mode == BLOCK and not ch.fresh:
            return True
        if ch.since < self.GUARD[0]:
            return False
        return True if ch.since >= self.GUARD[1] else None

    def use(self, ch: Channel, ended: bool) -> bool:
        """A piece goes: returns whether it used up a software request."""
        software = not self.raised(ch) and not ch.carried and ch.software
        ch.fresh = False
        if software:
            ch.software = False
        if ch.mode == BLOCK:
            ch.carried = not ended
        elif ch.mode != NONE:
            ch.flight = 1
        return software

    def start(self, ch: Channel) -> None:
        """START: old requests are forgotten, and what was waited for, but not that an acknowledge was just now."""
        ch.software = ch.carried = False
        ch.flight = 0
        ch.fresh, ch.cut = True, False

    def tick(self, req: int) -> None:
        """The rising edge."""
        self.sampled = req
        for ch in self.state:
            ch.since += 1


@cocotb.test()
async def pacing(dut: Any) -> None:
    """Every mode, hardware and software requests: a piece goes only on a request; single and demand wait for the answer and the
    guard after it; block carries the segment; pulses go to the right line, `tc` only with the last one. Without lines PACING is
    refused at START: nothing waits. START of one forgets its own requests only; it comes in any cycle after the last acknowledge, also in that
    of it, and after pieces that failed and get none. A channel that does not run, for one cycle before START or for some, has no requests."""
    channels, lines = len(dut.may), dut.REQUEST_LINES.value.to_unsigned()
    rng = seeded("request")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    assert known(dut.ack) == 0 == known(dut.tc)
    everyone = (1 << channels) - 1
    uses = dict.fromkeys(range(4), 0)
    quick = {mode: set[int]() for mode in range(4)}
    software_uses = pulses = reopened = forgotten = failed = rested = closed = 0
    for round_ in range(16):
        model = Model(channels, lines)
        for c in range(channels):
            pacing = (round_ + c) % 4
            model.state[c] = Channel(mode=pacing if lines else NONE, line=rng.randrange(lines) if lines else 0)
            await configure(dut, c, pacing, model.state[c].line)
        await falling(dut, 8)
        dut.active.value = everyone
        down = [0] * channels  # cycles until START
        owed: list[tuple[int, bool]] = []
        last: tuple[int, bool] | None = None
        for _ in range(200):
            await falling(dut)
            may = [model.may(ch) for ch in model.state]
            req = rng.getrandbits(lines) if lines and rng.random() < 0.6 else 0
            software = rng.randrange(channels) if rng.random() < 0.06 else None
            if software is not None and any(down) and rng.random() < 0.5:
                software = down.index(max(down))
            acked = owed.pop(rng.randrange(len(owed))) if owed and rng.random() < 0.4 else None
            c = rng.randrange(channels)
            used, ended = may[c] is True and not down[c] and rng.random() < 0.5, rng.random() < 0.3
            again = rng.randrange(channels)
            young = [
                i
                for i, ch in enumerate(model.state)
                if ch.since < model.GUARD[0] or (acked is not None and acked[0] == i)
            ]
            if young and rng.random() < 0.5:
                again = rng.choice(young)
            likely = 0.4 if acked is not None and acked[0] == again else 0.15
            begins = rng.random() < likely and not (used and again == c) and not down[again]
            if begins and rng.random() < 0.8:  # what it has in flight has failed: no acknowledge comes
                failed += sum(o[0] == again for o in owed)
                owed = [o for o in owed if o[0] != again]
            if begins and again not in [o[0] for o in owed]:
                down[again] = rng.choice((1, 1, rng.randrange(2, 9)))
            idle(dut, rng, channels)
            dut.active.value = sum((not left) << i for i, left in enumerate(down))
            dut.req.value = req
            dut.sw_valid.value, dut.sw_ch.value = software is not None, software or 0
            dut.ack_valid.value, dut.ack_ch.value, dut.ack_tc.value = acked is not None, *(acked or (0, 0))
            dut.use_valid.value, dut.use_ch.value = used, c
            cut = c if used else rng.randrange(channels) if rng.random() < 0.1 else None  # also what is not a piece
            dut.seg_valid.value, dut.seg_ch.value, dut.seg_end.value = cut is not None, cut or 0, used and ended
            await settled()
            got = known(dut.may)
            for i, ch in enumerate(model.state):
                assert known(dut.paced) >> i & 1 == (ch.mode != NONE)
                assert down[i] or may[i] is None or (got >> i & 1) == may[i], (i, ch, model.sampled)
            bit = 1 << model.state[last[0]].line if last else 0
            assert known(dut.ack) == bit and known(dut.tc) == (bit if last and last[1] else 0)
            pulses += last is not None
            last = acked
            if used:
                ch = model.state[c]
                uses[ch.mode] += 1
                reopened += ch.mode in (SINGLE, DEMAND) and ch.since < 50
                software_uses += model.use(ch, ended)
                if ch.mode != NONE:
                    owed.append((c, ended))
            if acked is not None:
                model.state[acked[0]].flight, model.state[acked[0]].since = 0, -1
            if software is not None:
                rested += down[software] > 0
                model.state[software].software = True
            for i, ch in enumerate(model.state):
                closed += ch.mode == BLOCK and ch.cut and ch.carried
                ch.cut = i == cut
                if down[i] == 1:
                    if -1 <= ch.since < model.GUARD[0]:
                        quick[ch.mode].add(ch.since)
                    forgotten += ch.software or ch.carried
                    model.start(ch)
            down = [max(0, left - 1) for left in down]
            model.tick(req)
        await falling(dut)
        for name in ("active", "req", "use_valid", "sw_valid", "ack_valid", "seg_valid", "seg_end"):
            getattr(dut, name).value = 0
    assert all(n > 30 for mode, n in uses.items() if lines or mode == NONE), uses
    met = software_uses, reopened, forgotten, failed, rested, closed
    assert not lines or (min(met) > 10 and pulses > 50 and reopened > 30), met
    assert not lines or all(quick[mode] == set(range(-1, model.GUARD[0])) for mode in (SINGLE, BLOCK, DEMAND)), quick
