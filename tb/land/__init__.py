"""Bench of windlass_land."""

TOP = "windlass_land"
SHOWN = ("arlen", "arvalid", "arready")  # the reads that the bench answers
PARAMETERS = [{"DATA_WIDTH": 64, "PTR_W": 5}, {"DATA_WIDTH": 32, "PTR_W": 6}, {"DATA_WIDTH": 512, "PTR_W": 8}]
