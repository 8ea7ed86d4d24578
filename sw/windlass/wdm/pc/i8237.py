"""One 8237 DMA controller: four channels, their registers, one service after the other.

Units are bytes on the first controller of a PC/AT and 16-bit words on the second; pages, ports and the cascade are in
:mod:`.pair`. The extensions of EISA (24-bit counts, 32-bit addresses, sizes) are there when the pair says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .isa import IsaDevice

# Mode register
VERIFY, WRITE_MEMORY, READ_MEMORY, ILLEGAL = range(4)
DEMAND, SINGLE, BLOCK, CASCADE = range(4)
# Command register
MEMORY_TO_MEMORY, HOLD_ADDRESS, DISABLE, ROTATE, DREQ_LOW = 0x01, 0x02, 0x04, 0x10, 0x40
# Sizes of the extended mode register
BYTES_8, WORDS_16, BYTES_32, BYTES_16 = range(4)
UNIT = {BYTES_8: 1, WORDS_16: 2, BYTES_32: 4, BYTES_16: 2}


class IllegalMode(Exception):
    """Transfer type 3, which the 8237 does not have."""


class Mover(Protocol):
    """Other hardware that does a channel's data movement. Lengths in bytes."""

    def start(self, channel: Channel) -> None: ...

    def stop(self) -> None: ...

    def remaining(self) -> int: ...

    def reached_terminal_count(self) -> bool: ...


