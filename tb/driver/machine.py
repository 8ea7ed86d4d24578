"""The machine under the random driver programs: adapters, buffers with shadows and guards, copies by a master's channel."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from windlass.examples.fifo_device import FifoDevice
from windlass.platform import Platform
from windlass.wdm import (
    DISPATCH_LEVEL,
    STATUS_SUCCESS,
    WINDLASS_SET_REQUEST_UNITS,
    Choices,
    DeallocateObject,
    DeallocateObjectKeepRegisters,
    DeviceDescription,
    DeviceObject,
    DmaResources,
    DmaTransferContext,
    KeepObject,
    Kernel,
    Mdl,
    Ref,
    ScatterGatherList,
    Width32Bits,
    hw,
)

ACTIONS = (KeepObject, DeallocateObject, DeallocateObjectKeepRegisters, DeallocateObjectKeepRegisters)
#: Map registers of the platform, adapters: numbers 0 and 1 are masters, 2 and 3 devices on request lines 0 and 1.
POOL, ADAPTERS, MASTERS = 16, 4, 2
UNIT, REQUEST_UNITS = 4, 4
REQUEST = UNIT * REQUEST_UNITS
#: Bytes of each buffer, and the pieces (offset into a page, bytes) of its chain of MDLs: whole requests of the devices.
PIECES = (
    ((0x100, 4992), (0xFF0, 1200)),
    ((0x010, 400), (0xC40, 5792)),
    ((0xE00, 6192),),
    ((0x7F0, 1008), (0x330, 992), (0x020, 4192)),
)
LENGTH = 6192
BUFFERS = len(PIECES)
BIG_LIST = 4096


class Broken(AssertionError):
    """An invariant does not hold."""


def need(condition: object, what: str) -> None:
    """Raises Broken unless `condition` holds."""
    if not condition:
        raise Broken(what)


class Machine:
    """A kernel with four adapters and the buffers that they share; what the buffers must hold is in `shadow`."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.kernel = Kernel(platform, choices=Choices(max_pool=POOL))
        self.hardware = {2: FifoDevice(platform, 0), 3: FifoDevice(platform, 1)}
        self.adapters = [self._adapter(which) for which in range(ADAPTERS)]
        self.ops = self.adapters[0].dma_operations
        self.mdls = [self._chain(pieces) for pieces in PIECES]
        self.shadow: list[bytes] = []
        for index in range(BUFFERS):
            data = random.Random(index).randbytes(LENGTH)
            self.shadow.append(data)
            self._store(index, data)
        #: What lies around the pieces in their pages must never change.
        self.guards = self._guards()

    # ------------------------------------------------------------------ the machine
    def _adapter(self, which: int) -> Any:
        registers = Ref()
        if which < MASTERS:
            pdo = DeviceObject(f"master {which}", DmaResources(channel=which))
            description = DeviceDescription(
                version=3, master=True, scatter_gather=which == 0, dma_address_width=32, maximum_length=0x5000
            )
        else:
            pdo = DeviceObject(f"device {which}", DmaResources(channel=which))
            description = DeviceDescription(
                version=3,
                maximum_length=0x3000,
                dma_width=Width32Bits,
                dma_request_line=which - MASTERS,
                device_address=self.hardware[which].base,
            )
        adapter = self.kernel.io_get_dma_adapter(pdo, description, registers)
        need(adapter is not None, "no adapter")
        if which >= MASTERS:
            adapter.dma_operations.configure_adapter_channel(adapter, WINDLASS_SET_REQUEST_UNITS, REQUEST_UNITS)
        return adapter

    def _chain(self, pieces: tuple[tuple[int, int], ...]) -> Mdl:
        first = last = None
        for offset, length in pieces:
            mdl = self.kernel.io_allocate_mdl(self.kernel.memory.allocate(length, offset=offset), length)
            self.kernel.mm_probe_and_lock_pages(mdl)
            if last is None:
                first = mdl
            else:
                last.next = mdl
            last = mdl
        assert first is not None
        return first

    def _links(self, index: int) -> list[Mdl]:
        links, mdl = [], self.mdls[index]
        while mdl is not None:
            links.append(mdl)
            mdl = mdl.next
        return links

    def _store(self, index: int, data: bytes) -> None:
        at = 0
        for mdl in self._links(index):
            self.kernel.memory.write(mdl.virtual_address, data[at : at + mdl.byte_count])
            at += mdl.byte_count

    def contents(self, index: int) -> bytes:
        """A buffer as it is now."""
        read = self.kernel.memory.read
        return b"".join(read(mdl.virtual_address, mdl.byte_count) for mdl in self._links(index))

    def _guards(self) -> bytes:
        out, read = [], self.platform.read_mem
        for index in range(BUFFERS):
            for mdl in self._links(index):
                out.append(read(mdl.pfns[0] << 12, mdl.byte_offset))
                end = (mdl.byte_offset + mdl.byte_count - 1) % 4096 + 1
                out.append(read((mdl.pfns[-1] << 12) + end, 4096 - end))
        return b"".join(out)

    # ------------------------------------------------------------------ helpers
    def _context(self, which: int) -> DmaTransferContext:
        context = DmaTransferContext()
        status = self.adapters[which].dma_operations.initialize_dma_transfer_context(self.adapters[which], context)
        need(status == STATUS_SUCCESS, "InitializeDmaTransferContext")
        return context

    def _allocate(self, which: int, count: int, context: DmaTransferContext, control: Callable[..., int]) -> None:
        with self.kernel.at_irql(DISPATCH_LEVEL):
            status = self.ops.allocate_adapter_channel_ex(
                self.adapters[which], DeviceObject(f"driver {which}"), context, count, 0, control, None, None
            )
        need(status == STATUS_SUCCESS, "AllocateAdapterChannelEx")

    @staticmethod
    def _region(source: int, at: int, target: int, to: int, length: int) -> tuple[int, int, int, int, int]:
        source %= BUFFERS
        target = (source + 1 + target % (BUFFERS - 1)) % BUFFERS
        at, to = at % LENGTH, to % LENGTH
        return source, target, at, to, min(length, LENGTH - at, LENGTH - to)

    @staticmethod
    def _in_one(buffer: int, offset: int, length: int) -> bool:
        """Does a region lie in one MDL of its chain?"""
        for _, count in PIECES[buffer]:
            if offset < count:
                return offset + length <= count
            offset -= count
        return False

    def _copied(self, source: int, at: int, target: int, to: int, length: int) -> None:
        data = self.shadow[source][at : at + length]
        self.shadow[target] = self.shadow[target][:to] + data + self.shadow[target][to + length :]

    def _engine_copy(self, channel: int, source: ScatterGatherList, target: ScatterGatherList, length: int) -> None:
        """Copy by the master's channel, one register-mode transfer for each pair of elements."""
        targets = [(element.address, element.length) for element in target.elements]
        for element in source.elements:
            address, left = element.address, element.length
            while left and length:
                to, room = targets[0]
                take = min(left, room, length)
                self._registers(channel, address, to, take)
                targets[0] = to + take, room - take
                if room == take:
                    targets.pop(0)
                address, left, length = address + take, left - take, length - take

    def _registers(self, channel: int, source: int, target: int, length: int) -> None:
        def write(register: int, value: int) -> None:
            self.platform.csr_write32(hw.channel_register(channel, register), value)

        for register, value in (
            (hw.CONFIG, hw.MODE_REGISTER), (hw.SRC_LO, source), (hw.SRC_HI, 0), (hw.DST_LO, target), (hw.DST_HI, 0),
            (hw.LENGTH, length), (hw.IRQ_ENABLE, 0), (hw.CMD, hw.CMD_START),
        ):  # fmt: skip
            write(register, value)
        for _ in range(10_000):
            status = self.platform.csr_read32(hw.channel_register(channel, hw.STATUS), live=True)
            if not status & hw.STATUS_ACTIVE:
                break
            self.platform.wait_cycles(20)
        need(status & hw.STATUS_DONE and not status & hw.STATUS_ERROR, f"the engine reports {status:#x}")
