"""Common-buffer DMA with auto-initialize: a codec plays a loop of two periods that the driver keeps refilling.

One MapTransferEx starts a transfer that reloads itself for ever. Each time another period has been played the
controller notifies the driver, which finds out with ReadDmaCounter how far the device has come, and refills the periods
behind it. After the last sample it fills in silence, and stops once the last sample has left the codec.

At most the first 64 KiB of a file are played (16384 samples of 4 bytes, 4 clock cycles each), and at least ten periods
of 512 bytes, so that the loop always goes round five times or more.
"""

from __future__ import annotations

from typing import Any

from ..platform import Platform
from ..wdm import (
    DISPATCH_LEVEL,
    STATUS_SUCCESS,
    WINDLASS_SET_PERIOD,
    WINDLASS_SET_REQUEST_UNITS,
    DeviceDescription,
    DeviceObject,
    DmaTransferContext,
    KeepObject,
    Kernel,
    KEvent,
    PeriodNotification,
    Ref,
    Width32Bits,
    nt_success,
)
from .fifo_device import STATUS, STATUS_OVERRUN, STATUS_UNDERRUN, FifoDevice
from .result import ScenarioFailed, ScenarioResult

#: Peripheral number of the codec, which is also its request line.
CODEC = 1
SAMPLE_BYTES = 4
#: Clock cycles a sample: what an engine with bursts of 16 words or more keeps up with.
SAMPLE_CYCLES = 4
REQUEST_UNITS = 16
#: Bytes of a file that are played at most; bytes of the shortest and the longest period; least number of periods.
MOST_BYTES = 64 * 1024
SHORTEST_PERIOD, LONGEST_PERIOD = 512, 4096
LEAST_PERIODS = 10


