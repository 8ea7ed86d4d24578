"""Bench of windlass_packets."""

TOP = "windlass_packets"
PARAMETERS = [{"STREAMS": 3, "CH_W": 2}, {"STREAMS": 1, "CH_W": 3}, {"STREAMS": 64, "CH_W": 6}]
