"""The contract, cell by cell: AllocateAdapterChannel, releasing channels and map registers."""

from wdm_calls import (
    Routine,
    allocate,
    allocate_ex,
    both,
    flush_v1,
    free_channel,
    free_registers,
    map_ex,
    map_v1,
)
from wdm_contract_kit import Rows, run
from wdm_kit import violation
from windlass.wdm import (
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_SUCCESS,
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    DeviceObject,
    Irp,
    KeepObject,
    Ref,
)

SYNC = DMA_SYNCHRONOUS_CALLBACK
rows = Rows()
proves = rows.proves


# --- AllocateAdapterChannel ---
@proves("allocate_adapter_channel", "STATUS_SUCCESS ran")
def the_routine_runs_at_once(m, version):
    for adapter in both(m, version):
        routine = Routine(m)
        assert allocate(routine, adapter, 2) == STATUS_SUCCESS
        assert len(routine.bases) == 1 and routine.bases[0] is not None
        assert routine.irps == [routine.device.current_irp]
        free_channel(m, adapter)
        none = Routine(m)
        assert allocate(none, adapter, 0) == STATUS_SUCCESS and none.bases == [None]
        free_channel(m, adapter)


@proves("allocate_adapter_channel", "STATUS_SUCCESS queued")
def the_routine_waits_for_its_turn(m, version):
    for adapter in both(m, version):
        first, second, third = (Routine(m) for _ in range(3))
        irp = second.device.current_irp
        for routine in (first, second, third):
            assert allocate(routine, adapter, 1) == STATUS_SUCCESS
        second.device.current_irp = Irp()  # sampled when the request was made
        assert len(first.bases) == 1 and second.bases == third.bases == []
        free_channel(m, adapter)
        assert len(second.bases) == 1 and second.irps == [irp] and third.bases == []
        free_channel(m, adapter)
        assert len(third.bases) == 1
        free_channel(m, adapter)


@proves("allocate_adapter_channel", "STATUS_INSUFFICIENT_RESOURCES")
def more_registers_than_ever(m, version):
    for adapter in both(m, version):
        for busy in (False, True):
            if busy:
                m.grant(adapter, 1)
            routine = Routine(m)
            assert allocate(routine, adapter, adapter.max_regs + 1) == STATUS_INSUFFICIENT_RESOURCES
            assert routine.bases == [] and not adapter.queue.waiting and not routine.device.wait_block_in_use


@proves("allocate_adapter_channel", "CV-REENTRY")
def one_request_of_a_device_object(m, version):
    for adapter in both(m, version):
        m.grant(adapter, 1)
        routine = Routine(m)
        assert allocate(routine, adapter, 1) == STATUS_SUCCESS
        with violation("CV-REENTRY", "allocate_adapter_channel"):
            allocate(routine, adapter, 1)
        free_channel(m, adapter)
        assert allocate(routine, adapter, 1) == STATUS_SUCCESS  # its routine has returned
        free_channel(m, adapter)

    def nested(*_):
        return adapter.dma_operations.allocate_adapter_channel(adapter, DeviceObject(), 1, nested, None)

    with violation("CV-REENTRY", "allocate_adapter_channel"):
        allocate(Routine(m), m.master(version=version), 1, nested)


@proves("allocate_adapter_channel", "CV-ACTION")
def actions(m, version):
    for action in (0, 4, None, "KeepObject"):
        for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
            with violation("CV-ACTION"):
                m.grant(adapter, 1, action)
            adapter.queue.owner = adapter.queue.current = None
    with violation("CV-ACTION"):
        m.grant(m.sub(version=version, channel=3), 1, DeallocateObjectKeepRegisters)
    master, mdl = m.master(version=version), m.mdl([0x110])

    def unflushed(_device, _irp, base, _context):
        map_v1(master, mdl, base, 0, 64, True)
        return DeallocateObject

    with violation("CV-ACTION"):
        allocate(Routine(m), master, 1, unflushed)


# --- FreeAdapterChannel, FreeMapRegisters, FreeAdapterObject ---
@proves("free_adapter_channel", "released")
def a_release_serves_who_waits(m, version):
    adapter = m.sub(version=version)
    before = m.kernel.pool.free_count
    m.grant(adapter, 2)
    routine = Routine(m, DeallocateObject)
    assert allocate(routine, adapter, 1) == STATUS_SUCCESS and routine.bases == []
    with m.dispatch():
        adapter.dma_operations.free_adapter_channel(adapter)
        assert len(routine.bases) == 1  # inside the call
    assert m.kernel.pool.free_count == before and adapter.queue.owner is None


@proves("free_adapter_channel", "CV-CHANNEL")
def a_release_without_the_channel(m, version):
    adapter = m.sub(version=version)
    for action in (None, DeallocateObject):
        if action:
            m.grant(adapter, 1, action)
        with violation("CV-CHANNEL", "free_adapter_channel"):
            free_channel(m, adapter)

    def inside(*_):
        adapter.dma_operations.free_adapter_channel(adapter)
        return KeepObject

    with violation("CV-CHANNEL", "free_adapter_channel"):
        allocate(Routine(m), adapter, 1, inside)


