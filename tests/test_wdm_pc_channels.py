"""Profile `pc`: port writes, the counter, common buffers, Windlass channels as movers, masters, time."""

import pytest
from wdm_calls import (
    Routine,
    flush_ex,
    flush_v1,
    get_list,
    map_ex,
    map_v1,
    pieces,
    put_list,
)
from wdm_kit import MIB16, Machine, pc, violation
from windlass.model import ReferencePlatform
from windlass.platform import EngineParams
from windlass.wdm import (
    STATUS_SUCCESS,
    DeviceObject,
    DmaResources,
    Eisa,
    Isa,
    KEvent,
    PCIBus,
    Ref,
    TypeC,
    UnsupportedHardware,
    Width16Bits,
    Width32Bits,
    hw,
)


# --- the 8237 ---
def recorded(machine):
    """The port writes from now on."""
    log, write = [], machine.kernel.hal.pair.write
    machine.kernel.hal.pair.write = lambda port, value: (log.append((port, value)), write(port, value))[1]
    return log


def test_order_of_port_writes():
    machine = pc()
    adapter = machine.sub(version=1, channel=3)
    base = machine.grant(adapter, 2)
    log = recorded(machine)
    map_v1(adapter, machine.mdl([0x123]), base, 0x456, 0x789, True)
    assert log == [
        (0x0C, 0),
        (0x0B, 0x4B),
        (0x06, 0x56),
        (0x06, 0x34),
        (0x82, 0x12),
        (0x07, 0x88),
        (0x07, 0x07),
        (0x0A, 3),
    ]


def test_order_of_port_writes_with_eisa():
    machine = pc(eisa=True)
    adapter = machine.sub(version=1, channel=5, dma_width=Width32Bits, dma_speed=TypeC, interface_type=Eisa)
    base = machine.grant(adapter, 2)
    log = recorded(machine)
    map_v1(adapter, machine.mdl([0x1FF, 0x200]), base, 0, 0x2000, False)
    assert log == [
        (0x4D6, 0x39),
        (0xD8, 0),
        (0xD6, 0x45),
        (0xC4, 0x00),
        (0xC4, 0xF0),
        (0x8B, 0x1F),
        (0x48B, 0x00),
        (0xC6, 0xFF),
        (0xC6, 0x1F),
        (0x4C6, 0x00),
        (0xD4, 1),
    ]
    machine.devices[5].unit = 4
    machine.device_moves(0x1000, 5)
    assert adapter.dma_operations.read_dma_counter(adapter) == 0x1000
    machine.device_moves(0x1000, 5)
    assert adapter.dma_operations.read_dma_counter(adapter) == 0


def test_demand_mode_counts_in_version_2():
    for version, mode in ((0, 0x46), (1, 0x46), (2, 0x06), (3, 0x46)):
        machine = pc()
        adapter = machine.sub(version=version, channel=2, demand_mode=True)
        base = machine.grant(adapter, 1)
        map_v1(adapter, machine.mdl([0x111]), base, 0, 16, False)
        assert machine.kernel.hal.pair.channel(2).mode == mode


@pytest.mark.parametrize(("compat", "first"), [(False, 0x10000), (True, 0)])
def test_the_counter_of_the_largest_transfer(compat, first):
    machine = pc(compat_counter=compat)
    adapter = machine.sub(version=1, maximum_length=0x10000)
    mdl = machine.mdl(range(0x110, 0x120))
    base = machine.grant(adapter, 16)
    map_v1(adapter, mdl, base, 0, 0x10000, False)
    read = adapter.dma_operations.read_dma_counter
    assert read(adapter) == first
    machine.device_moves(1)
    assert read(adapter) == 0xFFFF
    machine.device_moves(0xFFFF)
    assert read(adapter) == 0
    assert flush_v1(adapter, mdl, base, 0, 0x10000, False) and read(adapter) == 0


def test_the_counter_is_sampled_until_two_readings_agree_in_the_high_byte():
    machine = pc()
    adapter = machine.sub(version=1)
    base = machine.grant(adapter, 1)
    map_v1(adapter, machine.mdl([0x111]), base, 0, 0x101, False)
    pair, device, asked = machine.kernel.hal.pair, machine.devices[1], []
    read = pair.read

    def racing(port):
        value = read(port)
        asked.append(port)
        if len(asked) == 1:  # between the two bytes the count goes from 0x100 to 0xFF
            device.feed(b"x")
        return value

    pair.read = racing
    assert adapter.dma_operations.read_dma_counter(adapter) == 0x100
    assert len(asked) > 2


