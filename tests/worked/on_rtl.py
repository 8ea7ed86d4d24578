"""What the simulator runs: every scenario that applies, one after the other on the same board."""

from .machines import RealMachine
from .scenarios import APPLIES, SCENARIOS


def run_all(platform, profiles, only=None):
    """(profile, number) of the scenarios that held; raises at the first that does not. `only`: these numbers."""
    held = []
    for profile in profiles:
        for number in only or APPLIES[profile, "rtl"]:

            def make(profile=profile, **choices):
                return RealMachine(platform, profile, profile == "pc", **choices)

            try:
                SCENARIOS[number](make)
            except Exception as error:
                raise AssertionError(f"{number} on {profile}: {type(error).__name__}: {error}") from error
            held.append((profile, number))
    return held
