"""Scenarios of paging, Patch and submission: more of :data:`.scenarios.SCENARIOS`."""

from __future__ import annotations

import random

from windlass.display import (
    DMA_COMPLETED,
    LOCAL_SEGMENT,
    AllocationEntry,
    CommandBuffer,
    DisplayMiniport,
    DmaBufferPrivate,
    FillOperation,
    PagingArguments,
    PatchArguments,
    PatchLocation,
    SubmitArguments,
    TransferOperation,
)
from windlass.platform import Platform
from windlass.wdm.status import STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER, STATUS_SUCCESS

from .machine import Machine
from .scenarios import noise, scenario, stops, violates


# ------------------------------------------------------------------ 4: paging
@scenario
def paging_comes_first_and_in_order(platform: Platform) -> None:
    """Paging buffers precede the DMA buffer that needs them, bring allocations in in patch list order, are never patched, have no
    device context, and take fences of their own."""
    m = Machine(platform)
    data = [noise(5000, seed) for seed in range(3)]
    a, b, c = (m.allocation(5000, content, local=True) for content in data)
    t = m.allocation(15_000)
    commands = CommandBuffer()
    for i, index in enumerate((2, 0, 1)):
        commands.copy((3, 5000 * i), (index, 0), 5000)
    arguments = []
    note = m.graphics.watch
    m.graphics.watch = lambda routine, args: (note(routine, args), arguments.append((routine, args)))
    transfers: list[int] = []
    build = m.driver.build_paging_buffer

    def watched(args: PagingArguments) -> int:
        if isinstance(args.operation, TransferOperation):
            transfers.append(args.operation.destination)
        return build(args)

    m.driver.build_paging_buffer = watched
    assert m.render(commands, [(a, False), (b, False), (c, False), (t, True)]) == STATUS_SUCCESS
    assert [call[:2] for call in m.calls] == [("paging", 1), ("patch", 2), ("submit", 2)]
    assert transfers == [m.device.handles[h].location()[1] for h in (c, a, b)]
    assert all(args.context is None for routine, args in arguments if routine == "submit_command" and args.paging)
    assert m.content(t) == data[2] + data[0] + data[1]
    assert m.fences() == [(DMA_COMPLETED, 1), (DMA_COMPLETED, 2)]


@scenario
def paging_buffers_fill_and_move(platform: Platform) -> None:
    """Fill and transfer become descriptors with final addresses; a full buffer says so and another is taken."""
    m = Machine(platform, local_pages=8)
    local = m.driver.local
    m.run_paging(FillOperation(local.base, 8192, 0x01020304), TransferOperation(local.base, local.base + 12_001, 5000))
    assert local.read(0, 8192) == bytes.fromhex("04030201") * 2048
    assert local.read(2, 12_000)[12_001 - 8192 :][:5000] == (bytes.fromhex("04030201") * 2048)[:5000]
    form, private = m.driver.form, DmaBufferPrivate()
    page = m.graphics.paged_pool.allocate(4096)
    args = PagingArguments(FillOperation(local.base, 8, 0), page, 2 * form.size - 1, private)
    assert m.driver.build_paging_buffer(args) == STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER and args.dma_buffer == page
    before = len(m.calls)
    m.run_paging(*[TransferOperation(local.base + 16 * i, local.base + 16_384 + 16 * i, 16) for i in range(300)])
    assert [call[0] for call in m.calls[before:]] == ["paging"] * (2 if form.size == 16 else 3)
    assert local.read(4, 4800) == local.read(0, 4800)


# ------------------------------------------------------------------ 5: Patch
@scenario
def patching_twice_is_patching_once(platform: Platform) -> None:
    """Patch writes address + AllocationOffset of the window's entries at PatchOffset, anew each time, and nothing else."""
    m = Machine(platform)
    form, pool = m.driver.form, m.graphics.paged_pool
    handle = m.driver.create_allocation(4096)
    entries = [AllocationEntry(None), AllocationEntry(handle, True, LOCAL_SEGMENT, 0x55000)]
    where = form.size + form.destination
    patches = [PatchLocation(1, 0, 0, 4 * i, i * form.size + form.destination, 0) for i in range(3)]
    patches.append(PatchLocation(0, 0, 0, 0, 0, 0))  # NULL: unbinds, writes nothing
    buffer = m.kernel_buffer(form.fill(0, 4, 9) * 3 + form.nop(), [], patches, [3 * form.size])
    args = PatchArguments(buffer.address, 0, entries, patches, 1, 1, form.size, 2 * form.size, 1, buffer.private)
    before = pool.read(buffer.address, buffer.used)
    for _ in range(3):
        m.driver.patch(args)
        after = pool.read(buffer.address, buffer.used)
        assert after == before[:where] + form.pack_address(0x55004) + before[where + form.field :]
    args.submission_start, args.submission_length = 0, 4
    entries[1].physical_address = 0x77000
    m.driver.patch(args)
    assert (
        pool.read(buffer.address, buffer.used)
        == b"".join(form.fill(0x77000 + 4 * i, 4, 9) for i in range(3)) + form.nop()
    )


