"""The contract, cell by cell: GetScatterGatherList, PutScatterGatherList, CalculateScatterGatherList."""

from wdm_calls import (
    LIST,
    TWO,
    addresses,
    build_list,
    free_channel,
    get_list,
    pieces,
    put_list,
    setting,
)
from wdm_contract_kit import Rows, run
from wdm_kit import violation
from windlass.wdm import (
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_BUFFER_TOO_SMALL,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
    Ref,
    ScatterGatherList,
    hw,
)
from windlass.wdm.packed import ListBuffer

SYNC = DMA_SYNCHRONOUS_CALLBACK
rows = Rows()
proves = rows.proves


# --- GetScatterGatherList, PutScatterGatherList ---
@proves("get_scatter_gather_list", "STATUS_SUCCESS ran")
def a_list_at_once(m, version):
    adapter, mdl, routine = setting(m, version)
    assert get_list(routine, adapter, mdl) == STATUS_SUCCESS
    (sg_list,) = routine.lists
    assert addresses(m, sg_list) == LIST and sg_list.total_length == 0x3A00
    assert adapter.queue.owner is None and routine.irps == [routine.device.current_irp]
    put_list(m, adapter, sg_list)
    one = m.master(1, version=version)
    assert get_list(routine, one, mdl) == STATUS_SUCCESS  # without scatter/gather: one element
    assert [length for _, length in pieces(routine.lists[1])] == [0x3A00]


@proves("get_scatter_gather_list", "STATUS_SUCCESS queued", max_pool=6)
def a_list_when_its_turn_comes(m, version):
    adapter, mdl, routine = setting(m, version)
    m.grant(adapter, 1)
    for _ in range(2):  # several of one device
        assert get_list(routine, adapter, mdl) == STATUS_SUCCESS
    assert routine.lists == []
    free_channel(m, adapter)
    assert len(routine.lists) == 1  # the second waits for registers
    put_list(m, adapter, routine.lists[0])
    assert len(routine.lists) == 2
    put_list(m, adapter, routine.lists[1])
    adapter.dma_operations.put_dma_adapter(adapter)


@proves("get_scatter_gather_list", "STATUS_INSUFFICIENT_RESOURCES")
def no_list_ever(m, version):
    adapter, mdl, routine = setting(m, version, maximum_length=0x1000)
    assert adapter.max_regs == 2
    assert get_list(routine, adapter, mdl) == STATUS_INSUFFICIENT_RESOURCES
    m.kernel.failing_allocations = 1
    assert get_list(routine, adapter, mdl, 16) == STATUS_INSUFFICIENT_RESOURCES
    assert routine.lists == [] and adapter.queue.current is None
    assert get_list(routine, adapter, mdl, 16) == STATUS_SUCCESS


@proves("get_scatter_gather_list", "STATUS_BUFFER_TOO_SMALL")
def a_list_past_the_end(m, version):
    adapter, mdl, routine = setting(m, version)
    for start, length in ((0, 0x3A01), (0x39FF, 2)):
        assert get_list(routine, adapter, mdl, length, start=start) == STATUS_BUFFER_TOO_SMALL
    assert routine.lists == []


@proves("get_scatter_gather_list", "STATUS_INVALID_PARAMETER")
def a_list_from_outside(m, version):
    adapter, mdl, routine = setting(m, version)
    mdl.next = m.mdl([0x300])
    for start in (-1, 0x3A00, 0x3B00):
        assert get_list(routine, adapter, mdl, 1, start=start) == STATUS_INVALID_PARAMETER
    assert get_list(routine, adapter, mdl, 0x201, start=0x3900) == STATUS_SUCCESS  # into the second MDL


@proves("get_scatter_gather_list", "CV-MDL")
def a_list_of_unlocked_pages(m, version):
    adapter, mdl, routine = setting(m, version)
    with violation("CV-MDL", "get_scatter_gather_list"):
        get_list(routine, adapter, mdl, 0)
    mdl.mdl_flags = 0
    with violation("CV-MDL", "get_scatter_gather_list"):
        get_list(routine, adapter, mdl)


@proves("put_scatter_gather_list", "freed")
def a_list_comes_back(m, version):
    adapter, mdl, routine = setting(m, version)
    registers = m.kernel.pool.free_count
    m.board.write_mem(0x2F0000, bytes(0x100))
    assert get_list(routine, adapter, mdl, write=False) == STATUS_SUCCESS
    m.board.write_mem(0x2F0000, b"from the device")
    put_list(m, adapter, routine.lists[0], False)
    assert m.kernel.pool.free_count == registers and routine.lists[0].elements == []
    assert m.board.read_mem(0x2F0000, 15) == b"from the device"
    if version > 1:
        buffer = ScatterGatherList()
        for _ in range(2):
            assert build_list(routine, adapter, mdl, buffer, TWO) == STATUS_SUCCESS
            put_list(m, adapter, buffer)
            assert buffer.number_of_elements == 2  # stays the driver's


