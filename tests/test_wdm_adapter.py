"""IoGetDmaAdapter, PutDmaAdapter, GetDmaAdapterInfo, ConfigureAdapterChannel, common buffers."""

import pytest
from wdm_fake import FakePlatform
from wdm_kit import DEVICE_ADDRESS, Machine, violation
from windlass.platform import EngineParams
from windlass.wdm import (
    STATUS_INVALID_PARAMETER,
    STATUS_NOT_IMPLEMENTED,
    STATUS_NOT_SUPPORTED,
    WINDLASS_SET_PACING,
    WINDLASS_SET_PERIOD,
    WINDLASS_SET_REQUEST_UNITS,
    DeallocateObjectKeepRegisters,
    DmaAdapterInfo,
    Kernel,
    PCIBus,
    PeriodNotification,
    Ref,
    UnsupportedHardware,
    Width16Bits,
    Width64Bits,
    WidthNoWrap,
    hw,
)


@pytest.mark.parametrize(
    "fields",
    [
        {"version": 4},
        {"version": -1},
        {"reserved1": True},
        {"maximum_length": 0},
        {"maximum_length": 0x8000_0000},  # the top bit does not count
        {"version": 1, "dma_channel": 8},
        {"version": 1, "dma_channel": 5},  # four channels were built
        {"dma_request_line": 0x11},
        {"dma_width": WidthNoWrap},
        {"dma_width": 7},
    ],
)
def test_subordinate_refused(fields):
    machine = Machine()
    assert machine.sub(**fields) is None
    assert machine.registers.value == "untouched"


@pytest.mark.parametrize("width", [0, 65])
def test_version_3_master_address_width(width):
    assert Machine().master(dma_address_width=width) is None


def test_master_needs_a_channel_of_its_own():
    machine = Machine()
    assert machine.adapter(None, master=True, dma_address_width=32) is None
    assert machine.master(channel=9) is None
    assert machine.sub(channel=1) is not None
    assert machine.master(channel=1) is None
    assert machine.master(channel=2) is not None
    assert machine.sub(channel=2) is None


def test_a_unit_wider_than_the_bus_is_refused():
    machine = Machine.__new__(Machine)
    machine.board = FakePlatform(EngineParams(data_width=32))
    machine.kernel = Kernel(machine.board)
    assert machine.sub(dma_width=Width64Bits) is None


def test_an_engine_without_map_registers():
    with pytest.raises(UnsupportedHardware):
        Kernel(FakePlatform(EngineParams(map_registers=0)))
    with pytest.raises(ValueError):
        Kernel(FakePlatform(), profile="pdp11")


@pytest.mark.parametrize(
    ("master", "fields", "count"),
    [
        (True, {"maximum_length": 0x1000}, 2),
        (True, {"maximum_length": 0x10000, "scatter_gather": True}, 17),
        (True, {"maximum_length": 1 << 24}, 64),
        (True, {"maximum_length": 1 << 24, "dma_address_width": 16}, 16),  # logical addresses up to 0xFFFF
        (True, {"version": 1, "maximum_length": 0x4000, "scatter_gather": True, "interface_type": PCIBus}, 5),
        (False, {"maximum_length": 0x4000}, 5),
        (False, {"version": 2, "maximum_length": 0x4000}, 5),
        (False, {"version": 2, "maximum_length": 0x4000, "scatter_gather": True}, 1),
        (False, {"maximum_length": 0x4000, "scatter_gather": True}, 5),  # the field is not looked at in version 3
    ],
)
def test_number_of_map_registers(master, fields, count):
    machine = Machine()
    assert (machine.master if master else machine.sub)(**fields) is not None
    assert machine.registers.value == count


def test_one_adapter_per_legacy_channel_and_a_reference_for_each_request():
    machine = Machine()
    first = machine.sub(version=1, maximum_length=0x1000)
    second = machine.sub(version=2, maximum_length=0x4000, auto_initialize=True)
    assert second is first and first.max_regs == 5 and first.dma_operations.version == 2
    assert first.description.auto_initialize
    ops = first.dma_operations
    ops.put_dma_adapter(first)
    assert ops.get_dma_alignment(first) == 1
    ops.put_dma_adapter(first)
    with violation("CV-ADAPTER"):
        ops.get_dma_alignment(first)


