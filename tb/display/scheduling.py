"""Scenarios of splitting, preemption, aperture segments and faults: the rest of :data:`.scenarios.SCENARIOS`."""

from __future__ import annotations

import itertools
import random

from windlass.display import (
    DMA_COMPLETED,
    DMA_PREEMPTED,
    CommandBuffer,
    PatchLocation,
)
from windlass.platform import Platform
from windlass.wdm.status import (
    STATUS_GRAPHICS_NO_VIDEO_MEMORY,
    STATUS_SUCCESS,
)

from .machine import Machine
from .scenarios import map_frame, noise, scenario

PAGE = 4096


# ------------------------------------------------------------------ W18
@scenario
def w18_display(platform: Platform) -> None:
    """Alloc 2 does not fit: [0, 0x80) goes with fence 7, paging has 8, [0x80, 0x100) has 9; preempted while 9 runs: last completed 8;
    submitted again with fence 10 after a second Patch; the bytes are the same."""
    m = Machine(platform, wide=False, local_pages=4)
    g, form = m.graphics, m.driver.form
    one, two = (m.allocation(PAGE * n, noise(PAGE * n, n), local=True) for n in (1, 2))
    other = m.allocation(2 * PAGE, noise(2 * PAGE, 3), local=True)
    target = m.allocation(12 * PAGE)
    m.render(
        CommandBuffer().copy((2, 0), (0, 0), 1).copy((2, 1), (1, 0), 1), [(one, False), (other, False), (target, True)]
    )
    for _ in range(3):
        m.render(CommandBuffer().fill((0, 0), 8, 0), [(target, True)])
    g.wait_idle()
    m.render(CommandBuffer().copy((0, 0), (1, 0), 1), [(target, True), (other, False)])  # at work on `other`
    assert g._fence == 6 and len(g.outstanding) == 1
    to = m.device.handles[target].location()[1]
    code = [form.nop()] * 16
    code[1] = form.copy(0, to, PAGE)
    code[9] = form.copy(0, to + PAGE, 2 * PAGE)
    for i in range(10, 15):
        code[i] = form.fill(to + (3 + i - 10) * PAGE, PAGE, i)
    patches = [PatchLocation(1, 0, 0, 0, 0x10, 0), PatchLocation(2, 1, 0, 0, 0x90, 0x80)]
    buffer = m.kernel_buffer(b"".join(code), [0, one, two], patches, [0x70, 0xF0])
    m.calls.clear()
    assert g.submit_dma_buffer(buffer, m.device)
    assert m.calls == [
        ("patch", 7, 0, 0x80, 0, 1),
        ("submit", 7, 0, 0x80),
        ("paging", 8, 0, 0x20),  # alloc 2 in; nobody has written `other`
        ("patch", 9, 0x80, 0x100, 1, 1),
        ("submit", 9, 0x80, 0x100),
    ], m.calls
    assert m.device.handles[other].run is None  # evicted for it
    while g.outstanding[0].fence != 9:
        g._wait()
    left = g.preempt()
    assert [w.fence for w in left] == [9]
    report = g.reports[-1]
    assert (report.kind, report.fence, report.last_completed) == (DMA_PREEMPTED, 1, 8)
    g.resubmit(left)
    assert m.calls[-2:] == [("patch", 10, 0x80, 0x100, 1, 1), ("submit", 10, 0x80, 0x100)]
    g.wait_idle()
    want = noise(PAGE, 1) + noise(2 * PAGE, 2) + b"".join(i.to_bytes(4, "little") * 1024 for i in range(10, 15))
    assert m.content(target, 0, len(want)) == want
    assert m.fences()[-2:] == [(DMA_PREEMPTED, 1), (DMA_COMPLETED, 10)] and (DMA_COMPLETED, 9) not in m.fences()


# ------------------------------------------------------------------ splitting
@scenario
def a_buffer_that_needs_more_than_there_is(platform: Platform) -> None:
    """Allocations that never fit together: pieces end at SplitOffsets of the list, and the outcome is that of one piece."""
    m = Machine(platform, local_pages=5)
    data = [noise(2 * PAGE, seed) for seed in range(6)]
    handles = [m.allocation(2 * PAGE, content, local=True) for content in data]
    target = m.allocation(6 * PAGE)
    commands, want = CommandBuffer(), bytearray(6 * PAGE)
    rng = random.Random(3)
    memory = [bytearray(content) for content in data]
    for i in range(24):
        x, y, n = rng.randrange(6), rng.randrange(5 * PAGE), rng.randrange(1, PAGE)
        if i % 3 == 2:
            commands.copy((x, 100), (6, y), n)
            memory[x][100 : 100 + n] = want[y : y + n]
        else:
            commands.copy((6, y), (x, 50), n)
            want[y : y + n] = memory[x][50 : 50 + n]
    assert m.render(commands, [*((handle, True) for handle in handles), (target, True)]) == STATUS_SUCCESS
    pieces = [call[2:4] for call in m.calls if call[0] == "submit"]
    assert len(pieces) > 3
    assert pieces[0][0] == 0 and all(a[1] == b[0] for a, b in itertools.pairwise(pieces))
    for handle, content in zip(handles, memory, strict=True):
        assert m.content(handle) == content
    assert m.content(target) == want


