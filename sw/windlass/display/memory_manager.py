"""The video memory manager: which allocations are where, paging buffers, and the way of a DMA buffer to the engine in pieces.

An allocation has a backing store in the kernel's paged pool. In the aperture segment the engine works on its pages, which are locked and
mapped; in the local segment it works on a copy there, and a paging buffer brings that in and out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..wdm.constants import PAGE_SIZE, bytes_to_pages
from ..wdm.mdl import Mdl
from ..wdm.pool import Run
from ..wdm.status import STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER
from .segments import APERTURE_SEGMENT, ApertureSegment, Segment
from .structures import (
    AllocationEntry,
    DmaBufferPrivate,
    DriverAllocation,
    MapApertureOperation,
    PagingArguments,
    PagingOperation,
    PatchLocation,
    TransferOperation,
    UnmapApertureOperation,
)

if TYPE_CHECKING:
    from .graphics import GraphicsKernel


class OutOfVideoMemory(Exception):
    """What one piece of a DMA buffer needs does not fit at the same time."""


@dataclass(eq=False)
class VideoAllocation:
    """An allocation. `run`: its pages in `segment` while it is resident; `dirty`: the engine may have written it since it came in."""

    handle: int
    driver: DriverAllocation
    size: int
    backing: int
    segment: Segment
    run: Run | None = None
    mdl: Mdl | None = None
    dirty: bool = False
    last_use: int = 0

    @property
    def pages(self) -> int:
        return bytes_to_pages(self.size)

    def location(self) -> tuple[int, int]:
        """(segment number or 0, address)."""
        return (self.segment.number, self.segment.address(self.run.first)) if self.run else (0, 0)


@dataclass(eq=False)
class Device:
    """A process's graphics device with one context. `guaranteed`: a command buffer gives exactly one DMA buffer. `lost`: the engine
    faulted on its work."""

    guaranteed: bool = False
    lost: bool = False
    handles: dict[int, VideoAllocation] = field(default_factory=dict)


@dataclass(eq=False)
class DmaBuffer:
    """A DMA buffer of the kernel and what belongs to it. `used` bytes; `windows` of it are submitted and not through."""

    address: int
    size: int
    private: DmaBufferPrivate = field(default_factory=DmaBufferPrivate)
    allocations: list[VideoAllocation | None] = field(default_factory=list)
    entries: list[AllocationEntry] = field(default_factory=list)
    patch_list: list[PatchLocation] = field(default_factory=list)
    used: int = 0
    windows: int = 0
    open: bool = False
    mdl: Mdl | None = None
    run: Run | None = None
    #: Where the engine finds it; segment set 0: for good.
    logical: int = 0
    fixed: bool = False


@dataclass(eq=False)
class Submission:
    """A window on its way: [start, end) of a DMA buffer, patch list entries [first, first + count), what it needs resident."""

    fence: int
    buffer: DmaBuffer
    start: int
    end: int
    first: int = 0
    count: int = 0
    paging: bool = False
    context: Any = None
    needs: list[VideoAllocation] = field(default_factory=list)
    #: Logical ranges of a paging buffer's transfers, and what to do when it is through.
    uses: list[tuple[int, int]] = field(default_factory=list)
    cleanup: list[Callable[[], None]] = field(default_factory=list)


class MemoryManager:
    """VidMm. All routines run at PASSIVE_LEVEL."""

    def __init__(self, graphics: GraphicsKernel) -> None:
        self.graphics = graphics
        self.driver = graphics.driver
        self.aperture: ApertureSegment = self.driver.aperture
        self.resident: list[VideoAllocation] = []
        self._uses = 0
        self._batch: Submission | None = None
        self._batch_args: PagingArguments | None = None

    # --- a DMA buffer on its way ---
    def submit_buffer(self, buffer: DmaBuffer, context: Any) -> None:
        """Walk the patch list in order, bring in what it names, and submit the buffer whole, or in pieces: at the first allocation that
        does not fit while others are in use, what is before its SplitOffset goes off. Raises OutOfVideoMemory."""
        patches = buffer.patch_list
        slots: dict[int, VideoAllocation] = {}
        used: dict[VideoAllocation, None] = {}
        #: What was bound at the start of the piece: it stays where it is.
        carried: dict[int, VideoAllocation] = {}
        start = first = index = 0
        packed = False
        while index < len(patches):
            entry = patches[index]
            allocation = buffer.allocations[entry.allocation_index]
            if allocation is None:
                slots.pop(entry.slot_id, None)
                index += 1
                continue
            can_split = entry.split_offset > start
            if allocation.run is None and not self.place(allocation, [*used, *slots.values()], not can_split):
                if not can_split:
                    if packed:
                        self.flush()
                        raise OutOfVideoMemory
                    self._clear(list(carried.values()))  # perhaps what is there lies badly
                    index, slots, used, packed = first, dict(carried), {}, True
                    continue
                index = next(i for i, e in enumerate(patches) if e.split_offset == entry.split_offset)
                self._submit(buffer, (start, entry.split_offset), (first, index), [*used, *carried.values()], context)
                start, first = entry.split_offset, index
                reprogrammed = {e.slot_id for e in patches[index:] if e.split_offset == start}
                slots = {slot: bound for slot, bound in slots.items() if slot not in reprogrammed}
                used, carried, packed = {}, dict(slots), False
                continue
            slots[entry.slot_id] = allocation
            used[allocation] = None
            self._touch(allocation, buffer.entries[entry.allocation_index].write_operation)
            index += 1
        self._submit(buffer, (start, buffer.used), (first, index), [*used, *carried.values()], context)

    def _clear(self, keep: list[VideoAllocation]) -> None:
        """Evict everything but `keep`."""
        for allocation in [a for a in self.resident if a not in keep]:
            self.evict(allocation, keep)

    def _submit(
        self,
        buffer: DmaBuffer,
        window: tuple[int, int],
        entries: tuple[int, int],
        needs: list[VideoAllocation],
        context: Any,
    ) -> None:
        self.flush()
        fence = self.graphics.next_fence()
        one = Submission(fence, buffer, *window, entries[0], entries[1] - entries[0], False, context, needs)
        self.graphics.patch_and_submit(one)

    def resubmit(self, one: Submission) -> None:
        """A window that was preempted: what it needs comes in again, and it gets a new fence."""
        if not all(a.run is not None or self.place(a, one.needs, True) for a in one.needs):
            self._clear([])
            if not all(self.place(a, one.needs, True) for a in one.needs):
                raise OutOfVideoMemory
        for allocation in one.needs:
            self._touch(allocation, False)
        for entry in one.buffer.patch_list[one.first : one.first + one.count]:
            allocation = one.buffer.allocations[entry.allocation_index]
            if allocation is not None and one.buffer.entries[entry.allocation_index].write_operation:
                allocation.dirty = True
        self.flush()
        one.fence = self.graphics.next_fence()
        self.graphics.patch_and_submit(one, again=True)

    def _touch(self, allocation: VideoAllocation, write: bool) -> None:
        self._uses += 1
        allocation.last_use = self._uses
        allocation.dirty |= write

    # --- placing and evicting ---
    def place(self, allocation: VideoAllocation, keep: list[VideoAllocation], busy_too: bool) -> bool:
        """Make an allocation resident, with `keep` where they are; False when that can't be. Without `busy_too` only what nothing
        submitted works on is evicted for it."""
        segment = allocation.segment
        victims: list[VideoAllocation] = []
        others = [a for a in self.resident if a.segment is segment and a not in keep]
        others = sorted((a for a in others if busy_too or not self.graphics.in_use(a)), key=lambda a: a.last_use)
        while not segment.would_fit(allocation.pages, [v.run for v in victims if v.run]):
            if len(victims) == len(others):
                return False
            victims.append(others[len(victims)])
        for victim in victims:
            self.evict(victim, keep)
        run = segment.allocate(allocation.pages)
        if run is None:
            return False
        allocation.run = run
        self.resident.append(allocation)
        if segment is self.aperture:
            allocation.mdl = self.graphics.paged_pool.lock(allocation.backing, allocation.size)
            self._operate(
                MapApertureOperation(
                    APERTURE_SEGMENT, run.first, run.count, allocation.mdl, allocation=allocation.driver
                )
            )
        else:
            self._transfer(allocation, False, [*keep, allocation])
        return True

    def evict(self, allocation: VideoAllocation, keep: list[VideoAllocation]) -> None:
        """Back to the backing store. Local memory: by a paging buffer, in its turn. The aperture: when nothing works on it any more."""
        run = allocation.run
        assert run is not None
        if allocation.segment is self.aperture:
            if self.graphics.in_use(allocation):
                self.flush()
                self.graphics.wait_unused(allocation)
            assert allocation.mdl is not None
            self._unmap(run, allocation.mdl)
            allocation.mdl = None
        elif allocation.dirty:
            self._transfer(allocation, True, [*keep, allocation])
        allocation.run, allocation.dirty = None, False
        self.resident.remove(allocation)
        allocation.segment.release(run)

    def forget(self, allocation: VideoAllocation) -> None:
        """The allocation is destroyed; nothing works on it."""
        if allocation.run is not None:
            allocation.dirty = False
            self.evict(allocation, [])
        self.graphics.paged_pool.free(allocation.backing)

    def transfer_range(self, pages: int, keep: list[VideoAllocation]) -> Run:
        """Aperture pages for a transfer; what is in the way, but for `keep`, is evicted. Raises OutOfVideoMemory."""
        run = self.aperture.allocate(pages)
        if run is not None:
            return run
        self.flush()
        self.graphics.wait_idle()
        for victim in sorted(self.resident, key=lambda a: a.last_use):
            run = self.aperture.allocate(pages)
            if run is not None:
                return run
            if victim.segment is self.aperture and victim not in keep:
                self.evict(victim, keep)
        run = self.aperture.allocate(pages)
        if run is None:
            raise OutOfVideoMemory
        return run

    def lock_and_map(self, buffer: DmaBuffer) -> None:
        """Before the engine may read a DMA buffer: its pages are locked, and mapped through the aperture."""
        if buffer.fixed:
            return
        pages, pool = bytes_to_pages(buffer.size), self.aperture.buffers
        run = pool.allocate(pages)
        if run is None:
            self.graphics.wait_idle()
            run = pool.allocate(pages)
        assert run is not None  # there is room for one of each kind
        buffer.mdl = self.graphics.paged_pool.lock(buffer.address, buffer.size)
        self._operate(MapApertureOperation(APERTURE_SEGMENT, run.first, run.count, buffer.mdl))
        buffer.run, buffer.logical = run, self.aperture.address(run.first)

    def unmap_and_unlock(self, buffer: DmaBuffer) -> None:
        """The engine is through with a DMA buffer."""
        if buffer.mdl is None or buffer.run is None:
            return
        self._unmap(buffer.run, buffer.mdl)
        self.aperture.buffers.release(buffer.run)
        buffer.mdl, buffer.run, buffer.logical = None, None, 0

    def _unmap(self, run: Run, mdl: Mdl) -> None:
        self._operate(UnmapApertureOperation(APERTURE_SEGMENT, run.first, run.count, self.aperture.dummy_pfn))
        self.graphics.paged_pool.unlock(mdl)

    # --- paging buffers ---
    def _transfer(self, allocation: VideoAllocation, out: bool, keep: list[VideoAllocation]) -> None:
        """Between local memory and the backing store, whose pages are in the aperture meanwhile."""
        assert allocation.run is not None
        local = allocation.segment.address(allocation.run.first)
        window = self.transfer_range(allocation.pages, keep)
        mdl = self.graphics.paged_pool.lock(allocation.backing, allocation.size)
        driver = allocation.driver if out else None
        self._operate(MapApertureOperation(APERTURE_SEGMENT, window.first, window.count, mdl, allocation=driver))
        system = self.aperture.address(window.first)
        source, destination = (local, system) if out else (system, local)
        self._operate(TransferOperation(source, destination, allocation.size))
        assert self._batch is not None
        self._batch.uses += [(local, allocation.size), (system, allocation.size)]
        self._batch.cleanup.append(lambda: (self._unmap(window, mdl), self.aperture.release(window)))

    def _operate(self, operation: PagingOperation) -> None:
        """One operation into the present paging buffer, or at once."""
        if isinstance(operation, MapApertureOperation | UnmapApertureOperation):
            args = PagingArguments(operation, 0, 0, DmaBufferPrivate())
            self.driver.build_paging_buffer(args)
            return
        for _ in range(2):
            if self._batch is None:
                buffer = self.graphics.acquire(PAGE_SIZE)
                self._batch = Submission(0, buffer, 0, 0, paging=True)
                self._batch_args = PagingArguments(operation, buffer.address, buffer.size, buffer.private)
            args = self._batch_args
            assert args is not None
            args.operation = operation
            args.dma_size = self._batch.buffer.size - (args.dma_buffer - self._batch.buffer.address)
            if self.driver.build_paging_buffer(args) != STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER:
                return
            self.flush()
        raise RuntimeError("a paging operation does not fit an empty paging buffer")

    def flush(self) -> None:
        """Submit the paging buffer that is being built. Its addresses are final: it is never patched."""
        one, args = self._batch, self._batch_args
        self._batch = self._batch_args = None
        if one is None or args is None:
            return
        self.driver.end_paging_buffer(args)
        one.buffer.used = one.end = args.dma_buffer - one.buffer.address
        one.fence = self.graphics.next_fence()
        self.graphics.submit(one)
