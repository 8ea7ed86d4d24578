"""Bench of windlass_streams."""

TOP = "windlass_streams"
PARAMETERS = [
    {"STREAMS": 3, "CH_W": 2, "DATA_WIDTH": 64, "DEPTH_LOG": 6, "MOST": 16, "PULL_LOG": 3},
    {"STREAMS": 1, "CH_W": 3, "DATA_WIDTH": 128, "DEPTH_LOG": 5, "MOST": 8, "PULL_LOG": 1},
]
