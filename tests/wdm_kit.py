"""Short ways to a kernel, adapters and buffers, for the tests of the DMA contract."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from wdm_fake import FakePlatform
from windlass.wdm import (
    DISPATCH_LEVEL,
    Choices,
    DeviceDescription,
    DeviceObject,
    DmaContractViolation,
    DmaResources,
    DmaTransferContext,
    Isa,
    KeepObject,
    Kernel,
    Mdl,
    Ref,
    ScatterGatherList,
)
from windlass.wdm.constants import MDL_PAGES_LOCKED
from windlass.wdm.pc import WireDevice
from windlass.wdm.pc.i8237 import READ_MEMORY

DEVICE_ADDRESS = 0xF000_0000
#: Bytes of a list buffer that never limits.
BIG = 4096
MIB16 = 16 << 20


class Machine:
    """A kernel on a fake board that stands still until a test moves it.

    On profile `pc` (32 MiB: more than 24 address bits reach) every DMA channel's device is a `WireDevice`.
    """

    profile = "native"

    def __init__(self, profile="native", ram=None, platform=None, **choices) -> None:
        self.profile = profile
        self.board = platform or FakePlatform(
            ram_size=ram or (16 << 20 if profile == "native" else 32 << 20), frozen=True
        )
        self.kernel = Kernel(self.board, profile=profile, choices=Choices(**choices))
        self.devices = {}

    @property
    def pc(self):
        return self.profile == "pc"

    def adapter(self, pdo=None, **fields):
        self.registers = Ref("untouched")
        description = DeviceDescription(**{"version": 3, "maximum_length": 0x10000, **fields})
        return self.kernel.io_get_dma_adapter(pdo, description, self.registers)

    def master(self, channel=0, **fields):
        if self.pc:
            return self.adapter(DeviceObject("pdo"), **{"master": True, "dma_address_width": 32, **fields})
        pdo = DeviceObject("pdo", DmaResources(channel=channel))
        return self.adapter(pdo, **{"master": True, "dma_address_width": 32, **fields})

    def sub(self, line=0, channel=1, **fields):
        if self.pc:
            isa = {"interface_type": Isa, "dma_channel": channel, "dma_request_line": channel}
            if channel not in self.devices:
                self.devices[channel] = WireDevice()
                self.kernel.hal.attach(channel, self.devices[channel])
            return self.adapter(DeviceObject("pdo"), **{**isa, **fields})
        pdo = DeviceObject("pdo", DmaResources(channel=channel, request_line=line, device_address=DEVICE_ADDRESS))
        return self.adapter(
            pdo, **{"dma_request_line": line, "device_address": DEVICE_ADDRESS, "dma_channel": channel, **fields}
        )

    def device_moves(self, count, channel=1, data=None):
        """The device of a subordinate's channel gives (or, when memory goes to it, takes) `count` bytes."""
        if not self.pc:
            self.board.channels[channel].wire_in += data if data is not None else bytes(count)
            self.board.move(channel, count)
        elif self.kernel.hal.pair.channel(channel).type == READ_MEMORY:
            self.devices[channel].accept(count)
        else:
            self.devices[channel].feed(data if data is not None else bytes(count))

    def mdl(self, pfns, offset=0, length=None, va=0x10000, then=None):
        """A locked MDL over page frames; `length` defaults to the rest of them."""
        if length is None:
            length = len(pfns) * 4096 - offset
        return Mdl(va, offset, length, list(pfns), MDL_PAGES_LOCKED, then)

    @contextmanager
    def dispatch(self):
        with self.kernel.at_irql(DISPATCH_LEVEL):
            yield

    def context(self, adapter):
        context = DmaTransferContext()
        assert adapter.dma_operations.initialize_dma_transfer_context(adapter, context) == 0
        return context

    def grant_ex(self, adapter, count, action=KeepObject):
        """Own the channel by AllocateAdapterChannelEx; (map register base, context)."""
        got = []
        context = self.context(adapter)

        def routine(_device, _irp, base, _context):
            got.append(base)
            return action

        with self.dispatch():
            status = adapter.dma_operations.allocate_adapter_channel_ex(
                adapter, DeviceObject(), context, count, 0, routine, None, None
            )
        assert status == 0 and len(got) == 1
        return got[0], context

    def grant(self, adapter, count, action=KeepObject, device=None):
        """Own the channel by AllocateAdapterChannel; the map register base."""
        got = []

        def routine(_device, _irp, base, _context):
            got.append(base)
            return action

        with self.dispatch():
            status = adapter.dma_operations.allocate_adapter_channel(
                adapter, device or DeviceObject(), count, routine, None
            )
        assert status == 0 and len(got) == 1
        return got[0]

    def entries(self, base):
        """Page frames in a grant's map registers, None for one that is not valid."""
        run = base._grant.run
        words = [self.board.entries[run.first + k][0] for k in range(run.count)]
        return [word >> 12 if word & 1 else None for word in words]

    def interrupts(self):
        """Deliver the interrupts that are up."""
        self.kernel.deliver_interrupts(self.board.pending())


@contextmanager
def violation(rule, routine=None):
    """The block must break `rule`."""
    with pytest.raises(DmaContractViolation) as caught:
        yield caught
    assert caught.value.rule == rule
    assert caught.value.should_have
    if routine is not None:
        assert caught.value.routine == routine


def map_ex(machine, adapter, mdl, base, offset, length, write, size=BIG, routine=None, device_offset=0):
    """(status, bytes mapped, list) of a MapTransferEx."""
    sg, ref = (ScatterGatherList() if size else None), Ref(length)
    status = adapter.dma_operations.map_transfer_ex(
        adapter, mdl, base, offset, device_offset, ref, write, sg, size, routine, "context"
    )
    return status, ref.value, sg


def pc(**choices):
    """A machine of profile `pc`."""
    return Machine("pc", **choices)
