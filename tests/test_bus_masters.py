"""Bus masters on `s_axi_dev` under the DMA interface: adapters, device models, driver examples; the seam itself."""

from __future__ import annotations

import random
import subprocess
from itertools import pairwise
from typing import Any

import pytest
from windlass import regs
from windlass.busmaster import FIXED, INCR, WRAP, MasterAbort, MasterBurst, bursts
from windlass.devices import BlockDisk, Nic, block_disk, nic
from windlass.model import ReferencePlatform
from windlass.platform import EngineParams, PlatformTimeout
from windlass.rtl.session import ROOT, run_on_rtl
from windlass.runner import EXAMPLES, NEEDS, run_driver
from windlass.wdm import (
    DISPATCH_LEVEL,
    DeallocateObjectKeepRegisters,
    DeviceDescription,
    DeviceObject,
    DmaResources,
    DmaTransferContext,
    Kernel,
    Ref,
    ScatterGatherList,
)

BUILD = ROOT / "build" / "test"
PARAMS = EngineParams(bus_masters=2)


def data_of(length: int) -> bytes:
    return random.Random(length).randbytes(length)


# ------------------------------------------------------------------ the seam
@pytest.mark.parametrize("word", [4, 8, 64])
def test_bursts_cover_a_range_and_no_more(word: int) -> None:
    rng = random.Random(word)
    for _ in range(300):
        address, length = rng.randrange(20000), rng.choice([1, rng.randrange(1, 40), rng.randrange(1, 12000)])
        data = rng.randbytes(length)
        made = bursts(1, address, length, word, data)
        bytes_of = {a + i for b in made for a, n in b.lanes() for i in range(n)}
        assert bytes_of == set(range(address, address + length))
        assert b"".join(b.data or b"" for b in made) == data
        assert [b.address for b in bursts(1, address, length, word)] == [b.address for b in made]
    assert bursts(0, 0, 0, word) == []


def test_lanes() -> None:
    assert MasterBurst(0, 0x1003, 3, 2).lanes() == [(0x1003, 1), (0x1004, 4), (0x1008, 4)]
    assert MasterBurst(0, 0x1003, 2, 2, FIXED).lanes() == [(0x1003, 1)] * 2
    assert MasterBurst(0, 0x1018, 4, 3, WRAP).lanes() == [(0x1018, 8), (0x1000, 8), (0x1008, 8), (0x1010, 8)]


