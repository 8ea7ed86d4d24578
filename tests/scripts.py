"""The tools without a .py suffix, as modules."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from types import ModuleType

from windlass.rtl.session import ROOT


def script(name: str) -> ModuleType:
    """tools/`name`, loaded anew each time; what it puts into sys.path is taken out again."""
    loader = importlib.machinery.SourceFileLoader(f"tool_{name}", str(ROOT / "tools" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    path = list(sys.path)
    loader.exec_module(module)
    sys.path[:] = path
    return module
