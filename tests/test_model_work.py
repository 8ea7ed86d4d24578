"""The reference model: descriptors of every kind, rings that run for ever, links, windows (manual, sections 5 to 7)."""

from __future__ import annotations

import pytest
from model_kit import (
    ABORTED,
    COPY,
    COPY2D,
    CYCLIC,
    DESC,
    DONE,
    EOP,
    ERROR,
    FENCE,
    FILL,
    FROM_DEVICE,
    IRQ,
    LINK,
    NOP,
    PHASE,
    RING,
    TABLE,
    TC,
    TO_DEVICE,
    WB,
    WIDE,
    Board,
    entry,
    run,
    wide,
)  # fmt: skip
from windlass import regs as r
from windlass.model import Fault
from windlass.platform import EngineParams

P = PHASE


@pytest.fixture
def b() -> Board:
    """A board with BYPASS for channel 0, 2-D copies built."""
    return Board(EngineParams(two_d=1))


# ---------------------------------------------------------------- FILL
@pytest.mark.parametrize("address,length", [(0x9000, 8), (0x9001, 1), (0x9003, 4099), (0x9FFF, 2), (0xA002, 5)])
def test_fill(b: Board, address: int, length: int) -> None:
    """The byte at address A gets pattern byte A mod 4."""
    pattern = bytes([0x11, 0x22, 0x33, 0x44])
    assert run(b, TABLE, (0x44332211, address, length, FILL | P)) == (2, 0, length, 1)
    want = bytes(pattern[a % 4] for a in range(address, address + length))
    assert b.memory(address - 1, length + 2) == b"\0" + want + b"\0"


def test_fill_looks_at_neither_source_nor_pacing(b: Board) -> None:
    """The channel's device and its request line do not matter; a length that is no multiple of the unit neither."""
    b.grant(r.GRANT, 1 | 3 << r.GRANT_LINE_LSB)
    config = TABLE | FROM_DEVICE | 2 << r.CONFIG_WIDTH_LSB | 1 << r.CONFIG_PACING_LSB
    assert run(b, config, (0x05050505, 0x9001, 7, FILL | P)) == (2, 0, 7, 1)
    assert b.memory(0x9001, 7) == b"\5" * 7


def test_fill_needs_a_memory_destination(b: Board) -> None:
    assert run(b, TABLE | TO_DEVICE, (0, 0x9000, 8, FILL | P)) == (4, 10, 0, 0)


def test_fill_through_the_map() -> None:
    b = Board(bypass=False)
    entry(b, 1, 1, 3)
    entry(b, 4, 9, 5)
    assert run(b, TABLE, (0xAB, 0x4FFC, 4, FILL | P), (0xAB, 0x5000, 4, FILL | P)) == (4, 5, 4, 1)
    assert b.memory(0x9FFC, 4) == b"\xab\0\0\0" and b.r(r.FADDR_LO) == 0x5000


# ---------------------------------------------------------------- FENCE
def test_fence_writes_after_what_came_before(b: Board) -> None:
    """The value is {word 2, word 0}; POS and SEGDONE stay; IRQ as asked."""
    ended = run(b, TABLE, (0x4000, 0x9000, 100, COPY | P), (0x55667788, 0xA008, 0x11223344, FENCE | IRQ | P))
    assert ended == (2, 0, 100, 2)
    assert b.memory(0xA000, 24) == bytes(8) + (0x11223344_55667788).to_bytes(8, "little") + bytes(8)
    assert b.r(r.IRQ_STATUS) == DONE | DESC and b.r(r.SEGDONE) == 0


def test_wide_fence(b: Board) -> None:
    """The value is words 1, 0; the address words 2, 3."""
    assert run(b, TABLE | WIDE, wide(0x11223344_55667788, 0xA010, 0, FENCE | P)) == (2, 0, 0, 1)
    assert b.memory(0xA010, 8) == (0x11223344_55667788).to_bytes(8, "little")


