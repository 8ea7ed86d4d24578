"""Bench of windlass_stream_cut."""

TOP = "windlass_stream_cut"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "STREAMS": 2, "WORD_BYTES": 8, "MOST": 16},
    {"CHANNELS": 1, "CH_W": 1, "STREAMS": 1, "WORD_BYTES": 4, "MOST": 255},
    {"CHANNELS": 5, "CH_W": 3, "STREAMS": 5, "WORD_BYTES": 64, "MOST": 64},
]
