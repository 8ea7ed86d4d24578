"""The pair of 8237 of profile `pc`, through its ports: modes, counts, addresses, masks, priority, cascade, EISA."""

import pytest
from windlass.wdm.pc import Dma8237Pair, IsaDevice, PortDevice, WireDevice
from windlass.wdm.pc.i8237 import IllegalMode
from windlass.wdm.pc.pair import HIGH_COUNT_PORTS, PAGE_PORTS, UnknownPort

DEMAND, SINGLE, BLOCK, CASCADE = 0x00, 0x40, 0x80, 0xC0
VERIFY, TO_MEMORY, FROM_MEMORY = 0x0, 0x4, 0x8
AUTO, DECREMENT = 0x10, 0x20


class Board:
    """16 MiB of memory, the pair, and the ways a driver writes to it."""

    def __init__(self, eisa=False):
        self.memory = bytearray(1 << 24)
        self.log = []
        self.pair = Dma8237Pair(self.read, self.write, eisa=eisa)
        self.pair.write(0xD6, CASCADE)
        self.pair.write(0xD4, 0)

    def read(self, address, length):
        self.log.append(address)
        return bytes(self.memory[address : address + length])

    def write(self, address, data):
        self.log.append(address)
        self.memory[address : address + len(data)] = data

    def port(self, number, register):
        return 0xC0 + 2 * register if number > 3 else register

    def out(self, number, register, value):
        self.pair.write(self.port(number, register), value)

    def program(self, number, mode, address, count, page=0, unmask=True):
        """Registers as they are: `address` and `count` in the controller's units."""
        self.out(number, 0xC, 0)
        self.out(number, 0xB, mode | number & 3)
        for value, register in ((address, 2 * (number & 3)), (count, 2 * (number & 3) + 1)):
            self.out(number, register, value & 0xFF)
            self.out(number, register, value >> 8 & 0xFF)
        self.pair.write(PAGE_PORTS[number], page)
        if unmask:
            self.out(number, 0xA, number & 3)

    def device(self, number, unit=1):
        device = WireDevice()
        device.unit = unit
        self.pair.attach(number, device)
        return device

    def current(self, number, count=True):
        """Address or count as it is now."""
        self.out(number, 0xC, 0)
        port = self.port(number, 2 * (number & 3) + count)
        return self.pair.read(port) | self.pair.read(port) << 8

    def status(self, number):
        return self.pair.read(self.port(number, 8))


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


# --- modes ---
def test_single_mode_gives_the_bus_to_others_between_units():
    board = Board()
    one, two = board.device(2), board.device(1)
    board.program(2, SINGLE | TO_MEMORY, 0x2000, 9, unmask=False)
    board.program(1, SINGLE | TO_MEMORY, 0x1000, 9, unmask=False)
    one.incoming += b"x" * 4
    two.incoming += b"y" * 2
    board.pair.write(0x0F, 0b1001)
    assert [address >> 12 for address in board.log] == [1, 1, 2, 2, 2, 2]  # 1 comes first by fixed priority


def test_block_mode_needs_dreq_only_to_begin():
    board = Board()
    device = board.device(3)
    board.program(3, BLOCK | FROM_MEMORY, 0, 9)
    device.accept(1)
    assert len(device.outgoing) == 10 and board.status(3) & 8


def test_demand_mode_pauses_and_goes_on():
    board = Board()
    device, other = board.device(2), board.device(3)
    board.program(2, DEMAND | FROM_MEMORY, 0, 99)
    device.accept(40)
    assert board.current(2) + 1 == 60
    board.program(3, SINGLE | TO_MEMORY, 0x300, 0)
    other.feed(b"!")
    assert board.memory[0x300] == ord("!")  # another is served in the pause
    device.accept(60)
    assert len(device.outgoing) == 100 and device.terminal_counts == 1


def test_a_demand_transfer_is_not_interrupted():
    board = Board()
    low, high = board.device(3), board.device(0)
    board.program(0, SINGLE | TO_MEMORY, 0x100, 9)
    board.program(3, DEMAND | TO_MEMORY, 0x300, 9, unmask=False)

    class Rude(WireDevice):
        def take(self, size):
            if not high.incoming:
                high.feed(b"h")
            return super().take(size)

    low = Rude()
    board.pair.attach(3, low)
    low.incoming += bytes(3)
    board.pair.write(0x0A, 3)
    assert [address >> 8 for address in board.log] == [3, 3, 3, 1]


