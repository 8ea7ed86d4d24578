"""Structures as bytes: offsets and sizes on 64-bit and 32-bit systems, and lists that one side builds and another walks."""

import ctypes
import struct

import pytest
from wdm_kit import Machine, map_ex, violation
from windlass.wdm import (
    DeviceDescription,
    DmaAdapterInfo,
    DmaTransferInfo,
    Ref,
    ScatterGatherElement,
    ScatterGatherList,
)
from windlass.wdm.constants import MDL_PAGES_LOCKED
from windlass.wdm.mdl import Mdl
from windlass.wdm.operations import operations_table
from windlass.wdm.packed import (
    MAX_CHAIN,
    ConfigurationByte0,
    ConfigurationByte1,
    ListBuffer,
    PhysicalView,
    layouts,
    list_bytes,
    mdl_bytes,
    pack,
    read_mdl_chain,
    read_scatter_gather_list,
    unpack,
    write_mdl_chain,
    write_scatter_gather_list,
)

DESCRIPTION = {
    "Version": (0, 4),
    "Master": (4, 1),
    "ScatterGather": (5, 1),
    "DemandMode": (6, 1),
    "AutoInitialize": (7, 1),
    "Dma32BitAddresses": (8, 1),
    "IgnoreCount": (9, 1),
    "Reserved1": (10, 1),
    "Dma64BitAddresses": (11, 1),
    "BusNumber": (12, 4),
    "DmaChannel": (16, 4),
    "InterfaceType": (20, 4),
    "DmaWidth": (24, 4),
    "DmaSpeed": (28, 4),
    "MaximumLength": (32, 4),
    "DmaPort": (36, 4),
    "DmaAddressWidth": (40, 4),
    "DmaControllerInstance": (44, 4),
    "DmaRequestLine": (48, 4),
    "DeviceAddress": (56, 8),
}
MDL64 = {
    "Next": 0,
    "Size": 8,
    "MdlFlags": 10,
    "Process": 16,
    "MappedSystemVa": 24,
    "StartVa": 32,
    "ByteCount": 40,
    "ByteOffset": 44,
}
MDL32 = {
    "Next": 0,
    "Size": 4,
    "MdlFlags": 6,
    "Process": 8,
    "MappedSystemVa": 12,
    "StartVa": 16,
    "ByteCount": 20,
    "ByteOffset": 24,
}
INFO = ("ReadDmaCounterAvailable", "ScatterGatherLimit", "DmaAddressWidth", "Flags", "MinimumTransferUnit")
TRANSFER = ("MapRegisterCount", "ScatterGatherElementCount", "ScatterGatherListSize", "LogicalPageCount")
#: (bits, structure, total bytes, field → offset)
LAYOUTS = [
    *((bits, "DEVICE_DESCRIPTION", 64, {name: at for name, (at, _) in DESCRIPTION.items()}) for bits in (64, 32)),
    (64, "DMA_ADAPTER", 16, {"Version": 0, "Size": 2, "DmaOperations": 8}),
    (32, "DMA_ADAPTER", 8, {"Version": 0, "Size": 2, "DmaOperations": 4}),
    (64, "MDL", 48, MDL64),
    (32, "MDL", 28, MDL32),
    (64, "SCATTER_GATHER_LIST", 16, {"NumberOfElements": 0, "Reserved": 8}),
    (32, "SCATTER_GATHER_LIST", 8, {"NumberOfElements": 0, "Reserved": 4}),
    (64, "SCATTER_GATHER_ELEMENT", 24, {"Address": 0, "Length": 8, "Reserved": 16}),
    (32, "SCATTER_GATHER_ELEMENT", 16, {"Address": 0, "Length": 8, "Reserved": 12}),
    *((bits, "DMA_ADAPTER_INFO_V1", 20, {name: 4 * k for k, name in enumerate(INFO)}) for bits in (64, 32)),
    *((bits, "DMA_ADAPTER_INFO", 24, {"Version": 0, "V1": 4}) for bits in (64, 32)),
    *((bits, "DMA_TRANSFER_INFO_V1", 12, {name: 4 * k for k, name in enumerate(TRANSFER[:3])}) for bits in (64, 32)),
    *((bits, "DMA_TRANSFER_INFO_V2", 16, {name: 4 * k for k, name in enumerate(TRANSFER)}) for bits in (64, 32)),
    *((bits, "DMA_TRANSFER_INFO", 20, {"Version": 0, "u": 4}) for bits in (64, 32)),
    (64, "DMA_TRANSFER_CONTEXT", 128, {"Opaque": 0}),
    (32, "DMA_TRANSFER_CONTEXT", 64, {"Opaque": 0}),
]


