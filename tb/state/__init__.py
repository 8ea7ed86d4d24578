"""Bench of windlass_state (with windlass_base inside)."""

TOP = "windlass_state"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "ADDR_WIDTH": 32, "MAX_BURST": 64},
    {"CHANNELS": 3, "CH_W": 2, "ADDR_WIDTH": 48, "MAX_BURST": 1, "AUTO_INIT": 0},
    {"CHANNELS": 8, "CH_W": 3, "ADDR_WIDTH": 64, "MAX_BURST": 256, "DESCRIPTORS": 0},
]
