"""Bench of windlass_desc_queue."""

TOP = "windlass_desc_queue"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "ENTRY_W": 40, "DESC_PREFETCH": 64, "COUNT_W": 6},
    {"CHANNELS": 1, "CH_W": 1, "ENTRY_W": 24, "DESC_PREFETCH": 4, "COUNT_W": 3},
    {"CHANNELS": 3, "CH_W": 2, "ENTRY_W": 24, "DESC_PREFETCH": 8, "COUNT_W": 3},
]
