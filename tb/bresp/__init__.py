"""Bench of windlass_bresp."""

TOP = "windlass_bresp"
SHOWN = ("awvalid", "awready", "wlast", "wvalid", "wready")  # the writes that are answered
PARAMETERS = [
    {"CHANNELS": c, "CH_W": ch_w, "ADDR_WIDTH": a, "TRACK_LOG": t, "RES_LOG": r}
    for c, ch_w, a, t, r in [(4, 2, 32, 7, 5), (3, 2, 48, 5, 1), (64, 6, 64, 8, 6)]
]
