"""Bench of windlass_desc."""

TOP = "windlass_desc"
PARAMETERS = [
    {"CHANNELS": 3, "CH_W": 2, "DATA_WIDTH": 64, "ADDR_WIDTH": 32, "MAX_BURST": 64, "TWO_D": 0, "DESC_PREFETCH": 16},
    {
        "CHANNELS": 2,
        "CH_W": 1,
        "DATA_WIDTH": 32,
        "ADDR_WIDTH": 40,
        "MAX_BURST": 16,
        "TWO_D": 1,
        "CRC": 1,
        "DESC_PREFETCH": 4,
    },
    {"CHANNELS": 4, "CH_W": 2, "DATA_WIDTH": 256, "ADDR_WIDTH": 64, "MAX_BURST": 8, "TWO_D": 1, "DESC_PREFETCH": 64},
    {
        "CHANNELS": 1,
        "CH_W": 1,
        "DATA_WIDTH": 128,
        "ADDR_WIDTH": 32,
        "MAX_BURST": 64,
        "TWO_D": 0,
        "CRC": 1,
        "DESC_PREFETCH": 64,
    },
    {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": 512, "ADDR_WIDTH": 32, "MAX_BURST": 4, "TWO_D": 0, "DESC_PREFETCH": 8},
]
