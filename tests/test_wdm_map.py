"""MapTransfer(Ex), FlushAdapterBuffers(Ex), counters, completion, cancelling.

Worked scenarios W1, W3, W6, W7, W9, W10, W14, W15, W17 as they come out with hardware translation: nothing is bounced.
"""

import random

import pytest
from wdm_kit import Machine, map_ex, violation
from windlass.wdm import (
    DISPATCH_LEVEL,
    STATUS_CANCELLED,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
    WINDLASS_SET_PACING,
    WINDLASS_SET_REQUEST_UNITS,
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    DeviceObject,
    DmaCancelled,
    DmaComplete,
    DmaTransferInfo,
    Ref,
    Width16Bits,
    Width32Bits,
    hw,
)


def pieces(sg):
    return [(element.address, element.length) for element in sg.elements]


def device_register(machine, channel, register):
    return machine.board.channels[channel].registers[register]


def test_w1_packet_subordinate_read_in_two_operations():
    machine = Machine()
    adapter = machine.sub(version=1, channel=2, maximum_length=4096)
    ops, board = adapter.dma_operations, machine.board
    assert machine.registers.value == 2
    mdl = machine.mdl([0x345, 0x812, 0x346])
    data = random.Random(1).randbytes(0x3000)
    board.channels[2].wire_in += data
    base = machine.grant(adapter, 2)
    length = Ref(0x2000)
    ops.map_transfer(adapter, mdl, base, mdl.virtual_address, length, False)
    assert length.value == 0x2000 and machine.entries(base) == [0x345, 0x812]
    assert device_register(machine, 2, hw.CONFIG) & 0xC03 == hw.PACING_SINGLE << hw.PACING_SHIFT | hw.MODE_REGISTER
    assert ops.read_dma_counter(adapter) == 0x2000
    board.move(2, 0x1800)
    assert ops.read_dma_counter(adapter) == 0x800
    board.move(2, 0x800)
    assert ops.read_dma_counter(adapter) == 0
    assert ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, 0x2000, False) is True
    assert machine.entries(base) == [None, None]
    ops.map_transfer(adapter, mdl, base, mdl.virtual_address + 0x2000, Ref(0x1000), False)
    board.move(2, 0x1000)
    assert ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address + 0x2000, 0x1000, False)
    with machine.dispatch():
        ops.free_adapter_channel(adapter)
    assert b"".join(board.read_mem(pfn << 12, 4096) for pfn in mdl.pfns) == data


def test_w3_auto_initialize_counter():
    machine = Machine()
    adapter = machine.sub(version=2, channel=1, auto_initialize=True, maximum_length=8192)
    ops, board = adapter.dma_operations, machine.board
    mdl = machine.mdl([0x90, 0x91])
    base = machine.grant(adapter, 2)
    ops.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(8192), True)
    seen, moved = [], 0
    for target in (0, 4096, 6000, 8191, 8192, 12288):
        board.move(1, target - moved)
        moved = target
        seen.append(ops.read_dma_counter(adapter))
    assert seen == [8192, 4096, 2192, 1, 8192, 4096]
    assert ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, 8192, True)
    board.move(1, 100)
    assert ops.read_dma_counter(adapter) == 4096  # frozen
    with machine.dispatch():
        ops.free_adapter_channel(adapter)


