"""Bench of windlass_queue."""

TOP = "windlass_queue"
PARAMETERS = [{"WIDTH": 8, "DEPTH_LOG": 2}, {"WIDTH": 70, "DEPTH_LOG": 5}]
