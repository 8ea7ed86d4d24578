"""What each routine promises: its statuses and results, and the rules it watches, by version and profile.

The tests prove each cell for each version and profile it is there for; `tools/wdm_contract` makes
``docs/dma-operations.md`` from both.
"""

from __future__ import annotations

from dataclasses import dataclass

from .irql import RULES as IRQL_RULES
from .operations import VERSION_OF

NATIVE, PC = "native", "pc"


@dataclass(frozen=True)
class Cell:
    """One promise of a routine. `versions` of the function table and `profiles` in which it can come about."""

    routine: str
    name: str
    meaning: str
    versions: tuple[int, ...]
    profiles: tuple[str, ...]


def _cells(routine: str, since: int, rows: list[tuple]) -> list[Cell]:
    out = []
    for name, meaning, *more in rows:
        options = more[0] if more else {}
        versions = tuple(v for v in (1, 2, 3) if v >= max(since, options.get("since", 1)))
        out.append(Cell(routine, name, meaning, versions, options.get("profiles", (NATIVE, PC))))
    return out


_V3 = {"since": 3}
_NATIVE = {"profiles": (NATIVE,)}
_PC = {"profiles": (PC,)}
_ROWS: dict[str, list[tuple]] = {
    "io_get_dma_adapter": [
        ("adapter", "the table of the description's version; the count of map registers is written"),
        ("shared", "subordinates of versions 0 to 2 on one channel get one object", {"profiles": (NATIVE, PC)}),
        ("NULL", "unknown version or invalid description; the count is untouched"),
        ("CV-IRQL", "at PASSIVE_LEVEL only"),
    ],
    "ke_flush_io_buffers": [
        ("cleaned", "what the CPU stored reaches memory; after a read it sees what the device wrote"),
        ("CV-MDL", "the MDL is not locked"),
        ("CV-IRQL", "at IRQL <= DISPATCH_LEVEL only"),
    ],
    "put_dma_adapter": [
        ("put", "drops a reference; with the last one the adapter is dead"),
        ("CV-LEAK", "channel, map registers, queued requests or common buffers are left"),
    ],
    "allocate_common_buffer": [
        ("buffer", "page aligned and contiguous for the device; both addresses"),
        ("NULL", "length 0, or no memory that fits the device"),
        ("CV-COMMON", "only Length bytes may be touched"),
    ],
    "free_common_buffer": [
        ("freed", "memory and map registers are back"),
        ("CV-COMMON", "length, addresses and caching as allocated, once"),
        ("CV-BUSY", "a transfer is mapped on the buffer"),
    ],
    "allocate_adapter_channel": [
        ("STATUS_SUCCESS ran", "the routine ran before the call returned"),
        ("STATUS_SUCCESS queued", "the routine runs when its turn comes, in order, with the IRP of the request"),
        ("STATUS_INSUFFICIENT_RESOURCES", "more registers than the adapter ever gives; nothing is queued"),
        ("CV-REENTRY", "second request of a device object, or from within a control routine"),
        ("CV-ACTION", "an action that is none, or does not fit"),
    ],
    "flush_adapter_buffers": [
        ("TRUE", "all data has arrived"),
        ("FALSE", "the hardware reported an error", _NATIVE),
        ("v3 grant", "may flush what MapTransferEx mapped", _V3),
        ("CV-FLUSH", "nothing mapped, another region or direction"),
        ("CV-REGS", "foreign or freed MapRegisterBase"),
        ("CV-CHANNEL", "NULL base without owning the channel"),
        ("CV-BUSY", "the bus master is still at work", _NATIVE),
    ],
    "free_adapter_channel": [
        ("released", "channel and registers are free; who waits is served before it returns"),
        ("CV-CHANNEL", "the channel is not owned, or its control routine still runs"),
        ("CV-FLUSH", "a mapping is not flushed"),
    ],
    "free_map_registers": [
        ("released", "the registers are free; who waits for them is served before it returns"),
        ("NULL", "does nothing"),
        ("CV-REGS", "another count, a freed base, or registers that go with the channel"),
        ("CV-FLUSH", "a mapping is not flushed"),
    ],
    "map_transfer": [
        ("address", "logical address; Length shortened for a scatter/gather master only"),
        ("CV-MDL", "not locked, outside the one MDL, or empty"),
        ("CV-REGS", "more pages than registers, foreign or freed base"),
        ("CV-FLUSH", "second operation without a flush, or another direction"),
        ("CV-CHANNEL", "NULL base without owning the channel"),
        ("CV-REENTRY", "from within a list routine"),
        ("CV-MIX", "with a handle of AllocateAdapterChannelEx", _V3),
    ],
    "get_dma_alignment": [("unit", "1 for masters, the unit of a subordinate")],
    "read_dma_counter": [
        ("bytes", "what remains, 0 after terminal count, frozen by a flush"),
        ("auto-initialize", "N … 1, N …, never 0"),
        ("CV-MASTER", "on a bus master"),
    ],
    "get_scatter_gather_list": [
        ("STATUS_SUCCESS ran", "the list in buffer order, sum of lengths = Length; the channel is free on return"),
        ("STATUS_SUCCESS queued", "exactly one call when channel and registers are there"),
        ("STATUS_INSUFFICIENT_RESOURCES", "more registers than the adapter gives, or no memory for the list"),
        ("STATUS_BUFFER_TOO_SMALL", "Length runs past the end of the chain"),
        ("STATUS_INVALID_PARAMETER", "CurrentVa outside the first MDL"),
        ("CV-MDL", "an MDL that is not locked, or no bytes"),
    ],
    "put_scatter_gather_list": [
        ("freed", "flushed, registers free, the system's list dead, the driver's reusable"),
        ("CV-LIST", "second Put, foreign list, or the cookie was touched"),
        ("CV-FLUSH", "the other direction"),
        ("CV-BUSY", "the bus master is still at work", _NATIVE),
    ],
    "calculate_scatter_gather_list": [
        ("STATUS_SUCCESS", "worst case without an MDL, exact with one"),
        ("STATUS_INSUFFICIENT_RESOURCES", "more registers than the adapter gives; outputs untouched"),
        ("STATUS_BUFFER_TOO_SMALL", "Length runs past the end of the chain; outputs untouched"),
        ("STATUS_INVALID_PARAMETER", "CurrentVa outside the first MDL; outputs untouched"),
        ("CV-MDL", "no bytes, or an MDL that is not locked"),
    ],
    "build_scatter_gather_list": [
        ("STATUS_SUCCESS", "the list in the driver's buffer"),
        ("STATUS_BUFFER_TOO_SMALL", "buffer smaller than calculated, or Length past the end; nothing is queued"),
        ("STATUS_INSUFFICIENT_RESOURCES", "more registers than the adapter gives; never for lack of memory"),
        ("STATUS_INVALID_PARAMETER", "CurrentVa outside the first MDL"),
        ("CV-MDL", "an MDL that is not locked, or no bytes"),
    ],
    "build_mdl_from_scatter_gather_list": [
        ("STATUS_SUCCESS", "the original MDL when the device uses its pages"),
        ("STATUS_SUCCESS bounced", "a new MDL over the bounce pages; Put frees it", _PC),
        ("STATUS_INVALID_PARAMETER", "no original MDL"),
        ("STATUS_NONE_MAPPED", "not the MDL of the list"),
        ("STATUS_NONE_MAPPED second", "second call after a new MDL was made", _PC),
        ("STATUS_INSUFFICIENT_RESOURCES", "no memory for a new MDL", _PC),
        ("CV-LIST", "a list that is not alive"),
    ],
    "get_dma_adapter_info": [
        ("STATUS_SUCCESS", "version 1: counter, element limit, address width, flags, unit"),
        ("STATUS_NOT_SUPPORTED", "any other version"),
    ],
    "get_dma_transfer_info": [
        ("STATUS_SUCCESS", "registers (not capped), elements, list size; version 2: logical pages"),
        ("STATUS_NOT_SUPPORTED", "neither version 1 nor 2"),
        ("STATUS_INVALID_PARAMETER", "a region that is empty or not inside the chain"),
        ("CV-MDL", "an MDL that is not locked"),
    ],
    "initialize_dma_transfer_context": [
        ("STATUS_SUCCESS", "fresh, also after a release or a pre-emptive cancellation"),
        ("STATUS_INVALID_PARAMETER", "NULL, queued or granted"),
    ],
    "allocate_common_buffer_ex": [
        ("buffer", "last byte at most at MaximumAddress"),
        ("NULL", "no such node, length 0, or no memory that fits"),
        ("CV-COMMON", "only Length bytes may be touched"),
    ],
    "allocate_adapter_channel_ex": [
        ("STATUS_SUCCESS ran", "the routine ran before the call returned"),
        ("STATUS_SUCCESS queued", "the routine runs when its turn comes; several requests per device object"),
        ("STATUS_SUCCESS synchronous", "with a routine, or with a pointer for the handle: the caller owns the channel"),
        ("STATUS_INVALID_PARAMETER", "routine, pointer and flag do not go together; unknown flags; context not fresh"),
        ("STATUS_INSUFFICIENT_RESOURCES", "too many registers; synchronous: something is not free now, nothing queued"),
        ("STATUS_CANCELLED", "the context was cancelled beforehand"),
        ("CV-REENTRY", "from within a list routine"),
        ("CV-ACTION", "an action that is none, or does not fit"),
    ],
    "configure_adapter_channel": [
        ("STATUS_SUCCESS", "for transfers that start afterwards", _NATIVE),
        ("STATUS_NOT_IMPLEMENTED", "no such function, a bus master, or an 8237"),
        ("STATUS_INVALID_PARAMETER", "a context that the function cannot use", _NATIVE),
    ],
    "cancel_adapter_channel": [
        ("TRUE queued", "waiting for the channel or for registers: its routine never runs, who waits is served"),
        ("TRUE pre-emptive", "not requested yet: the next allocation is refused"),
        ("FALSE", "granted, released, never initialised, or another adapter's"),
    ],
    "map_transfer_ex": [
        ("STATUS_SUCCESS", "as much as registers, list buffer and controller allow; Length = bytes mapped"),
        ("STATUS_SUCCESS empty", "Length 0: nothing starts, no flush is owed"),
        ("STATUS_INVALID_PARAMETER", "region, missing or too small buffer, a master with a routine or device offset"),
        ("STATUS_CANCELLED", "after CancelMappedTransfer"),
        ("STATUS_INSUFFICIENT_RESOURCES", "no memory for the internal list; Length untouched"),
        ("completion", "once, at DISPATCH_LEVEL, after the IRQL dropped: how it ended", _NATIVE),
        ("no completion", "an 8237 has no interrupt: drivers poll", _PC),
        ("CV-MDL", "an MDL that is not locked"),
        ("CV-MIX", "with a handle of AllocateAdapterChannel"),
        ("CV-FLUSH", "the last mapping is not flushed"),
        ("CV-REGS", "foreign or freed base"),
        ("CV-CHANNEL", "NULL base without owning the channel"),
        ("CV-REENTRY", "from within a list routine"),
    ],
    "get_scatter_gather_list_ex": [
        ("STATUS_SUCCESS", "the list of the whole region; by routine or, synchronous, by pointer"),
        ("STATUS_INVALID_PARAMETER", "subordinate, region, context, flags, completion routine, no way to get the list"),
        ("STATUS_INSUFFICIENT_RESOURCES", "too many registers, no memory; synchronous: not free now"),
        ("STATUS_CANCELLED", "the context was cancelled beforehand"),
        ("CV-MDL", "an MDL that is not locked"),
    ],
    "build_scatter_gather_list_ex": [
        ("STATUS_SUCCESS", "the list in the driver's buffer"),
        ("STATUS_BUFFER_TOO_SMALL", "the list does not fit"),
        ("STATUS_INVALID_PARAMETER", "as GetScatterGatherListEx, or no buffer"),
        ("STATUS_INSUFFICIENT_RESOURCES", "too many registers; synchronous: not free now"),
        ("STATUS_CANCELLED", "the context was cancelled beforehand"),
        ("CV-MDL", "an MDL that is not locked"),
    ],
    "flush_adapter_buffers_ex": [
        ("STATUS_SUCCESS", "data has arrived; a transfer that runs is stopped; Length 0 does nothing"),
        ("STATUS_INVALID_PARAMETER", "not what was mapped; the flush is still owed"),
        ("CV-MDL", "an MDL that is not locked"),
        ("CV-FLUSH", "the other direction"),
        ("CV-MIX", "with a handle of AllocateAdapterChannel"),
        ("CV-REGS", "foreign or freed base"),
        ("CV-CHANNEL", "NULL base without owning the channel"),
        ("CV-BUSY", "the bus master is still at work", _NATIVE),
    ],
    "free_adapter_object": [
        ("released", "DeallocateObject frees all, DeallocateObjectKeepRegisters the channel, KeepObject nothing"),
        ("CV-CHANNEL", "the channel is not owned"),
        ("CV-ACTION", "an action that is none, or does not fit"),
        ("CV-FLUSH", "a mapping is not flushed"),
    ],
    "cancel_mapped_transfer": [
        ("STATUS_SUCCESS", "stopped; residue frozen; a second call changes nothing; the flush is still owed"),
        ("STATUS_INVALID_PARAMETER", "a master, or a context that is not granted here or never mapped"),
    ],
}


def _general(routine: str) -> list[tuple]:
    """What every member checks first."""
    if routine not in VERSION_OF:
        return []
    rows: list[tuple] = [("CV-ADAPTER", "NULL, or an adapter that was put")]
    if routine in IRQL_RULES:
        low, high = IRQL_RULES[routine]
        level = {(0, 0): "PASSIVE_LEVEL", (2, 2): "DISPATCH_LEVEL", (0, 2): "IRQL <= DISPATCH_LEVEL"}[(low, high)]
        rows.append(("CV-IRQL", f"at {level} only"))
    return rows


def _newer(routine: str) -> list[Cell]:
    """CV-VERSION, in the tables that do not have the member."""
    since = VERSION_OF.get(routine, 1)
    older = tuple(v for v in (1, 2, 3) if v < since)
    return [Cell(routine, "CV-VERSION", "newer than the table", older, (NATIVE, PC))] if older else []


#: routine → its cells, members in the order of the C structure.
CONTRACT: dict[str, list[Cell]] = {
    routine: _cells(routine, VERSION_OF.get(routine, 1), _ROWS[routine] + _general(routine)) + _newer(routine)
    for routine in ("io_get_dma_adapter", "ke_flush_io_buffers", *VERSION_OF)
}
