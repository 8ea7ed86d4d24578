"""Bench of windlass_commit_piece."""

TOP = "windlass_commit_piece"
PARAMETERS = [
    {"CH_W": 2, "ADDR_WIDTH": 40, "EV_W": 59, "CRC": 1},
    {"CH_W": 1, "ADDR_WIDTH": 32, "EV_W": 50},
    {"CH_W": 6, "ADDR_WIDTH": 64, "EV_W": 87},
]
