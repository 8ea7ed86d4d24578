"""DxgkDdiRender: an untrusted command buffer becomes descriptors in a DMA buffer and a patch location list.

Everything that comes from the user is read once, and what was read is checked and translated: what the user changes afterwards changes
nothing. Layout of a DMA buffer: the descriptors of the commands, and before each place where the submission may be split, and at the
end, one that does nothing unless a window ends there (a join, see :mod:`.ring`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..wdm.status import (
    STATUS_GRAPHICS_GPU_EXCEPTION_ON_DEVICE,
    STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER,
    STATUS_ILLEGAL_INSTRUCTION,
    STATUS_INVALID_PARAMETER,
    STATUS_INVALID_USER_BUFFER,
    STATUS_NO_MEMORY,
    STATUS_SUCCESS,
)
from . import commands as c
from .commands import Command, Operand, Parser, Refused
from .descriptors import MOST_ROWS, Form
from .errors import AccessViolation
from .hazards import Hazards
from .pageable import PageableMemory
from .structures import PATCH_LOCATION_BYTES, AllocationEntry, PatchLocation, RenderArguments

#: Entries of a user's patch location list at most.
MOST_PATCHES = 4096
_ROW_BITS = 32


@dataclass
class Chunk:
    """Descriptors of one command (some of its rows): bytes, and (offset in them, operand, offset in its allocation) of the addresses."""

    data: bytearray = field(default_factory=bytearray)
    fields: list[tuple[int, Operand, int]] = field(default_factory=list)


def capture_patches(user: PageableMemory, args: RenderArguments) -> dict[int, PatchLocation]:
    """The user's patch location list by PatchOffset, read once and checked. Raises Refused, AccessViolation."""
    count = args.patch_list_in_size
    if not 0 <= count <= MOST_PATCHES:
        raise Refused(STATUS_INVALID_PARAMETER, f"{count} patch locations")
    raw = user.read(args.patch_list_in, count * PATCH_LOCATION_BYTES) if count else b""
    out: dict[int, PatchLocation] = {}
    for at in range(0, len(raw), PATCH_LOCATION_BYTES):
        entry = PatchLocation.unpack(raw[at : at + PATCH_LOCATION_BYTES])
        if entry.slot_id > c.MOST_SLOT or entry.patch_offset in out:
            raise Refused(STATUS_INVALID_PARAMETER, "a slot number beyond 24 bits, or two entries for one place")
        if not c.HEADER_BYTES <= entry.patch_offset <= args.command_length - 8:
            raise Refused(STATUS_INVALID_PARAMETER, f"patch offset {entry.patch_offset} is outside the command buffer")
        out[entry.patch_offset] = entry
    return out