def test_w6_cancel_when_mapped():
    machine = Machine()
    adapter = machine.sub()
    ops, board, ends = adapter.dma_operations, machine.board, []

    def complete(a, device, context, status):
        assert a is adapter and context == "context" and machine.kernel.irql == DISPATCH_LEVEL
        ends.append(status)

    mdl = machine.mdl([0x200])
    board.write_mem(0x200000, b"\xee" * 4096)
    board.channels[1].wire_in += b"\x11" * 4096
    base, context = machine.grant_ex(adapter, 1)
    assert map_ex(machine, adapter, mdl, base, 0, 4096, False, routine=complete)[:2] == (0, 4096)
    board.move(1, 1000)
    with machine.dispatch():
        assert ops.cancel_mapped_transfer(adapter, context) == STATUS_SUCCESS
        assert ends == []  # not before the IRQL drops
    assert ends == [DmaCancelled] and ops.read_dma_counter(adapter) == 3096
    assert ops.cancel_mapped_transfer(adapter, context) == STATUS_SUCCESS and ends == [DmaCancelled]
    assert map_ex(machine, adapter, mdl, base, 0, 4096, False)[0] == STATUS_CANCELLED
    with machine.dispatch(), violation("CV-FLUSH", "free_adapter_channel"):
        ops.free_adapter_channel(adapter)
    assert ops.flush_adapter_buffers_ex(adapter, mdl, base, 0, 4096, False) == STATUS_SUCCESS
    assert map_ex(machine, adapter, mdl, base, 0, 4096, False)[0] == STATUS_CANCELLED
    assert board.read_mem(0x200000, 4096) == b"\x11" * 1000 + b"\xee" * 3096
    with machine.dispatch():
        ops.free_adapter_channel(adapter)
    assert ops.cancel_mapped_transfer(adapter, context) == STATUS_INVALID_PARAMETER


def test_cancel_mapped_transfer_statuses():
    machine = Machine()
    adapter, master = machine.sub(), machine.master()
    ops = adapter.dma_operations
    assert ops.cancel_mapped_transfer(adapter, machine.context(adapter)) == STATUS_INVALID_PARAMETER
    assert ops.cancel_mapped_transfer(adapter, None) == STATUS_INVALID_PARAMETER
    _, context = machine.grant_ex(adapter, 1)
    assert ops.cancel_mapped_transfer(adapter, context) == STATUS_INVALID_PARAMETER  # never mapped
    _, context = machine.grant_ex(master, 1)
    assert master.dma_operations.cancel_mapped_transfer(master, context) == STATUS_INVALID_PARAMETER


def test_w7_chain_request_line_and_device_address():
    machine = Machine()
    adapter = machine.sub(
        line=3, channel=0, device_address=0x3F20_3000, dma_width=Width32Bits, maximum_length=0x4000, dma_request_line=3
    )
    ops, board = adapter.dma_operations, machine.board
    second = machine.mdl([0x60, 0x61], 0, 0x1800)
    mdl = machine.mdl([0x50], 0x800, 0x800, then=second)
    info = DmaTransferInfo()
    assert ops.get_dma_transfer_info(adapter, mdl, 0, 0x2000, False, info) == 0
    assert (info.map_register_count, info.scatter_gather_element_count, info.scatter_gather_list_size) == (3, 2, 128)
    base, _ = machine.grant_ex(adapter, 3)
    first = base._grant.run.first << 12
    ends = []
    status, length, sg = map_ex(
        machine, adapter, mdl, base, 0, 0x2000, True, 128, lambda a, d, c, s: ends.append(s), 0x10
    )
    assert (status, length) == (0, 0x2000)
    assert pieces(sg) == [(first + 0x800, 0x800), (first + 0x1000, 0x1800)]
    assert machine.entries(base) == [0x50, 0x60, 0x61]
    assert board.grants[hw.grant_register(0, hw.DEV_ADDR_LO)] == 0x3F20_3010
    assert board.grants[hw.grant_register(0, hw.GRANT)] == 3 << hw.GRANT_LINE_SHIFT
    data = random.Random(7).randbytes(0x2000)
    board.write_mem(0x50800, data[:0x800])
    board.write_mem(0x60000, data[0x800:])
    board.move(0, 0x2000)
    machine.interrupts()
    assert ends == [DmaComplete] and bytes(board.channels[0].wire_out) == data
    assert ops.flush_adapter_buffers_ex(adapter, mdl, base, 0, 0x2000, True) == 0
    status, length, sg = map_ex(machine, adapter, mdl, base, 0x900, 0x100, True)
    assert (status, length, pieces(sg)) == (0, 0x100, [(first + 0x100, 0x100)])
    assert machine.entries(base) == [0x60, None, None]
    assert ops.flush_adapter_buffers_ex(adapter, mdl, base, 0x900, 0x100, True) == 0
    with machine.dispatch():
        ops.free_adapter_channel(adapter)


