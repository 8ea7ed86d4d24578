"""What each switch of `windlass.wdm.choices` changes, seen from a driver: the table behind tests and documentation."""

from wdm_calls import (
    Routine,
    allocate_ex,
    flush_ex,
    flush_v1,
    get_list,
    get_list_ex,
    map_ex,
    map_v1,
    pieces,
    put_list,
    start_master,
)
from wdm_kit import Machine
from windlass.wdm import (
    STATUS_CANCELLED,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_NOT_SUPPORTED,
    STATUS_SUCCESS,
    DmaComplete,
    DmaContractViolation,
    Eisa,
    Ref,
    Width32Bits,
    hw,
)
from windlass.wdm.choices import Choices

SYNC, ZERO, NO_FLAG = 0x1, 0x2, 0x10


def broken(call, *arguments):
    """The rule that a call breaks, or None."""
    try:
        call(*arguments)
    except DmaContractViolation as violation:
        return violation.rule
    return None


def status_of_allocation(m, flags=0, pointer=None, cancelled=False):
    adapter, routine = m.master(), Routine(m)
    context = m.context(adapter)
    if cancelled:
        adapter.dma_operations.cancel_adapter_channel(adapter, None, context)
    return allocate_ex(routine, adapter, context, 1, flags, True, pointer)


def registers_of_a_large_master(m):
    m.master(maximum_length=1 << 24)
    return m.registers.value


def least_list_buffer(m):
    adapter = m.master(scatter_gather=True)
    base, _ = m.grant_ex(adapter, 1)
    sizes = range(16, 256)
    return next(
        size for size in sizes if map_ex(adapter, m.mdl([0x110]), base, 0, 64, True, size=size)[0] == STATUS_SUCCESS
    )


def first_counter(m):
    adapter = m.sub(version=1, maximum_length=0x10000)
    base = m.grant(adapter, 16)
    map_v1(adapter, m.mdl(range(0x110, 0x120)), base, 0, 0x10000, False)
    return adapter.dma_operations.read_dma_counter(adapter)


def putting_an_ex_list(m):
    adapter, routine = m.master(scatter_gather=True), Routine(m)
    assert get_list_ex(routine, adapter, m.context(adapter), m.mdl([0x110]), 0, 64) == STATUS_SUCCESS
    return broken(put_list, m, adapter, routine.lists[0])


def buffer_that_ends_at_the_maximum(m):
    adapter = m.master()
    return adapter.dma_operations.allocate_common_buffer_ex(adapter, Ref(0xFFF), 4096, Ref(), True, 0) is not None


def demand_in_versions_1_and_2(m):
    pacings = []
    for channel, version in ((1, 1), (2, 2)):
        adapter = m.sub(channel=channel, version=version, demand_mode=True)
        base = m.grant(adapter, 1)
        map_v1(adapter, m.mdl([0x110]), base, 0, 16, False)
        config = m.board.csr_read32(hw.channel_register(channel, hw.CONFIG))
        pacings.append(config >> hw.PACING_SHIFT & 3 == hw.PACING_DEMAND)
    return pacings


def elements_of_two_pages(m, first=0x300, second=0x310, **fields):
    adapter = m.master(scatter_gather=True, **fields)
    base, _ = m.grant_ex(adapter, 2)
    return len(map_ex(adapter, m.mdl([first, second]), base, 0, 0x2000, False)[2].elements)


def endings_after_a_flush(m):
    adapter, mdl, ends = m.sub(), m.mdl([0x10]), []
    base, _ = m.grant_ex(adapter, 1)
    with m.dispatch():
        map_ex(adapter, mdl, base, 0, 64, True, routine=lambda a, d, c, status: ends.append(status))
        m.board.move(1, 64)
        m.interrupts()
        flush_ex(adapter, mdl, base, 0, 64, True)
    return ends


def list_of_a_chain(m):
    adapter = m.master(version=2)
    return get_list(Routine(m), adapter, m.mdl([0x10], 0x800, then=m.mdl([0x50])), 0x900)