def test_fence_refused_by_the_map() -> None:
    """It needs WRITE permission; DESC_MAP, FADDR the address; a fault of the descriptor kind."""
    b = Board(bypass=False)
    entry(b, 1, 1, 3)
    entry(b, 4, 9, 3)
    assert run(b, TABLE, (1, 0x4008, 2, FENCE | P)) == (4, 11, 0, 0)
    assert b.r(r.FADDR_LO) == 0x4008 and b.p.csr_read32(r.FAULT_STATUS) == 7 | 7 << 4
    assert b.memory(0x9008, 8) == bytes(8)


def test_fence_answered_with_an_error() -> None:
    b = Board(faults=(Fault(0x9000, 0x9040, 2),))
    assert run(b, TABLE, (0, 0, 0, NOP | P), (1, 0x9008, 2, FENCE | P)) == (4, 8, 0, 1)
    assert b.r(r.FADDR_LO) == 0x9008 and b.r(r.STATUS) >> 16 == 1


# ---------------------------------------------------------------- LINK
@pytest.mark.parametrize("form", [0, WIDE])
def test_link_goes_on_elsewhere(b: Board, form: int) -> None:
    """What follows the LINK is ignored; it counts one in CONSUMER; the phase expected stays 1."""

    def make(src: int, dst: int, length: int, control: int) -> tuple[int, ...]:
        return wide(src, dst, length, control) if form else (src, dst, length, control)

    b.table(0x2000, make(0x4100, 0x9100, 20, COPY | P), make(0x4200, 0x9200, 30, COPY | P), make(0, 0, 0, 15))
    ended = run(
        b, TABLE | form, make(0x4000, 0x9000, 10, COPY | P), make(0x2000, 0, 2, LINK | IRQ | P), make(0, 0, 0, 15 | P)
    )
    assert ended == (2, 0, 60, 4)
    assert [b.memory(a, 10) for a in (0x9000, 0x9100, 0x9200)] == [b.data[i : i + 10] for i in (0, 0x100, 0x200)]
    assert b.r(r.IRQ_STATUS) == DONE | DESC


def test_link_as_the_last_of_a_table(b: Board) -> None:
    b.table(0x2000, (0x4000, 0x9000, 10, COPY | P))
    assert run(b, TABLE, (0x2000, 0, 1, LINK | P)) == (2, 0, 10, 2)


def test_errors_after_a_link_name_the_new_place(b: Board) -> None:
    b.table(0x2000, (0, 0, 0, NOP | P), (0x4000, 0x9000, 10, COPY))
    assert run(b, TABLE, (0x2000, 0, 2, LINK | P)) == (4, 9, 0, 2)
    assert b.r(r.FADDR_LO) == 0x2010 and b.r(r.DESC_LO) == 0x1000


# ---------------------------------------------------------------- COPY2D
@pytest.mark.parametrize("src_stride,dst_stride", [(64, 48), (-64, 50), (7, -100), (0, 33)])
def test_rows(b: Board, src_stride: int, dst_stride: int) -> None:
    """Row r starts at source + r*source stride, destination + r*destination stride; strides are signed."""
    rows, n = 5, 30
    one = wide(0x5001, 0x9803, n, COPY2D | P | WB | (rows - 1) << 16, src_stride, dst_stride)
    assert run(b, TABLE | WIDE, one) == (2, 0, rows * n, 1)
    want = bytearray(0x1000)
    for row in range(rows):
        to, source = 0x803 + row * dst_stride, 0x1001 + row * src_stride
        want[to : to + n] = b.data[source : source + n]
    assert b.memory(0x9000, 0x1000) == want
    assert b.memory(0x1010, 8) == (rows * n).to_bytes(4, "little") + (one[5] & 0x8000_0FFF | 1 << 30).to_bytes(
        4, "little"
    )


def test_bytes_count_over_all_rows_in_order() -> None:
    """An error in a row: the rows before it and the words before the bad one are committed."""
    b = Board(EngineParams(two_d=1), faults=(Fault(0x4090, 0x4098, 2, write=False),))
    one = wide(0x4000, 0x9000, 32, COPY2D | P | 3 << 16, 64, 32)
    assert run(b, TABLE | WIDE, one) == (4, 1, 2 * 32 + 16, 0)
    assert b.r(r.FADDR_LO) == 0x4090 and b.r(r.SEGDONE) == 80


