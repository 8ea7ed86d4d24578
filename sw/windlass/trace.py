"""A record of what a driver does and what the hardware does about it, in Chrome's trace format.

:class:`Recorder` follows a kernel (its calls, callbacks, IRQL) and a platform (register accesses, interrupt and request
lines), each event with its simulation time. :func:`save` writes the JSON that Perfetto and chrome://tracing open;
:func:`describe` turns such a file into readable lines.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from .busmaster import MasterAnswer, MasterBurst
from .platform import Platform
from .regs import CHANNEL_BASE, CHANNEL_STRIDE, GRANT_BASE, GRANT_STRIDE, MAP_BASE, MAP_STRIDE, REGISTERS
from .trace_file import CALLS, CYCLE_NS, DEVICE, ENGINE, PORTS, PROCESS, save
from .wdm.channel_queue import Grant
from .wdm.errors import DmaContractViolation
from .wdm.mdl import Mdl, chain
from .wdm.status import STATUS_NAMES, status_name
from .wdm.structures import DeviceObject, MapRegisterBase, Ref, ScatterGatherList

_IRQLS = {0: "PASSIVE_LEVEL", 1: "APC_LEVEL", 2: "DISPATCH_LEVEL", 3: "DEVICE_LEVEL"}
_REGISTER_NAMES = {(register.block, register.offset): register.name for register in REGISTERS}
#: Routines whose integer result is no NTSTATUS.
_NOT_STATUS = {
    "allocate_common_buffer",
    "allocate_common_buffer_ex",
    "get_dma_alignment",
    "read_dma_counter",
    "map_transfer",
}
_HERE = Path(__file__).resolve().parent
#: Folders of this package that are drivers or devices, not the system under them.
_DRIVERS = ("examples",)


def driver_line(frames: list[tuple[str, int]]) -> tuple[str, int] | None:
    """Of (file, line) pairs, outermost first: the innermost that is a driver's, or None."""
    for name, line in reversed(frames):
        path = Path(name)
        if not path.is_relative_to(_HERE) or path.relative_to(_HERE).parts[0] in _DRIVERS:
            return name, line
    return None


def _caller() -> tuple[str, int] | None:
    """File and line of the driver that is calling."""
    frames = []
    frame = sys._getframe(1)
    while frame is not None:
        frames.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return driver_line(frames[::-1])


