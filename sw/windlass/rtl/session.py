"""run_on_rtl: build the board once, simulate, hand drivers in and records out."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ..compare import RunRecord
from ..platform import EngineParams
from . import simulator
from .toolchain import ROOT, sim_env


class SimulationFailed(Exception):
    """The simulator could not be built or ended without records; the text names the log."""


def sources() -> list[Path]:
    """The board and the engine, in compile order."""
    return sorted((ROOT / "tb/env/hdl").glob("*.v")) + sorted((ROOT / "rtl").glob("*.v"))


COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def made_of(top: str, texts: Iterable[str], files: Iterable[Path]) -> list[Path]:
    """Those of `files` with a module that `top` or `texts` (Verilog) name, or that such a file names, in their order. What else there is would
    be read, and take longer than most benches' own files; and a bench would be built again when one changes that is no part of it."""
    code = {f: COMMENT.sub(" ", f.read_text()) for f in files}
    owner = {module: f for f, text in code.items() for module in re.findall(r"\bmodule\s+(\w+)", text)}
    found: set[Path] = set()
    todo = [top, *(COMMENT.sub(" ", text) for text in texts)]
    while todo:
        new = {owner[word] for word in set(re.findall(r"\w+", todo.pop())) if word in owner} - found
        found |= new
        todo += [code[f] for f in new]
    return [f for f in code if f in found]


BENCH_SECONDS = 120  # of a unit bench, with its build: the longest takes about 10
BENCH_BYTES = 4 << 30  # of address space for each of its processes: enough for every bench
BUILD_ARGS = {
    "icarus": ["-g2005"],
    "verilator": ["-Wno-fatal", "-Wno-lint", "--no-public-flat-rw", "--public-depth", "1", "--output-split", "0"],
}
"""Of the signals Verilator shows the top's only: with all of them public, as the runner asks, it can optimise nothing. It writes one file:
of several, each would be compiled with all of Verilator's headers."""
PLAIN_ASSERTIONS = {"COCOTB_REWRITE_ASSERTION_FILES": ""}
"""Without pytest's rewriting of assertions, and its import, a simulation starts in half the time."""
PRECOMPILED = "shared.h"
HEADERS = (
    *("libgen.h", "stdio.h", "memory", "string"),
    *("verilated.h", "verilated_dpi.h", "verilated_vpi.h", "verilated_syms.h"),
)
"""Of cocotb's main program, and of what Verilator writes."""
PRECOMPILE = f"{PRECOMPILED}.gch: {PRECOMPILED}\n\t$(CXX) $(CXXFLAGS) $(CPPFLAGS) $(OPT_FAST) -x c++-header -o $@ $<\n"


