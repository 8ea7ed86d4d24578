"""Bench of windlass_desc_whole."""

TOP = "windlass_desc_whole"
PARAMETERS = [
    {"WORD_BYTES": 8, "MAX_BURST": 64},
    {"WORD_BYTES": 4, "MAX_BURST": 1},
    {"WORD_BYTES": 64, "MAX_BURST": 256},
    {"WORD_BYTES": 16, "MAX_BURST": 3},
    {"WORD_BYTES": 32, "MAX_BURST": 12},
]
