"""The scenarios in which data moves."""

from __future__ import annotations

import random

from wdm_calls import (
    Routine,
    flush_ex,
    flush_v1,
    free_channel,
    get_list,
    map_ex,
    map_v1,
    pieces,
    put_list,
)
from wdm_kit import violation
from windlass.platform import PERIPHERAL_BASE
from windlass.wdm import (
    STATUS_CANCELLED,
    STATUS_SUCCESS,
    DmaCancelled,
    DmaComplete,
    DmaTransferInfo,
    PCIBus,
    Ref,
    hw,
)

from .machines import put


def data_of(number, length):
    """The bytes of a scenario."""
    return random.Random(number).randbytes(length)


def registers_8237(m, channel):
    """(mode, address, page, count) as they were programmed."""
    registers = m.kernel.hal.pair.channel(channel)
    return registers.mode, registers.base_address, registers.page, registers.base_count


def w1(make):
    """Packet subordinate read, 3 pages, 2 registers."""
    m = make()
    adapter = m.sub(version=1, channel=2, maximum_length=4096)
    assert m.registers.value == 2
    ops, data = adapter.dma_operations, data_of(1, 0x3000)
    pfns = [0x345, 0x812 if m.board.ram_size > 0x812FFF else 0x212, 0x346]
    mdl = m.mdl(pfns)
    before = m.physical(pfns, 0, 4096)
    base = m.grant(adapter, 2)
    logical, length = map_v1(adapter, mdl, base, 0, 0x2000, False)
    assert length == 0x2000
    if m.pc:
        assert logical == 0x80000 and registers_8237(m, 2) == (0x46, 0x0000, 0x08, 0x1FFF)
    m.start_device(2, write=False)
    m.device_moves(0x1800, 2, data[:0x1800])
    assert ops.read_dma_counter(adapter) == 0x800
    m.device_moves(0x800, 2, data[0x1800:0x2000])
    if m.pc:
        assert m.kernel.hal.pair.read(0x08) & 0x0F == 0x04 and m.kernel.hal.pair.read(0x08) & 0x0F == 0x00
        assert m.kernel.hal.pair.channel(2).masked and m.physical(pfns, 0, 4096) == before
    assert ops.read_dma_counter(adapter) == 0
    assert flush_v1(adapter, mdl, base, 0, 0x2000, False) is True
    assert m.physical(pfns, 0, 0x2000) == data[:0x2000]
    logical, _ = map_v1(adapter, mdl, base, 0x2000, 0x1000, False)
    if m.pc:
        assert logical == 0x346000 and registers_8237(m, 2) == (0x46, 0x6000, 0x34, 0x0FFF)
    m.device_moves(0x1000, 2, data[0x2000:])
    assert flush_v1(adapter, mdl, base, 0x2000, 0x1000, False) is True
    m.stop_device(2)
    free_channel(m, adapter)
    assert m.physical(pfns, 0, 0x3000) == data
    put(adapter)


def w2(make):
    """Scatter/gather list of a fragmented MDL."""
    m = make()
    fields = {"interface_type": PCIBus, "dma_32bit_addresses": True, "maximum_length": 0x10000}
    adapter = m.master(version=2, scatter_gather=True, **fields)
    assert m.registers.value == 17 and adapter.needs_regs == (not m.pc)
    pfns, data = [0x1A0, 0x1A1, 0x2F0, 0x2F1], data_of(2, 0x3A00)
    mdl, size, count = m.mdl(pfns, 0x234, 0x3A00), Ref(), Ref()
    calculate = adapter.dma_operations.calculate_scatter_gather_list
    for which, expected in ((None, 176), (mdl, 128)):
        assert calculate(adapter, which, mdl.virtual_address, 0x3A00, size, count) == STATUS_SUCCESS
        assert (size.value, count.value) == (expected, 4)
    m.store(pfns, data, 0x234)
    routine, logical = Routine(m), Ref()
    buffer = adapter.dma_operations.allocate_common_buffer(adapter, 0x4000, logical, True)
    assert get_list(routine, adapter, mdl) == STATUS_SUCCESS
    assert adapter.queue.owner is None  # the channel is free on return
    (sg_list,) = routine.lists
    elements = pieces(sg_list)
    assert [length for _, length in elements] == [0x1DCC, 0x1C34] and sg_list.total_length == 0x3A00
    if m.pc:
        assert elements == [(0x1A0234, 0x1DCC), (0x2F0000, 0x1C34)]
    at = logical.value
    for address, length in elements:
        m.copy(0, address, at, length)
        at += length
    assert m.kernel.memory.read(buffer, 0x3A00) == data
    put_list(m, adapter, sg_list)
    assert sg_list.elements == []
    with violation("CV-LIST"):
        put_list(m, adapter, sg_list)
    adapter.dma_operations.free_common_buffer(adapter, 0x4000, logical.value, buffer, True)
    put(adapter)


