"""fusesoc.core: lists what is there, and its targets run. (synth ends in tools/synth, which takes minutes: `make synth` runs it.)"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from windlass.rtl.session import ROOT
from windlass.rtl.toolchain import sim_env

FUSESOC = Path(sys.executable).with_name("fusesoc")


def run(folder: Path, *arguments: str, sim: str = "verilator") -> subprocess.CompletedProcess[str]:
    """FuseSoC with the project as its library, working in `folder`."""
    return subprocess.run(
        [FUSESOC, "--cores-root", ROOT, "run", *arguments, "windlass"],
        cwd=folder, env=sim_env(sim), capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_core_lists_all_rtl() -> None:
    """No module is forgotten when one is added."""
    core = yaml.safe_load((ROOT / "fusesoc.core").read_text())
    listed = [f if isinstance(f, str) else next(iter(f)) for f in core["filesets"]["rtl"]["files"]]
    assert sorted(listed) == sorted(str(p.relative_to(ROOT)) for p in (ROOT / "rtl").glob("*.v*") if p.suffix != ".vlt")


@pytest.mark.parametrize("target,sim", [("default", "verilator"), ("lint", "verilator"), ("sim", "icarus")])
def test_target_runs(target: str, sim: str, tmp_path: Path) -> None:
    """The target ends well; sim says PASS."""
    done = run(tmp_path, f"--target={target}", sim=sim)
    assert done.returncode == 0, done.stdout + done.stderr
    assert target != "sim" or "\nPASS\n" in done.stdout


def test_sim_fails_on_a_bug(tmp_path: Path) -> None:
    """The self-checking run ends with a status when a byte lane is wrong."""
    copy = tmp_path / "copy"
    copy.mkdir()
    subprocess.run(["cp", "-r", *[ROOT / f for f in ("rtl", "tb", "syn", "tools", "fusesoc.core")], copy], check=True)
    path = copy / "rtl/windlass_buffer.v"
    text = path.read_text()
    path.write_text(text.replace("put_data[8*k+:8]}", "put_data[8*k+:8] ^ 8'd1}"))
    assert path.read_text() != text
    done = subprocess.run(
        [FUSESOC, "--cores-root", copy, "run", "--target=sim", "windlass"],
        cwd=tmp_path, env=sim_env("icarus"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0 and "FAIL" in done.stdout


def test_synth_sets_up(tmp_path: Path) -> None:
    """The synth target exports all that tools/synth reads, and calls it."""
    done = run(tmp_path, "--setup", "--target=synth")
    assert done.returncode == 0, done.stdout + done.stderr
    work = tmp_path / "build/windlass_0.1.0/synth"
    assert "python3 src/windlass_0.1.0/tools/synth" in (work / "Makefile").read_text()
    for name in (
        "tools/synth",
        "tools/synthesis.py",
        "tools/netlist.py",
        "syn/ecp5/windlass.lpf",
        "rtl/windlass_regs.vh",
    ):
        assert (work / "src/windlass_0.1.0" / name).exists(), name
