"""Bench of windlass_sink."""

TOP = "windlass_sink"
PARAMETERS = [
    {"STREAMS": 3, "CH_W": 2},
    {"STREAMS": 64, "CH_W": 6},
    {"STREAMS": 1, "CH_W": 3},
    {"STREAMS": 0, "CH_W": 2},
]
