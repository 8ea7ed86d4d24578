"""Devices on DREQ lines: what the controller asks them for, a unit at a time."""

from __future__ import annotations

from collections.abc import Callable

from ...devices import FifoPort


def _nobody() -> None:
    """Not attached yet."""


class IsaDevice:
    """A device on one DREQ line. The controller calls `take` and `give`; a change of `dreq` is told with `notify`."""

    def __init__(self) -> None:
        #: Set by the controller: look at the request lines again.
        self.notify: Callable[[], None] = _nobody

    @property
    def dreq(self) -> bool:
        """Level of the request line."""
        raise NotImplementedError

    def take(self, size: int) -> bytes:
        """The controller reads one unit of `size` bytes from the device."""
        raise NotImplementedError

    def give(self, unit: bytes) -> None:
        """The controller writes one unit to the device."""
        raise NotImplementedError

    def verify(self) -> None:
        """A verify cycle: an acknowledge without data."""

    def cascade(self) -> None:
        """The bus is granted through a cascade channel: the device (an ISA bus master) does its own cycles."""

    def terminal_count(self) -> None:
        """TC was pulsed with the last unit."""


class WireDevice(IsaDevice):
    """A device that has what a test feeds it and takes as many units as a test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.appetite = 0
        self.unit = 1
        self.terminal_counts = 0
        self.verified = 0

    @property
    def dreq(self) -> bool:
        return len(self.incoming) >= self.unit or self.appetite > 0

    def feed(self, data: bytes) -> None:
        """More data for memory: the line goes up."""
        self.incoming += data
        self.notify()

    def accept(self, units: int) -> None:
        """Take so many more units (or verify cycles)."""
        self.appetite += units
        self.notify()

    def take(self, size: int) -> bytes:
        unit = bytes(self.incoming[:size]).ljust(size, b"\0")
        del self.incoming[:size]
        return unit

    def give(self, unit: bytes) -> None:
        self.outgoing += unit
        self.appetite = max(0, self.appetite - 1)

    def verify(self) -> None:
        self.verified += 1
        self.appetite = max(0, self.appetite - 1)

    def terminal_count(self) -> None:
        self.terminal_counts += 1


class PortDevice(IsaDevice):
    """The reference platform's FIFO-port peripheral as a device on a DREQ line."""

    def __init__(self, port: FifoPort) -> None:
        super().__init__()
        self._port = port

    @property
    def dreq(self) -> bool:
        return self._port.request

    def take(self, size: int) -> bytes:
        return self._port.take().ljust(size, b"\0")[:size]

    def give(self, unit: bytes) -> None:
        self._port.put(unit[: self._port.unit])
