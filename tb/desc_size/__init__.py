"""Bench of windlass_desc_size."""

TOP = "windlass_desc_size"
PARAMETERS = [{"MOST": 16, "MOST_WIDE": 8}, {"MOST": 1, "MOST_WIDE": 1}, {"MOST": 4, "MOST_WIDE": 2}]
