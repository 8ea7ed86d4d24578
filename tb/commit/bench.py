"""windlass_commit against sections 5, 6 and 8 of the programmer's manual: counts, period events, write-backs, in the order of the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start, unpack

INPUTS = [
    "cw_valid", "cw_ch", "cw_reg", "cw_data", "start_valid", "start_ch", "done_valid", "done_ch", "done_len", "done_err", "done_failed",
    "done_faddr", "done_tag", "done_src", "done_high", "done_value", "done_differs", "wb_ready", "ev_ready", "rd_req", "rd_ch", "rd_word",
]  # fmt: skip
TAG = [
    "flush",
    "eow",
    "last",
    "desc",
    "irq",
    "wb",
    "nop",
    "phase",
    "tc",
    "paced",
    "write",
    "tc_flag",
    "link",
    "fence",
    "mark",
    "hand",
    "slast",
    "eop",
    "fill",
    "two_d",
]
"""Bits of a tag, from bit 0 (windlass_front, piece_tag)."""


@dataclass
class Channel:
    """The counts of a channel."""

    period: int = 0
    base: int = 0
    count: int = 1
    pos: int = 0
    seg: int = 0
    left: int = 0
    place: int = 0
    dead: bool = False
    wide: int = 0
    ring: int = 1

    def start(self) -> None:
        """START."""
        self.pos = self.seg = self.place = 0
        self.left, self.dead = self.period, False


def commit(
    ch: Channel,
    length: int,
    error: int,
    address: int,
    tag: dict[str, int],
    bits: int,
    src: int,
    high: int,
    found: tuple[int, int] = (0, 0),
) -> tuple[list[Any], tuple[int, ...] | None]:
    """A finished piece: its events, and its write-back (address, word 2, word 3). `found`: of a sum's last piece, whether it differs from what
    is expected, and its value. Both fill and two_d: a sum; COMPARE without fence."""
    events: list[Any] = []
    dead = ch.dead
    summed = tag["fill"] and tag["two_d"]
    if summed and tag["last"] and not tag["fence"] and not error and found[0]:
        error, address = 13, found[1]
    if dead:
        length = error = 0
    failed = error != 0
    last = bool(tag["last"]) and not failed and not dead
    ch.pos = ch.pos + length & (1 << 64) - 1
    ch.seg = ch.seg + length & 0xFFFF_FFFF
    if ch.period and length:
        ch.left -= length
        while ch.left <= 0:
            events.append("period")
            ch.left += ch.period
    fence = bool(tag["fence"]) and last
    writes = (
        tag["desc"] and tag["wb"] and not tag["fence"] and (last or (failed and error in (1, 2, 3, 4, 5, 6, 7, 13)))
    )
    size = 32 if ch.wide else 16
    here = ch.base + size * ch.place & (1 << bits) - 1
    back = None
    if fence:
        back = (address, found[1], 0) if summed else (address, src & 0xFFFF_FFFF, high)
    elif writes:
        word3 = tag["phase"] << 31 | 1 << 30 | failed << 29 | tag["slast"] << 28 | error << 24 | tag["eop"] << 11
        word3 |= tag["tc_flag"] << 10 | tag["wb"] << 9 | tag["irq"] << 8
        word3 |= 7 if summed else 0 if tag["nop"] else 2 if tag["fill"] else 5 if tag["two_d"] else 1
        back = (here + size // 2 & (1 << bits) - 1, ch.seg, word3)
    paced = tag["paced"] and not dead
    if tag["flush"] or tag["eow"] or tag["mark"] or last or failed or paced:
        where = (
            here if 8 <= error <= 11 else address if failed or not writes else here
        )  # of a refused descriptor its place
        events.append((
            tag["mark"], tag["hand"], tag["slast"], int(last), tag["desc"], tag["irq"], tag["eow"], tag["flush"], int(paced), tag["tc"], int(bool(writes) or fence), tag["write"], error,
            where,
        ))  # fmt: skip
    if last and (tag["desc"] or not tag["eow"]):
        ch.seg = 0
    if last and tag["desc"]:
        ch.place = (ch.place + 1) % (ch.count if ch.ring else 1 << 16)
    if last and tag["link"]:
        ch.base, ch.place = src, 0
    ch.dead |= failed
    return events, back


async def write(dut: Any, channel: int, offset: int, value: int) -> None:
    """A broadcast register write."""
    dut.cw_valid.value, dut.cw_ch.value, dut.cw_reg.value, dut.cw_data.value = 1, channel, offset // 4, value
    await falling(dut)
    dut.cw_valid.value = 0


def tag_bits(tag: dict[str, int]) -> int:
    """As a piece carries it."""
    return sum(tag[name] << i for i, name in enumerate(TAG))


async def piece(dut: Any, channel: int, length: int, error: int = 0, tag: dict[str, int] | None = None) -> None:
    """A piece that has been carried out, until it is taken."""
    dut.done_valid.value, dut.done_ch.value, dut.done_len.value = 1, channel, length
    dut.done_err.value, dut.done_failed.value, dut.done_tag.value = error, error != 0, tag_bits(tag) if tag else 0
    for _ in range(50):
        await settled()
        taken = known(dut.done_ready)
        await falling(dut)
        if taken:
            break
    else:
        raise AssertionError("a piece is not taken")
    dut.done_valid.value = 0


async def look(dut: Any, channel: int) -> tuple[int, int]:
    """Position and bytes of the segment, as software reads them."""
    dut.rd_req.value, dut.rd_ch.value, dut.rd_word.value = 1, channel, 0
    for _ in range(40):
        await falling(dut)
        await settled()
        if known(dut.rd_hold):
            break
    else:
        raise AssertionError("a read never gets its turn")
    words = []
    for word in (0, 2, 4):
        await falling(dut)
        dut.rd_word.value = word
        await falling(dut)
        await settled()
        words.append(known(dut.rd_data))
    new, fresh = known(dut.rd_new), known(dut.rd_fresh)
    await falling(dut)
    dut.rd_req.value = 0
    low, high, begin = words
    if new:
        return 0, 0
    return high << 32 | low, 0 if fresh else low + begin + 1 & 0xFFFF_FFFF


async def set_up(dut: Any, rng: Any, channel: int, bits: int, period: int | None = None) -> Channel:
    """Random registers, PERIOD unless it is given among them, then START."""
    ch = Channel(
        rng.choice([0, 1, 7, 64, 1000, 0xFFFF_FFFF]) if period is None else period, rng.getrandbits(64) & (1 << bits) - 1 & ~31, rng.randrange(1, 9),
        wide=rng.getrandbits(1), ring=rng.getrandbits(1),
    )  # fmt: skip
    for offset, value in (
        (regs.PERIOD, ch.period), (regs.DESC_LO, ch.base & 0xFFFF_FFFF), (regs.DESC_HI, ch.base >> 32), (regs.DESC_COUNT, ch.count),
        (regs.CONFIG, (regs.CONFIG_MODE_RING if ch.ring else regs.CONFIG_MODE_TABLE) | ch.wide << regs.CONFIG_WIDE_LSB),
    ):  # fmt: skip
        await write(dut, channel, offset, value)
        # Registers that are not kept here.
        await write(dut, channel, rng.choice([regs.SRC_LO, regs.IRQ_ENABLE]), rng.getrandbits(32))
    dut.start_valid.value, dut.start_ch.value = 1, channel
    await falling(dut)
    dut.start_valid.value = 0
    await falling(dut)  # a piece takes longer than that to come back
    ch.start()
    return ch


@cocotb.test()
@cocotb.parametrize(speed=[0.4, 1.0])
async def pieces(dut: Any, speed: float) -> None:
    """Random pieces of random channels, restarted now and then; every event, write-back and count."""
    rng = seeded(f"commit {speed}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bits, channels = len(dut.done_faddr), dut.CHANNELS.value.to_unsigned()
    ch_w = len(dut.rd_ch)
    await falling(dut)
    for c in range(channels):
        await write(dut, c, regs.CONSUMER, 0)
    events: list[int] = []
    SignalMonitor(dut, ["ev_valid", "ev_ready"], ["ev_data"], callback=lambda v: events.append(v[0]))
    backs: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["wb_valid", "wb_ready"], ["wb_ch", "wb_addr", "wb_word2", "wb_word3"], callback=backs.append)
    want_events: list[tuple[int, Any]] = []
    want_backs: list[tuple[int, ...]] = []
    periods = errors = fences = links = sums = differ = 0
    crc = bool(dut.CRC.value.to_unsigned())
    for round_ in range(8):
        state = [await set_up(dut, rng, c, bits) for c in range(channels)]
        for _ in range(60):
            c = rng.randrange(channels)
            ch = state[c]
            tag = {name: rng.getrandbits(1) for name in TAG}
            tag["link"], tag["fence"] = rng.choices([(0, 0), (0, 1), (1, 0)], [0.8, 0.1, 0.1])[0]
            if not crc or tag["link"] or (tag["fence"] and rng.random() < 0.5):
                tag["two_d"] &= 1 - tag["fill"]
            elif tag["fence"]:
                tag["two_d"] = tag["fill"] = 1
            summed = tag["fill"] & tag["two_d"]
            if summed and not tag["fence"]:
                tag["nop"] = 0
            tag["flush"] = int(rng.random() < 0.1)
            tag["eow"] = int(rng.random() < 0.1)
            # A period of 1 gives an event a byte: keep such pieces short.
            length = rng.randrange(0, 20 if 0 < ch.period < 64 else 4097)
            error = rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) if rng.random() < 0.03 else 0
            address = rng.getrandbits(bits)
            if tag["link"] or tag["fence"]:
                tag["desc"], tag["last"], tag["wb"], address = 1, 1, 0, address & ~31
                length = length if summed else 0
            src, high, found = (
                rng.getrandbits(bits),
                rng.getrandbits(32),
                (int(rng.random() < 0.1), rng.getrandbits(32)),
            )
            src &= ~31 if tag["link"] else -1
            dut.done_src.value, dut.done_high.value = src, high
            sums, differ = sums + summed, differ + (summed & found[0])
            dut.done_differs.value, dut.done_value.value = found
            fences += tag["fence"] and not summed
            links += tag["link"]
            dut.done_valid.value, dut.done_ch.value, dut.done_len.value = 1, c, length
            dut.done_err.value, dut.done_failed.value = error, error != 0
            dut.done_faddr.value, dut.done_tag.value = address, tag_bits(tag)
            for _ in range(500):
                dut.ev_ready.value, dut.wb_ready.value = rng.random() < speed, rng.random() < speed
                await settled()
                taken = known(dut.done_ready)
                await falling(dut)
                if taken:
                    break
            dut.done_valid.value = 0
            got, back = commit(ch, length, error, address, tag, bits, src, high, found)
            want_events += [(c, e) for e in got]
            want_backs += [(c, *back)] if back else []
            periods, errors = periods + got.count("period"), errors + bool(error)
            while rng.random() < 0.3:
                dut.ev_ready.value, dut.wb_ready.value = rng.random() < speed, rng.random() < speed
                await falling(dut)
        dut.ev_ready.value = dut.wb_ready.value = 1
        for _ in range(200):
            await falling(dut)
        for c, ch in enumerate(state):
            assert await look(dut, c) == (ch.pos, ch.seg), f"round {round_}, channel {c}"
    assert len(events) == len(want_events) and periods > 30 and errors > 5
    for got, (c, want) in zip(events, want_events, strict=True):
        mark, hand, slast, period, *flags, error, channel, where = unpack(
            got, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, ch_w, bits
        )
        assert channel == c
        if want == "period":
            assert period
            continue
        assert not period
        assert (mark, hand, slast, *flags, error) == want[:-1]
        # Where nothing failed and nothing is written back the address says nothing.
        assert where == want[-1] or not (error or want[10])
    assert backs == want_backs and len(backs) > 20
    assert not crc or (sums > 50 and differ > 5)
    assert fences > 10 and links > 10


@cocotb.test()
async def reads_between(dut: Any) -> None:
    """A channel is read in any cycle after the first piece of another (or its own) came: its counts, not those of the piece in hand."""
    rng = seeded("reads between")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bits, channels = len(dut.done_faddr), dut.CHANNELS.value.to_unsigned()
    await falling(dut)
    dut.ev_ready.value = dut.wb_ready.value = 1
    pos = [0] * channels

    for c in range(channels):
        await set_up(dut, rng, c, bits)
        await write(dut, c, regs.PERIOD, 0)
        pos[c] = rng.randrange(1, 4096)
        await piece(dut, c, pos[c])
        await falling(dut, 20)
    for delay in range(10):
        for read in range(channels):
            other = rng.randrange(channels)
            dut.start_valid.value, dut.start_ch.value = 1, other
            await falling(dut)
            dut.start_valid.value, before = 0, pos[read] if read != other else 0
            await falling(dut)
            pos[other] = rng.randrange(1, 4096)
            await piece(dut, other, pos[other])
            await falling(dut, delay)
            got = await look(dut, read)
            assert got in ((before, before), (pos[read], pos[read])), (
                f"channel {read}, {delay} cycles after a piece of {other}: {got}"
            )
            await falling(dut, 20)


@cocotb.test()
@cocotb.parametrize(ready=[(0, 0), (0, 1), (1, 0)], period=[0, 10, 35])
async def reads_beside_what_waits(dut: Any, ready: tuple[int, int], period: int) -> None:
    """Events and write-backs that nobody takes hold up no read of their own channel or another, at any time; once they are taken, all of them come."""
    rng = seeded(f"reads beside {ready} {period}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bits, other = len(dut.done_faddr), dut.CHANNELS.value.to_unsigned() - 1
    events: list[int] = []
    SignalMonitor(dut, ["ev_valid", "ev_ready"], ["ev_data"], callback=lambda v: events.append(v[0]))
    backs: list[int] = []
    SignalMonitor(dut, ["wb_valid", "wb_ready"], ["wb_word2"], callback=lambda v: backs.append(v[0]))
    want_events = want_backs = 0
    await falling(dut)
    await set_up(dut, rng, other, bits)
    for delay in range(24):
        ch = await set_up(dut, rng, 0, bits, period)
        tag = dict.fromkeys(TAG, 0) | {"desc": 1, "last": 1, "wb": int(delay % 4 != 3)}
        dut.ev_ready.value, dut.wb_ready.value = ready
        error = 3 if delay % 4 == 2 else 0
        await piece(dut, 0, 35, error, tag)
        got, back = commit(ch, 35, error, 0, tag, bits, 0, 0)
        want_events, want_backs = want_events + len(got), want_backs + (back is not None)
        await falling(dut, delay)
        for read in (0, other, 0):
            seen = await look(dut, read)
            before = seen == (0, 0) and delay < 3
            assert before or seen == ((ch.pos, ch.seg) if read == 0 else (0, 0)), (delay, read, seen)
        dut.ev_ready.value = dut.wb_ready.value = 1
        await falling(dut, 60)
        assert (len(events), len(backs)) == (want_events, want_backs), delay
    assert want_backs == 18 and want_events == 24 * (1 + 35 // (period or 36))
