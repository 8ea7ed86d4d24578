"""Constants of the Windows DMA interface, under their own names (values: docs of wdm.h)."""

PAGE_SIZE = 4096
PAGE_SHIFT = 12

# DEVICE_DESCRIPTION.Version
DEVICE_DESCRIPTION_VERSION = 0
DEVICE_DESCRIPTION_VERSION1 = 1
DEVICE_DESCRIPTION_VERSION2 = 2
DEVICE_DESCRIPTION_VERSION3 = 3

# IO_ALLOCATION_ACTION
KeepObject = 1
DeallocateObject = 2
DeallocateObjectKeepRegisters = 3

# DMA_COMPLETION_STATUS
DmaComplete = 0
DmaAborted = 1
DmaError = 2
DmaCancelled = 3

# Flags of AllocateAdapterChannelEx and the Ex list routines
DMA_SYNCHRONOUS_CALLBACK = 0x1
#: No public page describes it; known when Choices.known_flags says so: pages of map registers are zeroed when granted.
DMA_ZERO_BUFFERS = 0x2

# Versions of the information structures
DMA_ADAPTER_INFO_VERSION1 = 1
DMA_TRANSFER_INFO_VERSION1 = 1
DMA_TRANSFER_INFO_VERSION2 = 2
DMA_TRANSFER_CONTEXT_VERSION1 = 1
DMA_TRANSFER_CONTEXT_SIZE_V1 = 128

# DMA_ADAPTER_INFO_V1.Flags
ADAPTER_INFO_SYNCHRONOUS_CALLBACK = 0x1
ADAPTER_INFO_API_BYPASS = 0x2

# DMA_WIDTH
Width8Bits = 0
Width16Bits = 1
Width32Bits = 2
Width64Bits = 3
WidthNoWrap = 4

# DMA_SPEED
Compatible = 0
TypeA = 1
TypeB = 2
TypeC = 3
TypeF = 4

# INTERFACE_TYPE
InterfaceTypeUndefined = -1
Internal = 0
Isa = 1
Eisa = 2
MicroChannel = 3
PCIBus = 5
ACPIBus = 17

# KIRQL
PASSIVE_LEVEL = 0
APC_LEVEL = 1
DISPATCH_LEVEL = 2
#: The one device level of the model: every interrupt service routine runs here.
DEVICE_LEVEL = 3

# MEMORY_CACHING_TYPE
MmNonCached = 0
MmCached = 1

# MDL.MdlFlags
MDL_PAGES_LOCKED = 0x2
MDL_SOURCE_IS_NONPAGED_POOL = 0x4


def bytes_to_pages(length: int) -> int:
    """BYTES_TO_PAGES: pages in `length` bytes that start on a page boundary."""
    return (length + PAGE_SIZE - 1) >> PAGE_SHIFT


def byte_offset(address: int) -> int:
    """BYTE_OFFSET: offset of an address within its page, in bytes."""
    return address & (PAGE_SIZE - 1)


def span_pages(address: int, length: int) -> int:
    """ADDRESS_AND_SIZE_TO_SPAN_PAGES: page frames that `length` bytes from `address` touch."""
    return (byte_offset(address) + length + PAGE_SIZE - 1) >> PAGE_SHIFT
