"""Mapping on a PC: the buffer's own pages where the device reaches them, else bounce pages and copies.

A map register owns one page that every device reaches. Data is copied in when a write is mapped, out when a read is
flushed. What is reachable and in one run is used as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..channel_queue import Grant
from ..constants import PAGE_SHIFT, PAGE_SIZE
from ..mapping import check_alignment
from ..mdl import Mdl, PhysicalRun, parts, runs
from ..structures import ScatterGatherElement

if TYPE_CHECKING:
    from ..adapter import DmaAdapter
    from .hal import PcHal


@dataclass(frozen=True)
class Piece:
    """`length` bytes of a region from `offset` (over the MDL chain), at `physical` for the device.

    `register`: index of the first map register behind it; `bounced`: its page is a copy.
    """

    offset: int
    length: int
    physical: int
    register: int
    registers: int
    bounced: bool


class BounceMapper:
    """Plans and makes mappings for adapters of profile `pc`."""

    def __init__(self, hal: PcHal) -> None:
        self._hal = hal

    # --- plans ---
    def plan(
        self, adapter: DmaAdapter, mdl: Mdl, offset: int, length: int, first: int | None, count: int
    ) -> Iterator[Piece]:
        """The pieces of a region in order, as far as registers go. `first`: the first register, None without any."""
        pieces = runs(mdl, offset, length, self._hal.block_pages(adapter))
        if first is None:
            for run in pieces:
                yield Piece(offset, run.length, run.physical, 0, 0, False)
                offset += run.length
        elif adapter.scatter_gather:
            yield from self._by_runs(adapter, pieces, offset, first, count)
        elif count:
            yield self._as_one(adapter, mdl, offset, length, list(pieces), first, count)

    def _by_runs(
        self, adapter: DmaAdapter, pieces: Iterator[PhysicalRun], offset: int, first: int, count: int
    ) -> Iterator[Piece]:
        for run in pieces:
            take = min(len(run.pfns), count)
            if not take:
                return
            length = min(run.length, take * PAGE_SIZE - run.offset)
            bounced = run.physical + length - 1 > adapter.limit
            physical = self._hal.page_address(first) + run.offset if bounced else run.physical
            yield Piece(offset, length, physical, first, take, bounced)
            offset, first, count = offset + length, first + take, count - take

    def _as_one(
        self,
        adapter: DmaAdapter,
        mdl: Mdl,
        offset: int,
        length: int,
        pieces: list[PhysicalRun],
        first: int,
        count: int,
    ) -> Piece:
        run = pieces[0]
        if len(pieces) == 1 and run.physical + run.length - 1 <= adapter.limit:
            return Piece(offset, length, run.physical, first, 0, False)
        if not self._hal.kernel.choices.pack_chains:
            length = next(iter(parts(mdl, offset, length))).length
        length = min(length, count * PAGE_SIZE - run.offset)
        pages = (run.offset + length + PAGE_SIZE - 1) >> PAGE_SHIFT
        return Piece(offset, length, self._hal.page_address(first) + run.offset, first, pages, True)

    def elements(self, pieces: list[Piece], merge: bool) -> list[ScatterGatherElement]:
        """What the device gets: adjacent bounced pieces are one element when `merge` says so."""
        out: list[ScatterGatherElement] = []
        before: Piece | None = None
        for piece in pieces:
            joins = before is not None and before.bounced and piece.bounced
            if joins and merge and out[-1].address + out[-1].length == piece.physical:
                out[-1].length += piece.length
            else:
                out.append(ScatterGatherElement(piece.physical, piece.length))
            before = piece
        return out

    # --- mapping ---
    def map(
        self,
        grant: Grant,
        routine: str,
        mdl: Mdl,
        offset: int,
        length: int,
        write: bool,
        max_elements: int | None,
        merge: bool | None,
    ) -> tuple[list[ScatterGatherElement], int, list[Piece]]:
        """Map as much as registers and `max_elements` allow; copies in what is bounced for a write."""
        adapter, kernel = grant.adapter, self._hal.kernel
        merging = kernel.choices.merge_bounced_elements if merge is None else merge and max_elements != 1
        if not adapter.master:
            for run in runs(mdl, offset, length):
                check_alignment(adapter, run, routine)
        first = grant.run.first + grant.next_reg if grant.run else (None if not adapter.needs_regs else 0)
        taken: list[Piece] = []
        for piece in self.plan(adapter, mdl, offset, length, first, grant.count - grant.next_reg):
            if max_elements is not None and len(self.elements([*taken, piece], merging)) > max_elements:
                break
            taken.append(piece)
        grant.next_reg += sum(piece.registers for piece in taken)
        for piece in taken:
            if piece.bounced:
                self._prepare(grant, mdl, piece, write)
        return self.elements(taken, merging), sum(piece.length for piece in taken), taken

    def _prepare(self, grant: Grant, mdl: Mdl, piece: Piece, write: bool) -> None:
        adapter, kernel = grant.adapter, self._hal.kernel
        if write:
            at = piece.physical
            for run in runs(mdl, piece.offset, piece.length):
                for physical, take in _pages(run):
                    kernel.platform.write_mem(at, kernel.memory.read_physical(physical, take))
                    at += take
            return
        if self._ignores_count(adapter) and kernel.choices.ignore_count_zero_fill:
            kernel.platform.write_mem(piece.physical, bytes(piece.length))
        if kernel.choices.strict_access:
            ranges = [(run.physical, run.length) for run in runs(mdl, piece.offset, piece.length)]
            kernel.memory.forbid(grant, ranges)

    def unmap(self, grant: Grant) -> None:
        """Copy back what the device wrote into bounce pages."""
        mapping, adapter, kernel = grant.mapping, grant.adapter, self._hal.kernel
        if mapping is None:
            return
        kernel.memory.allow(grant)
        if mapping.write:
            return
        good = mapping.length
        counted = mapping.transfer is not None and not adapter.description.auto_initialize
        if counted and not self._ignores_count(adapter):
            good -= adapter.binding.channel.counter()  # the rest of the buffer keeps what it had
        for piece in mapping.pieces:
            wanted = min(piece.length, mapping.offset + good - piece.offset)
            if not piece.bounced or wanted <= 0:
                continue
            at = piece.physical
            for run in runs(mapping.mdl, piece.offset, wanted):
                for physical, take in _pages(run):
                    kernel.memory.write_physical(physical, kernel.platform.read_mem(at, take))
                    at += take

    @staticmethod
    def _ignores_count(adapter: DmaAdapter) -> bool:
        return not adapter.master and bool(adapter.description.ignore_count) and adapter.description.version >= 1

    # --- MDLs of what the device really uses ---
    def real_mdl(self, grant: Grant, original: Mdl) -> Mdl:
        """`original` when nothing was bounced, else a chain over the pages that the device uses."""
        mapping = grant.mapping
        assert mapping is not None
        if not any(piece.bounced for piece in mapping.pieces):
            return original
        first = last = None
        for piece in mapping.pieces:
            page, in_page = divmod(piece.physical, PAGE_SIZE)
            pages = (in_page + piece.length + PAGE_SIZE - 1) >> PAGE_SHIFT
            frames = list(range(page, page + pages))
            ends = last is not None and (last.byte_offset + last.byte_count) % PAGE_SIZE == 0
            if last is not None and ends and not in_page:
                last.pfns += frames
                last.byte_count += piece.length
                continue
            mdl = Mdl(original.start_va, in_page, piece.length, frames, original.mdl_flags)
            if last is None:
                first = mdl
            else:
                last.next = mdl
            last = mdl
        assert first is not None
        return first


def _pages(run: PhysicalRun) -> Iterator[tuple[int, int]]:
    """(physical address, bytes) of a run, cut at page ends."""
    at, left = run.physical, run.length
    while left:
        take = min(left, PAGE_SIZE - at % PAGE_SIZE)
        yield at, take
        at, left = at + take, left - take