def test_a_list_of_a_channel_starts_it():
    machine = pc()
    adapter, routine = machine.sub(version=1), Routine(machine)
    mdl = machine.mdl([0x111, 0x113])
    assert get_list(routine, adapter, mdl, write=False) == STATUS_SUCCESS
    assert len(pieces(routine.lists[0])) == 1 and adapter.queue.owner is not None
    machine.device_moves(0x2000, data=b"ab" * 0x1000)
    put_list(machine, adapter, routine.lists[0], False)
    assert machine.board.read_mem(0x113000, 4) == b"abab" and adapter.queue.owner is None


# --- common buffers ---
def test_common_buffers_stay_in_one_block_and_in_reach():
    machine = pc()
    word = machine.sub(version=1, channel=5, dma_width=Width16Bits)
    byte, logical = machine.sub(version=1), Ref()
    for adapter, block in ((byte, 0x10000), (word, 0x20000)):
        allocate = adapter.dma_operations.allocate_common_buffer
        assert allocate(adapter, block + 1, logical, True) is None
        for length in (0x9000, 0x9000, block):
            assert allocate(adapter, length, logical, True) is not None
            assert logical.value // block == (logical.value + length - 1) // block and logical.value + length <= MIB16
    assert machine.kernel.pool.free_count == 64


