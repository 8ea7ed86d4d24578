"""Bench of windlass_map."""

TOP = "windlass_map"
PARAMETERS = [
    {"CH_W": 2, "ADDR_WIDTH": 32, "MAP_REGISTERS": 16, "SEQ_W": 6, "BUS_MASTERS": 2},
    {"CH_W": 6, "ADDR_WIDTH": 48, "MAP_REGISTERS": 5, "SEQ_W": 10},
    {"CH_W": 1, "ADDR_WIDTH": 64, "MAP_REGISTERS": 1, "SEQ_W": 6, "BUS_MASTERS": 8},
    {"CH_W": 2, "ADDR_WIDTH": 40, "MAP_REGISTERS": 0, "SEQ_W": 6},
    {"CH_W": 3, "ADDR_WIDTH": 32, "MAP_REGISTERS": 70, "SEQ_W": 10, "BUS_MASTERS": 1},
]
