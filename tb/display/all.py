"""All scenarios of the display model by name."""

from __future__ import annotations

from windlass.platform import Platform

from . import scheduling
from .scenarios import SCENARIOS

__all__ = ["SCENARIOS", "run", "scheduling"]


def run(platform: Platform, name: str) -> None:
    """One scenario, as a simulation is asked for it."""
    SCENARIOS[name](platform)
