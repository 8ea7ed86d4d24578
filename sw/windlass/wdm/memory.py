"""Physical pages, and a flat kernel address space over them.

A driver touches its buffers through :meth:`Memory.read` and :meth:`Memory.write` with virtual addresses. Pages come out
either physically contiguous or deliberately scattered; both are the same on every run.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator

from ..platform import Platform
from .cache import WriteBackCache
from .constants import PAGE_SHIFT, PAGE_SIZE, bytes_to_pages, span_pages
from .errors import DmaContractViolation
from .mdl import Mdl, runs

#: First virtual address of the model's non-paged memory, by the bits of a pointer.
KERNEL_BASE = {64: 0xFFFF_8000_0000_0000, 32: 0x8000_0000}
#: Page frames at the bottom of RAM that are never given out.
RESERVED_PAGES = 16


class OutOfMemory(Exception):
    """No free page frames that fit the request."""


@functools.cache
def _scatter_order(count: int, seed: int) -> tuple[int, ...]:
    """Page frames in no order, the lower quarter (wanted for contiguous memory) for the end."""
    upper = list(range(max(RESERVED_PAGES, count // 4), count))
    random.Random(seed).shuffle(upper)
    return (*range(RESERVED_PAGES, max(RESERVED_PAGES, count // 4)), *upper)


class PhysicalPages:
    """The page frames of RAM, free or taken."""

    def __init__(self, ram_size: int, seed: int = 0x57444C53) -> None:
        self.count = ram_size >> PAGE_SHIFT
        self._free = bytearray(b"\x01" * self.count)
        self._free[:RESERVED_PAGES] = bytes(min(RESERVED_PAGES, self.count))
        #: Page frames in the order in which scattered requests take them (last first).
        self._scatter = list(_scatter_order(self.count, seed))

    def free_count(self) -> int:
        """Free page frames."""
        return sum(self._free)

    def allocate_scattered(self, count: int) -> list[int]:
        """`count` page frames in no order. Raises OutOfMemory."""
        taken: list[int] = []
        while len(taken) < count:
            if not self._scatter:
                self.release(taken)
                raise OutOfMemory(f"{count} page frames")
            pfn = self._scatter.pop()
            if self._free[pfn]:
                self._free[pfn] = 0
                taken.append(pfn)
        return taken

    def reserve(self, first: int, count: int) -> None:
        """Take these page frames for good, when they exist."""
        self._free[first : min(first + count, self.count)] = bytes(max(0, min(count, self.count - first)))

    def allocate_contiguous(self, count: int, highest: int | None = None, block: int = 1 << 20) -> list[int]:
        """`count` page frames in a row, the lowest that fit; the last byte is at most at physical `highest`.

        A run never crosses a boundary of `block` pages (4 GiB unless said). Raises OutOfMemory.
        """
        end = self.count if highest is None else min(self.count, (highest + 1) >> PAGE_SHIFT)
        wanted = b"\x01" * count
        first = self._free.find(wanted, 0, end)
        while first >= 0 and first // block != (first + count - 1) // block:
            first = self._free.find(wanted, (first // block + 1) * block, end)
        if first < 0 or count > block:
            raise OutOfMemory(f"{count} contiguous page frames")
        self._free[first : first + count] = bytes(count)
        return list(range(first, first + count))

    def release(self, pfns: list[int]) -> None:
        """Give page frames back."""
        for pfn in pfns:
            if self._free[pfn]:
                raise ValueError(f"page frame {pfn:#x} is free already")
            self._free[pfn] = 1
        self._scatter.extend(reversed(pfns))


class Memory:
    """Non-paged kernel memory: virtual pages over page frames, and the guard on common buffers."""

    def __init__(
        self, platform: Platform, seed: int = 0x57444C53, *, pointer_bits: int = 64, coherent: bool = True
    ) -> None:
        self._platform = platform
        #: The CPU's cache, on a board where devices do not see it.
        self.cache = None if coherent else WriteBackCache(platform.read_mem, platform.write_mem)
        self._uncached: set[int] = set()
        #: Called with the page frames that are about to be freed.
        self.before_free: Callable[[set[int]], None] = lambda pfns: None
        #: Physical ranges (first byte, bytes) that the CPU must not touch now, by who forbids it.
        self._forbidden: dict[object, list[tuple[int, int]]] = {}
        self.pages = PhysicalPages(platform.ram_size, seed)
        self._pfn_of: dict[int, int] = {}
        self._allocations: dict[int, tuple[int, int]] = {}
        self._limits: dict[int, int] = {}
        self._next_page = KERNEL_BASE[pointer_bits] >> PAGE_SHIFT

    def allocate(
        self,
        length: int,
        *,
        offset: int = 0,
        contiguous: bool = False,
        highest: int | None = None,
        block: int = 1 << 20,
    ) -> int:
        """Take memory for `length` bytes that start `offset` bytes into the first page; returns the virtual address.

        Scattered over physical pages unless `contiguous` (then also below `highest` and within `block` pages). Raises
        OutOfMemory.
        """
        count = span_pages(offset, length)
        if contiguous:
            pfns = self.pages.allocate_contiguous(count, highest, block)
        else:
            pfns = self.pages.allocate_scattered(count)
        return self.map_pages(pfns) + offset

    def map_pages(self, pfns: list[int]) -> int:
        """Make page frames visible in a row; returns the virtual address of the first. Mostly for tests."""
        first = self._next_page
        self._next_page += len(pfns) + 1  # one page that is never mapped after each allocation
        for index, pfn in enumerate(pfns):
            self._pfn_of[first + index] = pfn
        self._allocations[first] = (first, len(pfns))
        return first << PAGE_SHIFT

    def free(self, address: int) -> None:
        """Give back what :meth:`allocate` gave. Raises KeyError for any other address; CV-BUSY while it is mapped."""
        first, count = self._allocations[address >> PAGE_SHIFT]
        self.before_free({self._pfn_of[first + index] for index in range(count)})
        del self._allocations[first]
        self._limits.pop(first, None)
        pfns = [self._pfn_of.pop(first + index) for index in range(count)]
        if self.cache is not None:
            for pfn in pfns:
                self.cache.invalidate(pfn << PAGE_SHIFT, PAGE_SIZE)
            self._uncached.difference_update(pfns)
        self.pages.release(pfns)

    def guard(self, address: int, length: int) -> None:
        """From now on only the first `length` bytes of this (page aligned) allocation may be touched: CV-COMMON."""
        self._limits[address >> PAGE_SHIFT] = length

    def frames(self, address: int, length: int) -> list[int]:
        """Page frame numbers of a virtual range. Raises ValueError when it is not mapped."""
        first = address >> PAGE_SHIFT
        try:
            return [self._pfn_of[first + index] for index in range(span_pages(address, length))]
        except KeyError:
            raise ValueError(f"virtual range {address:#x}+{length:#x} is not mapped") from None

    def read(self, address: int, length: int) -> bytes:
        """Bytes of a virtual range, as the CPU sees them. CV-COMMON, CV-ACCESS."""
        return b"".join(self.read_physical(physical, take) for physical, take in self._pieces(address, length))

    def write(self, address: int, data: bytes) -> None:
        """The CPU stores bytes into a virtual range. CV-COMMON, CV-ACCESS."""
        position = 0
        for physical, take in self._pieces(address, len(data)):
            self.write_physical(physical, bytes(data[position : position + take]))
            position += take

    # --- the CPU's view of physical memory ---
    def read_physical(self, address: int, length: int) -> bytes:
        """Bytes within one page, as the CPU sees them."""
        if self.cache is not None and address >> PAGE_SHIFT not in self._uncached:
            return self.cache.read(address, length)
        return self._platform.read_mem(address, length)

    def write_physical(self, address: int, data: bytes) -> None:
        """The CPU stores bytes within one page."""
        if self.cache is not None and address >> PAGE_SHIFT not in self._uncached:
            self.cache.write(address, data)
        else:
            self._platform.write_mem(address, data)

    def set_uncached(self, address: int, uncached: bool) -> None:
        """From now on the CPU goes past its cache in this allocation, or not."""
        if self.cache is None or not uncached:
            return
        first, count = self._allocations[address >> PAGE_SHIFT]
        for index in range(count):
            pfn = self._pfn_of[first + index]
            self.cache.clean(pfn << PAGE_SHIFT, PAGE_SIZE)
            self.cache.invalidate(pfn << PAGE_SHIFT, PAGE_SIZE)
            self._uncached.add(pfn)

    def clean(self, mdl: Mdl, offset: int, length: int) -> None:
        """Write back what the CPU has of a region of an MDL chain; nothing on a coherent board."""
        if self.cache is not None:
            for run in runs(mdl, offset, length):
                self.cache.clean(run.physical, run.length)

    def invalidate(self, mdl: Mdl, offset: int, length: int) -> None:
        """Make the CPU forget a region of an MDL chain; nothing on a coherent board."""
        if self.cache is not None:
            for run in runs(mdl, offset, length):
                self.cache.invalidate(run.physical, run.length)

    def forbid(self, who: object, ranges: list[tuple[int, int]]) -> None:
        """CPU accesses to these physical ranges are CV-ACCESS until :meth:`allow`."""
        self._forbidden.setdefault(who, []).extend(ranges)

    def allow(self, who: object) -> None:
        """The end of :meth:`forbid`."""
        self._forbidden.pop(who, None)

    def _check_forbidden(self, address: int, length: int) -> None:
        for ranges in self._forbidden.values():
            for first, count in ranges:
                if address < first + count and first < address + length:
                    raise DmaContractViolation("CV-ACCESS", "memory", "flush before touching the buffer of a read")

    def _pieces(self, address: int, length: int) -> Iterator[tuple[int, int]]:
        if self._limits:
            self._check_limit(address, length)
        while length:
            in_page = address & (PAGE_SIZE - 1)
            take = min(length, PAGE_SIZE - in_page)
            pfn = self._pfn_of.get(address >> PAGE_SHIFT)
            if pfn is None:
                raise ValueError(f"virtual address {address:#x} is not mapped")
            if self._forbidden:
                self._check_forbidden((pfn << PAGE_SHIFT) + in_page, take)
            yield (pfn << PAGE_SHIFT) + in_page, take
            address += take
            length -= take

    def _check_limit(self, address: int, length: int) -> None:
        for first, limit in self._limits.items():
            base = first << PAGE_SHIFT
            if base <= address < base + bytes_to_pages(limit) * PAGE_SIZE and address + length > base + limit:
                raise DmaContractViolation("CV-COMMON", "memory", f"touch only the {limit} bytes that were asked for")
