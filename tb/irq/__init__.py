"""Bench of windlass_irq."""

TOP = "windlass_irq"
PARAMETERS = [{"CHANNELS": 4, "CH_W": 2}, {"CHANNELS": 1, "CH_W": 1}, {"CHANNELS": 33, "CH_W": 6}]
