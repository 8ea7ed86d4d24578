"""The pair of 8237 of profile `pc`, through its ports: registers, counts, transfer types, addresses."""

import pytest
from wdm_8237_board import AUTO, BLOCK, DECREMENT, FROM_MEMORY, SINGLE, TO_MEMORY, VERIFY, Board
from windlass.wdm.pc.i8237 import IllegalMode
from windlass.wdm.pc.pair import PAGE_PORTS, UnknownPort


# --- registers ---
def test_the_flip_flop_is_shared_by_all_channels_and_both_registers():
    board = Board()
    write = board.pair.write
    write(0x0C, 0x55)  # any value clears it
    write(0x00, 0x11)  # low byte of channel 0's address
    write(0x05, 0x22)  # high byte of channel 2's count: the flip-flop did not start again
    write(0x0C, 0)
    assert (board.pair.read(0x00), board.pair.read(0x00)) == (0x11, 0x00)
    write(0x0C, 0)
    assert (board.pair.read(0x05), board.pair.read(0x05)) == (0x00, 0x22)
    write(0x0C, 0)
    board.pair.read(0x01)
    write(0xD8, 0)  # the other controller has its own
    assert board.pair.controllers[0].flip_flop and not board.pair.controllers[1].flip_flop
    write(0xC4, 0x33)
    assert board.pair.controllers[1].flip_flop


def test_reads_return_current_and_base_comes_back_with_auto_initialize():
    board = Board()
    device = board.device(1)
    board.program(1, SINGLE | TO_MEMORY | AUTO, 0x1000, 9)
    device.feed(bytes(4))
    assert (board.current(1), board.current(1, False)) == (5, 0x1004)
    device.feed(bytes(6))
    assert (board.current(1), board.current(1, False)) == (9, 0x1000)  # reloaded at once: never 0xFFFF
    assert not board.pair.channel(1).masked and board.status(1) & 0x0F == 2 and board.status(1) & 0x0F == 0


def test_writing_the_mode_leaves_address_and_count():
    board = Board()
    board.program(3, SINGLE | TO_MEMORY, 0x1234, 0x5678, unmask=False)
    board.out(3, 0xB, BLOCK | FROM_MEMORY | 3)
    assert (board.current(3, False), board.current(3)) == (0x1234, 0x5678)


@pytest.mark.parametrize("number", PAGE_PORTS)
def test_page_registers(number):
    board = Board()
    board.pair.write(PAGE_PORTS[number], 0xA5)
    assert board.pair.read(PAGE_PORTS[number]) == 0xA5
    assert [board.pair.channel(n).page for n in PAGE_PORTS if n != number] == [0] * 6


def test_ports_that_are_not_there():
    board = Board()
    for port in (0x10, 0x80, 0xBF, 0xC1, 0xE0, 0x40B, 0x481, 0x401):
        with pytest.raises(UnknownPort):
            board.pair.write(port, 0)
        with pytest.raises(UnknownPort):
            board.pair.read(port)
    assert board.pair.read(0x0B) == 0xFF  # write-only


def test_masks():
    board = Board()
    masked = lambda: [board.pair.channel(n).masked for n in range(4)]
    assert masked() == [True] * 4
    board.pair.write(0x0A, 2)
    assert masked() == [True, True, False, True]
    board.pair.write(0x0E, 0)
    assert masked() == [False] * 4
    board.pair.write(0x0F, 0b0110)
    assert masked() == [False, True, True, False]
    board.pair.write(0x0A, 4 | 3)
    assert masked() == [False, True, True, True]


def test_master_clear_keeps_mode_address_count_and_page():
    board = Board()
    device = board.device(2)
    board.program(2, SINGLE | TO_MEMORY, 0x100, 1, page=3)
    device.feed(bytes(2))
    board.pair.write(0x08, 0x10)
    board.pair.write(0x09, 4 | 1)
    board.pair.read(0x00)
    board.pair.write(0x0D, 0)
    controller = board.pair.controllers[0]
    assert (controller.command, controller.temporary, controller.flip_flop) == (0, 0, False)
    assert board.status(0) == 0 and all(channel.masked for channel in controller.channels)
    channel = board.pair.channel(2)
    assert (channel.mode, channel.base_address, channel.base_count, channel.page) == (0x46, 0x100, 1, 3)