# ---------------------------------------------------------------- what is refused
@pytest.mark.parametrize(
    "config,one",
    [
        (TABLE, (0, 0x9000, 0, FILL | P)), (TABLE, (0, 0x9004, 0, FENCE | P)), (TABLE, (0, 0x9000, 0, FENCE | WB | P)),
        (TABLE, (0x2000, 0, 1, LINK | WB | P)), (TABLE, (0x2008, 0, 1, LINK | P)), (TABLE, (0x2000, 0, 0, LINK | P)),
        (TABLE, (0x2000, 0, 0x10000, LINK | P)), (RING, (0x2000, 0, 1, LINK | P)), (TABLE | WIDE, wide(0x2010, 0, 1, LINK | P)),
        (TABLE, (0x4000, 0x9000, 8, COPY2D | P)), (TABLE | WIDE, wide(0x4000, 0x9000, 0, COPY2D | P)), (TABLE, (0, 0, 0, 6 | P)),
        (TABLE | WIDE | FROM_DEVICE, wide(0x4000, 0x9000, 8, COPY2D | P)), (TABLE, (0x4000, 0x9000, 8, COPY | P | 1 << 16)),
        (TABLE, (0x4000, 0x9000, 8, COPY | P | 1 << 12)), (TABLE, (0, 0x9000, 8, FILL | P | 1 << 27)), (TABLE, (0, 0, 0, NOP | P | 1 << 28)),
    ],
)  # fmt: skip
def test_desc_bad(b: Board, config: int, one: tuple[int, ...]) -> None:
    assert run(b, config, one, producer=1) == (4, 10, 0, 0)
    assert b.memory(0x9000, 64) == bytes(64) and b.r(r.FADDR_LO) == 0x1000


def test_two_d_is_a_parameter() -> None:
    one = wide(0x4000, 0x9000, 8, COPY2D | P)
    assert run(Board(EngineParams(two_d=0)), TABLE | WIDE, one) == (4, 10, 0, 0)
    assert run(Board(EngineParams(two_d=1)), TABLE | WIDE, one) == (2, 0, 8, 1)


@pytest.mark.parametrize("op", [NOP, COPY, FILL])
def test_flags_that_say_nothing_here(b: Board, op: int) -> None:
    """EOP without a stream and TC without a line are ignored."""
    assert run(b, TABLE, (0x4000, 0x9000, 8, op | P | EOP | TC))[:2] == (2, 0)


# ---------------------------------------------------------------- 32 bytes
def test_wide_addresses_have_64_bits() -> None:
    """With 40 address bits the short form cannot reach this place; the wide one does (nothing is there: DECERR)."""
    b = Board(EngineParams(addr_width=40))
    assert run(b, TABLE | WIDE, wide(0x4000, 0x12_0000_9000, 8, COPY | P))[:2] == (4, 4)
    assert (b.r(r.FADDR_HI), b.r(r.FADDR_LO)) == (0x12, 0x9000)


def test_wide_tables_are_aligned_to_32(b: Board) -> None:
    assert run(b, TABLE | WIDE, wide(0, 0, 0, NOP | P), at=0x1010)[:2] == (4, 12)
    assert run(b, TABLE | WIDE, wide(0, 0, 0, NOP | P), at=0x1020)[:2] == (2, 0)


def test_wide_write_back_goes_to_words_4_and_5(b: Board) -> None:
    one = wide(0x4000, 0x9000, 10, COPY | WB | P, 77, 88)
    assert run(b, TABLE | WIDE, wide(0, 0, 0, NOP | P), one) == (2, 0, 10, 2)
    words = [int.from_bytes(b.memory(0x1020 + 4 * i, 4), "little") for i in range(8)]
    assert words == [*one[:4], 10, P | 1 << 30 | COPY | WB, 77, 88]


def test_strides_are_ignored_by_copy(b: Board) -> None:
    assert run(b, TABLE | WIDE, wide(0x4000, 0x9000, 10, COPY | P, 3, 5)) == (2, 0, 10, 1)


