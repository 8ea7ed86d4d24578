"""What the documentation of the display model leaves open, one switch each, and the sizes of the modelled GPU."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DisplayChoices:
    """Open choices and sizes; pages are of 4096 bytes, lengths in bytes."""

    #: The Windlass channel that is the GPU's engine.
    channel: int = 0
    #: Map registers of the aperture segment, pages of the local segment.
    aperture_pages: int = 96
    local_pages: int = 64
    #: Pages at the start of the aperture that are kept for DMA buffers.
    buffer_pages: int = 16
    #: Size of a DMA buffer (a multiple of a page) and entries of its patch location list.
    dma_buffer_size: int = 4096
    patch_list_size: int = 256
    #: 32-byte descriptors; None: when the engine has 2-D copies, which need them.
    wide: bool | None = None
    #: Where a preemption stops: "buffer" lets the submission that runs end, "command" stops behind a descriptor.
    preemption: str = "command"
    #: What the engine finds in an aperture page that was unmapped: "fault", or the dummy page ("redirect"). The map register
    #: holds the dummy page either way.
    dummy_page: str = "fault"
    #: STATUS_INVALID_PARAMETER and STATUS_INVALID_USER_BUFFER of Render become STATUS_ILLEGAL_INSTRUCTION, as is allowed.
    fold_into_illegal: bool = False
    #: Where DMA buffers are: "aperture" (pageable, locked and mapped for each submission), or "system" (segment set 0: contiguous
    #: non-paged memory that the driver has mapped for good; the engine has no other way to physical addresses).
    dma_buffers: str = "aperture"
    #: Patch is called twice and must give the same bytes, and change nothing but what the patch list names.
    check_patch: bool = True
    #: Patch is left out for a window whose addresses Render's pre-patching already got right.
    skip_patch: bool = False

    def __post_init__(self) -> None:
        rules = {
            "preemption": ("buffer", "command"),
            "dummy_page": ("fault", "redirect"),
            "dma_buffers": ("aperture", "system"),
        }
        for name, values in rules.items():
            if getattr(self, name) not in values:
                raise ValueError(f"{name} must be one of {', '.join(values)}")
        if self.dma_buffer_size <= 0 or self.dma_buffer_size % 4096:
            raise ValueError("a DMA buffer is a number of whole pages")
        if not self.dma_buffer_size // 4096 < self.buffer_pages < self.aperture_pages:
            raise ValueError("the aperture keeps room for a DMA buffer and a paging buffer, and for more")
