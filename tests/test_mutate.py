"""tools/mutate: where it changes a module, what it says of a bench that does or does not see it."""

from __future__ import annotations

import random
from pathlib import Path
from types import ModuleType

import pytest
from scripts import script
from windlass.rtl.session import ROOT

MODULE = """// a == b
module windlass_pick #(
    parameter N = 1
) (
    input wire a,
    output wire q
);
  localparam M = N + 1;
  // here a & b
  assign q = a & M == 2;  // and a + b
endmodule
"""


@pytest.fixture
def mutate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool as a module, its output elsewhere."""
    module = script("mutate")
    monkeypatch.setattr(module, "OUT", tmp_path)
    return module


def test_changes_logic_only(mutate: ModuleType) -> None:
    """Neither comments nor ports nor constants of the module, each place once, and the rest of the text is as it was."""
    found = mutate.mutants(MODULE, 12, random.Random(1))
    assert [(line, old, new) for line, old, new, _ in found] == [(10, " & ", " | "), (10, " == ", " != ")]
    assert [text for *_, text in found] == [MODULE.replace("a & M", "a | M"), MODULE.replace("M == 2", "M != 2")]


def test_the_seed_decides(mutate: ModuleType) -> None:
    text = (ROOT / "rtl/windlass_commit.v").read_text()
    one, again, other = (mutate.mutants(text, 5, random.Random(seed)) for seed in (1, 1, 2))
    assert one == again != other and len(one) == 5


@pytest.mark.parametrize(
    "end, verdict",
    [("endmodule", "survived"), ("initial $finish;\nendmodule", "killed"), ("nonsense", "broken")],
)
def test_verdict(mutate: ModuleType, end: str, verdict: str) -> None:
    text = (ROOT / "rtl/windlass_pick.v").read_text().replace("endmodule", end)
    assert mutate.verdict("pick", 0, "windlass_pick.v", text) == verdict
    assert not list(mutate.OUT.iterdir())
