"""Bench of windlass_bresp."""

from tb.env.seams import Shape, info_width

TOP = "windlass_bresp"
SHOWN = ("awvalid", "awready", "wlast", "wvalid", "wready")  # the writes that are answered
PARAMETERS = [
    {"CHANNELS": c, "CH_W": ch_w, "ADDR_WIDTH": a, "OUTSTANDING": o, "INFO_W": info_width(Shape(ch_w, 64, a))}
    for c, ch_w, a, o in [(4, 2, 32, 32), (3, 2, 48, 1), (64, 6, 64, 64)]
]