@scenario
def what_is_bound_stays(platform: Platform) -> None:
    """Across a split the slot table keeps its allocations where they are; slots that are reprogrammed there do not, and a NULL entry
    unbinds."""
    m = Machine(platform, local_pages=4)
    g = m.graphics
    a, b, c = (m.allocation(size * PAGE, noise(size * PAGE, size), local=True) for size in (1, 2, 3))
    target = m.allocation(8 * PAGE)
    lists = [(0, False), (a, False), (b, False), (c, False), (target, True)]

    def buffer(unbind: bool) -> tuple[CommandBuffer, list[PatchLocation]]:
        commands, patches = CommandBuffer(), []
        for i, (index, slot) in enumerate(((1, 5), (2, 6), (3, 6))):
            if index == 3 and unbind:
                commands.unbind(5)
            patches.append(PatchLocation(index, slot, 0, 0, commands.next_operand() + 8, 0))
            commands.copy((4, i * PAGE), (0xFFFF_FFFF, 0), PAGE)
        return commands, patches

    where: list[tuple[int, int]] = []
    note = g.watch
    g.watch = lambda routine, args: (note(routine, args), where.append(m.device.handles[a].location()))
    assert m.render(buffer(False)[0], lists, buffer(False)[1]) == STATUS_SUCCESS  # slot 6 makes room for c
    submits = [call for call in m.calls if call[0] == "submit"]
    assert len(submits) == 2 and m.device.handles[a].location() == where[0] != (0, 0)
    assert m.device.handles[b].run is None and m.device.handles[c].run is not None
    data = [noise(size * PAGE, size)[:PAGE] for size in (1, 2, 3)]
    assert m.content(target, 0, 3 * PAGE) == b"".join(data)
    commands, patches = buffer(True)
    big = m.allocation(4 * PAGE, noise(4 * PAGE, 4), local=True)
    lists[3] = (big, False)
    g.wait_idle()
    assert (
        m.render(buffer(False)[0], lists, buffer(False)[1]) == STATUS_GRAPHICS_NO_VIDEO_MEMORY
    )  # a is bound in slot 5
    g.wait_idle()
    assert m.render(commands, lists, patches) == STATUS_SUCCESS
    assert m.content(target, 2 * PAGE, PAGE) == noise(4 * PAGE, 4)[:PAGE]
    assert m.device.handles[a].run is None


@scenario
def memory_in_fragments(platform: Platform) -> None:
    """What fits together is brought in together, although what is there already lies in the way; also when a window goes back."""
    m = Machine(platform, local_pages=6)
    a, b, c = (m.allocation(2 * PAGE, noise(2 * PAGE, seed), local=True) for seed in (1, 2, 3))
    d = m.allocation(3 * PAGE, noise(3 * PAGE, 4), local=True)
    lists = [(handle, True) for handle in (a, b, c)]
    assert m.render(CommandBuffer().copy((0, 0), (1, 0), 4).copy((2, 0), (1, 0), 4), lists) == STATUS_SUCCESS
    assert m.device.handles[b].run.first == 2  # in the middle
    assert m.render(CommandBuffer().copy((0, 0), (1, 0), PAGE), [(d, True), (b, False)]) == STATUS_SUCCESS
    assert m.content(d) == noise(2 * PAGE, 2)[:PAGE] + noise(3 * PAGE, 4)[PAGE:]
    m.render(CommandBuffer().copy((0, 0), (1, PAGE), PAGE), [(d, True), (b, False)])
    left = m.graphics.preempt()
    for handle in (d, b):
        if m.device.handles[handle].run is not None:
            m.graphics.memory_manager.evict(m.device.handles[handle], [])
    assert m.render(CommandBuffer().copy((0, 0), (1, 0), 4).copy((2, 0), (1, 0), 4), lists) == STATUS_SUCCESS
    m.graphics.resubmit(left)
    assert m.content(d) == noise(2 * PAGE, 2)[PAGE:] + noise(3 * PAGE, 4)[PAGE:]


