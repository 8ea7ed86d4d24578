"""Who has the channel and who has map registers: requests, grants, and the two queues between them.

Per channel one FIFO over all devices; over all adapters one FIFO of those that wait for map registers, with
head-of-line blocking. Everything here runs at DISPATCH_LEVEL in the caller's context: a release can run another
driver's routine before it returns.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .constants import DISPATCH_LEVEL, DeallocateObject, DeallocateObjectKeepRegisters, KeepObject
from .errors import DmaContractViolation
from .mdl import Mdl, chain
from .pool import Run
from .status import STATUS_INSUFFICIENT_RESOURCES, STATUS_SUCCESS
from .structures import DeviceObject, DmaTransferContext, Irp, MapRegisterBase

if TYPE_CHECKING:
    from .adapter import DmaAdapter
    from .kernel import Kernel

# States of a transfer context
INIT, QUEUED, GRANTED, RELEASED = "INIT", "QUEUED", "GRANTED", "RELEASED"


@dataclass(eq=False)
class Mapping:
    """What a grant has mapped since its last flush: a region of an MDL chain, in one direction."""

    mdl: Mdl
    offset: int
    length: int
    write: bool
    #: The transfer on the system DMA controller, for subordinates.
    transfer: Any = None
    #: Made by MapTransferEx or an Ex list: the system keeps the CPU's cache right, not KeFlushIoBuffers.
    ex: bool = False
    #: Where the bytes are (profile `pc`): buffer pages themselves or bounce pages.
    pieces: list[Any] = field(default_factory=list)


@dataclass(eq=False)
class Request:
    """A request for a channel and `count` map registers."""

    adapter: DmaAdapter
    device: DeviceObject | None
    count: int
    #: Called with the grant when it is made; returns an IO_ALLOCATION_ACTION. None: the caller keeps the channel.
    control: Callable[[Grant], int] | None
    #: "control" (AdapterControl) or "list" (AdapterListControl).
    kind: str = "control"
    #: True for the routines of version 3: handles are not interchangeable with version 1.
    ex: bool = False
    sync: bool = False
    context: DmaTransferContext | None = None
    irp: Irp | None = None
    uses_wait_block: bool = False
    #: DMA_ZERO_BUFFERS: pages of map registers are zeroed when they are granted.
    zero: bool = False


@dataclass(eq=False)
class Grant:
    """A channel with map registers in the hands of a driver; can outlive the ownership of the channel."""

    request: Request
    run: Run | None
    base: MapRegisterBase | None = None
    next_reg: int = 0
    mapping: Mapping | None = None
    owns_channel: bool = True
    routine_done: bool = False
    #: The record of a scatter/gather list that lives until PutScatterGatherList.
    list_record: Any = None
    ever_mapped: bool = False
    cancelled: bool = False

    @property
    def adapter(self) -> DmaAdapter:
        return self.request.adapter

    @property
    def count(self) -> int:
        return self.run.count if self.run else 0

    @property
    def alive(self) -> bool:
        held = self.owns_channel or self.run is not None or self.list_record is not None
        return held or self.mapping is not None  # without registers a mapping outlives the channel by itself

    def uses_mdl(self, mdl: Mdl) -> bool:
        return self.mapping is not None and any(link is mdl for link in chain(self.mapping.mdl))


@dataclass(eq=False)
class ChannelQueue:
    """One channel's owner and those who wait for it."""

    current: Request | None = None
    owner: Grant | None = None
    waiting: deque[Request] = field(default_factory=deque)


