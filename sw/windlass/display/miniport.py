"""The display miniport driver: the DxgkDdi routines of a GPU whose engine is a Windlass channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..regs import CAP2, CAP2_DESCRIPTORS_MASK, CAP2_TWO_D_MASK
from ..wdm import hw
from ..wdm.constants import DEVICE_LEVEL, DISPATCH_LEVEL, PAGE_SIZE, PASSIVE_LEVEL
from ..wdm.errors import DmaContractViolation, UnsupportedHardware
from ..wdm.kernel import Kernel
from ..wdm.native import NativeHal
from ..wdm.status import STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER, STATUS_SUCCESS
from .choices import DisplayChoices
from .descriptors import Form
from .errors import BugCheck
from .hazards import Hazards
from .pageable import PageableMemory
from .render import Renderer
from .ring import Ring, RingEntry
from .segments import APERTURE_SEGMENT, ApertureSegment, LocalSegment, Segment
from .structures import (
    DriverAllocation,
    FillOperation,
    MapApertureOperation,
    Notification,
    PagingArguments,
    PatchArguments,
    RenderArguments,
    SubmitArguments,
    UnmapApertureOperation,
)


class GraphicsInterface(Protocol):
    """What the graphics kernel offers its driver (the DXGKRNL_INTERFACE)."""

    kernel: Kernel
    #: The user's memory and the kernel's paged pool.
    user: PageableMemory
    paged_pool: PageableMemory

    def notify_interrupt(self, notification: Notification) -> None:
        """DxgkCbNotifyInterrupt, at interrupt level."""

    def queue_dpc(self) -> None:
        """DxgkCbQueueDpc."""

    def is_lost(self, device: Any) -> bool:
        """Did the engine fault on work of this device?"""


def at_level(kernel: Kernel, routine: str, level: int) -> None:
    """CV-IRQL unless the IRQL is `level`."""
    if kernel.irql != level:
        name = {PASSIVE_LEVEL: "PASSIVE_LEVEL", DISPATCH_LEVEL: "DISPATCH_LEVEL"}[level]
        raise DmaContractViolation("CV-IRQL", routine, f"be called at {name} (the IRQL is {kernel.irql})")


class DisplayMiniport:
    """The driver. The graphics kernel calls `render`, `patch`, `submit_command`, `preempt_command` and `build_paging_buffer`."""

    def __init__(self, interface: GraphicsInterface, choices: DisplayChoices) -> None:
        kernel, hal = interface.kernel, interface.kernel.hal
        self.interface, self.choices, self.kernel = interface, choices, kernel
        if not isinstance(hal, NativeHal) or kernel.memory.cache is not None:
            raise UnsupportedHardware("the display model needs profile native on a coherent board")
        capabilities = kernel.platform.csr_read32(CAP2)
        two_d = bool(capabilities & CAP2_TWO_D_MASK)
        if not capabilities & CAP2_DESCRIPTORS_MASK:
            raise UnsupportedHardware("the display model needs an engine with descriptors")
        hal.channels[choices.channel].claim("master")
        self.form = Form(two_d if choices.wide is None else choices.wide)
        self.renderer = Renderer(self.form, two_d, interface.user, interface.paged_pool)
        self.ring = Ring(kernel, choices.channel, self.form, self._report)
        self.aperture = ApertureSegment(
            kernel,
            choices.channel,
            choices.aperture_pages,
            buffer_pages=choices.buffer_pages,
            redirect=choices.dummy_page == "redirect",
            busy=self._busy,
        )
        self.local = LocalSegment(kernel, choices.channel, choices.local_pages)
        self._paging_hazards = Hazards()
        #: Logical addresses of DMA buffers that the driver itself mapped (segment set 0): {start: bytes}.
        self._system_buffers: dict[int, int] = {}

    def segments(self) -> list[Segment]:
        """DxgkDdiQueryAdapterInfo, segments: what allocations may be in. DMA buffers are never in local memory."""
        return [self.aperture, self.local]

    def stop(self) -> None:
        """DxgkDdiStopDevice: give everything back; nothing is submitted any more."""
        self.ring.close()
        self.aperture.close()
        self.local.close()
        self.kernel.hal.channels[self.choices.channel].unclaim()

    def create_allocation(self, size: int) -> DriverAllocation:
        """DxgkDdiCreateAllocation: `size` in bytes."""
        return DriverAllocation(size)

    def destroy_allocation(self, allocation: DriverAllocation) -> None:
        """DxgkDdiDestroyAllocation."""
        allocation.alive = False

    def _busy(self, first: int, length: int) -> bool:
        return any(
            low < first + length and first < low + count for entry in self.ring.entries for low, count in entry.uses
        )

    # --- PASSIVE_LEVEL ---
    def render(self, device: Any, args: RenderArguments) -> int:
        """DxgkDdiRender; see :class:`.render.Renderer`. PASSIVE_LEVEL."""
        at_level(self.kernel, "render", PASSIVE_LEVEL)
        no_memory = self.kernel.pool_allocation_fails()
        lost = self.interface.is_lost(device)
        return self.renderer.render(args, lost, no_memory, self.choices.fold_into_illegal)

    def patch(self, args: PatchArguments) -> None:
        """DxgkDdiPatch: write the addresses of the entries [submission_start, + submission_length) into the DMA buffer. They are
        written anew from the list each time, so that it does not matter how often it is called. PASSIVE_LEVEL."""
        at_level(self.kernel, "patch", PASSIVE_LEVEL)
        first = args.submission_start
        for entry in args.patch_list[first : first + args.submission_length]:
            allocation = args.allocation_list[entry.allocation_index]
            if allocation.handle is None:
                continue
            if not allocation.segment_id:
                raise BugCheck(f"patch: allocation {entry.allocation_index} is not resident")
            address = allocation.physical_address + entry.allocation_offset
            self.interface.paged_pool.write(args.dma_buffer + entry.patch_offset, self.form.pack_address(address))

    def build_paging_buffer(self, args: PagingArguments) -> int:
        """DxgkDdiBuildPagingBuffer: STATUS_SUCCESS, or STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER when the next buffer is needed.
        Maps and unmaps take effect at once; fills and transfers become descriptors with final addresses."""
        at_level(self.kernel, "build_paging_buffer", PASSIVE_LEVEL)
        operation, form = args.operation, self.form
        if isinstance(operation, MapApertureOperation):
            self._aperture(operation.segment_id).map(
                operation.offset_in_pages,
                operation.number_of_pages,
                operation.mdl,
                operation.mdl_offset,
                writable=operation.allocation is not None,
            )
            return STATUS_SUCCESS
        if isinstance(operation, UnmapApertureOperation):
            self._aperture(operation.segment_id).unmap(
                operation.offset_in_pages, operation.number_of_pages, operation.dummy_pfn
            )
            return STATUS_SUCCESS
        if args.dma_size < 2 * form.size:  # itself, and the join at the end
            return STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER
        reads: list[tuple[Any, tuple[int, int]]] = []
        if isinstance(operation, FillOperation):
            data = form.fill(operation.destination, operation.length, operation.pattern)
        else:
            data = form.copy(operation.source, operation.destination, operation.length)
            reads = [("", (operation.source, operation.source + operation.length))]
        writes: list[tuple[Any, tuple[int, int]]] = [
            ("", (operation.destination, operation.destination + operation.length))
        ]
        at = args.dma_buffer % PAGE_SIZE
        if at == 0:
            self._paging_hazards = Hazards()
        if self._paging_hazards.needs_barrier(reads, writes):
            args.private.barriers.append(at)
            self._paging_hazards.clear()
        self._paging_hazards.note(writes)
        self.interface.paged_pool.write(args.dma_buffer, data)
        args.dma_buffer += form.size
        return STATUS_SUCCESS

    def end_paging_buffer(self, args: PagingArguments) -> None:
        """The last thing in a paging buffer: the join."""
        args.private.joins.append(args.dma_buffer % PAGE_SIZE)
        self.interface.paged_pool.write(args.dma_buffer, self.form.nop())
        args.dma_buffer += self.form.size

    def _aperture(self, segment_id: int) -> ApertureSegment:
        if segment_id != APERTURE_SEGMENT:
            raise DmaContractViolation("CV-GPUMAP", "build_paging_buffer", "map and unmap in the aperture segment only")
        return self.aperture

    # --- DISPATCH_LEVEL ---
    def map_system_buffer(self, first: int, frames: list[int]) -> None:
        """Segment set 0: map registers `first` … lead to a DMA buffer in contiguous non-paged memory, for good."""
        self.kernel.hal.program_flags([(first, tuple(frames))], self.choices.channel, hw.MAP_READ)
        self._system_buffers[first * PAGE_SIZE] = len(frames) * PAGE_SIZE

    def submit_command(self, args: SubmitArguments) -> None:
        """DxgkDdiSubmitCommand: queue [start, end) of a DMA buffer, followed by its fence. It cannot fail. DISPATCH_LEVEL.

        CV-GPUMAP when a page of the window is not locked, or not mapped where DmaBufferPhysicalAddress says.
        """
        at_level(self.kernel, "submit_command", DISPATCH_LEVEL)
        start, end = args.submission_start_offset, args.submission_end_offset
        size, memory = self.form.size, self.interface.paged_pool
        if not start < end or end - size not in args.private.joins:
            raise BugCheck(f"submit_command: nothing can end at {end:#x}")
        for page in range(start & -PAGE_SIZE, end, PAGE_SIZE):
            self._check_page(args.dma_buffer + page, args.dma_buffer_physical_address + page)
        window = args.dma_buffer_physical_address + start, end - start
        self.ring.submit(
            RingEntry(
                address=args.dma_buffer_physical_address,
                start=start,
                end=end,
                fence=args.submission_fence_id,
                paging=args.paging,
                barriers=list(args.private.barriers),
                joins=list(args.private.joins),
                position=args.private.stopped_at.pop((start, end), start),
                stopped_at=args.private.stopped_at,
                read=lambda at, length: memory.read(args.dma_buffer + at, length),
                write=lambda at, data: memory.write(args.dma_buffer + at, data),
                context=args.context,
                uses=[window, *args.uses],
            )
        )

    def _check_page(self, virtual: int, logical: int) -> None:
        if any(low <= logical < low + count for low, count in self._system_buffers.items()):
            return
        memory, entry = self.interface.paged_pool, self.aperture.mapped(logical)
        if not memory.lock_count(virtual) or entry is None or entry.pfn != memory.frame(virtual):
            raise DmaContractViolation(
                "CV-GPUMAP", "submit_command", "lock the DMA buffer and map it into the aperture"
            )

    def preempt_command(self, preemption_fence_id: int) -> None:
        """DxgkDdiPreemptCommand. When everything that was submitted has been reported, the preemption is too, at interrupt level.
        DISPATCH_LEVEL."""
        at_level(self.kernel, "preempt_command", DISPATCH_LEVEL)
        if not self.ring.preempt(preemption_fence_id, self.choices.preemption == "command"):
            with self.kernel.at_irql(DEVICE_LEVEL):
                self._report(Notification("DMA_PREEMPTED", preemption_fence_id, self.ring.last_completed))

    def current_fence(self) -> int:
        """DxgkDdiQueryCurrentFence: what the engine wrote last."""
        return self.ring.fence()

    def _report(self, notification: Notification) -> None:
        """What the interrupt routine tells; the rest is for the DPC."""
        self.interface.notify_interrupt(notification)
        self.interface.queue_dpc()


DriverFactory = Callable[[GraphicsInterface, DisplayChoices], DisplayMiniport]
