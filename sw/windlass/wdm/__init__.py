"""DMA_OPERATIONS: an executable model of the Windows DMA contract, driving a real (or simulated) Windlass engine.

A driver makes a :class:`Kernel` on a platform, asks it for an adapter, and calls the members of
``adapter.dma_operations`` with the adapter as their first argument::

    kernel = Kernel(platform)
    registers = Ref()
    adapter = kernel.io_get_dma_adapter(pdo, DeviceDescription(version=3, ...), registers)
    ops = adapter.dma_operations
    status = ops.allocate_adapter_channel_ex(adapter, device, context, count, 0, adapter_control, None, None)

Conventions: names are the PEP 8 forms of the Windows names, constants keep theirs; routines return NTSTATUS integers;
out-parameters are :class:`Ref` objects, NULL is None; lengths are bytes, addresses are integers. A broken contract
raises :class:`DmaContractViolation`. What the documentation leaves open is in :class:`Choices`.
"""

from . import constants, hw, status
from .choices import Choices
from .constants import *
from .errors import RULES, DmaContractViolation, UnsupportedHardware
from .kernel import Kernel
from .mdl import Mdl
from .memory import OutOfMemory
from .native import WINDLASS_SET_PACING, WINDLASS_SET_PERIOD, WINDLASS_SET_REQUEST_UNITS, PeriodNotification
from .status import *
from .structures import (
    DeviceDescription,
    DeviceObject,
    DmaAdapterInfo,
    DmaResources,
    DmaTransferContext,
    DmaTransferInfo,
    Irp,
    KDpc,
    KEvent,
    MapRegisterBase,
    Ref,
    ScatterGatherElement,
    ScatterGatherList,
)

__all__ = [
    "RULES",
    "WINDLASS_SET_PACING",
    "WINDLASS_SET_PERIOD",
    "WINDLASS_SET_REQUEST_UNITS",
    "Choices",
    "DeviceDescription",
    "DeviceObject",
    "DmaAdapterInfo",
    "DmaContractViolation",
    "DmaResources",
    "DmaTransferContext",
    "DmaTransferInfo",
    "Irp",
    "KDpc",
    "KEvent",
    "Kernel",
    "MapRegisterBase",
    "Mdl",
    "OutOfMemory",
    "PeriodNotification",
    "Ref",
    "ScatterGatherElement",
    "ScatterGatherList",
    "UnsupportedHardware",
    "hw",
]
# Constants and status codes go by their Windows names: with `import *` too.
__all__ += [name for module in (constants, status) for name in vars(module) if not name.startswith("_")]
