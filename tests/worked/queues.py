"""The scenarios of queues, contexts and map registers."""

from __future__ import annotations

from wdm_calls import (
    Routine,
    allocate,
    allocate_ex,
    flush_ex,
    free_channel,
    free_registers,
    map_ex,
)
from wdm_kit import violation
from windlass.wdm import (
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_CANCELLED,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    Irp,
    KeepObject,
    PCIBus,
    Ref,
)

from .machines import put

SYNC = DMA_SYNCHRONOUS_CALLBACK


def w4(make):
    """Cancel while queued."""
    m = make()
    adapter = m.sub()
    routines, contexts = [Routine(m) for _ in range(3)], [m.context(adapter) for _ in range(3)]
    for routine, context in zip(routines, contexts, strict=True):
        assert allocate_ex(routine, adapter, context, 1) == STATUS_SUCCESS
    cancel = adapter.dma_operations.cancel_adapter_channel
    assert cancel(adapter, routines[1].device, contexts[1]) is True
    assert cancel(adapter, routines[0].device, contexts[0]) is False
    assert [len(routine.bases) for routine in routines] == [1, 0, 0]
    with m.dispatch():
        adapter.dma_operations.free_adapter_channel(adapter)
        assert [len(routine.bases) for routine in routines] == [1, 0, 1]  # inside that call
    assert allocate_ex(routines[1], adapter, contexts[1], 1) == STATUS_INVALID_PARAMETER
    assert adapter.dma_operations.initialize_dma_transfer_context(adapter, contexts[1]) == STATUS_SUCCESS
    free_channel(m, adapter)
    put(adapter)


def w5(make):
    """Pre-emptive cancel."""
    m = make()
    adapter, routine = m.sub(), Routine(m)
    context = m.context(adapter)
    assert adapter.dma_operations.cancel_adapter_channel(adapter, routine.device, context) is True
    assert allocate_ex(routine, adapter, context, 1) == STATUS_CANCELLED
    assert routine.bases == [] and adapter.queue.current is None
    assert adapter.dma_operations.initialize_dma_transfer_context(adapter, context) == STATUS_SUCCESS
    assert allocate_ex(routine, adapter, context, 1) == STATUS_SUCCESS and len(routine.bases) == 1
    free_channel(m, adapter)
    put(adapter)


def w8(make):
    """Too many registers."""
    m = make()
    adapter = m.master(maximum_length=4096)
    assert m.registers.value == 2
    for busy in (False, True):
        if busy:
            m.grant(adapter, 1)
        routine = Routine(m)
        assert allocate(routine, adapter, 3) == STATUS_INSUFFICIENT_RESOURCES
        assert allocate_ex(routine, adapter, m.context(adapter), 3) == STATUS_INSUFFICIENT_RESOURCES
        assert routine.bases == [] and not adapter.queue.waiting
    free_channel(m, adapter)
    put(adapter)


def w10(make):
    """Partial by list buffer."""
    m = make()
    adapter = m.master(scatter_gather=True, interface_type=PCIBus)
    mdl = m.mdl([0x300, 0x310, 0x320])
    base, _ = m.grant_ex(adapter, 3)
    assert (base is None) == m.pc  # it reaches everything
    status, length, sg = map_ex(adapter, mdl, base, 0, 0x3000, True, 16 + 64 + 48)
    assert (status, length, sg.number_of_elements) == (STATUS_SUCCESS, 0x2000, 2)
    assert flush_ex(adapter, mdl, base, 0, 0x2000, True) == STATUS_SUCCESS
    status, length, sg = map_ex(adapter, mdl, base, 0x2000, 0x1000, True, 128)
    assert (status, length, sg.number_of_elements) == (STATUS_SUCCESS, 0x1000, 1)
    assert flush_ex(adapter, mdl, base, 0x2000, 0x1000, True) == STATUS_SUCCESS
    assert map_ex(adapter, mdl, base, 0, 0x3000, True, 103)[:2] == (STATUS_INVALID_PARAMETER, 0x3000)
    free_channel(m, adapter)
    put(adapter)