@dataclass(eq=False)
class Channel:
    """Registers of one channel. Addresses and counts as the controller holds them, not in bytes."""

    number: int
    size: int
    eisa: bool = False
    base_address: int = 0
    base_count: int = 0
    address: int = 0
    count: int = 0
    mode: int = 0
    #: Page register (A23–16) and EISA high page register (A31–24); `carry` is what EISA carried into them.
    page: int = 0
    high_page: int = 0
    carry: int = 0
    masked: bool = True
    software_request: bool = False
    #: The status bit, which reading clears, and whether there was a TC or EOP since the count was written.
    terminal_count: bool = False
    ended: bool = False
    device: IsaDevice | None = None
    mover: Mover | None = None
    #: Address, with what was carried into the page, and count with which `mover` was started.
    started: tuple[int, int] = (0, 0)

    @property
    def type(self) -> int:
        return self.mode >> 2 & 3

    @property
    def auto_initialize(self) -> bool:
        return bool(self.mode & 0x10)

    @property
    def decrement(self) -> bool:
        return bool(self.mode & 0x20)

    @property
    def pacing(self) -> int:
        return self.mode >> 6 & 3

    @property
    def unit(self) -> int:
        """Bytes of one transfer."""
        return UNIT[self.size]

    @property
    def count_mask(self) -> int:
        return 0xFF_FFFF if self.eisa else 0xFFFF

    @property
    def count_step(self) -> int:
        """What one transfer takes off the count: EISA counts bytes in the sizes that are not shifted."""
        return self.unit if self.size in (BYTES_32, BYTES_16) else 1

    def physical(self) -> int:
        """The address that the channel drives now."""
        shifted = self.size == WORDS_16
        page = self.page & 0xFE if shifted else self.page
        base = (self.high_page << 24 | page << 16) + (self.carry << 17 if shifted else self.carry << 16)
        return (base + (self.address << 1 if shifted else self.address)) & 0xFFFF_FFFF

    def advance(self) -> bool:
        """Address and count after one transfer; True at terminal count."""
        step = 1 if self.size in (BYTES_8, WORDS_16) else self.unit
        self.move_address(-step if self.decrement else step)
        before = self.count
        self.count = (before - self.count_step) & self.count_mask
        return before < self.count_step

    def move_address(self, step: int) -> None:
        """The address register: without EISA nothing is carried into the page."""
        after = self.address + step
        if self.eisa:
            self.carry += after >> 16
        self.address = after & 0xFFFF

    def reload(self) -> None:
        """Auto-initialize: current := base."""
        self.address, self.count, self.carry = self.base_address, self.base_count, 0

    def synchronise(self) -> None:
        """Bring the current registers up to date with the hardware that moves the data."""
        if self.mover is None or self.masked:
            return
        address, count = self.started
        left = self.mover.remaining()
        done = self.mover.reached_terminal_count()
        self.terminal_count |= done
        self.count = (left // self.unit - 1) & self.count_mask
        address += count + 1 - left // self.unit
        self.address = address & 0xFFFF
        if self.eisa:
            self.carry = address >> 16
        self.ended |= done
        if done and not self.auto_initialize:
            self.masked = True


class Controller:
    """Four channels and what they share. `read` and `write` access memory by physical address."""

    def __init__(
        self,
        sizes: int,
        read: Callable[[int, int], bytes],
        write: Callable[[int, bytes], None],
        *,
        eisa: bool = False,
    ) -> None:
        self._read, self._write = read, write
        self.channels = [Channel(number, sizes, eisa) for number in range(4)]
        self.command = 0
        self.temporary = 0
        self.flip_flop = False
        #: Rotating priority: the channel that comes first.
        self.first = 0

    # --- registers; `high` follows the flip-flop ---
    def master_clear(self) -> None:
        """Command, status, requests, temporary register and flip-flop to 0; all masked. The rest keeps its value."""
        self.command = self.temporary = self.first = 0
        self.flip_flop = False
        for channel in self.channels:
            channel.terminal_count = channel.software_request = False
            self.mask(channel, True)

    def write_byte(self, number: int, is_count: bool, value: int) -> None:
        """Low, then high byte of a base and current register."""
        channel = self.channels[number]
        base = channel.base_count if is_count else channel.base_address
        base = base & 0xFF00FF | value << 8 if self.flip_flop else base & 0xFFFF00 | value
        self.flip_flop = not self.flip_flop
        if is_count:
            channel.base_count = channel.count = base & 0xFFFF
            channel.ended = False
        else:
            channel.base_address = channel.address = base
            channel.carry = 0

    def read_byte(self, number: int, is_count: bool) -> int:
        """Low, then high byte of a current register."""
        channel = self.channels[number]
        channel.synchronise()
        value = channel.count if is_count else channel.address
        byte = value >> 8 & 0xFF if self.flip_flop else value & 0xFF
        self.flip_flop = not self.flip_flop
        return byte

    def read_status(self) -> int:
        """TC bits (which reading clears) and pending requests."""
        status = 0
        for channel in self.channels:
            channel.synchronise()
            status |= channel.terminal_count << channel.number
            status |= (self.requests_hardware(channel) or channel.software_request) << channel.number + 4
            channel.terminal_count = False
        return status

    def write_mode(self, value: int) -> None:
        """Address and count keep their values."""
        self.channels[value & 3].mode = value

    def write_request(self, value: int) -> None:
        """Software request: bit 2 sets or clears. It needs block mode, except for memory to memory."""
        channel = self.channels[value & 3]
        channel.software_request = bool(value & 4)

    def mask(self, channel: Channel, masked: bool) -> None:
        """Gate hardware requests. A channel that other hardware moves starts and stops here."""
        if masked == channel.masked:
            return
        if channel.mover is not None and channel.pacing != CASCADE:
            if masked:
                channel.mover.stop()
                channel.synchronise()
            else:
                channel.started = (channel.carry << 16 | channel.address, channel.count)
                channel.mover.start(channel)
        channel.masked = masked

    # --- requests and services ---
    def requests_hardware(self, channel: Channel) -> bool:
        """Is the request line up, with the polarity of the command register?"""
        level = channel.device is not None and channel.device.dreq
        return level != bool(self.command & DREQ_LOW) if channel.device is not None else False

    def wants(self, channel: Channel) -> bool:
        """Does this channel ask for a service?"""
        if self.command & DISABLE or channel.mover is not None:
            return False
        if channel.software_request and (channel.pacing == BLOCK or self._copies(channel)):
            return True
        return not channel.masked and self.requests_hardware(channel)

    def order(self) -> list[Channel]:
        """Channels by priority."""
        first = self.first if self.command & ROTATE else 0
        return [self.channels[(first + k) % 4] for k in range(4)]

    def served(self, channel: Channel) -> None:
        """Rotating priority: the last one served becomes the lowest."""
        if self.command & ROTATE:
            self.first = (channel.number + 1) % 4

    def serve(self, channel: Channel, is_cascade: bool = False) -> None:
        """One service of a channel that wants one: nothing interrupts it."""
        if channel.pacing == CASCADE:
            if channel.device is not None and not is_cascade:
                channel.device.cascade()
        elif self._copies(channel):
            self._copy_memory()
        else:
            if channel.type == ILLEGAL:
                raise IllegalMode(f"channel {channel.number}: mode {channel.mode:#04x} has transfer type 3")
            while self._transfer(channel) and self._goes_on(channel):
                pass
        self.served(channel)

    def end_of_process(self, channel: Channel) -> None:
        """EOP from outside, or terminal count: status, software request, reload or mask."""
        channel.terminal_count = channel.ended = True
        channel.software_request = False
        if channel.auto_initialize:
            channel.reload()
        else:
            channel.masked = True

    def _goes_on(self, channel: Channel) -> bool:
        if channel.pacing == BLOCK:
            return True
        return channel.pacing == DEMAND and self.requests_hardware(channel)

    def _transfer(self, channel: Channel) -> bool:
        """One unit; False at terminal count."""
        at, unit, device = channel.physical(), channel.unit, channel.device
        if channel.type == WRITE_MEMORY:
            self._write(at, device.take(unit) if device is not None else b"\xff" * unit)
        elif channel.type == READ_MEMORY:
            data = self._read(at, unit)
            if device is not None:
                device.give(data)
        elif device is not None:
            device.verify()
        if not channel.advance():
            return True
        if device is not None:
            device.terminal_count()
        self.end_of_process(channel)
        return False

    # --- memory to memory: channel 0 reads, channel 1 writes ---
    def _copies(self, channel: Channel) -> bool:
        return bool(self.command & MEMORY_TO_MEMORY) and channel.number == 0

    def _copy_memory(self) -> None:
        source, target = self.channels[0], self.channels[1]
        while True:
            data = self._read(source.physical(), source.unit)
            self.temporary = data[-1]
            self._write(target.physical(), data)
            if self.command & HOLD_ADDRESS:
                source.count = (source.count - 1) & source.count_mask
            else:
                source.advance()
            if target.advance():
                break
        source.software_request = False
        self.end_of_process(target)
