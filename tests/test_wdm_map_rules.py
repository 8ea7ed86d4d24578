"""Rules of MapTransfer(Ex) and FlushAdapterBuffers(Ex) with hardware translation."""

import pytest
from wdm_kit import Machine, map_ex, violation
from windlass.wdm import (
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    DeviceObject,
    DmaTransferInfo,
    Ref,
    Width32Bits,
    hw,
)


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
