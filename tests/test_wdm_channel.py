"""Channels and map registers: AllocateAdapterChannel(Ex), the queues, cancelling, releasing.

Worked scenarios W4, W5, W8, W11, W12, W13, W16.
"""

import pytest
from wdm_kit import Machine, violation
from windlass.wdm import (
    DISPATCH_LEVEL,
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_CANCELLED,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    DeviceObject,
    DmaTransferContext,
    Irp,
    KeepObject,
    Ref,
)

SYNC = DMA_SYNCHRONOUS_CALLBACK


class Driver:
    """A device whose AdapterControl notes what it was called with."""

    def __init__(self, machine, name, log, action=KeepObject):
        self.machine, self.log, self.action = machine, log, action
        self.device = DeviceObject(name)
        self.base = None

    def control(self, device, irp, base, context):
        assert device is self.device and self.machine.kernel.irql == DISPATCH_LEVEL
        self.base, self.irp, self.context = base, irp, context
        self.log.append(device.name)
        return self.action

    def allocate(self, adapter, count):
        with self.machine.dispatch():
            return adapter.dma_operations.allocate_adapter_channel(adapter, self.device, count, self.control, self)

    def allocate_ex(self, adapter, context, count, flags=0):
        with self.machine.dispatch():
            return adapter.dma_operations.allocate_adapter_channel_ex(
                adapter, self.device, context, count, flags, self.control, self, None
            )


def free_channel(machine, adapter):
    with machine.dispatch():
        adapter.dma_operations.free_adapter_channel(adapter)


def test_w4_cancel_while_queued():
    machine, log = Machine(), []
    adapter = machine.sub()
    ops = adapter.dma_operations
    contexts = [machine.context(adapter) for _ in range(3)]
    drivers = [Driver(machine, str(k + 1), log) for k in range(3)]
    for driver, context in zip(drivers, contexts, strict=True):
        assert driver.allocate_ex(adapter, context, 1) == STATUS_SUCCESS
    assert log == ["1"]
    assert ops.cancel_adapter_channel(adapter, drivers[1].device, contexts[1]) is True
    assert ops.cancel_adapter_channel(adapter, drivers[0].device, contexts[0]) is False
    free_channel(machine, adapter)
    assert log == ["1", "3"]
    assert drivers[1].allocate_ex(adapter, contexts[1], 1) == STATUS_INVALID_PARAMETER
    assert ops.initialize_dma_transfer_context(adapter, contexts[1]) == STATUS_SUCCESS
    assert drivers[1].allocate_ex(adapter, contexts[1], 1) == STATUS_SUCCESS
    free_channel(machine, adapter)
    assert log == ["1", "3", "2"]


def test_w5_preemptive_cancel():
    machine, log = Machine(), []
    adapter = machine.sub()
    ops = adapter.dma_operations
    context, driver = machine.context(adapter), Driver(machine, "1", log)
    assert ops.cancel_adapter_channel(adapter, driver.device, context) is True
    assert driver.allocate_ex(adapter, context, 1) == STATUS_CANCELLED
    assert log == [] and adapter.queue.current is None
    assert driver.allocate_ex(adapter, context, 1) == STATUS_INVALID_PARAMETER
    assert ops.initialize_dma_transfer_context(adapter, context) == STATUS_SUCCESS
    assert driver.allocate_ex(adapter, context, 1) == STATUS_SUCCESS and log == ["1"]


def test_cancel_of_contexts_that_are_nowhere():
    machine = Machine()
    adapter = machine.sub()
    cancel = adapter.dma_operations.cancel_adapter_channel
    assert cancel(adapter, None, DmaTransferContext()) is False  # uninitialised
    assert cancel(adapter, None, None) is False
    _, context = machine.grant_ex(adapter, 1)
    free_channel(machine, adapter)
    assert cancel(adapter, None, context) is False  # released
    other = machine.sub(channel=2)
    assert cancel(other, None, machine.context(adapter)) is False  # another adapter's


