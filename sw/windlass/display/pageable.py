"""Pageable memory, of users and of the kernel: pages move while nobody has locked them.

The CPU always finds its bytes. A device that kept a page frame after its page was unlocked finds rubbish, which is the
point of this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..wdm.constants import MDL_PAGES_LOCKED, PAGE_SHIFT, PAGE_SIZE, bytes_to_pages, span_pages
from ..wdm.errors import DmaContractViolation
from ..wdm.kernel import Kernel
from ..wdm.mdl import Mdl
from .errors import AccessViolation

#: First virtual addresses of a process and of the kernel's paged pool.
USER_BASE = 0x0000_0001_0000_0000
PAGED_POOL_BASE = 0xFFFF_A000_0000_0000
#: What is left in a page frame that was given up.
RUBBISH = b"\xdd" * PAGE_SIZE


class PageableMemory:
    """Virtual pages from `base` on, over page frames of the board."""

    def __init__(self, kernel: Kernel, base: int) -> None:
        self._memory = kernel.memory
        self._next = base >> PAGE_SHIFT
        self._frames: dict[int, int] = {}
        self._locks: dict[int, int] = {}
        self._allocations: dict[int, int] = {}
        #: Called after each read with (address, bytes): what other threads of the process do meanwhile.
        self.after_read: Callable[[int, int], None] | None = None

    def allocate(self, length: int, *, non_paged: bool = False) -> int:
        """`length` zero bytes; returns their page-aligned address. A page that is never there follows. With `non_paged` they are
        physically contiguous and stay where they are. Raises OutOfMemory."""
        count = bytes_to_pages(length)
        pages = self._memory.pages
        pfns = pages.allocate_contiguous(count) if non_paged else pages.allocate_scattered(count)
        first = self._next
        self._next += count + 1
        for index, pfn in enumerate(pfns):
            self._frames[first + index] = pfn
            self._locks[first + index] = int(non_paged)
            self._memory.write_physical(pfn << PAGE_SHIFT, bytes(PAGE_SIZE))
        self._allocations[first] = count
        return first << PAGE_SHIFT

    def free(self, address: int) -> None:
        """Give back what :meth:`allocate` gave. CV-BUSY while a page is locked. Raises KeyError for another address, and for what
        is not paged."""
        first = address >> PAGE_SHIFT
        pages = range(first, first + self._allocations[first])
        if any(self._locks.get(page) for page in pages):
            raise DmaContractViolation("CV-BUSY", "memory", "unlock the pages before freeing them")
        del self._allocations[first]
        self._memory.pages.release([self._frames.pop(page) for page in pages])

    # --- the CPU ---
    def read(self, address: int, length: int) -> bytes:
        """Bytes of a virtual range. Raises AccessViolation."""
        data = b"".join(self._memory.read_physical(at, take) for at, take in self._pieces(address, length))
        if self.after_read is not None:
            self.after_read(address, length)
        return data

    def write(self, address: int, data: bytes) -> None:
        """The CPU stores bytes. Raises AccessViolation; nothing is stored then."""
        position = 0
        for at, take in list(self._pieces(address, len(data))):
            self._memory.write_physical(at, bytes(data[position : position + take]))
            position += take

    def _pieces(self, address: int, length: int) -> Iterator[tuple[int, int]]:
        while length > 0:
            pfn = self._frames.get(address >> PAGE_SHIFT)
            if pfn is None:
                raise AccessViolation(address)
            take = min(length, PAGE_SIZE - address % PAGE_SIZE)
            yield (pfn << PAGE_SHIFT) + address % PAGE_SIZE, take
            address, length = address + take, length - take

    # --- locks ---
    def lock(self, address: int, length: int) -> Mdl:
        """MmProbeAndLockPages: an MDL of the range, whose pages stay where they are. Raises AccessViolation."""
        mdl = Mdl(address - address % PAGE_SIZE, address % PAGE_SIZE, length)
        first = address >> PAGE_SHIFT
        pages = range(first, first + span_pages(address, length))
        for page in pages:
            if page not in self._frames:
                raise AccessViolation(page << PAGE_SHIFT)
        for page in pages:
            self._locks[page] = self._locks.get(page, 0) + 1
        mdl.pfns = [self._frames[page] for page in pages]
        mdl.mdl_flags |= MDL_PAGES_LOCKED
        return mdl

    def unlock(self, mdl: Mdl) -> None:
        """MmUnlockPages. CV-MDL when the MDL is not locked."""
        if not mdl.mdl_flags & MDL_PAGES_LOCKED:
            raise DmaContractViolation("CV-MDL", "mm_unlock_pages", "unlock what was locked, once")
        mdl.mdl_flags &= ~MDL_PAGES_LOCKED
        first = mdl.start_va >> PAGE_SHIFT
        for page in range(first, first + len(mdl.pfns)):
            self._locks[page] -= 1

    def lock_count(self, address: int) -> int:
        """How many locks hold the page of `address`."""
        return self._locks.get(address >> PAGE_SHIFT, 0)

    def frame(self, address: int) -> int | None:
        """Page frame of an address, now."""
        return self._frames.get(address >> PAGE_SHIFT)

    def trim(self) -> int:
        """The memory manager needs page frames: every page that is not locked goes elsewhere. Returns how many."""
        pages = [page for page in self._frames if not self._locks.get(page)]
        for page in pages:
            old = self._frames[page]
            data = self._memory.read_physical(old << PAGE_SHIFT, PAGE_SIZE)
            (new,) = self._memory.pages.allocate_scattered(1)
            self._memory.write_physical(new << PAGE_SHIFT, data)
            self._memory.write_physical(old << PAGE_SHIFT, RUBBISH)
            self._memory.pages.release([old])
            self._frames[page] = new
        return len(pages)
