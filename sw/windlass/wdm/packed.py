"""The structures of the DMA interface as bytes in memory, as a C program on a 64-bit or a 32-bit system has them.

:func:`layouts` gives the structures of one pointer width (ctypes, little endian, natural alignment); :func:`pack` and
:func:`unpack` turn the model's objects into bytes and back. MDL chains and scatter/gather lists refer to memory: they
are written to and read from anything with ``read(address, length)`` and ``write(address, data)``, such as
``kernel.memory`` (virtual addresses) or :class:`PhysicalView`, so that what one side built another can walk.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Iterator
from ctypes import c_int16, c_int32, c_uint8, c_uint16, c_uint32, c_uint64
from dataclasses import dataclass
from typing import Any, Protocol

from ..platform import Platform
from .constants import DMA_TRANSFER_CONTEXT_SIZE_V1, PAGE_SIZE, span_pages
from .mdl import Mdl
from .structures import DeviceDescription, DmaAdapterInfo, DmaTransferInfo, ScatterGatherElement, ScatterGatherList

Fields = list[tuple[Any, ...]]
#: Bytes of DEVICE_DESCRIPTION before the part that version 3 added.
DESCRIPTION_SIZE_V2 = 40
#: Longest MDL chain that is walked; a longer one is taken for a loop.
MAX_CHAIN = 4096


class ByteMemory(Protocol):
    """Memory by address, in bytes."""

    def read(self, address: int, length: int) -> bytes: ...

    def write(self, address: int, data: bytes) -> None: ...


class PhysicalView:
    """A platform's memory by physical address."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def read(self, address: int, length: int) -> bytes:
        """Bytes from a physical address."""
        return self._platform.read_mem(address, length)

    def write(self, address: int, data: bytes) -> None:
        """Store bytes at a physical address."""
        self._platform.write_mem(address, data)


def _structure(name: str, fields: Fields) -> type[ctypes.LittleEndianStructure]:
    return type(name, (ctypes.LittleEndianStructure,), {"_fields_": fields})


_DEVICE_DESCRIPTION: Fields = [
    ("Version", c_uint32),
    ("Master", c_uint8),
    ("ScatterGather", c_uint8),
    ("DemandMode", c_uint8),
    ("AutoInitialize", c_uint8),
    ("Dma32BitAddresses", c_uint8),
    ("IgnoreCount", c_uint8),
    ("Reserved1", c_uint8),
    ("Dma64BitAddresses", c_uint8),
    ("BusNumber", c_uint32),
    ("DmaChannel", c_uint32),
    ("InterfaceType", c_int32),
    ("DmaWidth", c_int32),
    ("DmaSpeed", c_int32),
    ("MaximumLength", c_uint32),
    ("DmaPort", c_uint32),
    ("DmaAddressWidth", c_uint32),
    ("DmaControllerInstance", c_uint32),
    ("DmaRequestLine", c_uint32),
    ("DeviceAddress", c_uint64),
]
#: Field of the structure → attribute of the model's object.
_DESCRIPTION_NAMES = {
    "Version": "version",
    "Master": "master",
    "ScatterGather": "scatter_gather",
    "DemandMode": "demand_mode",
    "AutoInitialize": "auto_initialize",
    "Dma32BitAddresses": "dma_32bit_addresses",
    "IgnoreCount": "ignore_count",
    "Reserved1": "reserved1",
    "Dma64BitAddresses": "dma_64bit_addresses",
    "BusNumber": "bus_number",
    "DmaChannel": "dma_channel",
    "InterfaceType": "interface_type",
    "DmaWidth": "dma_width",
    "DmaSpeed": "dma_speed",
    "MaximumLength": "maximum_length",
    "DmaPort": "dma_port",
    "DmaAddressWidth": "dma_address_width",
    "DmaControllerInstance": "dma_controller_instance",
    "DmaRequestLine": "dma_request_line",
    "DeviceAddress": "device_address",
}
_BOOLEANS = {name for name, kind in _DEVICE_DESCRIPTION if kind is c_uint8}
_ADAPTER_INFO_NAMES = {
    "ReadDmaCounterAvailable": "read_dma_counter_available",
    "ScatterGatherLimit": "scatter_gather_limit",
    "DmaAddressWidth": "dma_address_width",
    "Flags": "flags",
    "MinimumTransferUnit": "minimum_transfer_unit",
}
_TRANSFER_INFO_NAMES = {
    "MapRegisterCount": "map_register_count",
    "ScatterGatherElementCount": "scatter_gather_element_count",
    "ScatterGatherListSize": "scatter_gather_list_size",
    "LogicalPageCount": "logical_page_count",
}