@scenario
def another_context_in_between(platform: Platform) -> None:
    """Another device's work runs between the pieces of a split buffer, in the same local memory: both are as if alone."""
    m = Machine(platform, local_pages=6, preemption="buffer")
    g = m.graphics
    data = [noise(3 * PAGE, seed) for seed in range(4)]
    handles = [m.allocation(3 * PAGE, content, local=True) for content in data]
    target = m.allocation(12 * PAGE)
    other = g.create_device()
    theirs = m.allocation(5 * PAGE, noise(5 * PAGE, 9), local=True, device=other)
    commands = CommandBuffer()
    for i in range(4):
        commands.copy((4, 3 * i * PAGE), (i, 0), 3 * PAGE)
    assert m.render(commands, [*((handle, False) for handle in handles), (target, True)]) == STATUS_SUCCESS
    while sum(not window.paging for window in g.outstanding) > 1:
        g._wait()
    left = g.preempt()
    assert left and sum(call[0] == "submit" for call in m.calls) == 3
    assert m.render(CommandBuffer().fill((0, 4), 4 * PAGE, 7), [(theirs, True)], device=other) == STATUS_SUCCESS
    g.resubmit(left)
    assert m.content(target) == b"".join(data)
    want = noise(5 * PAGE, 9)
    assert m.content(theirs, device=other) == want[:4] + (7).to_bytes(4, "little") * 4096 + want[4 + 4 * PAGE :]


@scenario
def too_much_for_one_command(platform: Platform) -> None:
    """What one command needs at once must fit."""
    m = Machine(platform, local_pages=4)
    a, b = (m.allocation(3 * PAGE, local=True) for _ in range(2))
    status = m.render(CommandBuffer().copy((0, 0), (1, 0), 4), [(a, True), (b, False)])
    assert status == STATUS_GRAPHICS_NO_VIDEO_MEMORY
    assert m.render(CommandBuffer().fill((0, 0), 4, 9), [(a, True)]) == STATUS_SUCCESS
    assert m.content(a, 0, 4) == (9).to_bytes(4, "little")
    huge = m.allocation(100 * PAGE)
    assert m.render(CommandBuffer().fill((0, 0), 4, 9), [(huge, True)]) == STATUS_GRAPHICS_NO_VIDEO_MEMORY


@scenario
def allocations_come_and_go(platform: Platform) -> None:
    """More than the aperture holds: pages are locked while they are mapped, and what the engine wrote is in the backing store after."""
    m = Machine(platform, aperture_pages=24, buffer_pages=8)
    handles = [m.allocation(6 * PAGE) for _ in range(6)]
    for i, handle in enumerate(handles):
        assert m.render(CommandBuffer().fill((0, 0), 6 * PAGE, i + 1), [(handle, True)]) == STATUS_SUCCESS
        allocation = m.device.handles[handle]
        assert m.graphics.paged_pool.lock_count(allocation.backing) == 1
        m.graphics.paged_pool.trim()
    assert sum(m.device.handles[h].run is not None for h in handles) <= 2
    for i, handle in enumerate(handles):
        assert m.content(handle) == (i + 1).to_bytes(4, "little") * (6 * 1024)
    m.graphics.destroy_allocation(m.device, handles[5])
    m.graphics.stop()
    assert all(map_frame(m, page * PAGE) is None for page in range(40))


# ------------------------------------------------------------------ preemption
def long_work(m: Machine, handle: int, pages: int, value: int) -> CommandBuffer:
    """Fills of a page each, each another value."""
    commands = CommandBuffer()
    for i in range(pages):
        commands.fill((0, i * PAGE), PAGE, value + i)
    assert m.render(commands, [(handle, True)]) == STATUS_SUCCESS
    return commands


def filled(pages: int, value: int) -> bytes:
    return b"".join((value + i).to_bytes(4, "little") * 1024 for i in range(pages))