def what_the_device_did_not_write(m):
    adapter = m.sub(version=1, ignore_count=True)
    m.board.write_mem(0x80000, b"\x77" * 64)
    mdl = m.mdl([0x1111], 0, 64)
    base = m.grant(adapter, 1)
    map_v1(adapter, mdl, base, 0, 64, False)
    m.device_moves(10, data=b"0123456789")
    flush_v1(adapter, mdl, base, 0, 64, False)
    return m.board.read_mem(0x1111000 + 63, 1)


def logical_address(m):
    adapter = m.master(dma_address_width=31)
    base, _ = m.grant_ex(adapter, 1)
    ((address, _),) = pieces(map_ex(adapter, m.mdl([0x110]), base, 0x10, 64, True)[2])
    return address - (base._grant.run.first << 12)


def list_keeps_the_channel(m):
    adapter = m.sub(version=1)
    assert get_list(Routine(m), adapter, m.mdl([0x10])) == STATUS_SUCCESS
    return adapter.queue.owner is not None


def flushing_under_a_master(m):
    adapter, mdl = m.master(), m.mdl([0x110])
    base, _ = m.grant_ex(adapter, 1)
    start_master(m, 0, pieces(map_ex(adapter, mdl, base, 0, 64, True)[2])[0][0], 64)
    return broken(flush_ex, adapter, mdl, base, 0, 64, True)


def what_a_device_sees(m):
    va = m.kernel.memory.allocate(4)
    m.kernel.memory.write(va, b"cpu!")
    return m.board.read_mem(m.kernel.memory.frames(va, 1)[0] << 12, 4)


def cached_common_buffer(m):
    adapter = m.master()
    va = adapter.dma_operations.allocate_common_buffer_ex(adapter, None, 4096, Ref(), True, 0)
    m.kernel.memory.read(va, 4)
    m.kernel.memory.write(va, b"cpu!")
    return m.board.read_mem(m.kernel.memory.frames(va, 1)[0] << 12, 4) != b"cpu!"


def looking_before_the_flush(m):
    adapter, memory = m.sub(version=1), m.kernel.memory
    va = memory.map_pages([0x1111, 0x1113])
    mdl = m.kernel.io_allocate_mdl(va, 0x2000)
    m.kernel.mm_probe_and_lock_pages(mdl)
    base = m.grant(adapter, 2)
    map_v1(adapter, mdl, base, 0, 0x2000, False)
    return broken(memory.read, va, 1)


def channel_of_32_bits(m):
    return m.sub(version=1, channel=5, dma_width=Width32Bits, interface_type=Eisa) is not None


def second_node(m):
    adapter = m.master()
    return adapter.dma_operations.allocate_common_buffer_ex(adapter, None, 64, Ref(), True, 1) is not None


