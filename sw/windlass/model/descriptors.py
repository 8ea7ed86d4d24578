"""Descriptors of the reference model: the two forms, and what is refused (manual, section 6)."""

from __future__ import annotations

from dataclasses import dataclass

NOP, COPY, FILL, FENCE, LINK, COPY2D = range(6)
IRQ, WB, TC, EOP, PHASE = 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 31
ROWS = 0x0FFF_0000
RESERVED = 0x7000_F0F0  # besides ROWS, which only COPY2D has


def _signed(word: int) -> int:
    return word - (1 << 32) if word >> 31 else word


@dataclass
class Descriptor:
    """One descriptor, either form."""

    src: int
    dst: int
    length: int
    control: int
    src_stride: int
    dst_stride: int
    value: int
    """What a FENCE writes."""

    @classmethod
    def unpack(cls, raw: bytes) -> Descriptor:
        """From its 16 or 32 bytes."""
        w = [int.from_bytes(raw[i : i + 4], "little") for i in range(0, len(raw), 4)]
        if len(w) == 4:
            return cls(w[0], w[1], w[2], w[3], 0, 0, w[2] << 32 | w[0])
        return cls(w[1] << 32 | w[0], w[3] << 32 | w[2], w[4], w[5], _signed(w[6]), _signed(w[7]), w[1] << 32 | w[0])

    @property
    def op(self) -> int:
        """What to do."""
        return self.control & 15

    @property
    def rows(self) -> int:
        """Rows of a COPY2D."""
        return (self.control >> 16 & 0xFFF) + 1

    def bad(self, *, wide: bool, ring: bool, two_d: bool, memory: tuple[bool, bool], odd: int) -> bool:
        """Whether it is malformed. `memory` tells for source and destination whether it is memory; `odd` is the device's unit less
        one, 0 without a device."""
        op, c = self.op, self.control
        if op > COPY2D or c & RESERVED or (c & ROWS and op != COPY2D):
            return True
        if op in (COPY, FILL, COPY2D) and self.length == 0:
            return True
        if op in (FENCE, LINK) and c & WB:
            return True
        if op == COPY:
            side = self.src if memory[0] else self.dst
            return bool((self.length | side) & odd)
        if op == FILL:
            return not memory[1]
        if op == FENCE:
            return self.dst % 8 != 0
        if op == LINK:
            return ring or self.src % (32 if wide else 16) != 0 or not 1 <= self.length <= 0xFFFF
        return op == COPY2D and not (two_d and wide and memory == (True, True))
