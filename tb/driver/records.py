"""What a random driver program has under way: requests for channels, map registers that it kept, transfers of devices, pairs of lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from windlass.wdm import DmaTransferContext, KEvent, ScatterGatherList


@dataclass(eq=False)
class Ask:
    """One request for a channel: from its call to its routine."""

    number: int
    which: int
    count: int
    action: int
    context: DmaTransferContext
    calls: int = 0


@dataclass(eq=False)
class Kept:
    """Map registers that outlive the channel."""

    which: int
    base: Any
    count: int


@dataclass(eq=False)
class Io:
    """A transfer of a device: queued, started, or over."""

    which: int
    buffer: int
    offset: int
    length: int
    write: bool
    #: Bytes after which a read is cancelled; 0: it is not.
    stop_after: int
    context: DmaTransferContext
    data: bytes = b""
    done_bytes: int = 0
    mapped: int = 0
    operations: int = 0
    base: Any = None
    sg_list: ScatterGatherList = field(default_factory=ScatterGatherList)
    state: str = "queued"
    endings: list[int] = field(default_factory=list)
    event: KEvent = field(default_factory=KEvent)


@dataclass(eq=False)
class Pair:
    """Two lists of one master, for a copy between two buffers."""

    which: int
    source: tuple[int, int]
    target: tuple[int, int]
    length: int
    lists: dict[str, ScatterGatherList] = field(default_factory=dict)
    calls: int = 0
