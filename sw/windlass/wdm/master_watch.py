"""Does a bus master still work on some memory? What the registers of its Windlass channel and its descriptors tell.

The kernel only looks: the driver programs the channel. Descriptors are read where the HAL can follow their address; what
a channel takes from descriptors elsewhere is not seen. Formats: programmer's manual, section 6.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from .. import regs as r
from ..platform import Platform
from . import hw

NOP, COPY, FILL, FENCE, LINK, COPY_2D = range(6)
#: Descriptors that are looked at before a chain of tables is taken for a loop.
MOST = 1 << 17

#: (address, bytes) → physical address of a descriptor table, or None where the HAL cannot follow.
TableAt = Callable[[int, int], int | None]


class MasterWatch:
    """One channel as its driver has programmed it."""

    def __init__(self, platform: Platform, channel: int, table_at: TableAt) -> None:
        self._platform, self._channel, self._table_at = platform, channel, table_at

    def works_on(self, address: int, length: int) -> bool:
        """Has the channel work left on these addresses, as it counts them?"""
        if not self._read(hw.STATUS, live=True) & hw.STATUS_ACTIVE:
            return False
        end = address + length
        return any(base < end and address < base + count for base, count in self._pending())

    def _read(self, register: int, *, live: bool = False) -> int:
        return self._platform.csr_read32(hw.channel_register(self._channel, register), live=live)

    def _pending(self) -> Iterator[tuple[int, int]]:
        """(address, bytes) of memory that unfinished work reads or writes, the descriptors included."""
        config = self._read(hw.CONFIG)
        mode = config & r.CONFIG_MODE_MASK
        memory = (not config & r.CONFIG_SRC_TYPE_MASK, not config & r.CONFIG_DST_TYPE_MASK)
        if mode in (hw.MODE_REGISTER, hw.MODE_AUTO):
            length = self._read(hw.LENGTH)
            for there, low, high in ((memory[0], hw.SRC_LO, hw.SRC_HI), (memory[1], hw.DST_LO, hw.DST_HI)):
                if there:
                    yield self._read(high) << 32 | self._read(low), length
            return
        size = 32 if config & r.CONFIG_WIDE_MASK else 16
        places = self._read(hw.DESC_COUNT)
        base = self._read(hw.DESC_HI) << 32 | self._read(hw.DESC_LO)
        done = self._read(hw.CONSUMER, live=True)
        yield base, places * size
        if mode == hw.MODE_TABLE:
            yield from self._tables(base, places, size, done, memory)
            return
        cyclic = config & r.CONFIG_CYCLIC_MASK
        left = places if cyclic else (self._read(hw.PRODUCER) - done) & 0xFFFF
        first, left = done % max(places, 1), min(left, places)
        for at, count in (
            (first, min(left, places - first)),
            (0, left - (places - first)),
        ):  # up to the end, then again
            if count > 0:
                for control, words in self._descriptors(base, places, size, at, count):
                    yield from _memory(control, words, memory)

    def _tables(
        self, base: int, places: int, size: int, done: int, memory: tuple[bool, bool]
    ) -> Iterator[tuple[int, int]]:
        """A table and those that its LINK descriptors name; the first `done` descriptors are over."""
        seen = 0
        while seen < MOST:
            for control, words in self._descriptors(base, places, size, 0, places):
                seen += 1
                if control & 0xF == LINK:
                    base, places = words[0], words[2] & 0xFFFF
                    break
                if seen > done:
                    yield from _memory(control, words, memory)
            else:
                return
            yield base, places * size

    def _descriptors(
        self, base: int, places: int, size: int, first: int, count: int
    ) -> Iterator[tuple[int, tuple[int, int, int, int, int]]]:
        """(control, (source, destination, length, source stride, destination stride)) of descriptors of a table."""
        table = self._table_at(base, places * size)
        if table is None:
            return
        data = self._platform.read_mem(table + first * size, count * size)
        for at in range(0, count * size, size):
            if size == 16:
                source, target, length, control = struct.unpack_from("<4I", data, at)
                yield control, (source, target, length, 0, 0)
            else:
                source, target, length, control, *strides = struct.unpack_from("<QQIIii", data, at)
                yield control, (source, target, length, *strides)


def _memory(
    control: int, words: tuple[int, int, int, int, int], memory: tuple[bool, bool]
) -> Iterator[tuple[int, int]]:
    """What one descriptor reads and writes."""
    source, target, length, *strides = words
    operation, rows = control & 0xF, (control >> 16 & 0xFFF) + 1
    if operation == FENCE:
        yield target, 8
    elif operation == FILL:
        yield target, length
    elif operation in (COPY, COPY_2D):
        for there, base, stride in ((memory[0], source, strides[0]), (memory[1], target, strides[1])):
            reach = stride * (rows - 1) if operation == COPY_2D else 0
            if there:
                yield base + min(reach, 0), length + abs(reach)
