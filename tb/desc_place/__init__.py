"""Bench of windlass_desc_place."""

TOP = "windlass_desc_place"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "ADDR_WIDTH": 32},
    {"CHANNELS": 1, "CH_W": 1, "ADDR_WIDTH": 40},
    {"CHANNELS": 3, "CH_W": 2, "ADDR_WIDTH": 64},
]