@scenario
def preemption_stops_behind_a_descriptor(platform: Platform) -> None:
    """Granularity command: what is done is whole descriptors, from the start; going on from there gives the same memory, also when
    everything was moved meanwhile."""
    m = Machine(platform)
    g, size = m.graphics, m.driver.form.size
    a = m.allocation(16 * PAGE, local=True)
    g.wait_idle()
    stops = set()
    for wait in (0, 300, 1500, 4000):
        long_work(m, a, 16, 1)  # and its paging buffer, the first time
        while g.outstanding[0].paging:
            g._wait()
        m.graphics.memory_manager.resident[0].dirty = True
        platform.wait_cycles(wait)
        left = g.preempt()
        run = m.device.handles[a].run
        window = left[0]
        at = window.buffer.private.stopped_at.get((window.start, window.end), window.start)
        assert at % size == 0
        stops.add(at)
        done = m.driver.local.read(run.first, 16 * PAGE)
        assert done[: at // size * PAGE] == filled(at // size, 1), "what is before is not done"
        if at // size < 16:
            assert done[at // size * PAGE :][:4] != (at // size + 1).to_bytes(4, "little"), "what is behind was begun"
        g.memory_manager.evict(m.device.handles[a], [])
        blocker = m.allocation(3 * PAGE, local=True)
        m.render(CommandBuffer().fill((0, 0), 4, 9), [(blocker, True)])  # where it was
        g.resubmit(left)
        assert m.device.handles[a].run != run
        assert m.content(a) == filled(16, 1)
        for handle in (a, blocker):
            g.destroy_allocation(m.device, handle)
        a = m.allocation(16 * PAGE, local=True)
    assert len(stops) >= 2, stops


@scenario
def a_preempted_window_with_barriers(platform: Platform) -> None:
    """Scrolling twice in one window: done again it would scroll once too often."""
    for granularity in ("command", "buffer"):
        m = Machine(platform, preemption=granularity)
        data = noise(8 * PAGE)
        a = m.allocation(8 * PAGE, data)
        for wait in (0, 200, 700, 1200, 2500):
            m.graphics.write_allocation(m.device, a, data)
            commands = CommandBuffer()
            want = bytearray(data)
            for _ in range(6):
                commands.copy((0, 0), (0, 1001), 7 * PAGE)
                want[: 7 * PAGE] = bytes(want[1001 : 1001 + 7 * PAGE])
            assert m.render(commands, [(a, True)]) == STATUS_SUCCESS
            platform.wait_cycles(wait)
            for _ in range(3):
                m.graphics.resubmit(m.graphics.preempt())
            assert m.content(a) == want
        m.graphics.stop()


@scenario
def preemption_between_buffers(platform: Platform) -> None:
    """Granularity buffer: the submission that runs ends and is reported; those behind it are preempted."""
    m = Machine(platform, preemption="buffer")
    g = m.graphics
    a = m.allocation(8 * PAGE)
    for i in range(3):
        long_work(m, a, 8, 10 * i)
    left = g.preempt()
    assert [w.fence for w in left] == [2, 3]
    assert m.fences() == [(DMA_COMPLETED, 1), (DMA_PREEMPTED, 1)] and g.reports[-1].last_completed == 1
    assert m.content(a) == filled(8, 0)  # nobody works now
    g.resubmit(left)
    assert m.content(a) == filled(8, 20)
    assert m.fences()[2:] == [(DMA_COMPLETED, 4), (DMA_COMPLETED, 5)]


@scenario
def nothing_to_preempt(platform: Platform) -> None:
    """All is reported: the driver queues nothing and reports the preemption itself, at interrupt level."""
    m = Machine(platform)
    a = m.allocation(PAGE)
    m.render(CommandBuffer().fill((0, 0), 4, 1), [(a, True)])
    m.graphics.wait_idle()
    interrupts = len(platform.log.irqs)
    assert m.graphics.preempt() == []
    report = m.graphics.reports[-1]
    assert (report.kind, report.last_completed) == (DMA_PREEMPTED, 1) and len(platform.log.irqs) == interrupts


@scenario
def preempted_paging_goes_first(platform: Platform) -> None:
    """Paging buffers go back first, with the fences that they had; the others get new ones and are patched again, and what they need
    is brought in again, although the paging in between has put it out."""
    m = Machine(platform, local_pages=8)
    g = m.graphics
    a, b = (m.allocation(6 * PAGE, noise(6 * PAGE, seed), local=True) for seed in (1, 2))
    long_work(m, a, 6, 1)  # paging 1, window 2
    while g.outstanding[0].paging:
        g._wait()
    long_work(m, b, 6, 50)  # paging 3 (a out, b in), window 4
    assert [(w.fence, w.paging) for w in g.outstanding] == [(2, False), (3, True), (4, False)]
    m.calls.clear()
    left = g.preempt()
    assert [w.fence for w in left] == [2, 4] and m.calls == [("paging", 3, 0, m.calls[0][3])]
    assert g.reports[-1].last_completed == 1
    g.resubmit(left)
    kinds = [(call[0], call[1]) for call in m.calls]
    assert kinds == [
        ("paging", 3), ("paging", 5), ("patch", 6), ("submit", 6), ("paging", 7), ("patch", 8), ("submit", 8),
    ], kinds  # fmt: skip
    assert m.content(b) == filled(6, 50) and m.content(a) == filled(6, 1)
    done = [fence for kind, fence in m.fences() if kind == DMA_COMPLETED]
    assert done == [1, 3, 5, 6, 7, 8]
