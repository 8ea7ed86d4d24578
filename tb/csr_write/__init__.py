"""Bench of windlass_csr_write: broadcast, commands and answers, each in its cycle."""

TOP = "windlass_csr_write"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "MAP_REGISTERS": 256},
    {"CHANNELS": 3, "CH_W": 2, "MAP_REGISTERS": 5, "DATA_WIDTH": 128, "STREAMS": 1},
    {"CHANNELS": 1, "CH_W": 1, "MAP_REGISTERS": 0, "DESCRIPTORS": 0, "AUTO_INIT": 0, "REQUEST_LINES": 0},
]
