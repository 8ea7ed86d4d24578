"""Two 8237 as a PC/AT has them: ports, page registers, the cascade through channel 4, and the extensions of EISA."""

from __future__ import annotations

from collections.abc import Callable

from .i8237 import BYTES_8, CASCADE, WORDS_16, Channel, Controller
from .isa import IsaDevice

#: Page register ports by channel.
PAGE_PORTS = {0: 0x87, 1: 0x83, 2: 0x81, 3: 0x82, 5: 0x8B, 6: 0x89, 7: 0x8A}
#: EISA: high page registers are 0x400 above; high count registers; extended mode registers of the two controllers.
HIGH = 0x400
HIGH_COUNT_PORTS = {0: 0x401, 1: 0x403, 2: 0x405, 3: 0x407, 5: 0x4C6, 6: 0x4CA, 7: 0x4CE}
EXTENDED_MODE = (0x40B, 0x4D6)
#: Registers of a controller behind its 8 address and count registers.
STATUS, REQUEST, SINGLE_MASK, MODE, CLEAR_FLIP_FLOP, TEMPORARY, CLEAR_MASKS, ALL_MASKS = range(8, 16)


class UnknownPort(ValueError):
    """No register of the pair is at this port."""


class Dma8237Pair:
    """The system DMA controller of a PC. `read` and `write` access memory by physical address."""

    def __init__(
        self, read: Callable[[int, int], bytes], write: Callable[[int, bytes], None], *, eisa: bool = False
    ) -> None:
        self.eisa = eisa
        self.controllers = (
            Controller(BYTES_8, read, write, eisa=eisa),
            Controller(WORDS_16, read, write, eisa=eisa),
        )
        self._serving = False

    def channel(self, number: int) -> Channel:
        """A channel, 0 to 7."""
        return self.controllers[number >> 2].channels[number & 3]

    def attach(self, number: int, device: IsaDevice) -> None:
        """Put a device on a channel's request line."""
        self.channel(number).device = device
        device.notify = self.service
        self.service()

    # --- ports ---
    def write(self, port: int, value: int) -> None:
        """OUT of a byte. Raises UnknownPort."""
        if (found := self._register(port)) is not None:
            self._write_register(*found, value)
        elif (number := _find(PAGE_PORTS, port)) is not None:
            self.channel(number).page = value
        elif self.eisa and (number := _find(PAGE_PORTS, port - HIGH)) is not None:
            self.channel(number).high_page = value
        elif self.eisa and (number := _find(HIGH_COUNT_PORTS, port)) is not None:
            channel = self.channel(number)
            channel.base_count = channel.count = channel.base_count & 0xFFFF | value << 16
        elif self.eisa and port in EXTENDED_MODE:
            self.controllers[EXTENDED_MODE.index(port)].channels[value & 3].size = value >> 2 & 3
        else:
            raise UnknownPort(f"no DMA register at port {port:#x}")
        self.service()

    def read(self, port: int) -> int:
        """IN of a byte. Raises UnknownPort."""
        if (found := self._register(port)) is not None:
            controller, register = found
            if register < 8:
                return controller.read_byte(register >> 1, bool(register & 1))
            if register == STATUS:
                return controller.read_status()
            return controller.temporary if register == TEMPORARY else 0xFF
        if (number := _find(PAGE_PORTS, port)) is not None:
            return self.channel(number).page
        if self.eisa and (number := _find(PAGE_PORTS, port - HIGH)) is not None:
            return self.channel(number).high_page
        if self.eisa and (number := _find(HIGH_COUNT_PORTS, port)) is not None:
            return self.channel(number).count >> 16
        raise UnknownPort(f"no DMA register at port {port:#x}")

    def _register(self, port: int) -> tuple[Controller, int] | None:
        if 0 <= port < 0x10:
            return self.controllers[0], port
        if 0xC0 <= port < 0xE0 and not port & 1:
            return self.controllers[1], (port - 0xC0) >> 1
        return None

    def _write_register(self, controller: Controller, register: int, value: int) -> None:
        channel = controller.channels[value & 3]
        if register < 8:
            controller.write_byte(register >> 1, bool(register & 1), value)
        elif register == STATUS:
            controller.command = value
        elif register == REQUEST:
            controller.write_request(value)
        elif register == SINGLE_MASK:
            controller.mask(channel, bool(value & 4))
        elif register == MODE:
            controller.write_mode(value)
        elif register == CLEAR_FLIP_FLOP:
            controller.flip_flop = False
        elif register == TEMPORARY:
            controller.master_clear()
        else:  # clear all masks, or write them all
            for each in controller.channels:
                controller.mask(each, bool(value >> each.number & 1) if register == ALL_MASKS else False)

    # --- arbitration ---
    def service(self) -> None:
        """Serve until nobody asks any more."""
        if self._serving:
            return
        self._serving = True
        try:
            while self.serve_one():
                pass
        finally:
            self._serving = False

    def serve_one(self) -> Channel | None:
        """The next service, by priority: the first controller takes part as channel 4. None: nobody asks."""
        first, second = self.controllers
        for channel in second.order():
            if channel.number == 0 and channel.pacing == CASCADE:
                behind = next((c for c in first.order() if first.wants(c)), None)
                if behind is not None and not channel.masked and not second.command & 4:
                    first.serve(behind)
                    second.served(channel)
                    return behind
            elif second.wants(channel):
                second.serve(channel)
                return channel
        return None


def _find(ports: dict[int, int], port: int) -> int | None:
    return next((number for number, at in ports.items() if at == port), None)
