"""Scenarios of aperture segments and faults: more of :data:`.scenarios.SCENARIOS`."""

from __future__ import annotations

from windlass.display import (
    APERTURE_SEGMENT,
    DMA_COMPLETED,
    DMA_FAULTED,
    DMA_PREEMPTED,
    CommandBuffer,
    DmaBufferPrivate,
    MapApertureOperation,
    PagingArguments,
    PagingOperation,
    UnmapApertureOperation,
)
from windlass.platform import Platform
from windlass.wdm.status import STATUS_GRAPHICS_GPU_EXCEPTION_ON_DEVICE, STATUS_SUCCESS

from .machine import Machine
from .scenarios import map_frame, noise, scenario, violates
from .scheduling import PAGE, filled, long_work


# ------------------------------------------------------------------ aperture segments and faults
@scenario
def aperture_pages(platform: Platform) -> None:
    """Page OffsetInPages + i leads to PFN[MdlOffset + i] of a locked MDL; unmapping leads to the dummy page; the part of the aperture
    that is not named stays."""
    m = Machine(platform)
    pool, aperture = m.graphics.paged_pool, m.driver.aperture
    address = pool.allocate(6 * PAGE)
    mdl = pool.lock(address, 6 * PAGE)
    run = aperture.allocate(5)
    m.run_paging(MapApertureOperation(APERTURE_SEGMENT, run.first, 4, mdl, 2, True, m.driver.create_allocation(1)))
    base = aperture.address(run.first)
    assert [map_frame(m, base + i * PAGE) for i in range(5)] == [*mdl.pfns[2:6], None]
    m.run_paging(UnmapApertureOperation(APERTURE_SEGMENT, run.first + 1, 2, aperture.dummy_pfn))
    dummy = aperture.dummy_pfn
    assert [map_frame(m, base + i * PAGE) for i in range(5)] == [mdl.pfns[2], dummy, dummy, mdl.pfns[5], None]
    assert aperture.mapped(base) and not aperture.mapped(base + PAGE) and not aperture.mapped(base + 4 * PAGE)
    for operation in (
        MapApertureOperation(APERTURE_SEGMENT, aperture.pages - 1, 2, mdl),
        UnmapApertureOperation(APERTURE_SEGMENT, 0, 0, dummy),
    ):
        with violates("CV-GPUMAP"):
            m.run_paging(operation)
    with violates("CV-MDL"):
        m.run_paging(MapApertureOperation(APERTURE_SEGMENT, run.first, 4, mdl, 3))
    pool.unlock(mdl)
    with violates("CV-MDL"):
        m.run_paging(MapApertureOperation(APERTURE_SEGMENT, run.first, 1, mdl))
    with violates("CV-MDL"):
        pool.unlock(mdl)


@scenario
def remapping_beside_work(platform: Platform) -> None:
    """While the engine works on one range others are mapped and unmapped; a range that a submitted window covers is not (CV-GPUMAP)."""
    m = Machine(platform)
    a, b = m.allocation(8 * PAGE), m.allocation(2 * PAGE)
    m.render(CommandBuffer().fill((0, 0), 4, 1), [(b, True)])
    m.graphics.wait_idle()
    long_work(m, a, 8, 1)
    aperture, dummy = m.driver.aperture, m.driver.aperture.dummy_pfn
    window = m.graphics.outstanding[0]
    busy = [window.buffer.run, m.device.handles[a].run]
    m.graphics.memory_manager.evict(m.device.handles[b], [])
    mdl = m.graphics.paged_pool.lock(m.graphics.paged_pool.allocate(PAGE), PAGE)
    free = aperture.allocate(1)
    m.driver.build_paging_buffer(_paging(MapApertureOperation(APERTURE_SEGMENT, free.first, 1, mdl)))
    assert m.graphics.outstanding == [window]
    for run in busy:
        with violates("CV-GPUMAP"):
            m.driver.build_paging_buffer(_paging(UnmapApertureOperation(APERTURE_SEGMENT, run.first, 1, dummy)))
        with violates("CV-GPUMAP"):
            m.driver.build_paging_buffer(_paging(MapApertureOperation(APERTURE_SEGMENT, run.first, 1, mdl)))
    assert m.content(a) == filled(8, 1)


def _paging(operation: PagingOperation) -> PagingArguments:
    return PagingArguments(operation, 0, 0, DmaBufferPrivate())


