"""Memory and a pair of 8237, as a driver programs it."""

from windlass.wdm.pc import Dma8237Pair, WireDevice
from windlass.wdm.pc.pair import PAGE_PORTS

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
