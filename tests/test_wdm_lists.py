"""Scatter/gather lists in versions 1, 2 and 3. W2 as it comes out with hardware translation."""

import pytest
from wdm_kit import Machine, violation
from wdm_lists_kit import Lists, pieces
from windlass.wdm import (
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_BUFFER_TOO_SMALL,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_NONE_MAPPED,
    STATUS_NOT_SUPPORTED,
    STATUS_SUCCESS,
    DeviceObject,
    DmaTransferInfo,
    PCIBus,
    Ref,
    ScatterGatherList,
)

SYNC = DMA_SYNCHRONOUS_CALLBACK


def w2():
    machine = Machine()
    adapter = machine.master(
        version=2, scatter_gather=True, interface_type=PCIBus, dma_32bit_addresses=True, maximum_length=0x10000
    )
    assert machine.registers.value == 17
    return machine, adapter, machine.mdl([0x1A0, 0x1A1, 0x2F0, 0x2F1], 0x234, 0x3A00)


def test_w2_list_of_a_fragmented_mdl():
    machine, adapter, mdl = w2()
    ops, size, count = adapter.dma_operations, Ref(), Ref()
    assert ops.calculate_scatter_gather_list(adapter, None, mdl.virtual_address, 0x3A00, size, count) == 0
    assert (size.value, count.value) == (176, 4)
    assert ops.calculate_scatter_gather_list(adapter, mdl, mdl.virtual_address, 0x3A00, size, count) == 0
    assert (size.value, count.value) == (128, 4)
    lists = Lists(machine)
    assert lists.get(adapter, mdl) == STATUS_SUCCESS
    (sg_list,) = lists.lists
    assert pieces(sg_list) == [(0x234, 0x1DCC), (0x2000, 0x1C34)] and sg_list.total_length == 0x3A00
    assert sg_list.number_of_elements == 2
    assert [machine.board.physical(0, k << 12, False) >> 12 for k in range(4)] == mdl.pfns
    assert adapter.queue.owner is None  # the channel is free on return
    lists.put(adapter, sg_list)
    assert sg_list.elements == [] and machine.kernel.pool.free_count == machine.kernel.pool.size
    with violation("CV-LIST", "put_scatter_gather_list"):
        lists.put(adapter, sg_list)


def test_several_lists_of_one_device_and_a_second_from_within_the_routine():
    machine, adapter, mdl = w2()
    lists = Lists(machine)
    original = lists.routine

    def nested(device, irp, sg_list, context):
        original(device, irp, sg_list, context)
        if len(lists.lists) == 1:
            assert lists.get(adapter, mdl) == STATUS_SUCCESS
            assert len(lists.lists) == 1  # the channel is still ours

    lists.routine = nested
    assert lists.get(adapter, mdl) == STATUS_SUCCESS
    assert len(lists.lists) == 2
    for sg_list in lists.lists:
        lists.put(adapter, sg_list)


@pytest.mark.parametrize("call", ["allocate", "map", "allocate_ex", "map_ex"])
def test_what_a_list_routine_must_not_call(call):
    machine = Machine()
    adapter = machine.master(scatter_gather=True)
    mdl, ops = machine.mdl([0x10]), adapter.dma_operations
    context = machine.context(adapter)

    def routine(device, irp, sg_list, _context):
        if call == "allocate":
            ops.allocate_adapter_channel(adapter, DeviceObject(), 1, print, None)
        elif call == "allocate_ex":
            ops.allocate_adapter_channel_ex(adapter, device, context, 1, 0, print, None, None)
        elif call == "map":
            ops.map_transfer(adapter, mdl, None, mdl.virtual_address, Ref(1), True)
        else:
            ops.map_transfer_ex(adapter, mdl, None, 0, 0, Ref(1), True, ScatterGatherList(), 4096, None, None)

    with machine.dispatch(), violation("CV-REENTRY"):
        ops.get_scatter_gather_list(adapter, DeviceObject(), mdl, mdl.virtual_address, 16, routine, None, True)


