"""Bench of windlass_stream_in."""

TOP = "windlass_stream_in"
PARAMETERS = [
    {"DATA_WIDTH": 64, "DEPTH_LOG": 6, "MOST": 16},
    {"DATA_WIDTH": 32, "DEPTH_LOG": 4, "MOST": 4},
    {"DATA_WIDTH": 512, "DEPTH_LOG": 5, "MOST": 8},
]
