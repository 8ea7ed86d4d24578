"""Bench of windlass_base."""

TOP = "windlass_base"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "ADDR_WIDTH": 32, "MAX_BURST": 64},
    {"CHANNELS": 3, "CH_W": 2, "ADDR_WIDTH": 40, "MAX_BURST": 8},
    {"CHANNELS": 1, "CH_W": 1, "ADDR_WIDTH": 64, "MAX_BURST": 1},
]
