"""Trace files, in Chrome's format: the JSON that Perfetto and chrome://tracing open, and readable lines of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: Nanoseconds of a clock cycle of the board (docs/platform.md); the format counts in microseconds.
CYCLE_NS = 10
PROCESS = 1
#: Track (thread id in the format) → its name.
TRACKS = {1: "driver and DMA interface", 2: "engine registers", 3: "device registers", 4: "8237 ports"}
CALLS, ENGINE, DEVICE, PORTS = 1, 2, 3, 4


def save(path: Path, events: list[dict[str, Any]], about: dict[str, Any]) -> None:
    """Write events as a trace file, whole or not at all; to a pipe or a device as it comes. Raises OSError."""
    meta: list[dict[str, Any]] = [
        {"name": "process_name", "ph": "M", "pid": PROCESS, "tid": 0, "args": {"name": "windlass"}},
        *(
            {"name": "thread_name", "ph": "M", "pid": PROCESS, "tid": track, "args": {"name": name}}
            for track, name in TRACKS.items()
        ),
    ]
    about = {"cycle_ns": CYCLE_NS, **about}
    text = json.dumps({"traceEvents": meta + events, "displayTimeUnit": "ns", "otherData": about}, indent=None)
    if path.exists() and not path.is_file():
        path.write_text(text)  # there is nothing to replace
        return
    path = path.resolve()  # a link stays one
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


class NotATrace(Exception):
    """The file is no trace of ours; the text says why."""


def load(path: Path) -> dict[str, Any]:
    """The trace in a file. Raises NotATrace, OSError."""
    try:
        trace = json.loads(path.read_text())
    except ValueError as e:
        raise NotATrace(f"{path} is no JSON: {e}") from None
    if not isinstance(trace, dict) or not isinstance(trace.get("traceEvents"), list):
        raise NotATrace(f"{path} is no trace: it has no list traceEvents")
    for number, event in enumerate(trace["traceEvents"]):
        missing = [key for key in ("name", "ph", "pid") if not isinstance(event, dict) or key not in event]
        if missing:
            raise NotATrace(f"{path} is no trace: event {number} has no {missing[0]}")
        if not isinstance(event.get("args", {}), dict) or not isinstance(event.get("ts", 0), int | float):
            raise NotATrace(f"{path} is no trace: args or ts of event {number} are not what the format says")
    if not isinstance(trace.get("otherData", {}), dict):
        raise NotATrace(f"{path} is no trace: otherData is no object")
    cycle_ns = trace.get("otherData", {}).get("cycle_ns", CYCLE_NS)
    if not isinstance(cycle_ns, int | float) or cycle_ns <= 0:
        raise NotATrace(f"{path} is no trace: cycle_ns is no time")
    return trace


def _inline(arguments: dict[str, Any], skip: tuple[str, ...] = ()) -> str:
    return ", ".join(
        f"{key}={value if isinstance(value, str) else json.dumps(value)}"
        for key, value in arguments.items()
        if key not in skip
    )


def describe(trace: dict[str, Any]) -> Iterator[str]:
    """A trace as lines: cycle, IRQL, calls indented as they nest, hardware events under the call that made them."""
    cycle_ns = trace.get("otherData", {}).get("cycle_ns", CYCLE_NS)
    depth = 0
    for event in trace["traceEvents"]:
        phase, args = event["ph"], event.get("args", {})
        if phase == "M":
            continue
        depth -= phase == "E"
        cycle = round(event.get("ts", 0) * 1000 / cycle_ns)
        if phase == "B":
            level = args.get("irql", "").removesuffix("_LEVEL")
            text = f"{event['name']}({_inline(args, ('irql', 'driver'))})"
        elif phase == "E":
            level = args.get("irql", "").removesuffix("_LEVEL")
            what = f"raised {args['raised']}" if "raised" in args else f"= {_inline({'': args.get('result')})[1:]}"
            out = _inline(args, ("irql", "result", "raised"))
            text = f"{event['name']} {what}" + (f"; {out}" if out else "")
        elif phase == "C":
            level, text = "", f"* {event['name']} {'up' if args.get('level') else 'down'}"
        else:
            level, text = "", f"- {event['name']} {args.get('value', args.get('error', ''))}"
        yield f"{cycle:>9} {level:<8} {'  ' * depth}{text}"
        depth += phase == "B"
