"""Profile `pc`: what is bounced and how, and mapping without map registers."""

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
from wdm_kit import MIB16, Machine, pc, violation
from windlass.wdm import (
    DMA_ZERO_BUFFERS,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_SUCCESS,
    DeallocateObjectKeepRegisters,
    DeviceObject,
    PCIBus,
    Ref,
    Width16Bits,
)


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


def test_a_list_without_registers_is_not_flushed_by_hand():
    machine = pc()
    adapter = machine.master(version=3, scatter_gather=True, interface_type=PCIBus)
    mdl, routine = machine.mdl([0x111]), Routine(machine)
    assert get_list(routine, adapter, mdl) == STATUS_SUCCESS
    with violation("CV-CHANNEL"):
        flush_v1(adapter, mdl, None, 0, 0x1000, True)
    put_list(machine, adapter, routine.lists[0])
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