# --- requests ---
def test_software_requests_need_block_mode_and_no_mask():
    board = Board()
    for mode, moved in ((SINGLE, 0), (DEMAND, 0), (BLOCK, 10)):
        board.log.clear()
        board.program(1, mode | TO_MEMORY, 0x100, 9, unmask=False)
        board.pair.write(0x09, 4 | 1)
        assert len(board.log) == moved
        assert bool(board.status(1) & 0x20) == (moved == 0)  # cleared at its TC
        board.pair.write(0x09, 1)
        assert not board.status(1) & 0x20


def test_polarity_of_dreq():
    board = Board()
    device = board.device(1)
    board.program(1, SINGLE | TO_MEMORY, 0, 3, unmask=False)
    board.pair.write(0x08, 0x40)  # active low: a line that rests low asks
    assert board.status(1) & 0x20
    device.feed(b"a")
    assert not board.status(1) & 0x20


def test_a_disabled_controller_serves_nobody():
    board = Board()
    device, word = board.device(1), board.device(6, 2)
    board.program(1, SINGLE | TO_MEMORY, 0, 3)
    board.program(6, SINGLE | TO_MEMORY, 0, 3)
    board.pair.write(0x08, 4)
    device.feed(b"a")
    assert board.log == []
    board.pair.write(0x08, 0)
    assert len(board.log) == 1
    board.pair.write(0xD0, 4)  # the second one off: the first has no way to the bus
    device.feed(b"b")
    word.feed(b"cc")
    assert len(board.log) == 1
    board.pair.write(0xD0, 0)
    assert len(board.log) == 3


# --- priority and cascade ---
def all_ask(board, rotate_first=False, rotate_second=False, units=2):
    """Every channel asks for `units` single transfers at once; the order in which they are served."""
    order = []

    class Asker(WireDevice):
        def __init__(self, number):
            super().__init__()
            self.number = number

        def take(self, size):
            order.append(self.number)
            return super().take(size)

    if rotate_first:
        board.pair.write(0x08, 0x10)
    if rotate_second:
        board.pair.write(0xD0, 0x10)
    for number in PAGE_PORTS:
        asker = Asker(number)
        asker.unit = 1 if number < 4 else 2
        board.program(number, SINGLE | TO_MEMORY, 0x100 * number, 99, unmask=False)
        asker.incoming += bytes(units * asker.unit)
        board.pair.attach(number, asker)
    board.pair.channel(0).masked = board.pair.channel(1).masked = False
    board.pair.controllers[1].channels[1].masked = board.pair.controllers[1].channels[2].masked = False
    board.pair.channel(2).masked = board.pair.channel(3).masked = board.pair.channel(7).masked = False
    board.pair.service()
    return order


def test_fixed_priority():
    assert all_ask(Board()) == [0, 0, 1, 1, 2, 2, 3, 3, 5, 5, 6, 6, 7, 7]


def test_rotating_priority_of_the_first_controller():
    assert all_ask(Board(), rotate_first=True)[:8] == [0, 1, 2, 3, 0, 1, 2, 3]


def test_the_first_controller_rotates_as_a_group_in_the_slot_of_channel_4():
    order = all_ask(Board(), rotate_second=True)
    assert order == [0, 5, 6, 7, 0, 5, 6, 7, 1, 1, 2, 2, 3, 3]
    order = all_ask(Board(), rotate_first=True, rotate_second=True)
    assert order == [0, 5, 6, 7, 1, 5, 6, 7, 2, 3, 0, 1, 2, 3]


def test_the_first_controller_needs_channel_4():
    board = Board()
    device = board.device(1)
    board.program(1, SINGLE | TO_MEMORY, 0, 3)
    board.pair.write(0xD4, 4)
    device.feed(b"a")
    assert board.log == []
    board.pair.write(0xD4, 0)
    assert len(board.log) == 1


