"""First light: three driver scenarios on one file, on the RTL and on the reference model, compared."""

from __future__ import annotations

import hashlib
import importlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .compare import RunRecord, differences
from .model import ReferencePlatform
from .platform import EngineParams
from .rtl.session import build, run_on_rtl

SCENARIOS = [
    ("scatter/gather copy", "windlass.examples.sg_copy:sg_copy"),
    ("packet system DMA", "windlass.examples.packet_dma:packet_dma"),
    ("audio loop", "windlass.examples.audio_loop:audio_loop"),
]
MAX_FILE = 4 << 20  # bytes; source, destination and tables lie in RAM together


def ram_size_for(length: int) -> int:
    """RAM for a file of `length` bytes: a power of two, at least 4 MiB, with room for source and destination."""
    size = 4 << 20
    while size < 4 * length:
        size *= 2
    return size


@dataclass
class Row:
    """One scenario's outcome on both platforms."""

    name: str
    rtl: RunRecord
    reference: RunRecord
    differences: list[str]

    @property
    def ok(self) -> bool:
        return not self.differences

    def sha(self, which: str) -> str:
        """SHA-256 of what went in ("in") or came out of the RTL run ("out")."""
        result = self.rtl.result
        if result is None:
            return ""
        return hashlib.sha256(result.data_in if which == "in" else result.data_out).hexdigest()


def run_on_reference(path: str, data: bytes, params: EngineParams, ram_size: int) -> RunRecord:
    """One driver on the reference platform."""
    module, name = path.split(":")
    platform = ReferencePlatform(params, ram_size)
    record = RunRecord()
    try:
        record.result = getattr(importlib.import_module(module), name)(platform, data)
    except Exception as e:  # noqa: BLE001 - whatever a driver raises belongs in its record
        record.error = f"{type(e).__name__}: {e}"
    record.log, record.cycles, record.ram_sha256 = platform.log, platform.now(), platform.ram_sha256()
    return record


def compare_results(rtl: RunRecord, reference: RunRecord) -> list[str]:
    """Everything that must be equal: memory, registers, interrupts, data, statuses, residues."""
    out = differences(rtl, reference)
    a, b = rtl.result, reference.result
    if a is not None and b is not None:
        for what in ("data_in", "data_out", "statuses", "residues"):
            if getattr(a, what) != getattr(b, what):
                out.append(f"{what} differ")
        if not a.ok:
            out.append("the RTL run lost or changed data")
        if not b.ok:
            out.append("the reference run lost or changed data")
    return out


def firstlight(
    data: bytes,
    sim: str,
    build_dir: Path,
    waves: Path | None,
    progress: Callable[[str], None],
    params: EngineParams | None = None,
) -> list[Row]:
    """Run all scenarios on `data`. Raises SimulationFailed, ToolMissing."""
    params = params or EngineParams()
    ram = ram_size_for(len(data))
    progress(f"RTL under {sim}: building (the first time takes a while)")
    build(sim, params, ram, build_dir, waves is not None)  # first, since it refuses parameters that can't be
    references = []
    for name, path in SCENARIOS:
        progress(f"reference model: {name}")
        references.append(run_on_reference(path, data, params, ram))
    names = {path: name for name, path in SCENARIOS}

    def tell(line: str) -> None:
        words = line.split()
        if len(words) >= 2 and words[1] in names and words[0] in ("start", "done"):
            progress(
                f"RTL under {sim}: {names[words[1]]} " + ("runs" if words[0] == "start" else f"took {words[2]} cycles")
            )

    def simulate(paths: list[str]) -> list[RunRecord]:
        calls = [(path, {"data": data}) for path in paths]
        return run_on_rtl(calls, sim=sim, params=params, ram_size=ram, build_dir=build_dir, waves=waves, progress=tell)

    paths = [path for _, path in SCENARIOS]
    if waves is not None:
        records = simulate(paths)  # one simulation, one dump
    else:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            records = [record for one in pool.map(simulate, [[path] for path in paths]) for record in one]
    return [
        Row(name, rtl, ref, compare_results(rtl, ref))
        for (name, _), rtl, ref in zip(SCENARIOS, records, references, strict=True)
    ]