def _runtime(arguments: dict[str, Any], log: Path) -> Path:
    """What is the same in each design that Verilator makes, compiled once: the objects of its run time, and its headers, which take
    longer than a small design. Returns the folder. Raises SimulationFailed."""
    env = sim_env("verilator")
    of = [arguments["build_args"], importlib.metadata.version("verilator"), env["VERILATOR_ROOT"], HEADERS]
    root = ROOT / "build"
    name = f"verilator-{hashlib.sha256(json.dumps(of).encode()).hexdigest()[:12]}"
    root.mkdir(exist_ok=True)
    with open(root / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (root / name).exists():
            return root / name
        fresh = Path(tempfile.mkdtemp(dir=root))
        (fresh / "empty.v").write_text("module empty;\nendmodule\n")
        (fresh / PRECOMPILED).write_text("".join(f"#include <{header}>\n" for header in HEADERS))
        (fresh / "precompile.mk").write_text(PRECOMPILE)
        empty = {"sources": [str(fresh / "empty.v")], "top": "empty", "parameters": {}, "build_dir": str(fresh)}
        make = ["make", "-C", str(fresh), "-f", "Vtop.mk", "-f", "precompile.mk", f"{PRECOMPILED}.gch"]
        with open(log, "ab") as f:
            failed = simulator.run([simulator.build], {**arguments, **empty}, env, log)
            if failed or subprocess.run(make, env=env, stdout=f, stderr=f, check=False).returncode:
                shutil.rmtree(fresh)
                raise SimulationFailed(f"Verilator's run time could not be compiled (log: {log})")
        fresh.rename(root / name)
    return root / name


def _prepare(arguments: dict[str, Any], log: Path) -> dict[str, Any]:
    """The arguments to build a design with; for Verilator with its run time, which is put into the build folder."""
    if arguments["sim"] != "verilator":
        return arguments
    runtime, folder = _runtime(arguments, log), Path(arguments["build_dir"])
    for made in runtime.glob("verilated*.o"):
        shutil.copy(made, folder)
        later = time.time() + 600  # than the makefile that is about to be written
        os.utime(folder / made.name, (later, later))
    return {**arguments, "build_args": [*arguments["build_args"], "-CFLAGS", f"-include {runtime / PRECOMPILED}"]}


def build(sim: str, params: EngineParams, ram_size: int, build_root: Path, waves: bool = False) -> Path:
    """Build the board for `sim`; returns the build folder. A second call with the same sources does nothing."""
    values = "-".join(str(value) for value in asdict(params).values())
    name = f"{sim}-{values}-r{ram_size}" + ("-waves" if waves else "")
    folder = build_root / name
    build_root.mkdir(parents=True, exist_ok=True)
    with open(build_root / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers may want the same board
        return _build(sim, params, ram_size, folder, waves)


def _build(sim: str, params: EngineParams, ram_size: int, folder: Path, waves: bool) -> Path:
    args = [*BUILD_ARGS[sim]]
    if waves:
        args += [] if sim == "icarus" else ["--trace-fst"]
    arguments = {
        "sim": sim,
        "sources": [str(s) for s in sources()],
        "top": "wl_system",
        "parameters": {
            **{name.upper(): value for name, value in asdict(params).items()},
            "RAM_BYTES": ram_size,
        },
        "build_args": args,
        "defines": {"WL_WAVES": 1} if waves and sim == "icarus" else {},
        "build_waves": waves and sim == "verilator",
        "build_dir": str(folder),
        "includes": [str(ROOT / "rtl")],
    }
    stamp, recipe = folder / "built", json.dumps(arguments)
    newest = max(s.stat().st_mtime for s in [*sources(), *(ROOT / "rtl").glob("*.vh")])
    if stamp.exists() and stamp.stat().st_mtime > newest and stamp.read_text() == recipe:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    log = folder / "build.log"
    if simulator.run([simulator.build], _prepare(arguments, log), sim_env(sim), log):
        text = log.read_text(errors="replace")
        reason = next((line for line in text.splitlines() if "windlass_error_" in line), "")
        if reason:
            word = reason[reason.index("windlass_error_") + 15 :].split("'")[0].split()[0].strip("\"':.")
            name, _, range_ = word.partition("_must_be_")
            raise SimulationFailed(f"unsupported parameter: {name} must be {range_.replace('_', ' ')}")
        raise SimulationFailed(f"building for {sim} failed (log: {log})")
    stamp.write_text(recipe)
    return folder


def run_bench(
    name: str, top: str, parameters: dict[str, int], sim: str, folder: Path, made: Mapping[str, str] | None = None,
    instead: Mapping[str, str] | None = None, *, explain: bool = False,
) -> tuple[list[str], int]:  # fmt: skip
    """Build and run the unit bench tb/<name>/bench.py on module `top`; returns (names of failed cocotb tests, number passed).

    `made` (file name -> Verilog, written into `folder`) and what it and `top` are made of, of the RTL, the board's HDL and the bench's own,
    are given to the simulator; `instead` (file name -> Verilog) replaces files of the RTL. A design is built again when one of these
    files, a parameter or a tool is another one.
    With `explain` a bench that fails is run once more, so that its log has the values of the assertion that failed.
    Raises SimulationFailed, ToolMissing.
    """
    given = {folder / file: text for file, text in {**(made or {}), **(instead or {})}.items()}
    there = [f for f in sources() if f.name not in (instead or {})] + sorted((ROOT / "tb" / name).glob("*.v"))
    found = made_of(top, given.values(), there)
    log = folder / "log"
    arguments = {
        "sim": sim,
        "sources": [str(s) for s in [*found, *given]],
        "top": top,
        "parameters": parameters,
        "build_args": BUILD_ARGS[sim],
        "defines": {},
        "build_waves": False,
        "build_dir": str(folder),
        "includes": [str(ROOT / "rtl")],
        "module": f"tb.{name}.bench",
        "test_dir": str(folder),
        "plusargs": [],
        "test_args": [],
        "waves": False,
    }
    env = sim_env(sim)
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "sw"), str(ROOT), env.get("PYTHONPATH", "")])
    env["COCOTB_LOG_LEVEL"] = "WARNING"
    env.pop("PYTEST_CURRENT_TEST", None)  # the runner would name its result file after it
    env |= PLAIN_ASSERTIONS
    texts = [f.read_text() for f in [*found, *sorted((ROOT / "rtl").glob("*.vh"))]] + list(given.values())
    tools = [sys.prefix, importlib.metadata.version("cocotb"), importlib.metadata.version("verilator")]
    recipe = hashlib.sha256(json.dumps([arguments, texts, tools]).encode()).hexdigest()
    stamp, results = folder / "built", folder / "results.xml"
    limits = {"seconds": BENCH_SECONDS, "most": (BENCH_SECONDS, BENCH_BYTES)}
    if stamp.exists() and stamp.read_text() == recipe:
        results.unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        simulator.run([simulator.test], arguments, env, log, **limits)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file, text in given.items():
            file.write_text(text)
        # One process for both: a small design is built in not much more time than a process takes to start.
        simulator.run([simulator.build, simulator.built, simulator.test], _prepare(arguments, log), env, log, **limits)
        if not stamp.exists():
            raise SimulationFailed(f"building {top} for {sim} failed (log: {log})")
        stamp.write_text(recipe)
    if not results.exists():
        raise SimulationFailed(f"the {sim} simulation of {top} ended, or was ended, without a result (log: {log})")
    cases = list(ElementTree.parse(results).iter("testcase"))
    if explain and any(c.find("failure") is not None for c in cases):
        telling = {name: value for name, value in env.items() if name not in PLAIN_ASSERTIONS}
        simulator.run([simulator.test], arguments, telling, log, **limits)
    failed = [str(c.get("name")) for c in cases if c.find("failure") is not None or c.find("error") is not None]
    return [f"{f} (log: {log})" for f in failed], len(cases) - len(failed)


