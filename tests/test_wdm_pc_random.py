"""Random buffers on profile `pc`: the device sees and writes the right bytes, nothing else changes, nothing leaks."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from wdm_calls import Routine, allocate_ex, flush_ex, free_channel, map_ex
from wdm_kit import Machine
from wdm_lists_kit import pieces
from windlass.wdm import STATUS_SUCCESS, Ref
from windlass.wdm.mdl import chain, chain_length, runs


class Buffer:
    """A chain of MDLs over random page frames, some of them out of reach of 24 bits."""

    def __init__(self, machine, seed, sizes):
        self.machine, self.random = machine, random.Random(seed)
        self.mdl, used = None, set()
        for size in reversed(sizes):
            offset = self.random.choice((0, 0, 2, 0x7F0, 0xFFE))
            count = (offset + size + 4095) >> 12
            pfns = []
            while len(pfns) < count:
                follow = pfns and self.random.random() < 0.6
                pfn = pfns[-1] + 1 if follow else self.random.choice((0x200, 0x1200)) + self.random.randrange(0x300)
                if pfn in used:  # taken: any other will do
                    pfn = next(k for k in range(0x600, 0x1000) if k not in used)
                pfns.append(pfn)
                used.add(pfn)
            self.mdl = machine.mdl(pfns, offset, size, then=self.mdl)
        self.frames = sorted(used)
        for pfn in self.frames:
            machine.board.write_mem(pfn << 12, self.random.randbytes(4096))

    def content(self, offset, length):
        return b"".join(self.machine.board.read_mem(run.physical, run.length) for run in runs(self.mdl, offset, length))

    def everything(self):
        return {pfn: self.machine.board.read_mem(pfn << 12, 4096) for pfn in self.frames}


def expected_after(buffer, before, offset, data):
    """The pages of a buffer when `data` was stored from `offset`."""
    pages = {pfn: bytearray(page) for pfn, page in before.items()}
    at = 0
    for run in runs(buffer.mdl, offset, len(data)):
        for k in range(run.length):
            address = run.physical + k
            pages[address >> 12][address & 0xFFF] = data[at]
            at += 1
    return {pfn: bytes(page) for pfn, page in pages.items()}


def device_side(machine, adapter, sg, write, data):
    """The device reads (the bytes are returned) or writes the elements; a subordinate's channel does it."""
    length = sum(size for _, size in pieces(sg))
    if not adapter.master:
        channel = adapter.binding.channel.number
        device = machine.devices[channel]
        device.outgoing.clear()
        if write:
            device.accept(length)
        else:
            device.feed(data)
        return bytes(device.outgoing)
    seen = b""
    for address, size in pieces(sg):
        assert address + size - 1 <= adapter.limit
        if write:
            seen += machine.board.read_mem(address, size)
        else:
            machine.board.write_mem(address, data[:size])
            data = data[size:]
    return seen


@given(
    kind=st.sampled_from(["scatter/gather", "master", "channel"]),
    seed=st.integers(0, 1 << 30),
    sizes=st.lists(st.sampled_from([2, 100, 4096, 5000, 12288]), min_size=1, max_size=3),
    registers=st.integers(1, 16),
    room=st.integers(1, 5),
    write=st.booleans(),
)
@settings(max_examples=120, deadline=None, derandomize=True)
def test_transfers(kind, seed, sizes, registers, room, write):
    machine = Machine("pc")
    if kind == "channel":
        adapter = machine.sub()
    else:
        adapter = machine.master(dma_address_width=24, scatter_gather=kind == "scatter/gather")
    buffer = Buffer(machine, seed, sizes)
    total = chain_length(buffer.mdl)
    base = Ref()
    context = machine.context(adapter)
    assert allocate_ex(Routine(machine), adapter, context, registers, 1, None, base) == STATUS_SUCCESS
    offset = 0
    while offset < total:
        before = buffer.everything()
        status, length, sg = map_ex(adapter, buffer.mdl, base.value, offset, total - offset, write, 16 + 24 * room + 64)
        assert status == STATUS_SUCCESS and 0 < length == sg.total_length and sg.number_of_elements <= room
        data = buffer.random.randbytes(length)
        wanted = buffer.content(offset, length)
        seen = device_side(machine, adapter, sg, write, data)
        assert flush_ex(adapter, buffer.mdl, base.value, offset, length, write) == STATUS_SUCCESS
        if write:
            assert seen == wanted and buffer.everything() == before
        else:
            assert buffer.everything() == expected_after(buffer, before, offset, data)
        offset += length
    free_channel(machine, adapter)
    assert machine.kernel.pool.free_count == machine.kernel.pool.size
    adapter.dma_operations.put_dma_adapter(adapter)
    assert len(list(chain(buffer.mdl))) == len(sizes)
