"""The register map: generated files are fresh, and the reference model decodes exactly what rtl/windlass.rdl says.

That the RTL does is shown by tests/test_bench_top.py.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from windlass import regs
from windlass.model import ReferencePlatform
from windlass.platform import EngineParams
from windlass.rtl.session import ROOT

from tb.top.register_probe import probe

GENERATED = ["rtl/windlass_regs.vh", "sw/include/windlass_regs.h", "sw/windlass/regs.py", "docs/registers.md"]


def test_generated_files_are_fresh(tmp_path: Path) -> None:
    """What is committed is what `make regs` makes of rtl/windlass.rdl."""
    subprocess.run([sys.executable, ROOT / "tools/regs", tmp_path], check=True, stdout=subprocess.DEVNULL)
    for name in GENERATED:
        assert (tmp_path / name).read_text() == (ROOT / name).read_text(), f"{name} is stale: run make regs"


def test_c_header_compiles(tmp_path: Path) -> None:
    """The C header's own assertions hold, and its offsets are those of the Python module."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("g++")
    assert compiler, "no C compiler: make test installs one"
    checks = [
        f"_Static_assert(offsetof(windlass_t, {block}) + offsetof({kind}, {r.name}) == {base + r.offset}, \"{r.name}\");"
        for block, kind, base in [
            ("GLOBAL", "windlass__GLOBAL_t", regs.GLOBAL_BASE), ("GRANT", "windlass__GRANTx__stride40_t", regs.GRANT_BASE),
            ("MAP", "windlass__MAPx_t", regs.MAP_BASE), ("CHANNEL", "windlass__CHANNELx__stride1000_t", regs.CHANNEL_BASE),
        ]
        for r in regs.REGISTERS if r.block == block
    ]  # fmt: skip
    assert len(checks) == len(regs.REGISTERS)
    source = tmp_path / "t.c"
    source.write_text('#include <stddef.h>\n#include "windlass_regs.h"\n' + "\n".join(checks))
    subprocess.run([compiler, "-std=c11", "-x", "c", "-fsyntax-only", f"-I{ROOT / 'sw/include'}", source], check=True)


@pytest.mark.parametrize("params", [EngineParams(), EngineParams(channels=3, map_registers=5, streams=2, counters=0)])
def test_model_decodes_the_map(params: EngineParams) -> None:
    """See tb/top/register_probe.py; tests/test_bench_top.py runs the same on the RTL."""
    assert len(probe(ReferencePlatform(params, 1 << 16))) > 60
