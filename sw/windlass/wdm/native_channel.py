"""One Windlass channel as the system DMA controller of profile `native`: start, stop, count, completion."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from . import hw
from .channel_queue import ChannelQueue
from .constants import PAGE_SHIFT, DmaCancelled, DmaComplete, DmaError
from .master_watch import MasterWatch
from .structures import KDpc
from .transfer import DONE, FAILED, RUNNING, STOPPED, SystemTransfer

if TYPE_CHECKING:
    from .native import NativeHal

#: Polls of STATUS.ACTIVE after an abort before the HAL gives up.
ABORT_POLLS = 100_000


class NativeChannel:
    """A channel of the engine. `table_register`: the map register of its descriptor table."""

    def __init__(self, hal: NativeHal, index: int, table_register: int) -> None:
        self._hal = hal
        self.index = index
        self._table_register = table_register
        self._table_va: int | None = None
        self._table_physical = 0
        self._users = 0
        self._interrupt: Any = None
        self._period_dpc: Any = None
        self.queue = ChannelQueue()
        #: "master", "system" or None.
        self.role: str | None = None
        self.transfer: SystemTransfer | None = None

    # --- who has it ---
    def claim(self, role: str) -> None:
        """One more adapter on this channel; the first one sets it up. OutOfMemory leaves it as it was."""
        kernel = self._hal.kernel
        if self.role is None and role == "system":
            self._table_va = kernel.memory.allocate(1 << PAGE_SHIFT, contiguous=True)
        self._users += 1
        if self.role is not None:
            return
        self.role = role
        self._write_grant(hw.GRANT, 0)
        if role == "master":
            return
        pfn = kernel.memory.frames(self._table_va, 1)[0]
        self._table_physical = pfn << PAGE_SHIFT
        self._hal.program_flags([(self._table_register, (pfn,))], self.index, hw.MAP_READ)
        self._interrupt = kernel.io_connect_interrupt(self.index, self._isr)

    def unclaim(self) -> None:
        """One adapter less; the last one gives everything back."""
        self._users -= 1
        if self._users:
            return
        kernel = self._hal.kernel
        if self._table_va is not None:
            self._hal.revoke(self._table_register, 1)
            kernel.memory.free(self._table_va)
            self._table_va = None
        if self._interrupt is not None:
            kernel.io_disconnect_interrupt(self._interrupt)
            self._interrupt = None
        self.role = None
        self.transfer = None

    # --- registers ---
    def _write(self, offset: int, value: int) -> None:
        self._hal.platform.csr_write32(hw.channel_register(self.index, offset), value & 0xFFFF_FFFF)

    def _read(self, offset: int, *, live: bool = False) -> int:
        return self._hal.platform.csr_read32(hw.channel_register(self.index, offset), live=live)

    def _write_grant(self, offset: int, value: int) -> None:
        self._hal.platform.csr_write32(hw.grant_register(self.index, offset), value & 0xFFFF_FFFF)

    # --- transfers ---
    def start(self, transfer: SystemTransfer) -> None:
        """Program the channel for a transfer and start it: register mode for one element, a table for several."""
        adapter, binding = transfer.adapter, transfer.adapter.binding
        settings = adapter.configuration
        period = settings.get("period")
        self.transfer = transfer
        self._period_dpc = None
        address = binding.device_address + transfer.device_offset
        self._write_grant(hw.GRANT, binding.line << hw.GRANT_LINE_SHIFT)
        self._write_grant(hw.DEV_ADDR_LO, address)
        self._write_grant(hw.DEV_ADDR_HI, address >> 32)
        cyclic = adapter.description.auto_initialize
        if cyclic:
            mode = hw.MODE_AUTO
        else:
            mode = hw.MODE_REGISTER if len(transfer.elements) == 1 else hw.MODE_TABLE
        config = mode | (hw.DST_TYPE_DEVICE if transfer.write else hw.SRC_TYPE_DEVICE)
        config |= binding.width << hw.WIDTH_SHIFT
        config |= settings.get("pacing", binding.pacing) << hw.PACING_SHIFT
        config |= (settings.get("request_units", 1) - 1) << hw.REQ_UNITS_SHIFT
        self._write(hw.CONFIG, config)
        if mode == hw.MODE_TABLE:
            self._write_table(transfer)
        else:
            element = transfer.elements[0]
            low, high = (hw.SRC_LO, hw.SRC_HI) if transfer.write else (hw.DST_LO, hw.DST_HI)
            self._write(low, element.address)
            self._write(high, element.address >> 32)
            self._write(hw.LENGTH, element.length)
        self._write(hw.PERIOD, period.length if period else 0)
        self._write(hw.IRQ_STATUS, hw.IRQ_ALL)
        enable = hw.IRQ_ERROR | (0 if cyclic else hw.IRQ_DONE) | (hw.IRQ_PERIOD if period else 0)
        self._write(hw.IRQ_ENABLE, enable)
        if period:
            self._period_dpc = KDpc(period.routine, period.context)
        self._write(hw.CMD, hw.CMD_START)

    def _write_table(self, transfer: SystemTransfer) -> None:
        control = hw.OP_COPY | hw.DESC_PHASE
        table = b"".join(
            struct.pack(
                "<4I",
                element.address if transfer.write else 0,
                0 if transfer.write else element.address,
                element.length,
                control,
            )
            for element in transfer.elements
        )
        self._hal.platform.write_mem(self._table_physical, table)
        window = self._hal.kernel.choices.map_window_base
        self._write(hw.DESC_LO, window + (self._table_register << PAGE_SHIFT))
        self._write(hw.DESC_HI, 0)
        self._write(hw.DESC_COUNT, len(transfer.elements))

    def stop(self, transfer: SystemTransfer, *, flushed: bool) -> bool:
        """Stop a transfer if it still runs. `flushed`: its completion routine no longer runs.

        False when the engine had reported an error.
        """
        if transfer.state == RUNNING and self.transfer is transfer:
            self._write(hw.CMD, hw.CMD_ABORT)
            for _ in range(ABORT_POLLS):
                status = self._read(hw.STATUS, live=True)
                if not status & hw.STATUS_ACTIVE:
                    break
                self._hal.platform.wait_cycles(4)
            else:
                raise RuntimeError(f"channel {self.index} does not stop")
            self._write(hw.IRQ_ENABLE, 0)
            self._write(hw.IRQ_STATUS, hw.IRQ_ALL)
            transfer.state = _ending(status)
        if flushed:
            kernel = self._hal.kernel
            if transfer.dpc is not None and not kernel.choices.completion_after_flush:
                kernel.ke_remove_queue_dpc(transfer.dpc)
            transfer.reported = True
            if self._period_dpc is not None:
                kernel.ke_remove_queue_dpc(self._period_dpc)
        return transfer.state != FAILED

    def cancel(self, transfer: SystemTransfer) -> None:
        """Stop a transfer and report how it ended, once, when the IRQL allows."""
        self.stop(transfer, flushed=False)
        self._report(transfer)

    def counter(self) -> int:
        """Bytes that remain of the last transfer; with auto-initialize of the present lap, never 0 then."""
        transfer = self.transfer
        if transfer is None:
            return 0
        live = transfer.state in (RUNNING, STOPPED)  # where an abort hit depends on timing, too
        if len(transfer.elements) == 1:
            return self._read(hw.COUNT, live=live)
        return (transfer.total - self._read(hw.POS_LO, live=live)) & 0xFFFF_FFFF

    # --- bus masters: the driver programs the channel, the HAL only looks ---
    def works_on(self, address: int, length: int) -> bool:
        """Is there work left on these logical addresses? Descriptors are found in common buffers."""
        return MasterWatch(self._hal.platform, self.index, self._common_memory).works_on(address, length)

    def _common_memory(self, logical: int, length: int) -> int | None:
        """Physical address of a logical range that lies in a common buffer of this channel's adapters, or None."""
        for adapter in self._hal.kernel.adapters:
            for buffer in adapter.common_buffers if adapter.binding.channel is self else ():
                if buffer.logical <= logical and logical + length <= buffer.logical + buffer.length:
                    frame = self._hal.kernel.memory.frames(buffer.virtual, 1)[0]
                    return (frame << PAGE_SHIFT) + logical - buffer.logical
        return None

    # --- completion ---
    def _isr(self, _context: Any) -> bool:
        causes = self._read(hw.IRQ_STATUS)
        if not causes:
            return False
        self._write(hw.IRQ_STATUS, causes)
        if causes & hw.IRQ_PERIOD and self._period_dpc is not None:
            self._hal.kernel.ke_insert_queue_dpc(self._period_dpc)
        transfer = self.transfer
        if causes & (hw.IRQ_DONE | hw.IRQ_ERROR) and transfer is not None and transfer.state == RUNNING:
            transfer.state = _ending(self._read(hw.STATUS))
            self._report(transfer)
        return True

    def _report(self, transfer: SystemTransfer) -> None:
        if transfer.completion is None or transfer.reported:
            return
        transfer.reported = True
        status = {DONE: DmaComplete, FAILED: DmaError, STOPPED: DmaCancelled}[transfer.state]
        transfer.dpc = KDpc(
            lambda _: transfer.completion(transfer.adapter, transfer.device, transfer.completion_context, status), None
        )
        self._hal.kernel.ke_insert_queue_dpc(transfer.dpc)


def _ending(status: int) -> str:
    if status & hw.STATUS_ERROR:
        return FAILED
    return DONE if status & hw.STATUS_DONE else STOPPED