class ConfigurationByte0(ctypes.LittleEndianStructure):
    """DMA_CONFIGURATION_BYTE0 of an EISA resource description."""

    _fields_ = (("Channel", c_uint8, 3), ("Reserved", c_uint8, 3), ("Shared", c_uint8, 1), ("MoreEntries", c_uint8, 1))


class ConfigurationByte1(ctypes.LittleEndianStructure):
    """DMA_CONFIGURATION_BYTE1: TransferSize and Timing use the codes of the extended mode register."""

    _fields_ = (
        ("Reserved0", c_uint8, 2),
        ("TransferSize", c_uint8, 2),
        ("Timing", c_uint8, 2),
        ("Reserved1", c_uint8, 2),
    )


@dataclass(frozen=True)
class Layouts:
    """The structures of one pointer width, ctypes classes under their C names."""

    bits: int
    pointer: Any
    DEVICE_DESCRIPTION: Any
    DMA_ADAPTER: Any
    MDL: Any
    SCATTER_GATHER_LIST: Any
    SCATTER_GATHER_ELEMENT: Any
    DMA_ADAPTER_INFO_V1: Any
    DMA_ADAPTER_INFO: Any
    DMA_TRANSFER_INFO_V1: Any
    DMA_TRANSFER_INFO_V2: Any
    DMA_TRANSFER_INFO: Any
    DMA_TRANSFER_CONTEXT: Any

    def operations(self, members: tuple[str, ...]) -> type[ctypes.LittleEndianStructure]:
        """DMA_OPERATIONS with these members: a ULONG Size, then a pointer each."""
        return _structure("DMA_OPERATIONS", [("Size", c_uint32), *((name, self.pointer) for name in members)])

    def list_bytes(self, elements: int) -> int:
        """Bytes of a SCATTER_GATHER_LIST with so many elements, without any private part of the system."""
        return ctypes.sizeof(self.SCATTER_GATHER_LIST) + elements * ctypes.sizeof(self.SCATTER_GATHER_ELEMENT)

    def list_elements(self, size: int) -> int:
        """Elements that fit `size` bytes; negative when not even the header does."""
        return (size - ctypes.sizeof(self.SCATTER_GATHER_LIST)) // ctypes.sizeof(self.SCATTER_GATHER_ELEMENT)


