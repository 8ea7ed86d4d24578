"""What a bus master puts on ``s_axi_dev``, and what comes back (manual, section 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

FIXED, INCR, WRAP = 0, 1, 2
OKAY, SLVERR, DECERR = 0, 2, 3
PAGE = 4096


class MasterAbort(Exception):
    """A bus master's access was answered with an error: `response` is 2 (SLVERR: memory) or 3 (DECERR: the map registers, or memory)."""

    def __init__(self, master: int, address: int, write: bool, response: int) -> None:
        name = {SLVERR: "SLVERR", DECERR: "DECERR"}[response]
        super().__init__(f"bus master {master}: {'write' if write else 'read'} at {address:#x} answered {name}")
        self.master, self.address, self.write, self.response = master, address, write, response


@dataclass(frozen=True)
class MasterBurst:
    """One AXI4 burst of bus master `master` at device-logical `address`: `beats` of 2^`size` bytes, `kind` FIXED, INCR or WRAP.

    `data` makes it a write: the bytes of all beats, one after the other; an unaligned first beat has fewer. `tag` is the lower part
    of its AXI ID. Raises ValueError for what AXI4 does not allow, or when `data` does not fit.
    """

    master: int
    address: int
    beats: int
    size: int
    kind: int = INCR
    data: bytes | None = None
    tag: int = 0

    def __post_init__(self) -> None:
        step = 1 << self.size
        limits = {FIXED: range(1, 17), INCR: range(1, 257), WRAP: (2, 4, 8, 16)}
        if self.kind not in limits or self.beats not in limits[self.kind]:
            raise ValueError(f"no AXI4 burst: kind {self.kind} with {self.beats} beats")
        if self.kind == WRAP and self.address % step:
            raise ValueError("a WRAP burst begins at a multiple of its beat")
        if self.kind == INCR and self.address % PAGE // step * step + self.beats * step > PAGE:
            raise ValueError("an INCR burst crosses a 4 KiB boundary")
        if self.data is not None and len(self.data) != sum(n for _, n in self.lanes()):
            raise ValueError(f"{len(self.data)} bytes for a burst of {sum(n for _, n in self.lanes())}")

    def lanes(self) -> list[tuple[int, int]]:
        """(address, bytes) of each beat."""
        step, at = 1 << self.size, self.address
        aligned = at // step * step
        if self.kind == FIXED:
            places = [at] * self.beats
        elif self.kind == INCR:
            places = [at, *(aligned + step * i for i in range(1, self.beats))]
        else:
            span = step * self.beats
            low = at // span * span
            places = [low + (at - low + step * i) % span for i in range(self.beats)]
        return [(a, step - a % step) for a in places]


class MasterAnswer(NamedTuple):
    """What came back: a read's bytes as in :attr:`MasterBurst.data`, and the response of each beat; for a write no bytes and one response."""

    data: bytes
    responses: tuple[int, ...]


def bursts(master: int, address: int, length: int, word_bytes: int, data: bytes | None = None) -> list[MasterBurst]:
    """The INCR bursts by which a bus master reads (or writes `data`) `length` bytes at `address`: of bus words where it can, else of bytes,
    so that no byte outside is touched; none crosses a page."""
    out: list[MasterBurst] = []
    at, end = address, address + length
    while at < end:
        stop = min(end, (at // PAGE + 1) * PAGE)
        if at % word_bytes or stop - at < word_bytes:
            step, stop = 1, min(stop, (at // word_bytes + 1) * word_bytes)
        else:
            step, stop = word_bytes, at + min((stop - at) // word_bytes, 256) * word_bytes
        part = None if data is None else data[at - address : stop - address]
        out.append(MasterBurst(master, at, (stop - at) // step, step.bit_length() - 1, INCR, part))
        at = stop
    return out
