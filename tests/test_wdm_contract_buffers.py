"""The contract, cell by cell: common buffers, information, configuration, contexts, the counter."""

import pytest
from wdm_calls import Routine, allocate_ex, flush_v1, free_channel, get_list, map_ex, map_v1, put_list
from wdm_contract_kit import Rows, cell_of, run
from wdm_kit import Machine, violation
from windlass.wdm import (
    STATUS_INVALID_PARAMETER,
    STATUS_NOT_IMPLEMENTED,
    STATUS_NOT_SUPPORTED,
    STATUS_SUCCESS,
    WINDLASS_SET_PACING,
    WINDLASS_SET_PERIOD,
    WINDLASS_SET_REQUEST_UNITS,
    DmaAdapterInfo,
    DmaTransferContext,
    DmaTransferInfo,
    Ref,
)

rows = Rows()
proves = rows.proves


# --- common buffers ---
def allocate_buffer(ops, name, adapter, length, logical, highest=None, node=0):
    if name == "allocate_common_buffer_ex":
        return ops.allocate_common_buffer_ex(adapter, highest, length, logical, True, node)
    return ops.allocate_common_buffer(adapter, length, logical, True)


def buffer_rows(name):
    def a_buffer(m, version):
        for adapter in (m.sub(version=version), m.master(version=version)):
            logical = Ref()
            va = allocate_buffer(adapter.dma_operations, name, adapter, 5000, logical)
            frames = m.kernel.memory.frames(va, 5000)
            assert va % 4096 == 0 and frames[1] == frames[0] + 1 and logical.value % 4096 == 0
            if m.pc:
                assert logical.value == frames[0] << 12 and logical.value + 8191 <= adapter.limit
            m.kernel.memory.write(va, bytes(5000))
            adapter.dma_operations.free_common_buffer(adapter, 5000, logical.value, va, True)
        if name == "allocate_common_buffer_ex":
            for highest, fits in ((0x1F_FFFF, True), (0xFFE, False)):
                got = allocate_buffer(adapter.dma_operations, name, adapter, 4096, logical, Ref(highest))
                assert (got is not None) == fits

    def no_buffer(m, version):
        sub, master, logical = m.sub(version=version), m.master(version=version), Ref("untouched")
        for adapter in (sub, master):
            assert allocate_buffer(adapter.dma_operations, name, adapter, 0, logical) is None
            assert allocate_buffer(adapter.dma_operations, name, adapter, 1 << 26, logical) is None
        if m.pc:  # a transfer of an 8-bit channel stays in 64 KiB
            assert allocate_buffer(sub.dma_operations, name, sub, 0x10001, logical) is None
            assert allocate_buffer(sub.dma_operations, name, sub, 0x10000, Ref()) is not None
        else:  # not more than the adapter's map registers
            assert allocate_buffer(master.dma_operations, name, master, 18 << 12, logical) is None
            assert allocate_buffer(master.dma_operations, name, master, 17 << 12, Ref()) is not None
        if name == "allocate_common_buffer_ex":
            assert allocate_buffer(master.dma_operations, name, master, 4096, logical, None, 1) is None
        assert logical.value == "untouched"

    def past_the_end(m, version):
        adapter = m.master(version=version)
        va = allocate_buffer(adapter.dma_operations, name, adapter, 100, Ref())
        m.kernel.memory.write(va + 99, b"x")
        with violation("CV-COMMON"):
            m.kernel.memory.write(va + 99, b"xy")
        with violation("CV-COMMON"):
            m.kernel.memory.read(va + 100, 1)

    proves(name, "buffer")(a_buffer)
    proves(name, "NULL")(no_buffer)
    proves(name, "CV-COMMON")(past_the_end)


buffer_rows("allocate_common_buffer")
buffer_rows("allocate_common_buffer_ex")


