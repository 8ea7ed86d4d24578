"""Bench of windlass_merge."""

TOP = "windlass_merge"
PARAMETERS = [
    {"DATA_WIDTH": 64, "ADDR_WIDTH": 32, "ID_WIDTH": 4},
    {"DATA_WIDTH": 32, "ADDR_WIDTH": 40, "ID_WIDTH": 1},
    {"DATA_WIDTH": 512, "ADDR_WIDTH": 64, "ID_WIDTH": 2},
]