def w3(make):
    """Auto-initialize, 2 periods. A FIFO peripheral gives exactly, it does not take exactly: capture instead."""
    m = make()
    for write in (True, False) if m.wires else (False,):
        adapter = m.sub(version=1, channel=1, auto_initialize=True, maximum_length=8192)
        ops, logical = adapter.dma_operations, Ref()
        buffer = ops.allocate_common_buffer(adapter, 8192, logical, True)
        mdl = m.kernel.io_allocate_mdl(buffer, 8192)
        m.kernel.mm_build_mdl_for_non_paged_pool(mdl)
        base = m.grant(adapter, 2)
        _, length = map_v1(adapter, mdl, base, 0, 8192, write)
        assert length == 8192
        if m.pc:
            mode, _, _, count = registers_8237(m, 1)
            assert (mode, count) == (0x59 if write else 0x55, 0x1FFF)
        m.start_device(1, write)
        data, seen, moved = data_of(3, 12288), [ops.read_dma_counter(adapter)], 0
        for target in (4096, 6000, 8191, 8192, 12288):
            m.device_moves(target - moved, 1, data[moved:target])
            moved = target
            seen.append(ops.read_dma_counter(adapter))
            if m.pc and target >= 8192:
                status = m.kernel.hal.pair.read(0x08)
                assert (status & 2 != 0) == (target == 8192)  # set at each lap, cleared by reading
                assert not m.kernel.hal.pair.channel(1).masked
        assert seen == [8192, 4096, 2192, 1, 8192, 4096]
        assert flush_v1(adapter, mdl, base, 0, 8192, write) is True
        if m.wires:
            m.device_moves(100, 1)
            m.devices[1].incoming.clear()
            m.devices[1].appetite = 0
        assert ops.read_dma_counter(adapter) == 4096  # frozen
        if not write:
            assert m.kernel.memory.read(buffer, 8192) == data[8192:] + data[4096:8192]
        m.stop_device(1)
        free_channel(m, adapter)
        ops.free_common_buffer(adapter, 8192, logical.value, buffer, True)
        put(adapter)


def w6(make):
    """Cancel when mapped. An 8237 has no completion interrupt: there no completion routine ever runs."""
    m = make()
    adapter, ends, data = m.sub(), [], data_of(6, 1000)
    ops, pfns = adapter.dma_operations, [0x200]
    mdl = m.mdl(pfns)
    m.store(pfns, b"\xee" * 4096)
    base, context = m.grant_ex(adapter, 1)
    status, length, _ = map_ex(adapter, mdl, base, 0, 4096, False, routine=lambda a, d, c, s: ends.append(s))
    assert (status, length) == (STATUS_SUCCESS, 4096)
    m.start_device(1, write=False)
    m.device_moves(1000, 1, data)
    with m.dispatch():
        assert ops.cancel_mapped_transfer(adapter, context) == STATUS_SUCCESS
        assert ends == []
    assert ends == ([] if m.pc else [DmaCancelled])
    assert ops.read_dma_counter(adapter) == ops.read_dma_counter(adapter) == 3096
    assert map_ex(adapter, mdl, base, 0, 4096, False)[0] == STATUS_CANCELLED
    with violation("CV-FLUSH"):
        free_channel(m, adapter)
    assert flush_ex(adapter, mdl, base, 0, 4096, False) == STATUS_SUCCESS
    assert m.physical(pfns, 0, 4096) == data + b"\xee" * 3096
    m.stop_device(1)
    free_channel(m, adapter)
    put(adapter)