@pytest.mark.parametrize("scatter_gather", [False, True])
def test_w9_partial_map_by_registers(scatter_gather):
    machine = Machine()
    adapter = machine.master(scatter_gather=scatter_gather)
    ops = adapter.dma_operations
    mdl = machine.mdl([0x300, 0x310, 0x320, 0x330, 0x340], 0, 0x4900)
    base, _ = machine.grant_ex(adapter, 2)
    first = base._grant.run.first << 12
    total = 0
    for offset, wanted, got in ((0x100, 0x4800, 0x1F00), (0x2000, 0x2900, 0x2000), (0x4000, 0x900, 0x900)):
        status, length, sg = map_ex(machine, adapter, mdl, base, offset, wanted, False)
        assert (status, length) == (0, got)
        if offset == 0x100:
            apart = [(first + 0x100, 0xF00), (first + 0x1000, 0x1000)]
            assert pieces(sg) == (apart if scatter_gather else [(first + 0x100, 0x1F00)])
            with violation("CV-FLUSH", "map_transfer_ex"):
                map_ex(machine, adapter, mdl, base, 0x2000, 0x100, False)
        assert ops.flush_adapter_buffers_ex(adapter, mdl, base, offset, length, False) == 0
        total += length
    assert total == 0x4800


def test_merging_is_one_switch():
    machine = Machine(merge_elements=True)
    adapter = machine.master(scatter_gather=True)
    base, _ = machine.grant_ex(adapter, 2)
    _, length, sg = map_ex(machine, adapter, machine.mdl([0x300, 0x310]), base, 0, 0x2000, False)
    assert (length, len(sg.elements)) == (0x2000, 1)


def test_w10_partial_map_by_list_buffer():
    machine = Machine()
    adapter = machine.master(scatter_gather=True)
    ops = adapter.dma_operations
    mdl = machine.mdl([0x300, 0x310, 0x320])
    base, _ = machine.grant_ex(adapter, 3)
    status, length, sg = map_ex(machine, adapter, mdl, base, 0, 0x3000, True, 16 + 64 + 48)
    assert (status, length, len(sg.elements)) == (0, 0x2000, 2)
    assert ops.flush_adapter_buffers_ex(adapter, mdl, base, 0, 0x2000, True) == 0
    status, length, sg = map_ex(machine, adapter, mdl, base, 0x2000, 0x1000, True, 128)
    assert (status, length, len(sg.elements)) == (0, 0x1000, 1)
    assert ops.flush_adapter_buffers_ex(adapter, mdl, base, 0x2000, 0x1000, True) == 0
    assert map_ex(machine, adapter, mdl, base, 0, 0x3000, True, 103)[:2] == (STATUS_INVALID_PARAMETER, 0x3000)


def test_w14_units_of_a_16_bit_device():
    machine = Machine()
    adapter = machine.sub(version=1, channel=1, dma_width=Width16Bits)
    mdl = machine.mdl([0x138, 0x139, 0x13A, 0x13B])
    base = machine.grant(adapter, 4)
    adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(0x4000), True)
    machine.board.move(1, 0x1000)
    assert adapter.dma_operations.read_dma_counter(adapter) == 0x3000
    assert device_register(machine, 1, hw.CONFIG) >> hw.WIDTH_SHIFT & 3 == 1


def test_w15_short_read_leaves_the_rest_alone():
    machine = Machine()
    adapter = machine.sub(version=1, ignore_count=True)
    ops, board = adapter.dma_operations, machine.board
    mdl = machine.mdl([0x500])
    board.write_mem(0x500000, b"\xee" * 4096)
    board.channels[1].wire_in += bytes(700)
    base = machine.grant(adapter, 1)
    ops.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(4096), False)
    board.move(1, 700)
    assert ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, 4096, False)
    assert board.read_mem(0x500000, 4096) == bytes(700) + b"\xee" * 3396 and ops.read_dma_counter(adapter) == 3396


