"""Bench of windlass_back: cocotbext-axi's AxiRam behind the bus, pieces at the seam."""

TOP = "windlass_back"
PARAMETERS = [
    {"CHANNELS": 4, "CH_W": 2, "DATA_WIDTH": 64, "ADDR_WIDTH": 32, "OUTSTANDING": 8, "BUFFER_BEATS": 64, "CRC": 1},
    {"CHANNELS": 3, "CH_W": 2, "DATA_WIDTH": 32, "ADDR_WIDTH": 32, "OUTSTANDING": 32, "BUFFER_BEATS": 512},
    {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": 256, "ADDR_WIDTH": 40, "OUTSTANDING": 1, "BUFFER_BEATS": 32, "CRC": 1},
]