def w11(make):
    """Queue order on one channel."""
    m = make()
    adapter = m.sub(version=1)
    devices = [Routine(m) for _ in range(3)]
    irp = devices[1].device.current_irp
    for device in devices:
        assert allocate(device, adapter, 1) == STATUS_SUCCESS
    devices[1].device.current_irp = Irp()
    assert [len(device.bases) for device in devices] == [1, 0, 0]
    with violation("CV-REENTRY"):  # its routine has not run
        allocate(devices[1], adapter, 1)
    with m.dispatch():
        adapter.dma_operations.free_adapter_channel(adapter)
        assert [len(device.bases) for device in devices] == [1, 1, 0]
    assert devices[1].irps == [irp]
    free_channel(m, adapter)
    assert [len(device.bases) for device in devices] == [1, 1, 1]
    free_channel(m, adapter)
    put(adapter)


def w12(make):
    """Register starvation across adapters."""
    m = make(max_pool=8)
    x, y, z = m.master(0), m.master(1), m.master(2)
    base = m.grant(x, 6, DeallocateObjectKeepRegisters)
    dy, dy2, dz = (Routine(m, DeallocateObjectKeepRegisters) for _ in range(3))
    for routine, adapter, count in ((dy, y, 4), (dy2, y, 4), (dz, z, 1)):
        assert allocate(routine, adapter, count) == STATUS_SUCCESS
    assert dy.bases == dy2.bases == dz.bases == []
    with m.dispatch():
        x.dma_operations.free_map_registers(x, base, 6)
        assert len(dy.bases) == len(dz.bases) == 1  # both nested
    served = len(dy2.bases)
    free_registers(m, y, dy.bases[0], 4)
    assert served == 0 and len(dy2.bases) == 1  # Y2 after Y
    free_registers(m, y, dy2.bases[0], 4)
    free_registers(m, z, dz.bases[0], 1)
    put(x, y, z)


def w13(make):
    """Overlapped bus-master operations."""
    m = make(max_pool=16)
    adapter = m.master(maximum_length=0x3000)
    assert m.registers.value == 4
    bases = []
    for _ in range(3):
        routine = Routine(m, DeallocateObjectKeepRegisters)
        assert allocate(routine, adapter, 4) == STATUS_SUCCESS
        bases += routine.bases
    assert len({base._grant.run.first for base in bases}) == 3 and adapter.queue.owner is None
    with violation("CV-REGS"):
        free_registers(m, adapter, bases[1], 3)
    free_registers(m, adapter, bases[1], 4)
    with violation("CV-LEAK"):
        put(adapter)
    free_registers(m, adapter, bases[0], 4)
    free_registers(m, adapter, bases[2], 4)
    put(adapter)


def w16(make):
    """Synchronous allocation: a version 3 master; on `pc` one that needs no registers."""
    m = make()
    adapter, pointer, mdl = m.master(scatter_gather=True, interface_type=PCIBus), Ref("untouched"), m.mdl([0x300])
    routine, free = Routine(m), adapter.dma_operations.free_adapter_object
    assert allocate_ex(routine, adapter, m.context(adapter), 1, SYNC, None, pointer) == STATUS_SUCCESS
    assert (pointer.value is None) == m.pc
    second, other = m.context(adapter), Ref("untouched")
    assert allocate_ex(routine, adapter, second, 1, SYNC, None, other) == STATUS_INSUFFICIENT_RESOURCES
    assert other.value == "untouched" and not adapter.queue.waiting
    assert map_ex(adapter, mdl, pointer.value, 0, 64, True)[:2] == (STATUS_SUCCESS, 64)
    assert flush_ex(adapter, mdl, pointer.value, 0, 64, True) == STATUS_SUCCESS
    free(adapter, KeepObject)
    assert adapter.queue.owner is not None
    free(adapter, DeallocateObject)
    assert adapter.queue.owner is None
    put(adapter)
