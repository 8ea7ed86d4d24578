"""The contract, cell by cell: AllocateAdapterChannelEx, cancelling."""

from wdm_calls import (
    Routine,
    allocate_ex,
    both,
    flush_ex,
    free_channel,
    free_registers,
    get_list,
    get_list_ex,
    map_ex,
)
from wdm_contract_kit import Rows, run
from wdm_kit import violation
from windlass.wdm import (
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_CANCELLED,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
    DeallocateObjectKeepRegisters,
    DeviceObject,
    DmaTransferContext,
    Ref,
)

SYNC = DMA_SYNCHRONOUS_CALLBACK
rows = Rows()
proves = rows.proves


# --- AllocateAdapterChannelEx ---
@proves("allocate_adapter_channel_ex", "STATUS_SUCCESS ran")
def the_routine_runs_at_once_ex(m, version):
    for adapter in both(m, version):
        routine = Routine(m)
        assert allocate_ex(routine, adapter, m.context(adapter), 2) == STATUS_SUCCESS
        assert len(routine.bases) == 1 and routine.irps == [routine.device.current_irp]
        free_channel(m, adapter)


@proves("allocate_adapter_channel_ex", "STATUS_SUCCESS queued")
def several_requests_of_one_device(m, version):
    for adapter in both(m, version):
        routine = Routine(m)
        for _ in range(3):
            assert allocate_ex(routine, adapter, m.context(adapter), 1) == STATUS_SUCCESS
        for served in (1, 2, 3):
            assert len(routine.bases) == served
            free_channel(m, adapter)


@proves("allocate_adapter_channel_ex", "STATUS_SUCCESS synchronous")
def at_once_or_not_at_all(m, version):
    for adapter in both(m, version):
        routine, pointer = Routine(m), Ref("untouched")
        assert allocate_ex(routine, adapter, m.context(adapter), 2, SYNC) == STATUS_SUCCESS
        assert len(routine.bases) == 1
        free_channel(m, adapter)
        assert allocate_ex(routine, adapter, m.context(adapter), 2, SYNC, True, pointer) == STATUS_SUCCESS
        assert pointer.value is routine.bases[1]  # both: also written
        free_channel(m, adapter)
        assert allocate_ex(routine, adapter, m.context(adapter), 2, SYNC, None, pointer) == STATUS_SUCCESS
        assert len(routine.bases) == 2 and adapter.queue.owner is not None
        free_channel(m, adapter)


@proves("allocate_adapter_channel_ex", "STATUS_INVALID_PARAMETER")
def combinations_that_do_not_go_together(m, version):
    adapter, routine = m.sub(version=version), Routine(m)
    for flags, control, pointer in (
        (0, True, Ref("x")),
        (0, None, None),
        (0, None, Ref("x")),
        (SYNC, None, None),
        (2, True, None),  # no such flag
        (0x8000_0000, True, None),
    ):
        status = allocate_ex(routine, adapter, m.context(adapter), 1, flags, control, pointer)
        assert status == STATUS_INVALID_PARAMETER and (pointer is None or pointer.value == "x")
    granted, queued = m.context(adapter), m.context(adapter)
    assert allocate_ex(Routine(m), adapter, granted, 1) == allocate_ex(Routine(m), adapter, queued, 1) == STATUS_SUCCESS
    foreign = m.context(m.sub(version=version, channel=2))
    for context in (None, DmaTransferContext(), granted, queued, foreign):
        assert allocate_ex(routine, adapter, context, 1) == STATUS_INVALID_PARAMETER
    assert routine.bases == []


@proves("allocate_adapter_channel_ex", "STATUS_INSUFFICIENT_RESOURCES", max_pool=4)
def not_free_now(m, version):
    one, two = m.master(0, version=version), m.master(1, version=version)
    routine, context = Routine(m), m.context(one)
    assert allocate_ex(routine, one, context, one.max_regs + 1) == STATUS_INSUFFICIENT_RESOURCES
    base = m.grant(two, 3, DeallocateObjectKeepRegisters)
    assert allocate_ex(routine, one, context, 2, SYNC) == STATUS_INSUFFICIENT_RESOURCES  # no registers
    assert one.queue.current is None and not m.kernel.scheduler.reg_wait
    free_registers(m, two, base, 3)
    m.grant(one, 1)
    assert allocate_ex(routine, one, context, 1, SYNC) == STATUS_INSUFFICIENT_RESOURCES  # no channel
    free_channel(m, one)
    assert routine.bases == []
    assert allocate_ex(routine, one, context, 1, SYNC) == STATUS_SUCCESS  # the context stayed fresh


@proves("allocate_adapter_channel_ex", "STATUS_CANCELLED")
def cancelled_before_it_began(m, version):
    adapter, routine, context = m.sub(version=version), Routine(m), None
    context = m.context(adapter)
    assert adapter.dma_operations.cancel_adapter_channel(adapter, routine.device, context) is True
    assert allocate_ex(routine, adapter, context, 1) == STATUS_CANCELLED
    assert routine.bases == [] and adapter.queue.current is None
    assert allocate_ex(routine, adapter, context, 1) == STATUS_INVALID_PARAMETER


@proves("allocate_adapter_channel_ex", "CV-REENTRY")
def not_from_a_list_routine_ex(m, version):
    adapter = m.master(version=version, scatter_gather=True)
    context = m.context(adapter)

    def listed(*_):
        adapter.dma_operations.allocate_adapter_channel_ex(adapter, DeviceObject(), context, 1, 0, print, None, None)

    with violation("CV-REENTRY", "allocate_adapter_channel_ex"):
        get_list(Routine(m), adapter, m.mdl([0x110]), function=listed)


