"""Register offsets and field values of the engine that the HAL uses (programmer's manual, sections 2 to 6)."""

from __future__ import annotations

ID, CAP0, CAP1 = 0x000, 0x008, 0x00C
ID_VALUE = 0x5744_4C53
MAP_INDEX, MAP_COUNT, MAP_PAGE_LO, MAP_PAGE_HI, MAP_FLAGS, MAP_CMD, MAP_STATUS = (
    0x040,
    0x044,
    0x048,
    0x04C,
    0x050,
    0x054,
    0x058,
)
MAP_CMD_FILL, MAP_CMD_REVOKE = 1, 2
MAP_STATUS_BUSY = 1
MAP_VALID, MAP_READ, MAP_WRITE, MAP_OWNER_SHIFT = 1, 2, 4, 4
MAP_WINDOW, MAP_WINDOW_STRIDE = 0x10000, 8

GRANT_BASE, GRANT_STRIDE = 0x1000, 0x40
GRANT, DEV_ADDR_LO, DEV_ADDR_HI = 0x00, 0x04, 0x08
GRANT_LINE_SHIFT = 8

CHANNEL_BASE, CHANNEL_STRIDE = 0x40000, 0x1000
CONFIG, CMD, STATUS, COUNT = 0x00, 0x04, 0x08, 0x0C
SRC_LO, SRC_HI, DST_LO, DST_HI, LENGTH, PERIOD = 0x10, 0x14, 0x18, 0x1C, 0x20, 0x24
DESC_LO, DESC_HI, DESC_COUNT, PRODUCER, CONSUMER = 0x28, 0x2C, 0x30, 0x34, 0x38
SEGDONE, POS_LO, POS_HI = 0x3C, 0x40, 0x44
IRQ_STATUS, IRQ_ENABLE, IRQ_EVENTS = 0x50, 0x54, 0x58

MODE_REGISTER, MODE_TABLE, MODE_RING, MODE_AUTO = 0, 1, 2, 3
SRC_TYPE_DEVICE, DST_TYPE_DEVICE = 1 << 4, 1 << 6
WIDTH_SHIFT, PACING_SHIFT, REQ_UNITS_SHIFT = 8, 10, 16
PACING_NONE, PACING_SINGLE, PACING_BLOCK, PACING_DEMAND = 0, 1, 2, 3
CMD_START, CMD_ABORT, CMD_SWREQ = 1, 2, 4
STATUS_ACTIVE, STATUS_DONE, STATUS_ERROR, STATUS_ABORTED = 1, 2, 4, 8
IRQ_DONE, IRQ_DESC, IRQ_PERIOD, IRQ_ERROR, IRQ_ABORTED, IRQ_ALL = 1, 2, 4, 8, 16, 31

DESCRIPTOR_BYTES = 16
OP_COPY = 1
DESC_IRQ, DESC_WB, DESC_PHASE = 1 << 8, 1 << 9, 1 << 31


def channel_register(channel: int, offset: int) -> int:
    """Address of a register in a channel's page."""
    return CHANNEL_BASE + channel * CHANNEL_STRIDE + offset


def grant_register(channel: int, offset: int) -> int:
    """Address of a register in a channel's grant block."""
    return GRANT_BASE + channel * GRANT_STRIDE + offset
