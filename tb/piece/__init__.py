"""Bench of windlass_piece (with windlass_cut inside)."""

TOP = "windlass_piece"
PARAMETERS = [
    {"CH_W": 2, "ADDR_WIDTH": 32, "WORD_BYTES": 8, "MAX_BURST": 64},
    {"CH_W": 1, "ADDR_WIDTH": 48, "WORD_BYTES": 4, "MAX_BURST": 1},
    {"CH_W": 6, "ADDR_WIDTH": 64, "WORD_BYTES": 64, "MAX_BURST": 256},
]
