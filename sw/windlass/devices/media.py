"""What is on the far side of a peripheral's wire: disks with a head that delivers or takes sectors, and a serial line.

These stand on the wire, outside the board, so that they work with any platform: they feed the wire and look at what came
out of it (``device_feed``, ``device_collected``). They take no simulated time of their own; the wire's rate is the
peripheral's.
"""

from __future__ import annotations

from ..platform import Platform


class Medium:
    """A disk or diskette behind peripheral `number`: an image in sectors of `sector_bytes`."""

    def __init__(self, platform: Platform, number: int, image: bytes, sector_bytes: int = 512) -> None:
        if len(image) % sector_bytes:
            raise ValueError(f"an image of {len(image)} bytes is no whole number of sectors of {sector_bytes}")
        self._platform = platform
        self._number = number
        self.sector_bytes = sector_bytes
        self.image = bytearray(image)

    @property
    def sectors(self) -> int:
        """Sectors on the medium."""
        return len(self.image) // self.sector_bytes

    def _range(self, sector: int, count: int) -> slice:
        if sector < 0 or count < 1 or sector + count > self.sectors:
            raise ValueError(f"sectors {sector}..{sector + count - 1} are not on a medium of {self.sectors}")
        return slice(sector * self.sector_bytes, (sector + count) * self.sector_bytes)

    def read(self, sector: int, count: int, *, readable: int | None = None) -> None:
        """Put sectors on the wire. `readable`: the head gets no further than so many bytes (a bad sector)."""
        data = bytes(self.image[self._range(sector, count)])
        self._platform.device_feed(self._number, data if readable is None else data[:readable])

    def write(self, sector: int, count: int) -> None:
        """Store what the peripheral has put on the wire since it was enabled. ValueError when it is too little."""
        place = self._range(sector, count)
        data = self._platform.device_collected(self._number)
        if len(data) < place.stop - place.start:
            raise ValueError(f"{len(data)} bytes on the wire do not fill {count} sectors")
        self.image[place] = data[: place.stop - place.start]


class SerialLine:
    """The far end of a UART: what it sends arrives at peripheral `receiver`, what `transmitter` sends is heard here."""

    def __init__(self, platform: Platform, receiver: int, transmitter: int) -> None:
        self._platform = platform
        self._receiver, self._transmitter = receiver, transmitter

    def send(self, data: bytes) -> None:
        """Bytes to the board."""
        self._platform.device_feed(self._receiver, data)

    def heard(self) -> bytes:
        """All bytes from the board since its transmitter was enabled."""
        return self._platform.device_collected(self._transmitter)
