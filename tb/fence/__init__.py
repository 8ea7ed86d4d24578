"""Bench of windlass_fence."""

TOP = "windlass_fence"
PARAMETERS = [{"SEQ_W": 6}, {"SEQ_W": 10}]
