"""Each proof holds, its covers are reached, and each of its planted bugs makes it fail."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from formal.proofs import PROOFS

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("proof", PROOFS, ids=lambda p: p.name)
def test_proof(proof, tmp_path, pytestconfig):
    quick = not pytestconfig.getoption("--full")
    results = tmp_path / "results.json"
    command = [sys.executable, "tools/formal", proof.name, "--bugs", "--results", str(results), *["--quick"] * quick]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(results.read_text())
    found = [r for r in rows if r["bug"]]
    tasks = ["prove" if proof.unbounded else "bmc"] + ["cover"] * (not (quick and proof.slow))
    assert [r["task"] for r in rows if not r["bug"]] == tasks
    assert {r["bug"] for r in found} == {b.name for b in proof.bugs} and all(r["ok"] for r in rows)
    traced = {b.name for b in proof.bugs if b.trace} if not (quick and proof.slow) else set()
    assert [r["status"] for r in found if r["bug"] in traced] == ["FAIL"] * len(traced)
    assert proof.bugs, "a proof without a planted bug shows nothing"


@pytest.mark.parametrize("proof", PROOFS, ids=lambda p: p.name)
def test_bugs_can_be_planted(proof):
    """The text that each planted bug changes stands once in its file, so a changed line is known in a second, not after a proof."""
    for bug in proof.bugs:
        times = (ROOT / "rtl" / bug.file).read_text().count(bug.old)
        assert times == 1, f"{bug.name}: its text stands {times} times in {bug.file}, expected once: {bug.old}"


def test_unknown_name_is_one_line():
    done = subprocess.run(
        [sys.executable, "tools/formal", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 and done.stderr.count("\n") == 1 and "no proof 'nothing'" in done.stderr
