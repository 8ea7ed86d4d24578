"""The contract, cell by cell: MapTransfer and FlushAdapterBuffers."""

from wdm_calls import (
    PATTERN,
    flush_v1,
    free_channel,
    free_registers,
    from_a_list_routine,
    map_ex,
    map_v1,
    start_master,
)
from wdm_contract_kit import Rows, run
from wdm_kit import violation
from windlass.wdm import (
    STATUS_SUCCESS,
    DeallocateObjectKeepRegisters,
    hw,
)

rows = Rows()
proves = rows.proves


# --- MapTransfer ---
@proves("map_transfer", "address")
def addresses_and_lengths(m, version):
    mdl = m.mdl([0x110, 0x111, 0x120], 0x10, 0x2800)
    one = m.master(0, version=version)
    base = m.grant(one, 3)
    logical, length = map_v1(one, mdl, base, 0, 0x2800, True)
    assert length == 0x2800 and logical % 4096 == 0x10  # without scatter/gather: whole
    assert flush_v1(one, mdl, base, 0, 0x2800, True)
    sg = m.master(1, version=version, scatter_gather=True)
    base = m.grant(sg, 3)
    first = map_v1(sg, mdl, base, 0, 0x2800, True)
    second = map_v1(sg, mdl, base, 0x1FF0, 0x810, True)
    assert (first[1], second[1]) == (0x1FF0, 0x810)  # one physical run at a time
    if m.pc:
        assert (first[0], second[0]) == (0x110010, 0x120000)
    else:
        start = base._grant.run.first << 12
        assert (first[0], second[0]) == (start + 0x10, start + 0x2000)
    assert flush_v1(sg, mdl, base, 0, 0x2800, True)
    sub = m.sub(version=version, channel=2)
    base = m.grant(sub, 3)
    assert map_v1(sub, mdl, base, 0, 0x2800, True)[1] == 0x2800
    m.device_moves(0x2800, 2)
    assert flush_v1(sub, mdl, base, 0, 0x2800, True)


