"""Bench of windlass_rows."""

TOP = "windlass_rows"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "ADDR_WIDTH": 32},
    {"CHANNELS": 1, "CH_W": 1, "ADDR_WIDTH": 40},
    {"CHANNELS": 20, "CH_W": 5, "ADDR_WIDTH": 64},
]