class Accumulates(DisplayMiniport):
    """A driver whose Patch adds to what is there."""

    def patch(self, args):
        pool, form = self.interface.paged_pool, self.form
        for entry in args.patch_list[args.submission_start :][: args.submission_length]:
            at = args.dma_buffer + entry.patch_offset
            address = args.allocation_list[entry.allocation_index].physical_address
            pool.write(at, form.pack_address(int.from_bytes(pool.read(at, form.field), "little") + address))


class Strays(DisplayMiniport):
    """A driver whose Patch writes elsewhere too."""

    def patch(self, args):
        super().patch(args)
        self.interface.paged_pool.write(args.dma_buffer + 2 * self.form.field, b"\xff")


@scenario
def drivers_that_patch_wrongly_are_found(platform: Platform) -> None:
    """The checker: another result the second time, bytes that no entry names, an allocation that is not there."""
    for driver, word in ((Accumulates, "second call"), (Strays, "does not name")):
        m = Machine(platform, driver)
        a = m.allocation(4096)
        with stops(word):
            m.render(CommandBuffer().fill((0, 0), 4, 1), [(a, True)])
        m.driver.stop()
    m = Machine(platform)
    entries = [AllocationEntry(m.driver.create_allocation(4096))]
    patches = [PatchLocation(0, 0, 0, 0, 0, 0)]
    address = m.graphics.paged_pool.allocate(4096)
    args = PatchArguments(address, 0, entries, patches, 0, 1, 0, 32, 1, DmaBufferPrivate())
    with stops("not resident"):
        m.driver.patch(args)


@scenario
def patch_can_be_left_out(platform: Platform) -> None:
    """When the addresses that Render knew are still right; the first time, when nothing is resident, it is called."""
    m = Machine(platform, skip_patch=True)
    a, b = m.allocation(4096), m.allocation(4096, noise(4096))
    for i in range(3):
        commands = CommandBuffer().copy((0, 1000 * i), (1, 10 * i), 500)
        assert m.render(commands, [(a, True), (b, False)]) == STATUS_SUCCESS
    assert [call[0] for call in m.calls] == ["patch", "submit", "submit", "submit"]
    want = bytearray(4096)
    for i in range(3):
        want[1000 * i : 1000 * i + 500] = noise(4096)[10 * i :][:500]
    assert m.content(a) == want


# ------------------------------------------------------------------ 6, 7: submission and completion
@scenario
def windows_and_fences(platform: Platform) -> None:
    """Patch and SubmitCommand get the same window and fence; the buffer's start is what both are told; fences count up, are written by
    the engine in order, and reported one after the other."""
    m = Machine(platform)
    a = m.allocation(4096)
    seen = []
    note = m.graphics.watch
    m.graphics.watch = lambda routine, args: (note(routine, args), seen.append(args))
    for i in range(5):
        assert m.render(CommandBuffer().fill((0, 16 * i), 16, i), [(a, True)]) == STATUS_SUCCESS
    assert len(m.graphics.outstanding) == 5 and m.driver.current_fence() <= 1
    m.graphics.wait_idle()
    patches, submits = seen[::2], seen[1::2]
    for patch, submit in zip(patches, submits, strict=True):
        for name in ("submission_start_offset", "submission_end_offset", "submission_fence_id"):
            assert getattr(patch, name) == getattr(submit, name)
        assert (patch.dma_buffer, patch.dma_buffer_physical_address) == (
            submit.dma_buffer,
            submit.dma_buffer_physical_address,
        )
        assert submit.dma_buffer % 4096 == 0 == submit.dma_buffer_physical_address % 4096
    assert m.fences() == [(DMA_COMPLETED, fence) for fence in range(1, 6)] and m.driver.current_fence() == 5