@proves("free_common_buffer", "freed")
def a_common_buffer_comes_back(m, version):
    adapter, logical = m.master(version=version), Ref()
    pages, registers = m.kernel.memory.pages.free_count(), m.kernel.pool.free_count
    va = adapter.dma_operations.allocate_common_buffer(adapter, 8192, logical, True)
    assert m.kernel.memory.pages.free_count() == pages - 2
    adapter.dma_operations.free_common_buffer(adapter, 8192, logical.value, va, True)
    assert (m.kernel.memory.pages.free_count(), m.kernel.pool.free_count) == (pages, registers)


@proves("free_common_buffer", "CV-COMMON")
def a_common_buffer_is_freed_as_it_was_made(m, version):
    adapter, logical = m.master(version=version), Ref()
    ops = adapter.dma_operations
    va = ops.allocate_common_buffer(adapter, 4096, logical, True)
    right = [4096, logical.value, va, True]
    for wrong, value in enumerate((4095, logical.value + 4096, va + 1, False)):
        arguments = [value if k == wrong else right[k] for k in range(4)]
        with violation("CV-COMMON", "free_common_buffer"):
            ops.free_common_buffer(adapter, *arguments)
    ops.free_common_buffer(adapter, *right)
    with violation("CV-COMMON", "free_common_buffer"):
        ops.free_common_buffer(adapter, *right)


@proves("free_common_buffer", "CV-BUSY")
def a_common_buffer_with_a_transfer_on_it(m, version):
    adapter, logical = m.sub(version=version, auto_initialize=True), Ref()
    ops, kernel = adapter.dma_operations, m.kernel
    va = ops.allocate_common_buffer(adapter, 4096, logical, True)
    mdl = kernel.io_allocate_mdl(va, 4096)
    kernel.mm_build_mdl_for_non_paged_pool(mdl)
    base = m.grant(adapter, 1)
    map_v1(adapter, mdl, base, 0, 4096, True)
    with violation("CV-BUSY", "free_common_buffer"):
        ops.free_common_buffer(adapter, 4096, logical.value, va, True)
    assert flush_v1(adapter, mdl, base, 0, 4096, True)
    ops.free_common_buffer(adapter, 4096, logical.value, va, True)


# --- alignment, information, configuration ---
@proves("get_dma_alignment", "unit")
def alignment(m, version):
    wide = m.sub(version=version, channel=5, dma_width=1) if m.pc else m.sub(version=version, dma_width=1)
    for adapter, unit in ((wide, 2), (m.master(version=version), 1), (m.sub(version=version, channel=2), 1)):
        assert adapter.dma_operations.get_dma_alignment(adapter) == unit


@proves("get_dma_adapter_info", "STATUS_SUCCESS")
def information(m, version):
    def of(adapter):
        info = DmaAdapterInfo()
        assert adapter.dma_operations.get_dma_adapter_info(adapter, info) == STATUS_SUCCESS
        assert info.version == 1 and version == 3
        return (
            info.read_dma_counter_available,
            info.scatter_gather_limit,
            info.dma_address_width,
            info.flags,
            info.minimum_transfer_unit,
        )

    assert of(m.master(dma_address_width=30)) == (False, 0xFFFF_FFFF, 30, 0, 1)
    if m.pc:
        assert of(m.sub()) == (True, 1, 24, 0, 1)
        assert of(m.sub(channel=5, dma_width=1)) == (True, 1, 24, 0, 2)
        free = m.master(scatter_gather=True, interface_type=5)  # PCI, and it reaches all RAM
        assert of(free) == (False, 0xFFFF_FFFF, 32, 1, 1)
    else:
        assert of(m.sub(dma_width=2)) == (True, 256, 32, 0, 4)
        assert of(m.sub(channel=2, auto_initialize=True)) == (True, 1, 32, 0, 1)


@proves("get_dma_adapter_info", "STATUS_NOT_SUPPORTED")
def information_of_another_version(m, version):
    adapter = m.sub(version=version)
    for wrong in (0, 2, 99):
        info = DmaAdapterInfo(wrong)
        assert adapter.dma_operations.get_dma_adapter_info(adapter, info) == STATUS_NOT_SUPPORTED
        assert info == DmaAdapterInfo(wrong)


