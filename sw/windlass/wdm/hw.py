"""Registers and field values of the engine that the HAL uses, under the names that driver code likes.

Values come from ``windlass.regs``, which is generated from the register map; what they mean is in the programmer's manual.
"""

from __future__ import annotations

from .. import regs as r
from ..regs import *

ID_VALUE = r.ID_RESET
MAP_CMD_FILL, MAP_CMD_REVOKE = r.MAP_CMD_COMMAND_FILL, r.MAP_CMD_COMMAND_REVOKE
MAP_STATUS_BUSY = r.MAP_STATUS_BUSY_MASK
MAP_VALID, MAP_READ, MAP_WRITE = r.MAP_FLAGS_VALID_MASK, r.MAP_FLAGS_READ_MASK, r.MAP_FLAGS_WRITE_MASK
MAP_OWNER_SHIFT = r.MAP_FLAGS_OWNER_LSB
MAP_WINDOW, MAP_WINDOW_STRIDE = r.MAP_BASE, r.MAP_STRIDE
GRANT_LINE_SHIFT, GRANT_BYPASS = r.GRANT_LINE_LSB, r.GRANT_BYPASS_MASK

MODE_REGISTER, MODE_TABLE = r.CONFIG_MODE_REGISTER, r.CONFIG_MODE_TABLE
MODE_RING, MODE_AUTO = r.CONFIG_MODE_RING, r.CONFIG_MODE_AUTO
SRC_TYPE_DEVICE = r.CONFIG_SRC_TYPE_DEVICE << r.CONFIG_SRC_TYPE_LSB
DST_TYPE_DEVICE = r.CONFIG_DST_TYPE_DEVICE << r.CONFIG_DST_TYPE_LSB
WIDTH_SHIFT, PACING_SHIFT, REQ_UNITS_SHIFT = r.CONFIG_WIDTH_LSB, r.CONFIG_PACING_LSB, r.CONFIG_REQ_UNITS_LSB
PACING_NONE, PACING_SINGLE = r.CONFIG_PACING_NONE, r.CONFIG_PACING_SINGLE
PACING_BLOCK, PACING_DEMAND = r.CONFIG_PACING_BLOCK, r.CONFIG_PACING_DEMAND
CMD_START, CMD_ABORT, CMD_SWREQ = r.CMD_START_MASK, r.CMD_ABORT_MASK, r.CMD_SWREQ_MASK
STATUS_ACTIVE, STATUS_DONE = r.STATUS_ACTIVE_MASK, r.STATUS_DONE_MASK
STATUS_ERROR, STATUS_ABORTED = r.STATUS_ERROR_MASK, r.STATUS_ABORTED_MASK
IRQ_DONE, IRQ_DESC, IRQ_PERIOD = r.IRQ_STATUS_DONE_MASK, r.IRQ_STATUS_DESC_MASK, r.IRQ_STATUS_PERIOD_MASK
IRQ_ERROR, IRQ_ABORTED = r.IRQ_STATUS_ERROR_MASK, r.IRQ_STATUS_ABORTED_MASK
IRQ_ALL = IRQ_DONE | IRQ_DESC | IRQ_PERIOD | IRQ_ERROR | IRQ_ABORTED

# Descriptors lie in memory, so the register map doesn't know them (programmer's manual, section 6).
DESCRIPTOR_BYTES = 16
OP_COPY = 1
DESC_IRQ, DESC_WB, DESC_PHASE = 1 << 8, 1 << 9, 1 << 31


def channel_register(channel: int, offset: int) -> int:
    """Address of a register in a channel's page."""
    return r.CHANNEL_BASE + channel * r.CHANNEL_STRIDE + offset


def grant_register(channel: int, offset: int) -> int:
    """Address of a register in a channel's grant block."""
    return r.GRANT_BASE + channel * r.GRANT_STRIDE + offset
