"""The one seam between drivers and a machine with a Windlass engine in it.

A driver is an ordinary synchronous function that takes a :class:`Platform`. It runs unmodified on the
reference model (:mod:`windlass.model`) and on the simulated RTL (:mod:`windlass.rtl`). Nothing above this
seam sleeps: time passes only inside the methods of a platform.

Source of the rules: ``docs/programmers-manual.md`` (registers) and ``docs/platform.md`` (this seam, the
memory map of the simulated board and its peripherals).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .busmaster import MasterAbort, MasterAnswer, MasterBurst, bursts

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
    crc: int = 0
    counters: int = 1
    desc_shared: int = 0
    bus_masters: int = 0
    dev_id_width: int = 8
    dev_beats: int = 256

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
        rules += [
            ("BUS_MASTERS", 0 <= self.bus_masters <= 8, "0 to 8"),
            ("DEV_ID_WIDTH", 3 <= self.dev_id_width <= 16, "3 to 16"),
            ("DEV_BEATS", power(self.dev_beats, 32, 4096), "a power of two from 32 to 4096"),
        ]
        switches = ("descriptors", "auto_init", "two_d", "crc", "counters", "desc_shared")
        rules += [(name.upper(), getattr(self, name) in (0, 1), "0 or 1") for name in switches]
        for name, good, wanted in rules:
            if not good:
                raise ValueError(f"unsupported parameter: {name} must be {wanted}")

    def check_buildable(self) -> None:
        """For what is never elaborated, as the reference model: raises ValueError, in the words of elaboration, for a count or a
        width that the RTL refuses."""
        rules = (
            ("CHANNELS", 1 <= self.channels <= 64, "1 to 64"),
            ("DATA_WIDTH", self.data_width in (32, 64, 128, 256, 512), "32 64 128 256 or 512"),
            ("ADDR_WIDTH", 32 <= self.addr_width <= 64, "32 to 64"),
            ("MAP_REGISTERS", 0 <= self.map_registers <= 4096, "0 to 4096"),
            ("REQUEST_LINES", 0 <= self.request_lines <= 64, "0 to 64"),
            ("MAX_BURST", 1 <= self.max_burst <= 256, "1 to 256"),
        )
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
    #: The profile of a kernel on this board whose driver does not name one.
    profile: str = "native"

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

    # --- devices that move their own data: bus masters behind ``s_axi_dev`` ---
    def master_bursts(self, given: Sequence[MasterBurst]) -> list[MasterAnswer]:
        """Bus masters put these bursts on ``s_axi_dev``, one after the other without waiting for answers; time passes until all are answered.
        Reads and writes are not ordered with each other. Raises ValueError on a board without bus masters, or for a tag that the port's
        IDs have no room for; PlatformTimeout when an answer does not come."""
        raise ValueError(f"this board has no bus masters: {len(given)} bursts have no port to go to")

    def master_read(self, master: int, address: int, length: int) -> bytes:
        """A device reads `length` bytes at device-logical `address`. Raises MasterAbort for the first burst with an error."""
        given = bursts(master, address, length, self.params.word_bytes)
        return b"".join(self._master(given))

    def master_write(self, master: int, address: int, data: bytes) -> None:
        """A device writes `data` at device-logical `address`; returns when memory has all of it. Raises MasterAbort likewise."""
        self._master(bursts(master, address, len(data), self.params.word_bytes, data))

    def _master(self, given: Sequence[MasterBurst]) -> list[bytes]:
        answers = self.master_bursts(given)
        for burst, answer in zip(given, answers, strict=True):
            for at, response in zip(burst.lanes(), answer.responses, strict=False):
                if response:
                    raise MasterAbort(burst.master, at[0], burst.data is not None, response)
        return [answer.data for answer in answers]

    def _master_ids(self, given: Sequence[MasterBurst]) -> list[int]:
        """AXI IDs of bursts: the bus master's number in the upper three bits. Raises ValueError."""
        low = self.params.dev_id_width - 3
        if not self.params.bus_masters:
            raise ValueError("this board has no bus masters (BUS_MASTERS = 0)")
        for b in given:
            if not 0 <= b.master < 8 or not 0 <= b.tag < 1 << low:
                raise ValueError(
                    f"bus master {b.master} with tag {b.tag}: IDs are {self.params.dev_id_width} bits wide"
                )
        return [b.master << low | b.tag for b in given]

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
    def acknowledged(self) -> list[tuple[int, int]]:
        """Of each request line the cycles since the board was switched on in which `ack` was high, and those in which `tc` was high with
        it."""

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
