"""Bench of windlass_desc_judge."""

TOP = "windlass_desc_judge"
PARAMETERS = [{"TWO_D": 1, "CRC": 1}, {"TWO_D": 0, "CRC": 0}, {"TWO_D": 1, "CRC": 0}, {"TWO_D": 0, "CRC": 1}]
