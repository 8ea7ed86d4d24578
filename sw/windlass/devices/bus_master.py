"""What devices that move their own data have in common: a number on ``s_axi_dev``, registers, an interrupt."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ..busmaster import MasterAbort
from ..platform import Platform


class BusMasterDevice(ABC):
    """A device model. The kernel lets it work (:meth:`work`) while a driver waits, and looks at `interrupt`.

    A register access takes as long as one of the engine's; its accesses to memory are real ones on the platform's ``s_axi_dev``. An access
    that is answered with an error stops it: `aborted` holds what happened.
    """

    ACCESS_CYCLES = 6

    def __init__(self, platform: Platform, number: int) -> None:
        self.platform, self.number = platform, number
        self.registers: dict[int, int] = {}
        self.aborted: MasterAbort | None = None

    @property
    @abstractmethod
    def interrupt(self) -> bool:
        """Level of the interrupt line."""

    @abstractmethod
    def _step(self) -> bool:
        """Do a part of the work that there is; False when there is none. Raises MasterAbort."""

    @abstractmethod
    def _failed(self) -> None:
        """An access was answered with an error: show it in a register."""

    def read32(self, offset: int) -> int:
        """A register, as the driver sees it."""
        self.platform.wait_cycles(self.ACCESS_CYCLES)
        return self.registers.get(offset, 0)

    def write32(self, offset: int, value: int) -> None:
        """The driver writes a register."""
        self.platform.wait_cycles(self.ACCESS_CYCLES)
        self.registers[offset] = value & 0xFFFF_FFFF

    def work(self) -> bool:
        """Do a part of the work that there is; False when there is none, or after an abort."""
        if self.aborted is not None:
            return False
        try:
            return self._step()
        except MasterAbort as abort:
            self.aborted = abort
            self._failed()
            return True

    def load(self, address: int, length: int) -> bytes:
        """Read memory at a device-logical address."""
        return self.platform.master_read(self.number, address, length)

    def store(self, address: int, data: bytes) -> None:
        """Write memory at a device-logical address."""
        self.platform.master_write(self.number, address, data)