#: Switch → (what is looked at, profile, {value: what is seen}, other choices). The default comes first.
SWITCHES = {
    "pointer_bits": (lambda m: m.sub().dma_operations.size, "native", {64: 232, 32: 116}, {}),
    "max_pool": (lambda m: m.kernel.pool.size, "pc", {None: 64, 9: 9}, {}),
    "max_per_adapter": (registers_of_a_large_master, "pc", {None: 16, 5: 5}, {}),
    "versions": (lambda m: m.sub(version=3) is not None, "native", {(0, 1, 2, 3): True, (0, 1, 2): False}, {}),
    "sg_overhead": (least_list_buffer, "native", {64: 104, 0: 40, 100: 140}, {}),
    "compat_counter": (first_counter, "pc", {False: 0x10000, True: 0}, {}),
    "preemptive_cancel_status": (
        lambda m: status_of_allocation(m, cancelled=True),
        "native",
        {STATUS_CANCELLED: STATUS_CANCELLED, STATUS_INSUFFICIENT_RESOURCES: STATUS_INSUFFICIENT_RESOURCES},
        {},
    ),
    "ex_list_ends_with_routine": (putting_an_ex_list, "native", {False: None, True: "CV-LIST"}, {}),
    "maximum_address_inclusive": (buffer_that_ends_at_the_maximum, "native", {True: True, False: False}, {}),
    "sync_routine_with_base_pointer": (
        lambda m: status_of_allocation(m, SYNC, Ref()),
        "native",
        {True: STATUS_SUCCESS, False: STATUS_INVALID_PARAMETER},
        {},
    ),
    "adapter_version": (lambda m: m.sub(version=2).version, "native", {1: 1, None: 2}, {}),
    "demand_mode_versions": (demand_in_versions_1_and_2, "native", {(2,): [False, True], (1,): [True, False]}, {}),
    "merge_elements": (elements_of_two_pages, "native", {False: 2, True: 1}, {}),
    "completion_after_flush": (endings_after_a_flush, "native", {False: [], True: [DmaComplete]}, {}),
    "pack_chains": (list_of_a_chain, "native", {True: STATUS_SUCCESS, False: STATUS_INSUFFICIENT_RESOURCES}, {}),
    "ignore_count_zero_fill": (what_the_device_did_not_write, "pc", {True: b"\0", False: b"\x77"}, {}),
    "map_window_base": (logical_address, "native", {0: 0x10, 0x4000_0000: 0x4000_0010}, {}),
    "known_flags": (
        lambda m: status_of_allocation(m, ZERO),
        "native",
        {0x1: STATUS_INVALID_PARAMETER, 0x3: STATUS_SUCCESS},
        {},
    ),
    "unknown_flags_status": (
        lambda m: status_of_allocation(m, NO_FLAG),
        "native",
        {STATUS_INVALID_PARAMETER: STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED: STATUS_NOT_SUPPORTED},
        {},
    ),
    "subordinate_list_keeps_channel": (list_keeps_the_channel, "native", {True: True, False: False}, {}),
    "watch_masters": (flushing_under_a_master, "native", {True: "CV-BUSY", False: None}, {}),
    "coherent": (what_a_device_sees, "native", {True: b"cpu!", False: bytes(4)}, {}),
    "incoherent_board_overrides_cache_enabled": (
        cached_common_buffer,
        "native",
        {True: False, False: True},
        {"coherent": False},
    ),
    "strict_access": (looking_before_the_flush, "pc", {False: None, True: "CV-ACCESS"}, {}),
    "merge_bounced_elements": (
        lambda m: elements_of_two_pages(m, 0x1100, 0x1102, dma_address_width=24),
        "pc",
        {True: 1, False: 2},
        {},
    ),
    "eisa": (channel_of_32_bits, "pc", {False: False, True: True}, {}),
    "nodes": (second_node, "native", {1: False, 2: True}, {}),
}
#: What the specification of the interface leaves open → the one switch for it.
OPEN = {
    "counter of a full transfer": "compat_counter",
    "status after a pre-emptive cancel": "preemptive_cancel_status",
    "lifetime of an Ex list": "ex_list_ends_with_routine",
    "inclusive MaximumAddress": "maximum_address_inclusive",
    "synchronous allocation with routine and pointer": "sync_routine_with_base_pointer",
    "DMA_ADAPTER.Version": "adapter_version",
    "DemandMode by version": "demand_mode_versions",
    "private bytes of a list": "sg_overhead",
    "merging of bounced elements": "merge_bounced_elements",
    "completion after FlushAdapterBuffersEx": "completion_after_flush",
    "packing of chains without scatter/gather": "pack_chains",
    "fill of IgnoreCount": "ignore_count_zero_fill",
    "layout of the map window": "map_window_base",
    "unknown flags": "unknown_flags_status",
}


def seen(name, value):
    """What a driver sees with a switch in one position, and what it should see."""
    look, profile, values, others = SWITCHES[name]
    return look(Machine(profile, **{name: value}, **others)), values[value]


def default(name):
    """A switch that nobody touched."""
    return getattr(Choices(), name)
