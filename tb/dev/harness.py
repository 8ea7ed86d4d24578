"""What is around windlass_dev in its bench: bus masters, table, memory; what each burst must do is worked out when it is given."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.dev.traffic import (
    DECERR,
    OKAY,
    PAGE,
    READ,
    VALID,
    WRITE,
    Burst,
    Masters,
    Memory,
    Table,
)
from tb.env.unit import falling, known, seeded, settled, start

INPUTS = (
    [f"s_axi_dev_{c}{n}" for c in ("ar", "aw") for n in ("id", "addr", "len", "size", "burst", "cache", "qos", "valid")]
    + [f"s_axi_dev_{n}" for n in ("wdata", "wstrb", "wlast", "wvalid", "rready", "bready")]
    + [f"m_axi_{n}" for n in ("arready", "awready", "wready", "rdata", "rresp", "rlast", "rvalid", "bresp", "bvalid")]
    + ["closed", "mark", "tw_clear", "tw_soon", "tw_valid", "tw_index", "tw_page", "tw_flags"]
)


class Bench:
    """Masters, table and memory around the module; what each burst must do is worked out when it is given."""

    def __init__(self, dut: Any, name: str) -> None:
        self.dut, self.rng = dut, seeded(name)
        self.table = Table(dut)
        self.masters = Masters(dut, self.rng)
        self.memory = Memory(dut, self.rng)
        self.w = self.masters.w
        self.pages = min(self.table.size, 8) or 8
        self.reads: list[tuple[Burst, list[tuple[int, int]]]] = []
        self.writes: list[tuple[Burst, int]] = []
        self.want: dict[str, list[tuple[int, ...]]] = {"ar": [], "aw": []}
        self.faults: dict[bool, list[tuple[int, int, int]]] = {False: [], True: []}
        self.told: list[tuple[int, ...]] = []
        self.image: dict[int, bytearray] = {}
        self.broken = 0

    async def start(self) -> None:
        """Reset, wires, checkers."""
        await start(self.dut, **dict.fromkeys(INPUTS, 0))
        self.dut.tw_clear.value = 1  # as windlass_map does after reset
        for i in range(self.table.size):
            await self.table.write(i, 0, 0)
        await falling(self.dut, 3)
        self.dut.tw_clear.value = 0
        self.broken = known(self.dut.errors)
        self.masters.watch()
        self.memory.watch()
        cocotb.start_soon(self.watch_faults())
        cocotb.start_soon(self.masters.drive())
        cocotb.start_soon(self.memory.drive())

    async def watch_faults(self) -> None:
        """What is told of refusals."""
        dut = self.dut
        while True:
            await falling(dut)
            await settled()
            if known(dut.flt_count):
                self.told.append(
                    tuple(known(getattr(dut, f"flt_{n}")) for n in ("count", "write", "cause", "id", "addr"))
                )

    async def entries(self) -> None:
        """A random table for random bus masters; some entries are not valid, another's, a channel's, or forbid something."""
        rng, t = self.rng, self.table
        for i in range(self.pages if t.size else 0):
            owner = 64 + rng.randrange(t.masters) if rng.random() < 0.85 else rng.choice([0, 1, 63, 72, 127])
            if i < 4:
                owner = 64 + rng.randrange(t.masters)
            flags = rng.choice(
                [VALID | READ | WRITE] * (1000 if i < 4 else 3) + [VALID | READ, VALID | WRITE, READ | WRITE, VALID]
            )
            await t.write(i, rng.getrandbits(t.bits - 12), owner << 4 | flags)

    def parts(self, burst: Burst, write: bool) -> list[tuple[Burst, int | None]]:
        """Its parts with their physical addresses; None from the first that is refused on."""
        out: list[tuple[Burst, int | None]] = []
        refused = False
        for part in burst.parts():
            physical, cause = self.table.look_up(burst.id, part.address, write)
            if cause and not refused:
                self.faults[write].append((cause, burst.id, part.address))
            refused = refused or cause != 0
            out.append((part, None if refused else physical))
            if not refused:
                kind = "aw" if write else "ar"
                self.want[kind].append((physical, part.length, part.size, part.kind, part.cache, part.qos))
        return out

    def read(self, burst: Burst) -> None:
        """Give a read."""
        self.masters.read(burst)
        beats: list[tuple[int, int]] = []
        for part, physical in self.parts(burst, False):
            for a in part.beats():
                if physical is None:
                    beats.append((DECERR, 0))
                    continue
                at = physical // PAGE * PAGE + a % PAGE
                bad = self.memory.bad.get(at // PAGE, OKAY)
                lanes = 0
                first, end = a % self.w, a // (1 << part.size) * (1 << part.size) % self.w + (1 << part.size)
                for i in range(first, end):
                    lanes |= 0xFF << 8 * i
                beats.append((bad, 0 if bad else self.memory.word(at) & lanes))
        self.reads.append((burst, beats))

    def write(self, burst: Burst) -> None:
        """Give a write."""
        beats = iter(self.masters.write(burst))
        response = OKAY
        for part, physical in self.parts(burst, True):
            bad = DECERR if physical is None else self.memory.bad.get(physical // PAGE, OKAY)
            response = DECERR if physical is None else response or bad
            for _ in range(part.length):
                a, data, strobes = next(beats)
                if bad or physical is None:
                    continue
                at = physical // PAGE * PAGE + a % PAGE // self.w * self.w
                page = self.image.setdefault(at // PAGE, bytearray(self.memory.page(at // PAGE)))
                for i in range(self.w):
                    if strobes >> i & 1:
                        page[at % PAGE + i] = data >> 8 * i & 0xFF
        self.writes.append((burst, response))

    async def finish(self, cycles: int = 60_000) -> None:
        """All has come, and nothing else."""
        m = self.masters
        for _ in range(cycles):
            if len(m.reads) >= len(self.reads) and len(m.writes) >= len(self.writes):
                break
            await falling(self.dut)
        await falling(self.dut, 20)
        assert len(m.reads) == len(self.reads) and len(m.writes) == len(self.writes)
        for (burst, beats), got in zip(self.reads, m.reads, strict=True):
            assert got.id == burst.id and got.responses == [r for r, _ in beats], burst
            for a, (response, want), data in zip(burst.beats(), beats, got.data, strict=True):
                if response == DECERR and not want:
                    assert data == 0, burst
                    continue
                first = a % self.w
                end = a // (1 << burst.size) * (1 << burst.size) % self.w + (1 << burst.size)
                assert data & (1 << 8 * end) - (1 << 8 * first) == want, burst
        for (burst, response), got in zip(self.writes, m.writes, strict=True):
            assert (got.id, got.responses) == (burst.id, [response]), burst
        for kind, want in self.want.items():
            got = [(b.address, b.length, b.size, b.kind, b.cache, b.qos) for b in self.memory.commands[kind]]
            assert got == want, kind
        for number, page in self.image.items():
            assert self.memory.page(number) == page, hex(number)
        assert sum(v[0] for v in self.told) == sum(len(f) for f in self.faults.values())
        for write, faults in self.faults.items():
            told = [v[2:] for v in self.told if v[1] == write]
            rest = iter(faults)
            assert all(t in rest for t in told), "a fault is told that was not, or out of order"
            missing = len(faults) - len(told)
            assert missing <= sum(v[0] == 2 for v in self.told)
        await settled()
        assert known(self.dut.idle) and known(self.dut.busy) == 0
        assert known(self.dut.errors) == self.broken
        await falling(self.dut)
