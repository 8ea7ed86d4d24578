"""DMA_TRANSFER_CONTEXT: INIT → QUEUED → GRANTED → RELEASED."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .channel_queue import GRANTED, INIT, QUEUED, RELEASED
from .status import STATUS_INVALID_PARAMETER, STATUS_SUCCESS
from .structures import DmaTransferContext

if TYPE_CHECKING:
    from .adapter import DmaAdapter


def initialize(adapter: DmaAdapter, context: Any) -> int:
    """INIT, with no cancellation. STATUS_INVALID_PARAMETER for NULL or a context that is in use."""
    if not isinstance(context, DmaTransferContext) or context._state in (QUEUED, GRANTED):
        return STATUS_INVALID_PARAMETER
    context._state, context._adapter = INIT, adapter
    context._cancelled, context._request, context._grant = False, None, None
    return STATUS_SUCCESS


def admit(adapter: DmaAdapter, context: Any) -> int:
    """May an allocation begin with this context? A context that was cancelled before is used up by asking."""
    if not isinstance(context, DmaTransferContext) or context._state != INIT or context._adapter is not adapter:
        return STATUS_INVALID_PARAMETER
    if context._cancelled:
        context._state = RELEASED
        return adapter.kernel.choices.preemptive_cancel_status
    return STATUS_SUCCESS


def cancel(adapter: DmaAdapter, context: Any) -> bool:
    """CancelAdapterChannel: True when the request will not run (or not start, when it was not made yet)."""
    if not isinstance(context, DmaTransferContext) or context._adapter is not adapter:
        return False
    if context._state == QUEUED:
        return adapter.kernel.scheduler.cancel(context._request)
    if context._state == INIT:
        context._cancelled = True
        return True
    return False
