"""Bench of windlass_write, with windlass_buffer beside it."""

from tb.env.seams import Shape, info_width, rec_width

TOP = "windlass_write"
SHOWN = ("bvalid", "bready")  # the responses
BESIDE = {"windlass_buffer": {"WIDTH": "DATA_WIDTH + 2"}}
PARAMETERS = [
    {"CHANNELS": 8, "CH_W": 3, "DATA_WIDTH": d, "ADDR_WIDTH": a, "PTR_W": p,
     "REC_W": rec_width(Shape(3, d, a)), "INFO_W": info_width(Shape(3, d, a))}
    for d, a, p in [(64, 32, 6), (32, 40, 5), (256, 64, 7)]
]  # fmt: skip