@scenario
def unmapped_pages_fault(platform: Platform) -> None:
    """An access to an aperture page that was never mapped, or is no longer, is a fault and never old data: the submission ends there and
    the device is lost; others go on."""
    m = Machine(platform)
    g, form, aperture = m.graphics, m.driver.form, m.driver.aperture
    keep = m.allocation(PAGE, noise(PAGE))
    other = g.create_device()
    theirs = m.allocation(PAGE, device=other)
    assert m.render(CommandBuffer().fill((0, 0), 4, 1), [(keep, True)]) == STATUS_SUCCESS
    assert m.render(CommandBuffer().fill((0, 0), 4, 1), [(theirs, True)], device=other) == STATUS_SUCCESS
    g.wait_idle()
    to = m.device.handles[keep].location()[1]
    gone = m.allocation(PAGE, b"old data")
    m.render(CommandBuffer().fill((0, 64), 4, 1), [(gone, True)])
    g.wait_idle()
    unmapped = m.device.handles[gone].location()[1]
    g.memory_manager.evict(m.device.handles[gone], [])
    never = aperture.address(aperture.pages - 1)
    for address, code in ((unmapped, 7), (never, 5)):
        before = m.content(keep)
        data = form.fill(to, 4, 5) + form.copy(address + 8, to + 16, 64) + form.fill(to + 512, 4, 5) + form.nop()
        device = g.create_device()
        device.handles = m.device.handles
        fence = g._fence + 1
        assert g.submit_dma_buffer(m.kernel_buffer(data, [], [], [3 * form.size]), device)
        assert m.render(CommandBuffer().fill((0, 600), 4, 5), [(keep, True)], device=device) == STATUS_SUCCESS
        assert m.render(CommandBuffer().fill((0, 0), 4, 3), [(theirs, True)], device=other) == STATUS_SUCCESS
        g.wait_idle()
        report = g.reports[-2]
        assert (report.kind, report.fence, report.code) == (DMA_FAULTED, fence, code)
        assert report.address == address + 8 and report.dropped == (fence + 1,)
        assert g.reports[-1].kind == DMA_COMPLETED and g.reports[-1].fence == fence + 2
        assert m.content(keep)[4:] == before[4:]
        assert device.lost and not other.lost
        status = m.render(CommandBuffer().nop(), [], device=device)
        assert status == STATUS_GRAPHICS_GPU_EXCEPTION_ON_DEVICE
    assert m.content(theirs, device=other)[:4] == (3).to_bytes(4, "little")


@scenario
def a_fault_before_a_preemption(platform: Platform) -> None:
    """The window that runs faults while a preemption is asked for: both are reported, and the others are the scheduler's again."""
    m = Machine(platform, preemption="buffer")
    g, form = m.graphics, m.driver.form
    a, other = m.allocation(4 * PAGE), g.create_device()
    never = m.driver.aperture.address(m.driver.aperture.pages - 1)
    bad = m.kernel_buffer(form.fill(never, 64, 1) + form.nop(), [], [], [form.size])
    assert g.submit_dma_buffer(bad, other)
    long_work(m, a, 4, 1)
    left = g.preempt()
    assert [(r.kind, r.fence) for r in g.reports] == [(DMA_FAULTED, 1), (DMA_PREEMPTED, 1)] and other.lost
    assert [window.fence for window in left] == [2]
    g.resubmit(left)
    assert m.content(a) == filled(4, 1)


@scenario
def the_dummy_page(platform: Platform) -> None:
    """With the other choice the engine finds the dummy page where a range was unmapped: no fault, and no old data."""
    m = Machine(platform, dummy_page="redirect")
    g, form = m.graphics, m.driver.form
    keep, gone = m.allocation(PAGE, noise(PAGE)), m.allocation(PAGE, noise(PAGE, 2))
    m.render(CommandBuffer().copy((0, 0), (1, 0), 4), [(keep, True), (gone, True)])
    g.wait_idle()
    to, unmapped = (m.device.handles[handle].location()[1] for handle in (keep, gone))
    g.memory_manager.evict(m.device.handles[gone], [])
    buffer = m.kernel_buffer(form.copy(unmapped, to, PAGE) + form.nop(), [], [], [form.size])
    assert g.submit_dma_buffer(buffer, m.device)
    g.wait_idle()
    assert m.content(keep) == bytes(PAGE) and m.content(gone) == noise(PAGE, 2) and not m.device.lost


@scenario
def the_engine_only_reads_dma_buffers(platform: Platform) -> None:
    """A DMA buffer is mapped for reading only: work that would change it faults, and the buffer is as it was."""
    m = Machine(platform)
    g, form = m.graphics, m.driver.form
    buffer = m.kernel_buffer(form.nop() * 3 + form.nop(), [], [], [3 * form.size])
    g.memory_manager.lock_and_map(buffer)
    g.paged_pool.write(buffer.address + form.size, form.fill(buffer.logical + 2 * form.size, form.size, 0xFFFF_FFFF))
    before = g.paged_pool.read(buffer.address, 3 * form.size)
    g.memory_manager.submit_buffer(buffer, m.device)
    g.wait_idle()
    assert g.reports[-1].kind == DMA_FAULTED and g.reports[-1].code == 7
    assert g.paged_pool.read(buffer.address, 3 * form.size) == before
