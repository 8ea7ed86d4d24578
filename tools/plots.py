"""The plots of docs/performance.md, as SVG that is the same byte for byte when the figures are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
from goals import BEST_DELIVERED, DELIVERED, MAP_LOSS, Work

matplotlib.use("svg")
matplotlib.rcParams.update({
    "svg.hashsalt": "windlass", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.color": "#e4e4e4", "grid.linewidth": 0.6, "axes.edgecolor": "#888888", "axes.axisbelow": True,
    "legend.frameon": False, "figure.facecolor": "white",
})  # fmt: skip
from matplotlib import pyplot

COLOURS = ["#1b6ca8", "#d1495b", "#2e8b57", "#8a5fbf", "#c77d0a", "#4d4d4d", "#00a3a3"]


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _latency_axis(axes: Any, latencies: list[int]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(latencies, [str(latency) for latency in latencies])
    axes.minorticks_off()
    axes.set_xlabel("memory latency L, cycles")


def _lines(axes: Any, rows: list[dict[str, Any]], works: list[Work], value: str) -> None:
    """A line for each kind of work."""
    for colour, work in zip(COLOURS, works, strict=True):
        want = {"work": work.work, "fragment_bytes": work.fragment_bytes, "unaligned": work.unaligned}
        points = sorted((r["latency"], r[value]) for r in rows if all(r[k] == v for k, v in want.items()))
        if points:
            axes.plot(
                *zip(*points, strict=True), color=colour, marker="o", markersize=3.5, linewidth=1.6, label=work.name
            )


def utilisation_plot(rows: list[dict[str, Any]], works: list[Work], path: Path) -> None:
    """Utilisation against latency for each kind of work (64-bit bus, one channel, own descriptor port), map off and map on, with the goals."""
    figure, panes = pyplot.subplots(1, 2, figsize=(9.5, 4), sharey=True)
    for mapped, axes in zip((False, True), panes, strict=True):
        mine = [r for r in rows if (r["data_width"], r["channels"], r["desc_port"], r["map"]) == (64, 1, "own", mapped)]
        _lines(axes, mine, works, "utilisation")
        for colour, work in zip(COLOURS, works, strict=True):
            axes.plot(
                list(work.goals), [goal.least - MAP_LOSS * mapped for goal in work.goals.values()], color=colour, marker="_", markersize=13,
                markeredgewidth=1.6, linestyle="none",
            )  # fmt: skip
        _latency_axis(axes, sorted({r["latency"] for r in mine}) or [1])
        axes.set_title("map on" if mapped else "map off", loc="left")
    panes[0].set_ylim(0.4, 1.01)
    panes[0].set_ylabel("bus utilisation (bars: goal)")
    panes[1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    _save(figure, path)


def delivered_plot(rows: list[dict[str, Any]], works: list[Work], path: Path) -> None:
    """Delivered bandwidth against latency (rows of report.delivered), with the goal for 64-byte fragments and the best open core there."""
    figure, axes = pyplot.subplots(figsize=(7.5, 4))
    _lines(axes, rows, works, "mb_per_s")
    for text, value, marker in (("goal, 64 B", DELIVERED, "_"), ("best open core, 64 B", BEST_DELIVERED, "x")):
        axes.plot([100], [value], color=COLOURS[0], marker=marker, markersize=9, markeredgewidth=1.6, linestyle="none")
        axes.annotate(text, (100, value), textcoords="offset points", xytext=(-10, 6), ha="right")
    _latency_axis(axes, sorted({r["latency"] for r in rows}))
    axes.set_ylim(0, max(DELIVERED, *(r["mb_per_s"] for r in rows)) * 1.08)
    axes.set_ylabel(f"MB/s at {rows[0]['fmax']:.1f} MHz")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    _save(figure, path)
