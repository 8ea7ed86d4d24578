"""Bench of windlass_rate."""

TOP = "windlass_rate"
PARAMETERS = [{"CHANNELS": 4, "CH_W": 2}, {"CHANNELS": 1, "CH_W": 1}, {"CHANNELS": 20, "CH_W": 5}]