@scenario
def the_latest_fence_implies_the_earlier_ones(platform: Platform) -> None:
    """A report of a fence ends everything that was submitted before."""
    m = Machine(platform)
    a = m.allocation(4096)
    for i in range(3):
        m.render(CommandBuffer().fill((0, 16 * i), 16, i), [(a, True)])
    report, kept = m.graphics.notify_interrupt, []
    m.driver.interface.notify_interrupt = lambda n: kept.append(n) if n.fence < 3 else report(n)
    m.graphics.wait_idle()
    assert [n.fence for n in kept] == [1, 2] and m.fences() == [(DMA_COMPLETED, 3)]
    assert not m.graphics.outstanding


@scenario
def levels(platform: Platform) -> None:
    """Render, Patch and BuildPagingBuffer at PASSIVE_LEVEL, SubmitCommand and PreemptCommand at DISPATCH_LEVEL: else CV-IRQL. Reports come
    at interrupt level, the DPC at DISPATCH_LEVEL."""
    m = Machine(platform)
    a = m.allocation(4096)
    levels_seen = []
    report = m.graphics.notify_interrupt
    m.driver.interface.notify_interrupt = lambda n: (levels_seen.append(m.kernel.irql), report(n))
    m.render(CommandBuffer().fill((0, 0), 16, 1), [(a, True)])
    m.graphics.wait_idle()
    m.graphics.preempt()
    assert len(levels_seen) == 2 and min(levels_seen) > 2
    _, args = m.arguments(CommandBuffer().to_bytes(), [])
    for routine, argument in (
        (m.driver.render, (m.device, args)),
        (m.driver.patch, (None,)),
        (m.driver.build_paging_buffer, (None,)),
    ):
        with violates("CV-IRQL"):
            m.at_dispatch(routine, *argument)
    for routine in (m.driver.submit_command, m.driver.preempt_command):
        with violates("CV-IRQL"):
            routine(None)


@scenario
def submit_cannot_fail(platform: Platform) -> None:
    """A window that ends nowhere is a driver's or kernel's bug; more windows than the ring holds wait above the driver."""
    m = Machine(platform)
    form = m.driver.form
    buffer = m.kernel_buffer(form.nop() * 4, [], [], [3 * form.size])
    m.graphics.memory_manager.lock_and_map(buffer)
    for window in ((0, 2 * form.size), (form.size, form.size)):
        args = SubmitArguments(buffer.address, buffer.logical, *window, 1, buffer.private)
        with stops("nothing can end"):
            m.at_dispatch(m.driver.submit_command, args)
    a = m.allocation(4096)
    for i in range(40):
        assert m.render(CommandBuffer().fill((0, 4 * i), 4, i), [(a, True)]) == STATUS_SUCCESS
        assert len(m.graphics.outstanding) <= 32
    assert m.content(a, 0, 160) == b"".join(i.to_bytes(4, "little") for i in range(40))


@scenario
def commands_see_what_was_before(platform: Platform) -> None:
    """Each command finds what the ones before it have left, whatever the engine has in flight: chains of copies, overlapping copies
    downwards, values that are stored and copied on, fills over stored values."""
    m = Machine(platform)
    a, b = m.allocation(16_384, noise(16_384)), m.allocation(16_384)
    commands, want, other = CommandBuffer(), bytearray(noise(16_384)), bytearray(16_384)
    rng = random.Random(5)
    for i in range(40):
        kind, n = rng.randrange(5), rng.randrange(1, 900)
        x, y = rng.randrange(15_000), rng.randrange(15_000)
        if kind == 0:
            commands.copy((1, x), (0, y), n)
            other[x : x + n] = want[y : y + n]
        elif kind == 1:
            commands.copy((0, x), (1, y), n)
            want[x : x + n] = other[y : y + n]
        elif kind == 2:
            x, y = min(x, y), min(x, y) + rng.randrange(1, 300)
            commands.copy((0, x), (0, y), n)
            want[x : x + n] = bytes(want[y : y + n])
        elif kind == 3:
            x &= ~7
            commands.store((0, x), i << 40 | i).copy((1, y), (0, x), 8).fill((0, x), 4, 0x77777777)
            other[y : y + 8] = (i << 40 | i).to_bytes(8, "little")
            want[x : x + 8] = b"wwww" + (i << 8).to_bytes(4, "little")
        else:
            pitch = rng.randrange(40, 120)
            commands.blit((0, 100), (0, 100 + pitch), (pitch, pitch), 40, 20)
            for row in range(20):
                at = 100 + row * pitch
                want[at : at + 40] = bytes(want[at + pitch : at + pitch + 40])
    assert m.render(commands, [(a, True), (b, True)]) == STATUS_SUCCESS
    assert m.content(a) == want and m.content(b) == other
    assert sum(len(one.buffer.private.barriers) for one in m.graphics.outstanding) == 0  # all through
