"""windlass_irq against section 5 of the programmer's manual: status, enable, events, coalescing by count and by time, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = ["cw_valid", "cw_ch", "cw_reg", "cw_data", "ev_valid", "ev_ch", "ev_hot", "ev_raise", "rd_ch"]
DONE, DESC, PERIOD, NEXT = 1, 2, 4, 32
SHARED = DESC | PERIOD


@dataclass
class Channel:
    """What the manual says of a channel; `first` is the cycle of the first gathered event."""

    status: int = 0
    enable: int = 0
    events: int = 0
    count: int = 0
    time: int = 0
    gathered: int = 0
    first: int = 0

    def event(self, bits: int, now: int) -> None:
        """Events."""
        if bits & SHARED and not self.status & SHARED:
            self.gathered, self.first = 0, now
        self.gathered += (bits & SHARED).bit_count()
        self.status |= bits
        self.events += bits.bit_count()

    def line(self, now: int, slack: int) -> bool | None:
        """Level of the line; None while time may or may not have raised it."""
        pending = self.status & self.enable
        if pending & ~SHARED or (pending and self.gathered >= self.count):
            return True
        if not pending or not self.time or now < self.first + 16 * self.time:
            return False
        return True if now > self.first + 16 * self.time + slack else None


async def write(dut: Any, channel: int, offset: int, value: int) -> None:
    """A broadcast register write."""
    dut.cw_valid.value, dut.cw_ch.value, dut.cw_reg.value, dut.cw_data.value = 1, channel, offset // 4, value
    await falling(dut)
    dut.cw_valid.value = 0


async def event(dut: Any, channel: int, bits: int) -> None:
    """An event, and the time until the line shows it."""
    dut.ev_valid.value, dut.ev_ch.value, dut.ev_hot.value, dut.ev_raise.value = 1, channel, 1 << channel, bits
    await falling(dut)
    dut.ev_valid.value = 0
    await falling(dut, 5)


@cocotb.test()
async def coalescing(dut: Any) -> None:
    """Random events, clears and settings; lines, status and counts stand right whenever the changes have settled."""
    rng = seeded("irq")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    channels = dut.CHANNELS.value.to_unsigned()
    await falling(dut)
    for c in range(channels):
        for offset, value in ((regs.IRQ_STATUS, 63), (regs.IRQ_ENABLE, 0), (regs.IRQ_EVENTS, 0), (regs.COALESCE, 0)):
            await write(dut, c, offset, value)
    state = [Channel() for _ in range(channels)]
    now, slack = 0, 16 + 3 * channels + 4
    met = {"by count": 0, "held": 0, "by time": 0, "at once": 0}

    async def wait(cycles: int) -> None:
        nonlocal now
        await falling(dut, cycles)
        now += cycles

    for _ in range(1500):
        c = rng.randrange(channels)
        ch = state[c]
        what = rng.random()
        if what < 0.45:
            bits = rng.choice([DESC, DESC, PERIOD, SHARED, DONE, NEXT, DESC | DONE, 0])
            dut.ev_valid.value, dut.ev_ch.value, dut.ev_hot.value, dut.ev_raise.value = 1, c, 1 << c, bits
            ch.event(bits, now)
            await wait(1)
            dut.ev_valid.value = 0
        elif what < 0.7:
            clear = rng.choice([SHARED, 63, 63, rng.getrandbits(6)])
            await write(dut, c, regs.IRQ_STATUS, clear)
            now += 1
            ch.status &= ~clear
        elif what < 0.8:
            ch.enable = rng.choice([63, SHARED, rng.getrandbits(6)])
            await write(dut, c, regs.IRQ_ENABLE, ch.enable)
            now += 1
        elif what < 0.84 and not ch.status & SHARED:
            ch.count, ch.time = rng.choice([0, 1, 2, 3, 200]), rng.choice([0, 1, 2, 7])
            await write(dut, c, regs.COALESCE, ch.time << 16 | ch.count)
            now += 1
        await wait(rng.choice([3, 4, 5, 20, 40, 150]))
        await settled()
        lines = known(dut.irq)
        for i, other in enumerate(state):
            want = other.line(now, slack)
            if want is not None:
                assert (lines >> i & 1) == want, (i, other, now)
            pending = other.status & other.enable
            if pending and not pending & ~SHARED:
                met["held"] += want is False
                met["by count"] += want is True and other.count > 1 and other.gathered >= other.count
                met["by time"] += want is True and other.gathered < other.count
            met["at once"] += bool(pending & ~SHARED)
        await falling(dut)
        now += 1
        dut.rd_ch.value = c
        await settled()
        assert (known(dut.rd_status), known(dut.rd_events)) == (ch.status, ch.events)
        await falling(dut)
        now += 1
    assert all(n > 20 for n in met.values()), met


@cocotb.test()
async def count_saturates(dut: Any) -> None:
    """More than 255 events still count as enough."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    await falling(dut)
    for offset, value in ((regs.IRQ_STATUS, 63), (regs.IRQ_ENABLE, SHARED), (regs.IRQ_EVENTS, 0), (regs.COALESCE, 255)):
        await write(dut, 0, offset, value)
    await falling(dut, 4)
    for n in range(1, 300):
        await event(dut, 0, DESC)
        await settled()
        assert (known(dut.irq) & 1) == (n >= 255), n
        await falling(dut)


