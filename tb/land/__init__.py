"""Bench of windlass_land."""

from tb.env.seams import Shape, land_width

TOP = "windlass_land"
SHOWN = ("rlast", "arlen", "arvalid", "arready")  # the reads that the bench answers
PARAMETERS = [
    {"DATA_WIDTH": d, "PTR_W": p, "DEPTH_LOG": q, "LAND_W": land_width(Shape(1, d))}
    for d, p, q in [(64, 5, 3), (32, 6, 2), (512, 8, 5)]
]
