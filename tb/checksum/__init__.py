"""Bench of windlass_checksum."""

TOP = "windlass_checksum"
PARAMETERS = [
    {"CHANNELS": 3, "CH_W": 2, "DATA_WIDTH": 64, "RES_LOG": 3},
    {"CHANNELS": 1, "CH_W": 1, "DATA_WIDTH": 32, "RES_LOG": 1},
    {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": 256, "RES_LOG": 2},
]
