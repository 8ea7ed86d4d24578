"""Bench of the board's streams: what is fed comes back through a wire, at every width and pace."""

TOP = "board_streams_tb"
PARAMETERS: list[dict[str, int]] = [
    {"STREAMS": 1, "DATA_WIDTH": 64},
    {"STREAMS": 3, "DATA_WIDTH": 512},
    {"STREAMS": 2, "DATA_WIDTH": 32},
]
