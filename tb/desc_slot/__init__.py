"""Bench of windlass_desc_slot (with what it joins inside)."""

TOP = "windlass_desc_slot"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "ADDR_WIDTH": 32, "COUNT_W": 6, "MOST": 16, "MOST_WIDE": 8, "FULL": 45},
    {"CHANNELS": 1, "CH_W": 1, "ADDR_WIDTH": 64, "COUNT_W": 3, "MOST": 1, "MOST_WIDE": 1, "FULL": 1},
    {"CHANNELS": 3, "CH_W": 2, "ADDR_WIDTH": 40, "COUNT_W": 4, "MOST": 4, "MOST_WIDE": 2, "FULL": 9},
]
