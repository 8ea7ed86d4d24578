"""The engine's ring: submitted windows, one after the other on one Windlass channel.

A place of the ring has an epilogue in kernel memory: a FENCE that writes the fence of what was submitted there. The join at the end of a
window is made a LINK to it, the joins inside are made to do nothing. The doorbell is START in table mode on the first descriptor of the window:
the channel fetches the window through the aperture, jumps to the epilogue, writes the fence and interrupts (DONE). A barrier inside a window ends a
table: DONE is then the sign that what is before has arrived, and the next table is started.

A preemption aborts the channel. CONSUMER tells how many descriptors it did and SEGDONE, to the byte, how much of the next: that one's rest
is done by a short table of its own, so that the window stands between two descriptors and can go on there later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..regs import CONFIG_WIDE_MASK
from ..wdm import hw
from ..wdm.constants import PAGE_SIZE
from ..wdm.kernel import Kernel
from .descriptors import Form
from .structures import DMA_COMPLETED, DMA_FAULTED, DMA_PREEMPTED, Notification

#: Submissions that the ring holds.
PLACES = 32
_CAUSES = hw.IRQ_DONE | hw.IRQ_ERROR | hw.IRQ_ABORTED


@dataclass(eq=False)
class RingEntry:
    """A submitted window. Offsets in bytes from the start of the DMA buffer, which is at logical `address`.

    `position` is where the engine goes on; `write` stores bytes into the DMA buffer and `read` loads them (the CPU's way).
    """

    address: int
    start: int
    end: int
    fence: int
    paging: bool
    barriers: list[int]
    joins: list[int]
    position: int
    stopped_at: dict[tuple[int, int], int]
    read: Callable[[int, int], bytes]
    write: Callable[[int, bytes], None]
    context: Any = None
    uses: list[tuple[int, int]] = field(default_factory=list)
    place: int = 0


class Ring:
    """One channel as a GPU's engine. `notify` is called at interrupt level."""

    def __init__(
        self,
        kernel: Kernel,
        channel: int,
        form: Form,
        notify: Callable[[Notification], None],
    ) -> None:
        self.kernel, self.channel, self.form = kernel, channel, form
        self.notify = notify
        self.entries: deque[RingEntry] = deque()
        self.last_completed = 0
        self._next_place = 0
        self._run_end = 0
        self._tail = False
        self._preempt: int | None = None
        hal = kernel.hal
        #: Page 0: the epilogues and the table that ends a descriptor; page 1: the fence.
        self._memory = kernel.memory.allocate(2 * PAGE_SIZE)
        self._run = hal.pool.allocate(2)
        if self._run is None:
            raise RuntimeError("no map registers for the ring")
        frames = kernel.memory.frames(self._memory, 2 * PAGE_SIZE)
        hal.program_flags([(self._run.first, (frames[0],))], channel, hw.MAP_READ)
        hal.program_flags([(self._run.first + 1, (frames[1],))], channel, hw.MAP_WRITE)
        kernel.memory.write(self._memory, bytes(2 * PAGE_SIZE))
        self.logical = self._run.first * PAGE_SIZE
        self.fence_logical = self.logical + PAGE_SIZE
        self._interrupt = kernel.io_connect_interrupt(channel, self._isr)
        self._write(hw.CONFIG, hw.MODE_TABLE | (CONFIG_WIDE_MASK if form.wide else 0))
        self._write(hw.DESC_HI, 0)
        self._write(hw.IRQ_STATUS, hw.IRQ_ALL)
        self._write(hw.IRQ_ENABLE, _CAUSES)

    # --- registers and memory ---
    def _write(self, register: int, value: int) -> None:
        self.kernel.platform.csr_write32(hw.channel_register(self.channel, register), value)

    def _read(self, register: int) -> int:
        return self.kernel.platform.csr_read32(hw.channel_register(self.channel, register), live=True)

    def fence(self) -> int:
        """The fence that the engine wrote last."""
        return int.from_bytes(self.kernel.memory.read(self._memory + PAGE_SIZE, 8), "little")

    def close(self) -> None:
        """Give everything back; the ring is empty."""
        self._write(hw.IRQ_ENABLE, 0)
        self.kernel.io_disconnect_interrupt(self._interrupt)
        self.kernel.hal.revoke(self._run.first, self._run.count)
        self.kernel.hal.pool.release(self._run)
        self.kernel.memory.free(self._memory)

    # --- submission ---
    def submit(self, entry: RingEntry) -> None:
        """Queue a window behind the others; the engine starts when it has nothing else."""
        if len(self.entries) == PLACES:
            raise RuntimeError("the ring is full")
        entry.place = self._next_place
        self._next_place = (self._next_place + 1) % PLACES
        size = self.form.size
        self.kernel.memory.write(self._memory + entry.place * size, self.form.fence(self.fence_logical, entry.fence))
        for join in entry.joins:
            if entry.start <= join < entry.end:
                last = join + size == entry.end
                entry.write(join, self.form.link(self._epilogue(entry), 1) if last else self.form.nop())
        self.entries.append(entry)
        if len(self.entries) == 1:
            self._start()

    def _epilogue(self, entry: RingEntry) -> int:
        return self.logical + entry.place * self.form.size

    def _start(self) -> None:
        """Ring the doorbell for what comes next of the first entry."""
        entry = self.entries[0]
        if entry.position >= entry.end:  # it was stopped between its last descriptor and its fence
            self._run_end = entry.end
            self._go(self._epilogue(entry), 1)
            return
        later = [barrier for barrier in entry.barriers if entry.position < barrier < entry.end]
        self._run_end = min(later, default=entry.end)
        self._go(entry.address + entry.position, (self._run_end - entry.position) // self.form.size)

    def _go(self, table: int, count: int) -> None:
        self._write(hw.DESC_LO, table)
        self._write(hw.DESC_COUNT, count)
        self._write(hw.CMD, hw.CMD_START)

    # --- preemption ---
    def preempt(self, fence: int, at_once: bool) -> bool:
        """Stop behind a descriptor (`at_once`) or behind the window that runs; False when there is nothing to stop."""
        if not self.entries:
            return False
        self._preempt = fence
        if at_once and not self._tail:
            self._write(hw.CMD, hw.CMD_ABORT)
        return True

    def _preempted(self) -> None:
        fence, self._preempt = self._preempt, None
        left = list(self.entries)
        self.entries.clear()
        if left and left[0].position != left[0].start:
            left[0].stopped_at[left[0].start, left[0].end] = left[0].position
        self.notify(Notification(DMA_PREEMPTED, fence, self.last_completed))

    # --- interrupts ---
    def _isr(self, _context: Any) -> bool:
        causes = self._read(hw.IRQ_STATUS)
        if not causes:
            return False
        self._write(hw.IRQ_STATUS, causes)
        if causes & hw.IRQ_ERROR:
            self._faulted()
        elif causes & hw.IRQ_ABORTED:
            self._aborted()
        elif causes & hw.IRQ_DONE:
            self._done()
        return True

    def _done(self) -> None:
        entry = self.entries[0]
        if self._tail:
            self._tail = False
            entry.position += self.form.size
            self._preempted()
            return
        if self._run_end == entry.end:
            self._complete()
        else:
            entry.position = self._run_end
        if self._preempt is not None:
            self._preempted()
        elif self.entries:
            self._start()

    def _complete(self) -> None:
        self.entries.popleft()
        self.last_completed = self.fence()
        self.notify(Notification(DMA_COMPLETED, self.last_completed))

    def _aborted(self) -> None:
        """The channel stands; a descriptor that was begun is brought to its end."""
        entry, size = self.entries[0], self.form.size
        consumed, part = self._read(hw.CONSUMER), self._read(hw.SEGDONE)
        entry.position = min(entry.position + consumed * size, entry.end)
        if not part:
            self._preempted()
            return
        rest = self.form.rest(entry.read(entry.position, size), part)
        at = PLACES * size
        self.kernel.memory.write(self._memory + at, b"".join(rest))
        self._tail = True
        self._go(self.logical + at, len(rest))

    def _faulted(self) -> None:
        """The engine met a fault: what it worked on, and what else is of the same context, is dropped."""
        entry = self.entries.popleft()
        self._tail = False
        code = self._read(hw.STATUS) >> 8 & 15
        address = self._read(hw.FADDR_HI) << 32 | self._read(hw.FADDR_LO)
        dropped = [other for other in self.entries if other.context is entry.context and not other.paging]
        self.entries = deque(other for other in self.entries if other not in dropped)
        fences = tuple(other.fence for other in dropped)
        self.notify(Notification(DMA_FAULTED, entry.fence, code=code, address=address, dropped=fences))
        if self._preempt is not None:
            self._preempted()
        elif self.entries:
            self._start()