@pytest.mark.parametrize("busy", [False, True])
def test_w8_too_many_registers(busy):
    machine, log = Machine(), []
    adapter = machine.master(maximum_length=4096)
    assert machine.registers.value == 2
    if busy:
        machine.grant(adapter, 1)
    driver = Driver(machine, "1", log)
    assert driver.allocate(adapter, 3) == STATUS_INSUFFICIENT_RESOURCES
    assert driver.allocate_ex(adapter, machine.context(adapter), 3) == STATUS_INSUFFICIENT_RESOURCES
    assert log == [] and not adapter.queue.waiting
    assert driver.allocate(adapter, 2) == STATUS_SUCCESS and log == ([] if busy else ["1"])


def test_w11_queue_order_on_one_channel():
    machine, log = Machine(), []
    adapter = machine.master()
    one, two, three = (Driver(machine, f"D{k}", log) for k in (1, 2, 3))
    first, later = Irp(), Irp()
    two.device.current_irp = first
    for driver in (one, two, three):
        assert driver.allocate(adapter, 2) == STATUS_SUCCESS
    two.device.current_irp = later
    assert log == ["D1"]
    free_channel(machine, adapter)
    assert log == ["D1", "D2"] and two.irp is first and two.context is two
    free_channel(machine, adapter)
    assert log == ["D1", "D2", "D3"]


def test_w11_reentry():
    machine, log = Machine(), []
    adapter = machine.master()
    driver = Driver(machine, "D1", log)
    machine.grant(adapter, 1)
    assert driver.allocate(adapter, 1) == STATUS_SUCCESS
    with violation("CV-REENTRY", "allocate_adapter_channel"):
        driver.allocate(adapter, 1)
    free_channel(machine, adapter)
    assert log == ["D1"] and driver.allocate(adapter, 1) == STATUS_SUCCESS  # its routine has returned


def test_no_allocation_from_within_adapter_control():
    machine = Machine()
    adapter = machine.master()

    def control(*_):
        return adapter.dma_operations.allocate_adapter_channel(adapter, DeviceObject(), 1, control, None)

    with machine.dispatch(), violation("CV-REENTRY"):
        adapter.dma_operations.allocate_adapter_channel(adapter, DeviceObject(), 1, control, None)


def test_w12_register_starvation_across_adapters():
    machine, log = Machine(max_pool=8), []
    x, y, z = machine.master(0), machine.master(1), machine.master(2)
    base = machine.grant(x, 6, DeallocateObjectKeepRegisters)
    dy, dy2, dz = (Driver(machine, name, log, DeallocateObjectKeepRegisters) for name in ("Y", "Y2", "Z"))
    dy.action = KeepObject
    assert dy.allocate(y, 4) == dy2.allocate(y, 4) == dz.allocate(z, 1) == STATUS_SUCCESS
    assert log == []  # Z waits behind Y although two registers are free
    with machine.dispatch():
        x.dma_operations.free_map_registers(x, base, 6)
    assert log == ["Y", "Z"]
    free_channel(machine, y)
    assert log == ["Y", "Z", "Y2"]


def test_cancel_while_waiting_for_registers_lets_the_next_one_through():
    machine, log = Machine(max_pool=8), []
    x, y, z = machine.master(0), machine.master(1), machine.master(2)
    machine.grant(x, 6, DeallocateObjectKeepRegisters)
    context = machine.context(y)
    Driver(machine, "Y", log).allocate_ex(y, context, 4)
    Driver(machine, "Z", log).allocate(z, 1)
    Driver(machine, "Y2", log).allocate(y, 1)
    assert y.dma_operations.cancel_adapter_channel(y, None, context) is True
    assert log == ["Z", "Y2"]


def test_w13_overlapped_bus_master_operations():
    machine = Machine(max_pool=16)
    adapter = machine.master(maximum_length=0x3000)
    bases = [machine.grant(adapter, 4, DeallocateObjectKeepRegisters) for _ in range(3)]
    assert len({base._grant.run.first for base in bases}) == 3 and adapter.queue.current is None
    ops = adapter.dma_operations
    with machine.dispatch():
        with violation("CV-REGS", "free_map_registers"):
            ops.free_map_registers(adapter, bases[1], 3)
        ops.free_map_registers(adapter, bases[1], 4)
        with violation("CV-REGS"):
            ops.free_map_registers(adapter, bases[1], 4)
        ops.free_map_registers(adapter, None, 0)  # NULL: nothing
        with violation("CV-LEAK"):
            ops.put_dma_adapter(adapter)