def w7(make):
    """Version 3 with request line and device address: the sum of address and offset is the data register."""
    m = make()
    offset = 0x10
    fields = {"device_address": PERIPHERAL_BASE - offset, "dma_width": 2, "maximum_length": 0x4000}
    adapter = m.sub(line=0, channel=3, **fields)
    data, ends, info = data_of(7, 0x2000), [], DmaTransferInfo()
    mdl = m.mdl([0x50], 0x800, 0x800, then=m.mdl([0x60, 0x61], 0, 0x1800))
    m.board.write_mem(0x50800, data[:0x800])
    m.board.write_mem(0x60000, data[0x800:])
    assert adapter.dma_operations.get_dma_transfer_info(adapter, mdl, 0, 0x2000, True, info) == STATUS_SUCCESS
    assert (info.map_register_count, info.scatter_gather_element_count, info.scatter_gather_list_size) == (3, 2, 128)
    base, _ = m.grant_ex(adapter, 3)
    first = base._grant.run.first << 12

    def done(_adapter, _device, _context, status):
        ends.append(status)

    status, length, sg = map_ex(adapter, mdl, base, 0, 0x2000, True, 128, done, offset)
    assert (status, length) == (STATUS_SUCCESS, 0x2000)
    assert pieces(sg) == [(first + 0x800, 0x800), (first + 0x1000, 0x1800)]
    m.start_device(3, write=True, width=2)
    m.interrupts()
    assert ends == [DmaComplete]
    m.until(lambda: len(m.board.device_collected(0)) == 0x2000)
    assert m.board.device_collected(0) == data  # every access hit the data register
    assert flush_ex(adapter, mdl, base, 0, 0x2000, True) == STATUS_SUCCESS
    status, length, sg = map_ex(adapter, mdl, base, 0x900, 0x100, True, 128, None, offset)
    assert (status, length, pieces(sg)) == (STATUS_SUCCESS, 0x100, [(first + 0x100, 0x100)])
    assert flush_ex(adapter, mdl, base, 0x900, 0x100, True) == STATUS_SUCCESS
    m.stop_device(3)
    free_channel(m, adapter)
    put(adapter)


def w9(make):
    """Partial MapTransferEx by registers: on `pc` a master whose 21 bits do not reach the pages."""
    m = make()
    adapter = m.master(scatter_gather=True, dma_address_width=21)
    pfns = [0x300, 0x310, 0x320, 0x330, 0x340]
    mdl, data, logical = m.mdl(pfns, 0, 0x4900), data_of(9, 0x4800), Ref()
    buffer = adapter.dma_operations.allocate_common_buffer(adapter, 0x2000, logical, True)
    base, _ = m.grant_ex(adapter, 2)
    start = m.kernel.hal.page_address(base._grant.run.first) if m.pc else base._grant.run.first << 12
    offset, total = 0x100, 0
    for wanted, expected in ((0x4800, 0x1F00), (0x2900, 0x2000), (0x900, 0x900)):
        status, length, sg = map_ex(adapter, mdl, base, offset, wanted, False)
        assert (status, length) == (STATUS_SUCCESS, expected)
        if offset == 0x100:  # adjacent bounce pages are merged, translated pages are not
            apart = [(start + 0x100, 0xF00), (start + 0x1000, 0x1000)]
            assert pieces(sg) == ([(start + 0x100, 0x1F00)] if m.pc else apart)
            with violation("CV-FLUSH"):
                map_ex(adapter, mdl, base, 0x2000, 0x100, False)
        m.kernel.memory.write(buffer, data[total : total + length])
        at = logical.value
        for address, piece in pieces(sg):
            m.copy(0, at, address, piece)
            at += piece
        assert flush_ex(adapter, mdl, base, offset, length, False) == STATUS_SUCCESS
        offset, total = offset + length, total + length
    assert total == 0x4800 and m.physical(pfns, 0x100, 0x4800) == data
    free_channel(m, adapter)
    adapter.dma_operations.free_common_buffer(adapter, 0x2000, logical.value, buffer, True)
    put(adapter)


