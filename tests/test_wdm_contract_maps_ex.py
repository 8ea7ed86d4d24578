"""The contract, cell by cell: MapTransferEx and FlushAdapterBuffersEx."""

from wdm_calls import (
    PATTERN,
    flush_ex,
    free_channel,
    free_registers,
    from_a_list_routine,
    map_ex,
    map_v1,
    start_master,
)
from wdm_contract_kit import Rows, run
from wdm_kit import Machine, violation
from windlass.wdm import (
    STATUS_CANCELLED,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    DmaComplete,
    DmaError,
    Ref,
    hw,
)

rows = Rows()
proves = rows.proves


# --- MapTransferEx ---
@proves("map_transfer_ex", "STATUS_SUCCESS")
def as_much_as_fits(m, version):
    mdl = m.mdl([0x110], 0x800, 0x800, then=m.mdl([0x120, 0x121, 0x130], 0, 0x2800))
    sg = m.master(0, version=version, scatter_gather=True)
    base, _ = m.grant_ex(sg, 3)
    status, length, got = map_ex(sg, mdl, base, 0x10, 0x2FF0, True)  # three registers
    assert (status, length, [e.length for e in got.elements]) == (0, 0x27F0, [0x7F0, 0x2000])
    assert flush_ex(sg, mdl, base, 0x10, 0x27F0, True) == STATUS_SUCCESS
    status, length, got = map_ex(sg, mdl, base, 0x10, 0x2FF0, True, size=16 + 24 + 64)  # one element
    assert (status, length, got.number_of_elements) == (0, 0x7F0, 1)
    assert flush_ex(sg, mdl, base, 0x10, 0x7F0, True) == STATUS_SUCCESS
    sub = m.sub(version=version, channel=2)
    base, _ = m.grant_ex(sub, 4)
    status, length, got = map_ex(sub, mdl, base, 0, 0x3000, True)
    if m.pc:  # the 8237 takes one element: a bounce buffer for the whole region
        assert (status, length, got.number_of_elements) == (0, 0x3000, 1)
    else:
        assert (status, length, [e.length for e in got.elements]) == (0, 0x3000, [0x800, 0x2000, 0x800])
    assert flush_ex(sub, mdl, base, 0, 0x3000, True) == STATUS_SUCCESS
    status, length, got = map_ex(sub, mdl, base, 0, 0x1000, True, size=0)  # without a list: one element
    assert (status, length, got) == (0, 0x1000 if m.pc else 0x800, None)


