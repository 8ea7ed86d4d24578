"""Profile `pc`: which adapters there are, what is bounced and how, the order of port writes, common buffers, masters."""

import pytest
from wdm_calls import (
    Routine,
    allocate_ex,
    flush_ex,
    flush_v1,
    free_channel,
    free_registers,
    get_list,
    map_ex,
    map_v1,
    pieces,
    put_list,
)
from wdm_fake import FakePlatform
from wdm_kit import Machine, violation
from windlass.model import ReferencePlatform
from windlass.platform import EngineParams
from windlass.wdm import (
    DMA_ZERO_BUFFERS,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_SUCCESS,
    DeallocateObjectKeepRegisters,
    DeviceObject,
    DmaResources,
    Eisa,
    Internal,
    Isa,
    Kernel,
    KEvent,
    PCIBus,
    Ref,
    TypeC,
    TypeF,
    UnsupportedHardware,
    Width16Bits,
    Width32Bits,
    Width64Bits,
    hw,
)
from windlass.wdm.pc import IsaDevice

MIB16 = 16 << 20


def pc(**choices):
    return Machine("pc", **choices)


# --- IoGetDmaAdapter ---
@pytest.mark.parametrize(
    ("eisa", "channel", "width", "speed", "there"),
    [
        (False, 0, 0, 0, True),
        (False, 3, 0, TypeF, True),
        (False, 3, Width16Bits, 0, False),
        (False, 4, Width16Bits, 0, False),
        (False, 7, Width16Bits, 0, True),
        (False, 7, 0, 0, False),
        (False, 8, 0, 0, False),
        (True, 3, Width16Bits, TypeC, True),
        (True, 5, 0, 0, True),
        (True, 1, Width32Bits, 0, True),
        (True, 1, Width64Bits, 0, False),
        (True, 1, 0, TypeF, False),
        (True, 4, 0, 0, False),
    ],
)
@pytest.mark.parametrize("version", [1, 3])
def test_channels_and_widths(eisa, channel, width, speed, there, version):
    machine = pc(eisa=eisa)
    fields = {"dma_channel": channel, "dma_request_line": channel, "dma_width": width, "dma_speed": speed}
    assert (machine.adapter(None, version=version, **fields) is not None) == there


@pytest.mark.parametrize(
    ("ram", "fields", "needs", "count"),
    [
        (MIB16, {"master": True, "scatter_gather": True, "interface_type": PCIBus}, False, 33),  # no cap
        (2 * MIB16, {"master": True, "scatter_gather": True, "interface_type": PCIBus}, False, 33),
        (2 * MIB16, {"master": True, "scatter_gather": True, "interface_type": PCIBus, "width": 24}, True, 16),
        (MIB16, {"master": True, "scatter_gather": True, "interface_type": Eisa, "version": 1}, False, 33),
        (2 * MIB16, {"master": True, "scatter_gather": True, "interface_type": Eisa, "version": 1}, True, 16),
        (MIB16, {"master": True, "scatter_gather": True, "interface_type": Internal}, True, 16),
        (MIB16, {"master": True, "interface_type": PCIBus}, True, 16),
        (MIB16, {"master": True, "interface_type": PCIBus, "maximum_length": 0x1000}, True, 2),
        (MIB16, {"version": 1, "scatter_gather": True, "interface_type": Eisa}, False, 1),
        (MIB16, {"version": 1, "scatter_gather": True, "interface_type": Isa}, True, 1),
        (MIB16, {"version": 2, "interface_type": Isa, "maximum_length": 0x4000}, True, 5),
        (MIB16, {"version": 3, "interface_type": Isa, "maximum_length": 0x4000}, False, 5),
        (2 * MIB16, {"version": 3, "interface_type": Isa, "maximum_length": 0x4000}, True, 5),
        (2 * MIB16, {"version": 3, "interface_type": Isa, "scatter_gather": True}, True, 16),  # not looked at
    ],
)
def test_map_registers_of_an_adapter(ram, fields, needs, count):
    machine = Machine("pc", ram=ram)
    given = {"version": 3, "maximum_length": 0x20000, "dma_address_width": fields.pop("width", 32), **fields}
    adapter = machine.adapter(None, **given)
    assert (adapter.needs_regs, machine.registers.value) == (needs, count)


