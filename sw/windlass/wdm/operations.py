"""DMA_OPERATIONS: the function table of an adapter, with exactly the members of its version.

A member is called as in C: ``adapter.dma_operations.map_transfer(adapter, mdl, ...)``. Every call first checks the
adapter (CV-ADAPTER), the version (CV-VERSION) and the IRQL (CV-IRQL).
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

from . import irql, v1, v2, v3, v3_lists
from .errors import DmaContractViolation
from .packed import layouts

#: Members of each version in the order of the C structure.
V1_MEMBERS = (
    "put_dma_adapter",
    "allocate_common_buffer",
    "free_common_buffer",
    "allocate_adapter_channel",
    "flush_adapter_buffers",
    "free_adapter_channel",
    "free_map_registers",
    "map_transfer",
    "get_dma_alignment",
    "read_dma_counter",
    "get_scatter_gather_list",
    "put_scatter_gather_list",
)
V2_MEMBERS = (
    "calculate_scatter_gather_list",
    "build_scatter_gather_list",
    "build_mdl_from_scatter_gather_list",
)
V3_MEMBERS = (
    "get_dma_adapter_info",
    "get_dma_transfer_info",
    "initialize_dma_transfer_context",
    "allocate_common_buffer_ex",
    "allocate_adapter_channel_ex",
    "configure_adapter_channel",
    "cancel_adapter_channel",
    "map_transfer_ex",
    "get_scatter_gather_list_ex",
    "build_scatter_gather_list_ex",
    "flush_adapter_buffers_ex",
    "free_adapter_object",
    "cancel_mapped_transfer",
)
_MODULES = (v1, v2, v3, v3_lists)
#: member → the version that introduced it.
VERSION_OF = {name: version for version, names in ((1, V1_MEMBERS), (2, V2_MEMBERS), (3, V3_MEMBERS)) for name in names}


def _checked(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A member of a table: the checks that every call passes, then the routine."""
    since = VERSION_OF[name]
    lowest, highest = irql.RULES.get(name, (irql.ANY_LOW, irql.ANY_HIGH))

    def checked(dma_adapter: Any, *arguments: Any, **named: Any) -> Any:
        if dma_adapter.table_version < since:
            raise _too_new(name, dma_adapter.table_version)
        if not lowest <= dma_adapter.kernel.irql <= highest:
            irql.check(name, dma_adapter.kernel.irql)
        return function(dma_adapter, *arguments, **named)

    @functools.wraps(function)
    def member(dma_adapter: Any, *arguments: Any, **named: Any) -> Any:
        if dma_adapter is None or getattr(dma_adapter, "dead", True):
            raise DmaContractViolation("CV-ADAPTER", name, "pass an adapter from IoGetDmaAdapter that was not put")
        kernel = dma_adapter.kernel
        if kernel.tracer is not None:
            return kernel.tracer.call(kernel, name, checked, (dma_adapter, *arguments), named, function)
        return checked(dma_adapter, *arguments, **named)

    return member


def _function(name: str) -> Callable[..., Any]:
    return next(getattr(module, name) for module in _MODULES if hasattr(module, name))


def _too_new(name: str, version: int) -> DmaContractViolation:
    return DmaContractViolation(
        "CV-VERSION",
        name,
        f"ask IoGetDmaAdapter for version {VERSION_OF[name]} (DeviceDescription.version); this table has {version}",
    )


class DmaOperations:
    """The table of one version. `size` is the documented Size of the structure in bytes, for pointers of `bits` bits."""

    def __init__(self, version: int, bits: int = 64) -> None:
        self.version = version
        self.members = tuple(name for name, since in VERSION_OF.items() if since <= version)
        self.size = ctypes.sizeof(layouts(bits).operations(self.members))
        for name in self.members:
            setattr(self, name, _checked(name, _function(name)))

    def __getattr__(self, name: str) -> Any:
        if name in VERSION_OF:
            raise _too_new(name, self.version)
        raise AttributeError(name)


@functools.cache
def operations_table(version: int, bits: int = 64) -> DmaOperations:
    """The one table of a version (1, 2 or 3) and a pointer width."""
    return DmaOperations(version, bits)
