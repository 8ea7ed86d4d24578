"""Bench of windlass_patterns."""

TOP = "windlass_patterns"
PARAMETERS = [{"DEPTH_LOG": 4}, {"DEPTH_LOG": 5}]