@pytest.mark.parametrize(
    ("fields", "limit"),
    [
        ({"version": 1, "interface_type": Isa}, 24),
        ({"version": 1, "interface_type": Isa, "dma_32bit_addresses": True}, 32),
        ({"version": 2, "interface_type": PCIBus, "dma_64bit_addresses": True}, 64),
        ({"version": 2, "interface_type": PCIBus, "scatter_gather": True}, 32),
        ({"version": 2, "interface_type": Eisa, "scatter_gather": True}, 24),
        ({"version": 3, "interface_type": PCIBus, "dma_address_width": 40, "dma_32bit_addresses": True}, 40),
    ],
)
def test_reach_of_a_master(fields, limit):
    assert pc().adapter(None, master=True, **fields).limit == (1 << limit) - 1


def test_reach_of_a_channel():
    assert pc().sub(version=1).limit == (1 << 24) - 1
    assert pc(eisa=True).sub(version=1).limit == (1 << 32) - 1


def test_an_undefined_bus_is_that_of_the_device_object():
    machine = Machine("pc", ram=MIB16)
    for bus, needs in ((PCIBus, False), (Internal, True)):
        fields = {"master": True, "scatter_gather": True, "dma_address_width": 32, "interface_type": -1}
        assert machine.adapter(DeviceObject("pdo", interface_type=bus), **fields).needs_regs == needs
    assert machine.adapter(None, **fields).needs_regs  # without one: Internal


def test_an_isa_master_has_its_channel_in_cascade_mode():
    machine = pc()

    class Card(IsaDevice):
        wants, granted = True, 0

        @property
        def dreq(self):
            return self.wants

        def cascade(self):
            self.wants = False
            self.granted += 1

    cards = {5: Card(), 1: Card()}
    for number, card in cards.items():
        machine.kernel.hal.attach(number, card)
        assert card.granted == 0
        fields = {"version": 1, "interface_type": Isa, "dma_channel": number}
        adapter = machine.master(**fields)
        registers = machine.kernel.hal.pair.channel(number)
        assert registers.mode >> 6 == 3 and not registers.masked and card.granted == 1
        adapter.dma_operations.put_dma_adapter(adapter)


def test_too_little_ram():
    with pytest.raises(UnsupportedHardware):
        Kernel(FakePlatform(ram_size=0x90000), profile="pc")


# --- bounce pages ---
def test_registers_of_a_channel_stay_in_one_block():
    machine = pc()
    hog = machine.master(version=1)
    machine.grant(hog, 10, DeallocateObjectKeepRegisters)
    byte, word = machine.sub(version=1), machine.sub(version=1, channel=5, dma_width=Width16Bits)
    for adapter, first in ((byte, 16), (word, 10)):  # 64 KiB: not 10 to 21; 128 KiB: 10 to 21
        base = machine.grant(adapter, 12)
        assert base._grant.run.first == first
        free_channel(machine, adapter)


@pytest.mark.parametrize(
    ("pfns", "offset", "length", "bounced"),
    [
        ([0x111, 0x112], 0, 0x2000, False),
        ([0x111, 0x113], 0, 0x2000, True),
        ([0x111, 0x113], 0x10, 0xFF0, False),
        ([0x11F, 0x120], 0, 0x2000, True),  # across 64 KiB
        ([0x11F, 0x120], 0x1000, 0x1000, False),
        ([0xFFF], 0, 0x1000, False),  # ends exactly at the limit
        ([0x1000], 0, 1, True),
        ([0x1001], 0, 0x1000, True),
    ],
)
def test_what_a_channel_bounces(pfns, offset, length, bounced):
    machine = pc()
    adapter = machine.sub(version=1)
    mdl = machine.mdl(pfns)
    base = machine.grant(adapter, 2)
    logical, out = map_v1(adapter, mdl, base, offset, length, True)
    first = machine.kernel.hal.page_address(base._grant.run.first)
    at = (pfns[offset >> 12] << 12) + offset % 4096
    assert out == length and logical == (first + offset % 4096 if bounced else at)


