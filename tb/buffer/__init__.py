"""Bench of windlass_buffer."""

TOP = "windlass_buffer"
PARAMETERS = [{"LANES": 8, "PTR_W": 5}, {"LANES": 64, "PTR_W": 9}]
