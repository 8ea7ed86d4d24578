"""IRQL: the current level, and which level each routine demands."""

from __future__ import annotations

from .constants import DISPATCH_LEVEL, PASSIVE_LEVEL
from .errors import DmaContractViolation

_PASSIVE = (
    "io_get_dma_adapter",
    "allocate_common_buffer",
    "allocate_common_buffer_ex",
    "free_common_buffer",
    "get_dma_alignment",
)
_DISPATCH = (
    "allocate_adapter_channel",
    "allocate_adapter_channel_ex",
    "free_adapter_channel",
    "free_map_registers",
    "get_scatter_gather_list",
    "put_scatter_gather_list",
    "build_scatter_gather_list",
    "build_scatter_gather_list_ex",
)
_AT_MOST_DISPATCH = (
    "map_transfer",
    "map_transfer_ex",
    "flush_adapter_buffers",
    "flush_adapter_buffers_ex",
    "read_dma_counter",
    "put_dma_adapter",
    "build_mdl_from_scatter_gather_list",
    "get_dma_adapter_info",
    "get_dma_transfer_info",
    "initialize_dma_transfer_context",
    "configure_adapter_channel",
    "cancel_adapter_channel",
    "cancel_mapped_transfer",
    "free_adapter_object",
    "get_scatter_gather_list_ex",
    "ke_flush_io_buffers",
)

#: routine → (lowest, highest) IRQL. A routine that is not here may be called at any level.
RULES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(_PASSIVE, (PASSIVE_LEVEL, PASSIVE_LEVEL)),
    **dict.fromkeys(_DISPATCH, (DISPATCH_LEVEL, DISPATCH_LEVEL)),
    **dict.fromkeys(_AT_MOST_DISPATCH, (PASSIVE_LEVEL, DISPATCH_LEVEL)),
}
#: Levels of a routine that may be called at any.
ANY_LOW, ANY_HIGH = PASSIVE_LEVEL, 31
_NAMES = {0: "PASSIVE_LEVEL", 1: "APC_LEVEL", 2: "DISPATCH_LEVEL"}


def check(routine: str, irql: int) -> None:
    """CV-IRQL when `routine` may not be called at `irql`."""
    rule = RULES.get(routine)
    if rule is None or rule[0] <= irql <= rule[1]:
        return
    low, high = rule
    level = f"at {_NAMES[high]}" if low == high else f"at IRQL <= {_NAMES[high]}"
    raise DmaContractViolation("CV-IRQL", routine, f"be called {level} (the IRQL is {irql})")
