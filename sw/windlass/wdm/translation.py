"""Mapping by translation (HWMAP): regions of MDL chains onto runs of map registers. Profile `native`.

Page k of a region goes through map register k of the grant, so that a buffer in one MDL is contiguous in logical
addresses however scattered it is in memory. Nothing is ever copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .constants import PAGE_SHIFT, PAGE_SIZE
from .mapping import check_alignment
from .mdl import Mdl, PhysicalRun, runs
from .structures import ScatterGatherElement

if TYPE_CHECKING:
    from .adapter import DmaAdapter


class Pieces:
    """Walks a region and collects what goes through the free map registers of a grant.

    `first` is the grant's next free register, `count` how many there are.
    """

    def __init__(self, adapter: DmaAdapter, routine: str, first: int, count: int) -> None:
        self.adapter = adapter
        self.routine = routine
        self.first = first
        self.count = count
        self.used = 0
        self.elements: list[ScatterGatherElement] = []
        self.mapped = 0
        self.frames: list[tuple[int, tuple[int, ...]]] = []

    def walk(
        self, mdl: Mdl, offset: int, length: int, *, max_elements: int | None = None, merge: bool | None = None
    ) -> Pieces:
        """Take as much of the region as registers and `max_elements` allow; stops on an element boundary."""
        adapter, elements = self.adapter, self.elements
        choices = adapter.kernel.choices
        single, pack = adapter.single_element, choices.pack_chains
        window, count = choices.map_window_base, self.count
        if merge is None:
            merge = single or choices.merge_elements
        last_mdl: Mdl | None = None
        end = -1  # logical address after the last element
        for run in runs(mdl, offset, length):
            pfns, in_page, taken, of = run
            free = count - self.used
            if free <= 0:
                break
            short = len(pfns) > free
            if short:
                pfns, taken = pfns[:free], free * PAGE_SIZE - in_page
            logical = window + ((self.first + self.used) << PAGE_SHIFT) + in_page
            joins = logical == end and not (single and last_mdl is not of and not pack)
            if joins and merge:
                elements[-1].length += taken
            elif elements and (single or len(elements) == max_elements):
                break
            else:
                elements.append(ScatterGatherElement(logical, taken))
            if not adapter.master:
                check_alignment(adapter, PhysicalRun(pfns, in_page, taken, of), self.routine)
            self.frames.append((self.first + self.used, pfns))
            self.used += len(pfns)
            self.mapped += taken
            last_mdl, end = of, logical + taken
            if short:
                break
        return self


def count_elements(adapter: DmaAdapter, mdl: Mdl, offset: int, length: int) -> int:
    """Elements of a list over a region: one a physical run, or as few as merging gives."""
    if adapter.single_element:
        return 1
    merge = adapter.kernel.choices.merge_elements
    position = end = elements = 0
    for run in runs(mdl, offset, length):
        start = (position << PAGE_SHIFT) + run.offset
        elements += not (merge and elements and start == end)
        end = start + run.length
        position += len(run.pfns)
    return elements


def packs_into_one(adapter: DmaAdapter, mdl: Mdl, offset: int, length: int) -> bool:
    """Can the region be one logically contiguous piece? Every MDL joint must then lie on a page boundary."""
    previous: PhysicalRun | None = None
    for run in runs(mdl, offset, length):
        if previous is not None:
            if (previous.offset + previous.length) % PAGE_SIZE or run.offset:
                return False
            if previous.mdl is not run.mdl and not adapter.kernel.choices.pack_chains:
                return False
        previous = run
    return True
