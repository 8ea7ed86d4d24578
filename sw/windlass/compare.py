"""What a run leaves behind, and whether two runs agree.

Values that depend on timing (``live`` register reads) are compared by invariant: they are left out of the exact
comparison, and what the driver did with them shows in its result, in memory and in the devices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .platform import PlatformLog


@dataclass
class RunRecord:
    """One driver run on one platform. Cycles and beats are of that platform's own clock and bus."""

    result: Any = None
    log: PlatformLog = field(default_factory=PlatformLog)
    cycles: int = 0
    beats_read: int = 0
    beats_written: int = 0
    ram_sha256: str = ""
    error: str | None = None


def stable_csr(log: PlatformLog) -> list[tuple[bool, int, int]]:
    """The register accesses whose values do not depend on timing, in order; repeated polls of one value once."""
    out: list[tuple[bool, int, int]] = []
    for access in log.csr:
        item = (access.write, access.offset, access.value)
        if not access.live and not (out and not access.write and out[-1] == item):
            out.append(item)
    return out


def differences(a: RunRecord, b: RunRecord) -> list[str]:
    """Human-readable differences of two runs of the same driver; empty when they agree."""
    out = []
    if a.error or b.error:
        out.append(f"error: {a.error or 'none'} / {b.error or 'none'}")
    if a.ram_sha256 != b.ram_sha256:
        out.append("memory differs")
    sa, sb = stable_csr(a.log), stable_csr(b.log)
    if sa != sb:
        at = next((i for i, (x, y) in enumerate(zip(sa, sb, strict=False)) if x != y), min(len(sa), len(sb)))
        left = sa[at] if at < len(sa) else None
        right = sb[at] if at < len(sb) else None

        def show(x: tuple[bool, int, int] | None) -> str:
            return "nothing" if x is None else f"{'write' if x[0] else 'read'} {x[1]:#07x} = {x[2]:#010x}"

        out.append(f"register access {at}: {show(left)} / {show(right)}")
    if [mask for _, mask in a.log.irqs] != [mask for _, mask in b.log.irqs]:
        out.append("interrupt order differs")
    return out
