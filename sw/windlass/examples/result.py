"""What a scenario hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class ScenarioResult:
    """Outcome of one driver scenario: the same on every platform, apart from `cycles`.

    `data_in` is what the scenario was to carry (the file, or the documented part of it), `data_out` what arrived.
    `bytes_moved` counts payload bytes that the engine moved in `cycles` clock cycles (from the first doorbell to the
    last completion, software included). `statuses` are (routine, NTSTATUS or completion status) in call order.
    """

    name: str
    data_in: bytes
    data_out: bytes
    bytes_moved: int
    cycles: int
    statuses: list[tuple[str, int]] = field(default_factory=list)
    residues: list[int] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def bytes_in(self) -> int:
        return len(self.data_in)

    @property
    def bytes_out(self) -> int:
        return len(self.data_out)

    @property
    def ok(self) -> bool:
        """All bytes arrived, unchanged, and nothing failed."""
        return self.data_in == self.data_out and not any(status >= 0x8000_0000 for _, status in self.statuses)


class ScenarioFailed(Exception):
    """A driver gave up: the message says at which step and why."""
