"""Run one driver on one platform: an example by its name, or a file of the user's own, and say how it ended.

A driver is a function ``run(platform, data)``. What it returns may have ``ok`` (else it is taken as a success),
``data_out``, ``statuses``, ``cycles``, ``bytes_moved`` and ``details``, as
:class:`windlass.examples.result.ScenarioResult` has.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .model import ReferencePlatform
from .platform import EngineParams, Platform
from .rtl.session import run_on_rtl
from .trace import Observer, Recorder, driver_line
from .wdm.errors import RULES, DmaContractViolation

#: Name → "module:function" of the drivers that are shipped.
EXAMPLES = {
    "floppy": "windlass.examples.floppy:floppy",
    "sound": "windlass.examples.sound:sound",
    "network": "windlass.examples.network:network",
    "disk": "windlass.examples.disk:disk",
    "uart": "windlass.examples.uart:uart",
    "sg_copy": "windlass.examples.sg_copy:sg_copy",
    "packet_dma": "windlass.examples.packet_dma:packet_dma",
    "audio_loop": "windlass.examples.audio_loop:audio_loop",
}


class NoDriver(Exception):
    """There is no such driver, or its file can't be used; the text is one line."""


@dataclass
class Failure:
    """Why a driver did not end well. `file` and `line`: the driver's own. `rule`, `routine`, `should_have` of a broken contract."""

    message: str
    file: str = ""
    line: int = 0
    code: str = ""
    rule: str = ""
    routine: str = ""
    should_have: str = ""

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}" if self.file else ""


@dataclass
class Outcome:
    """How a run ended. `data_out` is None when the driver's result has none. `cycles` of the platform's clock."""

    failure: Failure | None = None
    ok: bool = False
    data_out: bytes | None = None
    bytes_moved: int = 0
    cycles: int = 0
    statuses: list[tuple[str, int]] = field(default_factory=list)
    residues: list[int] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    trace: list[dict[str, Any]] | None = None
    ram_sha256: str = ""


def locate(name: str) -> str:
    """ "module:function" of an example, or "file:run" of a driver's file. Raises NoDriver."""
    if name in EXAMPLES:
        return EXAMPLES[name]
    path = Path(name)
    if path.suffix != ".py" and not path.exists():
        raise NoDriver(f"no driver '{name}': expected a .py file or one of {', '.join(EXAMPLES)}")
    if not path.is_file():
        raise NoDriver(f"cannot read {name}: {'it is no file' if path.exists() else 'No such file or directory'}")
    target = f"{path.resolve()}:run"
    load(target)
    return target


def load(target: str) -> Callable[[Platform, bytes], Any]:
    """The function that :func:`locate` named. Raises NoDriver."""
    where, _, name = target.rpartition(":")
    if not where.endswith(".py"):
        function: Callable[[Platform, bytes], Any] = getattr(importlib.import_module(where), name)
        return function
    module_name = f"windlass_driver_{Path(where).stem}"  # dataclasses look their module up by its name
    spec = importlib.util.spec_from_file_location(module_name, where)
    if spec is None or spec.loader is None:
        raise NoDriver(f"cannot read {where}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as e:
        raise NoDriver(f"{where}:{e.lineno}: {e.msg}") from None
    except Exception as e:  # noqa: BLE001 - a driver's file may do anything
        at = driver_line([(f.filename, f.lineno or 0) for f in traceback.extract_tb(e.__traceback__)])
        place = f"{at[0]}:{at[1]}" if at else where
        raise NoDriver(f"{place}: {type(e).__name__}: {e}".splitlines()[0]) from None
    function = getattr(module, name, None)
    if not callable(function):
        raise NoDriver(f"{where} has no function {name}(platform, data)")
    return function


def explain(error: Exception) -> Failure:
    """What went wrong, at which line of the driver."""
    frames = [(f.filename, f.lineno or 0) for f in traceback.extract_tb(error.__traceback__)]
    at = driver_line(frames)
    file, line = at or ("", 0)
    code = next(
        (f.line or "" for f in reversed(traceback.extract_tb(error.__traceback__)) if (f.filename, f.lineno) == at), ""
    )
    if isinstance(error, DmaContractViolation):
        return Failure(RULES[error.rule], file, line, code, error.rule, error.routine, error.should_have)
    text = str(error).splitlines()[0] if str(error) else ""
    return Failure(f"{type(error).__name__}: {text}" if text else type(error).__name__, file, line, code)


def _leak(observer: Observer) -> Failure | None:
    leaks = observer.leaks()
    if not leaks:
        return None
    _, where = leaks[0]
    file, line = where or ("", 0)
    message = f"the driver ended with {len(leaks)} adapter{'s' if len(leaks) > 1 else ''} alive"
    return Failure(message, file, line, "", "CV-LEAK", "the end of the driver", "put every adapter with PutDmaAdapter")


def drive(platform: Platform, target: str, data: bytes, trace: bool) -> Outcome:
    """Run a driver on a platform, to its end, whatever it does."""
    outcome = Outcome()
    observer = Recorder(platform) if trace else Observer()
    if isinstance(observer, Recorder):
        given: Platform = observer.platform
    else:
        given, platform.observer = platform, observer
    result = None
    try:
        result = load(target)(given, data)
        outcome.failure = _leak(observer)
    except Exception as e:  # noqa: BLE001 - whatever a driver raises belongs in the outcome
        outcome.failure = explain(e)
    finally:
        platform.observer = None
    outcome.cycles = platform.now()
    if result is not None:
        outcome.data_out = getattr(result, "data_out", None)
        outcome.bytes_moved = getattr(result, "bytes_moved", 0)
        outcome.cycles = getattr(result, "cycles", outcome.cycles)
        outcome.statuses = list(getattr(result, "statuses", ()))
        outcome.residues = list(getattr(result, "residues", ()))
        outcome.details = dict(getattr(result, "details", {}))
    outcome.ok = outcome.failure is None and bool(getattr(result, "ok", True))
    if isinstance(observer, Recorder):
        outcome.trace = observer.events
    return outcome


def run_driver(
    target: str,
    data: bytes,
    *,
    platform: str = "reference",
    sim: str = "icarus",
    params: EngineParams | None = None,
    ram_size: int = 4 << 20,
    build_dir: Path | None = None,
    trace: bool = False,
) -> Outcome:
    """Run what :func:`locate` named on "reference" or "rtl". Raises SimulationFailed, ToolMissing."""
    params = params or EngineParams()
    if platform == "reference":
        board = ReferencePlatform(params, ram_size)
        outcome = drive(board, target, data, trace)
        outcome.ram_sha256 = board.ram_sha256()
        return outcome
    if build_dir is None:
        raise ValueError("the RTL needs a folder to be built in")
    call = ("windlass.runner:drive", {"target": target, "data": data, "trace": trace})
    record = run_on_rtl([call], sim=sim, params=params, ram_size=ram_size, build_dir=build_dir)[0]
    if record.result is None:
        return Outcome(Failure(record.error or "the simulation gave no result"))
    outcome = record.result
    outcome.ram_sha256 = record.ram_sha256
    if record.error and outcome.failure is None:
        outcome.failure, outcome.ok = Failure(record.error.strip()), False
    return outcome