# --- movers: Windlass channels in the place of the 8237's data path ---
def with_mover(channel=1, **fields):
    machine = Machine("pc", platform=ReferencePlatform(EngineParams(), 4 << 20))
    pdo = DeviceObject("pdo", DmaResources(channel=channel % 4, request_line=0))
    isa = {"version": 1, "interface_type": Isa, "dma_channel": channel, "dma_width": channel // 4}
    return machine, machine.adapter(pdo, **{**isa, **fields})


def test_what_a_windlass_channel_cannot_do():
    machine, _ = with_mover()
    pair = machine.kernel.hal.pair

    def refused(reason, mode=0x45, address=0x1000, count=9):
        channel = pair.channel(1)
        channel.masked = True
        channel.mode, channel.address, channel.count = mode, address, count
        channel.base_address, channel.base_count = 0x1000, 9
        with pytest.raises(UnsupportedHardware, match=reason):
            pair.write(0x0A, 1)
        assert channel.masked or channel.pacing == 3

    refused("verify", mode=0x41)
    refused("only go up", mode=0x65)
    refused("wrap", address=0xFFFF, count=1)
    refused("whole lap", mode=0x55, address=0x1001, count=8)


def test_a_windlass_channel_carries_as_eisa_does():
    machine = Machine("pc", platform=ReferencePlatform(EngineParams(), 4 << 20), eisa=True)
    pdo = DeviceObject("pdo", DmaResources(channel=1, request_line=0))
    adapter = machine.adapter(pdo, version=2, interface_type=Eisa, dma_channel=1, demand_mode=True)
    mdl = machine.mdl(range(0x118, 0x12A))
    adapter.max_regs = 18
    base = machine.grant(adapter, 18)
    logical, _ = map_v1(adapter, mdl, base, 0, 18 << 12, False)
    assert logical == 0x118000
    data = bytes(range(251)) * 300
    machine.board.device_feed(0, data[: 18 << 12])
    machine.board.io_write32(0xF000_0004, 1)
    for _ in range(1000):
        machine.board.wait_cycles(4000)
        if adapter.dma_operations.read_dma_counter(adapter) < 0x4000:
            break
    registers = machine.kernel.hal.pair.channel(1)
    assert registers.carry == 1 and registers.physical() == 0x118000 + (18 << 12) - registers.count - 1
    machine.board.wait_cycles(600_000)
    assert adapter.dma_operations.read_dma_counter(adapter) == 0
    assert flush_v1(adapter, mdl, base, 0, 18 << 12, False) is True
    assert machine.board.read_mem(0x118000, 18 << 12) == data[: 18 << 12]


def test_the_engine_must_have_the_channel_and_nobody_else():
    machine, first = with_mover()
    assert first is not None
    for channel, there in ((1, False), (2, True), (9, False)):
        pdo = DeviceObject("pdo", DmaResources(channel=channel))
        adapter = machine.adapter(pdo, master=True, dma_address_width=32)
        assert (adapter is not None) == there
    pdo = DeviceObject("pdo", DmaResources(channel=2))
    assert machine.adapter(pdo, version=1, interface_type=Isa, dma_channel=3) is None
    first.dma_operations.put_dma_adapter(first)
    assert machine.kernel.hal.pair.channel(1).mover is None
    assert machine.adapter(DeviceObject("pdo", DmaResources(channel=1)), master=True, dma_address_width=32)


def test_the_newer_device_object_says_what_moves_the_data():
    machine, first = with_mover()
    channel = machine.kernel.hal.pair.channel(1)
    assert channel.mover is not None
    second = machine.adapter(DeviceObject("pdo"), version=1, interface_type=Isa, dma_channel=1)
    assert second is first and channel.mover is None


def test_a_flush_reports_an_error_of_the_engine():
    machine, adapter = with_mover()
    base = machine.grant(adapter, 1)
    mdl = machine.mdl([0x111])
    map_v1(adapter, mdl, base, 0, 16, True)
    machine.kernel.hal.pair.channel(1).mover._device_address = 0
    assert flush_v1(adapter, mdl, base, 0, 16, True) is True
    bad = DeviceObject("pdo", DmaResources(channel=3, request_line=0, device_address=0xF000_0010))
    broken = machine.adapter(bad, version=1, interface_type=Isa, dma_channel=2)
    base = machine.grant(broken, 1)
    machine.board.device_feed(0, b"x" * 16)
    machine.board.io_write32(0xF000_0004, 1)
    map_v1(broken, mdl, base, 0, 16, False)
    machine.board.wait_cycles(1000)
    assert flush_v1(broken, mdl, base, 0, 16, False) is False


def test_a_master_with_a_windlass_channel_is_watched():
    machine = Machine("pc", platform=ReferencePlatform(EngineParams(), 4 << 20))
    pdo = DeviceObject("pdo", DmaResources(channel=0))
    adapter = machine.adapter(pdo, master=True, dma_address_width=32, scatter_gather=True, interface_type=PCIBus)
    mdl = machine.mdl([0x111])
    base, _ = machine.grant_ex(adapter, 1)
    sg = map_ex(adapter, mdl, base, 0, 0x1000, True)[2]
    for register, value in (
        (hw.CONFIG, hw.MODE_AUTO),
        (hw.SRC_LO, sg.elements[0].address),
        (hw.DST_LO, 0x200000),
        (hw.LENGTH, 0x1000),
        (hw.CMD, hw.CMD_START),
    ):
        machine.board.csr_write32(hw.channel_register(0, register), value)
    with violation("CV-BUSY"):
        flush_ex(adapter, mdl, base, 0, 0x1000, True)
    machine.board.csr_write32(hw.channel_register(0, hw.CMD), hw.CMD_ABORT)
    machine.board.wait_cycles(100)
    assert flush_ex(adapter, mdl, base, 0, 0x1000, True) == STATUS_SUCCESS


# --- time ---
def test_a_peripheral_of_the_reference_platform_on_a_dreq_line():
    machine = Machine("pc", platform=ReferencePlatform(EngineParams(), 4 << 20))
    kernel = machine.kernel
    kernel.hal.attach_port(1, 0)
    machine.devices[1] = None
    adapter = machine.sub(version=1)
    mdl = machine.mdl([0x111], 0, 100)
    base = machine.grant(adapter, 1)
    map_v1(adapter, mdl, base, 0, 100, False)
    machine.board.device_feed(0, bytes(range(100)))
    machine.board.io_write32(0xF000_0010, 10)  # a unit every ten cycles
    machine.board.io_write32(0xF000_0004, 1)
    kernel.hal.run(500)
    assert 0 < adapter.dma_operations.read_dma_counter(adapter) < 60
    assert kernel.ke_wait_for_single_object(KEvent(), 2000) == 0x102  # time passes, nothing interrupts
    assert adapter.dma_operations.read_dma_counter(adapter) == 0
    assert flush_v1(adapter, mdl, base, 0, 100, False)
    assert machine.board.read_mem(0x111000, 100) == bytes(range(100))
    with pytest.raises(UnsupportedHardware):
        pc().kernel.hal.attach_port(1, 0)


def test_cycles_beyond_ram():
    machine = Machine("pc", ram=MIB16)
    hal = machine.kernel.hal
    assert hal._read(MIB16 - 2, 4) == bytes(2) + b"\xff\xff" and hal._read(MIB16 + 5, 2) == b"\xff\xff"
    hal._write(MIB16 - 1, b"ab")
    hal._write(MIB16 + 1, b"c")
    assert machine.board.read_mem(MIB16 - 1, 1) == b"a"
