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


#: Bit that :meth:`Platform.wait_irq` returns when only the engine's own conditions hold ``irq_any`` up.
ENGINE_LINE = 1 << 64


@dataclass(frozen=True)
class EngineParams:
    """Build-time parameters of the engine, as in ``rtl/windlass.v`` (widths in bits, switches 0 or 1).

    Raises ValueError, in the words that elaboration of the RTL uses, where a switch, STREAMS, STREAM_BEATS, OUTSTANDING,
    BUFFER_BEATS or DESC_PREFETCH is out of its range.
    """

    channels: int = 4
    data_width: int = 64
    addr_width: int = 32
    map_registers: int = 256
    request_lines: int = 4
    max_burst: int = 64
    outstanding: int = 32
    buffer_beats: int = 512
    desc_prefetch: int = 64
    descriptors: int = 1
    auto_init: int = 1
    streams: int = 0
    stream_beats: int = 64
    two_d: int = 0
    counters: int = 1
    desc_shared: int = 0

    def __post_init__(self) -> None:
        def power(value: int, low: int, high: int) -> bool:
            return low <= value <= high and value & (value - 1) == 0

        least = max(32, 2 * self.max_burst)
        rules = [
            ("STREAMS", 0 <= self.streams <= self.channels, f"0 to CHANNELS ({self.channels})"),
            ("STREAM_BEATS", power(self.stream_beats, 16, 4096), "a power of two, 16 to 4096"),
            ("OUTSTANDING", 1 <= self.outstanding <= 64, "1 to 64"),
            ("BUFFER_BEATS", power(self.buffer_beats, least, 1 << 15), f"a power of two, {least} to 32768"),
            ("DESC_PREFETCH", power(self.desc_prefetch, 4, 256), "a power of two, 4 to 256"),
        ]
        switches = ("descriptors", "auto_init", "two_d", "counters", "desc_shared")
        rules += [(name.upper(), getattr(self, name) in (0, 1), "0 or 1") for name in switches]
        for name, good, wanted in rules:
            if not good:
                raise ValueError(f"unsupported parameter: {name} must be {wanted}")

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
        """Let time pass until irq_any is up; returns the irq lines as a bit mask by channel (at once if some are up already),
        or ENGINE_LINE when none is and the engine's own conditions are the cause (ENGINE_IRQ). Level-triggered: clear the
        cause before waiting again. Raises PlatformTimeout."""


@dataclass(frozen=True)
class StreamPacket:
    """What a stream carried between one TLAST and the next. `user` is TUSER with TLAST: the packet was cut off."""

    data: bytes
    tid: int = 0
    tdest: int = 0
    user: bool = False


class Board(Platform):
    """A platform whose streams and memory a bench can handle (``docs/platform.md``). All take no time."""

    @abstractmethod
    def stream_feed(self, number: int, data: bytes, *, tid: int = 0, tdest: int = 0, last: bool = True) -> None:
        """Put bytes on the wire of source stream `number`; `last` ends the packet with them (with no bytes: by a TLAST beat without
        any). Without `last` the length must be a multiple of the bus word and the next call goes on with the packet.
        Raises ValueError."""

    @abstractmethod
    def stream_collected(self, number: int) -> list[StreamPacket]:
        """All packets that sink stream `number` has put out whole since reset."""

    @abstractmethod
    def stream_partial(self, number: int) -> bytes:
        """The bytes of the packet that sink stream `number` has put out so far and not ended."""

    @abstractmethod
    def stream_pause(self, number: int, source: int = 0, sink: int = 0) -> None:
        """Chance in 256 that a cycle brings nothing on the wire into source stream `number`, and takes nothing from its sink.
        256 holds it. Both are 0 after reset."""

    @abstractmethod
    def fail_memory(self, slot: int, low: int, high: int, response: int, *, read: bool, write: bool) -> None:
        """From now on physical addresses `low` <= a < `high` answer `response` (2 SLVERR, 3 DECERR; 0: as usual). `slot` is 0
        or 1: two ranges at most, multiples of 64 bytes."""

    @abstractmethod
    def hang_memory(self, low: int, high: int, *, read: bool, write: bool) -> None:
        """From now on no read and/or write that touches `low` <= a < `high` is answered, nor what its port half has behind it,
        until :meth:`release_memory`."""

    @abstractmethod
    def release_memory(self) -> None:
        """End :meth:`hang_memory`; what was held is answered."""
