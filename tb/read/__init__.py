"""Bench of windlass_read."""

from tb.env.seams import Shape, land_width, rec_width

TOP = "windlass_read"
SHOWN = ("rlast", "rvalid", "rready")  # the data that ends a read
PARAMETERS = [
    {"CHANNELS": c, "CH_W": ch_w, "DATA_WIDTH": d, "ADDR_WIDTH": a, "OUTSTANDING": o, "PTR_W": p, "QUEUE_LOG": q,
     "REC_W": rec_width(Shape(ch_w, d, a)), "LAND_W": land_width(Shape(ch_w, d, a))}
    for c, ch_w, d, a, o, p, q in [(4, 2, 64, 32, 8, 6, 6), (2, 1, 32, 40, 2, 5, 6), (5, 3, 256, 64, 32, 9, 7)]
]  # fmt: skip