def run_on_rtl(
    calls: list[tuple[str, dict[str, Any]]],
    *,
    sim: str,
    params: EngineParams,
    ram_size: int,
    build_dir: Path,
    waves: Path | None = None,
    progress: Callable[[str], None] = lambda text: None,
    **behaviour: int,
) -> list[RunRecord]:
    """Run driver functions, named "package.module:function", on the simulated RTL; one record each.

    `behaviour` sets the memory model: latency (cycles), pause (chance of a stall in 256), err_lo, err_hi, err_kind (see
    ``tb/env/hdl/wl_memory.v``). Raises SimulationFailed, ToolMissing.
    """
    folder = build(sim, params, ram_size, build_dir, waves is not None)
    work = Path(tempfile.mkdtemp(prefix="sim-", dir=folder))
    with open(work / "call.pickle", "wb") as f:
        pickle.dump({"calls": calls, "params": params, "ram_size": ram_size, "behaviour": behaviour}, f)
    env = sim_env(sim)
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "sw"), str(ROOT), env.get("PYTHONPATH", "")])
    env["COCOTB_LOG_LEVEL"] = "WARNING"
    env |= PLAIN_ASSERTIONS
    seen = 0

    def tick() -> None:
        nonlocal seen
        path = work / "progress.txt"
        if path.exists():
            lines = path.read_text().splitlines()
            for line in lines[seen:]:
                progress(line)
            seen = len(lines)

    log = work / "sim.log"
    arguments = {
        "sim": sim,
        "top": "wl_system",
        "module": "windlass.rtl.entry",
        "build_dir": str(folder),
        "test_dir": str(work),
        "plusargs": [],
        "test_args": ["--trace-file", "waves.fst"] if waves is not None and sim == "verilator" else [],
        "waves": waves is not None,
    }
    simulator.run([simulator.test], arguments, env, log, on_tick=tick)
    if not (work / "records.pickle").exists():
        raise SimulationFailed(f"the {sim} simulation ended without a result (log: {log})")
    with open(work / "records.pickle", "rb") as f:
        records: list[RunRecord] = pickle.load(f)
    if waves is not None:
        made = next(work.glob("*.fst"), None) or next(folder.glob("*.fst"), None)
        if made:
            waves.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made, waves)
    if not any(r.error for r in records):
        shutil.rmtree(work, ignore_errors=True)
    return records
