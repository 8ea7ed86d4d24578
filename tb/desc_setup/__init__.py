"""Bench of windlass_desc_setup."""

TOP = "windlass_desc_setup"
PARAMETERS = [{"CHANNELS": 4, "CH_W": 2}, {"CHANNELS": 1, "CH_W": 1}, {"CHANNELS": 64, "CH_W": 6}]
