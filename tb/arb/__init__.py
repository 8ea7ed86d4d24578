"""Bench of windlass_arb."""

TOP = "windlass_arb"
PARAMETERS = [{"N": 1, "IW": 1}, {"N": 5, "IW": 3}, {"N": 64, "IW": 6}]