def test_masters_are_always_fresh_and_version_3_subordinates_share_the_channel():
    machine = Machine()
    assert machine.master() is not machine.master()
    one, two = machine.sub(channel=1), machine.sub(channel=1)
    assert one is not two and one.queue is two.queue


def test_version_3_without_resources_always_gets_the_same_channel_for_a_line():
    machine = Machine()
    one = machine.adapter(None, dma_request_line=1)
    two = machine.adapter(None, dma_request_line=2)
    again = machine.adapter(None, dma_request_line=1)
    assert one.binding.channel is again.binding.channel is not two.binding.channel


def test_put_with_live_resources():
    machine = Machine()
    adapter = machine.master()
    ops = adapter.dma_operations
    base = machine.grant(adapter, 2, DeallocateObjectKeepRegisters)
    with violation("CV-LEAK", "put_dma_adapter"):
        ops.put_dma_adapter(adapter)
    with machine.dispatch():
        ops.free_map_registers(adapter, base, 2)
    logical = Ref()
    va = ops.allocate_common_buffer(adapter, 100, logical, True)
    with violation("CV-LEAK"):
        ops.put_dma_adapter(adapter)
    ops.free_common_buffer(adapter, 100, logical.value, va, True)
    ops.put_dma_adapter(adapter)


def test_the_hal_gives_everything_back():
    machine = Machine()
    pages = machine.kernel.memory.pages.free_count()
    adapter = machine.sub(channel=3)
    table = machine.board.entries[255][0]
    assert table & 0x3F7 == hw.MAP_VALID | hw.MAP_READ | 3 << hw.MAP_OWNER_SHIFT
    adapter.dma_operations.put_dma_adapter(adapter)
    assert machine.board.entries[255][0] == 0 and machine.kernel.memory.pages.free_count() == pages
    assert machine.master(channel=3) is not None


# --- information and configuration ---
def test_adapter_info():
    machine = Machine()
    sub, master = machine.sub(dma_width=Width16Bits), machine.master()
    info = DmaAdapterInfo()
    assert sub.dma_operations.get_dma_adapter_info(sub, info) == 0
    assert (info.read_dma_counter_available, info.scatter_gather_limit, info.minimum_transfer_unit) == (True, 256, 2)
    assert master.dma_operations.get_dma_adapter_info(master, info) == 0
    assert (info.read_dma_counter_available, info.scatter_gather_limit) == (False, 0xFFFF_FFFF)
    assert (info.dma_address_width, info.minimum_transfer_unit, info.flags) == (32, 1, 0)
    for version in (0, 2):
        assert sub.dma_operations.get_dma_adapter_info(sub, DmaAdapterInfo(version)) == STATUS_NOT_SUPPORTED


def test_alignment_is_the_unit_of_a_subordinate():
    machine = Machine()
    adapter = machine.sub(dma_width=Width64Bits)
    assert adapter.dma_operations.get_dma_alignment(adapter) == 8
    master = machine.master()
    assert master.dma_operations.get_dma_alignment(master) == 1


@pytest.mark.parametrize(
    ("number", "context", "status"),
    [
        (WINDLASS_SET_REQUEST_UNITS, 16, 0),
        (WINDLASS_SET_REQUEST_UNITS, 0, STATUS_INVALID_PARAMETER),
        (WINDLASS_SET_REQUEST_UNITS, 17, STATUS_INVALID_PARAMETER),
        (WINDLASS_SET_REQUEST_UNITS, None, STATUS_INVALID_PARAMETER),
        (WINDLASS_SET_PERIOD, None, 0),
        (WINDLASS_SET_PERIOD, PeriodNotification(512, print), 0),
        (WINDLASS_SET_PERIOD, 512, STATUS_INVALID_PARAMETER),
        (WINDLASS_SET_PACING, "block", 0),
        (WINDLASS_SET_PACING, "fast", STATUS_INVALID_PARAMETER),
        (99, None, STATUS_NOT_IMPLEMENTED),
    ],
)
def test_configure_adapter_channel(number, context, status):
    machine = Machine()
    adapter = machine.sub()
    assert adapter.dma_operations.configure_adapter_channel(adapter, number, context) == status
    master = machine.master()
    assert master.dma_operations.configure_adapter_channel(master, number, context) == STATUS_NOT_IMPLEMENTED


