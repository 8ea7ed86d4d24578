"""Bench of windlass_commit."""

TOP = "windlass_commit"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "ADDR_WIDTH": 32, "EV_W": 51},
    {"CHANNELS": 1, "CH_W": 1, "ADDR_WIDTH": 48, "EV_W": 66},
]
