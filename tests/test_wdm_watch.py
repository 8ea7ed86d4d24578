"""What the kernel knows about memory in use: bus masters and their descriptors, freed pages, adapters without memory."""

import struct

import pytest
from wdm_calls import flush_v1, map_v1
from wdm_kit import Machine, violation
from windlass.regs import CONFIG_CYCLIC_MASK, CONFIG_DST_TYPE_LSB, CONFIG_WIDE_MASK
from windlass.wdm import OutOfMemory, Ref, hw
from windlass.wdm.master_watch import COPY, COPY_2D, FENCE, FILL, LINK, MOST, NOP, MasterWatch

TABLE, NEXT = 0x1000, 0x2000


def short(operation, source=0, target=0, length=0):
    return struct.pack("<4I", source, target, length, operation | 1 << 31)


def wide(operation, source=0, target=0, length=0, rows=1, strides=(0, 0)):
    return struct.pack("<QQIIii", source, target, length, operation | (rows - 1) << 16 | 1 << 31, *strides)


class Channel:
    """A channel's registers and a page of descriptors."""

    def __init__(self, config, count, consumer=0, producer=0, active=True, **registers):
        self.machine = Machine()
        self.board = self.machine.board
        channel = self.board.channels[0]
        channel.active, channel.consumed = active, consumer
        channel.registers = {hw.CONFIG: config, hw.DESC_LO: TABLE, hw.DESC_COUNT: count, hw.PRODUCER: producer}
        channel.registers |= registers
        self.seen = []

    def table(self, *descriptors, at=TABLE):
        self.board.write_mem(at, b"".join(descriptors))
        return self

    def works_on(self, address, length, follows=True):
        def table_at(address, _length):
            self.seen.append(address)
            return address if follows else None

        return MasterWatch(self.board, 0, table_at).works_on(address, length)


def test_an_idle_channel_works_on_nothing():
    channel = Channel(hw.MODE_TABLE, 1, active=False).table(short(COPY, 0x5000, 0x6000, 16))
    assert not channel.works_on(0x5000, 16) and not channel.seen


@pytest.mark.parametrize("mode", [hw.MODE_REGISTER, hw.MODE_AUTO])
@pytest.mark.parametrize(
    ("address", "length", "works"),
    [
        (0x5000, 1, True),
        (0x5010, 1, False),
        (0x4FF0, 16, False),
        (0x4FF0, 17, True),
        (0x7000, 16, True),
        (0x600F, 1, False),
    ],
)
def test_register_modes(mode, address, length, works):
    registers = {hw.SRC_LO: 0x5000, hw.DST_LO: 0x7008, hw.LENGTH: 16}
    channel = Channel(mode, 0)
    channel.board.channels[0].registers |= registers
    assert channel.works_on(address, length) == works


def test_a_side_that_is_no_memory():
    channel = Channel(hw.MODE_REGISTER | 2 << CONFIG_DST_TYPE_LSB, 0)  # a stream out
    channel.board.channels[0].registers |= {hw.SRC_LO: 0x5000, hw.DST_LO: 0x7000, hw.LENGTH: 16}
    assert channel.works_on(0x5000, 1) and not channel.works_on(0x7000, 1)


def test_the_descriptors_themselves():
    channel = Channel(hw.MODE_RING, 4)
    assert channel.works_on(TABLE + 63, 1) and not channel.works_on(TABLE + 64, 1)


def test_what_cannot_be_followed():
    channel = Channel(hw.MODE_TABLE, 1).table(short(COPY, 0x5000, 0x6000, 16))
    assert not channel.works_on(0x5000, 16, follows=False) and channel.works_on(0x5000, 16)


@pytest.mark.parametrize(("consumer", "works"), [(0, True), (1, True), (2, False)])
def test_a_table_gets_done(consumer, works):
    channel = Channel(hw.MODE_TABLE, 2, consumer).table(short(COPY, 0x4000, 0x4800, 8), short(COPY, 0x5000, 0x6000, 16))
    assert channel.works_on(0x5000, 1) == works


@pytest.mark.parametrize(
    ("consumer", "producer", "works"), [(0, 1, False), (0, 2, True), (2, 2, False), (3, 6, True), (0xFFFF, 2, True)]
)
def test_a_ring(consumer, producer, works):
    channel = Channel(hw.MODE_RING, 4, consumer, producer)
    channel.table(short(NOP), short(COPY, 0x5000, 0x6000, 16), short(NOP), short(NOP))
    assert channel.works_on(0x5000, 1) == works


def test_a_cyclic_ring_is_never_done():
    channel = Channel(hw.MODE_RING | CONFIG_CYCLIC_MASK, 2, consumer=7)
    channel.table(short(NOP), short(COPY, 0x5000, 0x6000, 16))
    assert channel.works_on(0x5000, 1) and not channel.works_on(0x7000, 1)


