"""Bench of windlass_flight."""

TOP = "windlass_flight"
PARAMETERS: list[dict[str, int]] = [{}]
