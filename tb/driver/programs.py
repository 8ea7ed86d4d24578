"""Random legal driver programs: two masters and two system DMA devices that share map registers, queue, cancel and map in parts.

A program is a list of steps, each a tuple of small integers; a step that would not be legal where it stands does
nothing. :class:`Program` carries steps out on any platform and checks itself after each: no map register is leaked or
owned twice, requests are served in order and exactly once, buffers hold what they must and nothing else changed.
:func:`run_program` runs a program made from a seed, and returns a transcript that must not depend on the platform.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import Any

from windlass.examples.fifo_device import COUNT
from windlass.platform import Platform
from windlass.wdm import (
    DISPATCH_LEVEL,
    STATUS_SUCCESS,
    DeallocateObjectKeepRegisters,
    DeviceObject,
    DmaCancelled,
    DmaComplete,
    KeepObject,
    Ref,
    ScatterGatherList,
    Width32Bits,
    hw,
)

from .machine import (
    ACTIONS,
    ADAPTERS,
    BIG_LIST,
    BUFFERS,
    LENGTH,
    MASTERS,
    POOL,
    REQUEST,
    REQUEST_UNITS,
    UNIT,
    Broken,
    Machine,
    need,
)
from .records import Ask, Io, Kept, Pair


class Program(Machine):
    """Carries out steps on a platform. `transcript` must be the same on every platform."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform)
        self.transcript: list[Any] = []
        self.counts: dict[str, int] = {}
        self.asked: list[list[int]] = [[] for _ in range(ADAPTERS)]
        self.served: list[list[int]] = [[] for _ in range(ADAPTERS)]
        self.outstanding: dict[int, Ask] = {}
        self.kept: list[Kept] = []
        self.ios: list[Io] = []
        self.pairs: list[Pair] = []
        self.number = 0

    # ------------------------------------------------------------------ steps
    def step(self, name: str, *numbers: int) -> None:
        """Carry out one step, let the devices finish what they can, check everything."""
        done = bool(getattr(self, f"do_{name}")(*numbers))
        self.pump()
        self.counts[name] = self.counts.get(name, 0) + done
        self.transcript.append((name, numbers, done, [len(s) for s in self.served]))
        self.check()

    def do_ask(self, which: int, count: int, action: int) -> bool:
        """Ask for a channel with map registers; the routine returns an action."""
        adapter, chosen = self.adapters[which], ACTIONS[action]
        if which >= MASTERS and chosen == DeallocateObjectKeepRegisters:
            chosen = KeepObject
        self.number += 1
        ask = Ask(self.number, which, min(count, adapter.max_regs), chosen, self._context(which))
        self.asked[which].append(ask.number)
        self.outstanding[ask.number] = ask

        def control(_device: Any, _irp: Any, base: Any, _context: Any) -> int:
            ask.calls += 1
            self.served[which].append(ask.number)
            self.outstanding.pop(ask.number)
            if ask.action == DeallocateObjectKeepRegisters and base is not None:
                self.kept.append(Kept(which, base, ask.count))
            return ask.action

        self._allocate(which, ask.count, ask.context, control)
        return True

    def do_cancel(self, pick: int) -> bool:
        """Cancel a request that is still queued."""
        if not self.outstanding:
            return False
        ask = list(self.outstanding.values())[pick % len(self.outstanding)]
        with self.kernel.at_irql(DISPATCH_LEVEL):
            need(self.ops.cancel_adapter_channel(self.adapters[ask.which], None, ask.context), "not cancelled")
        del self.outstanding[ask.number]
        self.asked[ask.which].remove(ask.number)
        return True

    def do_free(self, which: int) -> bool:
        """Give back a channel that an ask has kept."""
        owner = self.adapters[which].queue.owner
        if owner is None or owner.request.kind == "list" or owner.mapping is not None or self._running(which):
            return False
        with self.kernel.at_irql(DISPATCH_LEVEL):
            self.ops.free_adapter_channel(self.adapters[which])
        return True

    def do_free_registers(self, pick: int) -> bool:
        """Give back kept map registers."""
        if not self.kept:
            return False
        kept = self.kept.pop(pick % len(self.kept))
        with self.kernel.at_irql(DISPATCH_LEVEL):
            self.ops.free_map_registers(self.adapters[kept.which], kept.base, kept.count)
        return True

    def do_copy(self, pick: int, source: int, at: int, target: int, to: int, length: int) -> bool:
        """A master with two grants of kept registers maps as much as fits of two regions and copies the shorter."""
        groups = [[k for k in self.kept if k.which == which] for which in range(MASTERS)]
        ready = [group for group in groups if len(group) >= 2]
        source, target, at, to, length = self._region(source, at, target, to, length)
        if not ready or not length:
            return False
        first, second = ready[pick % len(ready)][:2]
        adapter = self.adapters[first.which]
        mapped = []
        for kept, buffer, offset, write in ((first, source, at, True), (second, target, to, False)):
            ref, sg_list = Ref(length), ScatterGatherList()
            status = self.ops.map_transfer_ex(
                adapter, self.mdls[buffer], kept.base, offset, 0, ref, write, sg_list, BIG_LIST, None, None
            )
            need(status == STATUS_SUCCESS and 0 < ref.value <= length, "MapTransferEx of a master")
            need(ref.value == sg_list.total_length, "elements and length differ")
            mapped.append((kept, buffer, offset, write, ref.value, sg_list))
            self.transcript.append([ref.value, [element.length for element in sg_list.elements]])
        moved = min(mapped[0][4], mapped[1][4])
        self._engine_copy(first.which, mapped[0][5], mapped[1][5], moved)
        for kept, buffer, offset, write, count, _ in mapped:
            status = self.ops.flush_adapter_buffers_ex(adapter, self.mdls[buffer], kept.base, offset, count, write)
            need(status == STATUS_SUCCESS, "flush of a master")
        self._copied(source, at, target, to, moved)
        return True

    def do_lists(self, which: int, source: int, at: int, target: int, to: int, length: int) -> bool:
        """Ask for the lists of two regions; the copy is made when both are there (do_settle)."""
        source, target, at, to, length = self._region(source, at, target, to, length)
        length = min(length, 4000)
        if not length or (which == 1 and not (self._in_one(source, at, length) and self._in_one(target, to, length))):
            return False  # a device without scatter/gather was promised one element
        pair = Pair(which, (source, at), (target, to), length)
        for name, (buffer, offset), write in (("source", pair.source, True), ("target", pair.target, False)):
            context = self._context(which)

            def listed(_device: Any, _irp: Any, sg_list: ScatterGatherList, key: str) -> None:
                pair.calls += 1
                pair.lists[key] = sg_list

            status = self.ops.get_scatter_gather_list_ex(
                self.adapters[which], DeviceObject("lists"), context, self.mdls[buffer], offset, length, 0, listed, name,
                write, None, None, None,
            )  # fmt: skip
            need(status == STATUS_SUCCESS, "GetScatterGatherListEx")
        self.pairs.append(pair)
        return True

    def do_settle(self) -> bool:
        """Make the copies whose lists are all there, and put the lists."""
        settled = False
        for pair in list(self.pairs):
            if len(pair.lists) < 2:
                continue
            need(pair.calls == 2, "a list routine ran twice")
            self.pairs.remove(pair)
            self._engine_copy(pair.which, pair.lists["source"], pair.lists["target"], pair.length)
            for key in list(pair.lists):
                self._put(pair, key)
            self._copied(*pair.source, *pair.target, pair.length)
            self.pump()  # what these lists held up must not run beside the next copy
            settled = True
        return settled

    def do_io(self, which: int, buffer: int, at: int, length: int, write: int, stop: int) -> bool:
        """A device reads or writes a region in as many operations as the registers make of it; some reads are cancelled."""
        which = MASTERS + which % (ADAPTERS - MASTERS)
        # Two devices can run at once: each has buffers of its own.
        buffer = buffer % (BUFFERS // 2) * 2 + which - MASTERS
        at = at % LENGTH // REQUEST * REQUEST
        length = min(length // REQUEST * REQUEST, LENGTH - at)
        if length < 2 * REQUEST:
            return False
        stop_after = 0 if write else stop % length // REQUEST * REQUEST
        io = Io(which, buffer, at, length, bool(write), stop_after, self._context(which))
        if not write:
            self.number += 1
            io.data = random.Random(self.number).randbytes(stop_after or length)
        self.ios.append(io)

        def control(_device: Any, _irp: Any, base: Any, _context: Any) -> int:
            need(io.state == "queued", "a control routine ran twice")
            io.state, io.base = "running", base
            self._map_io(io)
            self._start_device(io)
            return KeepObject

        self._allocate(which, 1 + at % 2, io.context, control)
        return True

    # ------------------------------------------------------------------ devices
    def _map_io(self, io: Io) -> None:
        length = Ref(io.length - io.done_bytes)
        status = self.ops.map_transfer_ex(
            self.adapters[io.which], self.mdls[io.buffer], io.base, io.offset + io.done_bytes, 0, length, io.write,
            io.sg_list, BIG_LIST, self._io_complete, io,
        )  # fmt: skip
        need(status == STATUS_SUCCESS and length.value > 0, "MapTransferEx of a device")
        io.mapped = length.value
        io.operations += 1
        self.transcript.append([io.mapped, [element.length for element in io.sg_list.elements]])

    def _start_device(self, io: Io) -> None:
        device = self.hardware[io.which]
        if not io.write:
            self.platform.device_feed(device.number, io.data)
        device.start(sink=io.write, width=Width32Bits, threshold=REQUEST_UNITS, rate=1)

    def _io_complete(self, adapter: Any, _device: Any, io: Io, status: int) -> None:
        io.endings.append(status)
        need(len(io.endings) == io.operations, "a completion routine ran twice")
        ops = self.ops
        left = ops.read_dma_counter(adapter)
        flushed = ops.flush_adapter_buffers_ex(
            adapter, self.mdls[io.buffer], io.base, io.offset + io.done_bytes, io.mapped, io.write
        )
        need(flushed == STATUS_SUCCESS, "flush of a device")
        io.done_bytes += io.mapped - left
        if status == DmaComplete:
            need(left == 0, "complete with a residue")
            if io.done_bytes < io.length:
                self._map_io(io)
                return
        else:
            need(status == DmaCancelled and io.stop_after, "a transfer failed")
        io.state = "over"
        self.kernel.ke_set_event(io.event)

    def _finish(self, io: Io) -> None:
        """Let a running transfer come to its end, then give its channel back."""
        device, adapter = self.hardware[io.which], self.adapters[io.which]
        if io.stop_after:
            for _ in range(2000):
                left = io.length - io.stop_after
                if device.read(COUNT) * UNIT >= io.stop_after and io.state == "running":
                    done = io.done_bytes + io.mapped - self.ops.read_dma_counter(adapter)
                    if done == io.stop_after and io.mapped + io.done_bytes > io.stop_after:
                        break
                # The operation may be over exactly at this point: then the interrupt has to be taken first.
                self.kernel.ke_wait_for_single_object(io.event, timeout=50)
            else:
                raise Broken(f"a read does not come to {io.stop_after} of {io.length}, {left} left")
            with self.kernel.at_irql(DISPATCH_LEVEL):
                need(self.ops.cancel_mapped_transfer(adapter, io.context) == STATUS_SUCCESS, "cancel of a device")
        else:
            self.kernel.ke_wait_for_single_object(io.event, timeout=100_000)
        need(io.state == "over", "a transfer does not end")
        buffer = bytearray(self.shadow[io.buffer])
        if io.write:
            need(device.wait_for_units(io.length // UNIT), "the wire does not take the data")
            need(
                self.platform.device_collected(device.number) == bytes(buffer[io.offset : io.offset + io.length]),
                "wrong data on the wire",
            )
        else:
            need(io.done_bytes == (io.stop_after or io.length), "a wrong number of bytes")
            buffer[io.offset : io.offset + len(io.data)] = io.data
            self.shadow[io.buffer] = bytes(buffer)
        device.stop()
        self.transcript.append([io.endings, io.length - io.done_bytes])
        self.ios.remove(io)
        with self.kernel.at_irql(DISPATCH_LEVEL):
            self.ops.free_adapter_channel(adapter)

    def _running(self, which: int) -> bool:
        return any(io.which == which and io.state != "queued" for io in self.ios)

    def pump(self) -> None:
        """Finish every transfer that runs; each end can start others."""
        while True:
            running = [io for io in self.ios if io.state != "queued"]
            if not running:
                return
            self._finish(running[0])

    def _put(self, pair: Pair, key: str) -> None:
        with self.kernel.at_irql(DISPATCH_LEVEL):
            self.ops.put_scatter_gather_list(self.adapters[pair.which], pair.lists.pop(key), key == "source")

    # ------------------------------------------------------------------ invariants
    def check(self) -> None:
        """What must hold after every step."""
        scheduler = self.kernel.scheduler
        owned = [
            k
            for grant in scheduler.grants
            if grant.run
            for k in range(grant.run.first, grant.run.first + grant.run.count)
        ]
        need(len(owned) == len(set(owned)), "a map register is owned twice")
        need(len(owned) == POOL - self.kernel.pool.free_count, "a map register is leaked")
        for which in range(ADAPTERS):
            asked, served = self.asked[which], self.served[which]
            need([n for n in asked if n not in self.outstanding] == served, "requests are out of order")
            need(len(served) == len(set(served)), "a routine ran twice")
        for index in range(BUFFERS):
            need(self.contents(index) == self.shadow[index], f"buffer {index} is wrong")
        need(self._guards() == self.guards, "memory outside the buffers was changed")

    def finish(self) -> None:
        """Give everything back; every request has been served, every register is free and invalid."""
        for _ in range(1000):
            busy = [self.do_settle()]
            for which in range(ADAPTERS):
                busy.append(self.do_free(which))
                self.pump()
            busy.append(self.do_free_registers(0))
            self.pump()
            self.check()
            if not any(busy) and not self.kept and not self.ios and not self.pairs and not self.outstanding:
                break
        need(not self.ios and not self.pairs and not self.outstanding, "requests were never served")
        need(self.asked == self.served, "a success without a callback")
        for adapter in self.adapters:
            self.ops.put_dma_adapter(adapter)
        need(self.kernel.pool.free_count == POOL and not self.kernel.scheduler.grants, "resources are left")
        for index in range(POOL):
            entry = self.platform.csr_read32(hw.MAP_WINDOW + index * hw.MAP_WINDOW_STRIDE)
            need(not entry & hw.MAP_VALID, f"map register {index} is still valid")


#: Step → the ranges of its numbers, and how often it comes.
STEPS: dict[str, tuple[tuple[int, ...], int]] = {
    "ask": ((ADAPTERS, 5, len(ACTIONS)), 5),
    "cancel": ((100,), 2),
    "free": ((ADAPTERS,), 8),
    "free_registers": ((100,), 2),
    "copy": ((100, BUFFERS, LENGTH, BUFFERS, LENGTH, LENGTH), 8),
    "lists": ((MASTERS, BUFFERS, LENGTH, BUFFERS, LENGTH, 4000), 3),
    "settle": ((), 6),
    "io": ((2, BUFFERS, LENGTH, LENGTH, 2, 3000), 4),
}


def make_program(seed: int, length: int) -> list[tuple[str, ...]]:
    """`length` steps from a seed: the first of a longer program are those of a shorter one."""
    rng = random.Random(seed)
    names, weights = list(STEPS), [weight for _, weight in STEPS.values()]
    steps = []
    for _ in range(length):
        name = rng.choices(names, weights)[0]
        steps.append((name, *(rng.randrange(limit) for limit in STEPS[name][0])))
    return steps


@dataclass
class ProgramResult:
    """`transcript` is equal on all platforms; `counts` says how often each step did something."""

    transcript: list[Any]
    counts: dict[str, int]
    buffers: str


def run_program(platform: Platform, seed: int, length: int) -> ProgramResult:
    """Run the program of a seed to its end. Raises Broken with the step at which an invariant fails."""
    program = Program(platform)
    for index, step in enumerate(make_program(seed, length)):
        try:
            program.step(*step)
        except Exception as e:
            raise Broken(f"seed {seed}, step {index} {step}: {type(e).__name__}: {e}") from e
    program.finish()
    digest = hashlib.sha256(b"".join(program.shadow)).hexdigest()
    return ProgramResult(program.transcript, program.counts, digest)
