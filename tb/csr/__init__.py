"""Bench of windlass_csr: register decode, effects of writes, values of reads, the fault record."""

TOP = "windlass_csr"
PARAMETERS = [
    {
        "CHANNELS": 4,
        "CH_W": 2,
        "DATA_WIDTH": 64,
        "ADDR_WIDTH": 32,
        "MAP_REGISTERS": 256,
        "REQUEST_LINES": 4,
        "MAX_BURST": 64,
        "STREAMS": 2,
        "TWO_D": 1,
    },
    {
        "CHANNELS": 3,
        "CH_W": 2,
        "DATA_WIDTH": 128,
        "ADDR_WIDTH": 40,
        "MAP_REGISTERS": 5,
        "REQUEST_LINES": 0,
        "MAX_BURST": 256,
        "COUNTERS": 0,
        "DESC_SHARED": 1,
    },
    {
        "CHANNELS": 1,
        "CH_W": 1,
        "DATA_WIDTH": 32,
        "ADDR_WIDTH": 64,
        "MAP_REGISTERS": 0,
        "REQUEST_LINES": 64,
        "MAX_BURST": 1,
        "DESCRIPTORS": 0,
        "AUTO_INIT": 0,
    },
]
