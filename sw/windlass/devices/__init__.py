"""Models of the board's devices, for the reference platform."""

from .fifo_port import FifoPort as FifoPort
