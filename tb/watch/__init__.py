"""Bench of windlass_watch."""

TOP = "windlass_watch"
PARAMETERS: list[dict[str, int]] = [{}]
