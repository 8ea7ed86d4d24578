"""Bench of windlass_pending."""

TOP = "windlass_pending"
PARAMETERS = [{"WIDTH": 60, "DEPTH_LOG": 6}, {"WIDTH": 9, "DEPTH_LOG": 7}]