@proves("map_transfer", "CV-MDL")
def regions_of_one_mdl(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        mdl = m.mdl([0x110], then=m.mdl([0x111]))  # Next is not followed
        base = m.grant(adapter, 2)
        for start, length in ((-1, 16), (0, 0), (0, 0x1001), (0x1000, 1), (8, -8)):
            with violation("CV-MDL", "map_transfer"):
                map_v1(adapter, mdl, base, start, length, True)
        mdl.mdl_flags = 0
        with violation("CV-MDL", "map_transfer"):
            map_v1(adapter, mdl, base, 0, 16, True)


@proves("map_transfer", "CV-REGS")
def pages_and_registers(m, version):
    mdl = m.mdl([0x110, 0x120, 0x130], 0x10)
    for adapter in (m.master(0, version=version), m.sub(version=version, channel=2)):
        base = m.grant(adapter, 2)
        with violation("CV-REGS", "map_transfer"):
            map_v1(adapter, mdl, base, 0, 0x2000, True)
        with violation("CV-REGS", "map_transfer"):
            map_v1(adapter, mdl, object(), 0, 16, True)
        free_channel(m, adapter)
        with violation("CV-REGS", "map_transfer"):
            map_v1(adapter, mdl, base, 0, 16, True)
        m.grant(adapter, 2)
        with violation("CV-REGS", "map_transfer"):
            map_v1(adapter, mdl, None, 0, 16, True)
    sg = m.master(1, version=version, scatter_gather=True)
    base = m.grant(sg, 1)
    map_v1(sg, mdl, base, 0, 0x2000, True)
    with violation("CV-REGS", "map_transfer"):
        map_v1(sg, mdl, base, 0xFF0, 0x1000, True)


@proves("map_transfer", "CV-FLUSH")
def one_operation_between_flushes(m, version):
    mdl = m.mdl([0x110, 0x120])
    for adapter in (m.master(0, version=version), m.sub(version=version, channel=2)):
        base = m.grant(adapter, 2)
        map_v1(adapter, mdl, base, 0, 16, True)
        with violation("CV-FLUSH", "map_transfer"):
            map_v1(adapter, mdl, base, 16, 16, True)
        assert flush_v1(adapter, mdl, base, 0, 16, True)
        map_v1(adapter, mdl, base, 16, 16, True)
        assert flush_v1(adapter, mdl, base, 16, 16, True)
    sg = m.master(1, version=version, scatter_gather=True)
    base = m.grant(sg, 2)
    map_v1(sg, mdl, base, 0, 0x2000, True)
    for start, write in ((0x1000, False), (0x800, True)):
        with violation("CV-FLUSH", "map_transfer"):
            map_v1(sg, mdl, base, start, 16, write)


@proves("map_transfer", "CV-CHANNEL")
def no_base_and_no_channel(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        with violation("CV-CHANNEL", "map_transfer"):
            map_v1(adapter, m.mdl([0x110]), None, 0, 16, True)


@proves("map_transfer", "CV-REENTRY")
def a_list_is_mapped_already(m, version):
    adapter, mdl = m.master(version=version, scatter_gather=True), m.mdl([0x120])
    from_a_list_routine(m, adapter, lambda: map_v1(adapter, mdl, None, 0, 16, True))


@proves("map_transfer", "CV-MIX")
def a_new_handle_in_the_old_routine(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        base, _ = m.grant_ex(adapter, 1)
        with violation("CV-MIX", "map_transfer"):
            map_v1(adapter, m.mdl([0x110]), base, 0, 16, True)


# --- FlushAdapterBuffers ---
@proves("flush_adapter_buffers", "TRUE")
def data_has_arrived(m, version):
    sub, mdl = m.sub(version=version), m.mdl([0x110, 0x120])
    m.board.write_mem(0x110000, b"\xee" * 4096)
    base = m.grant(sub, 2)
    map_v1(sub, mdl, base, 0x800, 0x1000, False)
    m.device_moves(0x1000, data=PATTERN)
    assert flush_v1(sub, mdl, base, 0x800, 0x1000, False) is True
    assert m.board.read_mem(0x110800, 0x800) + m.board.read_mem(0x120000, 0x800) == PATTERN
    assert m.board.read_mem(0x110000, 0x800) == b"\xee" * 0x800 and m.board.read_mem(0x120800, 0x800) == bytes(0x800)
    free_channel(m, sub)
    master = m.master(2, version=version)
    base = m.grant(master, 2)
    for write in (True, False):
        map_v1(master, mdl, base, 0, 0x2000, write)
        assert flush_v1(master, mdl, base, 0, 0x2000, write) is True


@proves("flush_adapter_buffers", "FALSE")
def the_engine_reported_an_error(m, version):
    sub, mdl = m.sub(version=version), m.mdl([0x110])
    base = m.grant(sub, 1)
    map_v1(sub, mdl, base, 0, 64, True)
    m.board.fail_next = True
    m.board.move(1, 64)
    m.interrupts()
    assert flush_v1(sub, mdl, base, 0, 64, True) is False


@proves("flush_adapter_buffers", "v3 grant")
def the_old_flush_of_a_new_mapping(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        base, _ = m.grant_ex(adapter, 1)
        mdl = m.mdl([0x110])
        assert map_ex(adapter, mdl, base, 16, 64, False)[0] == STATUS_SUCCESS
        assert flush_v1(adapter, mdl, base, 16, 64, False) is True
        free_channel(m, adapter)


@proves("flush_adapter_buffers", "CV-FLUSH")
def a_flush_is_of_what_was_mapped(m, version):
    for adapter in (m.master(version=version), m.sub(version=version, channel=2)):
        mdl, other = m.mdl([0x110, 0x120]), m.mdl([0x110, 0x120])
        base = m.grant(adapter, 2)
        with violation("CV-FLUSH", "flush_adapter_buffers"):
            flush_v1(adapter, mdl, base, 0, 64, True)
        map_v1(adapter, mdl, base, 8, 64, True)
        for which, start, length, write in (
            (mdl, 0, 64, True),
            (mdl, 8, 63, True),
            (mdl, 8, 64, False),
            (other, 8, 64, True),
        ):
            with violation("CV-FLUSH", "flush_adapter_buffers"):
                flush_v1(adapter, which, base, start, length, write)
        assert flush_v1(adapter, mdl, base, 8, 64, True)
        with violation("CV-FLUSH", "flush_adapter_buffers"):
            flush_v1(adapter, mdl, base, 8, 64, True)


@proves("flush_adapter_buffers", "CV-REGS")
def a_flush_with_the_wrong_base(m, version):
    adapter, other, mdl = m.master(0, version=version), m.master(1, version=version), m.mdl([0x110])
    base = m.grant(adapter, 1, DeallocateObjectKeepRegisters)
    for where, what in ((other, base), (adapter, "base")):
        with violation("CV-REGS", "flush_adapter_buffers"):
            flush_v1(where, mdl, what, 0, 16, True)
    free_registers(m, adapter, base, 1)
    with violation("CV-REGS", "flush_adapter_buffers"):
        flush_v1(adapter, mdl, base, 0, 16, True)


@proves("flush_adapter_buffers", "CV-CHANNEL")
def a_flush_without_base_and_channel(m, version):
    adapter = m.master(version=version)
    with violation("CV-CHANNEL", "flush_adapter_buffers"):
        flush_v1(adapter, m.mdl([0x110]), None, 0, 16, True)


@proves("flush_adapter_buffers", "CV-BUSY")
def a_flush_before_the_master_is_done(m, version):
    adapter, mdl = m.master(version=version), m.mdl([0x110])
    base = m.grant(adapter, 1)
    logical, _ = map_v1(adapter, mdl, base, 0, 64, True)
    start_master(m, 0, logical, 64)
    with violation("CV-BUSY", "flush_adapter_buffers"):
        flush_v1(adapter, mdl, base, 0, 64, True)
    m.board.csr_write32(hw.channel_register(0, hw.CMD), hw.CMD_ABORT)
    assert flush_v1(adapter, mdl, base, 0, 64, True)


@rows.test
def test_contract(row, version, profile, choices):
    run(row, version, profile, choices)
