"""A small Windows kernel around one board: IRQL, DPCs, interrupts, events, MDLs, and the way to adapters.

Ordinary synchronous code. Time passes only in the platform: a driver that has to wait calls
:meth:`Kernel.ke_wait_for_single_object`, which lets the board run until an interrupt, calls the interrupt service
routines and then the DPCs that they queued.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ..platform import Platform, PlatformTimeout
from . import irql as irql_rules
from .adapter import DmaAdapter, create_adapter
from .channel_queue import ChannelScheduler
from .choices import Choices
from .constants import (
    DEVICE_LEVEL,
    DISPATCH_LEVEL,
    MDL_PAGES_LOCKED,
    MDL_SOURCE_IS_NONPAGED_POOL,
    PAGE_SIZE,
    PASSIVE_LEVEL,
)
from .errors import DmaContractViolation
from .hal import Hal
from .mdl import Mdl, chain, require_locked
from .memory import Memory
from .native import NativeHal
from .pc import PcHal
from .status import STATUS_SUCCESS, STATUS_TIMEOUT
from .structures import DeviceDescription, DeviceObject, KDpc, KEvent, KInterrupt, Ref

#: What the hardware of a machine is like: Windlass map registers and channels, or a PC's pair of 8237.
PROFILES: dict[str, Callable[[Any], Hal]] = {"native": NativeHal, "pc": PcHal}


def _followed(routine: Callable[..., Any]) -> Callable[..., Any]:
    """A routine of the kernel that a trace shows."""

    @functools.wraps(routine)
    def call(kernel: Kernel, *arguments: Any, **named: Any) -> Any:
        if kernel.tracer is None:
            return routine(kernel, *arguments, **named)
        return kernel.tracer.call(kernel, routine.__name__, routine, (kernel, *arguments), named, routine)

    return call


class Kernel:
    """One machine: a platform, its memory, its HAL (`profile`), and everything that is shared between drivers."""

    def __init__(self, platform: Platform, *, profile: str = "native", choices: Choices | None = None) -> None:
        if profile not in PROFILES:
            raise ValueError(f"no such profile: {profile} ({', '.join(PROFILES)})")
        self.platform = platform
        self.choices = choices or Choices()
        self.memory = Memory(platform, pointer_bits=self.choices.pointer_bits, coherent=self.choices.coherent)
        self.irql = PASSIVE_LEVEL
        self.adapters: list[DmaAdapter] = []
        self._dpcs: deque[KDpc] = deque()
        self._draining = False
        self._interrupts: dict[int, list[KInterrupt]] = {}
        #: What kind of control routine is running, innermost last ("control" or "list").
        self.control_routines: list[str] = []
        #: Fault injection: so many of the next internal allocations of list memory fail.
        self.failing_allocations = 0
        self.hal: Hal = PROFILES[profile](self)
        self.pool = self.hal.pool
        self.scheduler = ChannelScheduler(self)
        self.memory.before_free = self._check_unmapped
        #: Records calls (:class:`windlass.trace.Recorder`), when somebody follows this board and wants to.
        self.tracer: Any = None
        if platform.observer is not None:
            platform.observer.attach(self)

    def call_back(self, kind: str, routine: Callable[..., Any], *arguments: Any) -> Any:
        """Call a routine of a driver (`kind`: "ISR" or "DPC")."""
        if self.tracer is not None:
            return self.tracer.call_back(self, kind, routine, arguments)
        return routine(*arguments)

    # --- IRQL and DPCs ---
    def ke_get_current_irql(self) -> int:
        """KeGetCurrentIrql. Any IRQL."""
        return self.irql

    def ke_raise_irql(self, new_irql: int) -> int:
        """KeRaiseIrql: returns the old level. CV-IRQL when `new_irql` is lower than the present one."""
        if new_irql < self.irql:
            raise DmaContractViolation("CV-IRQL", "ke_raise_irql", f"raise from {self.irql}, not lower to {new_irql}")
        old, self.irql = self.irql, new_irql
        return old

    def ke_lower_irql(self, new_irql: int) -> None:
        """KeLowerIrql: back to a level that KeRaiseIrql returned. Queued DPCs run when it drops below DISPATCH_LEVEL."""
        if new_irql > self.irql:
            raise DmaContractViolation("CV-IRQL", "ke_lower_irql", f"lower from {self.irql}, not raise to {new_irql}")
        self.irql = new_irql
        self._drain_dpcs()

    @contextmanager
    def at_irql(self, level: int):
        """`with kernel.at_irql(DISPATCH_LEVEL):` raises to a level (no change when there already) and lowers again."""
        old = self.ke_raise_irql(max(level, self.irql))
        try:
            yield
        finally:
            self.irql = old
        self._drain_dpcs()

    def ke_insert_queue_dpc(self, dpc: KDpc) -> bool:
        """KeInsertQueueDpc: False when it was queued already. Any IRQL."""
        if dpc.queued:
            return False
        dpc.queued = True
        self._dpcs.append(dpc)
        self._drain_dpcs()
        return True

    def ke_remove_queue_dpc(self, dpc: KDpc) -> bool:
        """KeRemoveQueueDpc: False when it was not queued. Any IRQL."""
        if not dpc.queued:
            return False
        dpc.queued = False
        self._dpcs.remove(dpc)
        return True

    def _drain_dpcs(self) -> None:
        if self.irql >= DISPATCH_LEVEL or self._draining:
            return
        self._draining = True
        old = self.irql
        try:
            while self._dpcs:
                dpc = self._dpcs.popleft()
                dpc.queued = False
                self.irql = DISPATCH_LEVEL
                self.call_back("DPC", dpc.routine, dpc.context)
        finally:
            self.irql = old
            self._draining = False

    # --- interrupts, waiting ---
    def io_connect_interrupt(self, channel: int, isr: Callable[[Any], bool], context: Any = None) -> KInterrupt:
        """IoConnectInterrupt for the interrupt line of a Windlass channel. Lines can be shared."""
        interrupt = KInterrupt(channel, isr, context)
        self._interrupts.setdefault(channel, []).append(interrupt)
        return interrupt

    def io_disconnect_interrupt(self, interrupt: KInterrupt) -> None:
        """IoDisconnectInterrupt."""
        self._interrupts[interrupt.channel].remove(interrupt)

    def deliver_interrupts(self, lines: int) -> None:
        """Call the service routines of the lines that are up (bit mask), then the DPCs if the IRQL allows."""
        old, self.irql = self.irql, max(self.irql, DEVICE_LEVEL)
        try:
            for channel in range(lines.bit_length()):
                if lines >> channel & 1 and not any(
                    self.call_back("ISR", interrupt.isr, interrupt.context)
                    for interrupt in list(self._interrupts.get(channel, ()))
                ):
                    raise RuntimeError(f"nobody took the interrupt of channel {channel}")
        finally:
            self.irql = old
        self._drain_dpcs()

    def ke_set_event(self, event: KEvent) -> None:
        """KeSetEvent. IRQL <= DISPATCH_LEVEL."""
        event.signalled = True

    def ke_clear_event(self, event: KEvent) -> None:
        """KeClearEvent. IRQL <= DISPATCH_LEVEL."""
        event.signalled = False

    @_followed
    def ke_wait_for_single_object(self, event: KEvent, timeout: int = 1_000_000) -> int:
        """KeWaitForSingleObject: let time pass until `event` is signalled.

        `timeout`: clock cycles without any interrupt. Returns STATUS_SUCCESS or STATUS_TIMEOUT; CV-IRQL at
        DISPATCH_LEVEL or above, where nothing could ever signal the event.
        """
        if self.irql >= DISPATCH_LEVEL:
            raise DmaContractViolation("CV-IRQL", "ke_wait_for_single_object", "wait below DISPATCH_LEVEL")
        while not event.signalled:
            try:
                lines = self.hal.wait_irq(timeout)
            except PlatformTimeout:
                return STATUS_TIMEOUT
            self.deliver_interrupts(lines)
        return STATUS_SUCCESS

    # --- memory and MDLs ---
    def io_allocate_mdl(self, virtual_address: int, length: int) -> Mdl:
        """IoAllocateMdl: an MDL that describes `length` bytes; its pages are not known before it is built or locked."""
        return Mdl(virtual_address - virtual_address % PAGE_SIZE, virtual_address % PAGE_SIZE, length)

    def mm_build_mdl_for_non_paged_pool(self, mdl: Mdl) -> None:
        """MmBuildMdlForNonPagedPool: fill in the page frames of non-paged memory."""
        mdl.pfns = self.memory.frames(mdl.virtual_address, mdl.byte_count)
        mdl.mdl_flags |= MDL_SOURCE_IS_NONPAGED_POOL

    def mm_probe_and_lock_pages(self, mdl: Mdl) -> None:
        """MmProbeAndLockPages: fill in the page frames and lock them."""
        mdl.pfns = self.memory.frames(mdl.virtual_address, mdl.byte_count)
        mdl.mdl_flags |= MDL_PAGES_LOCKED

    @_followed
    def mm_unlock_pages(self, mdl: Mdl) -> None:
        """MmUnlockPages. CV-BUSY while the pages are mapped for a device."""
        if any(mapped.uses_mdl(mdl) for mapped in self.scheduler.mapped_grants()):
            raise DmaContractViolation("CV-BUSY", "mm_unlock_pages", "flush the transfer before unlocking its pages")
        mdl.mdl_flags &= ~MDL_PAGES_LOCKED

    @_followed
    def ke_flush_io_buffers(self, mdl: Mdl, read_operation: bool, dma_operation: bool) -> None:
        """KeFlushIoBuffers: before mapping in versions 1 and 2, one call for each MDL of a chain. IRQL <= DISPATCH_LEVEL.

        `dma_operation`: what the CPU stored is written to memory, and with `read_operation` forgotten by its cache. On a
        coherent board nothing has to move. The MDL must be locked (CV-MDL).
        """
        irql_rules.check("ke_flush_io_buffers", self.irql)
        require_locked(mdl, "ke_flush_io_buffers")
        if self.memory.cache is None or not dma_operation:
            return
        only = replace(mdl, next=None)
        self.memory.clean(only, 0, mdl.byte_count)
        if read_operation:
            self.memory.invalidate(only, 0, mdl.byte_count)

    def _check_unmapped(self, pfns: set[int]) -> None:
        """CV-BUSY when page frames are mapped for a device."""
        for grant in self.scheduler.mapped_grants():
            mapping = grant.mapping
            if mapping is not None and any(not pfns.isdisjoint(link.pfns) for link in chain(mapping.mdl)):
                raise DmaContractViolation("CV-BUSY", "memory", "flush the transfer before freeing its memory")

    def pool_allocation_fails(self) -> bool:
        """Does the next internal allocation of list memory fail (fault injection)? Uses up one failure."""
        if self.failing_allocations <= 0:
            return False
        self.failing_allocations -= 1
        return True

    # --- adapters ---
    @_followed
    def io_get_dma_adapter(
        self, physical_device_object: DeviceObject | None, description: DeviceDescription, number_of_map_registers: Ref
    ) -> DmaAdapter | None:
        """IoGetDmaAdapter: the adapter of a device, or None (unsupported or invalid description, no resources).

        PASSIVE_LEVEL. `number_of_map_registers.value` gets the most registers one transfer may use; untouched on None.
        """
        irql_rules.check("io_get_dma_adapter", self.irql)
        adapter = create_adapter(self, physical_device_object, description)
        if adapter is not None:
            number_of_map_registers.value = adapter.max_regs
            if self.platform.observer is not None:
                self.platform.observer.adapter_made(adapter)
        return adapter
