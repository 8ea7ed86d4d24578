"""Bench of windlass_buffer."""

TOP = "windlass_buffer"
PARAMETERS = [{"WIDTH": 66, "PTR_W": 5}, {"WIDTH": 514, "PTR_W": 9}]
