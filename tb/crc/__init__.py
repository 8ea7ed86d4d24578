"""Bench of windlass_crc."""

TOP = "windlass_crc"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "DATA_WIDTH": 64},
    {"CHANNELS": 1, "CH_W": 1, "DATA_WIDTH": 32},
    {"CHANNELS": 9, "CH_W": 4, "DATA_WIDTH": 512},
]
