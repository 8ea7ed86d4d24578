"""Parameters of windlass.v out of their range end elaboration, and the message says which and what it must be (docs/integration.md)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from windlass.rtl.session import ROOT
from windlass.rtl.toolchain import sim_env

GOOD = [
    {}, {"CHANNELS": 1, "DATA_WIDTH": 32, "ADDR_WIDTH": 64, "MAP_REGISTERS": 0, "REQUEST_LINES": 0, "MAX_BURST": 1, "OUTSTANDING": 1, "BUFFER_BEATS": 32},
    {"CHANNELS": 64, "DATA_WIDTH": 512, "MAP_REGISTERS": 4096, "REQUEST_LINES": 64, "MAX_BURST": 256, "OUTSTANDING": 64, "DESC_PREFETCH": 256},
    {"DESCRIPTORS": 0, "AUTO_INIT": 0, "COUNTERS": 0, "DESC_SHARED": 1}, {"TWO_D": 1, "CRC": 1, "DESC_SHARED": 1, "DESC_PREFETCH": 4, "ID_WIDTH": 1},
]  # fmt: skip
BAD = {
    "CHANNELS": (0, 65), "DATA_WIDTH": (16, 96, 1024), "ADDR_WIDTH": (31, 65), "ID_WIDTH": (0,), "MAP_REGISTERS": (-1, 4097), "REQUEST_LINES": (-1, 65),
    "MAX_BURST": (0, 257), "OUTSTANDING": (0, 65), "BUFFER_BEATS": (16, 64, 384), "DESC_PREFETCH": (2, 24, 512), "DESC_SHARED": (-1, 2),
    "DESCRIPTORS": (-1, 2), "AUTO_INIT": (-1, 2), "TWO_D": (-1, 2), "CRC": (-1, 2), "COUNTERS": (-1, 2), "STREAMS": (-1, 5), "STREAM_BEATS": (8, 48, 8192),
    "BUS_MASTERS": (-1, 9), "DEV_ID_WIDTH": (2, 17), "DEV_BEATS": (16, 48, 8192),
}  # fmt: skip


def elaborate(parameters: dict[str, int]) -> subprocess.CompletedProcess[str]:
    """Icarus reads the engine with these parameters."""
    sources = [str(p) for p in sorted((ROOT / "rtl").glob("*.v"))]
    values = [f"-Pwindlass.{name}={value}" for name, value in parameters.items()]
    return subprocess.run(
        ["iverilog", "-g2005", "-t", "null", "-I", str(ROOT / "rtl"), "-s", "windlass", *values, *sources],
        env=sim_env("icarus"), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("parameters", GOOD)
def test_good(parameters: dict[str, int]) -> None:
    """Both ends of each range are built."""
    done = elaborate(parameters)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name,value", [(name, value) for name, values in BAD.items() for value in values])
def test_bad(name: str, value: int) -> None:
    """The missing module's name begins with the parameter's, and says what it must be."""
    done = elaborate({"STREAMS": 1, name: value})
    assert done.returncode != 0
    assert f"windlass_error_{name}_must_be_" in done.stderr, done.stderr


def test_all_are_checked() -> None:
    """No parameter of the engine is left out here."""
    text = Path(ROOT / "rtl/windlass.v").read_text()
    names = re.findall(r"^    parameter (\w+) = ", text.split("// not to be set")[0], re.MULTILINE)
    assert set(names) == set(BAD)


def test_the_table_of_the_guide() -> None:
    """docs/integration.md lists each parameter with its default."""
    rows = re.findall(r"^\| (\w+) \| [^|]+ \| (\d+) \|", Path(ROOT / "docs/integration.md").read_text(), re.MULTILINE)
    text = Path(ROOT / "rtl/windlass.v").read_text().split("// not to be set")[0]
    assert sorted(rows) == sorted(re.findall(r"^    parameter (\w+) = (\d+)", text, re.MULTILINE))
    assert {name for name, _ in rows} == set(BAD)