@proves("put_scatter_gather_list", "CV-LIST")
def lists_are_put_once(m, version):
    adapter, mdl, routine = setting(m, version)
    other = m.master(1, version=version)
    assert get_list(routine, adapter, mdl) == STATUS_SUCCESS
    sg_list = routine.lists[0]
    for where, what in ((other, sg_list), (adapter, ScatterGatherList()), (adapter, None)):
        with violation("CV-LIST", "put_scatter_gather_list"):
            put_list(m, where, what)
    put_list(m, adapter, sg_list)
    with violation("CV-LIST", "put_scatter_gather_list"):
        put_list(m, adapter, sg_list)
    if version > 1:
        address = m.kernel.memory.allocate(TWO)
        buffer = ScatterGatherList(buffer=ListBuffer(m.kernel.memory, address))
        assert build_list(routine, adapter, mdl, buffer, TWO) == STATUS_SUCCESS
        m.kernel.memory.write(address + 8, bytes(8))
        with violation("CV-LIST", "put_scatter_gather_list"):
            put_list(m, adapter, buffer)


@proves("put_scatter_gather_list", "CV-FLUSH")
def the_direction_of_a_list(m, version):
    adapter, mdl, routine = setting(m, version)
    for write in (True, False):
        get_list(routine, adapter, mdl, write=write)
        with violation("CV-FLUSH", "put_scatter_gather_list"):
            put_list(m, adapter, routine.lists[-1], not write)
        put_list(m, adapter, routine.lists[-1], write)


@proves("put_scatter_gather_list", "CV-BUSY")
def a_list_that_a_master_works_on(m, version):
    adapter, mdl, routine = setting(m, version)
    get_list(routine, adapter, mdl)
    at = routine.lists[0].elements[1].address
    for register, value in (
        (hw.CONFIG, hw.MODE_AUTO),
        (hw.SRC_LO, 0xF000),
        (hw.DST_LO, at + 0x100),
        (hw.LENGTH, 16),
        (hw.CMD, hw.CMD_START),
    ):
        m.board.csr_write32(hw.channel_register(0, register), value)
    with violation("CV-BUSY", "put_scatter_gather_list"):
        put_list(m, adapter, routine.lists[0])
    m.board.csr_write32(hw.channel_register(0, hw.CMD), hw.CMD_ABORT)
    put_list(m, adapter, routine.lists[0])


# --- CalculateScatterGatherList ---
def calculate(adapter, mdl, start, length, size, count=None):
    va = mdl.virtual_address + start if mdl is not None else start
    return adapter.dma_operations.calculate_scatter_gather_list(adapter, mdl, va, length, size, count)


@proves("calculate_scatter_gather_list", "STATUS_SUCCESS")
def sizes(m, version):
    adapter, mdl, _ = setting(m, version)
    size, count = Ref(), Ref()
    for which, start, expected in ((None, 0x234, (16 + 96 + 64, 4)), (mdl, 0, (TWO, 4))):
        assert calculate(adapter, which, start, 0x3A00, size, count) == STATUS_SUCCESS
        assert (size.value, count.value) == expected
        assert calculate(adapter, which, start, 0x3A00, size) == STATUS_SUCCESS
    chained = m.mdl([0x110], 0, 100, then=m.mdl([0x112], 0, 100))
    assert calculate(adapter, chained, 0, 200, size, count) == STATUS_SUCCESS
    assert (size.value, count.value) == (TWO, 2)
    m.kernel.irql = 3  # at any level
    assert calculate(adapter, chained, 0, 200, size, count) == STATUS_SUCCESS
    m.kernel.irql = 0
    one = m.master(1, version=version)
    assert calculate(one, mdl, 0, 0x3A00, size, count) == STATUS_SUCCESS
    assert (size.value, count.value) == (16 + 24 + 64, 4)


def refused(m, version, status, cases, **fields):
    adapter, mdl, _ = setting(m, version, **fields)
    for start, length in cases:
        size, count = Ref("untouched"), Ref("untouched")
        assert calculate(adapter, mdl, start, length, size, count) == status
        assert size.value == count.value == "untouched"
    return adapter


@proves("calculate_scatter_gather_list", "STATUS_INSUFFICIENT_RESOURCES")
def no_size_for_too_much(m, version):
    adapter = refused(m, version, STATUS_INSUFFICIENT_RESOURCES, [(0, 0x3A00)], maximum_length=0x1000)
    size = Ref("untouched")
    assert calculate(adapter, None, 0, 0x3000, size) == STATUS_INSUFFICIENT_RESOURCES and size.value == "untouched"


@proves("calculate_scatter_gather_list", "STATUS_BUFFER_TOO_SMALL")
def no_size_past_the_end(m, version):
    refused(m, version, STATUS_BUFFER_TOO_SMALL, [(0, 0x3A01), (0x39FF, 2)])


@proves("calculate_scatter_gather_list", "STATUS_INVALID_PARAMETER")
def no_size_from_outside(m, version):
    refused(m, version, STATUS_INVALID_PARAMETER, [(-1, 1), (0x3A00, 1)])


@proves("calculate_scatter_gather_list", "CV-MDL")
def no_size_of_nothing(m, version):
    adapter, mdl, _ = setting(m, version)
    for which in (None, mdl):
        with violation("CV-MDL", "calculate_scatter_gather_list"):
            calculate(adapter, which, 0, 0, Ref())
    mdl.mdl_flags = 0
    with violation("CV-MDL", "calculate_scatter_gather_list"):
        calculate(adapter, mdl, 0, 16, Ref())


@rows.test
def test_contract(row, version, profile, choices):
    run(row, version, profile, choices)