def register_name(offset: int) -> str:
    """A register as people call it, from its offset in the engine's window: "MAP_CMD", "ch2.CONFIG", "map[17].ENTRY_LO"."""
    if offset >= CHANNEL_BASE:
        block, at, stride, name = "CHANNEL", offset - CHANNEL_BASE, CHANNEL_STRIDE, "ch{}."
    elif offset >= MAP_BASE:
        block, at, stride, name = "MAP", offset - MAP_BASE, MAP_STRIDE, "map[{}]."
    elif offset >= GRANT_BASE:
        block, at, stride, name = "GRANT", offset - GRANT_BASE, GRANT_STRIDE, "grant[{}]."
    else:
        block, at, stride, name = "GLOBAL", offset, GRANT_BASE, ""
    return name.format(at // stride) + _REGISTER_NAMES.get((block, at % stride), f"{at % stride:#x}")


class Observer:
    """Knows the kernels that run on a platform and where their adapters were made."""

    def __init__(self) -> None:
        self.kernels: list[Any] = []
        #: (adapter, file and line of the driver that asked for it).
        self.adapters: list[tuple[Any, tuple[str, int] | None]] = []

    def attach(self, kernel: Any) -> None:
        """A kernel was made on the platform."""
        self.kernels.append(kernel)

    def adapter_made(self, adapter: Any) -> None:
        """IoGetDmaAdapter gave an adapter."""
        self.adapters.append((adapter, _caller()))

    def leaks(self) -> list[tuple[Any, tuple[str, int] | None]]:
        """Adapters that nobody has put, with where they came from."""
        return [(adapter, where) for adapter, where in self.adapters if not adapter.dead]


class Recorder(Observer):
    """Records everything that happens on one platform; `platform` is the one that drivers are to be given."""

    def __init__(self, platform: Platform) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []
        self._lines: dict[str, int] = {}
        self._clock = platform.now
        self.platform = TracedPlatform(platform, self)
        platform.watch_lines(self._line)

    # --- events ---
    def add(self, phase: str, track: int, name: str, category: str, cycle: int, **rest: Any) -> dict[str, Any]:
        """Append an event of the format; `rest` are its other members. Returns it."""
        event = {
            "name": name,
            "cat": category,
            "ph": phase,
            "ts": cycle * CYCLE_NS / 1000,
            "pid": PROCESS,
            "tid": track,
        }
        event.update(rest)
        self.events.append(event)
        return event

    def _line(self, cycle: int, kind: str, mask: int) -> None:
        """Interrupt or request lines changed: one counter track for each line that ever does."""
        changed = mask ^ self._lines.get(kind, 0)
        self._lines[kind] = mask
        for line in range(changed.bit_length()):
            if changed >> line & 1:
                self.add("C", 0, f"{kind} {line}", "line", cycle, args={"level": mask >> line & 1})

    def controller(self, what: str, value: int) -> None:
        """An access to a port of the 8237 pair (profile `pc`), or a terminal count of one of its channels. They take no time."""
        shown = str(value) if what == "terminal count" else f"{value:#04x}"
        self.add("X", PORTS, what, "controller", self._clock(), dur=0, args={"value": shown})

    # --- calls ---
    def attach(self, kernel: Any) -> None:
        """Follow a kernel's calls."""
        super().attach(kernel)
        kernel.tracer = self

    def call(
        self,
        kernel: Any,
        name: str,
        routine: Callable[..., Any],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
        signature: Callable[..., Any],
    ) -> Any:
        """Record a call of a routine of the DMA interface or of the kernel."""
        bound = inspect.signature(signature).bind(*arguments, **named)
        shown = {key: show(value) for key, value in bound.arguments.items() if value is not kernel}
        where = _caller()
        begin = {"irql": _irql(kernel), **shown}
        if where is not None:
            begin["driver"] = f"{where[0]}:{where[1]}"
        self.add("B", CALLS, name, "call", self._clock(), args=begin)
        # The callbacks that the driver passes are shown when they run.
        wrapped = {key: self._wrap(kernel, key, value) for key, value in bound.arguments.items()}
        positional = [wrapped.pop(key) for key in list(wrapped)[: len(arguments)]]
        end: dict[str, Any] = {}
        try:
            result = routine(*positional, **wrapped)
            end["result"] = result_text(name, result)
            return result
        except DmaContractViolation as broken:
            end["raised"] = str(broken)
            raise
        except Exception as e:
            end["raised"] = f"{type(e).__name__}: {e}"
            raise
        finally:
            for key, value in bound.arguments.items():
                if isinstance(value, Ref | ScatterGatherList) and show(value) != shown[key]:
                    end[key] = show(value)
            end["irql"] = _irql(kernel)
            self.add("E", CALLS, name, "call", self._clock(), args=end)

    def call_back(self, kernel: Any, kind: str, routine: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Record a call of a driver's routine by the system."""
        name = f"{kind} {getattr(routine, '__qualname__', repr(routine))}"
        self.add("B", CALLS, name, "callback", self._clock(), args={"irql": _irql(kernel)})
        end: dict[str, Any] = {}
        try:
            result = routine(*arguments)
            end["result"] = show(result)
            return result
        finally:
            end["irql"] = _irql(kernel)
            self.add("E", CALLS, name, "callback", self._clock(), args=end)

    def _wrap(self, kernel: Any, key: str, value: Any) -> Any:
        if not (key.endswith("routine") and callable(value)):
            return value
        kind = "DmaCompletionRoutine" if "completion" in key else "ExecutionRoutine"

        def routine(*arguments: Any) -> Any:
            return self.call_back(kernel, kind, value, arguments)

        routine.__qualname__ = getattr(value, "__qualname__", repr(value))
        return routine

    def save(self, path: Path, **about: Any) -> None:
        """Write the trace; `about` goes into its otherData."""
        save(path, self.events, about)


class TracedPlatform(Platform):
    """A platform whose register accesses are recorded. Everything else goes through."""

    def __init__(self, inner: Platform, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder
        self.params, self.ram_size, self.log, self.profile = inner.params, inner.ram_size, inner.log, inner.profile
        self.observer = recorder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def _access(self, track: int, text: str, access: Callable[[], int | None], value: int | None) -> int | None:
        begin = self._inner.now()
        args: dict[str, Any] = {}
        try:
            result = access()
            args["value"] = f"{value if result is None else result:#010x}"
            return result
        except Exception as e:
            args["error"] = str(e)
            raise
        finally:
            duration = (self._inner.now() - begin) * CYCLE_NS / 1000
            self._recorder.add("X", track, text, "register", begin, dur=duration, args=args)

    def csr_read32(self, offset: int, *, live: bool = False) -> int:
        name = f"read {register_name(offset)}"
        return self._access(ENGINE, name, lambda: self._inner.csr_read32(offset, live=live), None)

    def csr_write32(self, offset: int, value: int) -> None:
        name = f"write {register_name(offset)}"
        self._access(ENGINE, name, lambda: self._inner.csr_write32(offset, value), value & 0xFFFF_FFFF)

    def io_read32(self, address: int) -> int:
        return self._access(DEVICE, f"read {address:#x}", lambda: self._inner.io_read32(address), None)

    def io_write32(self, address: int, value: int) -> None:
        self._access(DEVICE, f"write {address:#x}", lambda: self._inner.io_write32(address, value), value)

    def read_mem(self, address: int, length: int) -> bytes:
        return self._inner.read_mem(address, length)

    def write_mem(self, address: int, data: bytes) -> None:
        self._inner.write_mem(address, data)

    def device_feed(self, number: int, data: bytes) -> None:
        self._inner.device_feed(number, data)

    def device_collected(self, number: int) -> bytes:
        return self._inner.device_collected(number)

    def master_bursts(self, given: Sequence[MasterBurst]) -> list[MasterAnswer]:
        answers: list[MasterAnswer] = []
        which = " and ".join(f"{b.master} {'reads' if b.data is None else 'writes'} {b.address:#x}" for b in given[:1])
        text = f"bus master {which}{f' and {len(given) - 1} more bursts' if given[1:] else ''}"
        self._access(DEVICE, text, lambda: answers.extend(self._inner.master_bursts(given)), len(given))
        return answers

    def now(self) -> int:
        return self._inner.now()

    def wait_cycles(self, cycles: int) -> None:
        self._inner.wait_cycles(cycles)

    def wait_irq(self, timeout: int = 1_000_000) -> int:
        return self._inner.wait_irq(timeout)


# ------------------------------------------------------------------ values as text
def _irql(kernel: Any) -> str:
    return _IRQLS.get(kernel.irql, str(kernel.irql))


def result_text(name: str, result: Any) -> Any:
    """What a routine returned: an NTSTATUS by its name, anything else as :func:`show` does."""
    if isinstance(result, int) and not isinstance(result, bool) and name not in _NOT_STATUS and result in STATUS_NAMES:
        return status_name(result)
    return show(result)


def show(value: Any) -> Any:
    """A value as JSON has it: structures by their fields, addresses in hexadecimal, objects by name."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 1 << 16 else f"{value:#x}"
    if isinstance(value, Ref):
        return {"ref": show(value.value)}
    if isinstance(value, Mdl):
        total = sum(link.byte_count for link in chain(value))
        return f"MDL {value.virtual_address:#x} {total} bytes in {sum(1 for _ in chain(value))}"
    if isinstance(value, DeviceObject):
        return f"device {value.name!r}"
    if isinstance(value, MapRegisterBase):
        return registers_text(value._grant)
    if isinstance(value, ScatterGatherList):
        return [f"{element.address:#x}+{element.length:#x}" for element in value.elements]
    if hasattr(value, "dma_operations"):
        channel = value.binding.channel
        index = getattr(channel, "index", None)
        index = getattr(channel, "number", None) if index is None else index
        return "adapter of a bus master" if index is None else f"adapter on channel {index}"
    if callable(value):
        return getattr(value, "__qualname__", type(value).__name__)
    if is_dataclass(value):
        changed = {f.name: getattr(value, f.name) for f in fields(value) if not f.name.startswith("_")}
        return {key: show(item) for key, item in changed.items() if item not in (0, None, False)}
    return type(value).__name__


def registers_text(grant: Grant) -> str:
    """A grant's map registers."""
    if grant.run is None:
        return "map registers (freed)"
    return f"map registers {grant.run.first}..{grant.run.first + grant.run.count - 1}"
