"""Every driver of this folder with arguments, and what a build must have for it. One list for the benches, the regression and the reference model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from windlass.platform import EngineParams

FEATURES = (
    "fill", "fence", "link", "wide", "cyclic", "two_d", "pause", "finish", "next", "reset", "engine_reset", "coalesce", "weights", "rate",
    "counters", "lock", "window", "streams", "timeout", "engine_irq", "masters", "crc",
)  # fmt: skip
"""What the drivers below use beyond the first engine (registers, tables, rings, auto-initialize, devices, map)."""


BUILT: frozenset[str] = frozenset(FEATURES)
"""Those of them that rtl/ has: a driver runs on it as soon as all that it needs are here."""


@dataclass(frozen=True)
class Entry:
    """A driver call. `needs` are features; `least` and `most` bound parameters; `spare`: more channels than streams."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    least: tuple[tuple[str, int], ...] = ()
    spare: bool = False
    most: tuple[tuple[str, int], ...] = ()

    def fits(self, params: EngineParams) -> bool:
        """Whether a build has what it takes."""
        built = {
            "streams": params.streams > 0,
            "two_d": params.two_d,
            "crc": params.crc,
            "counters": params.counters,
            "masters": params.bus_masters,
        }
        if not all(built.get(feature, True) for feature in self.needs):
            return False
        if self.spare and params.channels <= params.streams:
            return False
        if any(getattr(params, name) > value for name, value in self.most):
            return False
        return all(getattr(params, name) >= value for name, value in self.least)

    @property
    def call(self) -> tuple[str, dict[str, Any]]:
        """As run_on_rtl takes it."""
        return self.name, self.arguments


def _entry(name: str, needs: str, least: dict[str, int] | None = None, spare: bool = False, **arguments: Any) -> Entry:
    return Entry(name, arguments, frozenset(needs.split()), tuple((least or {}).items()), spare)


TABLES = {"descriptors": 1}
LAPS = {"auto_init": 1}
BOTH = {**TABLES, **LAPS}

BASE = [
    _entry("drivers:copies", "", seed=1, rounds=40),
    _entry("drivers:tables", "", TABLES, seed=2),
    _entry("drivers:ring", "", TABLES, seed=3),
    _entry("drivers:translation", "", {"map_registers": 25}, seed=4),
    _entry("drivers:auto_initialize", "", LAPS, seed=5),
    Entry("drivers:refusals", least=(("descriptors", 1), ("map_registers", 1)), most=(("streams", 0),)),
    _entry("drivers:abort_anywhere", "", seed=6),
    Entry("drivers:all_channels", {"seed": 7}, least=(("descriptors", 1),), most=(("channels", 6),)),
]
"""The drivers of the first engine."""

