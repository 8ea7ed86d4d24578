"""Malicious command buffers with fixed seeds: whatever a user submits, nothing outside its allocations changes.

Another process has allocations beside the user's, resident in the same segments; everything else of RAM has a known content. What Render
accepts is carried out by :mod:`.oracle` too, and must give the same bytes; what it refuses must change nothing.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from typing import Any

from windlass.display import DMA_FAULTED, CommandBuffer, PatchLocation
from windlass.display.commands import FROM_PATCH_LIST, HEADER_BYTES
from windlass.platform import Platform
from windlass.wdm.status import STATUS_SUCCESS, status_name

from . import oracle
from .machine import Machine

#: RAM of the board, and sizes of the user's allocations; the last is in local memory.
RAM = 1 << 18
SIZES = (4096 + 904, 300, 2048)
NEIGHBOUR = 5000


class Escaped(AssertionError):
    """A command buffer did something that it must not; the text names its seed."""


class Fuzzer:
    """One machine; :meth:`case` submits one command buffer."""

    def __init__(self, platform: Platform) -> None:
        choices = {"aperture_pages": 24, "buffer_pages": 6, "local_pages": 6, "check_patch": False}
        self.m = Machine(platform, **choices)
        m, g = self.m, self.m.graphics
        self.user = [m.allocation(size, local=size == SIZES[-1]) for size in SIZES]
        self.other = g.create_device()
        self.theirs = [m.allocation(NEIGHBOUR, local=local, device=self.other) for local in (False, True)]
        self.memory: list[bytearray] = [bytearray(random.Random(size).randbytes(size)) for size in SIZES]
        self.neighbour = random.Random(1).randbytes(NEIGHBOUR)
        for handle, content in zip(self.user, self.memory, strict=True):
            g.write_allocation(m.device, handle, bytes(content))
        for handle in self.theirs:
            g.write_allocation(self.other, handle, self.neighbour)
        commands = CommandBuffer().copy((0, 0), (0, 0), NEIGHBOUR).copy((1, 0), (1, 0), NEIGHBOUR)
        assert m.render(commands, [(handle, True) for handle in self.theirs], device=self.other) == STATUS_SUCCESS
        g.wait_idle()
        #: Handles that an allocation list may name: the user's, NULL, one that was destroyed, another process's.
        gone = m.allocation(100)
        g.destroy_allocation(m.device, gone)
        self.strangers = [0, gone, *self.theirs, 0x1234]
        self.page = m.user.allocate(4096)
        self.patch_page = m.user.allocate(4096)
        self.counts: dict[str, int] = {}
        #: Calls of Render for the present command buffer.
        self.passes = 0
        render = m.driver.render

        def counted(device: Any, args: Any) -> int:
            self.passes += 1
            return render(device, args)

        m.driver.render = counted
        self.preempted = 0
        self.guard = self._guarded()

    # --- what must not change ---
    def _own_frames(self) -> set[int]:
        """Page frames that may change: the user's allocations, DMA buffers, the ring, and what the user itself stores."""
        g = self.m.graphics
        pool, frames = g.paged_pool, set()
        ranges = [(a.backing, a.size) for a in self.m.device.handles.values()]
        ranges += [(buffer.address, buffer.size) for buffer in g._buffers]
        for address, length in ranges:
            frames |= {pool.frame(at) for at in range(address, address + length, 4096)}
        frames |= {self.m.user.frame(at) for at in (self.page, self.patch_page, *self.m._buffers.values())}
        frames |= set(self.m.kernel.memory.frames(self.driver.ring._memory, 8192))
        for a in self.m.device.handles.values():
            if a.run is not None and a.segment is self.driver.local:
                first = self.m.kernel.memory.frames(self.driver.local._memory, 4096)[0] + a.run.first
                frames |= set(range(first, first + a.pages))
        return {frame for frame in frames if frame is not None}

    @property
    def driver(self) -> Any:
        return self.m.driver

    def _guarded(self) -> dict[int, bytes]:
        own = self._own_frames()
        ram = self.m.platform.read_mem(0, RAM)
        return {frame: ram[frame << 12 : frame + 1 << 12] for frame in range(RAM >> 12) if frame not in own}

    def check(self, seed: int) -> None:
        """Raises Escaped when something changed that must not have, or allocations are not what the oracle says."""
        m = self.m
        m.graphics.wait_idle()
        ram = m.platform.read_mem(0, RAM)
        own = self._own_frames()
        for frame, content in self.guard.items():
            if frame not in own and ram[frame << 12 : frame + 1 << 12] != content:
                raise Escaped(f"seed {seed}: page frame {frame:#x} changed")
        for handle, content in zip(self.user, self.memory, strict=True):
            if m.content(handle) != content:
                raise Escaped(f"seed {seed}: allocation {self.user.index(handle)} is not what the oracle says")
        for handle in self.theirs:
            if m.content(handle, device=self.other) != self.neighbour:
                raise Escaped(f"seed {seed}: another process's allocation changed")
        if any(report.kind == DMA_FAULTED for report in m.graphics.reports):
            raise Escaped(f"seed {seed}: the engine faulted")
        if platform_faults(m):
            raise Escaped(f"seed {seed}: the map unit refused an access")

    # --- one command buffer ---
    def case(self, seed: int) -> str:
        """Submit the command buffer of a seed; what became of it."""
        rng, m, g = random.Random(seed), self.m, self.m.graphics
        handles = [(handle, True) for handle in self.user]
        if rng.random() < 0.12:
            handles[rng.randrange(3)] = (rng.choice(self.strangers), rng.random() < 0.5)
        if rng.random() < 0.15:
            index = rng.randrange(3)
            handles[index] = handles[index][0], False
        if rng.random() < 0.3:
            handles.insert(0, (0, False))
        data, patches = make(rng, handles, self.user)
        if rng.random() < 0.2:
            data = spoil(rng, data)
        raw = b"".join(patch.pack() for patch in patches)
        if raw and rng.random() < 0.1:
            raw = spoil(rng, raw)
        m.user.write(self.page, data + bytes(4096 - len(data)))
        m.user.write(self.patch_page, raw + bytes(4096 - len(raw)))
        length, address, entries = len(data), self.page, len(raw) // 24
        if rng.random() < 0.1:
            length = rng.choice([0, 4, 15, 16, length - 4, length + 4, length + 1, 4096, 4100, 1 << 31])
        if rng.random() < 0.03:
            address = rng.choice([0, self.page + 4096, self.page - 8, 1 << 63])
        if rng.random() < 0.05:
            entries = rng.choice([entries + 1, 200, 5000, -1])
        hostile = rng.random() < 0.3
        if hostile:  # another thread stores into the command buffer as soon as it has been read
            m.user.after_read = lambda at, count: self._overwrite(seed, count)
        try:
            status = g.render_command(m.device, address, length, handles, self.patch_page, entries)
        finally:
            m.user.after_read = None
        name = status_name(status)
        passes, self.passes = self.passes, 0
        self.counts[name] = self.counts.get(name, 0) + 1
        if hostile and passes > 1:
            self._learn(handles)
        elif status == STATUS_SUCCESS:
            seen = dict(zip(self.user, self.memory, strict=True))
            named = {}
            for at in range(0, len(raw), 24):
                entry = PatchLocation.unpack(raw[at : at + 24])
                named[entry.patch_offset] = entry.allocation_index, entry.allocation_offset
            oracle.run(data[:length], [seen.get(h) for h, _ in handles], [w for _, w in handles], named)
        if rng.random() < 0.25:
            m.platform.wait_cycles(rng.choice([0, rng.randrange(200)]))
            left = g.preempt()
            self.preempted += len(left)
            g.resubmit(left)
        return name

    def _learn(self, handles: list[tuple[int, bool]]) -> None:
        """The buffer changed between two passes of Render: what was listed for writing may be anything, all else is as it was."""
        self.m.graphics.wait_idle()
        for handle, content in zip(self.user, self.memory, strict=True):
            if (handle, True) in handles:
                content[:] = self.m.content(handle)

    def _overwrite(self, seed: int, length: int) -> None:
        """What was read is now fills that reach far outside, or jumps; the patch list is anything."""
        self.m.user.after_read = None
        evil = CommandBuffer()
        while HEADER_BYTES + len(evil.body) + 20 <= length:
            if seed % 3:
                evil.fill((len(evil.body) // 20 % 4, 0), 0x7FFF_FFFF, 0xEEEE_EEEE)
            else:
                evil.raw(0x0580, 0, 0, 1, 0)
        while HEADER_BYTES + len(evil.body) < length:
            evil.nop()
        self.m.user.write(self.page, evil.to_bytes()[:4096])
        self.m.user.write(self.patch_page, random.Random(seed).randbytes(480))


def platform_faults(m: Machine) -> int:
    """Map faults since the start."""
    from windlass.regs import FAULT_COUNT

    return m.platform.csr_read32(FAULT_COUNT)


def edge(rng: random.Random, size: int) -> int:
    """A number that somebody would try on something of `size` bytes."""
    tries = [0, 1, size, size + 1, size - 1, 4095, 4096, 1 << 31, (1 << 32) - 1, (1 << 32) - size, rng.getrandbits(32)]
    return (rng.choice(tries) if rng.random() < 0.03 else rng.randrange(size)) & 0xFFFF_FFFF


def make(rng: random.Random, handles: list[tuple[int, bool]], user: list[int]) -> tuple[bytes, list[PatchLocation]]:
    """A command buffer, mostly right, with the usual tries; and its patch list."""
    buffer, patches = CommandBuffer(), []

    last = -1

    def operand(at: int, write: bool = True) -> tuple[tuple[int, int], int]:
        nonlocal last
        good = [
            i
            for i, (handle, writable) in enumerate(handles)
            if handle in user and (writable or not write or rng.random() < 0.2)
        ]
        good = [i for i in good if i != last or write or rng.random() < 0.3] or [0]
        index = rng.choice(good) if rng.random() < 0.97 else edge(rng, len(handles) + 1)
        last = index if write else -1
        size = SIZES[user.index(handles[index][0])] if index < len(handles) and handles[index][0] in user else 3000
        offset = edge(rng, size)
        if rng.random() < 0.25:
            slot = rng.choice([0, 1, 2, 3, 7, 1 << 24]) if rng.random() < 0.1 else 2 * rng.randrange(4) + write
            where = at if rng.random() < 0.97 else edge(rng, 200)
            patches.append(PatchLocation(index, slot, 9, offset, where, edge(rng, 100)))
            return (FROM_PATCH_LIST, 0), max(1, size - offset)
        return (index, offset), max(1, size - offset)

    for _ in range(rng.randrange(1, 6)):
        kind, at = rng.randrange(9), buffer.next_operand()
        if kind == 0:
            target, room = operand(at)
            buffer.fill(target, edge(rng, room), rng.getrandbits(32))
        elif kind in (1, 2):
            (target, room), (source, more) = operand(at), operand(at + 8, False)
            buffer.copy(target, source, max(1, edge(rng, min(room, more))))
        elif kind in (3, 4):
            (target, room), (source, more) = operand(at), operand(at + 8, False)
            rows = rng.randrange(1, 12) if rng.random() < 0.95 else edge(rng, 1000)
            share = max(2, min(room, more) // max(1, min(rows, 1 << 20)))
            width = max(1, edge(rng, share))
            pitches = (width + (rng.random() < 0.05), width) if rng.random() < 0.5 else (share, share)
            buffer.blit(target, source, (pitches[0] & 0xFFFF_FFFF, pitches[1]), width, rows, rng.random() < 0.1)
        elif kind == 5:
            target, room = operand(at)
            rows = rng.randrange(1, 8)
            buffer.fill_rect(
                target, max(2, room // rows), max(1, edge(rng, max(2, room // rows))), rows, rng.getrandbits(32)
            )
        elif kind == 6:
            target, _ = operand(at)
            buffer.store((target[0], target[1] & ~7 if rng.random() < 0.9 else target[1]), rng.getrandbits(64))
        elif kind == 7 and rng.random() < 0.3:
            buffer.unbind(edge(rng, 4))
        elif kind == 8 and rng.random() < 0.15:  # jumps, also to themselves; raw descriptors; unknown opcodes
            buffer.raw(rng.choice([0x80, 0x81, 0x82, 7, 0xFF]) | 4 << 8, rng.getrandbits(20) & ~15, 0, 1)
        else:
            buffer.nop()
    return buffer.to_bytes(), patches


def spoil(rng: random.Random, data: bytes) -> bytes:
    """One or two words are something else."""
    out = bytearray(data)
    for _ in range(rng.randrange(1, 3)):
        at = 4 * rng.randrange(len(out) // 4)
        (old,) = struct.unpack_from("<I", out, at)
        new = rng.choice([rng.getrandbits(32), old ^ 1 << rng.randrange(32), 0, 0xFFFF_FFFF, old + HEADER_BYTES])
        struct.pack_into("<I", out, at, new & 0xFFFF_FFFF)
    return bytes(out)


def run(platform: Platform, first: int, count: int, every: int = 1) -> dict[str, Any]:
    """Cases `first` … `first` + `count` - 1, checked after each `every`. Raises Escaped; oracle.Outside is one, too."""
    fuzzer = Fuzzer(platform)
    for seed in range(first, first + count):
        fuzzer.case(seed)
        if seed % every == 0 or seed == first + count - 1:
            fuzzer.check(seed)
    fences = fuzzer.m.graphics._fence
    return {"counts": fuzzer.counts, "submissions": fences, "preempted": fuzzer.preempted}


def chunks(first: int, count: int, size: int) -> Iterator[tuple[int, int]]:
    """(first, count) of pieces of a range of seeds."""
    for at in range(first, first + count, size):
        yield at, min(size, first + count - at)
