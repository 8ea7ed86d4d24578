"""windlass_check against the list in section 6 of the programmer's manual, each reason alone and random mixtures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb
from windlass import regs

from tb.env.unit import falling, known, seeded, settled, start


@dataclass
class Setting:
    """The registers of one channel that the answer depends on."""

    mode: int = 0
    src_type: int = 0
    dst_type: int = 0
    width: int = 0
    pacing: int = 0
    bank: int = 0
    wide: int = 0
    window: int = 0
    line: int = 0
    device: int = 0
    src: int = 0
    dst: int = 0
    length: int = 1
    desc: int = 0
    count: int = 1
    written: dict[tuple[int, int], int] = field(default_factory=dict)

    def registers(self) -> dict[tuple[int, int], int]:
        """(privileged, offset) -> value."""
        config = self.mode | self.src_type << regs.CONFIG_SRC_TYPE_LSB | self.dst_type << regs.CONFIG_DST_TYPE_LSB
        config |= (
            self.wide << regs.CONFIG_WIDE_LSB
            | self.width << regs.CONFIG_WIDTH_LSB
            | self.pacing << regs.CONFIG_PACING_LSB
        )
        return {
            (1, regs.GRANT): self.line << regs.GRANT_LINE_LSB | self.window << regs.GRANT_WINDOW_LSB, (1, regs.DEV_ADDR_LO): self.device, (0, regs.CONFIG): config,
            (0, regs.SRC_LO): self.src, (0, regs.DST_LO): self.dst, (0, regs.LENGTH): self.length,
            (0, regs.DESC_LO): self.desc, (0, regs.DESC_COUNT): self.count,
        }  # fmt: skip

    def bad(self, word_bytes: int, lines: int, streams: bool, descriptors: bool, auto: bool) -> set[str]:
        """The reasons why it cannot work (manual, section 6)."""
        reasons = set()
        device = 1 in (self.src_type, self.dst_type)
        unit = 1 << self.width
        stream = 2 in (self.src_type, self.dst_type)
        if self.src_type > 2 or self.dst_type > 2:
            reasons.add("type")
        if self.src_type == self.dst_type == 1:
            reasons.add("two devices")
        if stream and device:
            reasons.add("stream and device")
        if stream and not streams:
            reasons.add("no stream")
        if self.pacing and not device:
            reasons.add("pacing without a device")
        if self.pacing and self.line >= lines:
            reasons.add("line")
        if device and unit > word_bytes:
            reasons.add("unit")
        if device and self.device % unit:
            reasons.add("device address")
        if device and self.window:
            size = 1 << self.window
            if not 2 <= self.window <= 12:
                reasons.add("window size")
            elif self.device % size:
                reasons.add("window alignment")
            elif size < unit:
                reasons.add("window below the unit")
        if self.mode == regs.CONFIG_MODE_AUTO and not auto:
            reasons.add("no auto-initialize")
        if self.mode in (regs.CONFIG_MODE_REGISTER, regs.CONFIG_MODE_AUTO):
            memory = self.dst if self.src_type == 1 else self.src
            if self.length == 0:
                reasons.add("length 0")
            if device and (self.length % unit or memory % unit):
                reasons.add("not whole units")
        else:
            if self.count == 0:
                reasons.add("count 0")
            if self.desc % (32 if self.wide else 16):
                reasons.add("table alignment")
            if not descriptors:
                reasons.add("no descriptors")
        return reasons


NEXT = {regs.SRC_LO: regs.NEXT_SRC_LO, regs.DST_LO: regs.NEXT_DST_LO, regs.LENGTH: regs.NEXT_LENGTH}


async def give(dut: Any, channel: int, setting: Setting, rng: Any) -> None:
    """Write the registers; the base registers into bank `setting.bank`, under either name, and rubbish into the other bank."""
    writes = []
    for (priv, offset), value in setting.registers().items():
        seen = rng.getrandbits(1)
        if not priv and offset in NEXT:
            writes.append((priv, offset if seen == setting.bank else NEXT[offset], value, seen))
            writes.append((priv, NEXT[offset] if seen == setting.bank else offset, rng.choice([0, 1, 8]), seen))
        else:
            writes.append((priv, offset, value, seen))
    for priv, offset, value, dut.cw_bank.value in writes:
        dut.cw_valid.value, dut.pw_valid.value, dut.cw_ch.value = not priv, priv, channel
        dut.cw_reg.value, dut.cw_data.value = offset // 4, value
        await falling(dut)
    dut.cw_valid.value = dut.pw_valid.value = 0
    await falling(dut)  # stored a cycle after the broadcast; a START comes later


async def answer(dut: Any, channel: int, bank: int) -> tuple[int, int]:
    """(bad, auto) of a channel; the answer comes two cycles later, and is not of the channel or bank that is asked for then."""
    dut.ch.value, dut.bank.value = channel, 1 - bank
    await falling(dut)
    dut.ch.value, dut.bank.value = 0, bank
    await falling(dut)
    dut.bank.value = 1 - bank
    await settled()
    value = known(dut.bad), known(dut.auto)
    await falling(dut)
    return value


def draw(rng: Any) -> Setting:
    """A random setting; most parts are sound, so that single reasons are common."""

    def pick(sound: int, *odd: int) -> int:
        return sound if rng.random() < 0.75 else rng.choice(odd)

    side = rng.randrange(3)
    width = rng.randrange(4)
    unit = 1 << width
    return Setting(
        mode=rng.randrange(4), src_type=pick(int(side == 1), 1, 2, 3), dst_type=pick(int(side == 2), 1, 2, 3), width=width,
        pacing=pick(0 if side == 0 else rng.randrange(4), 1, 2, 3), line=pick(0, 3, 4, 63), device=pick(0x40, 1, 2, 4, 0x44),
        src=pick(unit * 8, 1, 2, 4, 7), dst=pick(unit * 8, 1, 2, 4, 7), length=pick(unit * 5, 0, 1, 2, 4, 0x1_0000),
        desc=pick(0x1000, 1, 4, 8, 16), count=pick(9, 0, 0x8000), wide=rng.getrandbits(1),
        window=pick(0, 1, 2, 3, 5, 6, 7, 12, 13, 31), bank=rng.getrandbits(1),
    )  # fmt: skip


@cocotb.test()
async def reasons(dut):
    """Random settings on random channels; the other channels' answers stay. Each reason was seen alone."""
    rng = seeded("check")
    await start(dut, cw_valid=0, pw_valid=0, cw_ch=0, cw_reg=0, cw_data=0, cw_bank=0, ch=0, bank=0)
    channels, word_bytes = dut.CHANNELS.value.to_unsigned(), dut.DATA_WIDTH.value.to_unsigned() // 8
    lines = dut.REQUEST_LINES.value.to_unsigned()
    streams, descriptors, auto = (getattr(dut, n).value.to_unsigned() for n in ("STREAMS", "DESCRIPTORS", "AUTO_INIT"))
    now: dict[int, Setting] = {}

    def why_not(c: int) -> set[str]:
        return now[c].bad(word_bytes, lines, c < streams, bool(descriptors), bool(auto))

    alone: set[str] = set()
    for _ in range(2500):
        channel = rng.randrange(channels)
        now[channel] = draw(rng)
        await give(dut, channel, now[channel], rng)
        why = why_not(channel)
        if len(why) == 1:
            alone |= why
        other = rng.choice(list(now))
        for c in (channel, other):
            repeats = auto and now[c].mode == regs.CONFIG_MODE_AUTO
            assert await answer(dut, c, now[c].bank) == (bool(why_not(c)), repeats), (now[c], why_not(c))
    everything = {
        "type", "two devices", "pacing without a device", "line", "device address", "length 0", "not whole units", "count 0",
        "table alignment", "stream and device", "window size", "window alignment",
    }  # fmt: skip
    if word_bytes == 16:
        everything |= {"window below the unit"}
    if not streams:
        everything = everything - {"stream and device"} | {"no stream"}
    if not auto:
        everything |= {"no auto-initialize"}
    if not descriptors:
        everything = everything - {"count 0", "table alignment"} | {"no descriptors"}
    if word_bytes < 8:
        everything |= {"unit"}
    if lines == 0:
        everything -= {"pacing without a device"}  # then there is no line either
    if lines == 64:
        everything -= {"line"}
    assert alone >= everything, everything - alone
