"""The register-level drivers of tb/top on the reference model: each checks the data by itself, and what it returns is the same however fast
the board is. tests/test_bench_top.py runs them on the RTL."""

from __future__ import annotations

import importlib
import random
from dataclasses import replace
from typing import Any

import pytest
from windlass.model import ReferencePlatform
from windlass.platform import EngineParams

from tb.top.entries import BASE, BUILT, ENTRIES, FEATURES, Entry, random_entry
from tb.top.judge import LEAVES_REMAINS, first_difference, reference, verdict
from tb.top.matrix import SETS, lacks

BUILDS = [
    EngineParams(streams=3, two_d=1),
    EngineParams(
        channels=1, data_width=32, max_burst=16, streams=1, stream_beats=32, request_lines=1, map_registers=16
    ),
    EngineParams(channels=8, data_width=512, max_burst=8, two_d=1, streams=2, map_registers=0, buffer_beats=64),
    EngineParams(
        channels=3, data_width=128, max_burst=1, streams=3, stream_beats=16, counters=0, desc_shared=1, desc_prefetch=4
    ),
    EngineParams(channels=2, descriptors=0, auto_init=0, streams=1, request_lines=0),
    EngineParams(),
]


class Uneven(ReferencePlatform):
    """The same board with a slower, uneven register port."""

    def __init__(self, params: EngineParams, ram_size: int) -> None:
        super().__init__(params, ram_size)
        self.rng = random.Random(1)

    def csr_read32(self, offset: int, *, live: bool = False) -> int:
        self._run(self.rng.choice([0, 0, 1, 40]))
        return super().csr_read32(offset, live=live)

    def csr_write32(self, offset: int, value: int) -> None:
        self._run(self.rng.choice([0, 0, 3, 30]))
        super().csr_write32(offset, value)


def run(kind: type[ReferencePlatform], entry: Entry, params: EngineParams) -> tuple[Any, str]:
    """What a driver returns, and the memory after it."""
    platform = kind(params, 1 << 18)
    module, name = entry.name.split(":")
    result = getattr(importlib.import_module(f"tb.top.{module}"), name)(platform, **entry.arguments)
    return result, platform.ram_sha256()


@pytest.mark.parametrize("build", range(len(BUILDS)))
@pytest.mark.parametrize(
    "entry",
    [e for e in BASE + ENTRIES if e.name not in LEAVES_REMAINS],
    ids=lambda e: f"{e.name}-{'-'.join(map(str, e.arguments.values()))}",
)
def test_driver(entry: Entry, build: int) -> None:
    """Passes, and returns nothing that depends on timing. A build without what it needs is left out by `fits`."""
    params = BUILDS[build]
    if entry.fits(params):
        assert run(ReferencePlatform, entry, params) == run(Uneven, entry, params)


def test_every_entry_runs_somewhere() -> None:
    assert all(any(entry.fits(params) for params in BUILDS) for entry in BASE + ENTRIES)
    assert all(any(entry.fits(params) for params, _ in SETS) for entry in BASE + ENTRIES)
    assert set(BUILT) <= set(FEATURES)
    assert {feature for entry in ENTRIES for feature in entry.needs} == set(FEATURES)


@pytest.mark.parametrize("build", range(len(BUILDS)))
@pytest.mark.parametrize("seed", range(8))
def test_random_program(seed: int, build: int) -> None:
    entry = random_entry(seed, 50)
    assert run(ReferencePlatform, entry, BUILDS[build]) == run(Uneven, entry, BUILDS[build])


def test_a_shorter_program_is_a_prefix() -> None:
    """So that a failure is shrunk by shortening it."""
    long, short = (run(ReferencePlatform, random_entry(3, n), BUILDS[0])[0] for n in (50, 30))
    ended_early = [x for x in short if isinstance(x, tuple) and x[0] < 30]
    assert ended_early and long[: len(ended_early)] == ended_early


def test_the_matrix() -> None:
    """At least 24 builds, all different; each parameter has at least two values; what the RTL lacks is told by name."""
    assert len({params for params, _ in SETS}) == len(SETS) >= 24
    for name in EngineParams.__dataclass_fields__:
        assert len({getattr(params, name) for params, _ in SETS}) > 1, name
    assert lacks(EngineParams(channels=7)) == [] and "STREAMS" not in lacks(EngineParams())


def test_verdicts() -> None:
    """A run that differs in its result, its memory or by an error is told apart, with the place."""
    call = ("drivers:copies", {"seed": 1, "rounds": 3})
    params = EngineParams()
    good = reference(*call, params)
    assert verdict(call, good, params) == ""
    changed = replace(good, result=[good.result[0], (1, 2), *good.result[2:]])
    assert verdict(call, changed, params).startswith("result[1]: (1, 2) instead of (2, 0,")
    assert verdict(call, replace(good, ram_sha256="0"), params) == "memory differs"
    assert "RTL: Oops; model: no error" in verdict(call, replace(good, error="Oops"), params)
    assert first_difference([1, [2, 3]], [1, [2, 4]]) == "[1][1]: 3 instead of 4"
    assert "no such" in verdict(("drivers:copies", {"seed": 1, "no such": 3}), good, params)
