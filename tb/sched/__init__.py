"""Bench of windlass_sched (with windlass_pick inside)."""

TOP = "windlass_sched"
PARAMETERS = [{"CHANNELS": 4, "CH_W": 2}, {"CHANNELS": 1, "CH_W": 1}, {"CHANNELS": 20, "CH_W": 5}]
