"""Bench of windlass_desc_words."""

TOP = "windlass_desc_words"
PARAMETERS = [{"DATA_WIDTH": 64}, {"DATA_WIDTH": 512}, {"DATA_WIDTH": 256}, {"DATA_WIDTH": 128}, {"DATA_WIDTH": 32}]
