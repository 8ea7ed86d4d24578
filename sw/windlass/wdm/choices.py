"""What the documentation leaves open, one switch each.

The interface documentation is silent, vague or contradicts itself at these points. Every part of the model that
depends on such a point reads the switch here and nowhere else. The defaults are this project's reading.
"""

from __future__ import annotations

from dataclasses import dataclass

from .status import STATUS_CANCELLED, STATUS_INVALID_PARAMETER


@dataclass(frozen=True)
class Choices:
    """Open choices and platform tunables. Lengths and sizes in bytes."""

    #: Bits of a pointer, 64 or 32: sizes of lists and tables, and where kernel memory lies.
    pointer_bits: int = 64
    #: Map registers that the platform offers; None: on `native` all that the engine has, less one per channel for the
    #: HAL; on `pc` 64.
    max_pool: int | None = None
    #: Most map registers that one adapter is told about (per transfer); None: 64 on `native`, 16 on `pc`.
    max_per_adapter: int | None = None
    #: Versions of DEVICE_DESCRIPTION that the platform knows.
    versions: tuple[int, ...] = (0, 1, 2, 3)
    #: Private bytes in every caller-supplied scatter/gather buffer.
    sg_overhead: int = 64
    #: A counter that was programmed for the largest transfer and has not moved reads 0 instead of the full length.
    #: Has an effect where the count register is as wide as the length (the 8237 of profile `pc`).
    compat_counter: bool = False
    #: What an allocation returns whose context was cancelled beforehand.
    preemptive_cancel_status: int = STATUS_CANCELLED
    #: Lists of the Ex routines die when the routine returns (as one sentence says) instead of at PutScatterGatherList.
    ex_list_ends_with_routine: bool = False
    #: MaximumAddress of AllocateCommonBufferEx is itself still allowed.
    maximum_address_inclusive: bool = True
    #: A synchronous allocation may have both a routine and a MapRegisterBase pointer.
    sync_routine_with_base_pointer: bool = True
    #: DMA_ADAPTER.Version; None: the version of the device description.
    adapter_version: int | None = 1
    #: Versions of DEVICE_DESCRIPTION in which DemandMode counts.
    demand_mode_versions: tuple[int, ...] = (2,)
    #: Adjacent logical pieces of a scatter/gather adapter become one element. Map registers make every buffer
    #: logically contiguous, so merging would hide the scatter; off: one element per physical run, as without them.
    merge_elements: bool = False
    #: A completion routine whose transfer was flushed before it ran still runs.
    completion_after_flush: bool = False
    #: Adapters without scatter/gather: may the MDLs of a chain be mapped as one element when the pages allow it
    #: (an MDL that ends on a page boundary, followed by one that starts on one)? False: each MDL by itself.
    pack_chains: bool = True
    #: IgnoreCount fills the part that the device did not write with zeros. Has an effect on bounced pages only.
    ignore_count_zero_fill: bool = True
    #: First logical address of the map window (Windlass: logical = index * 4096 + offset, so 0).
    map_window_base: int = 0
    #: Flag bits that are known (0x1 DMA_SYNCHRONOUS_CALLBACK; 0x2 DMA_ZERO_BUFFERS may be added), and the status for any
    #: other.
    known_flags: int = 0x1
    unknown_flags_status: int = STATUS_INVALID_PARAMETER
    #: Subordinate lists (GetScatterGatherList) keep the channel until PutScatterGatherList: the list's transfer runs
    #: on it. False releases it when the routine returns, as for masters.
    subordinate_list_keeps_channel: bool = True
    #: A flush of a bus master's memory looks whether the master's channel still works on it (CV-BUSY).
    watch_masters: bool = True
    #: Do CPU caches and device see the same memory without help? False: a write-back cache of 64-byte lines in between.
    coherent: bool = True
    #: On a board that is not coherent AllocateCommonBufferEx gives uncached memory even with CacheEnabled TRUE.
    incoherent_board_overrides_cache_enabled: bool = True
    #: CPU accesses to a bounced read buffer between its mapping and its flush are CV-ACCESS.
    strict_access: bool = False
    #: Profile `pc`: adjacent bounced pieces of a scatter/gather device are one element.
    merge_bounced_elements: bool = True
    #: Profile `pc`: the extensions of EISA, with which every channel has every width and 32-bit addresses.
    eisa: bool = False
    #: Memory nodes for AllocateCommonBufferEx's PreferredNode.
    nodes: int = 1
