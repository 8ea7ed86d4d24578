"""Sound card: playback and capture at the same time, each an auto-initialized loop over a common buffer.

Each direction has an adapter of its own, a common buffer of two periods and one MapTransferEx for the life of the
stream: the channel reloads itself. The controller tells the driver when another period has gone by; the driver asks
ReadDmaCounter how far the device has come and refills (playback) or takes away (capture) what lies behind. A stream is
ended by stopping the device, then flushing, which stops the channel.

At most 32 KiB of a file are played to the codec and, in the same time, recorded from a second converter.
"""

from __future__ import annotations

from typing import Any

from ..platform import Platform
from ..wdm import (
    DISPATCH_LEVEL,
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
from .audio_loop import usual_sample_cycles
from .fifo_device import STATUS, STATUS_OVERRUN, STATUS_UNDERRUN, FifoDevice
from .result import ScenarioFailed, ScenarioResult

#: Peripherals (and request lines): the converter that records, the codec that plays.
RECORDER, CODEC = 0, 1
SAMPLE_BYTES = 4
REQUEST_UNITS = 16
MOST_BYTES = 32 * 1024
PERIOD = 1024
PERIODS = 2
LOOP = PERIOD * PERIODS


class Stream:
    """One direction of the card, from start_device to stop_device."""

    def __init__(self, kernel: Kernel, number: int, *, playback: bool, rate: int, done: KEvent) -> None:
        self.kernel, self.playback, self.rate, self.done = kernel, playback, rate, done
        self.number = number
        self.device = DeviceObject("playback" if playback else "capture")
        self.hardware = FifoDevice(kernel.platform, number)
        self.statuses: list[tuple[str, int]] = []
        #: Bytes that passed the device since the start, and where in the loop it is now.
        self.passed = self.position = 0
        self.finished = False

    def note(self, routine: str, status: int) -> None:
        """Keep a status; give up when it is an error."""
        self.statuses.append((routine, status))
        if not nt_success(status):
            raise ScenarioFailed(f"sound: {routine} returned {status:#010x}")

    def start_device(self) -> None:
        """IRP_MN_START_DEVICE: adapter, common buffer, an MDL over it, and the period notification."""
        description = DeviceDescription(
            version=3,
            auto_initialize=True,
            maximum_length=LOOP,
            dma_width=Width32Bits,
            dma_request_line=self.number,
            device_address=self.hardware.base,
        )
        registers, self.logical = Ref(), Ref()
        self.adapter = self.kernel.io_get_dma_adapter(None, description, registers)
        if self.adapter is None:
            raise ScenarioFailed("sound: no adapter")
        self.registers = registers.value
        self.ops = self.adapter.dma_operations
        self.buffer = self.ops.allocate_common_buffer(self.adapter, LOOP, self.logical, True)
        if self.buffer is None:
            raise ScenarioFailed("sound: no common buffer")
        self.mdl = self.kernel.io_allocate_mdl(self.buffer, LOOP)
        self.kernel.mm_build_mdl_for_non_paged_pool(self.mdl)
        for function, value in (
            (WINDLASS_SET_REQUEST_UNITS, REQUEST_UNITS),
            (WINDLASS_SET_PERIOD, PeriodNotification(PERIOD, self.period_elapsed)),
        ):
            self.note("configure_adapter_channel", self.ops.configure_adapter_channel(self.adapter, function, value))

    def stop_device(self) -> None:
        """IRP_MN_STOP_DEVICE."""
        self.ops.free_common_buffer(self.adapter, LOOP, self.logical.value, self.buffer, True)
        self.ops.put_dma_adapter(self.adapter)

    def run(self) -> None:
        """KSSTATE_RUN."""
        context = DmaTransferContext()
        self.note("initialize_dma_transfer_context", self.ops.initialize_dma_transfer_context(self.adapter, context))
        with self.kernel.at_irql(DISPATCH_LEVEL):
            status = self.ops.allocate_adapter_channel_ex(
                self.adapter, self.device, context, self.registers, 0, self.adapter_control, None, None
            )
            self.note("allocate_adapter_channel_ex", status)

    def adapter_control(self, _device: DeviceObject, _irp: Any, base: Any, _context: Any) -> int:
        """AdapterControl: one MapTransferEx for the life of the stream, then let the device ask."""
        self.base = base
        length = Ref(LOOP)
        status = self.ops.map_transfer_ex(
            self.adapter, self.mdl, base, 0, 0, length, self.playback, None, 0, None, None
        )
        self.note("map_transfer_ex", status)
        self.hardware.start(
            sink=self.playback, width=Width32Bits, threshold=REQUEST_UNITS, rate=self.rate, prefill=REQUEST_UNITS
        )
        return KeepObject

    def period_elapsed(self, _context: Any) -> None:
        """The channel has gone through another period. DISPATCH_LEVEL."""
        position = LOOP - self.ops.read_dma_counter(self.adapter)
        self.passed += (position - self.position) % LOOP
        self.position = position
        self.serve()

    def serve(self) -> None:
        """Refill or take away what the device has left behind."""
        raise NotImplementedError

    def pause(self) -> None:
        """KSSTATE_STOP: the device first, then the channel, by the flush that every mapping owes."""
        status = self.hardware.read(STATUS)
        self.lost = bool(status & (STATUS_UNDERRUN | STATUS_OVERRUN))
        self.hardware.stop()
        with self.kernel.at_irql(DISPATCH_LEVEL):
            status = self.ops.flush_adapter_buffers_ex(self.adapter, self.mdl, self.base, 0, LOOP, self.playback)
            self.note("flush_adapter_buffers_ex", status)
            self.ops.free_adapter_channel(self.adapter)


class Playback(Stream):
    """Plays `sound`, then silence until every sample has left the codec."""

    def __init__(self, kernel: Kernel, sound: bytes, rate: int, done: KEvent) -> None:
        super().__init__(kernel, CODEC, playback=True, rate=rate, done=done)
        self.sound = sound
        self.filled = self.late = 0

    def run(self) -> None:
        self.serve()
        super().run()

    def serve(self) -> None:
        self.late += self.filled > 0 and self.passed >= self.filled
        while self.filled + PERIOD <= self.passed + LOOP:
            chunk = self.sound[self.filled : self.filled + PERIOD].ljust(PERIOD, b"\0")
            self.kernel.memory.write(self.buffer + self.filled % LOOP, chunk)
            self.filled += PERIOD
        if self.passed >= len(self.sound) + PERIOD:  # a period of silence is more than the codec's FIFO holds
            self.finished = True
            self.kernel.ke_set_event(self.done)


class Capture(Stream):
    """Records `wanted` bytes, a multiple of the period."""

    def __init__(self, kernel: Kernel, wanted: int, rate: int, done: KEvent) -> None:
        super().__init__(kernel, RECORDER, playback=False, rate=rate, done=done)
        self.wanted = wanted
        self.recorded = bytearray()

    def serve(self) -> None:
        while len(self.recorded) + PERIOD <= self.passed:
            at = len(self.recorded) % LOOP
            self.recorded += self.kernel.memory.read(self.buffer + at, PERIOD)
        if len(self.recorded) >= self.wanted:
            self.finished = True
            self.kernel.ke_set_event(self.done)


def sound(platform: Platform, data: bytes) -> ScenarioResult:
    """Play `data` (its first 32 KiB) and record it at the same time; `data_out` is empty when a sample was lost."""
    kernel = Kernel(platform)
    carried = data[:MOST_BYTES]
    periods = max(4, -(-len(carried) // PERIOD))
    samples = carried.ljust(periods * PERIOD, b"\0")
    rate = 3 * usual_sample_cycles(platform.params.max_burst)  # two streams share the engine
    done = KEvent()
    playback = Playback(kernel, samples, rate, done)
    capture = Capture(kernel, len(samples), rate, done)
    for stream in (playback, capture):
        stream.start_device()
    platform.device_feed(RECORDER, samples)
    begin = platform.now()
    for stream in (capture, playback):
        stream.run()
    while not (playback.finished and capture.finished):
        kernel.ke_clear_event(done)
        if kernel.ke_wait_for_single_object(done) or not done.signalled:
            raise ScenarioFailed("sound: a stream does not go on")
    played = platform.device_collected(CODEC)
    for stream in (capture, playback):
        stream.pause()
    cycles = platform.now() - begin
    for stream in (capture, playback):
        stream.stop_device()
    clean = played[: len(samples)] == samples and not any(played[len(samples) :]) and not playback.late
    clean = clean and not (playback.lost or capture.lost)
    return ScenarioResult(
        "sound",
        carried,
        bytes(capture.recorded[: len(carried)]) if clean else b"",
        2 * len(samples),
        cycles,
        playback.statuses + capture.statuses,
        [],
        {"periods": periods, "laps": periods // PERIODS, "late": playback.late},
    )
