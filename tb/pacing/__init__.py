"""Bench of pacing through the whole engine: windlass_request with the registers, the front and the back end around it."""

TOP = "windlass"
PARAMETERS = [
    {
        "CHANNELS": 2,
        "MAP_REGISTERS": 0,
        "DESCRIPTORS": 0,
        "AUTO_INIT": 0,
        "COUNTERS": 0,
        "DATA_WIDTH": 32,
        "REQUEST_LINES": 2,
        "MAX_BURST": 16,
    }
]
