"""Short names for the register-level drivers of this folder."""

from __future__ import annotations

import random
from collections.abc import Callable

from windlass import regs
from windlass.platform import ENGINE_LINE, BusError, Platform, PlatformTimeout

from .drivers import ABORTED, DESC, DONE, ERROR, GRANT, PERIOD, chan, digest, finish

NEXT = 32
NOP, COPY, FILL, FENCE, LINK, COPY2D, CRC32C, COMPARE = range(8)
IRQ, WB, TC, EOP, PHASE = 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 31
REGISTER, TABLE, RING, AUTO = range(4)
FROM_DEVICE, TO_DEVICE, FROM_STREAM, TO_STREAM = 1 << 4, 1 << 6, 2 << 4, 2 << 6
WIDE, CYCLIC = 1 << 12, 1 << 13
START, ABORT, SWREQ, PAUSE, RESUME, FINISH, HAND_OVER, RESET = (1 << i for i in range(8))
ACTIVE, PAUSED, PENDING, ENDED_EOP = 1, 1 << 4, 1 << 5, 1 << 6
WORDS = 2 << regs.CONFIG_WIDTH_LSB
"""CONFIG: the device is 32 bits wide."""
SINGLE, BLOCK = 1 << regs.CONFIG_PACING_LSB, 2 << regs.CONFIG_PACING_LSB
TABLES, SOURCE, TARGET = 0x1000, 0x4000, 0x14000
"""Where drivers put descriptor tables (12 KiB), what is read (64 KiB), what is written (to the end of the bench's 256 KiB)."""

__all__ = [
    "ABORTED", "DESC", "DONE", "ENGINE_LINE", "ERROR", "PERIOD", "BusError", "PlatformTimeout", "chan", "digest", "finish",
]  # fmt: skip


def w(p: Platform, c: int, **registers: int) -> None:
    """Write registers of channel `c` by their lower-case names."""
    for name, value in registers.items():
        p.csr_write32(chan(c, getattr(regs, name.upper())), value)


def r(p: Platform, c: int, register: int, *, live: bool = False) -> int:
    """Read a register of channel `c`."""
    return p.csr_read32(chan(c, register), live=live)


def cmd(p: Platform, c: int, value: int) -> None:
    """Write CMD."""
    p.csr_write32(chan(c, regs.CMD), value)


def grant(
    p: Platform, c: int, bypass: int = 1, line: int = 0, window: int = 0, device: int = 0, sched: int | None = None
) -> None:
    """The grant registers of channel `c`; SCHED only if it is given."""
    base = GRANT + 0x40 * c
    p.csr_write32(base, bypass | line << regs.GRANT_LINE_LSB | window << regs.GRANT_WINDOW_LSB)
    p.csr_write32(base + 4, device & 0xFFFF_FFFF)
    p.csr_write32(base + 8, device >> 32)
    if sched is not None:
        p.csr_write32(base + 12, sched)


def refused(p: Platform, offset: int, value: int) -> bool:
    """Whether a register write answers SLVERR."""
    try:
        p.csr_write32(offset, value)
    except BusError:
        return True
    return False


def words(*values: int) -> bytes:
    """32-bit words."""
    return b"".join((v & 0xFFFF_FFFF).to_bytes(4, "little") for v in values)


def descriptor(wide: bool, src: int, dst: int, length: int, control: int, strides: tuple[int, int] = (0, 0)) -> bytes:
    """Either form. The value of a FENCE is `src` and, in the short form, `length`; see :func:`fence`."""
    if wide:
        return words(src, src >> 32, dst, dst >> 32, length, control, *strides)
    return words(src, dst, length, control)


def fence(wide: bool, address: int, value: int, control: int = FENCE | PHASE) -> bytes:
    """A FENCE of either form."""
    if wide:
        return words(value, value >> 32, address, address >> 32, 0, control, 0, 0)
    return words(value, address, value >> 32, control)


def fill_bytes(pattern: int, address: int, length: int) -> bytes:
    """What a FILL leaves."""
    return bytes(pattern >> 8 * ((address + i) % 4) & 0xFF for i in range(length))


def crc32c(data: bytes) -> int:
    """CRC32C (Castagnoli), bit by bit: the definition (RFC 3720, appendix B.4)."""
    crc = 0xFFFF_FFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F6_3B78 if crc & 1 else 0)
    return crc ^ 0xFFFF_FFFF


def table(p: Platform, c: int, blob: bytes, *, config: int = TABLE, at: int = TABLES, **registers: int) -> None:
    """Put a table of descriptors at `at` and START channel `c` on it."""
    p.write_mem(at, blob)
    size = 32 if config & WIDE else 16
    w(p, c, config=config, desc_lo=at, desc_hi=0, desc_count=len(blob) // size, **registers)
    cmd(p, c, START)


def until(p: Platform, condition: Callable[[], bool], what: str, step: int = 40, most: int = 2000) -> None:
    """Let time pass until `condition`; AssertionError when it never comes."""
    for _ in range(most):
        if condition():
            return
        p.wait_cycles(step)
    raise AssertionError(f"{what} did not come")


def idle(p: Platform, c: int) -> bool:
    """Channel `c` is not ACTIVE."""
    return not r(p, c, regs.STATUS, live=True) & ACTIVE


def memory(p: Platform, seed: int) -> tuple[random.Random, bytes]:
    """A generator, and random bytes that lie at SOURCE (64 KiB)."""
    rng = random.Random(seed)
    data = rng.randbytes(0x10000)
    p.write_mem(SOURCE, data)
    return rng, data


def position(p: Platform, c: int) -> int:
    """POS, one sample."""
    low = r(p, c, regs.POS_LO, live=True)
    return r(p, c, regs.POS_HI, live=True) << 32 | low


def scrub(p: Platform) -> None:
    """Clear the bench's memory, where what is left of cut-off work depends on timing."""
    p.write_mem(0, bytes(0x40000))
