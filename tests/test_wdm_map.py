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
