"""The reference model: CRC32C and COMPARE (manual, section 6)."""

from __future__ import annotations

import pytest
from model_kit import (
    COMPARE,
    CRC32C,
    FENCE,
    FROM_DEVICE,
    IRQ,
    PHASE,
    TABLE,
    TO_DEVICE,
    WB,
    WIDE,
    Board,
    run,
    wide,
)  # fmt: skip
from windlass import regs as r
from windlass.model import Fault
from windlass.platform import EngineParams

P = PHASE
SUMS = EngineParams(crc=1)
VECTORS = [
    (b"123456789", 0xE306_9283),
    (bytes(32), 0x8A91_36AA),
    (b"\xff" * 32, 0x62A8_AB43),
    (bytes(range(32)), 0x46DD_794E),
]
"""Check values of RFC 3720, appendix B.4, and of CRC32C itself."""


@pytest.mark.parametrize("data,value", VECTORS)
@pytest.mark.parametrize("address", [0x8003, 0x8FF9])
def test_crc32c(address: int, data: bytes, value: int) -> None:
    """The sum is written as 64 bits, upper half zero; nothing else is."""
    b = Board(SUMS)
    b.p.write_mem(address, data)
    b.p.write_mem(0xA000, b"\xaa" * 24)
    n = len(data)
    assert run(b, TABLE, (address, 0xA008, n, CRC32C | P | IRQ)) == (2, 0, n, 1)
    assert b.memory(0xA000, 24) == b"\xaa" * 8 + value.to_bytes(8, "little") + b"\xaa" * 8
    assert run(b, TABLE | WIDE, wide(address, 0xA010, n, CRC32C | P)) == (2, 0, n, 1)
    assert b.memory(0xA010, 8) == value.to_bytes(8, "little")


@pytest.mark.parametrize("data,value", VECTORS)
def test_compare(data: bytes, value: int) -> None:
    """The same: complete. Another: code COMPARE, FADDR is the sum found, all bytes committed, the write-back tells, nothing behind."""
    b = Board(SUMS)
    n = len(data)
    b.p.write_mem(0x8003, data)
    assert run(b, TABLE, (0x8003, value, n, COMPARE | P | WB)) == (2, 0, n, 1)
    assert b.memory(0x1008, 8) == n.to_bytes(4, "little") + (0xC000_0207).to_bytes(4, "little")
    assert run(b, TABLE | WIDE, wide(0x8003, 5 << 32 | value, n, COMPARE | P)) == (2, 0, n, 1)
    fence = (7, 0xA000, 0, FENCE | P)
    assert run(b, TABLE, (0x8003, value ^ 4, n, COMPARE | P | WB), fence) == (4, 13, n, 0)
    assert (b.r(r.FADDR_LO), b.r(r.FADDR_HI), b.r(r.SEGDONE)) == (value, 0, n)
    assert b.memory(0x1008, 8) == n.to_bytes(4, "little") + (0xED00_0207).to_bytes(4, "little")
    assert b.memory(0xA000, 8) == bytes(8)


def test_errors_of_sums() -> None:
    """A read error: the words before it count. A value that cannot be written: as a FENCE, with all bytes counted and SEGDONE 0."""
    b = Board(SUMS, faults=(Fault(0x4090, 0x4098, 2, write=False), Fault(0xA000, 0xA008, 3, write=True)))
    for op in (CRC32C, COMPARE):
        assert run(b, TABLE, (0x4003, 0xA010, 0x200, op | P)) == (4, 1, 0x8D, 0)
        assert b.r(r.FADDR_LO) == 0x4090 and b.memory(0xA010, 8) == bytes(8)
    assert run(b, TABLE, (0x5000, 0xA000, 100, CRC32C | P)) == (4, 8, 100, 0)
    assert b.r(r.FADDR_LO) == 0xA000 and b.r(r.SEGDONE) == 0


@pytest.mark.parametrize(
    "config,one",
    [
        (TABLE, (0x4000, 0xA004, 8, CRC32C | P)), (TABLE, (0x4000, 0xA000, 8, CRC32C | WB | P)), (TABLE, (0x4000, 0xA000, 0, CRC32C | P)),
        (TABLE, (0x4000, 0, 0, COMPARE | P)), (TABLE | FROM_DEVICE, (0x4000, 0xA000, 8, CRC32C | P)), (TABLE | TO_DEVICE, (0x4000, 0, 8, COMPARE | P)),
        (TABLE, (0x4000, 0, 8, COMPARE | P | 1 << 16)), (TABLE, (0x4000, 0, 8, 8 | P)),
    ],
)  # fmt: skip
def test_sums_that_are_refused(config: int, one: tuple[int, ...]) -> None:
    assert run(Board(SUMS), config, one) == (4, 10, 0, 0)


@pytest.mark.parametrize("op", [CRC32C, COMPARE])
def test_crc_is_a_parameter(op: int) -> None:
    assert run(Board(EngineParams(two_d=1)), TABLE, (0x4000, 0xA000, 8, op | P)) == (4, 10, 0, 0)
