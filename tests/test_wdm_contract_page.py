"""docs/dma-operations.md is up to date, and a promise without a test is found."""

import subprocess
import sys
from pathlib import Path

import pytest
from scripts import script

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / "tools" / "wdm_contract"


def test_every_promise_is_proven_and_the_page_says_so():
    done = subprocess.run([sys.executable, TOOL, "--check"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all proven" in done.stdout


@pytest.fixture
def tool():
    return script("wdm_contract")


def test_a_missing_cell_is_named(tool):
    marks = tool.Marks()
    for routine, cells in tool.CONTRACT.items():
        for cell in cells:
            marks.proven[routine, cell.name] = {(v, p) for v in cell.versions for p in cell.profiles}
    for where, numbers in tool.APPLIES.items():
        for number in numbers:
            marks.worked[(number, *where)] = {"test"}
    assert tool.missing(marks) == []
    marks.proven["map_transfer", "CV-MDL"].remove((2, "pc"))
    marks.proven["map_transfer", "CV-MIX"].add((1, "native"))
    del marks.worked["W9", "pc", "rtl"]
    assert tool.missing(marks) == [
        "map_transfer, CV-MDL, version 2, profile pc: no test",
        "map_transfer, CV-MIX, version 1, profile native: not promised",
        "W9 on pc, rtl: no test",
    ]
