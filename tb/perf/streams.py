"""Drivers of the performance bench: one transfer of a stream, byte-checked, timed by the board's stamps (RTL only)."""

from __future__ import annotations

import random
from typing import Any

from windlass import regs as r
from windlass.platform import StreamPacket

from .copies import register

SOURCE, TARGET = 0x10000, 0x20000
MEMORY, STREAM = 0, 2


def transfer(p: Any, source: int, sink: int, size: int) -> int:
    """`size` bytes of channel 0 in register mode between memory and its streams; cycles from START accepted to the interrupt."""
    data = random.Random(size).randbytes(size)
    p.write_mem(SOURCE, data)
    p.csr_write32(r.GRANT_BASE, 1)
    config = source << r.CONFIG_SRC_TYPE_LSB | sink << r.CONFIG_DST_TYPE_LSB
    for offset, value in (
        (r.CONFIG, config), (r.SRC_LO, SOURCE), (r.DST_LO, TARGET), (r.LENGTH, size), (r.IRQ_ENABLE, 31), (r.IRQ_STATUS, 31),
    ):  # fmt: skip
        p.csr_write32(register(0, offset), value)
    if source == STREAM:
        p.stream_feed(0, data)
    before = len(p.stream_collected(0))
    p.csr_write32(register(0, r.CMD), r.CMD_START_MASK)
    start = p.stamps()["write"]
    p.wait_irq()
    p.wait_cycles(200)
    if sink == STREAM:
        assert p.stream_collected(0)[before:] == [StreamPacket(data)], "bytes differ"
    else:
        assert p.read_mem(TARGET, size) == data, "bytes differ"
    return int(p.stamps()["irq"]) - start
