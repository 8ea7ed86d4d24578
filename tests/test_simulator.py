"""windlass.rtl.simulator: what a process of its own does, what it prints, and how it is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from windlass.rtl import session, simulator


def says(a: Mapping[str, Any]) -> None:
    print(a["text"], os.environ["WORD"], "PATH" in os.environ, os.environ["PYTHONPATH"] == sys.path[0])
    print("error", file=sys.stderr)
    subprocess.run(["/bin/echo", "echo"], check=True)


def leaves(a: Mapping[str, Any]) -> None:
    sys.exit(a["status"])


def stays(a: Mapping[str, Any]) -> None:
    """Wait for ever, and for a child that does."""
    child = subprocess.Popen(["/bin/sleep", "1000"])
    Path(a["pids"]).write_text(f"{os.getpid()} {child.pid}")
    child.wait()


def works_on(a: Mapping[str, Any]) -> None:
    while True:
        pass


def takes(a: Mapping[str, Any]) -> None:
    bytearray(3 << 30)


def test_steps(tmp_path: Path) -> None:
    """In turn, with this environment and no other; all output in the log, behind what was there; the exit status is the last step's."""
    log = tmp_path / "log"
    log.write_text("before\n")
    ticks: list[int] = []
    env = {"WORD": "word", "PYTHONPATH": "/nowhere"}
    status = simulator.run(
        [says, leaves, says], {"text": "text", "status": 3}, env, log, on_tick=lambda: ticks.append(1)
    )
    assert status == 3 and ticks
    assert sorted(log.read_text().splitlines()) == ["before", "echo", "error", "text word False True"]


def test_side_by_side(tmp_path: Path) -> None:
    """Many at once from several threads, each with its own status."""
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda k: simulator.run([leaves], {"status": k}, {}, tmp_path / str(k)), range(1, 41))
    assert list(found) == list(range(1, 41))


def test_a_script_of_a_few_lines(tmp_path: Path) -> None:
    """It may call at its top level, and is not run again for that; the server ends with it, without a word."""
    script = tmp_path / "script.py"
    call = f"simulator.run([simulator.built], {{'build_dir': {str(tmp_path)!r}}}, {{}}, {str(tmp_path / 'log')!r})"
    script.write_text(f"from windlass.rtl import simulator\nprint('once', {call})\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("once 0\n", "") and (tmp_path / "built").exists()


def alive(pid: str) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def all_end(pids: list[str]) -> bool:
    """Within seconds."""
    end = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.01)
    return len(pids) == 2 and not any(map(alive, pids))


def test_time_out(tmp_path: Path) -> None:
    """It is ended with what it started."""
    pids = tmp_path / "pids"
    assert simulator.run([stays], {"pids": str(pids)}, {}, tmp_path / "log", seconds=1) == -signal.SIGKILL
    assert all_end(pids.read_text().split())


def test_interrupt(tmp_path: Path) -> None:
    """So it is when whoever waits for it gives up."""
    pids = tmp_path / "pids"

    def give_up() -> None:
        if pids.exists() and pids.read_text():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulator.run([stays], {"pids": str(pids)}, {}, tmp_path / "log", on_tick=give_up)
    assert all_end(pids.read_text().split())


@pytest.mark.parametrize("step, ends", [(works_on, -signal.SIGKILL), (takes, 1)], ids=["time", "memory"])
def test_limits(step: Any, ends: int, tmp_path: Path) -> None:
    """A process that never ends, or takes all memory, is stopped by the system, whoever waits for it."""
    log = tmp_path / "log"
    assert simulator.run([step], {}, {}, log, seconds=60, most=(1, 2 << 30)) == ends
    assert ends < 0 or "MemoryError" in log.read_text()


def test_made_of(tmp_path: Path) -> None:
    """What a design is made of, by the modules that are named in it, not in its comments; what only other files name is left out."""
    texts = {
        "a": "module a; b b_i (); endmodule",
        "b": "module b; // not of e\nendmodule",
        "c": "module c; d d_i (); endmodule /* e */",
        "d": "module d; endmodule\nmodule d_too; endmodule",
        "e": "module e; endmodule",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.v").write_text(text)
    files = sorted(tmp_path.iterdir())

    def names(top: str, *given: str) -> str:
        return "".join(f.stem for f in session.made_of(top, given, files))

    assert names("a") == "ab" and names("c") == "cd" and names("e") == "e"
    assert names("w", "module w; d_too d_i (); b b_i (); endmodule // a") == "bd"
