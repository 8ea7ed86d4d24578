"""Bench of windlass_laps."""

TOP = "windlass_laps"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2},
    {"CHANNELS": 3, "CH_W": 2, "AUTO_INIT": 0},
    {"CHANNELS": 1, "CH_W": 1, "AUTO_INIT": 0, "DESCRIPTORS": 0},
    {"CHANNELS": 64, "CH_W": 6, "DESCRIPTORS": 0},
]