@pytest.mark.parametrize(("bits", "name", "size", "offsets"), LAYOUTS)
def test_offsets_of_every_field(bits, name, size, offsets):
    kind = getattr(layouts(bits), name)
    assert ctypes.sizeof(kind) == size
    assert {field[0]: getattr(kind, field[0]).offset for field in kind._fields_} == offsets


@pytest.mark.parametrize(
    ("version", "bits", "size"), [(1, 64, 104), (1, 32, 52), (2, 64, 128), (2, 32, 64), (3, 64, 232), (3, 32, 116)]
)
def test_size_of_the_function_table(version, bits, size):
    table = operations_table(version, bits)
    kind = layouts(bits).operations(table.members)
    assert table.size == ctypes.sizeof(kind) == size
    first = bits // 8  # ULONG Size, then padding, then pointers in the order of declaration
    assert [getattr(kind, name).offset for name in table.members] == [
        first + k * bits // 8 for k in range(len(table.members))
    ]
    adapter = Machine(pointer_bits=bits).sub(version=version)
    assert adapter.dma_operations.size == size and adapter.size >= 16


def test_other_pointer_widths_are_refused():
    with pytest.raises(ValueError, match="16"):
        layouts(16)


@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize("field", DESCRIPTION)
def test_device_description_bytes(field, bits):
    at, size = DESCRIPTION[field]
    raw = bytearray(64)
    raw[0] = 3
    raw[at : at + size] = b"\x01" * size
    description = unpack(DeviceDescription, bytes(raw), bits)
    if field == "Version":
        description.version = 3
        raw[0:4] = struct.pack("<I", 3)
    else:
        assert sum(bool(value) for value in vars(description).values()) == 2  # Version and this field, no other
    assert pack(description, bits) == bytes(raw)


@pytest.mark.parametrize("version", [0, 1, 2])
def test_the_older_description_has_40_bytes(version):
    description = DeviceDescription(version=version, master=True, interface_type=-1, maximum_length=0x8000_1000)
    data = pack(description)
    assert len(data) == 40 and data[20:24] == b"\xff" * 4
    assert unpack(DeviceDescription, data) == description


@pytest.mark.parametrize("bits", [64, 32])
def test_information_structures(bits):
    info = DmaAdapterInfo(1, True, 256, 32, 0, 4)
    assert (
        pack(info, bits) == struct.pack("<6I", 1, 1, 256, 32, 0, 4) and unpack(DmaAdapterInfo, pack(info, bits)) == info
    )
    for version in (1, 2):
        transfer = DmaTransferInfo(version, 3, 2, 128, 3)
        assert pack(transfer, bits) == struct.pack("<5I", version, 3, 2, 128, 3)
        assert unpack(DmaTransferInfo, pack(transfer, bits), bits) == transfer


def test_what_has_no_bytes_and_what_does_not_fit():
    with pytest.raises(TypeError):
        pack(Ref())
    with pytest.raises(TypeError):
        unpack(Ref, b"")
    with pytest.raises(ValueError, match="64 bytes, there are 39"):
        unpack(DeviceDescription, bytes(39))
    with pytest.raises(OverflowError, match="MaximumLength"):
        pack(DeviceDescription(maximum_length=1 << 32))
    with pytest.raises(OverflowError, match="StartVa"):
        mdl_bytes(Mdl(1 << 32, 0, 1, [1]), bits=32)


def test_eisa_configuration_bytes():
    assert (
        bytes(ConfigurationByte0(Channel=5, Shared=1)) == b"\x45"
        and bytes(ConfigurationByte0(MoreEntries=1)) == b"\x80"
    )
    assert bytes(ConfigurationByte1(TransferSize=3, Timing=2)) == b"\x2c"


# --- chains and lists in memory ---
@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize("physical", [False, True])
def test_a_chain_in_memory(bits, physical):
    machine = Machine(pointer_bits=bits)
    memory = PhysicalView(machine.board) if physical else machine.kernel.memory
    address = 0x9000 if physical else machine.kernel.memory.allocate(4096)
    last = machine.mdl([0x77], 0xFFF, 1, va=0x30000)
    chain = machine.mdl([0x12, 0x99], 0x800, 0x900, then=machine.mdl([0x55], 0, 0x10, va=0x20000, then=last))
    used = write_mdl_chain(memory, address, chain, bits)
    header, pointer = (48, 8) if bits == 64 else (28, 4)
    assert used == sum(size + -size % 8 for size in (header + 2 * pointer, header + pointer, header + pointer))
    got, link = read_mdl_chain(memory, address, bits), chain
    while link is not None:
        assert vars(got) | {"next": 0} == vars(link) | {"next": 0}
        got, link = got.next, link.next
    assert got is None
    # StartVa + ByteOffset is the buffer's address, and the frames follow the structure
    raw = layouts(bits).MDL.from_buffer_copy(memory.read(address, header))
    assert raw.StartVa + raw.ByteOffset == chain.virtual_address and raw.MdlFlags == MDL_PAGES_LOCKED
    assert memory.read(address + header, 2 * pointer) == b"".join(
        pfn.to_bytes(pointer, "little") for pfn in (0x12, 0x99)
    )