@pytest.mark.parametrize(
    ("va", "length", "status"),
    [
        (0, 0x3A00, STATUS_SUCCESS),
        (0, 0x3A01, STATUS_BUFFER_TOO_SMALL),
        (0x3A00, 1, STATUS_INVALID_PARAMETER),
        (-1, 1, STATUS_INVALID_PARAMETER),
    ],
)
def test_regions(va, length, status):
    machine, adapter, mdl = w2()
    lists, size = Lists(machine), Ref("untouched")
    at = mdl.virtual_address + va
    assert adapter.dma_operations.calculate_scatter_gather_list(adapter, mdl, at, length, size, None) == status
    assert (size.value == "untouched") == (status != STATUS_SUCCESS)
    assert lists.get(adapter, mdl, length, va=at) == status
    assert len(lists.lists) == (status == STATUS_SUCCESS)


def test_empty_regions():
    machine, adapter, mdl = w2()
    with violation("CV-MDL"):
        Lists(machine).get(adapter, mdl, 0)
    for link in (mdl, None):
        with violation("CV-MDL"):
            adapter.dma_operations.calculate_scatter_gather_list(adapter, link, mdl.virtual_address, 0, Ref(), None)


def test_unlocked_mdl():
    machine, adapter, mdl = w2()
    mdl.mdl_flags = 0
    with violation("CV-MDL"):
        Lists(machine).get(adapter, mdl)


def test_more_registers_than_the_adapter_gives():
    machine = Machine()
    adapter = machine.master(version=2, scatter_gather=True, maximum_length=0x1000)
    mdl, lists, size = machine.mdl([0x10, 0x11, 0x12]), Lists(machine), Ref("untouched")
    calculate = adapter.dma_operations.calculate_scatter_gather_list
    for link in (mdl, None):
        assert calculate(adapter, link, mdl.virtual_address, 0x3000, size, None) == STATUS_INSUFFICIENT_RESOURCES
    assert size.value == "untouched"
    assert lists.get(adapter, mdl) == STATUS_INSUFFICIENT_RESOURCES
    assert lists.build(adapter, mdl, 0x3000, ScatterGatherList(), 4096) == STATUS_INSUFFICIENT_RESOURCES
    assert lists.lists == []


def test_list_memory_runs_out():
    machine, adapter, mdl = w2()
    lists = Lists(machine)
    machine.kernel.failing_allocations = 1
    assert lists.get(adapter, mdl) == STATUS_INSUFFICIENT_RESOURCES and lists.lists == []
    machine.kernel.failing_allocations = 1
    assert lists.build(adapter, mdl, 0x3A00, ScatterGatherList(), 128) == STATUS_SUCCESS  # needs none
    assert machine.kernel.failing_allocations == 1


def test_build_in_the_drivers_buffer():
    machine, adapter, mdl = w2()
    lists, buffer = Lists(machine), ScatterGatherList()
    assert lists.build(adapter, mdl, 0x3A00, buffer, 127) == STATUS_BUFFER_TOO_SMALL
    assert lists.build(adapter, mdl, 0x3A00, buffer, 128) == STATUS_SUCCESS
    assert lists.lists == [buffer]
    lists.put(adapter, buffer)
    assert len(buffer.elements) == 2  # stays the driver's
    assert lists.build(adapter, mdl, 0x3A00, buffer, 128) == STATUS_SUCCESS
    lists.put(adapter, buffer)


def test_the_direction_of_put():
    machine, adapter, mdl = w2()
    lists = Lists(machine)
    lists.get(adapter, mdl, write=False)
    with violation("CV-FLUSH", "put_scatter_gather_list"):
        lists.put(adapter, lists.lists[0], True)
    lists.put(adapter, lists.lists[0], False)


def test_foreign_lists():
    machine, adapter, mdl = w2()
    other = machine.master(1, version=2)
    lists = Lists(machine)
    lists.get(adapter, mdl)
    for where, sg_list in ((other, lists.lists[0]), (adapter, ScatterGatherList()), (adapter, None)):
        with violation("CV-LIST"):
            lists.put(where, sg_list)


def test_a_list_waits_for_the_channel_and_for_registers():
    machine = Machine(max_pool=4)
    adapter = machine.master(version=2, scatter_gather=True)
    lists, mdl = Lists(machine), machine.mdl([0x10, 0x20, 0x30])
    for _ in range(2):
        assert lists.get(adapter, mdl) == STATUS_SUCCESS
    assert len(lists.lists) == 1
    with violation("CV-LEAK"):
        adapter.dma_operations.put_dma_adapter(adapter)
    lists.put(adapter, lists.lists[0])
    assert len(lists.lists) == 2
    lists.put(adapter, lists.lists[1])
    adapter.dma_operations.put_dma_adapter(adapter)


