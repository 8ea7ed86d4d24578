"""What the generated register map (``windlass.regs``) says of one register."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Register:
    """A 32-bit register, as ``rtl/windlass.rdl`` describes it."""

    block: str
    """GLOBAL, GRANT, MAP or CHANNEL."""
    name: str
    offset: int
    """Byte offset in its block."""
    access: str
    """RO, RW, WO or W1C."""
    write_mask: int
    """Bits that software can write."""
    locked: bool
    """Writes answer SLVERR while the channel is ACTIVE."""
    reset: int
    """Value after reset, where it is fixed."""
