"""Bench of windlass_desc_flight."""

TOP = "windlass_desc_flight"
PARAMETERS = [{"CHANNELS": 4, "CH_W": 2}, {"CHANNELS": 1, "CH_W": 1}, {"CHANNELS": 12, "CH_W": 4}]
