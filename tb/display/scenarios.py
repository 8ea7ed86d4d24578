"""The sentences of the display model's specification as scenarios: each is a function (platform) that asserts what it says.

They run on the reference platform and on the RTL. :data:`SCENARIOS` has them all by name.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import contextmanager

from windlass.display import (
    APERTURE_SEGMENT,
    LOCAL_SEGMENT,
    AllocationEntry,
    BugCheck,
    CommandBuffer,
    MapApertureOperation,
    PatchLocation,
    SubmitArguments,
)
from windlass.platform import Platform
from windlass.regs import MAP_BASE, MAP_STRIDE
from windlass.wdm import DmaContractViolation
from windlass.wdm.status import (
    STATUS_SUCCESS,
)

from .machine import Machine

SCENARIOS: dict[str, Callable[[Platform], None]] = {}


def scenario(function: Callable[[Platform], None]) -> Callable[[Platform], None]:
    SCENARIOS[function.__name__] = function
    return function


@contextmanager
def violates(rule: str):
    """The block breaks this rule."""
    try:
        yield
    except DmaContractViolation as e:
        assert e.rule == rule, e
    else:
        raise AssertionError(f"{rule} was not found")


@contextmanager
def stops(word: str):
    """The block is a bug check that says `word`."""
    try:
        yield
    except BugCheck as e:
        assert word in str(e), e
    else:
        raise AssertionError("no bug check")


def noise(length: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(length)


def map_frame(m: Machine, logical: int) -> int | None:
    """Page frame that the engine's map register of a logical address has; None when it is not valid."""
    word = m.platform.csr_read32(MAP_BASE + (logical >> 12) * MAP_STRIDE)
    return word >> 12 if word & 1 else None


# ------------------------------------------------------------------ facts
@scenario
def the_engine_never_reads_a_command_buffer(platform: Platform) -> None:
    """It lies in pageable memory of the user: never mapped for the engine, and it may be paged out at any time."""
    m = Machine(platform)
    a = m.allocation(8192)
    data = CommandBuffer().fill((0, 0), 8192, 0x5AA5).to_bytes()
    mapped: list[int | None] = []
    m.graphics.watch = lambda routine, args: mapped.extend(
        m.driver.aperture.mapped(m.driver.aperture.address(p)).pfn
        for p in range(m.driver.aperture.pages)
        if m.driver.aperture.mapped(m.driver.aperture.address(p))
    )
    assert m.render(data, [(a, True)]) == STATUS_SUCCESS
    assert mapped and m.user.frame(m._buffers[1]) not in mapped
    assert m.user.trim() >= 1  # while the engine works
    assert m.content(a) == (0x5AA5).to_bytes(4, "little") * 2048


@scenario
def a_dma_buffer_is_pageable_until_it_is_submitted(platform: Platform) -> None:
    """It is locked and mapped for as long as a window of it is on its way, and can be paged out before and after."""
    m = Machine(platform)
    a, b = m.allocation(4096), m.allocation(4096, noise(4096))
    assert m.render(CommandBuffer().copy((0, 0), (1, 0), 4096), [(a, True), (b, False)]) == STATUS_SUCCESS
    (one,) = m.graphics.outstanding
    buffer = one.buffer
    frame = m.graphics.paged_pool.frame(buffer.address)
    assert buffer.address % 4096 == 0  # DMA buffers start on a page
    assert m.graphics.paged_pool.lock_count(buffer.address) == 1
    assert m.driver.aperture.mapped(buffer.logical).pfn == frame == map_frame(m, buffer.logical)
    m.graphics.paged_pool.trim()
    assert m.graphics.paged_pool.frame(buffer.address) == frame  # locked: it stays
    assert m.content(a) == noise(4096)
    assert m.graphics.paged_pool.lock_count(buffer.address) == 0 and not buffer.logical
    m.graphics.paged_pool.trim()
    assert m.graphics.paged_pool.frame(buffer.address) != frame
    assert m.render(CommandBuffer().fill((0, 5), 7, 0), [(a, True)]) == STATUS_SUCCESS
    assert m.content(a) == noise(4096)[:5] + bytes(7) + noise(4096)[12:]


