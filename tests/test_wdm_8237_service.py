"""The pair of 8237 of profile `pc`, through its ports: modes, requests, priority, cascade, EISA, devices."""

import pytest
from wdm_8237_board import AUTO, BLOCK, CASCADE, DEMAND, FROM_MEMORY, SINGLE, TO_MEMORY, Board
from windlass.wdm.pc import IsaDevice, PortDevice, WireDevice
from windlass.wdm.pc.pair import HIGH_COUNT_PORTS, PAGE_PORTS


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
