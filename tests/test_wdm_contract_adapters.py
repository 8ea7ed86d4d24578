"""The contract, cell by cell: what every member checks first, adapters, KeFlushIoBuffers."""

from wdm_calls import Routine, allocate, free_channel
from wdm_contract_kit import Rows, run
from wdm_kit import violation
from windlass.wdm import (
    DeallocateObjectKeepRegisters,
    DmaContractViolation,
    Ref,
)
from windlass.wdm.irql import RULES as IRQL_RULES
from windlass.wdm.operations import VERSION_OF, operations_table

rows = Rows()
proves = rows.proves


# --- what every member checks first ---
def general(member):
    """The three checks of a member, as rows."""

    def bad_adapter(m, version):
        function = getattr(operations_table(3), member)
        with violation("CV-ADAPTER", member):
            function(None)
        adapter = m.sub(version=version)
        adapter.dma_operations.put_dma_adapter(adapter)
        with violation("CV-ADAPTER", member):
            function(adapter)

    def wrong_irql(m, version):
        adapter = m.sub(version=version)
        function = getattr(adapter.dma_operations, member)
        low, high = IRQL_RULES[member]
        for level in range(4):
            m.kernel.irql = level
            if low <= level <= high:  # past the check: other arguments are missing, or it is done
                try:
                    function(adapter)
                except TypeError:
                    pass
                except DmaContractViolation as broken:
                    assert broken.rule != "CV-IRQL"
                if member == "put_dma_adapter":
                    m.kernel.irql = 0
                    adapter = m.sub(version=version)
            else:
                with violation("CV-IRQL", member):
                    function(adapter)
        m.kernel.irql = 0

    def too_new(m, version):
        adapter = m.sub(version=version)
        with violation("CV-VERSION", member):
            getattr(adapter.dma_operations, member)
        with violation("CV-VERSION", member):  # through the table of another adapter, too
            getattr(operations_table(3), member)(adapter)

    proves(member, "CV-ADAPTER")(bad_adapter)
    if member in IRQL_RULES:
        proves(member, "CV-IRQL")(wrong_irql)
    if VERSION_OF[member] > 1:
        proves(member, "CV-VERSION")(too_new)


for name in VERSION_OF:
    general(name)


# --- IoGetDmaAdapter, PutDmaAdapter ---
@proves("io_get_dma_adapter", "adapter")
def an_adapter_of_each_version(m, version):
    for adapter in (m.sub(version=version), m.master(version=version)):
        assert adapter.dma_operations.version == version and adapter.version == 1
        assert isinstance(m.registers.value, int) and m.registers.value > 1
    if version == 1:
        assert m.master(version=0).dma_operations.version == 1


@proves("io_get_dma_adapter", "shared")
def one_object_per_channel(m, version):
    one, two = m.sub(version=version, maximum_length=0x1000), m.sub(version=version, maximum_length=0x4000)
    if version == 3:  # two objects, one queue
        assert one is not two and one.queue is two.queue
        return
    assert one is two and one.max_regs == 5 and one.references == 2


@proves("io_get_dma_adapter", "NULL")
def refused_descriptions(m, version):
    bad = [{"reserved1": True}, {"maximum_length": 0}, {"maximum_length": 0x8000_0000}]
    for fields in bad:
        assert m.sub(version=version, **fields) is None and m.registers.value == "untouched"
        assert m.master(version=version, **fields) is None and m.registers.value == "untouched"
    for unknown in (4, -1, 99):
        assert m.sub(version=unknown) is None and m.registers.value == "untouched"
    if version == 3:
        for width in (0, 65):
            assert m.master(dma_address_width=width) is None
        assert m.sub(dma_request_line=0x11) is None
    else:
        assert m.sub(version=version, dma_channel=8) is None
    if m.pc:
        assert m.sub(version=version, channel=4) is None  # the cascade
        assert m.sub(version=version, dma_width=1) is None  # channel 1 has 8 bits
        assert m.sub(version=version, channel=5) is None  # channel 5 has 16
    assert m.kernel.adapters == []