@pytest.mark.parametrize(
    ("fields", "pacing", "units"),
    [
        ({"version": 0, "demand_mode": True}, hw.PACING_SINGLE, 1),
        ({"version": 1, "demand_mode": True}, hw.PACING_SINGLE, 1),
        ({"version": 2, "demand_mode": True}, hw.PACING_DEMAND, 1),
        ({"version": 2}, hw.PACING_SINGLE, 1),
        ({"version": 3}, hw.PACING_DEMAND, 16),
    ],
)
def test_w17_pacing_by_version(fields, pacing, units):
    machine = Machine()
    adapter = machine.sub(**fields)
    ops = adapter.dma_operations
    mdl = machine.mdl([0x100])
    if fields["version"] == 3:
        assert ops.configure_adapter_channel(adapter, WINDLASS_SET_REQUEST_UNITS, 16) == 0
        base, _ = machine.grant_ex(adapter, 1)
        map_ex(machine, adapter, mdl, base, 0, 64, True)
    else:
        base = machine.grant(adapter, 1)
        ops.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(64), True)
    config = device_register(machine, 1, hw.CONFIG)
    assert (config >> hw.PACING_SHIFT & 3, (config >> hw.REQ_UNITS_SHIFT & 15) + 1) == (pacing, units)


def test_pacing_can_be_configured():
    machine = Machine()
    adapter = machine.sub()
    adapter.dma_operations.configure_adapter_channel(adapter, WINDLASS_SET_PACING, "block")
    base, _ = machine.grant_ex(adapter, 1)
    map_ex(machine, adapter, machine.mdl([0x100]), base, 0, 64, True)
    assert device_register(machine, 1, hw.CONFIG) >> hw.PACING_SHIFT & 3 == hw.PACING_BLOCK


# --- rules of mapping ---
def test_permission_and_owner_of_the_translations():
    machine = Machine()
    adapter = machine.master(channel=2)
    ops = adapter.dma_operations
    mdl = machine.mdl([0x700])
    base = machine.grant(adapter, 1)
    for write, permission in ((True, hw.MAP_READ), (False, hw.MAP_WRITE)):
        logical = ops.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(4096), write)
        word = machine.board.entries[logical >> 12][0]
        assert word == 0x700000 | hw.MAP_VALID | permission | 2 << hw.MAP_OWNER_SHIFT
        assert ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, 4096, write)


def test_a_long_run_is_filled_with_one_command():
    machine = Machine()
    adapter = machine.master()
    mdl = machine.mdl(range(0x400, 0x410))
    base = machine.grant(adapter, 16)
    machine.board.log.csr.clear()
    adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(0x10000), True)
    assert machine.entries(base) == list(range(0x400, 0x410)) and len(machine.board.log.csr) < 10


def test_scatter_gather_master_maps_piece_by_piece():
    machine = Machine()
    adapter = machine.master(version=1, scatter_gather=True, dma_32bit_addresses=True)
    ops = adapter.dma_operations
    mdl = machine.mdl([0x1A0, 0x1A1, 0x2F0, 0x2F1], 0x234, 0x3A00)
    base = machine.grant(adapter, 4, DeallocateObjectKeepRegisters)
    first = base._grant.run.first << 12
    length = Ref(0x3A00)
    assert ops.map_transfer(adapter, mdl, base, mdl.virtual_address, length, True) == first + 0x234
    assert length.value == 0x1DCC
    with violation("CV-FLUSH"):  # has to go on where the last piece ended
        ops.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(16), True)
    length = Ref(0x3A00 - 0x1DCC)
    with violation("CV-FLUSH"):  # the direction is constant over an operation
        ops.map_transfer(adapter, mdl, base, mdl.virtual_address + 0x1DCC, length, False)
    assert ops.map_transfer(adapter, mdl, base, mdl.virtual_address + 0x1DCC, length, True) == first + 0x2000
    assert length.value == 0x1C34
    with violation("CV-FLUSH"):  # one flush covers all pieces
        ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, 0x1DCC, True)
    assert ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, 0x3A00, True)
    with violation("CV-FLUSH"):
        ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, 0x3A00, True)
    with machine.dispatch():
        ops.free_map_registers(adapter, base, 4)