def test_a_bounced_write_is_copied_when_it_is_mapped():
    machine = pc()
    adapter = machine.sub(version=1)
    mdl = machine.mdl([0x111, 0x113], 0xFF0, 0x20)
    machine.board.write_mem(0x111FF0, b"sixteen bytes..!")
    machine.board.write_mem(0x113000, b"and sixteen more")
    base = machine.grant(adapter, 2)
    logical, _ = map_v1(adapter, mdl, base, 0, 0x20, True)
    assert machine.board.read_mem(logical, 0x20) == b"sixteen bytes..!and sixteen more"
    machine.board.write_mem(0x111FF0, b"?" * 16)  # too late
    machine.devices[1].accept(0x20)
    assert machine.devices[1].outgoing == b"sixteen bytes..!and sixteen more"
    assert flush_v1(adapter, mdl, base, 0, 0x20, True)
    assert machine.board.read_mem(0x111FF0, 16) == b"?" * 16  # nothing is copied back


def test_a_direct_piece_is_never_copied():
    machine = pc()
    adapter = machine.sub(version=1)
    base = machine.grant(adapter, 1)
    machine.board.write_mem(0x80000, b"stale" * 100)
    mdl = machine.mdl([0x111])
    machine.board.write_mem(0x111000, b"good")
    map_v1(adapter, mdl, base, 0, 16, False)
    assert flush_v1(adapter, mdl, base, 0, 16, False)
    assert machine.board.read_mem(0x111000, 16) == b"good" + bytes(12)


def test_scatter_gather_pieces_use_their_own_registers():
    """Each piece of an operation keeps its own bounce pages, and only what is out of reach is copied."""
    machine = pc()
    adapter = machine.master(version=3, scatter_gather=True, dma_address_width=24)
    mdl = machine.mdl([0x1100, 0x111, 0x1200, 0x1201])
    base = machine.grant(adapter, 4)
    at, got = 0, []
    while at < 0x4000:
        logical, length = map_v1(adapter, mdl, base, at, 0x4000 - at, False)
        got.append((logical, length))
        at += length
    page = machine.kernel.hal.page_address(base._grant.run.first)
    assert got == [(page, 0x1000), (0x111000, 0x1000), (page + 0x2000, 0x2000)]
    for k, (logical, length) in enumerate(got):
        machine.board.write_mem(logical, bytes([k + 1]) * length)
    assert machine.board.read_mem(0x1100000, 1) == b"\0"
    assert flush_v1(adapter, mdl, base, 0, 0x4000, False)
    assert [machine.board.read_mem(pfn << 12, 4096)[-1] for pfn in mdl.pfns] == [1, 2, 3, 3]
    assert machine.board.read_mem(page + 0x1000, 1) == b"\0"  # a register of a direct piece is only counted


@pytest.mark.parametrize(("width", "bounced"), [(24, False), (20, True)])
def test_a_piece_that_ends_exactly_at_the_limit_is_direct(width, bounced):
    machine = pc()
    adapter = machine.master(version=3, scatter_gather=True, dma_address_width=width)
    base = machine.grant(adapter, 2)
    logical, _ = map_v1(adapter, machine.mdl([0xFFE, 0xFFF]), base, 0, 0x2000, True)
    assert (logical != 0xFFE000) == bounced


def test_a_piece_is_shortened_to_the_registers_that_are_left():
    machine = pc()
    adapter = machine.master(version=3, scatter_gather=True, dma_address_width=24)
    mdl = machine.mdl([0x1100, 0x1101, 0x1102], 0x800, 0x2800)
    base = machine.grant(adapter, 2)
    assert map_v1(adapter, mdl, base, 0, 0x2800, False)[1] == 0x1800
    with violation("CV-REGS"):
        map_v1(adapter, mdl, base, 0x1800, 0x1000, False)