def test_w16_synchronous_allocation():
    """As W16, with registers: on this profile every adapter needs them."""
    machine = Machine()
    adapter = machine.master()
    ops, base = adapter.dma_operations, Ref()
    context, second = machine.context(adapter), machine.context(adapter)
    with machine.dispatch():
        args = (adapter, DeviceObject(), context, 1, SYNC, None, None, base)
        assert ops.allocate_adapter_channel_ex(*args) == STATUS_SUCCESS
        assert base.value is not None
        args = (adapter, DeviceObject(), second, 1, SYNC, None, None, Ref())
        assert ops.allocate_adapter_channel_ex(*args) == STATUS_INSUFFICIENT_RESOURCES
        assert not adapter.queue.waiting
        ops.free_adapter_object(adapter, KeepObject)
        assert adapter.queue.owner is not None
        ops.free_adapter_object(adapter, DeallocateObject)
        assert adapter.queue.owner is None
        assert ops.allocate_adapter_channel_ex(*args) == STATUS_SUCCESS  # the context is still good
        ops.free_adapter_object(adapter, DeallocateObjectKeepRegisters)
        assert adapter.queue.owner is None
        ops.free_map_registers(adapter, args[-1].value, 1)
    ops.put_dma_adapter(adapter)


def test_synchronous_without_free_registers():
    machine, log = Machine(max_pool=8), []
    x, y = machine.master(0), machine.master(1)
    machine.grant(x, 6, DeallocateObjectKeepRegisters)
    context = machine.context(y)
    driver = Driver(machine, "Y", log)
    assert driver.allocate_ex(y, context, 4, SYNC) == STATUS_INSUFFICIENT_RESOURCES
    assert log == [] and y.queue.current is None and not machine.kernel.scheduler.reg_wait
    assert driver.allocate_ex(y, context, 2, SYNC) == STATUS_SUCCESS and log == ["Y"]


ROUTINE = object()


@pytest.mark.parametrize(
    ("flags", "routine", "pointer", "status"),
    [
        (0, True, False, STATUS_SUCCESS),
        (0, True, True, STATUS_INVALID_PARAMETER),
        (0, False, False, STATUS_INVALID_PARAMETER),
        (0, False, True, STATUS_INVALID_PARAMETER),
        (SYNC, True, False, STATUS_SUCCESS),
        (SYNC, True, True, STATUS_SUCCESS),
        (SYNC, False, True, STATUS_SUCCESS),
        (SYNC, False, False, STATUS_INVALID_PARAMETER),
        (0x10, True, False, STATUS_INVALID_PARAMETER),  # unknown flag
    ],
)
def test_allocate_ex_combinations(flags, routine, pointer, status):
    machine, log = Machine(), []
    adapter = machine.master()
    driver, base = Driver(machine, "1", log), Ref("untouched")
    with machine.dispatch():
        got = adapter.dma_operations.allocate_adapter_channel_ex(
            adapter,
            driver.device,
            machine.context(adapter),
            2,
            flags,
            driver.control if routine else None,
            driver,
            base if pointer else None,
        )
    assert got == status
    assert log == (["1"] if routine and status == STATUS_SUCCESS else [])
    assert (base.value != "untouched") == (pointer and status == STATUS_SUCCESS)


def test_the_switch_against_a_routine_and_a_pointer():
    machine, log = Machine(sync_routine_with_base_pointer=False), []
    adapter = machine.master()
    driver = Driver(machine, "1", log)
    with machine.dispatch():
        args = (adapter, driver.device, machine.context(adapter), 1, SYNC, driver.control, None, Ref())
        assert adapter.dma_operations.allocate_adapter_channel_ex(*args) == STATUS_INVALID_PARAMETER


