"""Bench of windlass_write, with windlass_buffer beside it."""

from tb.env.seams import Shape, rec_width

TOP = "windlass_write"
SHOWN = ("bvalid", "bready")  # the responses
BESIDE = {"windlass_buffer": {"LANES": "DATA_WIDTH / 8"}}
PARAMETERS = [
    {
        "CHANNELS": 8,
        "CH_W": 3,
        "DATA_WIDTH": d,
        "ADDR_WIDTH": a,
        "OUTSTANDING": o,
        "PTR_W": p,
        "REC_W": rec_width(Shape(3, d, a)),
    }
    for d, a, o, p in [(64, 32, 32, 6), (32, 40, 2, 5), (256, 64, 64, 7)]
]
