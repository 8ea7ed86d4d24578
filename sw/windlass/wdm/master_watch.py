"""Does a bus master still work on some memory? What the registers of its Windlass channel and its descriptors tell.

The kernel only looks: the driver programs the channel. Descriptors are read where the HAL can follow their address; a
channel that works from descriptors elsewhere is taken for done.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from ..platform import Platform
from . import hw


def works_on(
    platform: Platform, channel: int, address: int, length: int, table_at: Callable[[int, int], int | None]
) -> bool:
    """Has the channel work left on these addresses, as it counts them?

    `table_at(address, length)`: physical address of a descriptor table, or None.
    """
    if not _read(platform, channel, hw.STATUS, live=True) & hw.STATUS_ACTIVE:
        return False
    end = address + length
    return any(base < end and address < base + count for base, count in _pending(platform, channel, table_at))


def _read(platform: Platform, channel: int, register: int, *, live: bool = False) -> int:
    return platform.csr_read32(hw.channel_register(channel, register), live=live)


def _pending(
    platform: Platform, channel: int, table_at: Callable[[int, int], int | None]
) -> Iterator[tuple[int, int]]:
    """(address, bytes) of memory that unfinished work reads or writes, the descriptors included."""
    config = _read(platform, channel, hw.CONFIG)
    mode, devices = config & 3, (config & hw.SRC_TYPE_DEVICE, config & hw.DST_TYPE_DEVICE)
    if mode in (hw.MODE_REGISTER, hw.MODE_AUTO):
        length = _read(platform, channel, hw.LENGTH)
        for device, low, high in ((devices[0], hw.SRC_LO, hw.SRC_HI), (devices[1], hw.DST_LO, hw.DST_HI)):
            if not device:
                yield _read(platform, channel, high) << 32 | _read(platform, channel, low), length
        return
    places = _read(platform, channel, hw.DESC_COUNT)
    base = _read(platform, channel, hw.DESC_HI) << 32 | _read(platform, channel, hw.DESC_LO)
    yield base, places * hw.DESCRIPTOR_BYTES
    table = table_at(base, places * hw.DESCRIPTOR_BYTES)
    if table is None or not places:
        return
    done = _read(platform, channel, hw.CONSUMER, live=True)
    end = places if mode == hw.MODE_TABLE else _read(platform, channel, hw.PRODUCER)
    for index in range(done, done + ((end - done) & 0xFFFF)):
        at = table + (index % places) * hw.DESCRIPTOR_BYTES
        source, target, length, _ = struct.unpack("<4I", platform.read_mem(at, hw.DESCRIPTOR_BYTES))
        for device, memory in ((devices[0], source), (devices[1], target)):
            if not device:
                yield memory, length
