"""A board whose caches devices do not see: what a forgotten call makes visible, in both directions, by version."""

import pytest
from wdm_calls import Routine, flush_ex, flush_v1, get_list, get_list_ex, map_ex, map_v1, put_list
from wdm_kit import Machine
from windlass.wdm import STATUS_SUCCESS, Ref
from windlass.wdm.cache import LINE, WriteBackCache

PROFILES = pytest.mark.parametrize("profile", ["native", "pc"])


class Setting:
    """A master's buffer in one page, its MDL, and what the device sees and does."""

    def __init__(self, profile, offset=0, length=256, coherent=False, **choices):
        self.machine = m = Machine(profile, coherent=coherent, **choices)
        self.kernel, self.memory = m.kernel, m.kernel.memory
        self.adapter = m.master(version=3)
        self.va = self.memory.allocate(4096) + offset
        self.mdl = m.kernel.io_allocate_mdl(self.va, length)
        m.kernel.mm_probe_and_lock_pages(self.mdl)
        self.physical = (self.mdl.pfns[0] << 12) + offset
        self.length = length

    def device_reads(self, count=4, at=0):
        return self.machine.board.read_mem(self.physical + at, count)

    def device_writes(self, data, at=0):
        self.machine.board.write_mem(self.physical + at, data)


# --- versions 1 and 2: KeFlushIoBuffers before mapping ---
@PROFILES
@pytest.mark.parametrize("cleans", [True, False])
def test_a_write_without_ke_flush_io_buffers_sends_stale_data(profile, cleans):
    s = Setting(profile)
    base = s.machine.grant(s.adapter, 1)
    s.memory.write(s.va, b"new!")
    if cleans:
        s.kernel.ke_flush_io_buffers(s.mdl, False, True)
    map_v1(s.adapter, s.mdl, base, 0, s.length, True)
    assert s.device_reads() == (b"new!" if cleans else bytes(4))
    assert flush_v1(s.adapter, s.mdl, base, 0, s.length, True)


@PROFILES
@pytest.mark.parametrize("invalidates", [True, False])
def test_a_read_without_ke_flush_io_buffers_shows_stale_data(profile, invalidates):
    s = Setting(profile)
    base = s.machine.grant(s.adapter, 1)
    assert s.memory.read(s.va, 4) == bytes(4)  # the lines are in the cache now
    if invalidates:
        s.kernel.ke_flush_io_buffers(s.mdl, True, True)
    map_v1(s.adapter, s.mdl, base, 0, s.length, False)
    s.device_writes(b"new!")
    assert flush_v1(s.adapter, s.mdl, base, 0, s.length, False)  # of version 1: no business with caches
    assert s.memory.read(s.va, 4) == (b"new!" if invalidates else bytes(4))


@PROFILES
def test_a_look_between_map_and_flush_makes_a_version_1_read_stale(profile):
    s = Setting(profile)
    base = s.machine.grant(s.adapter, 1)
    s.kernel.ke_flush_io_buffers(s.mdl, True, True)
    map_v1(s.adapter, s.mdl, base, 0, s.length, False)
    s.memory.read(s.va, 1)
    s.device_writes(b"new!")
    assert flush_v1(s.adapter, s.mdl, base, 0, s.length, False)
    assert s.memory.read(s.va, 4) == bytes(4)


@PROFILES
def test_lists_of_version_1_need_it_too(profile):
    s, routine = Setting(profile), None
    routine = Routine(s.machine)
    s.memory.write(s.va, b"new!")
    assert get_list(routine, s.adapter, s.mdl) == STATUS_SUCCESS
    assert s.device_reads() == bytes(4)
    put_list(s.machine, s.adapter, routine.lists[0])
    s.kernel.ke_flush_io_buffers(s.mdl, False, True)
    assert get_list(routine, s.adapter, s.mdl) == STATUS_SUCCESS and s.device_reads() == b"new!"
    put_list(s.machine, s.adapter, routine.lists[1])


def test_it_works_on_the_one_mdl():
    s = Setting("native")
    other = s.memory.allocate(64)
    s.mdl.next = s.kernel.io_allocate_mdl(other, 64)
    s.kernel.mm_probe_and_lock_pages(s.mdl.next)
    s.memory.write(other, b"next")
    s.kernel.ke_flush_io_buffers(s.mdl, False, True)
    assert s.machine.board.read_mem(s.mdl.next.pfns[0] << 12, 4) == bytes(4)
    s.kernel.ke_flush_io_buffers(s.mdl.next, False, True)
    assert s.machine.board.read_mem(s.mdl.next.pfns[0] << 12, 4) == b"next"


# --- version 3: MapTransferEx and FlushAdapterBuffersEx do it ---
@PROFILES
def test_version_3_cleans_before_and_invalidates_after(profile):
    s = Setting(profile)
    base, _ = s.machine.grant_ex(s.adapter, 1)
    s.memory.write(s.va, b"out!")
    assert map_ex(s.adapter, s.mdl, base, 0, s.length, True)[0] == STATUS_SUCCESS
    assert s.device_reads() == b"out!"
    assert flush_ex(s.adapter, s.mdl, base, 0, s.length, True) == STATUS_SUCCESS
    assert map_ex(s.adapter, s.mdl, base, 0, s.length, False)[0] == STATUS_SUCCESS
    s.device_writes(b"in!!")
    assert s.memory.read(s.va, 4) == b"out!"  # not before the flush
    assert flush_ex(s.adapter, s.mdl, base, 0, s.length, False) == STATUS_SUCCESS
    assert s.memory.read(s.va, 4) == b"in!!"