class Renderer:
    """Translates for one engine. `two_d`: it has 2-D copies (and `form` is wide then)."""

    def __init__(self, form: Form, two_d: bool, user: PageableMemory, kernel_memory: PageableMemory) -> None:
        self.form = form
        self.two_d = two_d and form.wide
        self.user = user
        self.memory = kernel_memory

    def render(self, args: RenderArguments, lost: bool, no_memory: bool, fold: bool) -> int:
        """The status of DxgkDdiRender. `lost`: the engine faulted on this device's work; `no_memory`: the driver gets no memory for its
        copy of the command buffer; `fold`: see :class:`.choices.DisplayChoices`."""
        if lost:
            return STATUS_GRAPHICS_GPU_EXCEPTION_ON_DEVICE
        try:
            length = args.command_length
            if length < c.HEADER_BYTES or length % 4 or length > c.MOST_BYTES:
                raise Refused(STATUS_INVALID_USER_BUFFER, f"a command buffer of {length} bytes")
            if no_memory:
                return STATUS_NO_MEMORY
            data = self.user.read(args.command, length)
            patches = capture_patches(self.user, args)
            return _Pass(self, args, Parser(data, args.allocation_list, patches).parse()).run()
        except AccessViolation:
            status = STATUS_INVALID_PARAMETER
        except Refused as refusal:
            status = refusal.status
        folded = fold and status in (STATUS_INVALID_PARAMETER, STATUS_INVALID_USER_BUFFER)
        return STATUS_ILLEGAL_INSTRUCTION if folded else status

    # --- descriptors of a command ---
    def rows_at_once(self, command: Command) -> int:
        """Rows that one descriptor takes."""
        if command.rows == 1:
            return 1
        sides = [(command.target, command.target_pitch), (command.source, command.source_pitch)]
        if all(pitch == command.width for operand, pitch in sides if operand is not None):
            return max(1, 0xFFFF_FFFF // command.width)
        return MOST_ROWS if self.two_d and command.op == c.OP_BLIT else 1

    def chunk(self, command: Command, row: int, rows: int, entries: list[AllocationEntry]) -> Chunk:
        """Descriptors for rows `row` … of a command, with addresses as far as they are known."""
        out, step, form = Chunk(), self.rows_at_once(command), self.form
        target, source = command.target, command.source
        if target is None:
            return out
        for first in range(row, row + rows, step):
            count = min(step, row + rows - first)
            to = target.offset + first * command.target_pitch
            dst = self._address(target, to, entries)
            out.fields.append((len(out.data) + form.destination, target, to))
            if source is None:
                if command.op == c.OP_STORE:
                    out.data += form.fence(dst, command.value)
                else:
                    out.data += form.fill(dst, count * command.width, command.value)
                continue
            come = source.offset + first * command.source_pitch
            src = self._address(source, come, entries)
            out.fields.append((len(out.data) + form.source, source, come))
            if count > 1 and (command.target_pitch, command.source_pitch) != (command.width, command.width):
                strides = command.source_pitch, command.target_pitch
                out.data += form.copy_rows(src, dst, command.width, count, strides)
            else:
                out.data += form.copy(src, dst, count * command.width)
        return out

    @staticmethod
    def _address(operand: Operand, offset: int, entries: list[AllocationEntry]) -> int:
        """Pre-patching: the address of an allocation that is resident, else 0."""
        entry = entries[operand.index]
        return entry.physical_address + offset if entry.segment_id else 0


class _Pass:
    """One call of Render: from where the last one stopped to the end of the DMA buffer or of the commands."""

    def __init__(self, renderer: Renderer, args: RenderArguments, commands: list[Command]) -> None:
        self.r, self.args, self.commands = renderer, args, commands
        self.size = renderer.form.size
        self.out = bytearray()
        self.patches: list[PatchLocation] = []
        self.joins: list[int] = []
        self.barriers: list[int] = []
        self.slots: dict[int, object] = {}
        self.split = 0
        self.hazards = Hazards()

    def run(self) -> int:
        start, row = divmod(self.args.multipass_offset, 1 << _ROW_BITS)[::-1]
        start = start or c.HEADER_BYTES
        index = next((i for i, command in enumerate(self.commands) if command.at == start), len(self.commands))
        if index == len(self.commands) and start != self.args.command_length:
            raise Refused(STATUS_INVALID_USER_BUFFER, "the command buffer changed between two passes")
        for command in self.commands[index:]:
            if row and row >= command.rows:
                raise Refused(STATUS_INVALID_USER_BUFFER, "the command buffer changed between two passes")
            row = self._emit(command, row)
            if row < command.rows:
                return self._finish(STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER, command.at | row << _ROW_BITS)
            row = 0
        return self._finish(STATUS_SUCCESS, self.args.command_length)

    def _finish(self, status: int, progress: int) -> int:
        args = self.args
        self._join()
        args.private.joins.extend(self.joins)
        args.private.barriers.extend(self.barriers)
        self.r.memory.write(args.dma_buffer, bytes(self.out))
        args.dma_buffer += len(self.out)
        args.patch_list_out.extend(self.patches)
        args.multipass_offset = progress
        return status

    def _join(self) -> None:
        self.joins.append(len(self.out))
        self.out += self.r.form.nop()

    def _emit(self, command: Command, row: int) -> int:
        """As many rows of a command as fit; returns the next one."""
        if command.op == c.OP_NOP:
            return command.rows
        bindings = self._bindings(command)
        splits = any(self.slots.get(slot) is not handle for slot, handle in bindings) and bool(self.out)
        room = self.args.dma_size - len(self.out) - (1 + splits) * self.size
        step = self.r.rows_at_once(command)
        free = self.args.patch_list_out_size - len(self.args.patch_list_out) - len(self.patches)
        most = min(room // self.size, free // max(1, len(bindings)))
        if command.op == c.OP_UNBIND:
            most = 1 if room >= 0 and free else 0
        rows = min(command.rows - row, max(0, most) * step)
        if rows < command.rows - row and (command.atomic or not rows):
            if not self.out:
                raise Refused(STATUS_ILLEGAL_INSTRUCTION, "a command that can't be split is larger than a DMA buffer")
            return row
        if splits:
            self._join()
            self.split = len(self.out)
        if command.op == c.OP_UNBIND:
            self.slots.pop(command.slot, None)
            self.patches.append(PatchLocation(0, command.slot, 0, 0, 0, self.split))
            return command.rows
        self._barrier(command)
        chunk = self.r.chunk(command, row, rows, self.args.allocation_list)
        for at, operand, offset in chunk.fields:
            where = len(self.out) + at
            location = PatchLocation(operand.index, operand.slot, operand.driver_id, offset, where, self.split)
            self.patches.append(location)
        self.out += chunk.data
        self.slots.update(bindings)
        return row + rows

    @staticmethod
    def _bindings(command: Command) -> list[tuple[int, object]]:
        if command.op == c.OP_UNBIND:
            return [(command.slot, None)]
        return [(operand.slot, operand.handle) for operand in (command.target, command.source) if operand is not None]

    def _barrier(self, command: Command) -> None:
        reads, writes = [], []
        if command.source is not None:
            reads = [(command.source.handle, command.hull(command.source, command.source_pitch))]
        if command.target is not None:
            writes = [(command.target.handle, command.hull(command.target, command.target_pitch))]
        store = command.op == c.OP_STORE
        if self.hazards.needs_barrier(reads, writes, store):
            self.barriers.append(len(self.out))
            self.hazards.clear()
        self.hazards.note(writes, store)
