"""Physical pages, and a flat kernel address space over them.

A driver touches its buffers through :meth:`Memory.read` and :meth:`Memory.write` with virtual addresses. Pages come out
either physically contiguous or deliberately scattered; both are the same on every run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from ..platform import Platform
from .constants import PAGE_SHIFT, PAGE_SIZE, bytes_to_pages, span_pages
from .errors import DmaContractViolation

#: First virtual address of the model's non-paged memory, by the bits of a pointer.
KERNEL_BASE = {64: 0xFFFF_8000_0000_0000, 32: 0x8000_0000}
#: Page frames at the bottom of RAM that are never given out.
RESERVED_PAGES = 16


class OutOfMemory(Exception):
    """No free page frames that fit the request."""


class PhysicalPages:
    """The page frames of RAM, free or taken."""

    def __init__(self, ram_size: int, seed: int = 0x57444C53) -> None:
        self.count = ram_size >> PAGE_SHIFT
        self._free = bytearray(b"\x01" * self.count)
        self._free[:RESERVED_PAGES] = bytes(min(RESERVED_PAGES, self.count))
        upper = list(range(max(RESERVED_PAGES, self.count // 4), self.count))
        random.Random(seed).shuffle(upper)
        lower = list(range(RESERVED_PAGES, max(RESERVED_PAGES, self.count // 4)))
        #: Page frames in the order in which scattered requests take them (last first).
        self._scatter = lower + upper

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

    def allocate_contiguous(self, count: int, highest: int | None = None) -> list[int]:
        """`count` page frames in a row, the lowest that fit; the last byte is at most at physical `highest`.

        A run never crosses a 4 GiB boundary. Raises OutOfMemory.
        """
        end = self.count if highest is None else min(self.count, (highest + 1) >> PAGE_SHIFT)
        wanted = b"\x01" * count
        first = self._free.find(wanted, 0, end)
        block = 1 << (32 - PAGE_SHIFT)
        while first >= 0 and first // block != (first + count - 1) // block:
            first = self._free.find(wanted, (first // block + 1) * block, end)
        if first < 0:
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

    def __init__(self, platform: Platform, seed: int = 0x57444C53, pointer_bits: int = 64) -> None:
        self._platform = platform
        self.pages = PhysicalPages(platform.ram_size, seed)
        self._pfn_of: dict[int, int] = {}
        self._allocations: dict[int, tuple[int, int]] = {}
        self._limits: dict[int, int] = {}
        self._next_page = KERNEL_BASE[pointer_bits] >> PAGE_SHIFT

    def allocate(self, length: int, *, offset: int = 0, contiguous: bool = False, highest: int | None = None) -> int:
        """Take memory for `length` bytes that start `offset` bytes into the first page; returns the virtual address.

        Scattered over physical pages unless `contiguous`. Raises OutOfMemory.
        """
        count = span_pages(offset, length)
        if contiguous:
            pfns = self.pages.allocate_contiguous(count, highest)
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
        """Give back what :meth:`allocate` gave. Raises KeyError for any other address."""
        first, count = self._allocations.pop(address >> PAGE_SHIFT)
        self._limits.pop(first, None)
        self.pages.release([self._pfn_of.pop(first + index) for index in range(count)])

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
        """Bytes of a virtual range."""
        return b"".join(self._platform.read_mem(physical, take) for physical, take in self._pieces(address, length))

    def write(self, address: int, data: bytes) -> None:
        """Store bytes into a virtual range."""
        position = 0
        for physical, take in self._pieces(address, len(data)):
            self._platform.write_mem(physical, bytes(data[position : position + take]))
            position += take

    def _pieces(self, address: int, length: int) -> Iterator[tuple[int, int]]:
        if self._limits:
            self._check_limit(address, length)
        while length:
            in_page = address & (PAGE_SIZE - 1)
            take = min(length, PAGE_SIZE - in_page)
            pfn = self._pfn_of.get(address >> PAGE_SHIFT)
            if pfn is None:
                raise ValueError(f"virtual address {address:#x} is not mapped")
            yield (pfn << PAGE_SHIFT) + in_page, take
            address += take
            length -= take

    def _check_limit(self, address: int, length: int) -> None:
        for first, limit in self._limits.items():
            base = first << PAGE_SHIFT
            if base <= address < base + bytes_to_pages(limit) * PAGE_SIZE and address + length > base + limit:
                raise DmaContractViolation("CV-COMMON", "memory", f"touch only the {limit} bytes that were asked for")
