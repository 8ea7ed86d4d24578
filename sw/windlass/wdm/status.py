"""NTSTATUS values that the DMA interface returns, as unsigned 32-bit integers."""

STATUS_SUCCESS = 0x0000_0000
STATUS_TIMEOUT = 0x0000_0102
STATUS_NOT_IMPLEMENTED = 0xC000_0002
STATUS_INVALID_PARAMETER = 0xC000_000D
STATUS_BUFFER_TOO_SMALL = 0xC000_0023
STATUS_NONE_MAPPED = 0xC000_0073
STATUS_INSUFFICIENT_RESOURCES = 0xC000_009A
STATUS_NOT_SUPPORTED = 0xC000_00BB
STATUS_CANCELLED = 0xC000_0120

STATUS_NAMES = {value: name for name, value in globals().items() if name.startswith("STATUS_")}


def nt_success(status: int) -> bool:
    """NT_SUCCESS: true for success and informational codes."""
    return status < 0x8000_0000


def status_name(status: int) -> str:
    """The name of a status, for people; unknown values in hexadecimal."""
    return STATUS_NAMES.get(status, f"0x{status:08X}")
