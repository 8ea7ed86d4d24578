"""The contract, cell by cell: BuildScatterGatherList, BuildMdlFromScatterGatherList, the Ex lists."""

from wdm_calls import (
    LIST,
    TWO,
    Routine,
    addresses,
    build_list,
    build_list_ex,
    free_channel,
    get_list,
    get_list_ex,
    put_list,
    setting,
)
from wdm_contract_kit import Rows, run
from wdm_kit import Machine, violation
from windlass.wdm import (
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_BUFFER_TOO_SMALL,
    STATUS_CANCELLED,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_NONE_MAPPED,
    STATUS_SUCCESS,
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    DmaTransferContext,
    Ref,
    ScatterGatherList,
)

SYNC = DMA_SYNCHRONOUS_CALLBACK
rows = Rows()
proves = rows.proves


# --- BuildScatterGatherList ---
@proves("build_scatter_gather_list", "STATUS_SUCCESS")
def a_list_in_the_drivers_buffer(m, version):
    adapter, mdl, routine = setting(m, version)
    buffer = ScatterGatherList()
    m.kernel.failing_allocations = 1  # it needs no memory of the system
    assert build_list(routine, adapter, mdl, buffer, TWO) == STATUS_SUCCESS
    assert routine.lists == [buffer] and addresses(m, buffer) == LIST and m.kernel.failing_allocations == 1
    put_list(m, adapter, buffer)


@proves("build_scatter_gather_list", "STATUS_BUFFER_TOO_SMALL")
def a_buffer_that_is_too_small(m, version):
    adapter, mdl, routine = setting(m, version)
    m.grant(adapter, 1)  # looked at before anything is queued
    for size, length in ((TWO - 1, 0x3A00), (0, 0x3A00), (4096, 0x3A01)):
        assert build_list(routine, adapter, mdl, ScatterGatherList(), size, length) == STATUS_BUFFER_TOO_SMALL
    assert not adapter.queue.waiting


@proves("build_scatter_gather_list", "STATUS_INSUFFICIENT_RESOURCES")
def no_list_in_a_buffer_ever(m, version):
    adapter, mdl, routine = setting(m, version, maximum_length=0x1000)
    assert build_list(routine, adapter, mdl, ScatterGatherList(), 4096) == STATUS_INSUFFICIENT_RESOURCES
    assert routine.lists == []


@proves("build_scatter_gather_list", "STATUS_INVALID_PARAMETER")
def a_list_in_a_buffer_from_outside(m, version):
    adapter, mdl, routine = setting(m, version)
    for start in (-1, 0x3A00):
        status = build_list(routine, adapter, mdl, ScatterGatherList(), 4096, 1, start=start)
        assert status == STATUS_INVALID_PARAMETER


@proves("build_scatter_gather_list", "CV-MDL")
def a_list_in_a_buffer_of_unlocked_pages(m, version):
    adapter, mdl, routine = setting(m, version)
    with violation("CV-MDL", "build_scatter_gather_list"):
        build_list(routine, adapter, mdl, ScatterGatherList(), 4096, 0)
    mdl.mdl_flags = 0
    with violation("CV-MDL", "build_scatter_gather_list"):
        build_list(routine, adapter, mdl, ScatterGatherList(), 4096)


# --- BuildMdlFromScatterGatherList ---
def bouncing(m, version):
    """A list whose second run is out of the device's reach, and the call."""
    adapter = m.master(version=version, scatter_gather=True, dma_address_width=24)
    mdl, routine = m.mdl([0x1A0, 0x1A1, 0x1800, 0x1801], 0x234, 0x3A00), Routine(m)
    assert get_list(routine, adapter, mdl) == STATUS_SUCCESS
    sg_list, target = routine.lists[0], Ref("untouched")

    def call(original=mdl):
        return adapter.dma_operations.build_mdl_from_scatter_gather_list(adapter, sg_list, original, target)

    return adapter, mdl, sg_list, target, call


def reachable(m, version):
    adapter, mdl, routine = setting(m, version)
    assert get_list(routine, adapter, mdl) == STATUS_SUCCESS
    sg_list, target = routine.lists[0], Ref("untouched")

    def call(original=mdl):
        return adapter.dma_operations.build_mdl_from_scatter_gather_list(adapter, sg_list, original, target)

    return adapter, mdl, sg_list, target, call


@proves("build_mdl_from_scatter_gather_list", "STATUS_SUCCESS")
def the_same_mdl(m, version):
    _, mdl, _, target, call = reachable(m, version)
    for _ in range(2):  # no new MDL, so a second call is fine
        assert call() == STATUS_SUCCESS and target.value is mdl


