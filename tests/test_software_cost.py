"""What `make bench-sw` measures does what it says; the figures themselves are not a test."""

from __future__ import annotations

import pytest
from windlass.model import ReferencePlatform
from windlass.rtl.session import ROOT

from tb.perf.software import copy_by_driver, copy_by_engine, pairs


def test_pairs() -> None:
    """Each pair maps four fragments and revokes them: nothing is valid afterwards, and each entry was written each time."""
    board = ReferencePlatform()
    assert pairs(board, 7).units == 7
    assert not any(entry.valid for entry in board.engine.map.entries)
    assert sum(access.write and 0x10000 <= access.offset < 0x18000 for access in board.log.csr) == 4 * 7


@pytest.mark.parametrize("piece", [4096, 65536])
@pytest.mark.parametrize("copy", [copy_by_driver, copy_by_engine])
def test_copies(copy, piece: int) -> None:
    """Byte-checked by themselves (they raise); about a bus word a cycle in both."""
    cost = copy(ReferencePlatform(ram_size=4 << 20), 300_000, piece)
    assert cost.units == 300_000 and 300_000 // 8 <= cost.cycles < 300_000 // 8 * 1.2 and cost.seconds > 0


def test_the_page_names_the_goals() -> None:
    page = (ROOT / "docs" / "performance-sw.md").read_text()
    assert (
        all(goal in page for goal in ("20,000", "200", "15%")) and page.count("| met |") + page.count("| missed |") == 3
    )