@scenario
def submitting_what_is_not_locked_and_mapped(platform: Platform) -> None:
    """CV-GPUMAP: a page of the window that is not locked, not mapped, or not mapped where the driver is told that it is."""
    m = Machine(platform)
    g, form = m.graphics, m.driver.form
    buffer = m.kernel_buffer(form.nop() * 2, [], [], [form.size])

    def submit(logical: int) -> None:
        args = SubmitArguments(buffer.address, logical, 0, buffer.used, 1, buffer.private)
        m.at_dispatch(m.driver.submit_command, args)

    with violates("CV-GPUMAP"):
        submit(m.driver.aperture.base)
    g.memory_manager.lock_and_map(buffer)
    logical = buffer.logical
    with violates("CV-GPUMAP"):  # mapped, but elsewhere
        submit(logical + 4096)
    g.paged_pool.unlock(buffer.mdl)
    with violates("CV-GPUMAP"):  # mapped, not locked
        submit(logical)
    buffer.mdl = g.paged_pool.lock(buffer.address, buffer.size)
    g.memory_manager.unmap_and_unlock(buffer)
    lock = g.paged_pool.lock(buffer.address, buffer.size)
    with violates("CV-GPUMAP"):  # locked, not mapped any more
        submit(logical)
    g.paged_pool.unlock(lock)
    assert not m.driver.ring.entries


@scenario
def segment_set_zero(platform: Platform) -> None:
    """A driver may have its DMA buffers in contiguous non-paged memory, which stays where it is."""
    m = Machine(platform, dma_buffers="system", dma_buffer_size=8192)
    a = m.allocation(20_000)
    assert m.render(CommandBuffer().fill((0, 0), 20_000, 0x11111111), [(a, True)]) == STATUS_SUCCESS
    buffer = m.graphics.outstanding[-1].buffer
    frames = [m.graphics.paged_pool.frame(buffer.address + page) for page in (0, 4096)]
    assert frames[1] == frames[0] + 1 and map_frame(m, buffer.logical) == frames[0]
    m.graphics.paged_pool.trim()
    assert m.graphics.paged_pool.frame(buffer.address) == frames[0]
    assert m.content(a) == b"\x11" * 20_000
    m.graphics.stop()
    assert map_frame(m, buffer.logical) is None


@scenario
def dma_buffers_are_never_in_local_memory(platform: Platform) -> None:
    """Only the aperture can be mapped; a DMA buffer has an address there."""
    m = Machine(platform)
    a = m.allocation(4096, local=True)
    m.render(CommandBuffer().fill((0, 0), 4096, 1), [(a, True)])
    aperture = m.driver.aperture
    for one in m.graphics.outstanding:
        assert aperture.base <= one.buffer.logical < aperture.base + aperture.pages * 4096
    mdl = m.graphics.paged_pool.lock(m.graphics.paged_pool.allocate(4096), 4096)
    with violates("CV-GPUMAP"):
        m.run_paging(MapApertureOperation(LOCAL_SEGMENT, 0, 1, mdl))


# ------------------------------------------------------------------ 1, 2: lists
@scenario
def the_allocation_list_is_converted(platform: Platform) -> None:
    """Index and write flag stay; the handle becomes the driver's; segment 0 means not resident, else the address is there."""
    m = Machine(platform)
    a, b = m.allocation(4096, local=True), m.allocation(4096)
    assert m.render(CommandBuffer().fill((1, 0), 8, 1), [(0, False), (b, True), (a, False)]) == STATUS_SUCCESS
    entries = m.graphics.outstanding[-1].buffer.entries
    handles = m.device.handles
    assert [e.handle for e in entries] == [None, handles[b].driver, handles[a].driver]
    assert [e.write_operation for e in entries] == [False, True, False]
    assert (entries[1].segment_id, entries[1].physical_address) == handles[b].location()
    assert entries[1].segment_id == APERTURE_SEGMENT and entries[2].segment_id == 0
    assert m.render(CommandBuffer().fill((0, 0), 8, 1), [(a, True)]) == STATUS_SUCCESS
    entry = m.graphics.outstanding[-1].buffer.entries[0]
    assert (entry.segment_id, entry.physical_address) == (LOCAL_SEGMENT, m.driver.local.base)


# ------------------------------------------------------------------ 3: Render
@scenario
def render_advances_and_pre_patches(platform: Platform) -> None:
    """Both output pointers end behind the last item; resident references are pre-patched and listed all the same."""
    m = Machine(platform)
    form = m.driver.form
    handles = [m.driver.create_allocation(4096) for _ in range(2)]
    entries = [AllocationEntry(handles[0], True, APERTURE_SEGMENT, 0x123000), AllocationEntry(handles[1], False)]
    data = CommandBuffer().copy((0, 0x10), (1, 0x20), 64).fill((0, 0x100), 12, 7).to_bytes()
    buffer, args = m.arguments(data, entries)
    assert m.driver.render(m.device, args) == STATUS_SUCCESS
    assert args.dma_buffer == buffer.address + 3 * form.size  # copy, fill, join
    read = m.graphics.paged_pool.read(buffer.address, 3 * form.size)
    assert read == form.copy(0, 0x123010, 64) + form.fill(0x123100, 12, 7) + form.nop()
    assert args.patch_list_out == [
        PatchLocation(0, 0, 0, 0x10, form.destination, 0),
        PatchLocation(1, 1, 0, 0x20, form.source, 0),
        PatchLocation(0, 0, 0, 0x100, form.size + form.destination, 0),
    ]
    assert buffer.private.joins == [2 * form.size] and not buffer.private.barriers