def w14(make):
    """16-bit channel: channel 5 of the 8237, a device of 16-bit units elsewhere."""
    m = make()
    channel = 5 if m.pc else 1
    adapter = m.sub(version=1, channel=channel, dma_width=1)
    pfns, data = [0x138, 0x139, 0x13A, 0x13B], data_of(14, 0x4000)
    mdl = m.mdl(pfns)
    assert adapter.dma_operations.get_dma_alignment(adapter) == 2
    base = m.grant(adapter, 4)
    logical, _ = map_v1(adapter, mdl, base, 0, 0x4000, False)
    if m.pc:
        assert logical == 0x138000 and registers_8237(m, 5)[1:] == (0xC000, 0x12, 0x1FFF)
    m.start_device(channel, write=False, width=1)
    m.device_moves(0x1000, channel, data[:0x1000])
    assert adapter.dma_operations.read_dma_counter(adapter) == 0x3000
    m.device_moves(0x3000, channel, data[0x1000:])
    assert flush_v1(adapter, mdl, base, 0, 0x4000, False) is True
    assert m.physical(pfns, 0, 0x4000) == data
    m.stop_device(channel)
    free_channel(m, adapter)
    put(adapter)
    if not m.pc:
        return
    for channel, width, pfn, bounces in ((5, 1, 0x13F, True), (5, 1, 0x12F, False), (2, 0, 0x12F, True)):
        adapter = m.sub(version=1, channel=channel, dma_width=width)
        crossing = m.mdl([pfn, pfn + 1])
        base = m.grant(adapter, 2)
        logical, _ = map_v1(adapter, crossing, base, 0, 0x2000, True)
        assert (logical != pfn << 12) == bounces
        assert flush_v1(adapter, crossing, base, 0, 0x2000, True) is True
        free_channel(m, adapter)
        put(adapter)


def w15(make):
    """Short read and IgnoreCount: what did not come is zero only in a bounced buffer of versions 1 and up."""
    m = make()
    for version, ignores in ((1, False), (1, True), (0, True)):
        adapter = m.sub(version=version, ignore_count=ignores)
        pfns = [0x150, 0x170]  # not in one run: bounced on `pc`
        mdl, data = m.mdl(pfns, 0x800, 4096), data_of(15, 700)
        m.store(pfns, b"\xee" * 8192)
        base = m.grant(adapter, 2)
        map_v1(adapter, mdl, base, 0, 4096, False)
        m.start_device(1, write=False)
        m.device_moves(700, 1, data)
        assert flush_v1(adapter, mdl, base, 0, 4096, False) is True
        zeros = m.pc and ignores and version >= 1
        assert m.physical(pfns, 0x800, 4096) == data + (b"\0" if zeros else b"\xee") * 3396
        assert m.physical(pfns, 0, 0x800) == m.physical(pfns, 0x1800, 0x800) == b"\xee" * 0x800
        m.stop_device(1)
        free_channel(m, adapter)
        put(adapter)


def w17(make):
    """Demand and single pacing; in a pause of a demand transfer another channel is served."""
    m = make()
    for version, demand in ((1, False), (2, True)):
        adapter, other = m.sub(0, 2, version=version, demand_mode=True), m.sub(1, 3, version=1)
        mdl, more = m.mdl([0x100]), m.mdl([0x110])
        data = data_of(17, 100)
        base, second = m.grant(adapter, 1), m.grant(other, 1)
        map_v1(adapter, mdl, base, 0, 100, False)
        if m.pc:
            assert m.kernel.hal.pair.channel(2).mode == (0x06 if demand else 0x46)
        else:
            config = m.board.csr_read32(hw.channel_register(2, hw.CONFIG))
            assert config >> hw.PACING_SHIFT & 3 == (hw.PACING_DEMAND if demand else hw.PACING_SINGLE)
        m.start_device(2, write=False)
        m.device_moves(40, 2, data[:40])
        assert adapter.dma_operations.read_dma_counter(adapter) == 60
        map_v1(other, more, second, 0, 16, False)
        m.start_device(3, write=False)
        m.device_moves(16, 3, b"in the meantime!")
        assert flush_v1(other, more, second, 0, 16, False) is True
        assert m.physical([0x110], 0, 16) == b"in the meantime!"
        m.device_moves(60, 2, data[40:])
        assert adapter.dma_operations.read_dma_counter(adapter) == 0
        assert flush_v1(adapter, mdl, base, 0, 100, False) is True
        assert m.physical([0x100], 0, 100) == data
        for channel, which in ((2, adapter), (3, other)):
            m.stop_device(channel)
            free_channel(m, which)
            put(which)
