"""Bench of windlass_stall."""

TOP = "windlass_stall"
PARAMETERS = [{"CHANNELS": 3, "CH_W": 2}, {"CHANNELS": 1, "CH_W": 1}, {"CHANNELS": 16, "CH_W": 4}]
