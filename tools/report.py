"""docs/performance.md: a fixed page with sections, each written by the tool that measures it; the others stay as they are."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import goals
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from plots import delivered_plot
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/performance.md"
RESULTS = ROOT / "build/bench/results.json"
LAUNCH = ROOT / "build/bench/launch.json"
SIZE = ROOT / "build/synth/size.json"
SECTIONS = {
    "goals": "make bench and make synth-size",
    "bench": "make bench",
    "delivered": "make bench and make synth-size",
    "size": "make synth-size",
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "tools/templates"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    keep_trailing_newline=False, autoescape=False,
)  # fmt: skip


def rtl_hash() -> str:
    """Of all RTL files: tells whether two figures are of the same engine."""
    files = sorted((ROOT / "rtl").glob("*.v*"))
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


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


def find(rows: list[dict[str, Any]], work: goals.Work, latency: int, mapped: bool, width: int = 64, channels: int = 1,
         port: str = "own") -> float | None:  # fmt: skip
    """The utilisation of one row of results.json, or None."""
    want = {
        "work": work.work, "fragment_bytes": work.fragment_bytes, "unaligned": work.unaligned, "latency": latency, "map": mapped,
        "data_width": width, "channels": channels, "desc_port": port,
    }  # fmt: skip
    return next((r["utilisation"] for r in rows if all(r[k] == v for k, v in want.items())), None)


def placed(size: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The rows of size.json that have a clock, by name: the five configurations and what is beside them, which older files do not have."""
    return {c["name"]: c for c in size["configurations"] + size.get("beside", [])}


def delivered(rows: list[dict[str, Any]], size: dict[str, Any], name: str = "typical") -> list[dict[str, Any]]:
    """Delivered bandwidth: utilisation x Fmax x bytes of a bus word, MB/s, of the one-channel rows that are as wide as configuration `name`;
    [] if that was not placed."""
    found = placed(size).get(name)
    if not found or not found["ecp5"].get("fmax_median"):
        return []
    width, fmax = found["parameters"]["DATA_WIDTH"], found["ecp5"]["fmax_median"]
    return [
        r | {"fmax": fmax, "mb_per_s": round(r["utilisation"] * fmax * width / 8)}
        for r in rows
        if r["data_width"] == width and r["channels"] == 1 and not r["map"] and r["desc_port"] == "own"
    ]


def at_goal(bandwidth: list[dict[str, Any]]) -> int | None:
    """What is delivered where there is a goal for it, MB/s: aligned fragments of 64 bytes at latency 100. `bandwidth` as of delivered()."""
    want = {"fragment_bytes": 64, "unaligned": False, "latency": 100}
    return next((r["mb_per_s"] for r in bandwidth if all(r[k] == v for k, v in want.items())), None)


