"""What goes between the graphics kernel and the display driver: lists, arguments, reports."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

from ..wdm.mdl import Mdl

#: Bytes of one entry of a patch location list in user memory.
PATCH_LOCATION_BYTES = 24
#: Interrupt types that the driver reports.
DMA_COMPLETED, DMA_PREEMPTED, DMA_FAULTED = "DMA_COMPLETED", "DMA_PREEMPTED", "DMA_FAULTED"


@dataclass(frozen=True)
class PatchLocation:
    """One entry of a patch location list. Offsets in bytes; `slot_id` has 24 bits.

    The address of allocation `allocation_index` + `allocation_offset` belongs at `patch_offset`; the engine may run up to
    `split_offset` without that allocation.
    """

    allocation_index: int
    slot_id: int
    driver_id: int
    allocation_offset: int
    patch_offset: int
    split_offset: int

    def pack(self) -> bytes:
        """As a user's patch list holds it."""
        return struct.pack(
            "<6I",
            self.allocation_index,
            self.slot_id,
            self.driver_id,
            self.allocation_offset,
            self.patch_offset,
            self.split_offset,
        )

    @classmethod
    def unpack(cls, raw: bytes) -> PatchLocation:
        return cls(*struct.unpack("<6I", raw))


@dataclass(eq=False)
class DriverAllocation:
    """The driver's own idea of an allocation: what its handle in an allocation list means. `size` in bytes."""

    size: int
    alive: bool = True


@dataclass
class AllocationEntry:
    """One entry of the allocation list, as Render gets it. `handle` None: the NULL entry. `segment_id` 0: not resident."""

    handle: DriverAllocation | None
    write_operation: bool = False
    segment_id: int = 0
    physical_address: int = 0


@dataclass
class DmaBufferPrivate:
    """What the driver keeps with a DMA buffer (pDmaBufferPrivateData): offsets of descriptors, in bytes from its start.

    `joins`: the places that lead back to the ring when a window ends behind them, else do nothing. `barriers`: what is before must be
    committed before what is behind may start. `stopped_at`: how far a preempted window got.
    """

    joins: list[int] = field(default_factory=list)
    barriers: list[int] = field(default_factory=list)
    stopped_at: dict[tuple[int, int], int] = field(default_factory=dict)

    def clear(self) -> None:
        self.joins.clear()
        self.barriers.clear()
        self.stopped_at.clear()


@dataclass
class RenderArguments:
    """DxgkDdiRender. `command` and `patch_list_in` are user addresses; what follows them in bytes and entries is not to be trusted.

    The driver advances `dma_buffer`, appends to `patch_list_out` and keeps its progress in `multipass_offset`.
    """

    command: int
    command_length: int
    dma_buffer: int
    dma_size: int
    allocation_list: list[AllocationEntry]
    patch_list_out: list[PatchLocation]
    patch_list_out_size: int
    private: DmaBufferPrivate
    patch_list_in: int = 0
    patch_list_in_size: int = 0
    multipass_offset: int = 0


@dataclass
class PatchArguments:
    """DxgkDdiPatch. `dma_buffer` and `dma_buffer_physical_address` are the buffer's start, whatever the window."""

    dma_buffer: int
    dma_buffer_physical_address: int
    allocation_list: list[AllocationEntry]
    patch_list: list[PatchLocation]
    submission_start: int
    submission_length: int
    submission_start_offset: int
    submission_end_offset: int
    submission_fence_id: int
    private: DmaBufferPrivate


@dataclass
class SubmitArguments:
    """DxgkDdiSubmitCommand. `paging`: a buffer of the memory manager's, without a device context."""

    dma_buffer: int
    dma_buffer_physical_address: int
    submission_start_offset: int
    submission_end_offset: int
    submission_fence_id: int
    private: DmaBufferPrivate
    context: Any = None
    paging: bool = False
    #: Logical ranges (first, bytes) that the window works on: not to be remapped before it is through.
    uses: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class TransferOperation:
    """Paging: copy `length` bytes between final addresses."""

    source: int
    destination: int
    length: int


@dataclass(frozen=True)
class FillOperation:
    """Paging: fill `length` bytes at a final address."""

    destination: int
    length: int
    pattern: int


@dataclass(frozen=True)
class MapApertureOperation:
    """Paging: MapApertureSegment. Offsets and counts in pages; `allocation` None: it is a DMA buffer that is mapped (the engine only
    reads it)."""

    segment_id: int
    offset_in_pages: int
    number_of_pages: int
    mdl: Mdl
    mdl_offset: int = 0
    cache_coherent: bool = True
    allocation: DriverAllocation | None = None


@dataclass(frozen=True)
class UnmapApertureOperation:
    """Paging: UnmapApertureSegment: the range goes to the page `dummy_pfn`."""

    segment_id: int
    offset_in_pages: int
    number_of_pages: int
    dummy_pfn: int


PagingOperation = TransferOperation | FillOperation | MapApertureOperation | UnmapApertureOperation


@dataclass
class PagingArguments:
    """DxgkDdiBuildPagingBuffer: one operation. The driver advances `dma_buffer`; STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER asks for
    another buffer."""

    operation: PagingOperation
    dma_buffer: int
    dma_size: int
    private: DmaBufferPrivate


@dataclass(frozen=True)
class Notification:
    """What the interrupt routine reports. `fence` is the completed, the preemption or the faulted one; `last_completed` belongs to
    a preemption; `code`, `address` and `dropped` (fences that will not run) to a fault."""

    kind: str
    fence: int
    last_completed: int = 0
    code: int = 0
    address: int = 0
    dropped: tuple[int, ...] = ()
