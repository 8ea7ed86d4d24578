"""Bench of windlass_retire."""

TOP = "windlass_retire"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "ADDR_WIDTH": 32, "EV_W": 51},
    {"CHANNELS": 64, "CH_W": 6, "ADDR_WIDTH": 64, "EV_W": 87},
]
