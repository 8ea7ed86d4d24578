"""Bench of windlass_global."""

TOP = "windlass_global"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "ADDR_WIDTH": 40, "MAP_REGISTERS": 16},
    {"CHANNELS": 64, "CH_W": 6, "ADDR_WIDTH": 64, "MAP_REGISTERS": 0},
]