@cocotb.test()
async def reset_while_raised(dut: Any) -> None:
    """A reset takes the line down, and what the RAMs still hold does not raise it again before they are cleared; then it works as before."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    channels = len(dut.irq)
    await falling(dut)
    for c in range(channels):
        for offset, value in ((regs.IRQ_STATUS, 63), (regs.IRQ_ENABLE, DONE), (regs.COALESCE, 0)):
            await write(dut, c, offset, value)
        await falling(dut, 4)
        await event(dut, c, DONE)
    await settled()
    assert known(dut.irq) == (1 << channels) - 1
    await falling(dut)
    dut.aresetn.value = 0
    await falling(dut, 4)
    dut.aresetn.value = 1

    async def quiet(cycles: int) -> None:
        for _ in range(cycles):
            await settled()
            assert known(dut.irq) == 0
            await falling(dut)

    await quiet(20)  # the reset walk comes by some cycles later
    for c in range(channels):
        for offset, value in ((regs.IRQ_STATUS, 63), (regs.IRQ_ENABLE, 0), (regs.IRQ_EVENTS, 0), (regs.COALESCE, 0)):
            await write(dut, c, offset, value)
            await quiet(1)
    await quiet(4)
    last = channels - 1
    await write(dut, last, regs.IRQ_ENABLE, DONE)
    await falling(dut, 4)
    await event(dut, last, DONE)
    await settled()
    assert known(dut.irq) == 1 << last


@cocotb.test()
async def count_lowered(dut: Any) -> None:
    """With COUNT below what was gathered already, the next event is enough."""
    await start(dut, **dict.fromkeys(INPUTS, 0))
    await falling(dut)
    for less in (1, 5, 60):
        for offset, value in ((regs.IRQ_STATUS, 63), (regs.IRQ_ENABLE, SHARED), (regs.COALESCE, 200)):
            await write(dut, 0, offset, value)
        await falling(dut, 4)
        for n in range(1, 66):
            if n == 65:
                await write(dut, 0, regs.COALESCE, 64 - less)
                await falling(dut, 4)
            await event(dut, 0, DESC)
            await settled()
            assert (known(dut.irq) & 1) == (n == 65), (less, n)
            await falling(dut)


@cocotb.test()
async def flood(dut: Any) -> None:
    """Events up to every second cycle and writes among them: none is lost, a clear takes what came before, lines rise at once."""
    rng = seeded("irq flood")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    channels = dut.CHANNELS.value.to_unsigned()
    await falling(dut)
    state = [Channel() for _ in range(channels)]
    for c in range(channels):
        state[c].count, state[c].enable = rng.choice([0, 1, 2, 3, 9]), rng.choice([63, rng.getrandbits(6)])
        for offset, value in (
            (regs.IRQ_STATUS, 63),
            (regs.IRQ_ENABLE, state[c].enable),
            (regs.IRQ_EVENTS, 0),
            (regs.COALESCE, state[c].count),
        ):
            await write(dut, c, offset, value)
    await falling(dut, 4)
    some = rng.sample(range(channels), min(channels, 5))  # few, so that they meet
    due = [False] * channels
    clears: list[tuple[int, int, int]] = []  # (in this many cycles, channel, bits)
    met = {"at once": 0, "cleared": 0, "held": 0, "up": 0, "met": 0}
    at_once: int | None = None
    enabled = [0] * channels  # when
    busy, spaced, wrote = 0, 9, 9
    for now in range(20_000):
        await falling(dut)
        if at_once is not None:
            assert known(dut.irq) >> at_once & 1, at_once
            met["at once"] += 1
        at_once = None
        for name in ("ev_valid", "cw_valid"):
            getattr(dut, name).value = 0
        nobody = rng.randrange(channels)
        dut.ev_ch.value, dut.ev_hot.value, dut.ev_raise.value = nobody, 1 << nobody, rng.getrandbits(6)
        for left, c, bits in clears:
            if left == 0:
                met["cleared"] += bool(state[c].status & bits)
                state[c].status &= ~bits
                due[c] = due[c] and bool(state[c].status & SHARED)
        clears = [(left - 1, c, bits) for left, c, bits in clears if left]
        spaced, wrote, busy = spaced + 1, wrote + 1, busy - 1
        if busy < -12:
            await settled()
            lines, c = known(dut.irq), rng.choice(some)
            for i, other in enumerate(state):
                pending = other.status & other.enable
                want = bool(pending & ~SHARED or (pending & SHARED and due[i]))
                assert (lines >> i & 1) == want, (i, other, due[i])
                met["held"] += bool(pending) and not want
                met["up"] += want
            await falling(dut)
            dut.rd_ch.value = c
            await settled()
            assert (known(dut.rd_status), known(dut.rd_events)) == (state[c].status, state[c].events)
            busy, spaced, wrote = rng.choice([1, 3, 20]), 9, 9
            await falling(dut)
        if busy <= 0:
            continue
        if spaced > 1 and rng.random() < 0.8:
            c, bits = rng.choice(some), rng.choice([DESC, PERIOD, SHARED, rng.getrandbits(6)])
            dut.ev_valid.value, dut.ev_ch.value, dut.ev_hot.value, dut.ev_raise.value = 1, c, 1 << c, bits
            ch, spaced = state[c], 0
            met["met"] += any(other == c for _, other, _ in clears)
            ch.event(bits, 0)
            due[c] = due[c] or bool(bits & SHARED and ch.gathered >= ch.count)
            if now > enabled[c] + 4 and (bits & ch.enable & ~SHARED or (bits & ch.enable & SHARED and ch.count < 2)):
                at_once = c
        if wrote > 3 and rng.random() < 0.5:
            c, bits, wrote = rng.choice(some), rng.choice([63, SHARED, rng.getrandbits(6)]), 0
            dut.cw_valid.value, dut.cw_ch.value, dut.cw_data.value = 1, c, bits
            if rng.random() < 0.8:
                dut.cw_reg.value = regs.IRQ_STATUS // 4
                clears.append((1, c, bits))
            elif not any(other == c for _, other, _ in clears) and busy > 8:
                dut.cw_reg.value = regs.IRQ_ENABLE // 4
                state[c].enable, enabled[c] = bits, now
                at_once = None if at_once == c else at_once
            else:
                dut.cw_reg.value = regs.PRODUCER // 4
    assert all(n > 40 for n in met.values()), met
