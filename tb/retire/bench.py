"""windlass_retire against sections 5 and 8 of the programmer's manual: what software sees of each event, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, falling, known, pack, seeded, settled, start

INPUTS = [
    "cw_valid", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_ch", "quiet", "ev_valid", "ev_data", "wb_done", "wb_err", "rd_ch", "rd_reg",
]  # fmt: skip
DONE, DESC, PERIOD, ERROR, ABORTED, NEXT = 1, 2, 4, 8, 16, 32
FIELDS = ["mark", "hand", "slast", "period", "last", "desc", "irq", "eow", "flush", "paced", "tc", "wb", "write"]


@dataclass
class Channel:
    """What software sees of a channel."""

    ending: int = 0
    code: int = 0
    errdesc: int = 0
    faddr: int = 0
    consumer: int = 0
    status: int = 0
    events: int = 0
    eop: int = 0
    quiet: int = 0
    dead: bool = False

    def start(self) -> None:
        """START: all but the interrupts."""
        self.eop = 0
        self.ending = self.code = self.errdesc = self.faddr = self.consumer = 0
        self.dead = False

    def event(self, e: dict[str, int], answer: int) -> dict[str, bool]:
        """One event takes effect; which outputs pulse."""
        code = 0 if e["period"] else e["err"] or answer
        fails, good = not self.dead and code != 0, not self.dead and code == 0
        ends = not e["period"] and (e["eow"] or e["flush"])
        raised = 0
        if e["period"] and not self.dead:
            raised |= PERIOD
        if good and not e["period"] and e["last"]:
            raised |= (DESC if e["irq"] else 0) | (NEXT if e["hand"] else 0)
            if not e["desc"]:
                self.eop = e["slast"]
            else:
                self.consumer = self.consumer + 1 & 0xFFFF
        if fails:
            self.code, self.errdesc, self.faddr = code, self.consumer, e["address"]
            self.dead = True
        if ends:
            self.ending = 2 if self.dead else 1 if e["eow"] else 4
            raised |= ERROR if self.dead else DONE if e["eow"] else 0 if self.quiet else ABORTED
        self.status |= raised
        self.events += raised.bit_count()
        return {
            "end": bool(ends), "ack": bool(good and not e["period"] and e["paced"]), "fault": fails and code in (5, 6, 7),
            "stop": fails and not e["err"], "mark": bool(e["mark"]), "hand": bool(good and not e["period"] and e["last"] and e["hand"]),
        }  # fmt: skip


def draw(rng: Any, channels: int, bits: int) -> dict[str, int]:
    """A random event of a running channel; errors and endings are rare."""
    e = {name: rng.getrandbits(1) for name in FIELDS}
    e["period"] = int(rng.random() < 0.2)
    e["eow"], e["flush"] = (rng.choice([(1, 0), (0, 1), (1, 1)])) if rng.random() < 0.1 else (0, 0)
    e["err"] = rng.choice([1, 3, 5, 5, 6, 6, 7, 7, 8, 9, 12]) if rng.random() < 0.08 and not e["period"] else 0
    if e["err"]:
        e["last"] = 0
    e["mark"] = int(not e["period"] and rng.random() < 0.1)
    e["ch"], e["address"] = rng.randrange(min(channels, 6)), rng.getrandbits(bits)
    return e


async def write(dut: Any, channel: int, offset: int, value: int) -> None:
    """A broadcast register write."""
    dut.cw_valid.value, dut.cw_ch.value, dut.cw_reg.value, dut.cw_data.value = 1, channel, offset // 4, value
    await falling(dut)
    dut.cw_valid.value = 0


async def look(dut: Any, c: int) -> tuple[int, ...]:
    """The registers of a channel."""
    values = []
    for offset in (regs.STATUS, regs.FADDR_LO, regs.FADDR_HI, regs.CONSUMER, regs.IRQ_STATUS, regs.IRQ_EVENTS):
        dut.rd_ch.value, dut.rd_reg.value = c, offset // 4
        await settled()
        values.append(known(dut.rd_word))
        await falling(dut)
    status, low, high, *rest = values
    assert not status & 0xF0B1, "bits of STATUS that others know"
    return (status >> 1 & 7, status >> 6 & 1, status >> 8 & 15, status >> 16, high << 32 | low, *rest)


@cocotb.test()
async def events(dut: Any) -> None:
    """Bursts of events with write-backs answered late; after each burst every register, the interrupt lines and all pulses."""
    rng = seeded("retire")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bits, ch_w, channels = len(dut.fault_addr), len(dut.rd_ch), dut.CHANNELS.value.to_unsigned()
    await falling(dut)
    for c in range(channels):
        for offset in (regs.CONSUMER, regs.IRQ_EVENTS):
            await write(dut, c, offset, 0)
    state = [Channel() for _ in range(min(channels, 6))]
    enable = [rng.getrandbits(6) for _ in state]
    for c, value in enumerate(enable):
        await write(dut, c, regs.IRQ_ENABLE, value)
    names = ("end", "ack", "fault", "stop", "mark", "hand")
    got: dict[str, list[tuple[int, ...]]] = {name: [] for name in names}
    want: dict[str, list[tuple[int, ...]]] = {name: [] for name in names}
    for name, fields in {
        "end": ["end_ch", "end_cut"], "ack": ["ack_ch", "ack_tc"], "fault": ["fault_ch", "fault_write", "fault_cause", "fault_addr"],
        "stop": ["stop_ch"], "mark": ["mark_ch"], "hand": ["hand_ch"],
    }.items():  # fmt: skip
        SignalMonitor(dut, [f"{name}_valid"], fields, callback=got[name].append)
    met = {"dead": 0, "answers": 0, "full": 0}
    for _ in range(40):
        for ch in state:
            ch.quiet = int(rng.random() < 0.2)
        dut.quiet.value = sum(ch.quiet << c for c, ch in enumerate(state))
        burst = [draw(rng, channels, bits) for _ in range(rng.randrange(1, 45))]
        pace = rng.choice([0.05, 0.4])
        answers = [rng.choice([0, 0, 0, 0, 8, 11]) for e in burst if e["wb"] and not e["period"]]
        given, answered = list(answers), 0
        sent = waiting = 0
        for _ in range(2000):
            dut.ev_valid.value = dut.wb_done.value = 0
            if sent == len(burst) and answered == len(answers):
                break
            if sent < len(burst) and rng.random() < 0.8:
                e = burst[sent]
                word = pack(*[(e[name], 1) for name in FIELDS], (e["err"], 4), (e["ch"], ch_w), (e["address"], bits))
                dut.ev_valid.value, dut.ev_data.value = 1, word
                await settled()
                taken = known(dut.ev_ready)
                met["full"] += not taken
                await falling(dut)
                dut.ev_valid.value = 0
                if taken:
                    sent += 1
                    waiting += e["wb"] and not e["period"]
            if waiting > answered and rng.random() < pace:
                dut.wb_done.value, dut.wb_err.value = 1, given[answered]
                answered += 1
            await falling(dut)
        dut.ev_valid.value = dut.wb_done.value = 0
        await falling(dut, 40)
        for e in burst:
            ch = state[e["ch"]]
            met["dead"] += ch.dead
            answer = answers.pop(0) if e["wb"] and not e["period"] else 0
            met["answers"] += answer != 0
            pulses = ch.event(e, answer)
            code = e["err"] or answer
            details = {
                "end": (e["ch"], int(e["err"] != 12 and ch.ending != 1)), "ack": (e["ch"], int(e["tc"] and e["last"])), "fault": (e["ch"], e["write"], code, e["address"]),
                "stop": (e["ch"],), "mark": (e["ch"],), "hand": (e["ch"],),
            }  # fmt: skip
            for name, pulsed in pulses.items():
                if pulsed:
                    want[name].append(details[name])
        for c, ch in enumerate(state):
            assert await look(dut, c) == (
                ch.ending,
                ch.eop,
                ch.code,
                ch.errdesc,
                ch.faddr,
                ch.consumer,
                ch.status,
                ch.events,
            )
        await settled()
        lines = known(dut.irq)
        await falling(dut)
        assert lines == sum(1 << c for c, ch in enumerate(state) if ch.status & enable[c])
        assert got == want
        # Software clears what it saw; a channel that has ended starts again.
        for c, ch in enumerate(state):
            mask = rng.getrandbits(6)
            await write(dut, c, regs.IRQ_STATUS, mask)
            ch.status &= ~mask
            if ch.ending or ch.dead:
                dut.start_valid.value, dut.start_ch.value = 1, c
                await falling(dut)
                dut.start_valid.value = 0
                ch.start()
            elif rng.random() < 0.3:
                await write(dut, c, regs.STATUS, 0)
                ch.ending &= 4
                ch.code = ch.errdesc = ch.eop = 0
    assert all(len(v) > 5 for v in want.values()) and met["dead"] > 10 and met["answers"] > 20 and met["full"], (
        met,
        {k: len(v) for k, v in want.items()},
    )


@cocotb.test()
async def event_beats_clear(dut: Any) -> None:
    """A write-1-to-clear that takes effect in the cycle of a new event of that bit, or before: the event wins, and the line stays up."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bits, ch_w = len(dut.fault_addr), len(dut.rd_ch)
    await falling(dut)
    for offset in (regs.CONSUMER, regs.IRQ_EVENTS):
        await write(dut, 0, offset, 0)
    await write(dut, 0, regs.IRQ_STATUS, 63)  # as the reset walk does
    await write(dut, 0, regs.IRQ_ENABLE, PERIOD)
    word = pack((0, 3), (1, 1), (0, 9), (0, 4), (0, ch_w), (0, bits))
    won = 0
    for lag in range(5):
        dut.ev_valid.value, dut.ev_data.value = 1, word
        await falling(dut)
        dut.ev_valid.value = 0
        await falling(dut, 6)
        for cycle in range(7):
            dut.ev_valid.value = cycle == 2
            if cycle == lag:
                dut.cw_valid.value, dut.cw_ch.value, dut.cw_reg.value, dut.cw_data.value = (
                    1,
                    0,
                    regs.IRQ_STATUS // 4,
                    PERIOD,
                )
            await falling(dut)
            dut.cw_valid.value = 0
        status = (await look(dut, 0))[6]
        won += status == PERIOD
        assert (await look(dut, 0))[7] == 2 * (lag + 1), "events are counted whatever is cleared"
        await write(dut, 0, regs.IRQ_STATUS, 63)
    assert won >= 2, "the event never won: it is there in the cycle of the clear, and when the clear comes first"
