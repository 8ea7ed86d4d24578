"""Profile `pc`: the pair of 8237 controllers of a PC/AT, bounce pages instead of translation."""

from .hal import PcHal
from .i8237 import Controller
from .isa import IsaDevice, PortDevice, WireDevice
from .pair import Dma8237Pair

__all__ = ["Controller", "Dma8237Pair", "IsaDevice", "PcHal", "PortDevice", "WireDevice"]
