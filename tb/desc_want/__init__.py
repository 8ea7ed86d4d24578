"""Bench of windlass_desc_want (with windlass_pick inside)."""

TOP = "windlass_desc_want"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2},
    {"CHANNELS": 1, "CH_W": 1},
    {"CHANNELS": 5, "CH_W": 3},
    {"CHANNELS": 64, "CH_W": 6},
]
