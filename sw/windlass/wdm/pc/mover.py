"""A Windlass channel as the data mover of an 8237 channel: the same registers, the bytes move in the RTL.

What a Windlass channel cannot do is refused with UnsupportedHardware when the channel is unmasked: decrement, verify,
wrapping inside a 64 KiB or 128 KiB block, the sizes of EISA, cascade mode, and going on with an auto-initialize transfer
in the middle of a lap. Software requests and memory to memory are not offered to it.
"""

from __future__ import annotations

from ...platform import Platform
from .. import hw
from ..errors import UnsupportedHardware
from .i8237 import BLOCK, BYTES_8, DEMAND, READ_MEMORY, SINGLE, WORDS_16, WRITE_MEMORY, Channel

_PACING = {DEMAND: hw.PACING_DEMAND, SINGLE: hw.PACING_SINGLE, BLOCK: hw.PACING_BLOCK}
#: Polls of STATUS.ACTIVE after an abort before the mover gives up.
ABORT_POLLS = 100_000


class WindlassMover:
    """Engine channel `index` with physical addresses (BYPASS), on `line`, for the device at `device_address`."""

    def __init__(self, platform: Platform, index: int, line: int, device_address: int) -> None:
        self._platform = platform
        self.index, self._line, self._device_address = index, line, device_address
        self._laps = 0
        self._length = 0
        self._auto = False

    # --- registers ---
    def _write(self, offset: int, value: int) -> None:
        self._platform.csr_write32(hw.channel_register(self.index, offset), value & 0xFFFF_FFFF)

    def _read(self, offset: int) -> int:
        return self._platform.csr_read32(hw.channel_register(self.index, offset), live=True)

    # --- what the 8237 asks for ---
    def start(self, channel: Channel) -> None:
        """The 8237 channel was unmasked. UnsupportedHardware for what a Windlass channel cannot do."""
        reason = unsupported(channel)
        if reason:
            raise UnsupportedHardware(f"a Windlass channel cannot do this for DMA channel {channel.number}: {reason}")
        write_to_device = channel.type == READ_MEMORY
        self._length = (channel.count + 1) * channel.unit
        self._auto, self._laps = channel.auto_initialize, 0
        for offset, value in (
            (hw.GRANT, hw.GRANT_BYPASS | self._line << hw.GRANT_LINE_SHIFT),
            (hw.DEV_ADDR_LO, self._device_address),
            (hw.DEV_ADDR_HI, self._device_address >> 32),
        ):
            self._platform.csr_write32(hw.grant_register(self.index, offset), value & 0xFFFF_FFFF)
        config = hw.MODE_AUTO if self._auto else hw.MODE_REGISTER
        config |= hw.DST_TYPE_DEVICE if write_to_device else hw.SRC_TYPE_DEVICE
        config |= (channel.unit.bit_length() - 1) << hw.WIDTH_SHIFT | _PACING[channel.pacing] << hw.PACING_SHIFT
        self._write(hw.CONFIG, config)
        self._write(hw.SRC_LO if write_to_device else hw.DST_LO, channel.physical())
        self._write(hw.SRC_HI if write_to_device else hw.DST_HI, 0)
        self._write(hw.LENGTH, self._length)
        self._write(hw.PERIOD, 0)
        self._write(hw.IRQ_ENABLE, 0)  # an 8237 has no interrupt
        self._write(hw.CMD, hw.CMD_START)

    def stop(self) -> None:
        """The 8237 channel was masked."""
        if not self._read(hw.STATUS) & hw.STATUS_ACTIVE:
            return
        self._write(hw.CMD, hw.CMD_ABORT)
        for _ in range(ABORT_POLLS):
            if not self._read(hw.STATUS) & hw.STATUS_ACTIVE:
                return
            self._platform.wait_cycles(4)
        raise RuntimeError(f"channel {self.index} does not stop")

    def remaining(self) -> int:
        """Bytes left, of this lap with auto-initialize."""
        return self._read(hw.COUNT)

    def reached_terminal_count(self) -> bool:
        """Was there a terminal count since the last look?"""
        if not self._auto:
            return bool(self._read(hw.STATUS) & hw.STATUS_DONE)
        laps = self._read(hw.POS_LO) // self._length
        more, self._laps = laps != self._laps, laps
        return more

    def failed(self) -> bool:
        """Did the engine stop with an error?"""
        return bool(self._read(hw.STATUS) & hw.STATUS_ERROR)


def unsupported(channel: Channel) -> str | None:
    """Why a Windlass channel cannot do what an 8237 channel is programmed for, or None."""
    if channel.pacing not in _PACING:
        return "cascade mode"
    if channel.type not in (READ_MEMORY, WRITE_MEMORY):
        return "no data moves in a verify transfer"
    if channel.decrement:
        return "addresses only go up"
    if channel.eisa and channel.size not in (BYTES_8, WORDS_16):
        return "sizes of the extended mode register"
    if channel.address + channel.count > 0xFFFF and not channel.eisa:
        return "an address does not wrap inside its block"
    if channel.auto_initialize and (channel.address, channel.count) != (channel.base_address, channel.base_count):
        return "auto-initialize starts with a whole lap"
    return None
