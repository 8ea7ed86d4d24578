"""All scenarios of the display model by name."""

from __future__ import annotations

from windlass.platform import Platform
from windlass.wdm.hw import STATUS, STATUS_ACTIVE, channel_register

from . import apertures, scheduling, statuses, submission
from .scenarios import SCENARIOS

__all__ = ["SCENARIOS", "apertures", "run", "run_without_barriers", "scheduling", "statuses", "submission"]


def run(platform: Platform, name: str) -> None:
    """One scenario, as a simulation is asked for it; what it left the engine to do is done when this returns."""
    SCENARIOS[name](platform)
    while platform.csr_read32(channel_register(0, STATUS), live=True) & STATUS_ACTIVE:
        platform.wait_cycles(100)


def run_without_barriers(platform: Platform, name: str) -> None:
    """The same with a driver that thinks that nothing depends on anything: to see that it matters."""
    from windlass.display.hazards import Hazards

    original = Hazards.needs_barrier
    Hazards.needs_barrier = lambda self, reads, writes, store=False: False  # type: ignore[method-assign]
    try:
        run(platform, name)
    finally:
        Hazards.needs_barrier = original  # type: ignore[method-assign]
        while platform.csr_read32(channel_register(0, STATUS), live=True) & STATUS_ACTIVE:
            platform.wait_cycles(100)
