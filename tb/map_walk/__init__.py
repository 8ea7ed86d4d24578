"""Bench of windlass_map_walk."""

TOP = "windlass_map_walk"
PARAMETERS = [
    {"PAGE_W": 20, "MAP_REGISTERS": 16},
    {"PAGE_W": 36, "MAP_REGISTERS": 5},
    {"PAGE_W": 52, "MAP_REGISTERS": 1},
    {"PAGE_W": 20, "MAP_REGISTERS": 4096},
]
