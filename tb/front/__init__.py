"""Bench of windlass_front (with everything that it joins inside)."""

TOP = "windlass_front"
PARAMETERS = [
    {
        "CHANNELS": 4,
        "CH_W": 2,
        "DATA_WIDTH": 64,
        "ADDR_WIDTH": 32,
        "MAX_BURST": 16,
        "TWO_D": 1,
        "CRC": 1,
        "STREAMS": 2,
        "STREAM_MOST": 8,
        "S_P": 2,
    },
    {
        "CHANNELS": 3,
        "CH_W": 2,
        "DATA_WIDTH": 32,
        "ADDR_WIDTH": 48,
        "MAX_BURST": 1,
        "STREAMS": 3,
        "STREAM_MOST": 1,
        "S_P": 3,
    },
    {"CHANNELS": 8, "CH_W": 3, "DATA_WIDTH": 512, "ADDR_WIDTH": 64, "MAX_BURST": 256, "TWO_D": 1, "CRC": 1},
]
