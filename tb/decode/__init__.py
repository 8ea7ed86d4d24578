"""Bench of windlass_decode."""

TOP = "windlass_decode"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "MAP_REGISTERS": 256},
    {"CHANNELS": 3, "CH_W": 2, "MAP_REGISTERS": 5},
    {"CHANNELS": 1, "CH_W": 1, "MAP_REGISTERS": 0},
    {"CHANNELS": 64, "CH_W": 6, "MAP_REGISTERS": 4096},
]
