"""docs/performance.md: a fixed page with sections, each written by the tool that measures it; the others stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/performance.md"
RESULTS = ROOT / "build/bench/results.json"
SIZE = ROOT / "build/synth/size.json"
SECTIONS = {"bench": "make bench", "delivered": "make bench and make synth-size", "size": "make synth-size"}
_TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "tools/templates"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    keep_trailing_newline=False, autoescape=False,
)  # fmt: skip


def render(template: str, **values: Any) -> str:
    """A template of tools/templates, filled in, without blank lines around it."""
    return _TEMPLATES.get_template(f"{template}.md.j2").render(**values).strip()


def sections(page: str) -> dict[str, str]:
    """What stands between the markers of a page, by section."""
    found = re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end of \1 -->", page, re.DOTALL)
    return {name: text.strip() for name, text in found}


def compose(page: str, changed: Mapping[str, str]) -> str:
    """The page with the sections in `changed` replaced. Raises ValueError for a section that the page does not have."""
    if unknown := set(changed) - set(SECTIONS):
        raise ValueError(f"docs/performance.md has no section {sorted(unknown)}")
    empty = {name: f"Not measured yet: `{tool}` writes it." for name, tool in SECTIONS.items()}
    texts = empty | {n: t for n, t in sections(page).items() if n in SECTIONS} | dict(changed)
    return render("performance", sections=texts) + "\n"


def write(**changed: str) -> None:
    """Replace sections of docs/performance.md."""
    PAGE.write_text(compose(PAGE.read_text() if PAGE.exists() else "", changed))


def delivered(rows: list[dict[str, Any]], size: dict[str, Any], name: str = "typical") -> list[dict[str, Any]]:
    """Delivered bandwidth: utilisation x Fmax x bytes of a bus word, MB/s, of the one-channel rows that are as wide as configuration `name`;
    [] if that was not placed."""
    found = [c for c in size["configurations"] if c["name"] == name and c["ecp5"].get("fmax_median")]
    if not found:
        return []
    width, fmax = found[0]["parameters"]["DATA_WIDTH"], found[0]["ecp5"]["fmax_median"]
    return [
        r | {"fmax": fmax, "mb_per_s": round(r["utilisation"] * fmax * width / 8)}
        for r in rows
        if r["data_width"] == width and r["channels"] == 1 and not r["map"] and r["desc_port"] == "own"
    ]


def delivered_section() -> dict[str, str]:
    """The section that needs both measurements, if both are there: {"delivered": text}, otherwise {}."""
    if not (RESULTS.exists() and SIZE.exists()):
        return {}
    rows = delivered(json.loads(RESULTS.read_text()), json.loads(SIZE.read_text()))
    if not rows:
        return {}
    latencies = sorted({r["latency"] for r in rows})
    table: dict[tuple[Any, ...], dict[int, int]] = {}
    for r in rows:
        table.setdefault((r["work"], r["fragment_bytes"], r["unaligned"]), {})[r["latency"]] = r["mb_per_s"]
    return {"delivered": render("delivered", rows=table, latencies=latencies, fmax=rows[0]["fmax"])}
