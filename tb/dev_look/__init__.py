"""Bench of windlass_dev_look."""

TOP = "windlass_dev_look"
PARAMETERS = [
    {"ADDR_WIDTH": 32, "MAP_REGISTERS": 16, "BUS_MASTERS": 2, "WRITE": 0},
    {"ADDR_WIDTH": 48, "MAP_REGISTERS": 100, "BUS_MASTERS": 8, "WRITE": 1},
    {"ADDR_WIDTH": 64, "MAP_REGISTERS": 1, "BUS_MASTERS": 1, "WRITE": 1},
    {"ADDR_WIDTH": 40, "MAP_REGISTERS": 0, "BUS_MASTERS": 1, "WRITE": 0},
]
