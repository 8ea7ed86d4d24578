"""The graphics kernel: devices, allocations, the way from a user's command buffer to the engine, fences, preemption.

Ordinary synchronous code above :class:`windlass.wdm.Kernel`; time passes only while it waits for the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..wdm.constants import DISPATCH_LEVEL, PAGE_SHIFT, bytes_to_pages
from ..wdm.kernel import Kernel
from ..wdm.status import (
    STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER,
    STATUS_GRAPHICS_NO_VIDEO_MEMORY,
    STATUS_INVALID_HANDLE,
    STATUS_SUCCESS,
)
from ..wdm.structures import KDpc, KEvent
from .choices import DisplayChoices
from .errors import BugCheck
from .memory_manager import Device, DmaBuffer, MemoryManager, OutOfVideoMemory, Submission, VideoAllocation
from .miniport import DisplayMiniport, DriverFactory
from .pageable import PAGED_POOL_BASE, USER_BASE, PageableMemory
from .ring import PLACES
from .structures import (
    DMA_COMPLETED,
    DMA_FAULTED,
    DMA_PREEMPTED,
    AllocationEntry,
    Notification,
    PatchArguments,
    RenderArguments,
    SubmitArguments,
)

#: Cycles without an interrupt after which the engine is taken for dead.
PATIENCE = 2_000_000


class GraphicsKernel:
    """Everything of the display model on one machine; implements :class:`.miniport.GraphicsInterface`."""

    def __init__(
        self, kernel: Kernel, choices: DisplayChoices | None = None, driver: DriverFactory = DisplayMiniport
    ) -> None:
        self.kernel, self.choices = kernel, choices or DisplayChoices()
        self.user = PageableMemory(kernel, USER_BASE)
        self.paged_pool = PageableMemory(kernel, PAGED_POOL_BASE)
        self._dpc = KDpc(lambda context: self._dpc_routine())
        self._event = KEvent()
        self._reports: list[Notification] = []
        #: Every report of the driver, in order.
        self.reports: list[Notification] = []
        #: Windows that are submitted and not reported, in the order of submission; those that were reported and wait to be cleaned up.
        self.outstanding: list[Submission] = []
        self._through: list[Submission] = []
        self._preempted: list[Submission] | None = None
        self._fence = self._preemption_fence = 0
        self._next_handle = 0x4000_0040
        self._free: dict[int, list[DmaBuffer]] = {}
        self._buffers: list[DmaBuffer] = []
        #: Called before Patch and SubmitCommand with the arguments; for those who want to look.
        self.watch: Callable[[str, Any], None] = lambda routine, args: None
        self.driver = driver(self, self.choices)
        self.memory_manager = MemoryManager(self)

    # --- devices and allocations ---
    def create_device(self, *, guaranteed: bool = False) -> Device:
        """A device. See :class:`Device`."""
        return Device(guaranteed)

    def create_allocation(self, device: Device, size: int, *, local: bool = False) -> int:
        """An allocation of `size` zero bytes for the local or the aperture segment; returns its handle. Raises OutOfMemory."""
        handle, self._next_handle = self._next_handle, self._next_handle + 0x40
        segment = self.driver.local if local else self.driver.aperture
        backing = self.paged_pool.allocate(size)
        device.handles[handle] = VideoAllocation(handle, self.driver.create_allocation(size), size, backing, segment)
        return handle

    def destroy_allocation(self, device: Device, handle: int) -> None:
        """Free an allocation when nothing works on it any more."""
        allocation = device.handles.pop(handle)
        self.wait_unused(allocation)
        self.memory_manager.forget(allocation)
        self.driver.destroy_allocation(allocation.driver)

    def read_allocation(self, device: Device, handle: int, offset: int = 0, length: int | None = None) -> bytes:
        """The CPU looks at an allocation (lock), when the engine is through with it."""
        allocation = device.handles[handle]
        self.wait_unused(allocation)
        length = allocation.size - offset if length is None else length
        if allocation.run is not None and allocation.segment is self.driver.local:
            return self.driver.local.read(allocation.run.first, offset + length)[offset:]
        return self.paged_pool.read(allocation.backing + offset, length)

    def write_allocation(self, device: Device, handle: int, data: bytes) -> None:
        """The CPU stores into an allocation from its start (lock), when the engine is through with it."""
        allocation = device.handles[handle]
        self.wait_unused(allocation)
        if allocation.run is not None and allocation.segment is self.driver.local:
            self.driver.local.write(allocation.run.first, data)
            allocation.dirty = True
        else:
            self.paged_pool.write(allocation.backing, data)

    # --- from a command buffer to the engine ---
    def render_command(
        self,
        device: Device,
        command: int,
        command_length: int,
        allocation_list: list[tuple[int, bool]],
        patch_list: int = 0,
        patch_list_size: int = 0,
    ) -> int:
        """A user-mode driver submits: Render as often as it takes, paging, Patch, SubmitCommand. Returns Render's status, or
        STATUS_GRAPHICS_NO_VIDEO_MEMORY. `allocation_list`: (handle, write), handle 0 is NULL."""
        self._reap()
        allocations: list[VideoAllocation | None] = []
        for handle, _ in allocation_list:
            if handle and handle not in device.handles:
                return STATUS_INVALID_HANDLE
            allocations.append(device.handles.get(handle))
        multipass = 0
        while True:
            buffer = self.acquire(self.choices.dma_buffer_size)
            buffer.allocations = allocations
            buffer.entries = [AllocationEntry(None, write) for _, write in allocation_list]
            self._locate(buffer)
            args = RenderArguments(
                command,
                command_length,
                buffer.address,
                buffer.size,
                buffer.entries,
                buffer.patch_list,
                self.choices.patch_list_size,
                buffer.private,
                patch_list,
                patch_list_size,
                multipass,
            )
            status = self.driver.render(device, args)
            more = status == STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER
            if not more and status != STATUS_SUCCESS:
                self._recycle(buffer)
                return status
            if more and device.guaranteed:
                raise BugCheck("Render: one DMA buffer was guaranteed to take the whole command buffer")
            if more and args.multipass_offset == multipass:
                raise BugCheck("Render: no progress from one DMA buffer to the next")
            buffer.used = args.dma_buffer - buffer.address
            if not self.submit_dma_buffer(buffer, device):
                return STATUS_GRAPHICS_NO_VIDEO_MEMORY
            if not more:
                return status
            multipass = args.multipass_offset

    def submit_dma_buffer(self, buffer: DmaBuffer, device: Device) -> bool:
        """Lock, map, page and submit a filled DMA buffer. False when what it needs does not fit into video memory."""
        try:
            self.memory_manager.lock_and_map(buffer)
            self.memory_manager.submit_buffer(buffer, device)
        except OutOfVideoMemory:
            return False
        finally:
            buffer.open = False
            self._close_when_through(buffer)
        return True

    @staticmethod
    def _locate(buffer: DmaBuffer) -> None:
        """Where the allocations are now."""
        for entry, allocation in zip(buffer.entries, buffer.allocations, strict=True):
            if allocation is not None:
                entry.handle = allocation.driver
                entry.segment_id, entry.physical_address = allocation.location()

    def patch_and_submit(self, one: Submission, again: bool = False) -> None:
        """Patch a window of a DMA buffer and submit it. Patch is left out when Render's own addresses are still right."""
        buffer = one.buffer
        before = [replace(entry) for entry in buffer.entries]
        self._locate(buffer)
        used = {entry.allocation_index for entry in buffer.patch_list[one.first : one.first + one.count]}
        right = not again and all(before[index] == buffer.entries[index] for index in used)
        if not (self.choices.skip_patch and right):
            self._patch(one)
        self.submit(one)

    def _patch(self, one: Submission) -> None:
        buffer = one.buffer
        args = PatchArguments(
            buffer.address,
            buffer.logical,
            buffer.entries,
            buffer.patch_list,
            one.first,
            one.count,
            one.start,
            one.end,
            one.fence,
            buffer.private,
        )
        self.watch("patch", args)
        if not self.choices.check_patch:
            self.driver.patch(args)
            return
        before = self.paged_pool.read(buffer.address, buffer.used)
        self.driver.patch(args)
        once = self.paged_pool.read(buffer.address, buffer.used)
        self.driver.patch(args)
        if self.paged_pool.read(buffer.address, buffer.used) != once:
            raise BugCheck("patch: the second call gave other bytes than the first")
        field_bytes = self.driver.form.field
        named = {
            entry.patch_offset + i
            for entry in buffer.patch_list[one.first : one.first + one.count]
            for i in range(field_bytes)
        }
        if any(a != b and at not in named for at, (a, b) in enumerate(zip(before, once, strict=True))):
            raise BugCheck("patch: bytes changed that the patch location list does not name")

    def submit(self, one: Submission) -> None:
        """SubmitCommand; waits for a place in the ring if there is none."""
        while len(self.outstanding) >= PLACES:
            self._wait()
        buffer = one.buffer
        if not buffer.logical:
            self.memory_manager.lock_and_map(buffer)
        ranges = [(a.location()[1], a.size) for a in one.needs]
        args = SubmitArguments(
            buffer.address,
            buffer.logical,
            one.start,
            one.end,
            one.fence,
            buffer.private,
            one.context,
            one.paging,
            [*one.uses, *ranges],
        )
        self.watch("submit_command", args)
        buffer.windows += 1
        self.outstanding.append(one)
        with self.kernel.at_irql(DISPATCH_LEVEL):
            self.driver.submit_command(args)

    def next_fence(self) -> int:
        """Submission fences count up."""
        self._fence += 1
        return self._fence

    # --- DMA buffers ---
    def acquire(self, size: int) -> DmaBuffer:
        """An empty DMA buffer."""
        free = self._free.setdefault(size, [])
        if not free:
            free.append(self._make_buffer(size))
        buffer = free.pop()
        buffer.open = True
        buffer.used = buffer.windows = 0
        buffer.private.clear()
        buffer.patch_list, buffer.allocations, buffer.entries = [], [], []
        return buffer

    def _make_buffer(self, size: int) -> DmaBuffer:
        system = self.choices.dma_buffers == "system"
        buffer = DmaBuffer(self.paged_pool.allocate(size, non_paged=system), size, fixed=system)
        self._buffers.append(buffer)
        if system:
            pages = bytes_to_pages(size)
            run = self.kernel.hal.pool.allocate(pages)
            if run is None:
                raise RuntimeError("no map registers for a DMA buffer")
            frames = [self.paged_pool.frame(buffer.address + (page << PAGE_SHIFT)) or 0 for page in range(pages)]
            self.driver.map_system_buffer(run.first, frames)
            buffer.run, buffer.logical = run, run.first << PAGE_SHIFT
        return buffer

    def _close_when_through(self, buffer: DmaBuffer) -> None:
        if not buffer.windows and not buffer.open:
            self._recycle(buffer)

    def _recycle(self, buffer: DmaBuffer) -> None:
        self.memory_manager.unmap_and_unlock(buffer)
        self._free[buffer.size].append(buffer)

    # --- what the driver reports ---
    def notify_interrupt(self, notification: Notification) -> None:
        """DxgkCbNotifyInterrupt: at interrupt level, only kept for the DPC."""
        self._reports.append(notification)

    def queue_dpc(self) -> None:
        """DxgkCbQueueDpc."""
        self.kernel.ke_insert_queue_dpc(self._dpc)

    def is_lost(self, device: Any) -> bool:
        """Did the engine fault on this device's work?"""
        return bool(device.lost)

    def _dpc_routine(self) -> None:
        reports, self._reports = self._reports, []
        self.reports += reports
        for report in reports:
            if report.kind == DMA_COMPLETED:
                self._complete(report.fence)
            elif report.kind == DMA_PREEMPTED:
                self._preempted, self.outstanding = self.outstanding, []
            elif report.kind == DMA_FAULTED:
                gone = (report.fence, *report.dropped)
                for one in self.outstanding:
                    if one.fence in gone and one.context is not None:
                        one.context.lost = True
                self._through += [one for one in self.outstanding if one.fence in gone]
                self.outstanding = [one for one in self.outstanding if one.fence not in gone]
        self.kernel.ke_set_event(self._event)

    def _complete(self, fence: int) -> None:
        """This fence, and with it everything that was submitted before."""
        fences = [one.fence for one in self.outstanding]
        if fence in fences:
            through = fences.index(fence) + 1
            self._through += self.outstanding[:through]
            del self.outstanding[:through]

    def _reap(self) -> None:
        """Give back what finished windows held. PASSIVE_LEVEL."""
        through, self._through = self._through, []
        for one in through:
            for action in one.cleanup:
                action()
            one.cleanup = []
            one.buffer.windows -= 1
            if one.paging:
                one.buffer.open = False
            self._close_when_through(one.buffer)

    # --- waiting ---
    def _wait(self) -> None:
        """Until the driver reports something."""
        self.kernel.ke_clear_event(self._event)
        if self.kernel.ke_wait_for_single_object(self._event, PATIENCE) != STATUS_SUCCESS:
            raise RuntimeError("the engine does not answer")
        self._reap()

    def in_use(self, allocation: VideoAllocation) -> bool:
        """Does a window that is not through need it?"""
        return any(allocation in one.needs for one in self.outstanding)

    def wait_unused(self, allocation: VideoAllocation) -> None:
        """Until nothing submitted works on an allocation, nor moves it."""
        while self.in_use(allocation) or any(one.paging for one in self.outstanding):
            self._wait()
        self._reap()

    def wait_idle(self) -> None:
        """Until everything that was submitted has been reported."""
        while self.outstanding:
            self._wait()
        self._reap()

    # --- preemption ---
    def preempt(self) -> list[Submission]:
        """Preempt the engine. Paging buffers that were not through go back at once, with the fences that they had; the other windows
        are returned, for :meth:`resubmit`."""
        self._preemption_fence += 1
        with self.kernel.at_irql(DISPATCH_LEVEL):
            self.driver.preempt_command(self._preemption_fence)
        while self._preempted is None:
            self._wait()
        preempted, self._preempted = self._preempted, None
        for one in preempted:
            one.buffer.windows -= 1
        for one in preempted:
            if one.paging:
                self.submit(one)
        return [one for one in preempted if not one.paging]

    def resubmit(self, preempted: list[Submission]) -> None:
        """Submit preempted windows again, in their order: with new fences, and patched again."""
        for one in preempted:
            self.memory_manager.resubmit(one)

    def stop(self) -> None:
        """Everything ends: allocations stay, the driver is stopped."""
        self.wait_idle()
        for allocation in list(self.memory_manager.resident):
            self.memory_manager.evict(allocation, [])
        self.memory_manager.flush()
        self.wait_idle()
        for buffer in self._buffers:
            if buffer.fixed and buffer.run is not None:
                self.kernel.hal.revoke(buffer.run.first, buffer.run.count)
                self.kernel.hal.pool.release(buffer.run)
        self.driver.stop()
