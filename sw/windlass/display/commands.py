"""The vendor format of command buffers: what a user-mode driver writes and Render reads. Words are little endian.

A buffer is a header {magic, version, length in bytes, 0} and commands. A command is a word {opcode [7:0], words [15:8], flags [31:16]} and
its operands. An address operand is {allocation index, offset in bytes}; with the index FROM_PATCH_LIST the user's patch location list has
an entry for it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..wdm.status import (
    STATUS_GRAPHICS_DRIVER_MISMATCH,
    STATUS_ILLEGAL_INSTRUCTION,
    STATUS_INVALID_HANDLE,
    STATUS_INVALID_PARAMETER,
    STATUS_INVALID_USER_BUFFER,
    STATUS_PRIVILEGED_INSTRUCTION,
)
from .structures import AllocationEntry, DriverAllocation, PatchLocation

MAGIC, VERSION = 0x42434457, 1  # "WDCB"
HEADER_BYTES = 16
#: Longest command buffer, in bytes.
MOST_BYTES = 1 << 16

OP_NOP, OP_FILL, OP_COPY, OP_FILL_RECT, OP_BLIT, OP_STORE, OP_UNBIND = range(7)
#: Opcodes from here on are the kernel's: descriptors of the engine, jumps, interrupts.
OP_PRIVILEGED = 0x80
OP_LINK, OP_INTERRUPT, OP_DESCRIPTOR = 0x80, 0x81, 0x82
#: Flag: the command must not be spread over two DMA buffers.
ATOMIC = 1 << 16
#: Allocation index of an operand whose binding is in the patch location list.
FROM_PATCH_LIST = 0xFFFF_FFFF
#: Slots of operands without an entry in the user's patch location list.
SLOT_DESTINATION, SLOT_SOURCE = 0, 1
MOST_SLOT = (1 << 24) - 1

#: Words of each command.
WORDS = {OP_NOP: 1, OP_FILL: 5, OP_COPY: 6, OP_FILL_RECT: 7, OP_BLIT: 9, OP_STORE: 5, OP_UNBIND: 2}


class Refused(Exception):
    """A command buffer that is not carried out, with the status of Render."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


@dataclass
class CommandBuffer:
    """The user-mode driver's side: appends commands; `to_bytes` is the buffer."""

    body: bytearray = field(default_factory=bytearray)

    def raw(self, *words: int) -> CommandBuffer:
        """Any words."""
        self.body += struct.pack(f"<{len(words)}I", *words)
        return self

    def _command(self, op: int, *words: int, atomic: bool = False) -> CommandBuffer:
        return self.raw(op | (len(words) + 1) << 8 | (ATOMIC if atomic else 0), *words)

    def nop(self) -> CommandBuffer:
        return self._command(OP_NOP)

    def fill(self, target: tuple[int, int], length: int, value: int) -> CommandBuffer:
        """`target` is (allocation index, offset in bytes), as in all commands; the byte at offset A gets byte A mod 4 of `value`."""
        return self._command(OP_FILL, *target, length, value)

    def copy(self, target: tuple[int, int], source: tuple[int, int], length: int) -> CommandBuffer:
        return self._command(OP_COPY, *target, *source, length)

    def fill_rect(
        self, target: tuple[int, int], pitch: int, width: int, rows: int, value: int, atomic: bool = False
    ) -> CommandBuffer:
        """`rows` rows of `width` bytes, `pitch` bytes apart."""
        return self._command(OP_FILL_RECT, *target, pitch, width, rows, value, atomic=atomic)

    def blit(
        self, target: tuple[int, int], source: tuple[int, int], pitches: tuple[int, int], width: int, rows: int,
        atomic: bool = False,
    ) -> CommandBuffer:  # fmt: skip
        """A rectangle; `pitches` of target and source."""
        return self._command(OP_BLIT, *target, *source, *pitches, width, rows, atomic=atomic)

    def store(self, target: tuple[int, int], value: int) -> CommandBuffer:
        """A 64-bit value, when everything before it has been done. The offset is a multiple of 8."""
        return self._command(OP_STORE, *target, value & 0xFFFF_FFFF, value >> 32)

    def unbind(self, slot: int) -> CommandBuffer:
        """What is bound in a slot may go. Needs a NULL entry at index 0 of the allocation list."""
        return self._command(OP_UNBIND, slot)

    def next_operand(self) -> int:
        """Offset in the buffer of the first operand of the command that comes next: what an entry of a patch list names."""
        return HEADER_BYTES + len(self.body) + 4

    def to_bytes(self) -> bytes:
        return struct.pack("<4I", MAGIC, VERSION, HEADER_BYTES + len(self.body), 0) + self.body


@dataclass(frozen=True)
class Operand:
    """A checked address operand: `index` of the allocation list, `offset` in bytes, the handle behind it."""

    index: int
    offset: int
    slot: int
    driver_id: int
    handle: DriverAllocation


@dataclass(frozen=True)
class Command:
    """A checked command: rows of `width` bytes; a plain fill or copy has one. `value`: of fills and stores."""

    op: int
    at: int
    atomic: bool = False
    target: Operand | None = None
    source: Operand | None = None
    width: int = 0
    rows: int = 1
    target_pitch: int = 0
    source_pitch: int = 0
    value: int = 0
    slot: int = 0

    def hull(self, operand: Operand, pitch: int) -> tuple[int, int]:
        """First byte and the one after the last that it touches in an allocation."""
        return operand.offset, operand.offset + (self.rows - 1) * pitch + self.width