def usual_sample_cycles(max_burst: int) -> int:
    """Clock cycles a sample; longer on an engine whose bursts are too short for the usual rate."""
    return max(SAMPLE_CYCLES, 16 * SAMPLE_CYCLES // max_burst)


def period_length(length: int) -> int:
    """Bytes of a period for so many bytes of sound: a sixteenth of it, in whole 64 bytes, within the limits."""
    return min(LONGEST_PERIOD, max(SHORTEST_PERIOD, -(-length // 16 // 64) * 64))


class CodecDriver:
    """The driver of the codec."""

    def __init__(self, kernel: Kernel, sound: bytes, period: int, rate: int) -> None:
        self.kernel = kernel
        self.rate = rate
        self.sound = sound
        self.period = period
        self.loop = 2 * period
        self.periods = len(sound) // period
        self.device = DeviceObject("codec driver")
        self.hardware = FifoDevice(kernel.platform, CODEC)
        self.statuses: list[tuple[str, int]] = []
        self.played = self.filled = self.position = self.notifications = self.late = 0
        self.stopping = KEvent()

    def note(self, routine: str, status: int) -> None:
        """Keep a status; give up when it is an error."""
        self.statuses.append((routine, status))
        if not nt_success(status):
            raise ScenarioFailed(f"audio_loop: {routine} returned {status:#010x}")

    def start_device(self) -> None:
        """IRP_MN_START_DEVICE: adapter, common buffer, and an MDL over it (system DMA maps through MDLs)."""
        description = DeviceDescription(
            version=3,
            auto_initialize=True,
            maximum_length=self.loop,
            dma_width=Width32Bits,
            dma_request_line=CODEC,
            device_address=self.hardware.base,
        )
        self.registers = Ref()
        self.adapter = self.kernel.io_get_dma_adapter(None, description, self.registers)
        if self.adapter is None:
            raise ScenarioFailed("audio_loop: no adapter for the codec")
        self.ops = self.adapter.dma_operations
        self.logical = Ref()
        self.buffer = self.ops.allocate_common_buffer(self.adapter, self.loop, self.logical, True)
        if self.buffer is None:
            raise ScenarioFailed("audio_loop: no common buffer")
        self.mdl = self.kernel.io_allocate_mdl(self.buffer, self.loop)
        self.kernel.mm_build_mdl_for_non_paged_pool(self.mdl)
        for function, context in (
            (WINDLASS_SET_REQUEST_UNITS, REQUEST_UNITS),
            (WINDLASS_SET_PERIOD, PeriodNotification(self.period, self.period_elapsed)),
        ):
            status = self.ops.configure_adapter_channel(self.adapter, function, context)
            self.note("configure_adapter_channel", status)

    def stop_device(self) -> None:
        """IRP_MN_STOP_DEVICE."""
        self.ops.free_common_buffer(self.adapter, self.loop, self.logical.value, self.buffer, True)
        self.ops.put_dma_adapter(self.adapter)

    # --- playing ---
    def play(self) -> None:
        """Play all of the sound; returns when its last sample has left the codec."""
        while self.filled < self.loop:
            self.refill()
        context = DmaTransferContext()
        self.note("initialize_dma_transfer_context", self.ops.initialize_dma_transfer_context(self.adapter, context))
        with self.kernel.at_irql(DISPATCH_LEVEL):
            status = self.ops.allocate_adapter_channel_ex(
                self.adapter, self.device, context, self.registers.value, 0, self.adapter_control, None, None
            )
            self.note("allocate_adapter_channel_ex", status)
        self.note("wait", self.kernel.ke_wait_for_single_object(self.stopping))
        if not self.stopping.signalled:
            raise ScenarioFailed("audio_loop: the codec does not go on")

    def adapter_control(self, _device: DeviceObject, _irp: Any, base: Any, _context: Any) -> int:
        """AdapterControl: map once for the life of the loop, then let the codec ask for samples."""
        self.base = base
        length = Ref(self.loop)
        status = self.ops.map_transfer_ex(self.adapter, self.mdl, base, 0, 0, length, True, None, 0, None, None)
        self.note("map_transfer_ex", status)
        self.hardware.start(
            sink=True,
            width=Width32Bits,
            threshold=REQUEST_UNITS,
            rate=self.rate,
            prefill=REQUEST_UNITS,
        )
        return KeepObject

    def period_elapsed(self, _context: Any) -> None:
        """Another period was read from the buffer: refill what lies behind the device. DISPATCH_LEVEL."""
        self.notifications += 1
        position = self.loop - self.ops.read_dma_counter(self.adapter)
        self.played += (position - self.position) % self.loop
        self.position = position
        if self.played >= self.filled:
            self.late += 1
        while self.filled + self.period <= self.played + self.loop:
            self.refill()
        # One period of silence after the end is more than the codec's FIFO holds: every sample has been played.
        if self.played >= len(self.sound) + self.period:
            self.kernel.ke_set_event(self.stopping)

    def refill(self) -> None:
        """Put the next period of the sound, or silence, into its half of the buffer."""
        chunk = self.sound[self.filled : self.filled + self.period]
        self.kernel.memory.write(self.buffer + self.filled % self.loop, chunk.ljust(self.period, b"\0"))
        self.filled += self.period

    def stop(self) -> None:
        """Stop the device, then end the transfer: the flush stops the channel."""
        status = self.hardware.read(STATUS)
        self.hardware.stop()
        self.underrun, self.overrun = bool(status & STATUS_UNDERRUN), bool(status & STATUS_OVERRUN)
        with self.kernel.at_irql(DISPATCH_LEVEL):
            flushed = self.ops.flush_adapter_buffers(self.adapter, self.mdl, self.base, self.buffer, self.loop, True)
            if not flushed:
                raise ScenarioFailed("audio_loop: the channel reported an error")
            self.ops.free_adapter_channel(self.adapter)
        self.statuses.append(("complete_request", STATUS_SUCCESS))


def audio_loop(platform: Platform, data: bytes, sample_cycles: int | None = None) -> ScenarioResult:
    """Play `data` (its first 64 KiB); `data_out` is what the codec put out, empty if a sample was lost or repeated.

    `sample_cycles`: clock cycles a sample, for boards whose memory is too slow for the usual rate.
    """
    kernel = Kernel(platform)
    played = data[:MOST_BYTES]
    period = period_length(len(played))
    sound = played.ljust(max(LEAST_PERIODS, -(-len(played) // period)) * period, b"\0")
    rate = sample_cycles or usual_sample_cycles(platform.params.max_burst)
    driver = CodecDriver(kernel, sound, period, rate)
    driver.start_device()
    begin = platform.now()
    driver.play()
    collected = platform.device_collected(CODEC)
    driver.stop()
    cycles = platform.now() - begin
    driver.stop_device()
    clean = collected[: len(sound)] == sound and not any(collected[len(sound) :])
    clean = clean and not (driver.underrun or driver.overrun or driver.late)
    details = {
        "period": period,
        "periods": driver.periods,
        "laps": len(sound) // driver.loop,
        "notifications": driver.notifications,
        "underrun": driver.underrun,
        "overrun": driver.overrun,
        "late": driver.late,
    }
    return ScenarioResult(
        "audio_loop",
        played,
        collected[: len(played)] if clean else b"",
        len(sound),
        cycles,
        driver.statuses,
        [],
        details,
    )
