"""Parameters of the streams that cannot work end elaboration, with what they must be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from windlass.rtl.toolchain import sim_env

ROOT = Path(__file__).resolve().parents[1]


def elaborate(**parameters: int) -> str:
    """What Verilator has to say about the engine with these parameters; nothing when it is content."""
    values = [f"-G{name}={value}" for name, value in parameters.items()]
    done = subprocess.run(
        ["verilator", "--lint-only", "-Wno-fatal", "-Wno-lint", "-Irtl", *values, "rtl/windlass.vlt", "rtl/windlass.v"],
        cwd=ROOT, env=sim_env("verilator"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stderr if done.returncode else ""


@pytest.mark.parametrize(
    "parameters,message",
    [
        ({"STREAMS": 5}, "windlass_error_STREAMS_must_be_0_to_CHANNELS"),
        ({"STREAMS": -1}, "windlass_error_STREAMS_must_be_0_to_CHANNELS"),
        ({"STREAMS": 1, "STREAM_BEATS": 48}, "windlass_error_STREAM_BEATS_must_be_a_power_of_two_from_16_to_4096"),
        ({"STREAMS": 1, "STREAM_BEATS": 8}, "windlass_error_STREAM_BEATS_must_be_a_power_of_two_from_16_to_4096"),
    ],
)
def test_what_cannot_work(parameters: dict[str, int], message: str) -> None:
    assert message in elaborate(**parameters)


@pytest.mark.parametrize(
    "parameters",
    [
        {"STREAMS": 4, "STREAM_BEATS": 4096, "MAX_BURST": 256},
        {"STREAMS": 1, "CHANNELS": 1, "STREAM_BEATS": 16, "DATA_WIDTH": 512, "MAX_BURST": 256},
    ],
)
def test_the_ends_of_the_ranges(parameters: dict[str, int]) -> None:
    assert elaborate(**parameters) == ""
