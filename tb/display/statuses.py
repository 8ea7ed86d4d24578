"""What Render answers: one row for each cause of each status. A refused command buffer leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from windlass.display import AllocationEntry, CommandBuffer, PatchLocation
from windlass.display.commands import FROM_PATCH_LIST, MOST_BYTES
from windlass.platform import Platform
from windlass.wdm import status as s

from .machine import Machine
from .scenarios import scenario

COPY = CommandBuffer().copy((1, 0), (2, 0), 64)
LISTED = CommandBuffer().copy((FROM_PATCH_LIST, 0), (2, 0), 64)
ENTRY = PatchLocation(1, 0, 0, 0, 20, 0)

Row = tuple[str, int, dict[str, Any]]


def raw(*words: int) -> CommandBuffer:
    return CommandBuffer().raw(*words)


def header(**fields: int) -> bytes:
    """A command buffer with another header: word 0 … 3 as `w0` …"""
    data = bytearray(COPY.to_bytes())
    for name, value in fields.items():
        at = 4 * int(name[1:])
        data[at : at + 4] = value.to_bytes(4, "little")
    return bytes(data)


_BAD_PARAMETER: list[tuple[str, dict[str, Any]]] = [
    ("past the end of the target", {"commands": CommandBuffer().fill((1, 4000), 97, 0)}),
    ("past the end of the source", {"commands": CommandBuffer().copy((1, 0), (2, 4090), 7)}),
    ("an offset of 4 GiB", {"commands": CommandBuffer().fill((1, 0xFFFF_FFFF), 1, 0)}),
    ("a length of 4 GiB", {"commands": CommandBuffer().fill((1, 1), 0xFFFF_FFFF, 0)}),
    ("no bytes", {"commands": CommandBuffer().copy((1, 0), (2, 0), 0)}),
    ("rows that end outside", {"commands": CommandBuffer().blit((1, 0), (2, 0), (1024, 1024), 1025, 4)}),
    ("no rows", {"commands": CommandBuffer().blit((1, 0), (2, 0), (8, 8), 8, 0)}),
    ("rows beyond any size", {"commands": CommandBuffer().fill_rect((1, 0), 0xFFFF_FFFF, 8, 0xFFFF_FFFF, 0)}),
    ("rows upon one another", {"commands": CommandBuffer().blit((1, 0), (2, 0), (7, 8), 8, 2)}),
    ("an overlap upwards", {"commands": CommandBuffer().copy((1, 1), (1, 0), 64)}),
    ("an overlap with two pitches", {"commands": CommandBuffer().blit((1, 0), (1, 4), (64, 65), 8, 9)}),
    ("a value that is not aligned", {"commands": CommandBuffer().store((1, 4), 1)}),
    ("an index outside the list", {"commands": CommandBuffer().fill((3, 0), 4, 0)}),
    ("written without WriteOperation", {"commands": CommandBuffer().fill((2, 0), 4, 0)}),
    ("a slot of 25 bits", {"commands": CommandBuffer().unbind(1 << 24)}),
    ("an operand without a patch location", {"commands": LISTED}),
    ("a patch location that nobody wants", {"commands": COPY, "patches": [ENTRY]}),
    ("a patch offset outside", {"commands": LISTED, "patches": [replace(ENTRY, patch_offset=1 << 20)]}),
    ("a patch offset in the header", {"commands": LISTED, "patches": [replace(ENTRY, patch_offset=8)]}),
    ("a patch offset between operands", {"commands": LISTED, "patches": [replace(ENTRY, patch_offset=24)]}),
    ("two patch locations for one place", {"commands": LISTED, "patches": [ENTRY, ENTRY]}),
    ("a patch location with a wrong index", {"commands": LISTED, "patches": [replace(ENTRY, allocation_index=9)]}),
    ("a patch location that reaches outside", {"commands": LISTED, "patches": [replace(ENTRY, allocation_offset=4090)]}),
    ("a patch location with 25 bits of slot", {"commands": LISTED, "patches": [replace(ENTRY, slot_id=1 << 24)]}),
    ("two allocations in one slot", {"commands": LISTED, "patches": [replace(ENTRY, slot_id=1)]}),
    ("too many patch locations", {"commands": COPY, "patch_list_in_size": 5000}),
    ("fewer than no patch locations", {"commands": COPY, "patch_list_in_size": -1}),
    ("a patch list that is not there", {"commands": LISTED, "patch_list_in": 0x5000, "patch_list_in_size": 1}),
    ("a command buffer that is not there", {"commands": COPY, "command": 0x5000}),
]  # fmt: skip
_BAD_BUFFER: list[tuple[str, dict[str, Any]]] = [
    ("shorter than its header", {"commands": COPY, "command_length": 12}),
    ("not a number of words", {"commands": COPY, "command_length": 41}),
    ("too long", {"commands": COPY, "command_length": MOST_BYTES + 4}),
    ("another length in its header", {"commands": header(w2=44)}),
    ("another magic number", {"commands": header(w0=0)}),
    ("ends inside a command", {"commands": raw(0x0602, 1, 0)}),
    ("a progress that no pass made", {"commands": COPY, "multipass_offset": 20}),
    ("rows that the command has not", {"commands": COPY, "multipass_offset": 16 | 1 << 32}),
]
_ILLEGAL: list[tuple[str, dict[str, Any]]] = [
    ("an opcode that is none", {"commands": raw(0x0107)}),
    ("a command of no words", {"commands": raw(0x0000)}),
    ("a command with a word more", {"commands": raw(0x0200, 0)}),
    ("reserved flags", {"commands": raw(0x2_0100)}),
    ("an atomic copy", {"commands": raw(0x1_0602, 1, 0, 2, 0, 64)}),
    ("reserved bits of the header", {"commands": header(w3=1)}),
    ("larger than a DMA buffer", {"commands": COPY, "dma_size": 31}),
    ("more patch locations than a list takes", {"commands": COPY, "patch_list_out_size": 1}),
    ("an atomic rectangle larger than a DMA buffer", {
        "commands": CommandBuffer().fill_rect((1, 0), 64, 4, 60, 0, atomic=True), "dma_size": 512}),
]  # fmt: skip

ROWS: list[Row] = [
    *((name, s.STATUS_INVALID_PARAMETER, more) for name, more in _BAD_PARAMETER),
    *((name, s.STATUS_INVALID_USER_BUFFER, more) for name, more in _BAD_BUFFER),
    *((name, s.STATUS_ILLEGAL_INSTRUCTION, more) for name, more in _ILLEGAL),
    ("a jump", s.STATUS_PRIVILEGED_INSTRUCTION, {"commands": raw(0x0480, 0x1000, 0, 1)}),
    ("an interrupt", s.STATUS_PRIVILEGED_INSTRUCTION, {"commands": raw(0x0181)}),
    ("a descriptor", s.STATUS_PRIVILEGED_INSTRUCTION, {"commands": raw(0x0582, 0, 0, 16, 0x8000_0001)}),
    ("any other opcode of the kernel", s.STATUS_PRIVILEGED_INSTRUCTION, {"commands": raw(0x01FF)}),
    ("the NULL entry", s.STATUS_INVALID_HANDLE, {"commands": CommandBuffer().fill((0, 0), 4, 0)}),
    ("a destroyed allocation", s.STATUS_INVALID_HANDLE, {"commands": COPY, "destroyed": 2}),
    ("unbinding without a NULL entry", s.STATUS_INVALID_HANDLE, {"commands": CommandBuffer().unbind(1), "full": True}),
    ("a version that is not the driver's", s.STATUS_GRAPHICS_DRIVER_MISMATCH, {"commands": header(w1=2)}),
    ("no memory for the driver's copy", s.STATUS_NO_MEMORY, {"commands": COPY, "failing": 1}),
    ("a lost device", s.STATUS_GRAPHICS_GPU_EXCEPTION_ON_DEVICE, {"commands": COPY, "lost": True}),
    ("a full DMA buffer", s.STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER, {
        "commands": CommandBuffer().fill((1, 0), 4, 0).fill((1, 8), 4, 0).fill((1, 16), 4, 0), "descriptors": 3}),
    ("a full patch location list", s.STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER, {
        "commands": CommandBuffer().fill((1, 0), 4, 0).fill((1, 8), 4, 0), "patch_list_out_size": 1}),
    ("everything translated", s.STATUS_SUCCESS, {"commands": COPY}),
    ("an overlap downwards", s.STATUS_SUCCESS, {"commands": CommandBuffer().copy((1, 0), (1, 1), 64)}),
    ("to the last byte", s.STATUS_SUCCESS, {"commands": CommandBuffer().fill((1, 4000), 96, 0).copy((1, 0), (2, 0), 4096)}),
    ("nothing at all", s.STATUS_SUCCESS, {"commands": CommandBuffer()}),
    ("a patch location for an operand", s.STATUS_SUCCESS, {"commands": LISTED, "patches": [ENTRY]}),
]  # fmt: skip
_FOLDED = (s.STATUS_INVALID_PARAMETER, s.STATUS_INVALID_USER_BUFFER)
_WRITES = (s.STATUS_SUCCESS, s.STATUS_GRAPHICS_INSUFFICIENT_DMA_BUFFER)


def check(m: Machine, row: Row) -> None:
    """Render a row's command buffer into an empty DMA buffer, and see what it did."""
    name, wanted, settings = row
    more = dict(settings)
    driver, pool = m.driver, m.graphics.paged_pool
    handles = [driver.create_allocation(4096) for _ in range(3)]
    entries = [AllocationEntry(None), AllocationEntry(handles[0], True), AllocationEntry(handles[1], False)]
    if more.pop("full", False):
        entries[0] = AllocationEntry(handles[2], False)
    destroyed = more.pop("destroyed", 0)
    if destroyed:
        driver.destroy_allocation(handles[destroyed - 1])
    m.kernel.failing_allocations = more.pop("failing", 0)
    if "descriptors" in more:
        more["dma_size"] = more.pop("descriptors") * driver.form.size
    device = m.graphics.create_device()
    device.lost = more.pop("lost", False)
    commands = more.pop("commands")
    patches = more.pop("patches", [])
    if patches:
        at = m.user.allocate(4096)
        m.user.write(at, b"".join(patch.pack() for patch in patches))
        more |= {"patch_list_in": at, "patch_list_in_size": len(patches)}
    data = commands if isinstance(commands, bytes) else commands.to_bytes()
    buffer, args = m.arguments(data, entries, **more)
    pool.write(buffer.address, b"\xa5" * buffer.size)
    folded = wanted in _FOLDED and m.graphics.choices.fold_into_illegal
    progress = args.multipass_offset
    status = driver.render(device, args)
    want = s.STATUS_ILLEGAL_INSTRUCTION if folded else wanted
    assert status == want, f"{name}: {s.status_name(status)} instead of {s.status_name(want)}"
    if wanted in _WRITES:
        assert args.dma_buffer > buffer.address and args.multipass_offset > progress, name
        assert args.dma_buffer - buffer.address <= args.dma_size, name
        assert len(args.patch_list_out) <= args.patch_list_out_size, name
    else:
        assert args.dma_buffer == buffer.address and not args.patch_list_out, name
        assert pool.read(buffer.address, buffer.size) == b"\xa5" * buffer.size, name
        assert args.multipass_offset == progress and not buffer.private.joins, name
    m.graphics._recycle(buffer)


