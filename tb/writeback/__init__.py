"""Bench of windlass_writeback."""

TOP = "windlass_writeback"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "DATA_WIDTH": 64, "ADDR_WIDTH": 32},
    {"CHANNELS": 3, "CH_W": 2, "DATA_WIDTH": 32, "ADDR_WIDTH": 48},
    {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": 512, "ADDR_WIDTH": 64},
]