@PROFILES
def test_the_old_flush_of_a_new_mapping_invalidates_too(profile):
    s = Setting(profile)
    base, _ = s.machine.grant_ex(s.adapter, 1)
    s.memory.read(s.va, 4)
    assert map_ex(s.adapter, s.mdl, base, 0, s.length, False)[0] == STATUS_SUCCESS
    s.device_writes(b"in!!")
    assert flush_v1(s.adapter, s.mdl, base, 0, s.length, False)
    assert s.memory.read(s.va, 4) == b"in!!"


@PROFILES
def test_ex_lists(profile):
    s = Setting(profile)
    routine = Routine(s.machine)
    s.memory.write(s.va, b"out!")
    assert get_list_ex(routine, s.adapter, s.machine.context(s.adapter), s.mdl, 0, 64, write=False) == STATUS_SUCCESS
    s.device_writes(b"in!!")
    put_list(s.machine, s.adapter, routine.lists[0], False)
    assert s.memory.read(s.va, 4) == b"in!!"


@PROFILES
def test_false_sharing_of_the_first_and_last_line(profile):
    """What the CPU stores beside a read buffer, in its lines, while the device is at work, is lost."""
    s = Setting(profile, offset=0x20, length=0x40)
    base, _ = s.machine.grant_ex(s.adapter, 1)
    s.memory.write(s.va - 0x20, b"before")  # written before the transfer: it is cleaned
    s.memory.write(s.va + 0x40, b"behind")
    assert map_ex(s.adapter, s.mdl, base, 0, 0x40, False)[0] == STATUS_SUCCESS
    s.memory.write(s.va - 0x10, b"lost")
    s.memory.write(s.va + 0x5C, b"lost")
    s.memory.write(s.va + 0x60, b"kept")  # the next line
    s.device_writes(b"d" * 0x40)
    assert flush_ex(s.adapter, s.mdl, base, 0, 0x40, False) == STATUS_SUCCESS
    assert s.memory.read(s.va, 0x40) == b"d" * 0x40
    assert s.memory.read(s.va - 0x20, 6) == b"before" and s.memory.read(s.va + 0x40, 6) == b"behind"
    assert s.memory.read(s.va - 0x10, 4) == s.memory.read(s.va + 0x5C, 4) == bytes(4)
    assert s.memory.read(s.va + 0x60, 4) == b"kept"


def test_bounced_data_goes_through_the_cache_of_the_cpu():
    m = Machine("pc", coherent=False)
    adapter = m.sub(version=1)
    va = m.kernel.memory.map_pages([0x1111, 0x1113])
    mdl = m.kernel.io_allocate_mdl(va, 0x2000)
    m.kernel.mm_probe_and_lock_pages(mdl)
    m.kernel.memory.write(va + 0xFFE, b"copy")
    base = m.grant(adapter, 2)
    map_v1(adapter, mdl, base, 0, 0x2000, True)
    m.device_moves(0x2000)
    assert m.devices[1].outgoing[0xFFE:0x1002] == b"copy"  # the processor copied it
    assert flush_v1(adapter, mdl, base, 0, 0x2000, True)
    map_v1(adapter, mdl, base, 0, 0x2000, False)
    m.device_moves(0x2000, data=b"z" * 0x2000)
    assert flush_v1(adapter, mdl, base, 0, 0x2000, False)
    assert m.kernel.memory.read(va + 0xFFE, 4) == b"zzzz"


# --- common buffers ---
@PROFILES
@pytest.mark.parametrize(
    ("name", "cached", "overrides", "coherent"),
    [
        ("v1", True, True, True),  # CacheEnabled is not looked at
        ("v1", False, True, True),
        ("v3", False, True, True),
        ("v3", True, True, True),  # the firmware says that nothing is coherent
        ("v3", True, False, False),
    ],
)
def test_caching_of_common_buffers(profile, name, cached, overrides, coherent):
    m = Machine(profile, coherent=False, incoherent_board_overrides_cache_enabled=overrides)
    adapter, logical = m.master(version=3), Ref()
    ops, memory = adapter.dma_operations, m.kernel.memory
    if name == "v1":
        va = ops.allocate_common_buffer(adapter, 4096, logical, cached)
    else:
        va = ops.allocate_common_buffer_ex(adapter, None, 4096, logical, cached, 0)
    physical = memory.frames(va, 1)[0] << 12
    memory.read(va, 4)
    memory.write(va, b"cpu!")
    assert (m.board.read_mem(physical, 4) == b"cpu!") == coherent
    m.board.write_mem(physical + 8, b"dev!")
    assert (memory.read(va + 8, 4) == b"dev!") == coherent
    ops.free_common_buffer(adapter, 4096, logical.value, va, cached)
    again = memory.allocate(4096, contiguous=True)  # the page is an ordinary one again
    assert memory.frames(again, 1)[0] << 12 == physical
    memory.write(again, b"more")
    assert m.board.read_mem(physical, 4) != b"more"


def test_a_coherent_board_has_no_cache():
    s = Setting("native", coherent=True)
    s.memory.write(s.va, b"here")
    assert s.memory.cache is None and s.device_reads() == b"here"


def test_lines():
    ram = bytearray(range(256))
    cache = WriteBackCache(
        lambda at, n: bytes(ram[at : at + n]), lambda at, data: ram.__setitem__(slice(at, at + len(data)), data)
    )
    cache.write(LINE - 2, b"abcd")
    assert cache.read(LINE - 3, 6) == b"=abcdB" and ram[LINE] == LINE
    cache.clean(LINE, 1)
    assert bytes(ram[LINE - 2 : LINE + 2]) == b"\x3e\x3fcd"
    ram[LINE] = 0
    cache.clean(0, 256)  # clean already: not written again
    assert ram[LINE] == 0 and bytes(ram[LINE - 2 : LINE]) == b"ab"
    cache.invalidate(0, 256)
    assert cache.read(LINE, 1) == b"\0"
