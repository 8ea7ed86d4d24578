"""Bench of windlass_handover."""

TOP = "windlass_handover"
PARAMETERS = [
    {"CH_W": 2, "ADDR_WIDTH": 32, "STREAMS": 3, "WORD_BYTES": 8, "CRC": 1},
    {"CH_W": 1, "ADDR_WIDTH": 48},
    {"CH_W": 6, "ADDR_WIDTH": 64, "STREAMS": 40, "WORD_BYTES": 64, "CRC": 1},
]