@proves("get_dma_transfer_info", "STATUS_SUCCESS")
def transfer_information(m, version):
    adapter = m.master(version=version, scatter_gather=True)
    get = adapter.dma_operations.get_dma_transfer_info
    mdl = m.mdl([0x110], 0, 100, then=m.mdl([0x112], 0, 100))
    for info_version in (1, 2):
        info = DmaTransferInfo(info_version)
        assert get(adapter, mdl, 0, 200, True, info) == STATUS_SUCCESS
        assert info == DmaTransferInfo(info_version, 2, 2, 16 + 48 + 64, 2 if info_version == 2 else 0)
    info = DmaTransferInfo()
    assert get(adapter, mdl, 99, 1, False, info) == STATUS_SUCCESS and info.map_register_count == 1
    wide = m.mdl([0x110 + 2 * k for k in range(100)])
    assert get(adapter, wide, 0, 100 << 12, True, info) == STATUS_SUCCESS
    assert info.map_register_count == 100 > adapter.max_regs


@proves("get_dma_transfer_info", "STATUS_NOT_SUPPORTED")
def transfer_information_of_another_version(m, version):
    adapter = m.sub(version=version)
    for wrong in (0, 3):
        info = DmaTransferInfo(wrong)
        assert adapter.dma_operations.get_dma_transfer_info(adapter, m.mdl([1]), 0, 1, True, info) == (
            STATUS_NOT_SUPPORTED
        )
        assert info == DmaTransferInfo(wrong)


@proves("get_dma_transfer_info", "STATUS_INVALID_PARAMETER")
def transfer_information_of_no_region(m, version):
    adapter = m.sub(version=version)
    mdl = m.mdl([0x110], 0, 100, then=m.mdl([0x112], 0, 100))
    for offset, length in ((0, 0), (200, 0), (200, 1), (0, 201), (199, 2), (-1, 2)):
        info = DmaTransferInfo()
        status = adapter.dma_operations.get_dma_transfer_info(adapter, mdl, offset, length, True, info)
        assert status == STATUS_INVALID_PARAMETER and info == DmaTransferInfo()


@proves("get_dma_transfer_info", "CV-MDL")
def transfer_information_of_unlocked_pages(m, version):
    adapter = m.sub(version=version)
    mdl = m.mdl([0x110], then=m.kernel.io_allocate_mdl(0x20000, 100))
    with violation("CV-MDL", "get_dma_transfer_info"):
        adapter.dma_operations.get_dma_transfer_info(adapter, mdl, 0, 1, True, DmaTransferInfo())


@proves("configure_adapter_channel", "STATUS_SUCCESS")
def configuration(m, version):
    adapter = m.sub(version=version)
    for number, context in (
        (WINDLASS_SET_REQUEST_UNITS, 16),
        (WINDLASS_SET_PERIOD, None),
        (WINDLASS_SET_PACING, "block"),
    ):
        assert adapter.dma_operations.configure_adapter_channel(adapter, number, context) == STATUS_SUCCESS


@proves("configure_adapter_channel", "STATUS_INVALID_PARAMETER")
def configuration_that_makes_no_sense(m, version):
    adapter = m.sub(version=version)
    for number, context in ((WINDLASS_SET_REQUEST_UNITS, 0), (WINDLASS_SET_PERIOD, 512), (WINDLASS_SET_PACING, "fast")):
        assert adapter.dma_operations.configure_adapter_channel(adapter, number, context) == STATUS_INVALID_PARAMETER


@proves("configure_adapter_channel", "STATUS_NOT_IMPLEMENTED")
def functions_that_are_not_there(m, version):
    sub, master = m.sub(version=version), m.master(version=version)
    numbers = range(1, 100) if m.pc else (0, 4, 99)
    for number in numbers:
        assert sub.dma_operations.configure_adapter_channel(sub, number, 1) == STATUS_NOT_IMPLEMENTED
    assert master.dma_operations.configure_adapter_channel(master, 1, 1) == STATUS_NOT_IMPLEMENTED


