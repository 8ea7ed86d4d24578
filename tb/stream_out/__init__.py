"""Bench of windlass_stream_out."""

TOP = "windlass_stream_out"
PARAMETERS = [
    {"DATA_WIDTH": 64, "DEPTH_LOG": 6, "MOST": 16, "TID": 3},
    {"DATA_WIDTH": 32, "DEPTH_LOG": 5, "MOST": 4, "TID": 63},
    {"DATA_WIDTH": 512, "DEPTH_LOG": 5, "MOST": 8, "TID": 0},
]
