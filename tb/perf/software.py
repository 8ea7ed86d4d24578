"""What the software costs: pairs of MapTransferEx and FlushAdapterBuffersEx, bytes copied, and the time beside a simulator's own.

Times are CPU seconds of this process (the simulator is in it), so that other programs on the machine do not count.
"""

from __future__ import annotations

import random
import struct
import time
from dataclasses import dataclass

from windlass.examples.sg_copy import CopyDriver, links
from windlass.platform import Platform
from windlass.wdm import (
    DISPATCH_LEVEL,
    DMA_SYNCHRONOUS_CALLBACK,
    STATUS_SUCCESS,
    DeviceDescription,
    DeviceObject,
    DmaResources,
    DmaTransferContext,
    Kernel,
    Mdl,
    Ref,
    ScatterGatherList,
    hw,
)

PAGE = 4096
BIG_LIST = 4096
#: Bytes of one transfer in the long copies: two of them, with two lists each, fit the map registers of the default build.
TRANSFER = 224 << 10


@dataclass(frozen=True)
class Cost:
    """CPU seconds for so many units (pairs or bytes), and the platform's cycles in that time."""

    units: int
    seconds: float
    cycles: int = 0

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.units / self.seconds


def pairs(platform: Platform, count: int) -> Cost:
    """`count` pairs of MapTransferEx and FlushAdapterBuffersEx on 16 KiB in four fragments, by a bus master."""
    kernel = Kernel(platform)
    pdo = DeviceObject("card", DmaResources(channel=0))
    description = DeviceDescription(
        version=3, master=True, scatter_gather=True, dma_address_width=32, maximum_length=16 * PAGE
    )
    adapter = kernel.io_get_dma_adapter(pdo, description, Ref())
    mdl = kernel.io_allocate_mdl(kernel.memory.map_pages([0x100, 0x205, 0x103, 0x180]), 4 * PAGE)
    kernel.mm_probe_and_lock_pages(mdl)
    ops, context, base = adapter.dma_operations, DmaTransferContext(), Ref()
    ops.initialize_dma_transfer_context(adapter, context)
    with kernel.at_irql(DISPATCH_LEVEL):
        status = ops.allocate_adapter_channel_ex(
            adapter, DeviceObject("driver"), context, 4, DMA_SYNCHRONOUS_CALLBACK, None, None, base
        )
        if status != STATUS_SUCCESS:
            raise RuntimeError(f"AllocateAdapterChannelEx {status:#010x}")
        sg_list, begin = ScatterGatherList(), time.process_time()
        for _ in range(count):
            length = Ref(4 * PAGE)
            mapped = ops.map_transfer_ex(adapter, mdl, base.value, 0, 0, length, False, sg_list, BIG_LIST, None, None)
            flushed = ops.flush_adapter_buffers_ex(adapter, mdl, base.value, 0, length.value, False)
            if mapped or flushed or length.value != 4 * PAGE:
                raise RuntimeError("a pair failed")
        seconds = time.process_time() - begin
        if len(sg_list.elements) != 4:
            raise RuntimeError(f"{len(sg_list.elements)} fragments instead of 4")
        ops.free_adapter_channel(adapter)
    ops.put_dma_adapter(adapter)
    return Cost(count, seconds)


def _buffer(kernel: Kernel, length: int, piece: int) -> Mdl:
    """A locked chain of `length` bytes, each MDL physically contiguous and `piece` bytes long."""
    first = last = None
    for at in range(0, length, piece):
        count = min(piece, length - at)
        mdl = kernel.io_allocate_mdl(kernel.memory.allocate(count, contiguous=True), count)
        kernel.mm_probe_and_lock_pages(mdl)
        if last is None:
            first = mdl
        else:
            last.next = mdl
        last = mdl
    if first is None:
        raise ValueError("nothing to copy")
    return first


def copy_by_driver(platform: Platform, length: int, piece: int) -> Cost:
    """Copy `length` bytes between buffers of contiguous pieces with the scatter/gather copy driver of the examples; byte-checked."""
    kernel = Kernel(platform)
    source, target = _buffer(kernel, length, piece), _buffer(kernel, length, piece)
    data = random.Random(1).randbytes(length)
    at = 0
    for mdl in links(source):
        kernel.memory.write(mdl.virtual_address, data[at : at + mdl.byte_count])
        at += mdl.byte_count
    driver = CopyDriver(kernel, TRANSFER)
    driver.start_device()
    cycles, begin = platform.now(), time.process_time()
    driver.copy(source, target, length)
    seconds, cycles = time.process_time() - begin, platform.now() - cycles
    driver.stop_device()
    if b"".join(kernel.memory.read(mdl.virtual_address, mdl.byte_count) for mdl in links(target)) != data:
        raise RuntimeError("the copy is wrong")
    return Cost(length, seconds, cycles)


def copy_by_engine(platform: Platform, length: int, piece: int) -> Cost:
    """The same bytes with one table of descriptors and one wait: nearly no software, the measure of the simulator's own time."""
    table, source = 0x1000, 0x10000
    target = source + length
    data = random.Random(1).randbytes(length)
    platform.write_mem(source, data)
    count = -(-length // piece)
    for index in range(count):
        at = index * piece
        words = struct.pack("<4I", source + at, target + at, min(piece, length - at), hw.OP_COPY | hw.DESC_PHASE)
        platform.write_mem(table + index * hw.DESCRIPTOR_BYTES, words)

    def write(register: int, value: int) -> None:
        platform.csr_write32(hw.channel_register(0, register), value)

    platform.csr_write32(hw.grant_register(0, hw.GRANT), hw.GRANT_BYPASS)
    for register, value in (
        (hw.CONFIG, hw.MODE_TABLE),
        (hw.DESC_LO, table),
        (hw.DESC_HI, 0),
        (hw.DESC_COUNT, count),
        (hw.IRQ_ENABLE, hw.IRQ_DONE | hw.IRQ_ERROR),
    ):
        write(register, value)
    cycles, begin = platform.now(), time.process_time()
    write(hw.CMD, hw.CMD_START)
    platform.wait_irq(10_000_000)
    seconds, cycles = time.process_time() - begin, platform.now() - cycles
    write(hw.IRQ_STATUS, hw.IRQ_ALL)
    if platform.read_mem(target, length) != data:
        raise RuntimeError("the copy is wrong")
    return Cost(length, seconds, cycles)