ENTRIES = [
    *[_entry("ops:mixed", "fill" + wide * " wide", TABLES, seed=11 + wide, wide=bool(wide)) for wide in (0, 1)],
    *[_entry("ops:fences", "fence" + wide * " wide", TABLES, seed=13 + wide, wide=bool(wide)) for wide in (0, 1)],
    *[_entry("ops:links", "link" + wide * " wide", TABLES, seed=15 + wide, wide=bool(wide)) for wide in (0, 1)],
    *[_entry("ops:cyclic", "cyclic finish" + wide * " wide", TABLES, seed=17 + wide, wide=bool(wide)) for wide in (0, 1)],
    _entry("ops:rows", "two_d wide", TABLES, seed=19),
    *[_entry("sums:sums", "crc fence link" + wide * " wide", TABLES, seed=60 + wide, wide=bool(wide)) for wide in (0, 1)],
    _entry("sums:sums_differ", "crc fence wide", TABLES, seed=62),
    _entry("sums:sums_cut_off", "crc cyclic", TABLES, seed=63),
    _entry("sums:sums_side_by_side", "crc", {**TABLES, "channels": 2}, seed=64),
    _entry("ops:malformed", "fill fence link wide", TABLES),
    _entry("ops:unpaced_ops", "fill fence link", {**TABLES, "request_lines": 1}),
    *[_entry("control:pauses", "pause", TABLES if mode else None, seed=20 + mode, mode=mode) for mode in (0, 1, 2)],
    _entry("control:ends_while_paused", "pause reset", TABLES, seed=23),
    _entry("control:finishes", "finish", LAPS, seed=24),
    _entry("control:hand_overs", "next finish", LAPS, seed=25),
    _entry("control:queued_while_paused", "next pause finish", LAPS, seed=26),
    _entry("control:channel_resets", "reset coalesce", TABLES, seed=27),
    _entry("control:engine_resets", "engine_reset weights timeout engine_irq", TABLES, seed=28),
    _entry("control:cyclic_pauses", "cyclic pause finish", TABLES, seed=29),
    _entry("observe:coalescing", "coalesce", TABLES, seed=30),
    _entry("observe:arbitration", "weights pause", {**LAPS, "channels": 3}, seed=31),
    _entry("observe:rate_caps", "rate", LAPS, seed=32),
    _entry("observe:counters", "counters pause", {**BOTH, "request_lines": 1}, seed=33),
    _entry("observe:locks", "lock engine_reset", {"map_registers": 112}, seed=34),
    _entry("observe:windows", "window", TABLES, seed=35),
    *[_entry("streams:from_stream", "streams", seed=40 + pause, pause=pause) for pause in (0, 100)],
    *[_entry("streams:to_stream", "streams wide", TABLES, seed=41 + pause, pause=pause) for pause in (0, 100)],
    *[_entry("streams:packets_in_tables", "streams fence" + w * " wide", TABLES, seed=42 + w, wide=bool(w)) for w in (0, 1)],
    *[_entry("streams:through", "streams", seed=44 + pause, mode=0, pause=pause) for pause in (0, 100)],
    *[_entry("streams:through", "streams cyclic", TABLES, seed=45 + pause, mode=2, pause=pause) for pause in (0, 100)],
    *[_entry("streams:through", "streams", LAPS, seed=46 + pause, mode=3, pause=pause) for pause in (0, 100)],
    _entry("streams:laps", "streams finish", LAPS, seed=47),
    _entry("streams:cut_off", "streams reset", seed=48),
    _entry("streams:stalls", "streams", seed=49, spare=True),
    _entry("streams:refused_streams", "streams"),
    *[_entry("errors:in_operations", "fill fence link wide", TABLES, seed=48 + k, response=k) for k in (2, 3)],
    _entry("errors:refused_look_ups", "fill fence link wide engine_irq", {**TABLES, "map_registers": 16, "channels": 2}, seed=52),
    *[_entry("errors:at_devices", "window", seed=51 + k, response=k) for k in (2, 3)],
    *[_entry("errors:at_streams", "streams", seed=53 + k, response=k) for k in (2, 3)],
    _entry("errors:neighbours", "", seed=57),
    _entry("errors:held_up", "", TABLES, seed=59),
    *[_entry("masters:traffic", "masters", {"map_registers": 16}, seed=60 + k) for k in (0, 1)],
    _entry("masters:refusals", "masters engine_irq", {"map_registers": 16}, seed=62),
    _entry("masters:revokes", "masters lock", {"map_registers": 16}, seed=63),
    _entry("masters:beside_channels", "masters", {"map_registers": 9}, seed=64),
    *[_entry("masters:memory_errors", "masters engine_reset", {"map_registers": 1}, response=k) for k in (2, 3)],
    _entry("addresses:address_bits", "wide"),
    _entry("addresses:beyond_the_table", "wide fill fence link", {"map_registers": 32}),
    _entry("addresses:map_words", "", {"map_registers": 16}),
    _entry("addresses:physical_devices", "", {"map_registers": 3}),
    _entry("addresses:large_numbers", "fill link"),
    _entry("addresses:moves_down", "", seed=70),
    _entry("manual:order_of_writes", "fill wide", TABLES, seed=71),
    _entry("endings:order_of_refusals", "fence", TABLES),
    _entry("endings:failed_write_back", "", TABLES),
    _entry("endings:first_error", ""),
    _entry("endings:ends_while_draining", ""),
    _entry("manual:acknowledges", "finish", {"channels": 2, "request_lines": 2}, seed=14),
    _entry("manual:requests", "pause", {"request_lines": 1}),
    _entry("manual:what_a_reset_keeps", "reset next coalesce", TABLES),
    _entry("manual:without_a_gap", "", LAPS),
    _entry("manual:finish_elsewhere", "finish pause"),
    _entry("endings:aborted_tables", "", TABLES, seed=72),
    _entry("manual:stalls", "counters", {"channels": 3}),
    _entry("errors:time_outs", "timeout engine_irq fence reset engine_reset", TABLES, seed=58),
]  # fmt: skip


def random_entry(seed: int, length: int, features: frozenset[str] = frozenset(FEATURES)) -> Entry:
    """A random program that uses `features`, where they are built."""
    return Entry("random_programs:program", {"seed": seed, "length": length, "features": tuple(sorted(features))})
