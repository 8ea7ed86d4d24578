"""Bench of windlass_csr_read: the store, the constants, what is alive, the order of the steps. The decode as a whole: tb/csr."""

TOP = "windlass_csr_read"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "MAP_REGISTERS": 16, "STREAMS": 1, "COUNTERS": 1, "CAP0": 0x1234, "CAP1": 0x5678, "CAP2": 0x9ABC, "CAP3": 0xDEF0},
    {"CHANNELS": 1, "CH_W": 1, "MAP_REGISTERS": 0, "STREAMS": 0, "COUNTERS": 0, "CAP0": 1, "CAP1": 2, "CAP2": 3, "CAP3": 4},
]  # fmt: skip
