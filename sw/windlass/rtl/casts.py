"""Icarus' run time, vvp, asks at each read of a signal by a process what kind of net it is, by C++'s dynamic_cast, whose answer it compares strings for:
two fifths of a simulation's time. A library of a few lines that remembers the answers is put in front of it.
"""

from __future__ import annotations

import functools
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("casts.cpp")
FLAGS = ("-O2", "-shared", "-fPIC", "-ftls-model=initial-exec")


@functools.cache
def library(build: Path) -> Path | None:
    """The library in folder `build`, compiled when there is none of this source; None where it cannot be: without g++, or when it refuses, or in a folder whose name the
    loader would take for two. All simulates as well without, for longer.
    """
    compiler = shutil.which("g++")
    if compiler is None or set(str(build)) & set(" :"):
        return None
    made = build / f"casts-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]}.so"
    if made.exists():
        return made
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build) as folder:
        fresh = Path(folder, made.name)
        command = [compiler, *FLAGS, str(SOURCE), "-o", str(fresh), "-ldl"]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
        fresh.rename(made)  # whole, or not at all: another process may look
    return made


def quick(env: dict[str, str], build: Path) -> dict[str, str]:
    """`env`, in which a C++ program's casts are quick; the library is in folder `build`."""
    made = library(build)
    return env if made is None else {**env, "LD_PRELOAD": " ".join([str(made), *env.get("LD_PRELOAD", "").split()])}
