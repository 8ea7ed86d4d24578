"""Bench of windlass_handover."""

TOP = "windlass_handover"
PARAMETERS = [{"CH_W": 2, "ADDR_WIDTH": 32}, {"CH_W": 1, "ADDR_WIDTH": 48}, {"CH_W": 6, "ADDR_WIDTH": 64}]
