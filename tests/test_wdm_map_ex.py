"""Statuses of MapTransferEx and FlushAdapterBuffersEx; completion routines and period notifications."""

import pytest
from wdm_kit import DEVICE_ADDRESS, Machine, map_ex, violation
from windlass.wdm import (
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
    WINDLASS_SET_PERIOD,
    DmaComplete,
    DmaError,
    PeriodNotification,
    Ref,
    hw,
)


# --- MapTransferEx statuses ---
@pytest.mark.parametrize(
    ("master", "arguments", "status"),
    [
        (False, {"offset": 0x2000, "length": 0}, STATUS_INVALID_PARAMETER),
        (False, {"offset": -1, "length": 1}, STATUS_INVALID_PARAMETER),
        (False, {"offset": 0, "length": 0x2001}, STATUS_INVALID_PARAMETER),
        (False, {"offset": 0, "length": -1}, STATUS_INVALID_PARAMETER),
        (False, {"offset": 0, "length": 0}, STATUS_SUCCESS),
        (False, {"offset": 0, "length": 64, "size": 80}, STATUS_INVALID_PARAMETER),
        (True, {"offset": 0, "length": 64, "size": 0}, STATUS_INVALID_PARAMETER),
        (True, {"offset": 0, "length": 64, "routine": print}, STATUS_INVALID_PARAMETER),
        (True, {"offset": 0, "length": 64, "device_offset": 4}, STATUS_INVALID_PARAMETER),
    ],
)
def test_map_transfer_ex_statuses(master, arguments, status):
    machine = Machine()
    adapter = machine.master() if master else machine.sub()
    mdl = machine.mdl([0x10], then=machine.mdl([0x20]))
    base, _ = machine.grant_ex(adapter, 2)
    got = map_ex(machine, adapter, mdl, base, write=True, **arguments)
    assert got[:2] == (status, arguments["length"])
    assert base._grant.mapping is None  # nothing started, no flush owed
    with machine.dispatch():
        adapter.dma_operations.free_adapter_channel(adapter)


def test_internal_list_of_one_element():
    machine = Machine()
    adapter = machine.sub()
    ops = adapter.dma_operations
    mdl = machine.mdl([0x10, 0x20], 0x800)
    base, _ = machine.grant_ex(adapter, 2)
    assert map_ex(machine, adapter, mdl, base, 0, 0x1800, True, size=0)[:2] == (0, 0x800)
    assert ops.flush_adapter_buffers_ex(adapter, mdl, base, 0, 0x800, True) == 0
    ref = Ref(64)
    args = (adapter, mdl, base, 0, 0, ref, True, None, 128, None, None)
    assert ops.map_transfer_ex(*args) == STATUS_INVALID_PARAMETER
    machine.kernel.failing_allocations = 1
    assert map_ex(machine, adapter, mdl, base, 0, 64, True, size=0)[:2] == (STATUS_INSUFFICIENT_RESOURCES, 64)
    assert map_ex(machine, adapter, mdl, base, 0, 64, True, size=0)[:2] == (0, 64)


def test_flush_ex_statuses():
    machine = Machine()
    adapter = machine.sub()
    flush = adapter.dma_operations.flush_adapter_buffers_ex
    mdl = machine.mdl([0x10, 0x20])
    base, _ = machine.grant_ex(adapter, 2)
    assert flush(adapter, mdl, base, 0, 64, True) == STATUS_INVALID_PARAMETER  # nothing mapped
    assert map_ex(machine, adapter, mdl, base, 0, 64, True)[0] == 0
    for offset, length in ((0, 32), (4, 60), (0x4000, 64)):
        assert flush(adapter, mdl, base, offset, length, True) == STATUS_INVALID_PARAMETER
    assert flush(adapter, mdl, base, 0, 0, True) == STATUS_SUCCESS
    with violation("CV-FLUSH"):
        flush(adapter, mdl, base, 0, 64, False)
    with machine.dispatch(), violation("CV-FLUSH"):  # the debt remained
        adapter.dma_operations.free_adapter_channel(adapter)
    assert flush(adapter, mdl, base, 0, 64, True) == STATUS_SUCCESS
    assert flush(adapter, mdl, base, 0, 64, True) == STATUS_INVALID_PARAMETER


