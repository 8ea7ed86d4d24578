"""The kernel around the adapters: DPCs, interrupts, events, memory, page frames, map registers."""

import itertools

import pytest
from wdm_fake import FakePlatform
from wdm_kit import Machine, violation
from windlass.wdm import DISPATCH_LEVEL, STATUS_SUCCESS, STATUS_TIMEOUT, KDpc, Kernel, KEvent, OutOfMemory, hw
from windlass.wdm.mdl import Mdl, runs
from windlass.wdm.memory import PhysicalPages
from windlass.wdm.pool import MapRegisterPool, Run


def test_dpcs_run_in_order_when_the_irql_drops():
    kernel, seen = Kernel(FakePlatform()), []
    first, second = KDpc(seen.append, 1), KDpc(seen.append, 2)
    with kernel.at_irql(DISPATCH_LEVEL):
        assert kernel.ke_insert_queue_dpc(first)
        assert not kernel.ke_insert_queue_dpc(first)  # queued already
        kernel.ke_insert_queue_dpc(second)
        assert seen == []
    assert seen == [1, 2]
    with kernel.at_irql(DISPATCH_LEVEL):
        kernel.ke_insert_queue_dpc(first)
        assert kernel.ke_remove_queue_dpc(first)
        assert not kernel.ke_remove_queue_dpc(first)
    assert seen == [1, 2]


def test_a_dpc_queued_by_a_dpc_runs_after_it():
    kernel, seen = Kernel(FakePlatform()), []
    inner = KDpc(seen.append, "inner")

    def outer(_context):
        assert kernel.ke_get_current_irql() == DISPATCH_LEVEL
        kernel.ke_insert_queue_dpc(inner)
        seen.append("outer")

    kernel.ke_insert_queue_dpc(KDpc(outer))
    assert seen == ["outer", "inner"] and kernel.irql == 0


def test_waiting():
    board = FakePlatform()
    kernel, event = Kernel(board), KEvent()
    assert kernel.ke_wait_for_single_object(event) == STATUS_TIMEOUT
    with kernel.at_irql(DISPATCH_LEVEL), violation("CV-IRQL", "ke_wait_for_single_object"):
        kernel.ke_wait_for_single_object(event)

    def isr(_context):
        assert kernel.irql > DISPATCH_LEVEL
        board.channels[2].irq = 0
        kernel.ke_insert_queue_dpc(KDpc(lambda _: kernel.ke_set_event(event)))
        return True

    interrupt = kernel.io_connect_interrupt(2, isr)
    board.channels[2].irq = board.channels[2].registers[hw.IRQ_ENABLE] = 1
    assert kernel.ke_wait_for_single_object(event) == STATUS_SUCCESS
    kernel.ke_clear_event(event)
    kernel.io_disconnect_interrupt(interrupt)
    board.channels[2].irq = 1
    with pytest.raises(RuntimeError, match="channel 2"):
        kernel.ke_wait_for_single_object(event)


def test_shared_interrupt_lines():
    kernel, seen = Kernel(FakePlatform()), []
    kernel.io_connect_interrupt(0, lambda c: bool(seen.append(c)), "not mine")
    kernel.io_connect_interrupt(0, lambda c: not seen.append(c), "mine")
    kernel.deliver_interrupts(1)
    assert seen == ["not mine", "mine"]


def test_memory_reads_what_was_written_across_scattered_pages():
    kernel = Kernel(FakePlatform())
    va = kernel.memory.allocate(10000, offset=0x123)
    data = bytes(range(250)) * 40
    kernel.memory.write(va, data)
    assert kernel.memory.read(va, 10000) == data
    pfns = kernel.memory.frames(va, 10000)
    assert len(pfns) == 3 and all(b != a + 1 for a, b in itertools.pairwise(pfns))
    with pytest.raises(ValueError):
        kernel.memory.read(va + 3 * 4096, 1)
    kernel.memory.free(va)
    with pytest.raises(ValueError):
        kernel.memory.frames(va, 1)


def test_page_frames():
    pages = PhysicalPages(64 * 4096)
    free = pages.free_count()
    run = pages.allocate_contiguous(8)
    assert run == list(range(run[0], run[0] + 8))
    scattered = pages.allocate_scattered(free - 8)
    assert not set(run) & set(scattered)
    for allocate in (pages.allocate_contiguous, pages.allocate_scattered):
        with pytest.raises(OutOfMemory):
            allocate(1)
    pages.release(run)
    with pytest.raises(ValueError):
        pages.release(run)
    assert sorted(pages.allocate_scattered(8)) == run
    pages.release(run)
    assert pages.allocate_contiguous(1, highest=(run[0] << 12) + 0xFFF) == run[:1]
    with pytest.raises(OutOfMemory):
        pages.allocate_contiguous(1, highest=(run[0] << 12) + 0xFFE)


def test_map_register_pool_is_first_fit():
    pool = MapRegisterPool(8)
    a, b, c = pool.allocate(2), pool.allocate(3), pool.allocate(2)
    assert (a.first, b.first, c.first, pool.free_count) == (0, 2, 5, 1)
    assert pool.allocate(2) is None
    pool.release(b)
    assert pool.allocate(4) is None  # free, but not in a row
    assert pool.allocate(1) == Run(2, 1)
    assert pool.allocate(2, limit=4) is None and pool.allocate(2, limit=5) == Run(3, 2)
    pool.release(a)
    with pytest.raises(ValueError):
        pool.release(a)


def test_physical_runs_end_at_4_gib_and_with_their_mdl():
    mdl = Mdl(0x10000, 0x800, 0x2800, [0xFFFFE, 0xFFFFF, 0x100000])
    mdl.next = Mdl(0x20000, 0, 0x1000, [0x100001])
    got = [(run.physical, run.length) for run in runs(mdl, 0, 0x3800)]
    assert got == [(0xFFFF_E800, 0x1800), (0x1_0000_0000, 0x1000), (0x1_0000_1000, 0x1000)]
    assert [run.length for run in runs(mdl, 0x1000, 0x900)] == [0x800, 0x100]


def test_machines_are_the_same_every_time():
    one, two = Machine(), Machine()
    assert one.kernel.memory.frames(one.kernel.memory.allocate(50000), 50000) == two.kernel.memory.frames(
        two.kernel.memory.allocate(50000), 50000
    )