def test_scatter_gather_master_runs_out_of_registers():
    machine = Machine()
    adapter = machine.master(version=1, scatter_gather=True)
    mdl = machine.mdl([0x10, 0x20, 0x30])
    base = machine.grant(adapter, 2)
    va = mdl.virtual_address
    for k in range(2):
        adapter.dma_operations.map_transfer(adapter, mdl, base, va + k * 4096, Ref(4096), True)
    with violation("CV-REGS", "map_transfer"):
        adapter.dma_operations.map_transfer(adapter, mdl, base, va + 8192, Ref(4096), True)


@pytest.mark.parametrize("master", [True, False])
def test_more_pages_than_registers(master):
    machine = Machine()
    adapter = machine.master(version=1) if master else machine.sub(version=1)
    mdl = machine.mdl([0x10, 0x20, 0x30], 0x10)
    base = machine.grant(adapter, 2)
    with violation("CV-REGS", "map_transfer"):
        adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(0x2000), True)


@pytest.mark.parametrize(
    ("start", "length"),
    [(-1, 16), (0, 0), (0, 0x1001), (0x1000, 1)],
)
def test_region_outside_the_mdl(start, length):
    machine = Machine()
    adapter = machine.sub(version=1)
    mdl = machine.mdl([0x10], then=machine.mdl([0x11]))  # Next is not followed
    base = machine.grant(adapter, 2)
    with violation("CV-MDL", "map_transfer"):
        adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address + start, Ref(length), True)


def test_unlocked_mdls():
    machine = Machine()
    adapter, legacy = machine.sub(), machine.sub(version=1, channel=2)
    mdl = machine.mdl([0x10])
    mdl.next = machine.kernel.io_allocate_mdl(0x20000, 100)
    base, _ = machine.grant_ex(adapter, 1)
    old = machine.grant(legacy, 1)
    for call in (
        lambda: map_ex(machine, adapter, mdl, base, 0, 16, True),
        lambda: adapter.dma_operations.flush_adapter_buffers_ex(adapter, mdl, base, 0, 16, True),
        lambda: adapter.dma_operations.get_dma_transfer_info(adapter, mdl, 0, 16, True, DmaTransferInfo()),
        lambda: legacy.dma_operations.map_transfer(legacy, mdl, old, mdl.virtual_address, Ref(16), True),
        lambda: machine.kernel.ke_flush_io_buffers(mdl, True, True),
    ):
        with violation("CV-MDL"):
            call()


def test_misaligned_subordinate_region():
    machine = Machine()
    adapter, legacy = machine.sub(dma_width=Width32Bits), machine.sub(version=1, channel=2, dma_width=Width32Bits)
    mdl = machine.mdl([0x10])
    base, _ = machine.grant_ex(adapter, 1)
    old = machine.grant(legacy, 1)
    for offset, length in ((2, 8), (0, 6)):
        with violation("CV-MDL"):
            map_ex(machine, adapter, mdl, base, offset, length, True)
        with violation("CV-MDL"):
            legacy.dma_operations.map_transfer(legacy, mdl, old, mdl.virtual_address + offset, Ref(length), True)
    assert machine.entries(base) == [None]


def test_mixed_handles():
    machine = Machine()
    adapter = machine.master()
    ops = adapter.dma_operations
    mdl = machine.mdl([0x10])
    base = machine.grant(adapter, 1, DeallocateObjectKeepRegisters)
    new, _ = machine.grant_ex(adapter, 1)
    with violation("CV-MIX", "map_transfer_ex"):
        map_ex(machine, adapter, mdl, base, 0, 16, True)
    with violation("CV-MIX", "flush_adapter_buffers_ex"):
        ops.flush_adapter_buffers_ex(adapter, mdl, base, 0, 16, True)
    with violation("CV-MIX", "map_transfer"):
        ops.map_transfer(adapter, mdl, new, mdl.virtual_address, Ref(16), True)
    assert map_ex(machine, adapter, mdl, new, 0, 16, True)[0] == 0
    assert ops.flush_adapter_buffers(adapter, mdl, new, mdl.virtual_address, 16, True)  # a permitted mix