@pytest.mark.parametrize(
    ("descriptor", "inside", "outside"),
    [
        (short(COPY, 0x5000, 0x6000, 16), [0x5000, 0x600F], [0x5010, 0x6010]),
        (short(FILL, 0x5000, 0x6000, 16), [0x6000], [0x5000]),
        (short(FENCE, 0x5000, 0x6000, 0), [0x6000, 0x6007], [0x5000, 0x6008]),
        (short(NOP, 0x5000, 0x6000, 16), [], [0x5000, 0x6000]),
    ],
)
def test_operations(descriptor, inside, outside):
    channel = Channel(hw.MODE_TABLE, 1).table(descriptor)
    assert all(channel.works_on(address, 1) for address in inside)
    assert not any(channel.works_on(address, 1) for address in outside)


def test_wide_descriptors_and_rows():
    channel = Channel(hw.MODE_TABLE | CONFIG_WIDE_MASK, 2)
    channel.table(wide(COPY, 0x1_0000_5000, 0x6000, 16), wide(COPY_2D, 0x8000, 0x9000, 16, rows=3, strides=(64, -32)))
    for address in (0x1_0000_5000, 0x6000, 0x8000, 0x808F, 0x8FC0, 0x900F):
        assert channel.works_on(address, 1), hex(address)
    for address in (0x5000, 0x8090, 0x8FBF, 0x9010):
        assert not channel.works_on(address, 1), hex(address)


@pytest.mark.parametrize(
    ("consumer", "first", "second"), [(0, True, True), (1, False, True), (2, False, True), (3, False, False)]
)
def test_links_are_followed(consumer, first, second):
    channel = Channel(hw.MODE_TABLE, 3, consumer)
    channel.table(short(COPY, 0x5000, 0x6000, 16), short(LINK, NEXT, 0, 1), short(COPY, 0x7000, 0x7800, 16))
    channel.table(short(COPY, 0x8000, 0x8800, 16), at=NEXT)
    assert (channel.works_on(0x5000, 1), channel.works_on(0x8000, 1)) == (first, second)
    assert not channel.works_on(0x7000, 1)  # what follows a LINK in its own table is ignored
    assert channel.works_on(NEXT, 1)


def test_a_loop_of_tables_ends():
    channel = Channel(hw.MODE_TABLE, 1024)
    channel.table(*[short(NOP)] * 1023, short(LINK, TABLE, 0, 1024))
    assert not channel.works_on(0x100000, 1)
    assert 2 < len(channel.seen) <= MOST // 1024 + 1


# --- memory that is given back too early ---
def test_a_common_buffer_that_a_master_works_on():
    m = Machine()
    adapter, logical = m.master(scatter_gather=True), Ref()
    va = adapter.dma_operations.allocate_common_buffer(adapter, 4096, logical, True)
    for register, value in (
        (hw.CONFIG, hw.MODE_RING),
        (hw.DESC_LO, logical.value),
        (hw.DESC_COUNT, 4),
        (hw.CMD, hw.CMD_START),
    ):
        m.board.csr_write32(hw.channel_register(0, register), value)
    arguments = (adapter, 4096, logical.value, va, True)
    with violation("CV-BUSY", "free_common_buffer"):
        adapter.dma_operations.free_common_buffer(*arguments)
    m.board.csr_write32(hw.channel_register(0, hw.CMD), hw.CMD_ABORT)
    adapter.dma_operations.free_common_buffer(*arguments)


@pytest.mark.parametrize("profile", ["native", "pc"])
def test_memory_that_is_mapped_is_not_freed(profile):
    m = Machine(profile)
    adapter, memory = m.master(), m.kernel.memory
    va = memory.allocate(8192, offset=0x100)
    mdl = m.kernel.io_allocate_mdl(va, 4096)
    m.kernel.mm_probe_and_lock_pages(mdl)
    base = m.grant(adapter, 2)
    map_v1(adapter, mdl, base, 0, 4096, True)
    with violation("CV-BUSY", "memory"):
        memory.free(va)
    memory.read(va, 4096)  # it is still there
    assert flush_v1(adapter, mdl, base, 0, 4096, True)
    memory.free(va)


def test_no_memory_for_an_adapter():
    m = Machine(ram=1 << 20)
    taken = m.kernel.memory.pages.free_count()
    held = m.kernel.memory.allocate(taken << 12)
    with pytest.raises(OutOfMemory):
        m.kernel.memory.allocate(1)
    assert m.sub() is None and m.registers.value == "untouched"
    m.kernel.memory.free(held)
    adapter = m.sub()
    assert adapter is not None
    adapter.dma_operations.put_dma_adapter(adapter)
    assert m.kernel.memory.pages.free_count() == taken


def test_versions_that_the_platform_knows():
    m = Machine(versions=(0, 1, 2))
    assert m.sub(version=3) is None and m.master(version=3) is None and m.registers.value == "untouched"
    assert m.sub(version=2) is not None