@functools.cache
def layouts(bits: int = 64) -> Layouts:
    """The structures of a 64-bit or a 32-bit system. Raises ValueError for another width."""
    if bits not in (32, 64):
        raise ValueError(f"pointers have 32 or 64 bits, not {bits}")
    pointer = c_uint64 if bits == 64 else c_uint32
    adapter_info = _structure("DMA_ADAPTER_INFO_V1", [(name, c_uint32) for name in _ADAPTER_INFO_NAMES])
    transfer_v1 = _structure("DMA_TRANSFER_INFO_V1", [(name, c_uint32) for name in list(_TRANSFER_INFO_NAMES)[:3]])
    transfer_v2 = _structure("DMA_TRANSFER_INFO_V2", [(name, c_uint32) for name in _TRANSFER_INFO_NAMES])
    either = type("DMA_TRANSFER_INFO_UNION", (ctypes.Union,), {"_fields_": [("V1", transfer_v1), ("V2", transfer_v2)]})
    return Layouts(
        bits,
        pointer,
        _structure("DEVICE_DESCRIPTION", _DEVICE_DESCRIPTION),
        _structure("DMA_ADAPTER", [("Version", c_uint16), ("Size", c_uint16), ("DmaOperations", pointer)]),
        _structure(
            "MDL",
            [
                ("Next", pointer),
                ("Size", c_int16),
                ("MdlFlags", c_int16),
                ("Process", pointer),
                ("MappedSystemVa", pointer),
                ("StartVa", pointer),
                ("ByteCount", c_uint32),
                ("ByteOffset", c_uint32),
            ],
        ),
        _structure("SCATTER_GATHER_LIST", [("NumberOfElements", c_uint32), ("Reserved", pointer)]),
        _structure("SCATTER_GATHER_ELEMENT", [("Address", c_uint64), ("Length", c_uint32), ("Reserved", pointer)]),
        adapter_info,
        _structure("DMA_ADAPTER_INFO", [("Version", c_uint32), ("V1", adapter_info)]),
        transfer_v1,
        transfer_v2,
        _structure("DMA_TRANSFER_INFO", [("Version", c_uint32), ("u", either)]),
        _structure("DMA_TRANSFER_CONTEXT", [("Opaque", c_uint8 * (DMA_TRANSFER_CONTEXT_SIZE_V1 * bits // 64))]),
    )


# --- structures that stand by themselves ---
def pack(value: DeviceDescription | DmaAdapterInfo | DmaTransferInfo, bits: int = 64) -> bytes:
    """Bytes of a structure. A DEVICE_DESCRIPTION has 40 bytes in versions 0 to 2, 64 in version 3.

    Raises TypeError for anything else, OverflowError for a number that its field cannot hold.
    """
    kinds = layouts(bits)
    if isinstance(value, DeviceDescription):
        raw = kinds.DEVICE_DESCRIPTION()
        _set(raw, {name: getattr(value, at) for name, at in _DESCRIPTION_NAMES.items()})
        return bytes(raw) if value.version >= 3 else bytes(raw)[:DESCRIPTION_SIZE_V2]
    if isinstance(value, DmaAdapterInfo):
        info = kinds.DMA_ADAPTER_INFO(Version=value.version)
        _set(info.V1, {name: getattr(value, at) for name, at in _ADAPTER_INFO_NAMES.items()})
        return bytes(info)
    if isinstance(value, DmaTransferInfo):
        transfer = kinds.DMA_TRANSFER_INFO(Version=value.version)
        _set(transfer.u.V2, {name: getattr(value, at) for name, at in _TRANSFER_INFO_NAMES.items()})
        return bytes(transfer)
    raise TypeError(f"no packed form of {type(value).__name__} by itself")


def unpack(kind: type, data: bytes, bits: int = 64) -> Any:
    """The object of class `kind` (DeviceDescription, DmaAdapterInfo, DmaTransferInfo) from its bytes.

    A DEVICE_DESCRIPTION may have 40 bytes. Raises ValueError when there are too few, TypeError for another class.
    """
    kinds = layouts(bits)
    if kind is DeviceDescription:
        fields = _take(kinds.DEVICE_DESCRIPTION, data + bytes(24) if len(data) == DESCRIPTION_SIZE_V2 else data)
        got = {at: getattr(fields, name) for name, at in _DESCRIPTION_NAMES.items()}
        return DeviceDescription(**{at: bool(v) if name in _BOOLEANS else v for (name, at), v in _paired(got)})
    if kind is DmaAdapterInfo:
        info = _take(kinds.DMA_ADAPTER_INFO, data)
        got = {at: getattr(info.V1, name) for name, at in _ADAPTER_INFO_NAMES.items()}
        return DmaAdapterInfo(
            info.Version, **{**got, "read_dma_counter_available": bool(info.V1.ReadDmaCounterAvailable)}
        )
    if kind is DmaTransferInfo:
        transfer = _take(kinds.DMA_TRANSFER_INFO, data)
        return DmaTransferInfo(
            transfer.Version, **{at: getattr(transfer.u.V2, n) for n, at in _TRANSFER_INFO_NAMES.items()}
        )
    raise TypeError(f"no packed form of {kind.__name__} by itself")


def _paired(got: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    return (((name, at), got[at]) for name, at in _DESCRIPTION_NAMES.items())


def _set(raw: Any, values: dict[str, int]) -> None:
    for name, value in values.items():
        setattr(raw, name, value)
        if getattr(raw, name) != value:
            raise OverflowError(f"{name} cannot hold {value:#x}")


def _take(kind: Any, data: bytes) -> Any:
    if len(data) < ctypes.sizeof(kind):
        raise ValueError(f"{kind.__name__} has {ctypes.sizeof(kind)} bytes, there are {len(data)}")
    return kind.from_buffer_copy(data)


def _read(memory: ByteMemory, address: int, kind: Any) -> Any:
    return kind.from_buffer_copy(memory.read(address, ctypes.sizeof(kind)))


# --- MDL chains ---
def mdl_bytes(mdl: Mdl, next_address: int = 0, bits: int = 64) -> bytes:
    """One MDL with its page frame numbers; `next_address` is where the next MDL of the chain lies, 0 for none."""
    kinds = layouts(bits)
    size = ctypes.sizeof(kinds.MDL) + len(mdl.pfns) * bits // 8
    raw = kinds.MDL()
    fields = {"Next": next_address, "Size": size, "MdlFlags": mdl.mdl_flags, "StartVa": mdl.start_va}
    _set(raw, {**fields, "ByteCount": mdl.byte_count, "ByteOffset": mdl.byte_offset})
    return bytes(raw) + b"".join(pfn.to_bytes(bits // 8, "little") for pfn in mdl.pfns)


def write_mdl_chain(memory: ByteMemory, address: int, mdl: Mdl, bits: int = 64) -> int:
    """Write a chain, one MDL after the other from `address` (a multiple of 8), linked by Next. Returns the bytes used."""
    at = address
    link: Mdl | None = mdl
    while link is not None:
        end = at + len(mdl_bytes(link, 0, bits))
        end += -end % 8
        memory.write(at, mdl_bytes(link, end if link.next is not None else 0, bits))
        link, at = link.next, end
    return at - address


def read_mdl_chain(memory: ByteMemory, address: int, bits: int = 64) -> Mdl:
    """Walk a chain in memory. Raises ValueError when it is longer than MAX_CHAIN (a loop) or StartVa is not page aligned."""
    kinds = layouts(bits)
    first = last = None
    for _ in range(MAX_CHAIN):
        raw = _read(memory, address, kinds.MDL)
        if raw.StartVa % PAGE_SIZE or raw.ByteOffset >= PAGE_SIZE:
            raise ValueError(f"there is no MDL at {address:#x}")
        count = span_pages(raw.ByteOffset, raw.ByteCount)
        frames = memory.read(address + ctypes.sizeof(kinds.MDL), count * bits // 8)
        pfns = [int.from_bytes(frames[k : k + bits // 8], "little") for k in range(0, len(frames), bits // 8)]
        mdl = Mdl(raw.StartVa, raw.ByteOffset, raw.ByteCount, pfns, raw.MdlFlags)
        if last is None:
            first = mdl
        else:
            last.next = mdl
        last, address = mdl, raw.Next
        if not address:
            assert first is not None
            return first
    raise ValueError("the MDL chain does not end")


# --- scatter/gather lists ---
def list_bytes(elements: list[ScatterGatherElement], cookie: int = 0, bits: int = 64) -> bytes:
    """A SCATTER_GATHER_LIST with its elements; `cookie` is the system's Reserved member."""
    kinds = layouts(bits)
    out = [bytes(kinds.SCATTER_GATHER_LIST(len(elements), cookie))]
    for element in elements:
        raw = kinds.SCATTER_GATHER_ELEMENT()
        _set(raw, {"Address": element.address, "Length": element.length})
        out.append(bytes(raw))
    return b"".join(out)


def write_scatter_gather_list(memory: ByteMemory, address: int, sg_list: ScatterGatherList, bits: int = 64) -> int:
    """Write a list to memory. Returns the bytes used."""
    data = list_bytes(sg_list.elements, 0, bits)
    memory.write(address, data)
    return len(data)


def read_scatter_gather_list(memory: ByteMemory, address: int, bits: int = 64) -> ScatterGatherList:
    """The list at an address, whoever wrote it."""
    kinds = layouts(bits)
    count = _read(memory, address, kinds.SCATTER_GATHER_LIST).NumberOfElements
    address += ctypes.sizeof(kinds.SCATTER_GATHER_LIST)
    size = ctypes.sizeof(kinds.SCATTER_GATHER_ELEMENT)
    data = memory.read(address, count * size)
    raws = (kinds.SCATTER_GATHER_ELEMENT.from_buffer_copy(data, k * size) for k in range(count))
    return ScatterGatherList([ScatterGatherElement(raw.Address, raw.Length) for raw in raws])


class ListBuffer:
    """A driver's memory for a scatter/gather list: what the system builds there is also written as bytes.

    ``ScatterGatherList(buffer=ListBuffer(kernel.memory, address))``; `address` as `memory` counts it, `bits` of a pointer.
    """

    #: What the system keeps in the Reserved member while the list is in use.
    COOKIE = 0x57444C53

    def __init__(self, memory: ByteMemory, address: int, bits: int = 64) -> None:
        self.memory, self.address, self.bits = memory, address, bits

    def store(self, elements: list[ScatterGatherElement]) -> None:
        """The system wrote the list; its Reserved member holds a cookie that the driver leaves alone."""
        self.memory.write(self.address, list_bytes(elements, self.COOKIE, self.bits))

    def intact(self) -> bool:
        """Is the system's cookie still there?"""
        return _read(self.memory, self.address, layouts(self.bits).SCATTER_GATHER_LIST).Reserved == self.COOKIE