@proves("build_mdl_from_scatter_gather_list", "STATUS_SUCCESS bounced")
def an_mdl_of_bounce_pages(m, version):
    adapter, mdl, sg_list, target, call = bouncing(m, version)
    assert call() == STATUS_SUCCESS
    made = target.value
    frames = [element.address >> 12 for element in sg_list.elements]
    assert made is not mdl and made.pfns == [frames[0], frames[0] + 1, frames[1], frames[1] + 1]
    assert (made.byte_offset, made.byte_count, frames[0]) == (0x234, 0x3A00, 0x1A0) and frames[1] < 0x1000
    put_list(m, adapter, sg_list)
    assert made.pfns == [] and not made.locked  # freed


@proves("build_mdl_from_scatter_gather_list", "STATUS_INVALID_PARAMETER")
def an_mdl_of_nothing(m, version):
    _, _, _, target, call = reachable(m, version)
    assert call(None) == STATUS_INVALID_PARAMETER and target.value == "untouched"


@proves("build_mdl_from_scatter_gather_list", "STATUS_NONE_MAPPED")
def an_mdl_of_another_buffer(m, version):
    _, _, _, target, call = reachable(m, version)
    assert call(m.mdl([1])) == STATUS_NONE_MAPPED and target.value == "untouched"


@proves("build_mdl_from_scatter_gather_list", "STATUS_NONE_MAPPED second")
def a_second_mdl_of_one_list(m, version):
    _, _, _, target, call = bouncing(m, version)
    assert call() == STATUS_SUCCESS
    first = target.value
    assert call() == STATUS_NONE_MAPPED and target.value is first


@proves("build_mdl_from_scatter_gather_list", "STATUS_INSUFFICIENT_RESOURCES")
def no_memory_for_an_mdl(m, version):
    _, _, _, target, call = bouncing(m, version)
    m.kernel.failing_allocations = 1
    assert call() == STATUS_INSUFFICIENT_RESOURCES and target.value == "untouched"
    assert call() == STATUS_SUCCESS


@proves("build_mdl_from_scatter_gather_list", "CV-LIST")
def an_mdl_of_a_dead_list(m, version):
    adapter, _, sg_list, _, call = reachable(m, version)
    put_list(m, adapter, sg_list)
    with violation("CV-LIST", "build_mdl_from_scatter_gather_list"):
        call()