def test_a_chain_is_packed_for_a_device_without_scatter_gather():
    machine = pc()
    adapter, routine = machine.master(version=2), Routine(machine)
    mdl = machine.mdl([0x111], 0x123, 100, then=machine.mdl([0x113], 0x456, 50))
    machine.board.write_mem(0x111123, b"a" * 100)
    machine.board.write_mem(0x113456, b"b" * 50)
    assert get_list(routine, adapter, mdl, 150) == STATUS_SUCCESS
    ((address, length),) = pieces(routine.lists[0])
    assert address % 4096 == 0x123 and machine.board.read_mem(address, length) == b"a" * 100 + b"b" * 50
    put_list(machine, adapter, routine.lists[0])
    assert get_list(routine, adapter, mdl, 150, write=False) == STATUS_SUCCESS
    ((address, _),) = pieces(routine.lists[1])
    machine.board.write_mem(address, b"c" * 100 + b"d" * 50)
    put_list(machine, adapter, routine.lists[1], False)
    assert machine.board.read_mem(0x111123, 100) == b"c" * 100 and machine.board.read_mem(0x113456, 50) == b"d" * 50


def test_chains_are_not_packed_by_one_switch():
    machine = pc(pack_chains=False)
    adapter, routine = machine.master(), Routine(machine)
    mdl = machine.mdl([0x111], 0x123, 100, then=machine.mdl([0x113], 0x456, 50))
    assert get_list(routine, adapter, mdl, 150) == STATUS_INSUFFICIENT_RESOURCES
    base, _ = machine.grant_ex(adapter, 2)
    assert map_ex(adapter, mdl, base, 0, 150, True)[:2] == (STATUS_SUCCESS, 100)


@pytest.mark.parametrize(("merge", "elements"), [(True, 2), (False, 3)])
def test_adjacent_bounce_pages_are_merged_by_one_switch(merge, elements):
    machine = pc(merge_bounced_elements=merge)
    adapter = machine.master(scatter_gather=True, dma_address_width=24)
    mdl, size = machine.mdl([0x1100, 0x1102, 0x111]), Ref()
    base, _ = machine.grant_ex(adapter, 3)
    assert (
        adapter.dma_operations.calculate_scatter_gather_list(adapter, mdl, mdl.virtual_address, 0x3000, size, None) == 0
    )
    sg = map_ex(adapter, mdl, base, 0, 0x3000, True)[2]
    assert sg.number_of_elements == elements and size.value == 16 + 24 * elements + 64


@pytest.mark.parametrize(
    ("ignores", "version", "fills", "rest"),
    [
        (True, 1, True, b"\0"),
        (True, 0, True, b"\xee"),
        (False, 1, True, b"\xee"),
        (True, 1, False, b"\x77"),
    ],
)
def test_ignore_count(ignores, version, fills, rest):
    machine = pc(ignore_count_zero_fill=fills)
    adapter = machine.sub(version=version, ignore_count=ignores)
    machine.board.write_mem(0x1111000, b"\xee" * 64)
    machine.board.write_mem(0x80000, b"\x77" * 64)
    mdl = machine.mdl([0x1111], 0, 64)
    base = machine.grant(adapter, 1)
    map_v1(adapter, mdl, base, 0, 64, False)
    machine.device_moves(10, data=b"0123456789")
    assert flush_v1(adapter, mdl, base, 0, 64, False)
    assert machine.board.read_mem(0x1111000, 64) == b"0123456789" + rest * 54


def test_auto_initialize_copies_everything_back():
    machine = pc()
    adapter = machine.sub(version=1, auto_initialize=True)
    mdl = machine.mdl([0x1111], 0, 8)
    base = machine.grant(adapter, 1)
    map_v1(adapter, mdl, base, 0, 8, False)
    machine.device_moves(11, data=b"abcdefghijk")
    assert flush_v1(adapter, mdl, base, 0, 8, False)
    assert machine.board.read_mem(0x1111000, 8) == b"ijkdefgh"


