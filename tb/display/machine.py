"""A machine with the display model on it, as scenarios and the fuzzer use it."""

from __future__ import annotations

from typing import Any

from windlass.display import (
    AllocationEntry,
    CommandBuffer,
    Device,
    DisplayChoices,
    DisplayMiniport,
    DmaBuffer,
    GraphicsKernel,
    PatchLocation,
    RenderArguments,
)
from windlass.platform import Platform
from windlass.wdm import DISPATCH_LEVEL, Kernel


class Machine:
    """One platform with a kernel, the graphics kernel and one device. `choices` are those of DisplayChoices."""

    def __init__(self, platform: Platform, driver: Any = DisplayMiniport, **choices: Any) -> None:
        self.platform = platform
        self.kernel = Kernel(platform)
        self.graphics = GraphicsKernel(self.kernel, DisplayChoices(**choices), driver)
        self.driver, self.user = self.graphics.driver, self.graphics.user
        self.device = self.graphics.create_device()
        self._buffers: dict[int, int] = {}
        #: What Patch and SubmitCommand were called with: (routine, fence, start, end, first entry, entries).
        self.calls: list[tuple[Any, ...]] = []
        self.graphics.watch = self._note

    def _note(self, routine: str, args: Any) -> None:
        window = args.submission_fence_id, args.submission_start_offset, args.submission_end_offset
        if routine == "patch":
            self.calls.append(("patch", *window, args.submission_start, args.submission_length))
        else:
            self.calls.append(("paging" if args.paging else "submit", *window))

    def allocation(self, size: int, data: bytes = b"", local: bool = False, device: Device | None = None) -> int:
        """An allocation with `data` at its start; the handle."""
        handle = self.graphics.create_allocation(device or self.device, size, local=local)
        if data:
            self.graphics.write_allocation(device or self.device, handle, data)
        return handle

    def upload(self, data: bytes) -> int:
        """Put bytes into the user's memory, in pages of their own; a page is used again for the next of its size."""
        pages = -(-len(data) // 4096)
        if pages not in self._buffers:
            self._buffers[pages] = self.user.allocate(4096 * pages)
        self.user.write(self._buffers[pages], data)
        return self._buffers[pages]

    def render(
        self,
        commands: CommandBuffer | bytes,
        allocations: list[tuple[int, bool]],
        patches: list[PatchLocation] | None = None,
        device: Device | None = None,
    ) -> int:
        """Submit a command buffer the way of a user-mode driver; the status."""
        data = commands if isinstance(commands, bytes) else commands.to_bytes()
        at = self.user.allocate(24 * len(patches)) if patches else 0
        if patches:
            self.user.write(at, b"".join(patch.pack() for patch in patches))
        address = self.upload(data)
        status = self.graphics.render_command(
            device or self.device, address, len(data), allocations, at, len(patches or [])
        )
        if patches:
            self.user.free(at)
        return status

    def content(self, handle: int, offset: int = 0, length: int | None = None, device: Device | None = None) -> bytes:
        """What an allocation has, when the engine is through with it."""
        return self.graphics.read_allocation(device or self.device, handle, offset, length)

    # --- the driver's routines by themselves ---
    def arguments(self, data: bytes, entries: list[AllocationEntry], **more: Any) -> tuple[DmaBuffer, RenderArguments]:
        """An empty DMA buffer, and the arguments of Render into it."""
        buffer = self.graphics.acquire(self.graphics.choices.dma_buffer_size)
        values = {"dma_size": buffer.size, "patch_list_out_size": 256, "command": self.upload(data), **more}
        args = RenderArguments(
            command_length=values.pop("command_length", len(data)),
            dma_buffer=buffer.address,
            allocation_list=entries,
            patch_list_out=buffer.patch_list,
            private=buffer.private,
            **values,
        )
        return buffer, args

    def kernel_buffer(
        self, data: bytes, allocations: list[int], patches: list[PatchLocation], joins: list[int]
    ) -> DmaBuffer:
        """A DMA buffer as Render would leave it, with these descriptors."""
        graphics = self.graphics
        buffer = graphics.acquire(graphics.choices.dma_buffer_size)
        graphics.paged_pool.write(buffer.address, data)
        buffer.used, buffer.patch_list = len(data), patches
        buffer.allocations = [self.device.handles.get(handle) for handle in allocations]
        buffer.entries = [AllocationEntry(None, handle != 0) for handle in allocations]
        buffer.private.joins += joins
        return buffer

    def run_paging(self, *operations: Any) -> None:
        """Paging operations, submitted and waited for."""
        manager = self.graphics.memory_manager
        for operation in operations:
            manager._operate(operation)
        manager.flush()
        self.graphics.wait_idle()

    def at_dispatch(self, routine: Any, *arguments: Any) -> Any:
        """Call a routine at DISPATCH_LEVEL."""
        with self.kernel.at_irql(DISPATCH_LEVEL):
            return routine(*arguments)

    def fences(self) -> list[tuple[str, int]]:
        """What the driver reported, in order."""
        return [(report.kind, report.fence) for report in self.graphics.reports]
