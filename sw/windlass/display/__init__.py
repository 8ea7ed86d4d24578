"""The display model: command buffers of users become validated DMA buffers that the engine fetches through an aperture.

A :class:`GraphicsKernel` on a :class:`windlass.wdm.Kernel` is the system, :class:`DisplayMiniport` the driver of a GPU whose engine is a Windlass
channel, :class:`CommandBuffer` what a user-mode driver writes. ``docs/display.md`` tells the life of a command.
"""

from .choices import DisplayChoices
from .commands import ATOMIC, FROM_PATCH_LIST, CommandBuffer
from .errors import AccessViolation, BugCheck
from .graphics import GraphicsKernel
from .memory_manager import Device, DmaBuffer, OutOfVideoMemory, Submission, VideoAllocation
from .miniport import DisplayMiniport
from .pageable import PageableMemory
from .segments import APERTURE_SEGMENT, LOCAL_SEGMENT
from .structures import (
    DMA_COMPLETED,
    DMA_FAULTED,
    DMA_PREEMPTED,
    AllocationEntry,
    DmaBufferPrivate,
    FillOperation,
    MapApertureOperation,
    Notification,
    PagingArguments,
    PagingOperation,
    PatchArguments,
    PatchLocation,
    RenderArguments,
    SubmitArguments,
    TransferOperation,
    UnmapApertureOperation,
)

__all__ = [
    "APERTURE_SEGMENT",
    "ATOMIC",
    "DMA_COMPLETED",
    "DMA_FAULTED",
    "DMA_PREEMPTED",
    "FROM_PATCH_LIST",
    "LOCAL_SEGMENT",
    "AccessViolation",
    "AllocationEntry",
    "BugCheck",
    "CommandBuffer",
    "Device",
    "DisplayChoices",
    "DisplayMiniport",
    "DmaBuffer",
    "DmaBufferPrivate",
    "FillOperation",
    "GraphicsKernel",
    "MapApertureOperation",
    "Notification",
    "OutOfVideoMemory",
    "PageableMemory",
    "PagingArguments",
    "PagingOperation",
    "PatchArguments",
    "PatchLocation",
    "RenderArguments",
    "Submission",
    "SubmitArguments",
    "TransferOperation",
    "UnmapApertureOperation",
    "VideoAllocation",
]
