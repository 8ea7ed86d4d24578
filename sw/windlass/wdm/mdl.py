"""Memory descriptor lists: which page frames a buffer lies in, and walks over chains of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .constants import (
    MDL_PAGES_LOCKED,
    MDL_SOURCE_IS_NONPAGED_POOL,
    PAGE_SHIFT,
    PAGE_SIZE,
    span_pages,
)
from .errors import DmaContractViolation

_LOCKED = MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL
_BLOCK_4G_PAGES = 1 << (32 - PAGE_SHIFT)


@dataclass(eq=False)
class Mdl:
    """MDL: `start_va` (page aligned) + `byte_offset`, `byte_count` bytes, one page frame number a page.

    The virtual address of an MDL is an index into the buffer, not something to dereference.
    """

    start_va: int
    byte_offset: int
    byte_count: int
    pfns: list[int] = field(default_factory=list)
    mdl_flags: int = 0
    next: Mdl | None = None

    @property
    def virtual_address(self) -> int:
        """MmGetMdlVirtualAddress."""
        return self.start_va + self.byte_offset

    @property
    def locked(self) -> bool:
        return bool(self.mdl_flags & _LOCKED)

    def pfn_at(self, offset: int) -> int:
        """Page frame of the byte `offset` bytes into this MDL's buffer."""
        return self.pfns[(self.byte_offset + offset) >> PAGE_SHIFT]


class Part(NamedTuple):
    """The piece of a region that lies in one MDL of a chain."""

    mdl: Mdl
    offset: int
    length: int

    @property
    def address(self) -> int:
        return self.mdl.virtual_address + self.offset

    @property
    def span(self) -> int:
        return span_pages(self.address, self.length)


class PhysicalRun(NamedTuple):
    """Physically contiguous bytes of one MDL: `pfns` are consecutive, the first byte is at `offset` in the first page."""

    pfns: tuple[int, ...]
    offset: int
    length: int
    mdl: Mdl

    @property
    def physical(self) -> int:
        return (self.pfns[0] << PAGE_SHIFT) + self.offset


def chain(mdl: Mdl) -> Iterator[Mdl]:
    """The MDLs of a chain, first to last."""
    link: Mdl | None = mdl
    while link is not None:
        yield link
        link = link.next


def chain_length(mdl: Mdl) -> int:
    """Bytes in all buffers of a chain."""
    total, link = 0, mdl
    while link is not None:
        total += link.byte_count
        link = link.next
    return total


def inside(mdl: Mdl, offset: int, length: int) -> bool:
    """Is [offset, offset+length) a region of the chain? An empty one must begin inside too."""
    if offset < 0 or length < 0:
        return False
    end, total, link = max(offset + length, offset + 1), 0, mdl
    while link is not None and total < end:  # a long chain is not walked to its end
        total += link.byte_count
        link = link.next
    return total >= end


def parts(mdl: Mdl, offset: int, length: int) -> Iterator[Part]:
    """The region [offset, offset+length) of the chain, cut at MDL ends. Offsets count from the first buffer's start."""
    link: Mdl | None = mdl
    while link is not None and length > 0:
        count = link.byte_count
        if offset >= count:
            offset -= count
        else:
            take = min(length, count - offset)
            yield Part(link, offset, take)
            length -= take
            offset = 0
        link = link.next


def region_span(mdl: Mdl, offset: int, length: int) -> int:
    """Map registers that a region takes: the pages of each MDL's part, added up."""
    return sum(part.span for part in parts(mdl, offset, length))


def runs(mdl: Mdl, offset: int, length: int, block: int = _BLOCK_4G_PAGES) -> Iterator[PhysicalRun]:
    """The physical runs of a region in buffer order. A run ends with its MDL and at every boundary of `block` pages."""
    for part in parts(mdl, offset, length):
        link, remaining = part.mdl, part.length
        pfns = link.pfns
        start = link.byte_offset + part.offset
        first, in_page = start >> PAGE_SHIFT, start & (PAGE_SIZE - 1)
        while remaining:
            take = PAGE_SIZE - in_page
            last = first
            while take < remaining and pfns[last + 1] == pfns[last] + 1 and pfns[last + 1] % block:
                last += 1
                take += PAGE_SIZE
            take = min(take, remaining)
            yield PhysicalRun(tuple(pfns[first : last + 1]), in_page, take, link)
            remaining -= take
            first, in_page = last + 1, 0


def require_locked(mdl: Mdl | None, routine: str) -> None:
    """CV-MDL unless every MDL of the chain has its pages locked."""
    link = mdl
    while link is not None and link.mdl_flags & _LOCKED:
        link = link.next
    if mdl is None or link is not None:
        raise DmaContractViolation(
            "CV-MDL", routine, "lock the pages of every MDL (MmProbeAndLockPages or MmBuildMdlForNonPagedPool)"
        )
