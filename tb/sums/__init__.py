"""Bench of windlass_sums."""

TOP = "windlass_sums"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "CRC": 1},
    {"CHANNELS": 3, "CH_W": 2, "CRC": 0},
    {"CHANNELS": 64, "CH_W": 6, "CRC": 1},
]