# --- common buffers ---
def test_common_buffer_of_a_master():
    machine = Machine()
    adapter = machine.master(channel=2)
    ops, memory, logical = adapter.dma_operations, machine.kernel.memory, Ref()
    before = machine.kernel.pool.free_count
    va = ops.allocate_common_buffer(adapter, 5000, logical, True)
    assert va % 4096 == 0 and machine.kernel.pool.free_count == before - 2
    memory.write(va + 4096, b"end")
    physical = machine.board.physical(2, logical.value + 4096, True)  # the device may write …
    assert machine.board.physical(2, logical.value + 4096, False) == physical  # … and read
    assert machine.board.read_mem(physical, 3) == b"end"
    with violation("CV-COMMON"):
        memory.read(va + 4999, 2)
    ops.free_common_buffer(adapter, 5000, logical.value, va, True)
    assert machine.kernel.pool.free_count == before
    with violation("CV-COMMON"):
        ops.free_common_buffer(adapter, 5000, logical.value, va, True)


@pytest.mark.parametrize("wrong", range(4))
def test_free_common_buffer_must_match(wrong):
    machine = Machine()
    adapter = machine.master()
    logical = Ref()
    va = adapter.dma_operations.allocate_common_buffer(adapter, 4096, logical, False)
    right = [4096, logical.value, va, False]
    given = [4095, logical.value + 4096, va + 4096, True]
    arguments = [given[k] if k == wrong else right[k] for k in range(4)]
    with violation("CV-COMMON", "free_common_buffer"):
        adapter.dma_operations.free_common_buffer(adapter, *arguments)


def test_common_buffer_limits():
    machine = Machine()
    adapter = machine.master(maximum_length=0x1000)
    ops = adapter.dma_operations
    logical = Ref("untouched")
    assert ops.allocate_common_buffer(adapter, 0, logical, True) is None
    assert ops.allocate_common_buffer(adapter, 0x3000, logical, True) is None  # more than the adapter's registers
    assert ops.allocate_common_buffer_ex(adapter, None, 4096, logical, True, 1) is None  # no such node
    assert ops.allocate_common_buffer_ex(adapter, 0xFFE, 4096, logical, True, 0) is None
    assert logical.value == "untouched"
    assert ops.allocate_common_buffer_ex(adapter, Ref(0xFFF), 4096, logical, True, 0) is not None  # inclusive
    assert logical.value == 0


def test_common_buffer_waits_for_nobody():
    machine = Machine(max_pool=4)
    adapter = machine.master()
    machine.grant(adapter, 3, DeallocateObjectKeepRegisters)
    logical = Ref()
    assert adapter.dma_operations.allocate_common_buffer(adapter, 8192, logical, True) is None
    assert adapter.dma_operations.allocate_common_buffer(adapter, 4096, logical, True) is not None


def test_common_buffer_of_a_subordinate_is_mapped_through_an_mdl():
    machine = Machine()
    adapter = machine.sub(auto_initialize=True, maximum_length=8192)
    ops, kernel, logical = adapter.dma_operations, machine.kernel, Ref()
    va = ops.allocate_common_buffer(adapter, 8192, logical, True)
    mdl = kernel.io_allocate_mdl(va, 8192)
    with violation("CV-MDL"):
        base, _ = machine.grant_ex(adapter, 2)
        ops.map_transfer_ex(adapter, mdl, base, 0, 0, Ref(8192), True, None, 0, None, None)
    kernel.mm_build_mdl_for_non_paged_pool(mdl)
    assert ops.map_transfer_ex(adapter, mdl, base, 0, 0, Ref(8192), True, None, 0, None, None) == 0
    with violation("CV-BUSY", "free_common_buffer"):
        ops.free_common_buffer(adapter, 8192, logical.value, va, True)
    with machine.dispatch():
        assert ops.flush_adapter_buffers(adapter, mdl, base, va, 8192, True)
        ops.free_adapter_channel(adapter)
    ops.free_common_buffer(adapter, 8192, logical.value, va, True)
    ops.put_dma_adapter(adapter)
    assert machine.board.grants[hw.grant_register(1, hw.DEV_ADDR_LO)] == DEVICE_ADDRESS