def test_transfer_context_states():
    machine, log = Machine(), []
    adapter = machine.master()
    initialize = adapter.dma_operations.initialize_dma_transfer_context
    driver = Driver(machine, "1", log)
    assert initialize(adapter, None) == STATUS_INVALID_PARAMETER
    assert driver.allocate_ex(adapter, DmaTransferContext(), 1) == STATUS_INVALID_PARAMETER
    assert driver.allocate_ex(adapter, None, 1) == STATUS_INVALID_PARAMETER
    granted = machine.context(adapter)
    assert driver.allocate_ex(adapter, granted, 1) == STATUS_SUCCESS
    queued = machine.context(adapter)
    assert driver.allocate_ex(adapter, queued, 1) == STATUS_SUCCESS
    for context in (granted, queued):
        assert initialize(adapter, context) == STATUS_INVALID_PARAMETER
        assert driver.allocate_ex(adapter, context, 1) == STATUS_INVALID_PARAMETER
    free_channel(machine, adapter)
    assert driver.allocate_ex(adapter, granted, 1) == STATUS_INVALID_PARAMETER  # released, not initialised again
    assert initialize(adapter, granted) == STATUS_SUCCESS


def test_several_ex_requests_of_one_device():
    machine, log = Machine(), []
    adapter = machine.sub()
    driver = Driver(machine, "1", log)
    for _ in range(3):
        assert driver.allocate_ex(adapter, machine.context(adapter), 1) == STATUS_SUCCESS
    free_channel(machine, adapter)
    free_channel(machine, adapter)
    assert log == ["1"] * 3


def test_a_long_queue_of_requests_that_deallocate():
    machine, log = Machine(), []
    adapter = machine.master()
    machine.grant(adapter, 1)
    for k in range(2000):
        assert Driver(machine, str(k), log, DeallocateObject).allocate(adapter, 1) == STATUS_SUCCESS
    free_channel(machine, adapter)
    assert log == [str(k) for k in range(2000)] and adapter.queue.current is None


@pytest.mark.parametrize(
    ("master", "action"),
    [(True, 0), (True, 4), (True, None), (False, DeallocateObjectKeepRegisters)],
)
def test_bad_actions(master, action):
    machine = Machine()
    adapter = machine.master() if master else machine.sub()
    with violation("CV-ACTION"):
        machine.grant(adapter, 1, action)


@pytest.mark.parametrize("master", [True, False])
def test_deallocate_object_releases_everything(master):
    machine = Machine()
    adapter = machine.master() if master else machine.sub()
    machine.grant(adapter, 2, DeallocateObject)
    assert adapter.queue.current is None and machine.kernel.pool.free_count == machine.kernel.pool.size
    with machine.dispatch(), violation("CV-CHANNEL", "free_adapter_channel"):
        adapter.dma_operations.free_adapter_channel(adapter)


def test_release_without_ownership():
    machine = Machine()
    adapter = machine.master()
    ops = adapter.dma_operations
    base = machine.grant(adapter, 2, DeallocateObjectKeepRegisters)
    with machine.dispatch():
        with violation("CV-CHANNEL"):
            ops.free_adapter_channel(adapter)
        for action in (DeallocateObject, DeallocateObjectKeepRegisters):
            with violation("CV-CHANNEL", "free_adapter_object"):
                ops.free_adapter_object(adapter, action)
        ops.free_adapter_object(adapter, KeepObject)
        with violation("CV-ACTION"):
            ops.free_adapter_object(adapter, 7)
        ops.free_map_registers(adapter, base, 2)
    kept = machine.grant(adapter, 2)
    with machine.dispatch(), violation("CV-REGS"):
        ops.free_map_registers(adapter, kept, 2)  # they go with the channel


def test_the_channel_cannot_be_freed_from_within_adapter_control():
    machine = Machine()
    adapter = machine.sub()

    def control(*_):
        adapter.dma_operations.free_adapter_channel(adapter)
        return KeepObject

    with machine.dispatch(), violation("CV-CHANNEL"):
        adapter.dma_operations.allocate_adapter_channel(adapter, DeviceObject(), 1, control, None)


def test_one_channel_for_two_adapters():
    machine, log = Machine(), []
    one, two = machine.sub(channel=1), machine.sub(channel=1)
    machine.grant_ex(one, 1)
    Driver(machine, "two", log).allocate_ex(two, machine.context(two), 1)
    assert log == []
    with machine.dispatch(), violation("CV-CHANNEL"):
        two.dma_operations.free_adapter_channel(two)
    free_channel(machine, one)
    assert log == ["two"]