def test_adapter_without_scatter_gather_gets_one_element():
    machine = Machine()
    adapter = machine.master(version=2)
    lists, mdl = Lists(machine), machine.mdl([0x10, 0x20, 0x30], 0x10)
    size = Ref()
    adapter.dma_operations.calculate_scatter_gather_list(adapter, mdl, mdl.virtual_address, 0x2FF0, size, None)
    assert size.value == 16 + 24 + 64
    assert lists.get(adapter, mdl) == STATUS_SUCCESS
    assert pieces(lists.lists[0]) == [(0x10, 0x2FF0)]


@pytest.mark.parametrize(("packs", "pack_chains"), [(True, True), (True, False), (False, True)])
def test_chains_for_adapters_without_scatter_gather(packs, pack_chains):
    """Translation joins MDLs at page boundaries only; another chain cannot be the one element that was promised."""
    machine = Machine(pack_chains=pack_chains)
    adapter = machine.master(version=2)
    lists = Lists(machine)
    second = machine.mdl([0x50], 0 if packs else 0x10)
    mdl = machine.mdl([0x10], 0x800, then=second)
    status = lists.get(adapter, mdl, 0x900)
    if packs and pack_chains:
        assert status == STATUS_SUCCESS and pieces(lists.lists[0]) == [(0x800, 0x900)]
    else:
        assert status == STATUS_INSUFFICIENT_RESOURCES and lists.lists == []


def test_chain_elements_and_registers():
    machine = Machine()
    adapter = machine.master(scatter_gather=True)
    mdl = machine.mdl([0x10], 0, 100, then=machine.mdl([0x11], 0, 100))
    info = DmaTransferInfo(version=2)
    get_info = adapter.dma_operations.get_dma_transfer_info
    assert get_info(adapter, mdl, 0, 200, True, info) == STATUS_SUCCESS
    assert (info.map_register_count, info.scatter_gather_element_count, info.logical_page_count) == (2, 2, 2)
    assert info.scatter_gather_list_size == 16 + 48 + 64
    for offset, length in ((200, 0), (0, 0), (0, 201), (199, 2), (-1, 5)):
        assert get_info(adapter, mdl, offset, length, True, info) == STATUS_INVALID_PARAMETER
    for version in (0, 3):
        assert get_info(adapter, mdl, 0, 200, True, DmaTransferInfo(version)) == STATUS_NOT_SUPPORTED
    wide = machine.mdl([0x10 + 2 * k for k in range(100)])
    assert get_info(adapter, wide, 0, 100 * 4096, True, info) == STATUS_SUCCESS
    assert info.map_register_count == 100 > adapter.max_regs  # not capped


@pytest.mark.parametrize("keeps", [True, False])
def test_list_of_a_subordinate_starts_its_channel(keeps):
    machine = Machine(subordinate_list_keeps_channel=keeps)
    adapter = machine.sub(version=1)
    lists, mdl = Lists(machine), machine.mdl([0x10, 0x20])
    assert lists.get(adapter, mdl) == STATUS_SUCCESS
    assert pieces(lists.lists[0]) == [(0, 0x2000)] and machine.board.channels[1].active
    assert (adapter.queue.owner is not None) == keeps
    with machine.dispatch(), violation("CV-CHANNEL"):
        adapter.dma_operations.free_adapter_channel(adapter)
    machine.board.move(1, 0x2000)
    assert adapter.dma_operations.read_dma_counter(adapter) == 0
    lists.put(adapter, lists.lists[0])
    assert adapter.queue.owner is None
    adapter.dma_operations.put_dma_adapter(adapter)


def test_build_mdl():
    machine, adapter, mdl = w2()
    lists, target = Lists(machine), Ref("untouched")
    build_mdl = adapter.dma_operations.build_mdl_from_scatter_gather_list
    lists.get(adapter, mdl)
    sg_list = lists.lists[0]
    assert build_mdl(adapter, sg_list, None, target) == STATUS_INVALID_PARAMETER
    assert build_mdl(adapter, sg_list, machine.mdl([1]), target) == STATUS_NONE_MAPPED
    assert target.value == "untouched"
    for _ in range(2):  # no new MDL, so a second call is fine
        assert build_mdl(adapter, sg_list, mdl, target) == STATUS_SUCCESS
        assert target.value is mdl
    lists.put(adapter, sg_list)
    with violation("CV-LIST"):
        build_mdl(adapter, sg_list, mdl, target)
