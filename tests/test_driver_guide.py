"""docs/driver-guide.md: every Python block runs, in order, and prints what the page says."""

from __future__ import annotations

import contextlib
import io
import re

import pytest
from windlass.rtl.session import ROOT
from windlass.runner import EXAMPLES
from windlass.wdm import RULES

GUIDE = ROOT / "docs" / "driver-guide.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_snippets() -> None:
    """Each block's output is the text block after it, or nothing."""
    text = GUIDE.read_text()
    blocks = [(m[1], m[2], text[: m.start()].count("\n") + 1) for m in BLOCK.finditer(text)]
    assert len(blocks) > 20 and text.count("```") == 2 * len(blocks)
    names: dict[str, object] = {}
    for (kind, source, line), after in zip(blocks, [*blocks[1:], ("python", "", 0)], strict=True):
        if kind == "text":
            continue
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile("\n" * line + source, str(GUIDE), "exec"), names)  # noqa: S102 - our own page
        assert out.getvalue() == (after[1] if after[0] == "text" else ""), f"{GUIDE}:{line}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_listed(name: str) -> None:
    assert f"`{name}`" in GUIDE.read_text()


def test_the_report_is_as_shown() -> None:
    """The words of the report in the guide are those of the contract model."""
    assert f"CV-FLUSH: {RULES['CV-FLUSH']}" in GUIDE.read_text()
