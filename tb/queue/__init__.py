"""Bench of windlass_queue."""

TOP = "windlass_queue"
PARAMETERS = [{"WIDTH": 8, "DEPTH_LOG": 2}, {"WIDTH": 70, "DEPTH_LOG": 5}, {"WIDTH": 9, "DEPTH_LOG": 3, "FULL_RATE": 1}, {"WIDTH": 70, "DEPTH_LOG": 4, "FULL_RATE": 1}]
