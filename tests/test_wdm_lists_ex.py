"""Scatter/gather lists in version 3, with hardware translation."""

import pytest
from wdm_kit import Machine, violation
from wdm_lists_kit import Lists, pieces
from windlass.wdm import (
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_BUFFER_TOO_SMALL,
    STATUS_CANCELLED,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    Ref,
    ScatterGatherList,
)

SYNC = DMA_SYNCHRONOUS_CALLBACK


# --- version 3 ---
def master3(**choices):
    machine = Machine(**choices)
    adapter = machine.master(scatter_gather=True)
    second = machine.mdl([0x60, 0x61], 0, 0x1800)
    return machine, adapter, machine.mdl([0x50], 0x801, 0x7FF, then=second)


def test_get_list_ex_of_a_chain():
    machine, adapter, mdl = master3()
    lists, context, out = Lists(machine), machine.context(adapter), Ref("before")
    assert lists.get_ex(adapter, context, mdl, 0x10, 0x1000, out=out) == STATUS_SUCCESS
    (sg_list,) = lists.lists
    assert pieces(sg_list) == [(0x811, 0x7EF), (0x1000, 0x811)] and out.value is sg_list
    assert adapter.queue.owner is None
    assert adapter.dma_operations.initialize_dma_transfer_context(adapter, context) == STATUS_INVALID_PARAMETER
    lists.put(adapter, sg_list)
    assert adapter.dma_operations.initialize_dma_transfer_context(adapter, context) == STATUS_SUCCESS


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ({"length": 0}, STATUS_INVALID_PARAMETER),
        ({"length": 0x2000}, STATUS_INVALID_PARAMETER),
        ({"flags": 0x100}, STATUS_INVALID_PARAMETER),
        ({"routine": False}, STATUS_INVALID_PARAMETER),
        ({"routine": False, "out": True}, STATUS_INVALID_PARAMETER),
        ({"routine": False, "flags": SYNC}, STATUS_INVALID_PARAMETER),
        ({"routine": False, "flags": SYNC, "out": True}, STATUS_SUCCESS),
        ({"flags": SYNC}, STATUS_SUCCESS),
        ({"done": print}, STATUS_INVALID_PARAMETER),
    ],
)
def test_get_list_ex_statuses(arguments, status):
    machine, adapter, mdl = master3()
    out = Ref("before") if arguments.pop("out", False) else None
    given = {"offset": 0, "length": 0x1000, **arguments}
    assert Lists(machine).get_ex(adapter, machine.context(adapter), mdl, out=out, **given) == status
    if out is not None:
        assert (out.value is not None) == (status == STATUS_SUCCESS)


def test_get_list_ex_of_a_subordinate_and_without_a_context():
    machine, adapter, mdl = master3()
    sub, lists = machine.sub(), Lists(machine)
    assert lists.get_ex(sub, machine.context(sub), mdl, 0, 0x1000) == STATUS_INVALID_PARAMETER
    assert lists.get_ex(adapter, None, mdl, 0, 0x1000) == STATUS_INVALID_PARAMETER


def test_get_list_ex_whole_region_or_nothing():
    machine = Machine()
    adapter = machine.master(scatter_gather=True, maximum_length=0x1000)
    lists, context = Lists(machine), machine.context(adapter)
    mdl = machine.mdl([0x10, 0x20, 0x30])
    assert lists.get_ex(adapter, context, mdl, 0, 0x3000) == STATUS_INSUFFICIENT_RESOURCES
    assert lists.get_ex(adapter, context, mdl, 0, 0x2000) == STATUS_SUCCESS  # the context is still fresh


def test_synchronous_list_when_the_channel_is_busy():
    machine, adapter, mdl = master3()
    machine.grant(adapter, 1)
    lists, context = Lists(machine), machine.context(adapter)
    assert lists.get_ex(adapter, context, mdl, 0, 0x1000, SYNC) == STATUS_INSUFFICIENT_RESOURCES
    assert lists.get_ex(adapter, context, mdl, 0, 0x1000) == STATUS_SUCCESS and lists.lists == []
    with machine.dispatch():
        adapter.dma_operations.free_adapter_channel(adapter)
    assert len(lists.lists) == 1


def test_cancel_of_a_list_request():
    machine, adapter, mdl = master3()
    machine.grant(adapter, 1)
    lists, context = Lists(machine), machine.context(adapter)
    assert lists.get_ex(adapter, context, mdl, 0, 0x1000) == STATUS_SUCCESS
    assert adapter.dma_operations.cancel_adapter_channel(adapter, lists.device, context) is True
    with machine.dispatch():
        adapter.dma_operations.free_adapter_channel(adapter)
    assert lists.lists == []
    fresh = machine.context(adapter)
    adapter.dma_operations.cancel_adapter_channel(adapter, lists.device, fresh)
    assert lists.get_ex(adapter, fresh, mdl, 0, 0x1000) == STATUS_CANCELLED


@pytest.mark.parametrize("action", [DeallocateObject, DeallocateObjectKeepRegisters])
def test_synchronous_list_without_a_routine_keeps_the_channel(action):
    machine, adapter, mdl = master3()
    lists, out = Lists(machine), Ref()
    assert lists.get_ex(adapter, machine.context(adapter), mdl, 0, 0x1000, SYNC, routine=False, out=out) == 0
    assert adapter.queue.owner is not None
    with machine.dispatch():
        adapter.dma_operations.free_adapter_object(adapter, action)
    assert adapter.queue.owner is None
    if action == DeallocateObject:
        with violation("CV-LIST"):
            lists.put(adapter, out.value)
    else:
        lists.put(adapter, out.value)
    assert machine.kernel.pool.free_count == machine.kernel.pool.size
    adapter.dma_operations.put_dma_adapter(adapter)


def test_the_switch_for_lists_that_end_with_the_routine():
    machine, adapter, mdl = master3(ex_list_ends_with_routine=True)
    lists = Lists(machine)
    assert lists.get_ex(adapter, machine.context(adapter), mdl, 0, 0x1000) == 0
    with violation("CV-LIST"):
        lists.put(adapter, lists.lists[0])
    adapter.dma_operations.put_dma_adapter(adapter)


def test_build_list_ex():
    machine, adapter, mdl = master3()
    lists, buffer, out = Lists(machine), ScatterGatherList(), Ref()

    def build(context, size, sg_list=buffer, length=0x1000):
        with machine.dispatch():
            return adapter.dma_operations.build_scatter_gather_list_ex(
                adapter,
                lists.device,
                context,
                mdl,
                0,
                length,
                0,
                lists.routine,
                "context",
                False,
                sg_list,
                size,
                None,
                None,
                out,
            )

    context = machine.context(adapter)
    assert build(context, 127) == STATUS_BUFFER_TOO_SMALL
    assert build(context, 4096, None) == STATUS_INVALID_PARAMETER
    assert build(context, 4096, length=0) == STATUS_INVALID_PARAMETER
    assert build(context, 128) == STATUS_SUCCESS
    assert out.value is buffer and lists.lists == [buffer]
    lists.put(adapter, buffer, False)
