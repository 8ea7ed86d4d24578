"""Registers of the board's FIFO-port peripherals (platform page of the documentation), as a driver header has them."""

from __future__ import annotations

from ..platform import PERIPHERAL_BASE, PERIPHERAL_STRIDE, Platform

CTRL, WIDTH, THRESH, RATE, STATUS, COUNT, START = 0x04, 0x08, 0x0C, 0x10, 0x14, 0x18, 0x1C
CTRL_ENABLE, CTRL_SINK = 1, 2
STATUS_UNDERRUN, STATUS_OVERRUN = 1, 2
#: Units that the FIFO holds.
DEPTH = 64


class FifoDevice:
    """One peripheral: `number` 0 is the FIFO, 1 the codec."""

    def __init__(self, platform: Platform, number: int) -> None:
        self._platform = platform
        self.number = number
        self.base = PERIPHERAL_BASE + number * PERIPHERAL_STRIDE

    def read(self, register: int) -> int:
        return self._platform.io_read32(self.base + register)

    def write(self, register: int, value: int) -> None:
        self._platform.io_write32(self.base + register, value)

    def start(self, *, sink: bool, width: int, threshold: int, rate: int = 1, prefill: int = 0) -> None:
        """Enable the device: unit 2**width bytes, requests of `threshold` units, a unit every `rate` cycles.

        A sink's wire waits until `prefill` units are there.
        """
        self.write(CTRL, 0)
        self.write(WIDTH, width)
        self.write(THRESH, threshold)
        self.write(RATE, rate)
        self.write(START, prefill)
        self.write(CTRL, CTRL_ENABLE | (CTRL_SINK if sink else 0))

    def stop(self) -> None:
        """Disable the device."""
        self.write(CTRL, 0)

    def wait_for_units(self, units: int, patience: int = 200_000) -> bool:
        """Let time pass until `units` crossed the wire; False when they do not within `patience` cycles."""
        limit = self._platform.now() + patience
        while self.read(COUNT) < units:
            if self._platform.now() > limit:
                return False
            self._platform.wait_cycles(32)
        return True