def test_a_cascade_channel_only_arbitrates():
    board = Board()

    class Master(IsaDevice):
        wants, granted = True, 0

        @property
        def dreq(self):
            return self.wants

        def cascade(self):
            self.wants = False
            self.granted += 1

    master = Master()
    board.program(6, CASCADE, 0x1234, 5, unmask=False)
    board.pair.attach(6, master)
    assert master.granted == 0
    board.out(6, 0xA, 2)
    assert master.granted == 1 and board.log == []
    assert (board.current(6), board.current(6, False), board.status(6) & 0x0F) == (5, 0x1234, 0)


# --- memory to memory ---
@pytest.mark.parametrize("hold", [False, True])
def test_memory_to_memory(hold):
    board = Board()
    board.memory[0x100:0x104] = b"copy"
    board.program(0, BLOCK, 0x100, 0xFFF, unmask=False)
    board.program(1, BLOCK, 0x200, 3, unmask=False)
    board.pair.write(0x08, 0x03 if hold else 0x01)
    board.pair.write(0x09, 4)
    assert board.memory[0x200:0x204] == (b"cccc" if hold else b"copy") and board.memory[0x204] == 0
    assert board.pair.read(0x0D) == ord("c" if hold else "y") and board.status(0) & 0x0F == 2


# --- EISA ---
def test_eisa_carries_into_the_page_and_counts_24_bits():
    board = Board(eisa=True)
    device = board.device(1)
    board.program(1, SINGLE | TO_MEMORY | AUTO, 0xFFFE, 0, page=0x01, unmask=False)
    board.pair.write(HIGH_COUNT_PORTS[1], 0x01)
    assert board.pair.read(HIGH_COUNT_PORTS[1]) == 0x01
    board.pair.write(0x0A, 1)
    device.feed(bytes(0x10000))
    assert board.log[:3] == [0x1FFFE, 0x1FFFF, 0x20000] and not device.terminal_counts
    device.feed(bytes(1))
    assert device.terminal_counts == 1
    device.feed(bytes(1))
    assert board.log[-1] == 0x1FFFE  # the page is reloaded, too


@pytest.mark.parametrize(
    ("number", "code", "unit", "address", "count", "addresses"),
    [
        (5, 0, 1, 0x100, 1, [0x100, 0x101]),
        (1, 1, 2, 0x100, 1, [0x200, 0x202]),
        (1, 2, 4, 0x100, 7, [0x100, 0x104]),
        (5, 3, 2, 0x100, 3, [0x100, 0x102]),
    ],
)
def test_eisa_sizes(number, code, unit, address, count, addresses):
    board = Board(eisa=True)
    device = board.device(number, unit)
    board.pair.write(0x4D6 if number > 3 else 0x40B, code << 2 | number & 3)
    board.program(number, SINGLE | TO_MEMORY, address, count)
    device.feed(bytes(3 * unit))
    assert board.log == addresses and device.terminal_counts == 1


def test_eisa_high_page():
    board = Board(eisa=True)
    board.pair.write(PAGE_PORTS[3] + 0x400, 0x12)
    assert board.pair.read(PAGE_PORTS[3] + 0x400) == 0x12
    board.program(3, SINGLE | TO_MEMORY, 0x5678, 0, page=0x34, unmask=False)
    assert board.pair.channel(3).physical() == 0x12345678


# --- devices ---
def test_the_boards_peripheral_on_a_request_line():
    from windlass.devices import FifoPort

    port, board = FifoPort(), Board()
    board.pair.attach(1, PortDevice(port))
    port.feed += b"from the wire"
    port.io_write(0x04, 1)
    board.program(1, DEMAND | TO_MEMORY, 0, 12)
    for _ in range(20):
        port.advance(1)
        board.pair.service()
    assert board.memory[:13] == b"from the wire" and board.status(1) & 2
    port.io_write(0x04, 0)
    port.io_write(0x04, 3)
    board.memory[:4] = b"back"
    board.program(1, DEMAND | FROM_MEMORY, 0, 3)
    port.advance(10)
    assert port.kept == b"back"


def test_what_a_device_need_not_do():
    device = IsaDevice()
    device.notify()
    device.cascade()
    device.verify()
    device.terminal_count()
    for call in (lambda: device.dreq, lambda: device.take(1), lambda: device.give(b"")):
        with pytest.raises(NotImplementedError):
            call()
