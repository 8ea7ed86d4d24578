"""W1 to W17. Each takes a `RealMachine` factory, checks what the contract says, and leaves the machine as it was.

W18 (command and DMA buffers of a display driver) is not here: it belongs to the display model.
"""

from . import queues, transfers

#: number → scenario.
SCENARIOS = {f"W{k}": getattr(transfers, f"w{k}", None) or getattr(queues, f"w{k}") for k in range(1, 18)}
#: What there is to run, by (profile, platform). An 8237 has neither request lines of its own nor a device address (W7).
#: On the RTL profile `pc` runs what moves data: a Windlass channel does it in the place of the 8237.
NATIVE = tuple(SCENARIOS)
PC = tuple(number for number in SCENARIOS if number != "W7")
PC_ON_RTL = ("W1", "W2", "W3", "W6", "W9", "W14", "W15", "W17")
APPLIES = {
    ("native", "reference"): NATIVE,
    ("native", "rtl"): NATIVE,
    ("pc", "reference"): PC,
    ("pc", "rtl"): PC_ON_RTL,
}
