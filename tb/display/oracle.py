"""What a command buffer does, told without the driver: an interpreter of the documented format on byte arrays.

It takes a buffer that Render accepted, checks for itself that every access is inside an allocation that may be accessed so, and does it
byte for byte.
"""

from __future__ import annotations

import struct

FROM_PATCH_LIST = 0xFFFF_FFFF


class Outside(AssertionError):
    """Render accepted what reaches outside."""


def run(data: bytes, memory: list[bytearray | None], writable: list[bool], patches: dict[int, tuple[int, int]]) -> None:
    """Carry out a buffer. `memory` and `writable` by allocation index; `patches`: PatchOffset -> (index, offset). Raises Outside."""
    at = 16

    def operand(where: int, write: bool) -> tuple[bytearray, int]:
        index, offset = struct.unpack_from("<2I", data, where)
        if index == FROM_PATCH_LIST:
            index, offset = patches[where]
        target = memory[index] if index < len(memory) else None
        if target is None or (write and not writable[index]):
            raise Outside(f"operand at {where}: allocation {index}")
        return target, offset

    def put(target: bytearray, offset: int, new: bytes) -> None:
        if offset + len(new) > len(target):
            raise Outside(f"write of {len(new)} at {offset} of {len(target)}")
        target[offset : offset + len(new)] = new

    def pattern(offset: int, width: int, value: int) -> bytes:
        raw = value.to_bytes(4, "little") * (width // 4 + 2)
        return raw[offset % 4 : offset % 4 + width]

    def row(source: bytearray, offset: int, width: int) -> bytes:
        if offset + width > len(source):
            raise Outside(f"read of {width} at {offset} of {len(source)}")
        return bytes(source[offset : offset + width])

    while at < len(data):
        op, words = data[at], data[at + 1]
        w = struct.unpack_from(f"<{words - 1}I", data, at + 4)
        if op == 1:
            target, to = operand(at + 4, True)
            put(target, to, pattern(to, w[2], w[3]))
        elif op == 2:
            (target, to), (source, come) = operand(at + 4, True), operand(at + 12, False)
            put(target, to, row(source, come, w[4]))
        elif op == 3:
            target, to = operand(at + 4, True)
            for r in range(w[4]):
                put(target, to + r * w[2], pattern(to + r * w[2], w[3], w[5]))
        elif op == 4:
            (target, to), (source, come) = operand(at + 4, True), operand(at + 12, False)
            for r in range(w[7]):
                put(target, to + r * w[4], row(source, come + r * w[5], w[6]))
        elif op == 5:
            target, to = operand(at + 4, True)
            put(target, to, struct.pack("<2I", w[2], w[3]))
        elif op not in (0, 6):
            raise Outside(f"opcode {op:#x}")
        at += 4 * words