# --- contexts ---
@proves("initialize_dma_transfer_context", "STATUS_SUCCESS")
def fresh_contexts(m, version):
    adapter, context, routine = m.sub(version=version), DmaTransferContext(), Routine(m)
    initialize = adapter.dma_operations.initialize_dma_transfer_context
    for _ in range(2):
        assert initialize(adapter, context) == STATUS_SUCCESS
    assert adapter.dma_operations.cancel_adapter_channel(adapter, routine.device, context)
    assert initialize(adapter, context) == STATUS_SUCCESS  # the cancellation is forgotten
    assert allocate_ex(routine, adapter, context, 1) == STATUS_SUCCESS and len(routine.bases) == 1
    free_channel(m, adapter)
    assert initialize(adapter, context) == STATUS_SUCCESS


@proves("initialize_dma_transfer_context", "STATUS_INVALID_PARAMETER")
def contexts_in_use(m, version):
    adapter, routine = m.sub(version=version), Routine(m)
    initialize = adapter.dma_operations.initialize_dma_transfer_context
    assert initialize(adapter, None) == STATUS_INVALID_PARAMETER
    contexts = [m.context(adapter) for _ in range(2)]  # one granted, one queued
    for context in contexts:
        assert allocate_ex(routine, adapter, context, 1) == STATUS_SUCCESS
    assert len(routine.bases) == 1
    for context in contexts:
        assert initialize(adapter, context) == STATUS_INVALID_PARAMETER


# --- the counter ---
@proves("read_dma_counter", "bytes")
def the_counter(m, version):
    adapter, mdl = m.sub(version=version), m.mdl([0x110])
    read = adapter.dma_operations.read_dma_counter
    if version == 3:
        base, _ = m.grant_ex(adapter, 1)
        assert map_ex(adapter, mdl, base, 0, 4096, False)[0] == 0
    else:
        base = m.grant(adapter, 1)
        map_v1(adapter, mdl, base, 0, 4096, False)
    assert read(adapter) == 4096
    m.device_moves(4000)
    assert read(adapter) == 96
    m.device_moves(96)
    assert read(adapter) == 0
    assert flush_v1(adapter, mdl, base, 0, 4096, False)
    assert read(adapter) == 0  # the last value


@proves("read_dma_counter", "auto-initialize")
def the_counter_of_a_loop(m, version):
    adapter, mdl = m.sub(version=version, auto_initialize=True), m.mdl([0x110])
    base = m.grant(adapter, 1)
    map_v1(adapter, mdl, base, 0, 4096, False)
    seen = [adapter.dma_operations.read_dma_counter(adapter)]
    for count in (4095, 1, 1, 4095, 4096):
        m.device_moves(count)
        seen.append(adapter.dma_operations.read_dma_counter(adapter))
    assert seen == [4096, 1, 4096, 4095, 4096, 4096]
    m.device_moves(96)
    assert flush_v1(adapter, mdl, base, 0, 4096, False)
    assert adapter.dma_operations.read_dma_counter(adapter) == 4000  # frozen


@proves("read_dma_counter", "CV-MASTER")
def masters_have_their_own_counter(m, version):
    adapter = m.master(version=version)
    with violation("CV-MASTER", "read_dma_counter"):
        adapter.dma_operations.read_dma_counter(adapter)


@rows.test
def test_contract(row, version, profile, choices):
    run(row, version, profile, choices)


def test_rows_name_cells_that_exist():
    with pytest.raises(LookupError):
        cell_of("map_transfer", "CV-NONE")


def test_a_list_of_a_common_buffer_keeps_it():
    machine = Machine()
    adapter, logical = machine.master(scatter_gather=True), Ref()
    va = adapter.dma_operations.allocate_common_buffer(adapter, 4096, logical, True)
    mdl = machine.kernel.io_allocate_mdl(va, 4096)
    machine.kernel.mm_build_mdl_for_non_paged_pool(mdl)
    routine = Routine(machine)
    assert get_list(routine, adapter, mdl) == STATUS_SUCCESS
    with violation("CV-BUSY"):
        adapter.dma_operations.free_common_buffer(adapter, 4096, logical.value, va, True)
    put_list(machine, adapter, routine.lists[0])
    adapter.dma_operations.free_common_buffer(adapter, 4096, logical.value, va, True)