def _all(**choices: Any) -> Callable[[Platform], None]:
    def run(platform: Platform) -> None:
        m = Machine(platform, **choices)
        for row in ROWS:
            check(m, row)

    return run


@scenario
def every_status_of_render(platform: Platform) -> None:
    """Each status with each of its causes; a refused buffer advances nothing and writes nothing."""
    _all()(platform)


@scenario
def statuses_folded_into_illegal_instruction(platform: Platform) -> None:
    """STATUS_INVALID_PARAMETER and STATUS_INVALID_USER_BUFFER may both be STATUS_ILLEGAL_INSTRUCTION."""
    _all(fold_into_illegal=True)(platform)


@scenario
def a_buffer_is_read_once(platform: Platform) -> None:
    """What the user stores into a command buffer or patch list that was read changes nothing; what is not the user's is refused by the
    kernel, before the driver."""
    m = Machine(platform)
    a, b = m.allocation(4096), m.allocation(4096, b"source")
    other = m.graphics.create_device()
    theirs = m.allocation(4096, device=other)
    for handle in (theirs, 0x1234):
        assert m.render(CommandBuffer().fill((0, 0), 4, 1), [(handle, True)]) == s.STATUS_INVALID_HANDLE
    commands = CommandBuffer()
    at = commands.next_operand()
    commands.copy((FROM_PATCH_LIST, 0), (1, 0), 6)
    reads: list[int] = []

    def meanwhile(address: int, length: int) -> None:
        reads.append(address)
        m.user.after_read = None
        m.user.write(address, b"\xff" * length)
        m.user.after_read = meanwhile

    m.user.after_read = meanwhile
    patches = [PatchLocation(0, 0, 0, 100, at, 0)]
    assert m.render(commands, [(a, True), (b, False)], patches) == s.STATUS_SUCCESS
    assert len(reads) == len(set(reads)) == 2
    m.user.after_read = None
    assert m.content(a, 100, 6) == b"source"
