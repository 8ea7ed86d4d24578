"""What the simulator runs: every scenario that applies, one after the other on the same board."""

from .machines import RealMachine
from .scenarios import APPLIES, SCENARIOS


def run_all(platform, profile, movers, platform_name="rtl"):
    """The numbers of the scenarios that held; raises at the first that does not."""
    held = []
    for number in APPLIES[profile, platform_name]:

        def make(**choices):
            return RealMachine(platform, profile, movers, **choices)

        try:
            SCENARIOS[number](make)
        except BaseException as error:
            raise AssertionError(f"{number} on {profile}: {type(error).__name__}: {error}") from error
        held.append(number)
    return held
