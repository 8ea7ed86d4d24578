"""Bench of windlass_fifo."""

TOP = "windlass_fifo"
PARAMETERS = [
    {"WIDTH": 8, "DEPTH_LOG": 2},
    {"WIDTH": 70, "DEPTH_LOG": 5},
    {"WIDTH": 9, "DEPTH_LOG": 3, "OUT_REG": 1},
    {"WIDTH": 9, "DEPTH_LOG": 3, "OUT_REG": 2},
    {"WIDTH": 9, "DEPTH_LOG": 2, "ROOMY": 1},
]
