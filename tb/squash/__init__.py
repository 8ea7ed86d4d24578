"""Bench of windlass_squash."""

TOP = "windlass_squash"
PARAMETERS = [{"CHANNELS": 4, "CH_W": 2}, {"CHANNELS": 1, "CH_W": 1}, {"CHANNELS": 64, "CH_W": 6}]
