"""W1 to W17. Each takes a `RealMachine` factory, checks what the contract says, and leaves the machine as it was.

W18 (command and DMA buffers of a display driver) is not here: it belongs to the display model.
"""

from . import queues, transfers

#: number → scenario.
SCENARIOS = {f"W{k}": getattr(transfers, f"w{k}", None) or getattr(queues, f"w{k}") for k in range(1, 18)}
#: What there is to run, by (profile, platform). An 8237 has neither request lines of its own nor a device address (W7).
#: On the RTL a Windlass channel moves the data of profile `pc`, in the place of the 8237.
NATIVE = tuple(SCENARIOS)
PC = tuple(number for number in SCENARIOS if number != "W7")
APPLIES = {
    ("native", "reference"): NATIVE,
    ("native", "rtl"): NATIVE,
    ("pc", "reference"): PC,
    ("pc", "rtl"): PC,
}