def test_foreign_and_freed_bases():
    machine = Machine()
    one, two = machine.master(0), machine.master(1)
    mdl = machine.mdl([0x10])
    base = machine.grant(one, 1, DeallocateObjectKeepRegisters)
    for adapter, handle, rule in ((two, base, "CV-REGS"), (one, "base", "CV-REGS"), (one, None, "CV-CHANNEL")):
        with violation(rule, "map_transfer"):
            adapter.dma_operations.map_transfer(adapter, mdl, handle, mdl.virtual_address, Ref(16), True)
    kept = machine.grant(two, 1)
    with violation("CV-REGS"):  # NULL where there is a base
        two.dma_operations.map_transfer(two, mdl, None, mdl.virtual_address, Ref(16), True)
    with machine.dispatch():
        two.dma_operations.free_adapter_channel(two)
    with violation("CV-REGS"):
        two.dma_operations.map_transfer(two, mdl, kept, mdl.virtual_address, Ref(16), True)


def test_a_grant_without_registers_maps_nothing():
    machine = Machine()
    adapter = machine.master()
    mdl = machine.mdl([0x10])
    assert machine.grant(adapter, 0) is None
    with violation("CV-REGS"):
        adapter.dma_operations.map_transfer(adapter, mdl, None, mdl.virtual_address, Ref(16), True)


@pytest.mark.parametrize("wrong", ["mdl", "va", "length", "direction"])
def test_flush_must_match(wrong):
    machine = Machine()
    adapter = machine.master()
    ops = adapter.dma_operations
    mdl = machine.mdl([0x10, 0x20])
    base = machine.grant(adapter, 2)
    ops.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(0x1000), True)
    with violation("CV-FLUSH", "flush_adapter_buffers"):
        ops.flush_adapter_buffers(
            adapter,
            machine.mdl([0x10, 0x20]) if wrong == "mdl" else mdl,
            base,
            mdl.virtual_address + (16 if wrong == "va" else 0),
            0x800 if wrong == "length" else 0x1000,
            wrong != "direction",
        )
    with machine.dispatch(), violation("CV-FLUSH", "free_adapter_channel"):
        ops.free_adapter_channel(adapter)
    with violation("CV-FLUSH", "map_transfer"):  # neither subordinates nor plain masters map twice
        ops.map_transfer(adapter, mdl, base, mdl.virtual_address + 0x1000, Ref(0x1000), True)


def test_free_map_registers_owes_a_flush():
    machine = Machine()
    adapter = machine.master()
    mdl = machine.mdl([0x10])
    base = machine.grant(adapter, 1, DeallocateObjectKeepRegisters)
    adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(64), True)
    with machine.dispatch(), violation("CV-FLUSH", "free_map_registers"):
        adapter.dma_operations.free_map_registers(adapter, base, 1)


def test_deallocate_object_with_a_mapping():
    machine = Machine()
    adapter = machine.sub(version=1)
    mdl = machine.mdl([0x10])

    def control(_device, _irp, base, _context):
        adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(64), True)
        return DeallocateObject

    with machine.dispatch(), violation("CV-ACTION"):
        adapter.dma_operations.allocate_adapter_channel(adapter, DeviceObject(), 1, control, None)


def test_unlock_while_mapped():
    machine = Machine()
    adapter = machine.master()
    kernel = machine.kernel
    mdl = kernel.io_allocate_mdl(kernel.memory.allocate(100), 100)
    kernel.mm_probe_and_lock_pages(mdl)
    base = machine.grant(adapter, 1)
    adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(64), True)
    with violation("CV-BUSY"):
        kernel.mm_unlock_pages(mdl)
    adapter.dma_operations.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, 64, True)
    kernel.mm_unlock_pages(mdl)
    assert not mdl.locked


def test_counter_of_a_master():
    adapter = Machine().master()
    with violation("CV-MASTER", "read_dma_counter"):
        adapter.dma_operations.read_dma_counter(adapter)


def test_flush_reports_an_error_of_the_engine():
    machine = Machine()
    adapter = machine.sub(version=1)
    mdl = machine.mdl([0x10])
    base = machine.grant(adapter, 1)
    adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(64), True)
    machine.board.fail_next = True
    machine.board.move(1, 64)
    machine.interrupts()
    assert adapter.dma_operations.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, 64, True) is False
