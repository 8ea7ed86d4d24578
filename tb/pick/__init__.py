"""Bench of windlass_pick."""

TOP = "windlass_pick"
PARAMETERS = [{"N": 1, "IW": 1}, {"N": 5, "IW": 3}, {"N": 12, "IW": 4}, {"N": 64, "IW": 6}]
