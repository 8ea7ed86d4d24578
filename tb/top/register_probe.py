"""A driver that checks the whole register decode against the generated register map; runs on both platforms."""

from __future__ import annotations

from windlass import regs
from windlass.platform import BusError, Platform

WINDOW = 0x100
"""Bytes looked at in each block: all that hold registers, and what follows them."""


def refused(access: object, *arguments: int) -> bool:
    """Whether a register access answers SLVERR."""
    try:
        access(*arguments)  # type: ignore[operator]
    except BusError:
        return True
    return False


def built(p: Platform, register: regs.Register, index: int) -> bool:
    """Whether this build has a register: the counters and the streams are parameters."""
    if register.name == "BURSTS" or register.name.startswith("STALL_"):
        return bool(p.params.counters)
    return register.name != "STREAM" or index < p.params.streams


def probe(p: Platform, pending: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    """Each register reads its reset value, takes its writable bits and refuses what its access says; every other word of its
    block, an address between words, and what was not built, answers SLVERR. Returns (address, value) of every read.
    Registers that `pending` names are left alone."""
    numbers = {"GLOBAL": 1, "GRANT": p.params.channels, "MAP": p.params.map_registers, "CHANNEL": p.params.channels}
    values = []
    for block, number in numbers.items():
        base = getattr(regs, f"{block}_BASE")
        stride, limit = getattr(regs, f"{block}_STRIDE", 0x1000), getattr(regs, f"{block}_NUMBER", 1)
        known = {r.offset: r for r in regs.REGISTERS if r.block == block}
        for index in sorted({0, number - 1}):
            for offset in range(0, min(stride, WINDOW), 4):
                address, register = base + index * stride + offset, known.get(offset)
                if register is not None and register.name in pending:
                    continue
                if register is None or not built(p, register, index):
                    assert refused(p.csr_read32, address) and refused(p.csr_write32, address, 0), hex(address)
                    continue
                value = p.csr_read32(address)
                values.append((address, value))
                assert refused(p.csr_read32, address + 1) and refused(p.csr_write32, address + 2, 0), register.name
                if register.access != "RO" or register.reset:
                    assert value == register.reset, register.name
                if register.access == "RO":
                    assert refused(p.csr_write32, address, 0), register.name
                elif register.access == "RW" and block != "MAP":
                    ones = 0xFFFF_FFFF if register.name != "ARB" else regs.ARB_POLICY_WEIGHTED
                    p.csr_write32(address, ones)
                    assert p.csr_read32(address) == ones & register.write_mask, register.name
                    if register.name == "ARB":
                        assert refused(p.csr_write32, address, 3) and p.csr_read32(address) == ones
                    p.csr_write32(address, register.reset)
        if number < limit:
            beyond = base + number * stride
            assert refused(p.csr_read32, beyond) and refused(p.csr_write32, beyond, 0), f"{block} {number}"
    return values
