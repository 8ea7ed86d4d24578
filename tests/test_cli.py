"""`make run` as a user meets it: bad input is one line and status 2 with nothing written; make help; the output file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from windlass.firstlight import MAX_FILE
from windlass.rtl.session import ROOT


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The command, as make calls it, of this work tree whatever else is installed."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "sw")}
    command = [Path(sys.executable).with_name("windlass"), *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """make in the project."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", "-C", ROOT, "--no-print-directory", *arguments], env=env, capture_output=True, text=True, check=False
    )


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """One line on standard error (after make's own, if any), status 2, no traceback."""
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("make", "  "))]
    assert done.returncode == 2, done.stdout + done.stderr
    assert len(lines) == 1 and lines[0].startswith("windlass: "), done.stderr
    assert all(word in lines[0] for word in words), lines[0]
    assert "Traceback" not in done.stderr + done.stdout


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder for output that must not come into being."""
    return tmp_path / "out"


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """Name -> (path, what the message says)."""
    empty, large = folder / "empty", folder / "large"
    empty.touch()
    with open(large, "wb") as f:
        f.truncate(MAX_FILE + 1)
    return {
        "missing": (folder / "nowhere", "No such file"), "empty": (empty, "is empty"), "a folder": (folder, "is a directory"),
        "unreadable": (Path("/proc/self/mem"), "cannot read"), "too large": (large, f"at most {MAX_FILE}"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["missing", "empty", "a folder", "unreadable", "too large"])
def test_bad_file(kind: str, tmp_path: Path, out: Path) -> None:
    path, words = bad_files(tmp_path)[kind]
    refused(run("firstlight", "--file", str(path), "--out", str(out)), words, str(path))
    assert not out.exists()


def test_unknown_sim(out: Path) -> None:
    refused(run("firstlight", "--sim", "modelsim", "--out", str(out)), "modelsim", "icarus or verilator")
    refused(make("run", "SIM=modelsim"), "modelsim", "icarus or verilator")
    assert not out.exists()


def test_make_run_bad_file() -> None:
    """The same through make, whose own status is 2 as well."""
    refused(make("run", "FILE=/nowhere/at all"), "/nowhere/at all", "No such file")


@pytest.mark.parametrize("sim", ["icarus", "verilator"])
@pytest.mark.parametrize(
    "setting,says",
    [
        ("CHANNELS=65", "CHANNELS must be 1 to 64"), ("DATA_WIDTH=48", "DATA_WIDTH must be 32 64 128 256 or 512"),
        ("ADDR_WIDTH=31", "ADDR_WIDTH must be 32 to 64"), ("MAP_REGISTERS=4097", "MAP_REGISTERS must be 0 to 4096"),
        ("MAX_BURST=0", "MAX_BURST must be 1 to 256"), ("REQUEST_LINES=65", "REQUEST_LINES must be 0 to 64"),
    ],
)  # fmt: skip
def test_unsupported_parameter(setting: str, says: str, sim: str, out: Path) -> None:
    """Found when the RTL is elaborated, in the simulator's words turned into one line."""
    refused(run("firstlight", "--sim", sim, "--param", setting, "--out", str(out)), says)
    assert not out.exists()


@pytest.mark.parametrize("setting", ["DEPTH=3", "CHANNELS", "CHANNELS=many", "CHANNELS=-1"])
def test_no_such_parameter(setting: str, out: Path) -> None:
    refused(run("firstlight", "--param", setting, "--out", str(out)), setting, "expected NAME=NUMBER")
    assert not out.exists()


@pytest.mark.parametrize("sim", ["icarus", "verilator"])
def test_run(sim: str, tmp_path: Path) -> None:
    """A whole run: status 0, a row per scenario, the output file is the input, progress on standard error, the dump where it says."""
    data = bytes(range(256)) + b"end"
    path, out = tmp_path / "some data.bin", tmp_path / "out"
    path.write_bytes(data)
    done = run("firstlight", "--file", str(path), "--sim", sim, "--waves", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    for scenario in ("scatter/gather copy", "packet system DMA", "audio loop"):
        assert re.search(rf"{scenario}.*yes", done.stdout)
        assert f"{scenario} took" in done.stderr
    assert (out / "some data.bin.out").read_bytes() == data
    assert f"waves: {out / 'waves.fst'}" in done.stdout.replace("\n", "")
    assert (out / "waves.fst").stat().st_size > 10_000
    assert not list(out.glob(".*")), "a part file was left"


def test_help_lists_every_target() -> None:
    """A line for each target of the Makefile, and nothing is built."""
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    done = make("help")
    listed = [line.split()[0] for line in done.stdout.splitlines()]
    assert done.returncode == 0 and sorted(listed) == sorted(targets)
    assert all(len(line.split()) > 2 for line in done.stdout.splitlines())
