"""Bench of windlass_request."""

TOP = "windlass_request"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "REQUEST_LINES": 4, "LINES_P": 4},
    {"CHANNELS": 3, "CH_W": 2, "REQUEST_LINES": 7, "LINES_P": 7},
    {"CHANNELS": 2, "CH_W": 1, "REQUEST_LINES": 0, "LINES_P": 1},
]