@scenario
def patch_list_entries_of_the_user(platform: Platform) -> None:
    """A user's patch location list gives operands their allocation, slot and driver id."""
    m = Machine(platform)
    a, b = m.allocation(4096), m.allocation(4096, noise(4096))
    commands = CommandBuffer()
    at = commands.next_operand()
    commands.copy((0xFFFF_FFFF, 0), (0xFFFF_FFFF, 0), 100)
    patches = [PatchLocation(0, 5, 77, 30, at, 0), PatchLocation(1, 0xFF_FFFF, 78, 900, at + 8, 0)]
    assert m.render(commands, [(a, True), (b, False)], patches) == STATUS_SUCCESS
    listed = m.graphics.outstanding[-1].buffer.patch_list
    assert [(p.slot_id, p.driver_id, p.allocation_offset) for p in listed] == [(5, 77, 30), (0xFF_FFFF, 78, 900)]
    assert m.content(a, 30, 100) == noise(4096)[900:1000]


@scenario
def several_passes(platform: Platform) -> None:
    """A command buffer that does not fit one DMA buffer goes on in another, from MultipassOffset, which is 0 at first."""
    m = Machine(platform)
    a, b = m.allocation(64 * 1024), m.allocation(64 * 1024, noise(64 * 1024))
    commands = CommandBuffer()
    want = bytearray(64 * 1024)
    for i in range(300):
        commands.copy((0, 200 * i), (1, 200 * (299 - i) + 3), 190)
        want[200 * i : 200 * i + 190] = noise(64 * 1024)[200 * (299 - i) + 3 :][:190]
    offsets: list[int] = []
    render = m.driver.render

    def watched(device, args):
        offsets.append(args.multipass_offset)
        return render(device, args)

    m.driver.render = watched
    assert m.render(commands, [(a, True), (b, False)]) == STATUS_SUCCESS
    assert offsets[0] == 0 and len(offsets) >= 3 and offsets == sorted(set(offsets))
    assert m.content(a) == want


@scenario
def rows_are_spread_over_passes(platform: Platform) -> None:
    """A rectangle is split by rows, an atomic one is not: larger than a DMA buffer it is the user driver's error."""
    m = Machine(platform)
    rows, pitch = 300, 200
    a = m.allocation(rows * pitch)
    commands = CommandBuffer().fill_rect((0, 8), pitch, 100, rows, 0xA1B2C3D4)
    assert m.render(commands, [(a, True)]) == STATUS_SUCCESS
    assert sum(1 for call in m.calls if call[0] == "submit") >= 2
    data = m.content(a)
    for row in range(rows):
        assert data[row * pitch :][:pitch] == bytes(8) + bytes.fromhex("d4c3b2a1") * 25 + bytes(pitch - 108)
    from windlass.wdm.status import STATUS_ILLEGAL_INSTRUCTION

    assert m.render(CommandBuffer().fill_rect((0, 0), pitch, 8, 10, 1, True), [(a, True)]) == STATUS_SUCCESS
    atomic = CommandBuffer().fill_rect((0, 0), pitch, 8, rows, 1, atomic=True)
    assert m.render(atomic, [(a, True)]) == STATUS_ILLEGAL_INSTRUCTION


@scenario
def guaranteed_contract(platform: Platform) -> None:
    """With a guaranteed contract a command buffer gives exactly one DMA buffer; a driver that wants a second one is fatal."""
    m = Machine(platform)
    a = m.allocation(64 * 1024)
    device = m.graphics.create_device(guaranteed=True)
    device.handles = m.device.handles
    assert m.render(CommandBuffer().fill((0, 0), 64, 1), [(a, True)], device=device) == STATUS_SUCCESS
    commands = CommandBuffer()
    for i in range(300):
        commands.fill((0, 16 * i), 16, i)
    with stops("guaranteed"):
        m.render(commands, [(a, True)], device=device)