def test_zeroed_registers_are_offered_by_one_switch():
    machine = pc(known_flags=0x3)
    adapter, routine = machine.master(), Routine(machine)
    machine.board.write_mem(0x80000, b"\x55" * 0x2000)
    assert allocate_ex(routine, adapter, machine.context(adapter), 1, DMA_ZERO_BUFFERS) == STATUS_SUCCESS
    assert machine.board.read_mem(0x80000, 0x1001) == bytes(0x1000) + b"\x55"
    native = Machine(known_flags=0x3)
    adapter, routine = native.master(), Routine(native)
    assert allocate_ex(routine, adapter, native.context(adapter), 1, DMA_ZERO_BUFFERS) == STATUS_SUCCESS


def test_strict_access():
    machine = pc(strict_access=True)
    adapter, kernel = machine.sub(version=1), machine.kernel
    va = kernel.memory.map_pages([0x1111, 0x1113])
    mdl = kernel.io_allocate_mdl(va + 0x800, 0x1000)
    kernel.mm_probe_and_lock_pages(mdl)
    base = machine.grant(adapter, 2)
    map_v1(adapter, mdl, base, 0, 0x1000, False)
    kernel.memory.read(va, 0x800)
    for touch in (lambda: kernel.memory.read(va + 0x7FF, 2), lambda: kernel.memory.write(va + 0x1000, b"x")):
        with violation("CV-ACCESS"):
            touch()
    assert flush_v1(adapter, mdl, base, 0, 0x1000, False)
    kernel.memory.read(va, 0x1800)
    map_v1(adapter, mdl, base, 0, 0x1000, True)
    kernel.memory.read(va, 0x1800)  # a write may be read


# --- without registers ---
def test_a_master_that_needs_no_registers():
    machine = pc()
    adapter = machine.master(version=3, scatter_gather=True, interface_type=PCIBus)
    mdls = [machine.mdl([0x1111 + 16 * k, 0x1113 + 16 * k], 0x10) for k in range(2)]
    seen = []

    def control(_device, _irp, base, _context):
        assert base is None
        mdl = mdls[len(seen)]
        first, length = map_v1(adapter, mdl, base, 0, 0x1FF0, True)
        second, rest = map_v1(adapter, mdl, base, length, 0x1FF0 - length, True)
        seen.append(((first, length), (second, rest)))
        return DeallocateObjectKeepRegisters

    for _ in range(2):  # overlapped: the channel is free again
        with machine.dispatch():
            assert adapter.dma_operations.allocate_adapter_channel(adapter, DeviceObject(), 2, control, None) == 0
    assert seen[0] == ((0x1111010, 0xFF0), (0x1113000, 0x1000)) and seen[1][0] == (0x1121010, 0xFF0)
    assert machine.kernel.pool.free_count == 64
    with violation("CV-LEAK"):
        adapter.dma_operations.put_dma_adapter(adapter)
    for mdl in reversed(mdls):
        assert flush_v1(adapter, mdl, None, 0, 0x1FF0, True)
        free_registers(machine, adapter, None, 0)
    adapter.dma_operations.put_dma_adapter(adapter)


def test_a_version_3_channel_that_reaches_everything():
    machine = Machine("pc", ram=MIB16)
    adapter = machine.sub()
    mdl = machine.mdl([0x111, 0x112, 0x114])
    base, _ = machine.grant_ex(adapter, 3)
    assert base is None
    at, lengths = 0, []
    while at < 0x3000:
        status, length, sg = map_ex(adapter, mdl, base, at, 0x3000 - at, True)
        assert status == STATUS_SUCCESS and sg.number_of_elements == 1
        assert not machine.kernel.hal.pair.channel(1).masked
        assert flush_ex(adapter, mdl, base, at, length, True) == STATUS_SUCCESS
        assert machine.kernel.hal.pair.channel(1).masked  # stopped, with no registers to free either
        at += length
        lengths.append(length)
    assert lengths == [0x2000, 0x1000]  # one run at a time


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
