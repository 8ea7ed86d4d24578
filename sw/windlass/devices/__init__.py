"""Models of the board's devices: the FIFO port of the reference platform, and what hangs on the wires of any platform."""

from .fifo_port import FifoPort as FifoPort
from .media import Medium as Medium
from .media import SerialLine as SerialLine
