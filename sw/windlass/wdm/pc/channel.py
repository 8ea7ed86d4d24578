"""A channel of the 8237 pair as the HAL uses it: programs it through its ports, masks it to stop, reads its count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..channel_queue import ChannelQueue
from ..transfer import DONE, FAILED, RUNNING, STOPPED, SystemTransfer
from .i8237 import BYTES_8, BYTES_16, BYTES_32, DEMAND, READ_MEMORY, SINGLE, UNIT, WORDS_16, WRITE_MEMORY
from .mover import WindlassMover
from .pair import EXTENDED_MODE, HIGH, HIGH_COUNT_PORTS, PAGE_PORTS

if TYPE_CHECKING:
    from .hal import PcHal


class PcChannel:
    """DMA channel `number` (0 to 7, not 4) for subordinate adapters."""

    def __init__(self, hal: PcHal, number: int) -> None:
        self._hal = hal
        self.number = number
        self.queue = ChannelQueue()
        #: What :mod:`.hal` looks at: "system" while an adapter has the channel.
        self.role: str | None = None
        self.transfer: SystemTransfer | None = None
        self._last = 0

    # --- ports ---
    def _port(self, register: int) -> int:
        """Port of a register of this channel's controller (`register` 0 to 15)."""
        return 0xC0 + 2 * register if self.number > 3 else register

    def _out(self, register: int, value: int) -> None:
        self._hal.pair.write(self._port(register), value & 0xFF)

    def _mask(self, masked: bool) -> None:
        self._out(0xA, (4 if masked else 0) | self.number & 3)

    def _count(self) -> int:
        """The current count, sampled until two readings agree in the high byte."""
        before = -1
        while True:
            self._out(0xC, 0)
            port = self._port((self.number & 3) * 2 + 1)
            low = self._hal.pair.read(port)
            count = self._hal.pair.read(port) << 8 | low
            if count >> 8 == before:
                break
            before = count >> 8
        if self._hal.pair.eisa:
            count |= self._hal.pair.read(HIGH_COUNT_PORTS[self.number]) << 16
        return count

    # --- transfers ---
    def start(self, transfer: SystemTransfer) -> None:
        """Program mode, address, page and count, then unmask: the device may be served before this returns."""
        adapter, pair = transfer.adapter, self._hal.pair
        (element,) = transfer.elements
        description = adapter.description
        self.transfer = transfer
        size = self._hal.size_of(description)
        demand = description.demand_mode and description.version in self._hal.kernel.choices.demand_mode_versions
        mode = self.number & 3 | (READ_MEMORY if transfer.write else WRITE_MEMORY) << 2
        mode |= bool(description.auto_initialize) << 4 | (DEMAND if demand else SINGLE) << 6
        shifted = size == WORDS_16
        address = element.address >> 1 if shifted else element.address
        count = element.length // (UNIT[size] if size in (BYTES_8, WORDS_16) else 1) - 1
        index = (self.number & 3) * 2
        if pair.eisa:
            pair.write(EXTENDED_MODE[self.number >> 2], self.number & 3 | size << 2 | description.dma_speed << 4)
        self._out(0xC, 0)
        self._out(0xB, mode)
        self._out(index, address)
        self._out(index, address >> 8)
        pair.write(PAGE_PORTS[self.number], element.address >> 16 & (0xFE if shifted else 0xFF))
        if pair.eisa:
            pair.write(PAGE_PORTS[self.number] + HIGH, element.address >> 24)
        self._out(index + 1, count)
        self._out(index + 1, count >> 8)
        if pair.eisa:
            pair.write(HIGH_COUNT_PORTS[self.number], count >> 16)
        self._mask(False)

    def stop(self, transfer: SystemTransfer, *, flushed: bool) -> bool:
        """Mask the channel. False when the engine that moves its data reported an error."""
        if transfer.state == RUNNING and self.transfer is transfer:
            self._mask(True)
            mover = self._hal.pair.channel(self.number).mover
            failed = isinstance(mover, WindlassMover) and mover.failed()
            self._last = self._remaining()
            done = self._hal.pair.channel(self.number).ended
            transfer.state = FAILED if failed else DONE if done else STOPPED
        return transfer.state != FAILED

    def cancel(self, transfer: SystemTransfer) -> None:
        """As :meth:`stop`. An 8237 has no completion interrupt, so no completion routine ever runs."""
        self.stop(transfer, flushed=False)

    def counter(self) -> int:
        """Bytes that remain; with auto-initialize of the present lap, never 0 then."""
        if self.transfer is not None and self.transfer.state == RUNNING:
            self._last = self._remaining()
        return self._last

    def _remaining(self) -> int:
        transfer, channel = self.transfer, self._hal.pair.channel(self.number)
        assert transfer is not None
        self._hal.pair.service()
        count = self._count()
        step = 1 if channel.size in (BYTES_32, BYTES_16) else channel.unit
        left = ((count + 1) & channel.count_mask) * step
        if left == 0 and (channel.auto_initialize or not channel.ended) and not self._hal.kernel.choices.compat_counter:
            return transfer.total  # the largest transfer, and nothing of it, or of this lap, has moved
        return left