def goal_rows(
    rows: list[dict[str, Any]], launch: dict[str, dict[str, int]], size: dict[str, Any]
) -> list[dict[str, Any]]:
    """Each goal: key of its cause, what, latency, goal as text, figure (None: not measured), what it must be beside (ceiling, best), and met
    (None: not measured)."""
    out: list[dict[str, Any]] = []

    def add(key: str, what: str, latency: int | str, sign: str, goal: float, figure: float | None, **more: Any) -> None:
        met = None if figure is None else figure >= goal if sign == "at least" else figure <= goal
        out.append({"key": key, "what": what, "latency": latency, "goal": f"{sign} {goal}", "figure": figure, "met": met,
                    "ceiling": "", "best": ""} | more)  # fmt: skip

    losses = []
    for port in ("own", "shared"):
        for work in goals.WORKS:
            for latency, goal in (work.goals if port == "own" else work.shared).items():
                off, on = (find(rows, work, latency, mapped, port=port) for mapped in (False, True))
                key = f"utilisation {work.name}" if port == "own" else "one port"
                name = work.name if port == "own" else f"{work.name}, descriptors on the data port"
                best = [f"{b:.3f}" for b in (goal.port, goal.memory) if b is not None]
                add(
                    key,
                    name,
                    latency,
                    "at least",
                    goal.least,
                    off,
                    ceiling=f"{goal.ceiling:.3f}",
                    best=" / ".join(best),
                )
                if off is not None and on is not None:
                    losses.append(round(off - on, 4))
    add(
        "map",
        "lost by translation, utilisation, most of all rows above",
        "all",
        "at most",
        goals.MAP_LOSS,
        max(losses, default=None),
    )
    for name, most in goals.LAUNCH.items():
        what = "START to AR" if name == "start to AR" else f"doorbell to {name}"
        add(f"launch {name}", f"{what}, translation on, cycles", 1, "at most", most, launch.get("map on", {}).get(name))
    clocks = {name: c["ecp5"]["fmax_median"] for name, c in placed(size).items()}
    for name in (*goals.CONFIGURATIONS, goals.SINGLE):
        add(f"clock {name}", f"clock, {name}, MHz", "", "at least", goals.CLOCK_GOAL, clocks.get(name))
        if name in clocks and clocks[name] is None:
            out[-1] |= {"figure": "not placed", "met": False}
    areas = {g["name"]: g["measured"] for g in size["gates"]}
    for name, (text, most) in goals.AREA.items():
        add(f"area {name}", f"{text}, xc7", "", "at most", most, areas.get(name))
    for name in ("typical", goals.SINGLE):
        add(
            "delivered",
            f"delivered bandwidth, {name}, 64 B, MB/s",
            100,
            "at least",
            goals.DELIVERED,
            at_goal(delivered(rows, size, name)),
            best=str(goals.BEST_DELIVERED),
        )
    return out


def _read(path: Path, otherwise: Any) -> Any:
    return json.loads(path.read_text()) if path.exists() else otherwise


def both_sections() -> dict[str, str]:
    """The sections that need both measurements, from what is in build/; {} when one of them is not there. Draws the plot of the second."""
    if not (RESULTS.exists() and LAUNCH.exists() and SIZE.exists()):
        return {}
    rows, launch, size = (_read(p, None) for p in (RESULTS, LAUNCH, SIZE))
    bandwidth, single = delivered(rows, size), delivered(rows, size, goals.SINGLE)
    table = goal_rows(rows, launch["launch"], size)
    missed = list(dict.fromkeys(r["key"] for r in table if r["met"] is False))
    slow = any(key.startswith("clock") for key in missed)
    out = {
        "goals": render("goals", rows=table, missed=missed, causes=goals.CAUSES, clock=slow and goals.CLOCK, tried=goals.TRIED, bench_rtl=launch["rtl"], size_rtl=size["rtl"]),
        "delivered": render("undelivered"),
    }  # fmt: skip
    if bandwidth:
        works: dict[tuple[Any, ...], dict[int, int]] = {}
        for r in bandwidth:
            works.setdefault((r["work"], r["fragment_bytes"], r["unaligned"]), {})[r["latency"]] = r["mb_per_s"]
        out["delivered"] = render(
            "delivered", rows=works, latencies=sorted({r["latency"] for r in bandwidth}), fmax=bandwidth[0]["fmax"],
            goal=goals.DELIVERED, best=goals.BEST_DELIVERED, at_goal=at_goal(bandwidth),
            single=at_goal(single), single_fmax=single[0]["fmax"] if single else None,
        )  # fmt: skip
        delivered_plot(bandwidth, goals.WORKS, ROOT / "docs/plots/delivered.svg")
    return out


def write(**changed: str) -> None:
    """Replace sections of docs/performance.md."""
    PAGE.write_text(compose(PAGE.read_text() if PAGE.exists() else "", changed))


def warn(console: Console) -> None:
    """Tell which missed goals have no cause in tools/goals.py."""
    if RESULTS.exists() and LAUNCH.exists() and SIZE.exists():
        rows, launch, size = (_read(p, None) for p in (RESULTS, LAUNCH, SIZE))
        for key in dict.fromkeys(r["key"] for r in goal_rows(rows, launch["launch"], size) if r["met"] is False):
            if key not in goals.CAUSES:
                console.print(f"docs/performance.md: {key} is missed: tools/goals.py does not say why")
