"""Models of the board's devices: the FIFO port of the reference platform, and what hangs on the wires of any platform."""

from .block_disk import BlockDisk as BlockDisk
from .bus_master import BusMasterDevice as BusMasterDevice
from .fifo_port import FifoPort as FifoPort
from .media import Medium as Medium
from .media import SerialLine as SerialLine
from .nic import Nic as Nic
