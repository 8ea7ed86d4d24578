"""Bench of windlass_dev_address."""

TOP = "windlass_dev_address"
PARAMETERS = [
    {"DATA_WIDTH": 64, "ADDR_WIDTH": 32, "DEV_ID_WIDTH": 6, "MAP_REGISTERS": 16, "BUS_MASTERS": 4, "WRITE": 1, "ROOM_W": 9},
    {"DATA_WIDTH": 32, "ADDR_WIDTH": 48, "DEV_ID_WIDTH": 4, "MAP_REGISTERS": 70, "BUS_MASTERS": 8, "WRITE": 0, "ROOM_W": 6},
    {"DATA_WIDTH": 256, "ADDR_WIDTH": 64, "DEV_ID_WIDTH": 8, "MAP_REGISTERS": 0, "BUS_MASTERS": 1, "WRITE": 0, "ROOM_W": 8},
]  # fmt: skip