@proves("allocate_adapter_channel_ex", "CV-ACTION")
def actions_ex(m, version):
    for action in (0, 4, None):
        adapter = m.master(version=version)
        with violation("CV-ACTION"):
            m.grant_ex(adapter, 1, action)
    with violation("CV-ACTION"):
        m.grant_ex(m.sub(version=version), 1, DeallocateObjectKeepRegisters)


# --- cancelling ---
@proves("cancel_adapter_channel", "TRUE queued", max_pool=4)
def a_request_that_waits_is_taken_out(m, version):
    one, two = m.master(0, version=version), m.master(1, version=version)
    m.grant(one, 1)
    waiting, behind = Routine(m), Routine(m)
    contexts = [m.context(one) for _ in range(2)]
    allocate_ex(waiting, one, contexts[0], 1)
    allocate_ex(behind, one, contexts[1], 1)
    assert one.dma_operations.cancel_adapter_channel(one, waiting.device, contexts[0]) is True
    free_channel(m, one)
    assert waiting.bases == [] and len(behind.bases) == 1
    # it owns the channel and waits for registers: the channel goes to the next, the registers to who waits for fewer
    starved, small, after = Routine(m), Routine(m), Routine(m)
    big, next_one = m.context(two), m.context(two)
    third = m.master(2, version=version)
    allocate_ex(starved, two, big, 4)
    allocate_ex(after, two, next_one, 1)
    allocate_ex(small, third, m.context(third), 1)
    assert starved.bases == small.bases == after.bases == []
    assert two.dma_operations.cancel_adapter_channel(two, starved.device, big) is True
    assert starved.bases == [] and len(small.bases) == len(after.bases) == 1
    context, lists = m.context(third), Routine(m)  # a list request, too
    assert get_list_ex(lists, third, context, m.mdl([0x110]), 0, 16) == STATUS_SUCCESS
    assert third.dma_operations.cancel_adapter_channel(third, lists.device, context) is True
    free_channel(m, third)
    assert lists.lists == []


@proves("cancel_adapter_channel", "TRUE pre-emptive")
def a_request_not_made_yet(m, version):
    adapter, routine = m.master(version=version), Routine(m)
    context = m.context(adapter)
    for _ in range(2):
        assert adapter.dma_operations.cancel_adapter_channel(adapter, routine.device, context) is True
    assert get_list_ex(routine, adapter, context, m.mdl([0x110]), 0, 16) == STATUS_CANCELLED
    assert routine.lists == []


@proves("cancel_adapter_channel", "FALSE")
def a_request_that_is_served(m, version):
    adapter, other = m.sub(version=version), m.sub(version=version, channel=2)
    cancel = adapter.dma_operations.cancel_adapter_channel
    _, context = m.grant_ex(adapter, 1)
    assert cancel(adapter, None, context) is False and adapter.queue.owner is not None
    free_channel(m, adapter)
    assert cancel(adapter, None, context) is False
    assert cancel(adapter, None, DmaTransferContext()) is False and cancel(adapter, None, None) is False
    assert cancel(adapter, None, m.context(other)) is False


@proves("cancel_mapped_transfer", "STATUS_SUCCESS")
def a_transfer_is_stopped(m, version):
    adapter, mdl = m.sub(version=version), m.mdl([0x110])
    ops = adapter.dma_operations
    base, context = m.grant_ex(adapter, 1)
    assert map_ex(adapter, mdl, base, 0, 4096, False)[0] == STATUS_SUCCESS
    m.device_moves(1000)
    for _ in range(2):
        assert ops.cancel_mapped_transfer(adapter, context) == STATUS_SUCCESS
        assert ops.read_dma_counter(adapter) == 3096
    assert map_ex(adapter, mdl, base, 0, 16, False)[0] == STATUS_CANCELLED
    with violation("CV-FLUSH"):
        free_channel(m, adapter)
    assert flush_ex(adapter, mdl, base, 0, 4096, False) == STATUS_SUCCESS
    free_channel(m, adapter)


@proves("cancel_mapped_transfer", "STATUS_INVALID_PARAMETER")
def nothing_to_stop(m, version):
    adapter, other, master = m.sub(version=version), m.sub(version=version, channel=2), m.master(version=version)
    cancel = adapter.dma_operations.cancel_mapped_transfer
    base, context = m.grant_ex(adapter, 1)
    for nothing in (None, DmaTransferContext(), m.context(adapter), context):  # the last was never mapped
        assert cancel(adapter, nothing) == STATUS_INVALID_PARAMETER
    mdl = m.mdl([0x110])
    assert map_ex(adapter, mdl, base, 0, 16, False)[0] == STATUS_SUCCESS
    assert cancel(other, context) == STATUS_INVALID_PARAMETER
    assert flush_ex(adapter, mdl, base, 0, 16, False) == STATUS_SUCCESS
    free_channel(m, adapter)
    assert cancel(adapter, context) == STATUS_INVALID_PARAMETER
    base, context = m.grant_ex(master, 1)
    assert map_ex(master, mdl, base, 0, 16, False)[0] == STATUS_SUCCESS
    assert cancel(master, context) == STATUS_INVALID_PARAMETER


@rows.test
def test_contract(row, version, profile, choices):
    run(row, version, profile, choices)
