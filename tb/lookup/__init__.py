"""Bench of windlass_lookup."""

TOP = "windlass_lookup"
PARAMETERS = [{"CH_W": 2, "ADDR_WIDTH": 32}, {"CH_W": 6, "ADDR_WIDTH": 64}]