def test_a_chain_that_loops_and_bytes_that_are_no_mdl():
    memory = PhysicalView(Machine().board)
    memory.write(0x9000, mdl_bytes(Mdl(0x1000, 0, 1, [1]), 0x9000))
    with pytest.raises(ValueError, match="does not end"):
        read_mdl_chain(memory, 0x9000)
    assert MAX_CHAIN >= 1024
    memory.write(0x9000, b"\xff" * 64)
    with pytest.raises(ValueError, match="no MDL"):
        read_mdl_chain(memory, 0x9000)


@pytest.mark.parametrize("bits", [64, 32])
def test_a_list_that_a_driver_built_is_walked(bits):
    memory = PhysicalView(Machine().board)
    elements = [ScatterGatherElement(0x1_2345_6789, 0x1000), ScatterGatherElement(0x10, 0xFFFF_FFFF)]
    assert write_scatter_gather_list(memory, 0x8000, ScatterGatherList(elements), bits) == (64 if bits == 64 else 40)
    assert read_scatter_gather_list(memory, 0x8000, bits).elements == elements
    if bits == 64:
        assert memory.read(0x8000, 64) == struct.pack("<I4xQ", 2, 0) + b"".join(
            struct.pack("<QI4xQ", e.address, e.length, 0) for e in elements
        )
    with pytest.raises(OverflowError):
        list_bytes([ScatterGatherElement(0, 1 << 32)])


@pytest.mark.parametrize("bits", [64, 32])
def test_a_list_that_the_system_built_lies_in_the_drivers_buffer(bits):
    machine = Machine(pointer_bits=bits)
    adapter = machine.master(scatter_gather=True)
    ops, memory = adapter.dma_operations, machine.kernel.memory
    mdl, size, count = machine.mdl([0x1A0, 0x1A1, 0x2F0, 0x2F1], 0x234, 0x3A00), Ref(), Ref()
    assert ops.calculate_scatter_gather_list(adapter, mdl, mdl.virtual_address, 0x3A00, size, count) == 0
    assert size.value == (16 + 48 + 64 if bits == 64 else 8 + 32 + 64)
    address = memory.allocate(size.value)
    buffer = ScatterGatherList(buffer=ListBuffer(memory, address, bits))
    seen = []

    def routine(_device, _irp, sg_list, _context):
        seen.append(read_scatter_gather_list(memory, address, bits).elements)
        assert sg_list is buffer

    def build():
        with machine.dispatch():
            arguments = (adapter, None, mdl, mdl.virtual_address, 0x3A00, routine, None, True, buffer, size.value)
            assert ops.build_scatter_gather_list(*arguments) == 0

    build()
    assert seen == [buffer.elements] and [e.length for e in seen[0]] == [0x1DCC, 0x1C34]
    with machine.dispatch():
        ops.put_scatter_gather_list(adapter, buffer, True)
    build()
    memory.write(address + bits // 8, bytes(bits // 8))  # the system's cookie: never touch
    with machine.dispatch(), violation("CV-LIST", "put_scatter_gather_list"):
        ops.put_scatter_gather_list(adapter, buffer, True)


def test_a_list_of_map_transfer_ex_in_memory():
    machine = Machine()
    adapter = machine.master(scatter_gather=True)
    address = machine.kernel.memory.allocate(4096)
    base, _ = machine.grant_ex(adapter, 2)
    mdl, buffer = machine.mdl([0x20, 0x30]), ScatterGatherList(buffer=ListBuffer(machine.kernel.memory, address))
    for length in (0x2000, 0):
        arguments = (adapter, mdl, base, 0, 0, Ref(length), True, buffer, 4096, None, None)
        assert adapter.dma_operations.map_transfer_ex(*arguments) == 0
        assert read_scatter_gather_list(machine.kernel.memory, address).elements == buffer.elements
        assert buffer.total_length == length
        assert adapter.dma_operations.flush_adapter_buffers_ex(adapter, mdl, base, 0, length, True) == 0


def test_sizes_on_a_32_bit_system():
    machine = Machine(pointer_bits=32)
    adapter = machine.master(scatter_gather=True)
    base, _ = machine.grant_ex(adapter, 4)
    mdl = machine.mdl([0x20, 0x30, 0x40])
    assert map_ex(machine, adapter, mdl, base, 0, 0x3000, True, 8 + 16 + 64 - 1)[0] != 0
    status, length, sg = map_ex(machine, adapter, mdl, base, 0, 0x3000, True, 8 + 2 * 16 + 64)
    assert (status, length, len(sg.elements)) == (0, 0x2000, 2)
    assert machine.kernel.memory.allocate(1) < 1 << 32
