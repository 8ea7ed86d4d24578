"""Bench of windlass_reset."""

TOP = "windlass_reset"
PARAMETERS = [{"CHANNELS": 4, "CH_W": 2}, {"CHANNELS": 1, "CH_W": 1}, {"CHANNELS": 5, "CH_W": 3}]