# --- GetScatterGatherListEx, BuildScatterGatherListEx: the same promises ---
def ex_rows(name, builds):
    def request(routine, adapter, context, mdl, offset, length, **more):
        if not builds:
            return get_list_ex(routine, adapter, context, mdl, offset, length, **more)
        buffer = more.pop("buffer", None) or ScatterGatherList()
        return build_list_ex(routine, adapter, context, mdl, offset, length, buffer, more.pop("size", 4096), **more)

    def a_list_by_routine_or_pointer(m, version):
        adapter = m.master(version=version, scatter_gather=True)
        mdl, routine = m.mdl([0x110], 0x801, 0x7FF, then=m.mdl([0x120, 0x121], 0, 0x1800)), Routine(m)
        out = Ref("before")
        assert request(routine, adapter, m.context(adapter), mdl, 0x10, 0x1000, out=out) == STATUS_SUCCESS
        assert routine.lists == [out.value] and adapter.queue.owner is None
        assert addresses(m, out.value) == [(0x110811, 0x7EF), (0x120000, 0x811)]
        put_list(m, adapter, out.value)
        status = request(routine, adapter, m.context(adapter), mdl, 0, 16, flags=SYNC, listed=False, out=out)
        assert status == STATUS_SUCCESS and len(routine.lists) == 1 and adapter.queue.owner is not None
        adapter.dma_operations.free_adapter_object(adapter, DeallocateObject)  # with the list
        with violation("CV-LIST"):
            put_list(m, adapter, out.value)
        status = request(routine, adapter, m.context(adapter), mdl, 0, 16, flags=SYNC, listed=False, out=out)
        assert status == STATUS_SUCCESS
        adapter.dma_operations.free_adapter_object(adapter, DeallocateObjectKeepRegisters)  # without it
        assert adapter.queue.owner is None
        put_list(m, adapter, out.value)
        m.grant(adapter, 1)  # not synchronous: it waits, and the pointer stays NULL until the list is there
        assert request(routine, adapter, m.context(adapter), mdl, 0, 16, out=out) == STATUS_SUCCESS
        assert out.value is None
        free_channel(m, adapter)
        assert routine.lists[-1] is out.value is not None
        put_list(m, adapter, out.value)
        adapter.dma_operations.put_dma_adapter(adapter)

    def what_it_refuses(m, version):
        adapter, mdl, routine = setting(m, version)
        context = m.context(adapter)
        for more in (
            {"length": 0},
            {"length": 0x3A01},
            {"offset": 0x3A00, "length": 1},
            {"offset": -1},
            {"flags": 2},
            {"listed": False},
            {"listed": False, "out": Ref()},
            {"listed": False, "flags": SYNC},
            {"done": print},
            *([{"buffer": False}] if builds else []),
        ):
            given = {"offset": 0, "length": 0x1000, **more}
            if given.pop("buffer", None) is False:
                arguments = (routine, adapter, context, mdl, 0, 16, None, 4096)
                assert build_list_ex(*arguments) == STATUS_INVALID_PARAMETER
                continue
            assert request(routine, adapter, context, mdl, given.pop("offset"), given.pop("length"), **given) == (
                STATUS_INVALID_PARAMETER
            )
        sub = m.sub(version=version, channel=2)
        assert request(routine, sub, m.context(sub), mdl, 0, 16) == STATUS_INVALID_PARAMETER
        for bad in (None, DmaTransferContext()):
            assert request(routine, adapter, bad, mdl, 0, 16) == STATUS_INVALID_PARAMETER
        assert routine.lists == [] and request(routine, adapter, context, mdl, 0, 16) == STATUS_SUCCESS

    def whole_or_nothing(m, version):
        adapter, mdl, routine = setting(m, version, maximum_length=0x1000)
        context = m.context(adapter)
        assert request(routine, adapter, context, mdl, 0, 0x3A00) == STATUS_INSUFFICIENT_RESOURCES
        m.kernel.failing_allocations = 1
        status = request(routine, adapter, context, mdl, 0, 16)
        assert status == (STATUS_SUCCESS if builds else STATUS_INSUFFICIENT_RESOURCES)
        m.grant(adapter, 1)
        context = m.context(adapter)
        assert request(routine, adapter, context, mdl, 0, 16, flags=SYNC) == STATUS_INSUFFICIENT_RESOURCES
        free_channel(m, adapter)
        assert request(routine, adapter, context, mdl, 0, 16, flags=SYNC) == STATUS_SUCCESS

    def cancelled(m, version):
        adapter, mdl, routine = setting(m, version)
        context = m.context(adapter)
        assert adapter.dma_operations.cancel_adapter_channel(adapter, routine.device, context) is True
        assert request(routine, adapter, context, mdl, 0, 16) == STATUS_CANCELLED and routine.lists == []

    def unlocked(m, version):
        adapter, mdl, routine = setting(m, version)
        mdl.next = m.kernel.io_allocate_mdl(0x20000, 100)
        with violation("CV-MDL", name):
            request(routine, adapter, m.context(adapter), mdl, 0, 16)

    def too_small(m, version):
        adapter, mdl, routine = setting(m, version)
        context, buffer = m.context(adapter), ScatterGatherList()
        status = request(routine, adapter, context, mdl, 0, 0x3A00, size=TWO - 1, buffer=buffer)
        assert status == STATUS_BUFFER_TOO_SMALL and routine.lists == []
        assert request(routine, adapter, context, mdl, 0, 0x3A00, size=TWO, buffer=buffer) == STATUS_SUCCESS
        assert routine.lists == [buffer]

    proves(name, "STATUS_SUCCESS")(a_list_by_routine_or_pointer)
    proves(name, "STATUS_INVALID_PARAMETER")(what_it_refuses)
    proves(name, "STATUS_INSUFFICIENT_RESOURCES")(whole_or_nothing)
    proves(name, "STATUS_CANCELLED")(cancelled)
    proves(name, "CV-MDL")(unlocked)
    if builds:
        proves(name, "STATUS_BUFFER_TOO_SMALL")(too_small)


ex_rows("get_scatter_gather_list_ex", builds=False)
ex_rows("build_scatter_gather_list_ex", builds=True)


@rows.test
def test_contract(row, version, profile, choices):
    run(row, version, profile, choices)


def test_an_mdl_of_pieces_that_do_not_join_is_a_chain():
    m = Machine("pc")
    adapter = m.master(version=2, scatter_gather=True, dma_address_width=24)
    mdl = m.mdl([0x1800], 0x10, 100, then=m.mdl([0x110], 0x20, 50))
    routine, target = Routine(m), Ref()
    assert get_list(routine, adapter, mdl, 150) == STATUS_SUCCESS
    sg_list = routine.lists[0]
    assert adapter.dma_operations.build_mdl_from_scatter_gather_list(adapter, sg_list, mdl, target) == 0
    made = target.value
    assert (made.byte_offset, made.byte_count) == (0x10, 100) and made.pfns[0] << 12 == sg_list.elements[
        0
    ].address - 0x10
    assert (made.next.byte_offset, made.next.byte_count, made.next.pfns) == (0x20, 50, [0x110])
