"""Bench of windlass_desc_fetch."""

TOP = "windlass_desc_fetch"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "DATA_WIDTH": 64, "ADDR_WIDTH": 32, "MAX_BURST": 64, "DESC_PREFETCH": 64, "COUNT_W": 6},
    {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": 32, "ADDR_WIDTH": 40, "MAX_BURST": 4, "DESC_PREFETCH": 4, "COUNT_W": 3},
    {"CHANNELS": 3, "CH_W": 2, "DATA_WIDTH": 512, "ADDR_WIDTH": 64, "MAX_BURST": 2, "DESC_PREFETCH": 16, "COUNT_W": 4},
]
