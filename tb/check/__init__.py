"""Bench of windlass_check: which configurations START refuses."""

TOP = "windlass_check"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "DATA_WIDTH": 64, "REQUEST_LINES": 4, "STREAMS": 2, "DESCRIPTORS": 1, "AUTO_INIT": 1},
    {"CHANNELS": 1, "CH_W": 1, "DATA_WIDTH": 32, "REQUEST_LINES": 0, "STREAMS": 0, "DESCRIPTORS": 0, "AUTO_INIT": 0},
    {"CHANNELS": 5, "CH_W": 3, "DATA_WIDTH": 128, "REQUEST_LINES": 64, "STREAMS": 5, "DESCRIPTORS": 1, "AUTO_INIT": 1},
]