# --- terminal count ---
@pytest.mark.parametrize(("count", "units"), [(0, 1), (1, 2), (0x0FFF, 0x1000), (0xFFFF, 0x10000)])
def test_programmed_n_minus_1_moves_n_units(count, units):
    board = Board()
    device = board.device(0)
    board.program(0, SINGLE | TO_MEMORY, 0, count)
    device.feed(b"\xaa" * (units - 1))
    assert board.status(0) & 1 == 0 and device.terminal_counts == 0
    device.feed(b"\xaa" * 5)
    assert len(device.incoming) == 4 and device.terminal_counts == 1  # dead until it is unmasked
    assert board.current(0) == 0xFFFF and board.pair.channel(0).masked
    assert board.status(0) == 0x11 and board.status(0) == 0x10  # TC is cleared by reading, the request stays
    assert board.memory[:0x10000].count(0xAA) == units


def test_external_end_of_process():
    board = Board()
    device = board.device(1)
    board.program(1, SINGLE | TO_MEMORY, 0, 99)
    device.feed(bytes(10))
    channel = board.pair.channel(1)
    board.pair.controllers[0].end_of_process(channel)
    assert channel.masked and board.status(1) & 2 and board.current(1) == 89
    board.program(1, SINGLE | TO_MEMORY | AUTO, 0, 99)
    device.feed(bytes(10))
    board.pair.controllers[0].end_of_process(channel)
    assert not channel.masked and (board.current(1), board.current(1, False)) == (99, 0)


# --- transfer types ---
def test_read_write_and_verify():
    board = Board()
    board.memory[0x20000:0x20004] = b"data"
    device = board.device(1)
    board.program(1, SINGLE | FROM_MEMORY, 0, 3, page=2)
    device.accept(10)
    assert device.outgoing == b"data" and device.terminal_counts == 1
    before = bytes(board.memory)
    board.log.clear()
    board.program(1, SINGLE | VERIFY, 0, 3, page=2)
    assert (device.verified, device.terminal_counts, board.log) == (4, 2, [])
    assert board.memory == before and board.status(1) & 2


def test_illegal_type():
    board = Board()
    board.device(1).feed(bytes(1))
    with pytest.raises(IllegalMode):
        board.program(1, SINGLE | 0xC, 0, 0)


def test_decrement_fills_backwards_and_keeps_the_bytes_of_a_word():
    board = Board()
    device = board.device(1)
    board.program(1, SINGLE | TO_MEMORY | DECREMENT, 0x103, 3)
    device.feed(b"abcd")
    assert board.memory[0x100:0x104] == b"dcba"
    words = board.device(5, 2)
    board.program(5, SINGLE | TO_MEMORY | DECREMENT, 0x203, 3)
    words.feed(b"aabbccdd")
    assert board.memory[0x400:0x408] == b"ddccbbaa"
    words.feed(b"xy")
    assert board.memory[0x3FE:0x400] == bytes(2)


@pytest.mark.parametrize(
    ("number", "page", "address", "decrement", "first", "second"),
    [
        (1, 0x01, 0xFFFF, False, 0x01FFFF, 0x010000),
        (1, 0x02, 0x0000, True, 0x020000, 0x02FFFF),
        (5, 0x00, 0xFFFF, False, 0x01FFFE, 0x000000),
        (5, 0x02, 0x0000, True, 0x020000, 0x03FFFE),
        (5, 0x03, 0x0000, False, 0x020000, 0x020002),  # bit 0 of the page is ignored
        (6, 0x12, 0xC000, False, 0x138000, 0x138002),
    ],
)
def test_addresses_wrap_inside_their_block(number, page, address, decrement, first, second):
    board = Board()
    unit = 1 if number < 4 else 2
    device = board.device(number, unit)
    board.program(number, SINGLE | TO_MEMORY | (DECREMENT if decrement else 0), address, 1, page)
    device.feed(bytes(2 * unit))
    assert board.log == [first, second]
