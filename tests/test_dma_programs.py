"""Property tests: random legal driver programs on the reference platform, and the same programs on the RTL, compared."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from windlass.model import ReferencePlatform
from windlass.platform import EngineParams
from windlass.rtl.session import ROOT, run_on_rtl
from windlass.wdm.channel_queue import ChannelScheduler
from windlass.wdm.native import NativeHal
from windlass.wdm.pool import MapRegisterPool

from tb.driver.programs import ADAPTERS, STEPS, Broken, Program, make_program, run_program

BUILD = ROOT / "build" / "test"
RAM = 4 << 20


class DriverPrograms(RuleBasedStateMachine):
    """Hypothesis chooses the steps and shrinks what fails; :class:`Program` checks its invariants after each."""

    def __init__(self) -> None:
        super().__init__()
        self.program = Program(ReferencePlatform(ram_size=RAM))

    def teardown(self) -> None:
        self.program.finish()


def _rule_of(name: str) -> Any:
    limits = STEPS[name][0]

    @rule(numbers=st.tuples(*(st.integers(0, limit - 1) for limit in limits)))
    def step(self: DriverPrograms, numbers: tuple[int, ...]) -> None:
        self.program.step(name, *numbers)

    step.__name__ = name
    return step


for _name in STEPS:
    setattr(DriverPrograms, _name, _rule_of(_name))

TestDriverPrograms = DriverPrograms.TestCase
TestDriverPrograms.settings = settings(max_examples=25, stateful_step_count=30, deadline=None, derandomize=True)


def test_seeded_programs() -> None:
    """A fixed set: they do something of every kind, on every adapter, and end with all resources free."""
    counts: dict[str, int] = {}
    served = [0] * ADAPTERS
    for seed in range(40):
        result = run_program(ReferencePlatform(ram_size=RAM), seed, 60)
        for name, count in result.counts.items():
            counts[name] = counts.get(name, 0) + count
        for which in range(ADAPTERS):
            served[which] += result.transcript[-1][3][which] if len(result.transcript[-1]) == 4 else 0
    assert set(counts) == set(STEPS) and min(counts.values()) >= 15, counts
    assert min(served) > 10, served


def test_a_program_is_its_seed() -> None:
    first, again = (run_program(ReferencePlatform(ram_size=RAM), 3, 40) for _ in range(2))
    assert first == again
    assert make_program(3, 40)[:10] == make_program(3, 10)


@pytest.mark.parametrize("sim,seeds,length", [("verilator", (1, 2, 3), 30), ("icarus", (4,), 10)])
def test_programs_on_the_rtl(sim: str, seeds: tuple[int, ...], length: int) -> None:
    """The same transcript: statuses, order, lengths of pieces, endings, residues; and the same memory."""
    calls = [("tb.driver.programs:run_program", {"seed": seed, "length": length}) for seed in seeds]
    records = run_on_rtl(calls, sim=sim, params=EngineParams(), ram_size=RAM, build_dir=BUILD)
    for seed, record in zip(seeds, records, strict=True):
        board = ReferencePlatform(ram_size=RAM)
        wanted = run_program(board, seed, length)
        assert record.error is None, record.error
        assert record.result.transcript == wanted.transcript and record.result.buffers == wanted.buffers
        assert record.ram_sha256 == board.ram_sha256()


def test_the_long_run_in_short() -> None:
    """`make regress-sw` says how many programs ran and what they did; the first that fails ends it with its seed."""
    command = [
        sys.executable,
        ROOT / "tools" / "regress_sw",
        "--programs",
        "6",
        "--steps",
        "30",
        "--rtl",
        "0",
        "--hypothesis",
        "5",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second, third = done.stdout.splitlines()
    assert third.startswith("Hypothesis: 5 programs ")
    assert first.startswith("reference: 6 programs of 30 steps in ") and re.search(r"ask \d+, .*copy \d+", second)


#: Bugs that somebody could make: name → (where, what instead).
BUGS = {
    "registers leak": (MapRegisterPool, "release", lambda self, run: None),
    "requests overtake": (ChannelScheduler, "_run_queue", None),
    "translations stay": (NativeHal, "revoke", lambda self, first, count: None),
    "the wrong page": (NativeHal, "program", None),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_found(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The invariants are worth something: each of these bugs breaks one within a few programs."""
    owner, name, broken = BUGS[bug]
    original = getattr(owner, name)

    def overtaking(self: Any, queue: Any) -> None:
        queue.waiting.reverse()
        original(self, queue)

    def shifted(self: Any, frames: Any, channel: int, write: bool) -> None:
        original(self, [(first, tuple(pfn ^ 1 for pfn in pfns)) for first, pfns in frames], channel, write)

    monkeypatch.setattr(owner, name, broken or {"_run_queue": overtaking, "program": shifted}[name])
    with pytest.raises(Broken):
        for seed in range(10):
            run_program(ReferencePlatform(ram_size=RAM), seed, 60)