@proves("free_adapter_channel", "CV-FLUSH")
def a_release_without_a_flush(m, version):
    adapter, mdl = m.sub(version=version), m.mdl([0x110])
    base = m.grant(adapter, 1)
    map_v1(adapter, mdl, base, 0, 64, True)
    with violation("CV-FLUSH", "free_adapter_channel"):
        free_channel(m, adapter)
    flush_v1(adapter, mdl, base, 0, 64, True)
    free_channel(m, adapter)


@proves("free_map_registers", "released", max_pool=4)
def registers_come_back_and_who_waits_is_served(m, version):
    one, two = m.master(0, version=version), m.master(1, version=version)
    base = m.grant(one, 3, DeallocateObjectKeepRegisters)
    assert one.queue.owner is None  # the channel is free, the registers are not
    routine = Routine(m)
    assert allocate(routine, two, 4) == STATUS_SUCCESS and routine.bases == []
    with m.dispatch():
        one.dma_operations.free_map_registers(one, base, 3)
        assert len(routine.bases) == 1


@proves("free_map_registers", "NULL")
def no_registers_to_free(m, version):
    adapter = m.master(version=version)
    before = m.kernel.pool.free_count
    free_registers(m, adapter, None, 5)
    m.grant(adapter, 2)
    free_registers(m, adapter, None, 2)
    assert m.kernel.pool.free_count == before - 2


@proves("free_map_registers", "CV-REGS")
def registers_are_freed_as_they_were_got(m, version):
    adapter, other = m.master(0, version=version), m.master(1, version=version)
    base = m.grant(adapter, 4, DeallocateObjectKeepRegisters)
    for where, what, count in ((adapter, base, 3), (adapter, base, 5), (other, base, 4), (adapter, object(), 4)):
        with violation("CV-REGS", "free_map_registers"):
            free_registers(m, where, what, count)
    free_registers(m, adapter, base, 4)
    with violation("CV-REGS", "free_map_registers"):
        free_registers(m, adapter, base, 4)
    kept = m.grant(adapter, 2)
    with violation("CV-REGS", "free_map_registers"):  # they go with the channel
        free_registers(m, adapter, kept, 2)


@proves("free_map_registers", "CV-FLUSH")
def registers_with_a_mapping(m, version):
    adapter, mdl = m.master(version=version), m.mdl([0x110])
    base = m.grant(adapter, 1, DeallocateObjectKeepRegisters)
    map_v1(adapter, mdl, base, 0, 64, True)
    with violation("CV-FLUSH", "free_map_registers"):
        free_registers(m, adapter, base, 1)


@proves("free_adapter_object", "released")
def the_three_actions(m, version):
    adapter = m.master(version=version)
    before, pointer = m.kernel.pool.free_count, Ref()
    free = adapter.dma_operations.free_adapter_object
    assert allocate_ex(Routine(m), adapter, m.context(adapter), 2, SYNC, None, pointer) == STATUS_SUCCESS
    free(adapter, KeepObject)
    assert adapter.queue.owner is not None
    free(adapter, DeallocateObjectKeepRegisters)
    assert adapter.queue.owner is None and m.kernel.pool.free_count == before - 2
    free(adapter, KeepObject)  # nothing, without a channel too
    free_registers(m, adapter, pointer.value, 2)
    for owner in (adapter, m.sub(version=version)):
        m.grant_ex(owner, 2)
        free(owner, DeallocateObject)
        assert owner.queue.owner is None and m.kernel.pool.free_count == before


@proves("free_adapter_object", "CV-CHANNEL")
def the_actions_need_the_channel(m, version):
    adapter = m.master(version=version)
    for action in (DeallocateObject, DeallocateObjectKeepRegisters):
        with violation("CV-CHANNEL", "free_adapter_object"):
            adapter.dma_operations.free_adapter_object(adapter, action)


@proves("free_adapter_object", "CV-ACTION")
def the_actions_that_there_are(m, version):
    adapter = m.sub(version=version)
    m.grant_ex(adapter, 1)
    for action in (0, 4, None, DeallocateObjectKeepRegisters):  # the last: not for system DMA
        with violation("CV-ACTION", "free_adapter_object"):
            adapter.dma_operations.free_adapter_object(adapter, action)


@proves("free_adapter_object", "CV-FLUSH")
def the_actions_after_a_flush(m, version):
    adapter, mdl = m.master(version=version), m.mdl([0x110])
    base, _ = m.grant_ex(adapter, 1)
    assert map_ex(adapter, mdl, base, 0, 64, True)[0] == STATUS_SUCCESS
    with violation("CV-FLUSH", "free_adapter_object"):
        adapter.dma_operations.free_adapter_object(adapter, DeallocateObject)


@rows.test
def test_contract(row, version, profile, choices):
    run(row, version, profile, choices)