class ChannelScheduler:
    """Grants channels and map registers, in order."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.reg_wait: deque[Request] = deque()
        #: Grants that are alive, oldest first.
        self.grants: dict[Grant, None] = {}

    def mapped_grants(self) -> Iterator[Grant]:
        """Grants with a mapping that still owes a flush."""
        return (grant for grant in self.grants if grant.mapping is not None)

    def acquire(self, request: Request) -> int:
        """Ask for the channel: STATUS_SUCCESS (granted or queued) or STATUS_INSUFFICIENT_RESOURCES (nothing queued)."""
        adapter, queue = request.adapter, request.adapter.queue
        if request.count > adapter.max_regs:
            return STATUS_INSUFFICIENT_RESOURCES
        busy = queue.current is not None or bool(queue.waiting)
        if request.sync and (busy or (self._needs(request) and not self._available(request))):
            return STATUS_INSUFFICIENT_RESOURCES
        self._mark(request, QUEUED)
        queue.waiting.append(request)
        with self._kernel.at_irql(DISPATCH_LEVEL):
            self._run_queue(queue)
        return STATUS_SUCCESS

    def release_channel(self, grant: Grant, *, keep_registers: bool = False) -> None:
        """Free a grant's channel (and its registers first); then whoever waits is served before this returns."""
        with self._kernel.at_irql(DISPATCH_LEVEL):
            self._drop_channel(grant, keep_registers)
            self._run_queue(grant.adapter.queue)

    def release_registers(self, grant: Grant) -> None:
        """Free the registers that a grant kept; adapters that wait for registers are served before this returns."""
        with self._kernel.at_irql(DISPATCH_LEVEL):
            self._free_run(grant)
            self._settle(grant)

    def settle(self, grant: Grant) -> None:
        """After a flush: a grant that had nothing but its mapping is gone."""
        self._settle(grant)

    def return_run(self, run: Run) -> None:
        """Registers that were taken from the pool directly come back; those that wait for registers are served."""
        self._kernel.pool.release(run)
        with self._kernel.at_irql(DISPATCH_LEVEL):
            self._serve_reg_wait()

    def cancel(self, request: Request) -> bool:
        """Take a request out of whichever queue it is in; its routine never runs. False when it was granted."""
        queue = request.adapter.queue
        if request in queue.waiting:
            queue.waiting.remove(request)
        elif request in self.reg_wait:
            self.reg_wait.remove(request)
            queue.current = None
        else:
            return False
        self._mark(request, RELEASED)
        with self._kernel.at_irql(DISPATCH_LEVEL):
            self._serve_reg_wait()
            self._run_queue(queue)
        return True

    # --- inside ---
    @staticmethod
    def _needs(request: Request) -> bool:
        return request.count > 0 and request.adapter.needs_regs

    def _available(self, request: Request) -> bool:
        if self.reg_wait:
            return False
        run = self._take(request)
        if run is None:
            return False
        self._kernel.pool.release(run)
        return True

    def _run_queue(self, queue: ChannelQueue) -> None:
        while queue.current is None and queue.waiting:
            request = queue.waiting.popleft()
            queue.current = request
            run = None
            if self._needs(request):
                run = None if self.reg_wait else self._take(request)
                if run is None:
                    self.reg_wait.append(request)
                    return
            self._deliver(queue, request, run)

    def _take(self, request: Request) -> Run | None:
        return self._kernel.hal.take_registers(request.adapter, request.count)

    def _serve_reg_wait(self) -> None:
        while self.reg_wait:
            request = self.reg_wait[0]
            run = self._take(request)
            if run is None:
                return
            self.reg_wait.popleft()
            queue = request.adapter.queue
            self._deliver(queue, request, run)
            self._run_queue(queue)

    def _deliver(self, queue: ChannelQueue, request: Request, run: Run | None) -> None:
        grant = Grant(request, run)
        if run is not None:
            grant.base = MapRegisterBase(grant)
            if request.zero:
                self._kernel.hal.zero_registers(run)
        queue.owner = grant
        self.grants[grant] = None
        self._mark(request, GRANTED)
        if request.context is not None:
            request.context._grant = grant
        action = KeepObject
        if request.control is not None:
            stack = self._kernel.control_routines
            stack.append(request.kind)
            try:
                action = request.control(grant)
            finally:
                stack.pop()
        self._forget(request)
        grant.routine_done = True
        self._apply(grant, action)

    def _drop_channel(self, grant: Grant, keep_registers: bool) -> None:
        if not keep_registers:
            self._free_run(grant)
        grant.owns_channel = False
        queue = grant.adapter.queue
        if queue.owner is grant:
            queue.owner = queue.current = None
        self._settle(grant)

    def _apply(self, grant: Grant, action: int) -> None:
        """Do what the routine asked for; the caller then runs the queue."""
        where = "AdapterControl"
        if action == KeepObject or not grant.owns_channel:
            return
        if action == DeallocateObject:
            if grant.mapping is not None:
                raise DmaContractViolation("CV-ACTION", where, "flush before returning DeallocateObject, or KeepObject")
            self._drop_channel(grant, False)
        elif action == DeallocateObjectKeepRegisters:
            if not grant.adapter.master and grant.request.kind == "control":
                raise DmaContractViolation("CV-ACTION", where, "return KeepObject from a system DMA routine")
            self._drop_channel(grant, True)
        else:
            raise DmaContractViolation("CV-ACTION", where, f"return an IO_ALLOCATION_ACTION, not {action!r}")

    def _free_run(self, grant: Grant) -> None:
        if grant.run is not None:
            run, grant.run = grant.run, None
            self.return_run(run)

    def _settle(self, grant: Grant) -> None:
        if not grant.alive:
            self.grants.pop(grant, None)
            self._mark(grant.request, RELEASED)

    def _mark(self, request: Request, state: str) -> None:
        if request.context is not None:
            request.context._state = state
            request.context._request = request

    @staticmethod
    def _forget(request: Request) -> None:
        if request.uses_wait_block and request.device is not None:
            request.device.wait_block_in_use = False