@proves("io_get_dma_adapter", "CV-IRQL")
def adapters_are_made_at_passive_level(m, version):
    for level in (1, 2, 3):
        m.kernel.irql = level
        with violation("CV-IRQL", "io_get_dma_adapter"):
            m.sub(version=version)
    m.kernel.irql = 0
    assert m.sub(version=version) is not None


@proves("put_dma_adapter", "put")
def the_last_reference_ends_an_adapter(m, version):
    adapter = m.sub(version=version)
    m.sub(version=version)
    adapter.dma_operations.put_dma_adapter(adapter)
    if version < 3:  # the second description counted
        assert not adapter.dead
        adapter.dma_operations.put_dma_adapter(adapter)
    assert adapter.dead


@proves("put_dma_adapter", "CV-LEAK")
def nothing_may_be_left(m, version):
    adapter = m.master(version=version)
    ops = adapter.dma_operations

    def put_leaks():
        with violation("CV-LEAK", "put_dma_adapter"):
            ops.put_dma_adapter(adapter)

    base = m.grant(adapter, 2, DeallocateObjectKeepRegisters)
    put_leaks()
    with m.dispatch():
        ops.free_map_registers(adapter, base, 2)
    m.grant(adapter, 1)
    put_leaks()
    routine = Routine(m)
    assert allocate(routine, adapter, 1) == 0 and routine.bases == []
    put_leaks()
    free_channel(m, adapter)
    free_channel(m, adapter)
    logical = Ref()
    va = ops.allocate_common_buffer(adapter, 100, logical, True)
    put_leaks()
    ops.free_common_buffer(adapter, 100, logical.value, va, True)
    ops.put_dma_adapter(adapter)


# --- KeFlushIoBuffers, on a board whose cache devices do not see ---
@proves("ke_flush_io_buffers", "cleaned", coherent=False)
def the_cache_and_the_device(m, version):
    memory, board = m.kernel.memory, m.board
    va = memory.allocate(4096)
    mdl = m.kernel.io_allocate_mdl(va, 4096)
    m.kernel.mm_probe_and_lock_pages(mdl)
    physical = mdl.pfns[0] << 12
    memory.write(va, b"cpu")
    assert board.read_mem(physical, 3) == bytes(3)  # still in the cache
    m.kernel.ke_flush_io_buffers(mdl, True, False)  # not for DMA
    assert board.read_mem(physical, 3) == bytes(3)
    m.kernel.ke_flush_io_buffers(mdl, False, True)
    assert board.read_mem(physical, 3) == b"cpu"
    board.write_mem(physical, b"dev")
    assert memory.read(va, 3) == b"cpu"  # stale
    m.kernel.ke_flush_io_buffers(mdl, True, True)
    assert memory.read(va, 3) == b"dev"
    assert version in (1, 2, 3)


@proves("ke_flush_io_buffers", "CV-MDL")
def flushing_needs_locked_pages(m, version):
    mdl = m.kernel.io_allocate_mdl(m.kernel.memory.allocate(100), 100)
    with violation("CV-MDL", "ke_flush_io_buffers"):
        m.kernel.ke_flush_io_buffers(mdl, version == 1, True)


@proves("ke_flush_io_buffers", "CV-IRQL")
def flushing_below_device_levels(m, version):
    mdl = m.mdl([0x100])
    m.kernel.irql = 3
    with violation("CV-IRQL", "ke_flush_io_buffers"):
        m.kernel.ke_flush_io_buffers(mdl, True, version == 1)
    for level in (0, 1, 2):
        m.kernel.irql = level
        m.kernel.ke_flush_io_buffers(mdl, True, True)
    m.kernel.irql = 0


@rows.test
def test_contract(row, version, profile, choices):
    run(row, version, profile, choices)
