"""Bench of windlass_banks."""

TOP = "windlass_banks"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2},
    {"CHANNELS": 1, "CH_W": 1},
    {"CHANNELS": 64, "CH_W": 6},
    {"CHANNELS": 3, "CH_W": 2, "AUTO_INIT": 0},
]