# ---------------------------------------------------------------- cyclic rings
def test_cyclic_ring_runs_until_it_is_told(b: Board) -> None:
    """PRODUCER is not looked at, PHASE not tested; CONSUMER counts on; each lap is fetched anew; FINISH ends after the last place."""
    b.table(0x1000, (0x4000, 0x9000, 8, COPY | P), (0x4008, 0x9008, 8, COPY), (0, 0, 0, NOP))
    b.start(config=RING | CYCLIC, desc_lo=0x1000, desc_count=3, producer=0)
    b.p.wait_cycles(2000)
    assert b.r(r.STATUS) == 1 and b.r(r.CONSUMER) > 20
    b.table(0x1000, (0x4100, 0x9000, 8, COPY))
    b.p.wait_cycles(200)
    b.cmd(32)
    status, code, pos, consumer = b.end()
    assert (status, code, consumer % 3, pos) == (2, 0, 0, consumer // 3 * 16)
    assert b.memory(0x9000, 16) == b.data[0x100:0x108] + b.data[8:16] and b.r(r.IRQ_STATUS) == DONE


def test_cyclic_ring_ends_with_an_error(b: Board) -> None:
    b.table(0x1000, (0x4000, 0x9000, 8, COPY), (0, 0, 0, 9))
    b.start(config=RING | CYCLIC, desc_lo=0x1000, desc_count=2)
    assert b.end() == (4, 10, 8, 1) and b.r(r.IRQ_STATUS) == ERROR


@pytest.mark.parametrize("config", [TABLE, RING])
def test_finish_does_nothing_elsewhere(b: Board, config: int) -> None:
    b.table(0x1000, *[(0x4000, 0x9000, 8, COPY | P)] * 4)
    b.start(config=config, desc_lo=0x1000, desc_count=4, producer=1)
    b.cmd(32)
    b.w(r.PRODUCER, 4)
    assert b.end() == ((2 if config == TABLE else 1), 0, 32, 4)


def test_cyclic_is_ignored_in_a_table(b: Board) -> None:
    assert run(b, TABLE | CYCLIC, (0, 0, 0, NOP | P)) == (2, 0, 0, 1)
    assert run(b, TABLE | CYCLIC, (0, 0, 0, NOP)) == (4, 9, 0, 0)


# ---------------------------------------------------------------- modes that were not built
@pytest.mark.parametrize(
    "params,modes",
    [({"descriptors": 0}, {0: 2, 1: 4, 2: 4, 3: 1}), ({"auto_init": 0}, {0: 2, 1: 2, 2: 1, 3: 4}), ({}, {0: 2, 3: 1})],
)
def test_modes_that_were_not_built(params: dict[str, int], modes: dict[int, int]) -> None:
    """START with one: CONFIG."""
    for mode, status in modes.items():
        b = Board(EngineParams(**params))
        b.table(0x1000, (0x4000, 0x9000, 8, COPY | P))
        b.start(config=mode, desc_lo=0x1000, desc_count=1, producer=1, src_lo=0x4000, dst_lo=0x9000, length=8)
        b.p.wait_cycles(50)
        assert b.r(r.STATUS) & 0xF0F == (status | 12 << 8 if status == 4 else status), mode


# ---------------------------------------------------------------- windows
@pytest.mark.parametrize("n", [2, 3, 5])
def test_window_from_a_device(b: Board, n: int) -> None:
    """Each piece starts at DEV_ADDR and takes at most 2^n bytes from increasing addresses."""
    b.grant(r.GRANT, 1 | n << r.GRANT_WINDOW_LSB)
    b.grant(r.DEV_ADDR_LO, 0x4040)
    b.start(config=FROM_DEVICE | 2 << r.CONFIG_WIDTH_LSB, dst_lo=0x9000, length=96)
    assert b.end()[:3] == (2, 0, 96)
    assert b.memory(0x9000, 96) == b.data[0x40 : 0x40 + 2**n] * (96 >> n)
    assert b.r(r.BURSTS) == 96 >> n


def test_window_to_a_device(b: Board) -> None:
    b.grant(r.GRANT, 1 | 4 << r.GRANT_WINDOW_LSB)
    b.grant(r.DEV_ADDR_LO, 0xA000)
    b.start(config=TO_DEVICE | 1 << r.CONFIG_WIDTH_LSB, src_lo=0x4002, length=40)
    assert b.end()[:3] == (2, 0, 40)
    assert b.memory(0xA000, 24) == b.data[34:42] + b.data[26:34] + bytes(8)


@pytest.mark.parametrize("n,address,width,ok", [
    (0, 0xA004, 2, 1), (1, 0xA000, 0, 0), (2, 0xA004, 2, 1), (2, 0xA000, 3, 0), (3, 0xA004, 2, 0), (12, 0xA000, 2, 1), (12, 0xA800, 2, 0), (13, 0x8000, 2, 0),
    (31, 0, 2, 0),
])  # fmt: skip
def test_windows_that_cannot_work(b: Board, n: int, address: int, width: int, ok: int) -> None:
    """n is 2 to 12, not smaller than the unit, and the address aligned to it; else CONFIG."""
    b.grant(r.GRANT, 1 | n << r.GRANT_WINDOW_LSB)
    b.grant(r.DEV_ADDR_LO, address)
    b.start(config=TO_DEVICE | width << r.CONFIG_WIDTH_LSB, src_lo=0x4000, length=8)
    assert b.end()[:2] == ((2, 0) if ok else (4, 12))


def test_a_window_without_a_device_does_not_matter(b: Board) -> None:
    b.grant(r.GRANT, 1 | 1 << r.GRANT_WINDOW_LSB)
    b.start(src_lo=0x4000, dst_lo=0x9000, length=8)
    assert b.end()[:2] == (2, 0)


def test_window_with_an_error_inside() -> None:
    """The words before the first bad one are committed."""
    b = Board(faults=(Fault(0x4054, 0x4058, 2, write=False),))
    b.grant(r.GRANT, 1 | 5 << r.GRANT_WINDOW_LSB)
    b.grant(r.DEV_ADDR_LO, 0x4040)
    b.start(config=FROM_DEVICE | 2 << r.CONFIG_WIDTH_LSB, dst_lo=0x9004, length=96)
    assert b.end()[:3] == (4, 1, 20) and b.r(r.FADDR_LO) == 0x4040
    assert b.memory(0x9004, 32) == b.data[0x40:0x54] + bytes(12)


def test_abort_in_a_long_table(b: Board) -> None:
    """The descriptor in work is neither completed nor written back."""
    b.table(0x1000, *[(0x4000, 0x9000, 4000, COPY | WB | P)] * 50)
    b.start(config=TABLE, desc_lo=0x1000, desc_count=50)
    b.p.wait_cycles(3000)
    b.cmd(2)
    status, _, pos, consumer = b.end()
    assert status == 8 and b.r(r.IRQ_STATUS) == ABORTED and pos == 4000 * consumer + b.r(r.SEGDONE)
    assert b.memory(0x1000 + 16 * consumer + 8, 4) == (4000).to_bytes(4, "little")
    assert int.from_bytes(b.memory(0x1000 + 16 * consumer + 12, 4), "little") == COPY | WB | P


def test_write_back_in_a_cyclic_ring(b: Board) -> None:
    """A descriptor that was written back and not renewed is refused on the next lap."""
    b.table(0x1000, (0x4000, 0x9000, 8, COPY), (0x4000, 0x9010, 8, COPY | WB))
    b.start(config=RING | CYCLIC, desc_lo=0x1000, desc_count=2)
    assert b.end() == (4, 10, 24, 3) and b.r(r.FADDR_LO) == 0x1010


def test_pieces_of_fill(b: Board) -> None:
    """MAX_BURST words less the destination's place in its word, and never over a page."""
    assert run(b, TABLE, (0, 0x9003, 5000, FILL | P))[0] == 2
    assert b.r(r.BURSTS) == 8 + 2  # 509 + 7 * 512 + 3 to the page's end, then 908 bytes
