"""Bench of windlass_take."""

TOP = "windlass_take"
PARAMETERS = [{"CH_W": 2}, {"CH_W": 1, "DESCRIPTORS": 0}, {"CH_W": 6}]