def test_list_longer_than_one_hardware_transfer():
    machine = Machine(max_per_adapter=300, max_pool=None)
    machine.kernel.hal.most_elements = 4
    adapter = machine.sub()
    mdl = machine.mdl([0x10 + 2 * k for k in range(8)])
    base, _ = machine.grant_ex(adapter, 8)
    status, length, sg = map_ex(machine, adapter, mdl, base, 0, 0x8000, True)
    assert (status, length, len(sg.elements)) == (0, 0x4000, 4)


# --- completion ---
def test_completion_runs_once_and_not_before_the_irql_drops():
    machine = Machine()
    adapter = machine.sub()
    mdl, ends = machine.mdl([0x10, 0x20]), []
    base, _ = machine.grant_ex(adapter, 2)
    with machine.dispatch():
        map_ex(machine, adapter, mdl, base, 0, 0x2000, True, routine=lambda a, d, c, s: ends.append(s))
        machine.board.move(1, 0x2000)
        machine.interrupts()
        assert ends == []
    assert ends == [DmaComplete]
    assert adapter.dma_operations.read_dma_counter(adapter) == 0
    assert adapter.dma_operations.flush_adapter_buffers_ex(adapter, mdl, base, 0, 0x2000, True) == 0
    assert ends == [DmaComplete]


def test_completion_with_an_error():
    machine = Machine()
    adapter = machine.sub()
    mdl, ends = machine.mdl([0x10]), []
    base, _ = machine.grant_ex(adapter, 1)
    map_ex(machine, adapter, mdl, base, 0, 64, True, routine=lambda a, d, c, s: ends.append(s))
    machine.board.fail_next = True
    machine.board.move(1, 64)
    machine.interrupts()
    assert ends == [DmaError]


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("still_runs", [False, True])
def test_completion_after_the_flush(finished, still_runs):
    machine = Machine(completion_after_flush=still_runs)
    adapter = machine.sub()
    mdl, ends = machine.mdl([0x10]), []
    base, _ = machine.grant_ex(adapter, 1)
    with machine.dispatch():
        map_ex(machine, adapter, mdl, base, 0, 64, True, routine=lambda a, d, c, s: ends.append(s))
        machine.board.move(1, 64 if finished else 20)
        machine.interrupts()
        assert adapter.dma_operations.flush_adapter_buffers_ex(adapter, mdl, base, 0, 64, True) == 0
    assert machine.board.pending() == 0
    assert ends == ([DmaComplete] if finished and still_runs else [])
    assert adapter.dma_operations.read_dma_counter(adapter) == (0 if finished else 44)


def test_cancel_after_the_end_reports_the_end():
    machine = Machine()
    adapter = machine.sub()
    mdl, ends = machine.mdl([0x10]), []
    base, context = machine.grant_ex(adapter, 1)
    map_ex(machine, adapter, mdl, base, 0, 64, True, routine=lambda a, d, c, s: ends.append(s))
    machine.board.move(1, 64)  # over, but nobody has looked yet
    assert adapter.dma_operations.cancel_mapped_transfer(adapter, context) == STATUS_SUCCESS
    assert ends == [DmaComplete]
    assert machine.board.pending() == 0


def test_period_notifications():
    machine = Machine()
    adapter = machine.sub(auto_initialize=True)
    ops, seen = adapter.dma_operations, []
    notification = PeriodNotification(1024, seen.append, "period")
    assert ops.configure_adapter_channel(adapter, WINDLASS_SET_PERIOD, notification) == 0
    mdl = machine.mdl([0x10])
    base, _ = machine.grant_ex(adapter, 1)
    assert map_ex(machine, adapter, mdl, base, 0, 2048, True, size=0)[:2] == (0, 2048)
    for _ in range(5):
        machine.board.move(1, 1024)
        machine.interrupts()
    assert seen == ["period"] * 5
    machine.board.move(1, 1024)
    assert ops.flush_adapter_buffers_ex(adapter, mdl, base, 0, 2048, True) == 0
    assert machine.board.pending() == 0 and seen == ["period"] * 5


def test_device_address_is_the_sum():
    machine = Machine()
    adapter = machine.sub(device_address=0)
    base, _ = machine.grant_ex(adapter, 1)
    map_ex(machine, adapter, machine.mdl([0x10]), base, 0, 64, True, device_offset=DEVICE_ADDRESS)
    assert machine.board.grants[hw.grant_register(1, hw.DEV_ADDR_LO)] == DEVICE_ADDRESS
