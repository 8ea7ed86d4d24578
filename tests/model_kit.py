"""What the tests of the reference model share."""

from __future__ import annotations

from windlass import regs as r
from windlass.model import Fault, ReferencePlatform
from windlass.platform import PERIPHERAL_BASE, BusError, EngineParams

DONE, DESC, PERIOD, ERROR, ABORTED, NEXT = 1, 2, 4, 8, 16, 32
"""Bits of IRQ_STATUS."""
NOP, COPY, FILL, FENCE, LINK, COPY2D, CRC32C, COMPARE = range(8)
IRQ, WB, TC, EOP, PHASE = 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 31
WIDE, CYCLIC = 1 << 12, 1 << 13
TABLE, RING, AUTO = 1, 2, 3
FROM_STREAM, TO_STREAM, FROM_DEVICE, TO_DEVICE = 2 << 4, 2 << 6, 1 << 4, 1 << 6
START, ABORT, SWREQ, PAUSE, RESUME, FINISH, HAND_OVER, RESET = (1 << i for i in range(8))

SINGLE = TO_DEVICE | 2 << r.CONFIG_WIDTH_LSB | 1 << r.CONFIG_PACING_LSB
"""CONFIG: into a device of 4-byte units, one at each request."""


class Board:
    """A reference platform with short names for channel 0."""

    def __init__(self, params: EngineParams | None = None, faults: tuple[Fault, ...] = (), bypass: bool = True) -> None:
        self.p = ReferencePlatform(params, 1 << 18, faults)
        self.data = bytes((i * 7 + (i >> 8)) & 255 for i in range(1 << 14))
        self.p.write_mem(0x4000, self.data)
        if bypass:
            self.p.csr_write32(r.GRANT_BASE + r.GRANT, 1)

    def w(self, register: int, value: int, c: int = 0) -> None:
        """Write a channel register."""
        self.p.csr_write32(r.CHANNEL_BASE + c * r.CHANNEL_STRIDE + register, value)

    def r(self, register: int, c: int = 0) -> int:
        """Read a channel register."""
        return self.p.csr_read32(r.CHANNEL_BASE + c * r.CHANNEL_STRIDE + register)

    def start(self, c: int = 0, **registers: int) -> None:
        """Write registers by name, then START."""
        for name, value in registers.items():
            self.w(getattr(r, name.upper()), value, c)
        self.w(r.CMD, r.CMD_START_MASK, c)

    def settle(self) -> None:
        """Let everything that can happen happen."""
        self.p.wait_cycles(20_000)

    def state(self, c: int = 0) -> tuple[int, int]:
        """(STATUS's ending bits, error code)."""
        status = self.r(r.STATUS, c)
        return status & 15, status >> 8 & 15

    def memory(self, address: int, n: int) -> bytes:
        """Memory."""
        return self.p.read_mem(address, n)

    def table(self, address: int, *descriptors: tuple[int, ...]) -> None:
        """Write descriptors."""
        self.p.write_mem(address, b"".join(x.to_bytes(4, "little") for d in descriptors for x in d))

    def cmd(self, value: int, c: int = 0) -> None:
        """Write CMD."""
        self.w(r.CMD, value, c)

    def refused(self, register: int, value: int, c: int = 0) -> bool:
        """Whether a write to a channel register answers SLVERR."""
        try:
            self.w(register, value, c)
        except BusError:
            return True
        return False

    def g(self, register: int, value: int) -> None:
        """Write a global register."""
        self.p.csr_write32(register, value)

    def grant(self, register: int, value: int, c: int = 0) -> None:
        """Write a grant register."""
        self.p.csr_write32(r.GRANT_BASE + c * r.GRANT_STRIDE + register, value)

    def end(self, c: int = 0) -> tuple[int, int, int, int]:
        """(STATUS's low bits, error code, POS, CONSUMER) when nothing more happens."""
        self.settle()
        status = self.r(r.STATUS, c)
        return status & 0x7F, status >> 8 & 15, self.r(r.POS_LO, c), self.r(r.CONSUMER, c)

    def software_paced(self) -> None:
        """A line without a device, so that each SWREQ carries one unit of a device at 0xA000: progress step by step."""
        self.grant(r.GRANT, 1 | 3 << r.GRANT_LINE_LSB)
        self.grant(r.DEV_ADDR_LO, 0xA000)

    def request(self, times: int = 1) -> None:
        """Software requests, one after the other."""
        for _ in range(times):
            self.cmd(SWREQ)
            self.p.wait_cycles(100)


def wide(src: int, dst: int, length: int, control: int, src_stride: int = 0, dst_stride: int = 0) -> tuple[int, ...]:
    """A 32-byte descriptor."""
    m = 0xFFFF_FFFF
    return src & m, src >> 32, dst & m, dst >> 32, length, control, src_stride & m, dst_stride & m


def entry(b: Board, index: int, page: int, flags: int, owner: int = 0) -> None:
    """Write a map register."""
    b.p.csr_write32(r.MAP_BASE + index * r.MAP_STRIDE, page << 12 | flags | owner << r.MAP_FLAGS_OWNER_LSB)


def device(b: Board, sink: bool, width: int = 1, thresh: int = 1) -> None:
    """Peripheral 0: its registers, and the grant of channel 0 to it."""
    for offset, value in ((0x08, width), (0x0C, thresh), (0x10, 1), (0x04, 1 | sink << 1)):
        b.p.io_write32(PERIPHERAL_BASE + offset, value)
    b.p.csr_write32(r.GRANT_BASE + r.DEV_ADDR_LO, PERIPHERAL_BASE)


def stepped(b: Board, **registers: int) -> Board:
    """Auto-initialize into a device at 0xA000, 4 bytes at each request, laps of 12."""
    b.software_paced()
    b.start(**{"config": AUTO | SINGLE, "src_lo": 0x4000, "length": 12, **registers})
    return b


def run(b: Board, config: int, *descriptors: tuple[int, ...], at: int = 0x1000, **registers: int) -> tuple[int, ...]:
    """A table, or what `config` says, of these descriptors."""
    b.table(at, *descriptors)
    b.start(config=config, desc_lo=at, desc_count=len(descriptors), **registers)
    return b.end()