@pytest.mark.parametrize(
    "arguments,why",
    [
        ((0, 0, 17, 0, FIXED), "no AXI4 burst"), ((0, 0, 257, 0, INCR), "no AXI4 burst"), ((0, 0, 3, 0, WRAP), "no AXI4 burst"),
        ((0, 0, 1, 0, 3), "no AXI4 burst"), ((0, 2, 2, 2, WRAP), "a WRAP burst begins"), ((0, 4090, 2, 3), "crosses a 4 KiB"),
        ((0, 0, 2, 2, INCR, bytes(7)), "7 bytes for a burst of 8"),
    ],
)  # fmt: skip
def test_what_axi_does_not_allow(arguments: tuple[Any, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        MasterBurst(*arguments)


def test_a_board_without_bus_masters() -> None:
    with pytest.raises(ValueError, match="BUS_MASTERS = 0"):
        ReferencePlatform().master_read(0, 0, 4)
    board = ReferencePlatform(EngineParams(bus_masters=1, dev_id_width=4))
    with pytest.raises(ValueError, match="tag 2: IDs are 4 bits wide"):
        board.master_bursts([MasterBurst(0, 0, 1, 0, INCR, None, 2)])
    kernel = Kernel(ReferencePlatform())
    pdo = DeviceObject("card", DmaResources(bus_master=0))
    assert kernel.io_get_dma_adapter(pdo, master(), Ref()) is None


@pytest.mark.parametrize(
    "values,wanted",
    [
        ({"BUS_MASTERS": 9}, "BUS_MASTERS_must_be_0_to_8"), ({"BUS_MASTERS": 1, "ID_WIDTH": 1}, "ID_WIDTH_must_be_at_least_2"),
        ({"DEV_ID_WIDTH": 2}, "DEV_ID_WIDTH_must_be_3_to_16"), ({"DEV_BEATS": 48}, "DEV_BEATS_must_be_a_power_of_two"),
        ({"BUS_MASTERS": 8, "DEV_ID_WIDTH": 3, "DEV_BEATS": 4096, "ID_WIDTH": 2}, ""),
    ],
)  # fmt: skip
def test_parameters_of_the_rtl(values: dict[str, int], wanted: str) -> None:
    """Elaboration ends with a name that says which parameter and what it must be."""
    command = ["iverilog", "-g2005", "-t", "null", "-s", "windlass", "-I", str(ROOT / "rtl")]
    command += [f"-Pwindlass.{name}={value}" for name, value in values.items()]
    done = subprocess.run(
        [*command, *sorted(map(str, (ROOT / "rtl").glob("*.v")))], capture_output=True, text=True, check=False
    )
    assert (done.returncode != 0) == bool(wanted), done.stderr
    assert not wanted or f"windlass_error_{wanted}" in done.stderr


def test_without_map_registers_addresses_are_physical() -> None:
    board = ReferencePlatform(EngineParams(bus_masters=1, map_registers=0), 1 << 16)
    board.master_write(0, 0x8123, b"physical")
    assert board.read_mem(0x8123, 8) == board.master_read(0, 0x8123, 8) == b"physical"
    with pytest.raises(MasterAbort, match="read at 0x10000 answered DECERR"):
        board.master_read(0, 0x10000, 4)  # memory's own answer
    assert board.csr_read32(regs.FAULT_COUNT) == 0


def test_accesses_that_memory_does_not_answer() -> None:
    board = ReferencePlatform(EngineParams(bus_masters=1, map_registers=0), 1 << 16)
    board.hang_memory(0, 0x1000, read=True, write=True)
    with pytest.raises(PlatformTimeout):
        board.master_read(0, 0, 4)


# ------------------------------------------------------------------ adapters
def master(**fields: Any) -> DeviceDescription:
    """A version 3 bus master with scatter/gather."""
    usual = {"version": 3, "master": True, "scatter_gather": True, "dma_address_width": 32, "maximum_length": 16384}
    return DeviceDescription(**usual | fields)


class Machine:
    """A board, its kernel and the adapter of bus master `number`."""

    def __init__(self, number: int = 1, **fields: Any) -> None:
        self.board = ReferencePlatform(PARAMS, 4 << 20)
        self.kernel = Kernel(self.board)
        self.device = DeviceObject("driver")
        self.registers = Ref()
        adapter = self.kernel.io_get_dma_adapter(
            DeviceObject("card", DmaResources(bus_master=number)), master(**fields), self.registers
        )
        assert adapter is not None
        self.adapter, self.ops, self.number = adapter, adapter.dma_operations, number

    def memory(self, length: int, offset: int) -> Any:
        """An MDL of scattered, locked memory."""
        mdl = self.kernel.io_allocate_mdl(self.kernel.memory.allocate(length, offset=offset), length)
        self.kernel.mm_probe_and_lock_pages(mdl)
        return mdl

    def owners(self) -> set[int]:
        """OWNER of all valid map registers."""
        return {e.owner for e in self.board.engine.map.entries if e.valid}

    def refused(self, write: bool, address: int) -> bool:
        """Does the device's access to one byte fail?"""
        try:
            if write:
                self.board.master_write(self.number, address, b"x")
            else:
                self.board.master_read(self.number, address, 1)
        except MasterAbort as abort:
            assert abort.response == 3 and abort.address == address
            return True
        return False


def test_lists_are_logical_addresses_that_the_device_can_use() -> None:
    """GetScatterGatherListEx: the device reads just the buffer through the list, cannot write it, and nothing after PutScatterGatherList."""
    m = Machine()
    data = data_of(9000)
    mdl = m.memory(9000, 0x777)
    m.kernel.memory.write(mdl.virtual_address, data)
    context = DmaTransferContext()
    listed: list[Any] = []
    with m.kernel.at_irql(DISPATCH_LEVEL):
        m.ops.initialize_dma_transfer_context(m.adapter, context)
        m.ops.get_scatter_gather_list_ex(
            m.adapter,
            m.device,
            context,
            mdl,
            0,
            9000,
            0,
            lambda d, i, sg, c: listed.append(sg),
            None,
            True,
            None,
            None,
            None,
        )
    (sg,) = listed
    assert m.owners() == {64 + m.number}
    assert b"".join(m.board.master_read(m.number, e.address, e.length) for e in sg.elements) == data
    first, last = sg.elements[0].address, sg.elements[-1].address
    assert m.refused(True, first) and m.refused(False, (last | 0xFFF) + 1)
    with pytest.raises(MasterAbort):
        m.board.master_read(0, first, 1)  # the other bus master
    assert m.kernel.memory.read(mdl.virtual_address, 9000) == data
    with m.kernel.at_irql(DISPATCH_LEVEL):
        m.ops.put_scatter_gather_list(m.adapter, sg, True)
    assert m.refused(False, first) and m.owners() == set()
    m.ops.put_dma_adapter(m.adapter)


@pytest.mark.parametrize("version", [1, 3])
def test_one_engine_sees_scattered_pages_as_one_run(version: int) -> None:
    """MapTransfer and MapTransferEx of a device without scatter/gather: one address for all pages, in the direction that was asked for."""
    kind = {"dma_32bit_addresses": True, "version": 1} if version == 1 else {}
    m = Machine(0, scatter_gather=False, **kind)
    length = 3 * 4096
    mdl = m.memory(length, 0x300)
    assert any(b != a + 1 for a, b in pairwise(mdl.pfns))
    kept: list[Any] = []

    def control(_device: Any, _irp: Any, base: Any, _context: Any) -> int:
        kept.append(base)
        return DeallocateObjectKeepRegisters

    context = DmaTransferContext()
    wanted = Ref(length)
    with m.kernel.at_irql(DISPATCH_LEVEL):
        if version == 1:
            m.ops.allocate_adapter_channel(m.adapter, m.device, m.registers.value, control, None)
            (base,) = kept
            logical = m.ops.map_transfer(m.adapter, mdl, base, mdl.virtual_address, wanted, False)
        else:
            m.ops.initialize_dma_transfer_context(m.adapter, context)
            m.ops.allocate_adapter_channel_ex(m.adapter, m.device, context, m.registers.value, 0, control, None, None)
            (base,) = kept
            room = Ref()
            m.ops.calculate_scatter_gather_list(m.adapter, mdl, mdl.virtual_address, length, room, None)
            sg = ScatterGatherList()
            m.ops.map_transfer_ex(m.adapter, mdl, base, 0, 0, wanted, False, sg, room.value, None, None)
            (element,) = sg.elements
            logical, wanted.value = element.address, element.length
    assert wanted.value == length
    data = data_of(length)
    m.board.master_write(0, logical, data)
    assert m.refused(False, logical)
    with m.kernel.at_irql(DISPATCH_LEVEL):
        if version == 1:
            assert m.ops.flush_adapter_buffers(m.adapter, mdl, base, mdl.virtual_address, length, False)
            m.ops.free_map_registers(m.adapter, base, m.registers.value)
        else:
            m.ops.flush_adapter_buffers_ex(m.adapter, mdl, base, 0, length, False)
            m.ops.free_map_registers(m.adapter, base, m.registers.value)
    assert m.kernel.memory.read(mdl.virtual_address, length) == data
    assert m.refused(True, logical)
    m.ops.put_dma_adapter(m.adapter)


def test_common_buffers_are_read_and_written_by_the_device() -> None:
    m = Machine()
    logical = Ref()
    virtual = m.ops.allocate_common_buffer(m.adapter, 5000, logical, True)
    assert virtual is not None
    m.kernel.memory.write(virtual, b"descriptor")
    assert m.board.master_read(m.number, logical.value, 10) == b"descriptor"
    m.board.master_write(m.number, logical.value + 4990, b"write-back")
    assert m.kernel.memory.read(virtual + 4990, 10) == b"write-back"
    m.ops.free_common_buffer(m.adapter, 5000, logical.value, virtual, True)
    assert m.refused(False, logical.value)
    m.ops.put_dma_adapter(m.adapter)


def test_it_needs_no_channel() -> None:
    """Adapters of bus masters and of channels side by side; a number that is not there has none."""
    m = Machine(0)
    for channel in range(m.board.params.channels):
        pdo = DeviceObject("copier", DmaResources(channel=channel))
        assert m.kernel.io_get_dma_adapter(pdo, master(), Ref()) is not None
    again = DeviceObject("second function", DmaResources(bus_master=0))
    assert m.kernel.io_get_dma_adapter(again, master(), Ref()) is not None
    absent = DeviceObject("absent", DmaResources(bus_master=2))
    assert m.kernel.io_get_dma_adapter(absent, master(), Ref()) is None
    assert m.kernel.hal.bus_masters[0].in_use and not m.kernel.hal.bus_masters[1].in_use


# ------------------------------------------------------------------ device models
def allow(board: ReferencePlatform, index: int, page: int, owner: int) -> None:
    board.csr_write32(regs.MAP_BASE + 8 * index, page << 12 | owner << 4 | 7)


def test_a_card_without_permission_stops_and_says_so() -> None:
    board = ReferencePlatform(PARAMS, 1 << 20)
    card = Nic(board, 0)
    for register, value in ((nic.TX_COUNT, 4), (nic.RX_COUNT, 4), (nic.MASK, 7), (nic.CONTROL, 1), (nic.TX_TAIL, 1)):
        card.write32(register, value)
    assert card.work() and card.interrupt and not card.work()
    assert card.read32(nic.STATUS) == nic.ABORTED and "read at 0x0 answered DECERR" in str(card.aborted)
    card.write32(nic.STATUS, nic.ABORTED)
    assert not card.interrupt


def test_a_frame_without_a_place_is_dropped() -> None:
    board = ReferencePlatform(PARAMS, 1 << 20)
    allow(board, 0, 8, 64)
    board.write_mem(8 << 12, (0x100).to_bytes(8, "little") + (60).to_bytes(4, "little") + (1).to_bytes(4, "little"))
    card = Nic(board, 0)
    for register, value in (
        (nic.TX_COUNT, 4),
        (nic.RX_COUNT, 4),
        (nic.RX_BASE, 0x800),
        (nic.CONTROL, 1),
        (nic.TX_TAIL, 1),
    ):
        card.write32(register, value)
    assert card.work() and not card.work()
    assert card.read32(nic.DROPPED) == 1 and card.read32(nic.STATUS) == nic.SENT
    assert board.read_mem((8 << 12) + 12, 4) == (nic.DONE | nic.EOP).to_bytes(4, "little")


def test_a_disk_refuses_what_it_does_not_have() -> None:
    board = ReferencePlatform(PARAMS, 1 << 20)
    disk = BlockDisk(board, 1, bytes(4 * 512))
    disk.write32(block_disk.SECTOR, 3)
    disk.write32(block_disk.COUNT, 2)
    disk.write32(block_disk.COMMAND, block_disk.READ)
    assert not disk.work() and disk.interrupt and disk.read32(block_disk.STATUS) == block_disk.RANGE
    disk.write32(block_disk.STATUS, block_disk.RANGE)
    disk.write32(block_disk.COUNT, 1)
    disk.write32(block_disk.COMMAND, block_disk.READ)
    assert disk.work() and disk.read32(block_disk.STATUS) == block_disk.ABORTED  # nobody gave it memory
    with pytest.raises(ValueError, match="no whole number of sectors"):
        BlockDisk(board, 0, bytes(100))


# ------------------------------------------------------------------ driver examples
@pytest.mark.parametrize("length", [1, 511, 5000, 60_000])
@pytest.mark.parametrize("name", NEEDS)
def test_example_on_the_reference(name: str, length: int) -> None:
    data = data_of(length)
    outcome = run_driver(EXAMPLES[name], data, params=EngineParams(**NEEDS[name]))
    assert outcome.ok, (outcome.failure, outcome.details)
    assert outcome.data_out == data[: len(outcome.data_out or b"")] and len(outcome.data_out or b"") >= min(
        length, 32768
    )
    if length > 5000:
        assert outcome.details.get("most_in_flight", 2) > 1 and outcome.details.get("fragments", 4) > 3


@pytest.mark.parametrize("name", NEEDS)
def test_example_needs_its_bus_master(name: str) -> None:
    outcome = run_driver(EXAMPLES[name], b"x" * 100)
    assert not outcome.ok and outcome.failure is not None and "is BUS_MASTERS at least 1?" in outcome.failure.message


@pytest.mark.parametrize("sim,length", [("verilator", 5000), ("icarus", 700)])
def test_examples_on_the_rtl(sim: str, length: int) -> None:
    """The same drivers and device models on the simulated RTL: the same data and statuses."""
    data = data_of(length)
    params = EngineParams(bus_masters=1)
    calls = [("windlass.runner:drive", {"target": EXAMPLES[n], "data": data, "trace": False}) for n in NEEDS]
    records = run_on_rtl(calls, sim=sim, params=params, ram_size=4 << 20, build_dir=BUILD)
    for name, record in zip(NEEDS, records, strict=True):
        reference = run_driver(EXAMPLES[name], data, params=params)
        assert record.error is None and record.result.ok, (name, record.error, record.result.failure)
        assert record.result.data_out == reference.data_out
        assert record.result.statuses == reference.statuses


def test_a_trace_shows_what_a_device_does() -> None:
    outcome = run_driver(EXAMPLES["disk_busmaster"], b"x" * 600, params=EngineParams(bus_masters=1), trace=True)
    names = [event["name"] for event in outcome.trace or []]
    assert any(name.startswith("bus master 0 reads 0x") for name in names)
    assert any(name.startswith("bus master 0 writes 0x") for name in names)