@proves("map_transfer_ex", "STATUS_SUCCESS empty")
def nothing_to_map(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        base, _ = m.grant_ex(adapter, 1)
        status, length, got = map_ex(adapter, m.mdl([0x110]), base, 0x10, 0, True)
        assert (status, length, got.elements) == (STATUS_SUCCESS, 0, [])
        free_channel(m, adapter)  # no flush is owed


@proves("map_transfer_ex", "STATUS_INVALID_PARAMETER")
def what_map_transfer_ex_refuses(m, version):
    mdl = m.mdl([0x110], then=m.mdl([0x120]))
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        base, _ = m.grant_ex(adapter, 2)
        for offset, length in ((0x2000, 0), (0x2000, 1), (-1, 1), (0, 0x2001), (0x1FFF, 2), (0, -1)):
            assert map_ex(adapter, mdl, base, offset, length, True)[:2] == (STATUS_INVALID_PARAMETER, length)
        bad = [{"size": 16 + 24 + 63}, {"size": 128, "sg": False}]
        bad += [{"size": 0}, {"routine": print}, {"device_offset": 4}] if adapter.master else []
        for arguments in bad:
            assert map_ex(adapter, mdl, base, 0, 64, True, **arguments)[:2] == (STATUS_INVALID_PARAMETER, 64)
        free_channel(m, adapter)


@proves("map_transfer_ex", "STATUS_CANCELLED")
def nothing_more_under_a_cancelled_context(m, version):
    adapter, mdl = m.sub(version=version), m.mdl([0x110])
    base, context = m.grant_ex(adapter, 1)
    assert map_ex(adapter, mdl, base, 0, 64, True)[0] == STATUS_SUCCESS
    assert adapter.dma_operations.cancel_mapped_transfer(adapter, context) == STATUS_SUCCESS
    assert map_ex(adapter, mdl, base, 0, 64, True)[0] == STATUS_CANCELLED
    assert flush_ex(adapter, mdl, base, 0, 64, True) == STATUS_SUCCESS
    assert map_ex(adapter, mdl, base, 0, 64, True)[:2] == (STATUS_CANCELLED, 64)


@proves("map_transfer_ex", "STATUS_INSUFFICIENT_RESOURCES")
def no_memory_for_the_internal_list(m, version):
    adapter, mdl = m.sub(version=version), m.mdl([0x110])
    base, _ = m.grant_ex(adapter, 1)
    m.kernel.failing_allocations = 1
    assert map_ex(adapter, mdl, base, 0, 64, True, size=0)[:2] == (STATUS_INSUFFICIENT_RESOURCES, 64)
    assert map_ex(adapter, mdl, base, 0, 64, True, size=0)[:2] == (STATUS_SUCCESS, 64)


@proves("map_transfer_ex", "completion")
def how_it_ended_is_reported_once(m, version):
    adapter, mdl = m.sub(version=version), m.mdl([0x110])
    base, _ = m.grant_ex(adapter, 1)
    for fails, expected in ((False, DmaComplete), (True, DmaError)):
        ends = []

        def done(which, _device, context, status, ends=ends):
            assert which is adapter and context == "context" and m.kernel.irql == 2
            ends.append(status)

        with m.dispatch():
            assert map_ex(adapter, mdl, base, 0, 64, True, routine=done)[0] == STATUS_SUCCESS
            m.board.fail_next = fails
            m.board.move(1, 64)
            m.interrupts()
            assert ends == []
        assert ends == [expected]
        assert flush_ex(adapter, mdl, base, 0, 64, True) == STATUS_SUCCESS and ends == [expected]


@proves("map_transfer_ex", "no completion")
def an_8237_never_completes(m, version):
    adapter, mdl = m.sub(version=version), m.mdl([0x110])
    base, context = m.grant_ex(adapter, 1)
    ends = []
    assert map_ex(adapter, mdl, base, 0, 64, False, routine=lambda *a: ends.append(a))[0] == STATUS_SUCCESS
    m.device_moves(64)
    assert adapter.dma_operations.read_dma_counter(adapter) == 0  # a driver polls
    assert adapter.dma_operations.cancel_mapped_transfer(adapter, context) == STATUS_SUCCESS
    assert flush_ex(adapter, mdl, base, 0, 64, False) == STATUS_SUCCESS and ends == []


@proves("map_transfer_ex", "CV-MDL")
def every_mdl_of_the_chain_is_locked(m, version):
    adapter = m.sub(version=version)
    base, _ = m.grant_ex(adapter, 1)
    mdl = m.mdl([0x110], then=m.kernel.io_allocate_mdl(0x20000, 100))
    with violation("CV-MDL", "map_transfer_ex"):
        map_ex(adapter, mdl, base, 0, 16, True)


@proves("map_transfer_ex", "CV-MIX")
def an_old_handle_in_the_new_routine(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        base = m.grant(adapter, 1)
        with violation("CV-MIX", "map_transfer_ex"):
            map_ex(adapter, m.mdl([0x110]), base, 0, 16, True)


@proves("map_transfer_ex", "CV-FLUSH")
def a_flush_between_mappings(m, version):
    for adapter in (m.master(version=version, scatter_gather=True), m.sub(version=version, channel=2)):
        mdl = m.mdl([0x110, 0x120])
        base, _ = m.grant_ex(adapter, 2)
        assert map_ex(adapter, mdl, base, 0, 64, True)[0] == STATUS_SUCCESS
        for offset in (0, 64):
            with violation("CV-FLUSH", "map_transfer_ex"):
                map_ex(adapter, mdl, base, offset, 64, True)


@proves("map_transfer_ex", "CV-REGS")
def a_mapping_with_the_wrong_base(m, version):
    adapter, other, mdl = m.master(0, version=version), m.master(1, version=version), m.mdl([0x110])
    base, _ = m.grant_ex(adapter, 1, DeallocateObjectKeepRegisters)
    for where, what in ((other, base), (adapter, "base")):
        with violation("CV-REGS", "map_transfer_ex"):
            map_ex(where, mdl, what, 0, 16, True)
    free_registers(m, adapter, base, 1)
    with violation("CV-REGS", "map_transfer_ex"):
        map_ex(adapter, mdl, base, 0, 16, True)


@proves("map_transfer_ex", "CV-CHANNEL")
def a_mapping_without_base_and_channel(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        with violation("CV-CHANNEL", "map_transfer_ex"):
            map_ex(adapter, m.mdl([0x110]), None, 0, 16, True)


@proves("map_transfer_ex", "CV-REENTRY")
def a_list_is_mapped_already_ex(m, version):
    adapter, mdl = m.master(version=version, scatter_gather=True), m.mdl([0x120])
    from_a_list_routine(m, adapter, lambda: map_ex(adapter, mdl, None, 0, 16, True))


# --- FlushAdapterBuffersEx ---
@proves("flush_adapter_buffers_ex", "STATUS_SUCCESS")
def a_flush_ends_a_transfer(m, version):
    adapter, mdl = m.sub(version=version), m.mdl([0x110], 0x800, then=m.mdl([0x120]))
    m.board.write_mem(0x110800, b"\xee" * 0x800)
    m.board.write_mem(0x120000, b"\xee" * 0x1000)
    base, _ = m.grant_ex(adapter, 2)
    assert map_ex(adapter, mdl, base, 0, 0x1800, False)[:2] == (STATUS_SUCCESS, 0x1800)
    m.device_moves(0x1000, data=PATTERN)
    assert flush_ex(adapter, mdl, base, 0, 0, False) == STATUS_SUCCESS  # nothing
    assert flush_ex(adapter, mdl, base, 0, 0x1800, False) == STATUS_SUCCESS
    assert adapter.dma_operations.read_dma_counter(adapter) == 0x800
    assert m.board.read_mem(0x110800, 0x800) + m.board.read_mem(0x120000, 0x800) == PATTERN
    assert m.board.read_mem(0x120800, 0x800) == b"\xee" * 0x800  # what did not come keeps its bytes
    free_channel(m, adapter)


@proves("flush_adapter_buffers_ex", "STATUS_INVALID_PARAMETER")
def a_flush_of_something_else(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        mdl, other = m.mdl([0x110, 0x120]), m.mdl([0x110, 0x120])
        base, _ = m.grant_ex(adapter, 2)
        assert flush_ex(adapter, mdl, base, 0, 64, True) == STATUS_INVALID_PARAMETER
        assert map_ex(adapter, mdl, base, 0, 64, True)[0] == STATUS_SUCCESS
        for which, offset, length in ((mdl, 0, 32), (mdl, 4, 60), (mdl, 0x4000, 64), (other, 0, 64)):
            assert flush_ex(adapter, which, base, offset, length, True) == STATUS_INVALID_PARAMETER
        with violation("CV-FLUSH", "free_adapter_channel"):  # the debt remained
            free_channel(m, adapter)
        assert flush_ex(adapter, mdl, base, 0, 64, True) == STATUS_SUCCESS
        free_channel(m, adapter)


@proves("flush_adapter_buffers_ex", "CV-MDL")
def a_flush_of_unlocked_pages(m, version):
    adapter, mdl = m.master(version=version), m.mdl([0x110])
    base, _ = m.grant_ex(adapter, 1)
    assert map_ex(adapter, mdl, base, 0, 64, True)[0] == STATUS_SUCCESS
    mdl.mdl_flags = 0
    with violation("CV-MDL", "flush_adapter_buffers_ex"):
        flush_ex(adapter, mdl, base, 0, 64, True)


@proves("flush_adapter_buffers_ex", "CV-FLUSH")
def a_flush_in_the_other_direction(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        mdl = m.mdl([0x110])
        base, _ = m.grant_ex(adapter, 1)
        assert map_ex(adapter, mdl, base, 0, 64, True)[0] == STATUS_SUCCESS
        with violation("CV-FLUSH", "flush_adapter_buffers_ex"):
            flush_ex(adapter, mdl, base, 0, 64, False)


@proves("flush_adapter_buffers_ex", "CV-MIX")
def a_flush_of_an_old_mapping(m, version):
    adapter, mdl = m.master(version=version), m.mdl([0x110])
    base = m.grant(adapter, 1)
    map_v1(adapter, mdl, base, 0, 64, True)
    with violation("CV-MIX", "flush_adapter_buffers_ex"):
        flush_ex(adapter, mdl, base, 0, 64, True)


@proves("flush_adapter_buffers_ex", "CV-REGS")
def a_flush_ex_with_the_wrong_base(m, version):
    adapter, other, mdl = m.master(0, version=version), m.master(1, version=version), m.mdl([0x110])
    base, _ = m.grant_ex(adapter, 1)
    for where, what in ((other, base), (adapter, 5)):
        with violation("CV-REGS", "flush_adapter_buffers_ex"):
            flush_ex(where, mdl, what, 0, 64, True)
    adapter.dma_operations.free_adapter_object(adapter, DeallocateObject)
    with violation("CV-REGS", "flush_adapter_buffers_ex"):
        flush_ex(adapter, mdl, base, 0, 64, True)


@proves("flush_adapter_buffers_ex", "CV-CHANNEL")
def a_flush_ex_without_base_and_channel(m, version):
    adapter = m.sub(version=version)
    with violation("CV-CHANNEL", "flush_adapter_buffers_ex"):
        flush_ex(adapter, m.mdl([0x110]), None, 0, 64, True)


@proves("flush_adapter_buffers_ex", "CV-BUSY")
def a_ring_with_work_left(m, version):
    """The descriptors between CONSUMER and PRODUCER tell what a ring still works on."""
    adapter, mdl, logical = m.master(version=version, scatter_gather=True), m.mdl([0x110, 0x120]), Ref()
    va = adapter.dma_operations.allocate_common_buffer(adapter, 4096, logical, True)
    base, _ = m.grant_ex(adapter, 2)
    sg = map_ex(adapter, mdl, base, 0, 0x2000, True)[2]
    descriptor = b"".join(
        word.to_bytes(4, "little") for word in (sg.elements[1].address, logical.value + 0x800, 0x100, 1 << 31 | 1)
    )
    m.kernel.memory.write(va + 32, descriptor)  # place 2 of 4; the others are empty
    for register, value in (
        (hw.CONFIG, hw.MODE_RING),
        (hw.DESC_LO, logical.value),
        (hw.DESC_COUNT, 4),
        (hw.PRODUCER, 0),
        (hw.CMD, hw.CMD_START),
        (hw.PRODUCER, 3),
    ):
        m.board.csr_write32(hw.channel_register(0, register), value)
    with violation("CV-BUSY", "flush_adapter_buffers_ex"):
        flush_ex(adapter, mdl, base, 0, 0x2000, True)
    m.board.channels[0].consumed = 3  # the ring stays active, and has nothing left to do
    assert flush_ex(adapter, mdl, base, 0, 0x2000, True) == STATUS_SUCCESS


@rows.test
def test_contract(row, version, profile, choices):
    run(row, version, profile, choices)


def test_masters_are_watched_by_one_switch():
    m = Machine(watch_masters=False)
    adapter, mdl = m.master(), m.mdl([0x110])
    base, _ = m.grant_ex(adapter, 1)
    sg = map_ex(adapter, mdl, base, 0, 64, True)[2]
    start_master(m, 0, sg.elements[0].address, 64)
    assert flush_ex(adapter, mdl, base, 0, 64, True) == STATUS_SUCCESS
