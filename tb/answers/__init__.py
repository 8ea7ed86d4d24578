"""Bench of windlass_answers."""

TOP = "windlass_answers"
PARAMETERS = [{"KEEP": 1}, {"KEEP": 0}]
