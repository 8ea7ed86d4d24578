"""Random legal programs over the queues: nothing leaks, order is kept, every success is served exactly once."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from wdm_kit import Machine
from windlass.wdm import (
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    DeviceObject,
    KeepObject,
    Ref,
    ScatterGatherList,
)

ACTIONS = (KeepObject, DeallocateObject, DeallocateObjectKeepRegisters)


class Queues(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.machine = Machine(max_pool=8)
        self.adapters = [
            self.machine.master(0, scatter_gather=True),
            self.machine.master(1),
            self.machine.sub(channel=2),
        ]
        self.mdl = self.machine.mdl([0x100 + 3 * k for k in range(8)])
        self.asked = [[], [], []]  # request numbers of each adapter, in order
        self.served = [[], [], []]
        self.kept = []  # (adapter number, base, count)
        self.contexts = {}
        self.number = 0

    def request(self, which, count, action):
        adapter = self.adapters[which]
        self.number += 1
        number, context = self.number, self.machine.context(adapter)

        def control(_device, _irp, base, _context):
            self.served[which].append(number)
            self.contexts.pop(number)
            if action == DeallocateObjectKeepRegisters and base is not None:
                self.kept.append((which, base, count))
            return action

        self.contexts[number] = (which, context)
        self.asked[which].append(number)
        with self.machine.dispatch():
            status = adapter.dma_operations.allocate_adapter_channel_ex(
                adapter, DeviceObject(), context, count, 0, control, None, None
            )
        assert status == 0

    @rule(which=st.integers(0, 2), count=st.integers(0, 8), action=st.sampled_from(ACTIONS))
    def allocate(self, which, count, action):
        adapter = self.adapters[which]
        if not adapter.master and action == DeallocateObjectKeepRegisters:
            action = KeepObject
        self.request(which, min(count, adapter.max_regs), action)

    @rule(which=st.integers(0, 2))
    def free_channel(self, which):
        adapter = self.adapters[which]
        if adapter.queue.owner is not None:
            with self.machine.dispatch():
                adapter.dma_operations.free_adapter_channel(adapter)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def free_registers(self, data):
        which, base, count = self.kept.pop(data.draw(st.integers(0, len(self.kept) - 1)))
        adapter = self.adapters[which]
        with self.machine.dispatch():
            adapter.dma_operations.free_map_registers(adapter, base, count)

    @precondition(lambda self: self.contexts)
    @rule(data=st.data())
    def cancel(self, data):
        number = data.draw(st.sampled_from(sorted(self.contexts)))
        which, context = self.contexts.pop(number)
        self.asked[which].remove(number)
        with self.machine.dispatch():
            assert self.adapters[which].dma_operations.cancel_adapter_channel(self.adapters[which], None, context)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def map_and_flush(self, data):
        which, base, count = data.draw(st.sampled_from(self.kept))
        adapter = self.adapters[which]
        length, sg = Ref(8 * 4096), ScatterGatherList()
        ops = adapter.dma_operations
        assert ops.map_transfer_ex(adapter, self.mdl, base, 0, 0, length, False, sg, 4096, None, None) == 0
        assert length.value == sg.total_length == min(8, count) * 4096
        for k in range(min(8, count)):
            physical = self.machine.board.physical(
                adapter.binding.channel.index, (base._grant.run.first + k) << 12, True
            )
            assert physical >> 12 == self.mdl.pfns[k]
        assert ops.flush_adapter_buffers_ex(adapter, self.mdl, base, 0, length.value, False) == 0

    @invariant()
    def nothing_is_lost_and_order_is_kept(self):
        kernel = self.machine.kernel
        for which in range(3):
            assert self.asked[which][: len(self.served[which])] == self.served[which]
            queue = self.adapters[which].queue
            waiting = len(queue.waiting) + (queue.current is not None and queue.owner is None)
            assert len(self.asked[which]) - len(self.served[which]) == waiting
        owned = [k for g in kernel.scheduler.grants if g.run for k in range(g.run.first, g.run.first + g.run.count)]
        assert len(owned) == len(set(owned)) == 8 - kernel.pool.free_count
        assert not self.machine.board.entries[0][0] & 1  # everything is flushed

    def teardown(self):
        for _ in range(100):
            for which in range(3):
                self.free_channel(which)
            while self.kept:
                which, base, count = self.kept.pop()
                adapter = self.adapters[which]
                with self.machine.dispatch():
                    adapter.dma_operations.free_map_registers(adapter, base, count)
            if not self.contexts and not self.machine.kernel.scheduler.grants:
                break
        assert self.asked == self.served
        for adapter in self.adapters:
            adapter.dma_operations.put_dma_adapter(adapter)
        assert self.machine.kernel.pool.free_count == 8


TestQueues = Queues.TestCase
TestQueues.settings = settings(max_examples=60, stateful_step_count=40, deadline=None, derandomize=True)
