"""Whether runs of drivers on the RTL are what the reference model says."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from windlass.compare import RunRecord, differences
from windlass.model import Fault, ReferencePlatform
from windlass.platform import EngineParams

RAM = 1 << 18
"""Bytes of RAM that the drivers of this folder use."""
LEAVES_REMAINS = ("drivers:auto_initialize", "drivers:abort_anywhere")
"""Drivers after which memory depends on timing."""
Call = tuple[str, dict[str, Any]]


def reference(name: str, arguments: dict[str, Any], params: EngineParams, faults: Sequence[Fault] = ()) -> RunRecord:
    """A driver of this folder, "module:function", on the reference model. What it raises goes into the record."""
    platform = ReferencePlatform(params, RAM, tuple(faults))
    module, function = name.split(":")
    record = RunRecord()
    try:
        record.result = getattr(importlib.import_module(f"tb.top.{module}"), function)(platform, **arguments)
    except Exception as e:  # noqa: BLE001 - whatever a driver raises belongs in its record
        record.error = f"{type(e).__name__}: {e}"
    record.log, record.ram_sha256 = platform.log, platform.ram_sha256()
    return record


def first_difference(got: Any, want: Any) -> str:
    """Where two results part."""
    if isinstance(got, list | tuple) and isinstance(want, list | tuple) and len(got) == len(want):
        for i, (x, y) in enumerate(zip(got, want, strict=True)):
            if x != y:
                return f"[{i}]{first_difference(x, y)}"
    return f": {str(got)[:200]} instead of {str(want)[:200]}"


def verdict(call: Call, got: RunRecord, params: EngineParams, faults: Sequence[Fault] = ()) -> str:
    """What is wrong with a run of `call`; nothing when the model agrees."""
    name, arguments = call
    want = reference(name, arguments, params, faults)
    if got.error or want.error:
        return f"RTL: {got.error or 'no error'}; model: {want.error or 'no error'}"
    if got.result != want.result:
        return "result" + first_difference(got.result, want.result)
    if name not in LEAVES_REMAINS:
        return "; ".join(differences(replace(got, log=want.log), want))
    return ""