class Parser:
    """Checks a captured command buffer against the allocation list and the captured patch list."""

    def __init__(self, data: bytes, allocations: list[AllocationEntry], patches: Mapping[int, PatchLocation]) -> None:
        self.data = data
        self.allocations = allocations
        self.patches = patches
        self._used: set[int] = set()

    def parse(self) -> list[Command]:
        """All commands. Raises Refused."""
        magic, version, length, flags = struct.unpack_from("<4I", self.data)
        if magic != MAGIC or length != len(self.data):
            raise Refused(STATUS_INVALID_USER_BUFFER, "no command buffer, or its length is not what was submitted")
        if version != VERSION:
            raise Refused(STATUS_GRAPHICS_DRIVER_MISMATCH, f"version {version} of the format")
        if flags:
            raise Refused(STATUS_ILLEGAL_INSTRUCTION, "reserved bits of the header")
        out, at = [], HEADER_BYTES
        while at < length:
            (head,) = struct.unpack_from("<I", self.data, at)
            words = head >> 8 & 0xFF
            self._check_head(head, words, (length - at) // 4)
            out.append(self._command(at, head, struct.unpack_from(f"<{words - 1}I", self.data, at + 4)))
            at += 4 * words
        if self._used != set(self.patches):
            raise Refused(STATUS_INVALID_PARAMETER, "a patch location that no operand of a command wants")
        return out

    def _check_head(self, head: int, words: int, left: int) -> None:
        op = head & 0xFF
        if op >= OP_PRIVILEGED:
            raise Refused(STATUS_PRIVILEGED_INSTRUCTION, f"opcode {op:#x} is the kernel's")
        if op not in WORDS or words != WORDS[op] or head >> 17:
            raise Refused(STATUS_ILLEGAL_INSTRUCTION, f"opcode {op:#x} with {words} words and flags {head >> 16:#x}")
        if head & ATOMIC and op not in (OP_FILL_RECT, OP_BLIT):
            raise Refused(STATUS_ILLEGAL_INSTRUCTION, "only rectangles can be atomic")
        if words > left:
            raise Refused(STATUS_INVALID_USER_BUFFER, "the buffer ends inside a command")

    def _command(self, at: int, head: int, w: tuple[int, ...]) -> Command:
        op = head & 0xFF
        if op == OP_NOP:
            return Command(op, at)
        if op == OP_UNBIND:
            if w[0] > MOST_SLOT:
                raise Refused(STATUS_INVALID_PARAMETER, "slot numbers have 24 bits")
            if not self.allocations or self.allocations[0].handle is not None:
                raise Refused(STATUS_INVALID_HANDLE, "unbinding takes a NULL entry at index 0 of the allocation list")
            return Command(op, at, slot=w[0])
        target = self._operand(at + 4, w[0], w[1], SLOT_DESTINATION, write=True)
        if op == OP_STORE:
            command = Command(op, at, target=target, width=8, value=w[3] << 32 | w[2])
            if target.offset % 8:
                raise Refused(STATUS_INVALID_PARAMETER, "a stored value is not aligned to 8 bytes")
        elif op == OP_FILL:
            command = Command(op, at, target=target, width=w[2], value=w[3])
        elif op == OP_FILL_RECT:
            atomic = bool(head & ATOMIC)
            command = Command(op, at, atomic, target, None, w[3], w[4], w[2], value=w[5])
        else:
            source = self._operand(at + 12, w[2], w[3], SLOT_SOURCE, write=False)
            if op == OP_COPY:
                command = Command(op, at, target=target, source=source, width=w[4])
            else:
                command = Command(op, at, bool(head & ATOMIC), target, source, w[6], w[7], w[4], w[5])
        self._check_extent(command)
        return command

    def _operand(self, at: int, index: int, offset: int, slot: int, *, write: bool) -> Operand:
        driver_id = 0
        if index == FROM_PATCH_LIST:
            entry = self.patches.get(at)
            if entry is None or offset:
                raise Refused(STATUS_INVALID_PARAMETER, "an operand that the patch location list does not have")
            self._used.add(at)
            index, offset, slot, driver_id = (
                entry.allocation_index,
                entry.allocation_offset,
                entry.slot_id,
                entry.driver_id,
            )
        if index >= len(self.allocations):
            raise Refused(STATUS_INVALID_PARAMETER, f"allocation index {index}")
        entry_of = self.allocations[index]
        if entry_of.handle is None or not entry_of.handle.alive:
            raise Refused(STATUS_INVALID_HANDLE, f"allocation {index} is NULL or was destroyed")
        if write and not entry_of.write_operation:
            raise Refused(STATUS_INVALID_PARAMETER, f"allocation {index} is written without WriteOperation")
        return Operand(index, offset, slot, driver_id, entry_of.handle)

    def _check_extent(self, c: Command) -> None:
        """Inside the allocations, and overlapping only in the way that the engine can do in order."""
        sides = [(c.target, c.target_pitch), (c.source, c.source_pitch)]
        for operand, pitch in sides:
            if operand is None:
                continue
            if not c.width or not c.rows or (c.rows > 1 and pitch < c.width):
                raise Refused(STATUS_INVALID_PARAMETER, "an empty rectangle, or rows that lie upon one another")
            if c.hull(operand, pitch)[1] > operand.handle.size:
                raise Refused(STATUS_INVALID_PARAMETER, f"past the end of allocation {operand.index}")
        if c.target is None or c.source is None:
            return
        if c.target.handle is not c.source.handle:
            if c.target.slot == c.source.slot:
                raise Refused(STATUS_INVALID_PARAMETER, "two allocations in one slot")
            return
        (low, high), (first, last) = c.hull(c.target, c.target_pitch), c.hull(c.source, c.source_pitch)
        apart = high <= first or last <= low
        forward = low <= first and (c.rows == 1 or c.target_pitch == c.source_pitch)
        if not apart and not forward:
            raise Refused(STATUS_INVALID_PARAMETER, "source and target overlap in a way that needs a detour")
