"""The builds that the regression runs: every parameter at its ends and between, with every kind of memory."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from windlass.platform import EngineParams

from tb.env.wrapper import header

RTL = Path(__file__).resolve().parents[2] / "rtl/windlass.v"


def _set(latency: int, pause: int, **parameters: int) -> tuple[EngineParams, dict[str, int]]:
    return EngineParams(**parameters), {"latency": latency, "pause": pause}


SETS = [
    _set(10, 0),
    _set(1, 60, channels=1, data_width=32, max_burst=16),
    _set(40, 30, channels=3, data_width=128, max_burst=256),
    _set(5, 0, data_width=512, max_burst=8),
    _set(100, 0, max_burst=1),
    _set(2, 100, channels=2, data_width=256, max_burst=4, map_registers=16),
    _set(20, 10, channels=8, map_registers=0, request_lines=1),
    _set(1, 0, channels=16, max_burst=32, request_lines=64),
    _set(30, 50, channels=64, data_width=32, max_burst=2, map_registers=4096),
    _set(10, 20, channels=5, addr_width=40, max_burst=128, map_registers=1000),
    _set(7, 0, channels=2, addr_width=64, data_width=128, request_lines=0),
    _set(60, 0, outstanding=1),
    _set(60, 5, outstanding=64, buffer_beats=1024, max_burst=16),
    _set(3, 40, buffer_beats=32, max_burst=16, desc_prefetch=4),
    _set(25, 0, channels=3, desc_prefetch=256, data_width=32),
    _set(10, 30, streams=4),
    _set(1, 0, streams=1, channels=1, data_width=32, stream_beats=16, max_burst=4),
    _set(50, 60, streams=2, channels=3, data_width=512, stream_beats=128, two_d=1),
    _set(15, 0, streams=8, channels=8, data_width=128, max_burst=1, stream_beats=32),
    _set(12, 0, two_d=1),
    _set(10, 0, crc=1),
    _set(1, 70, crc=1, channels=1, data_width=32, max_burst=1, outstanding=1, map_registers=0),
    _set(25, 20, crc=1, two_d=1, streams=2, channels=5, data_width=512, max_burst=8, addr_width=40),
    _set(4, 90, two_d=1, channels=2, data_width=256, max_burst=16, desc_prefetch=8),
    _set(10, 0, descriptors=0),
    _set(10, 15, descriptors=0, auto_init=0, counters=0, channels=1, map_registers=0, request_lines=0),
    _set(2, 0, auto_init=0, streams=3),
    _set(33, 0, counters=0, channels=6, data_width=64, max_burst=64),
    _set(10, 0, desc_shared=1),
    _set(80, 35, desc_shared=1, two_d=1, streams=2, data_width=32, max_burst=8, desc_prefetch=16),
    _set(10, 20, bus_masters=3),
    _set(2, 70, bus_masters=8, dev_id_width=3, dev_beats=32, data_width=32, channels=2, map_registers=20),
    _set(
        40, 0, bus_masters=1, dev_id_width=16, data_width=512, max_burst=8, map_registers=64, desc_shared=1, streams=1
    ),
    _set(
        15, 40, bus_masters=5, dev_id_width=6, dev_beats=128, data_width=128, channels=4, streams=2, map_registers=1000
    ),
    _set(
        70, 10, bus_masters=2, dev_beats=64, data_width=256, channels=8, max_burst=16, two_d=1, crc=1, map_registers=40
    ),
    _set(1, 128, desc_shared=1, channels=4, data_width=512, outstanding=2, counters=0),
]
"""Parameters, and what the memory model is set to."""


def lacks(params: EngineParams) -> list[str]:
    """Parameters that this build sets and rtl/windlass.v does not have."""
    known, usual = header(RTL)[0], EngineParams()
    changed = [f.name for f in fields(params) if getattr(params, f.name) != getattr(usual, f.name)]
    return [name.upper() for name in changed if name.upper() not in known]
