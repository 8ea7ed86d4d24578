"""The one seam between drivers and a machine with a Windlass engine in it.

A driver is an ordinary synchronous function that takes a :class:`Platform`. It runs unmodified on the
reference model (:mod:`windlass.model`) and on the simulated RTL (:mod:`windlass.rtl`). Nothing above this
seam sleeps: time passes only inside the methods of a platform.

Source of the rules: ``docs/programmers-manual.md`` (registers) and ``docs/platform.md`` (this seam, the
memory map of the simulated board and its peripherals).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: First byte of RAM on the simulated board, and of the peripherals (both physical).
RAM_BASE = 0x0000_0000
PERIPHERAL_BASE = 0xF000_0000
#: One FIFO-port peripheral every 4 KiB from PERIPHERAL_BASE: number 0 is the "fifo", 1 the "codec".
PERIPHERAL_STRIDE = 0x1000


@dataclass(frozen=True)
class EngineParams:
    """Build-time parameters of the engine, as in ``rtl/windlass.v`` (widths in bits)."""

    channels: int = 4
    data_width: int = 64
    addr_width: int = 32
    map_registers: int = 256
    request_lines: int = 4
    max_burst: int = 64

    @property
    def word_bytes(self) -> int:
        """Bytes in one word of the memory bus (W of the manual)."""
        return self.data_width // 8


class CsrAccess(NamedTuple):
    """One register access as a driver saw it. ``live`` marks a value that depends on timing."""

    write: bool
    offset: int
    value: int
    live: bool = False


@dataclass
class PlatformLog:
    """What a driver saw, for the comparison of two platforms."""

    csr: list[CsrAccess] = field(default_factory=list)
    irqs: list[tuple[int, int]] = field(default_factory=list)


class BusError(Exception):
    """A register access answered SLVERR (the register said why it may: manual, section 1)."""


class PlatformTimeout(Exception):
    """A wait ran out: the awaited interrupt did not come within the given number of cycles."""


class Platform(ABC):
    """A board: RAM, one Windlass engine, peripherals, an interrupt controller, a clock."""

    params: EngineParams
    ram_size: int
    log: PlatformLog
    #: Who follows the kernels that run on this board (:class:`windlass.trace.Observer`), or None.
    observer: Any = None

    def watch_lines(self, listener: Callable[[int, str, int], None]) -> None:
        """From now on call `listener(cycle, "request" or "irq", lines as a bit mask)` when a line has changed.

        For traces: it takes no simulated time. A board without it never calls.
        """

    # --- engine registers (byte offset into the AXI4-Lite window, 32-bit values) ---
    @abstractmethod
    def csr_read32(self, offset: int, *, live: bool = False) -> int:
        """Read a register. Pass ``live=True`` when the value depends on timing. Raises BusError."""

    @abstractmethod
    def csr_write32(self, offset: int, value: int) -> None:
        """Write a register; returns after the response. Raises BusError."""

    # --- physical memory: back door, takes no time, coherent with the engine ---
    @abstractmethod
    def read_mem(self, address: int, length: int) -> bytes: ...

    @abstractmethod
    def write_mem(self, address: int, data: bytes) -> None: ...

    # --- peripherals (see docs/platform.md for their registers) ---
    @abstractmethod
    def io_read32(self, address: int) -> int: ...

    @abstractmethod
    def io_write32(self, address: int, value: int) -> None: ...

    @abstractmethod
    def device_feed(self, number: int, data: bytes) -> None:
        """Put bytes on the wire side of peripheral `number`: what it will hand to the engine, in order."""

    @abstractmethod
    def device_collected(self, number: int) -> bytes:
        """All bytes that peripheral `number` has put out on its wire side since it was last enabled."""

    # --- time and interrupts ---
    @abstractmethod
    def now(self) -> int:
        """Clock cycles since reset (the reference model counts its own, coarser ones)."""

    @abstractmethod
    def wait_cycles(self, cycles: int) -> None:
        """Let time pass."""

    @abstractmethod
    def wait_irq(self, timeout: int = 1_000_000) -> int:
        """Let time pass until irq is non-zero; returns the irq lines as a bit mask by channel (at once if
        some are up already). Level-triggered: clear the cause before waiting again. Raises PlatformTimeout."""
