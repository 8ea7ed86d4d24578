"""What the simulator runs: scenarios one after the other on the same board."""

from .machines import RealMachine
from .scenarios import SCENARIOS


def run_all(platform, runs):
    """The (profile, number) of `runs` that held; raises at the first that does not."""
    held = []
    for profile, number in runs:

        def make(profile=profile, **choices):
            return RealMachine(platform, profile, profile == "pc", **choices)

        try:
            SCENARIOS[number](make)
        except Exception as error:
            raise AssertionError(f"{number} on {profile}: {type(error).__name__}: {error}") from error
        held.append((profile, number))
    return held
