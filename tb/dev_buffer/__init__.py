"""Bench of windlass_dev_buffer."""

TOP = "windlass_dev_buffer"
PARAMETERS = [{"WIDTH": 66, "DEPTH_LOG": 8}, {"WIDTH": 9, "DEPTH_LOG": 5}]
