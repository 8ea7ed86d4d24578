"""Bus masters and the memory behind windlass_dev: bursts, what they must do by section 13 of the manual, and both sides of the wires."""

from __future__ import annotations

import hashlib
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tb.env.unit import SignalMonitor, falling, known, settled

PAGE = 4096
VALID, READ, WRITE = 1, 2, 4
INVALID, OWNER, PERM = 5, 6, 7
FIXED, INCR, WRAP = 0, 1, 2
OKAY, SLVERR, DECERR = 0, 2, 3
PART = 16


@dataclass(frozen=True)
class Burst:
    """An AXI4 burst: `length` in beats, `size` as AxSIZE."""

    id: int
    address: int
    length: int
    size: int
    kind: int
    cache: int = 0
    qos: int = 0

    def beats(self) -> list[int]:
        """Address of each beat."""
        step = 1 << self.size
        if self.kind == FIXED:
            return [self.address] * self.length
        aligned = self.address // step * step
        run = [self.address, *(aligned + step * i for i in range(1, self.length))]
        if self.kind == INCR:
            return run
        span = step * self.length
        low = self.address // span * span
        return [low + (a - low) % span for a in run]

    def parts(self) -> list[Burst]:
        """What it becomes on the memory's side, still with logical addresses: at most 16 beats, in one page each."""
        if self.kind != INCR:
            return [self]
        out, at, step = [], self.address, 1 << self.size
        left = self.length
        while left:
            n = min(left, PART, (PAGE - at % PAGE + step - 1) // step)
            out.append(Burst(self.id, at, n, self.size, self.kind, self.cache, self.qos))
            at, left = at // step * step + n * step, left - n
        return out


def random_burst(rng: random.Random, w: int, id_width: int, masters: int, pages: int, bits: int) -> Burst:
    """Any legal burst in or near the table; now and then of a bus master that is not there."""
    master = rng.randrange(masters) if rng.random() < 0.95 else rng.randrange(8)
    number = master << id_width - 3 | rng.randrange(1 << id_width - 3)
    kind = rng.choice([FIXED, INCR, INCR, INCR, WRAP])
    size = w.bit_length() - 1 if rng.random() < 0.6 else rng.randrange(w.bit_length())
    step = 1 << size
    page = rng.randrange(pages) if rng.random() < 0.97 else rng.choice([pages, pages + 1, (1 << bits - 12) - 1])
    offset = rng.randrange(PAGE)
    if kind == WRAP:
        length = rng.choice([2, 4, 8, 16])
        offset = offset // step * step
    elif kind == FIXED:
        length = rng.randrange(1, 17)
    else:
        length = rng.choice([1, 1, 2, rng.randrange(1, 17), rng.randrange(1, 40), rng.randrange(1, 257)])
        length = min(length, (PAGE - offset + step - 1) // step)
    return Burst(number, page * PAGE + offset, length, size, kind, rng.randrange(16), rng.randrange(16))


class Table:
    """The map registers, by the manual."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.size = dut.MAP_REGISTERS.value.to_unsigned()
        self.masters = dut.BUS_MASTERS.value.to_unsigned()
        self.bits = dut.ADDR_WIDTH.value.to_unsigned()
        self.id_width = dut.DEV_ID_WIDTH.value.to_unsigned()
        self.entries: dict[int, tuple[int, int]] = {}

    def look_up(self, number: int, address: int, write: bool) -> tuple[int, int]:
        """(physical address, 0) or (0, cause)."""
        if not self.size:
            return address, 0
        index, master = address // PAGE, number >> self.id_width - 3
        page, flags = self.entries.get(index, (0, 0))
        if not flags & VALID:
            return 0, INVALID
        if flags >> 4 != 64 + master or master >= self.masters:
            return 0, OWNER
        if not flags & (WRITE if write else READ):
            return 0, PERM
        return page * PAGE + address % PAGE, 0

    async def write(self, index: int, page: int, flags: int) -> None:
        """One entry, as windlass_map tells of it. flags: {owner, 0, write, read, valid}."""
        dut = self.dut
        page &= (1 << self.bits - 12) - 1
        dut.tw_valid.value, dut.tw_index.value, dut.tw_page.value = 1, index, page
        dut.tw_flags.value = flags >> 4 << 3 | flags & 7
        await falling(dut)
        dut.tw_valid.value = 0
        self.entries[index] = (page, flags)


class Memory:
    """Behind `m_axi`: answers in order after `latency` cycles, stalls at random; `bad` maps a page to the response that it gives."""

    def __init__(self, dut: Any, rng: random.Random, speed: float = 1.0, latency: int = 1) -> None:
        self.dut, self.rng, self.speed, self.latency = dut, rng, speed, latency
        self.w = dut.DATA_WIDTH.value.to_unsigned() // 8
        self.pages: dict[int, bytearray] = {}
        self.bad: dict[int, int] = {}
        self.commands: dict[str, list[Burst]] = {"ar": [], "aw": []}
        self.hold = False  # no answers
        self.stall = False  # nothing is taken
        self.reads: deque[tuple[int, int, int, int]] = deque()
        self.writes: deque[Burst] = deque()
        self.words: deque[tuple[int, int, int]] = deque()
        self.answers: deque[tuple[int, int]] = deque()
        self.now = 0
        self.given = 0

    def page(self, number: int) -> bytearray:
        """A page; one that was never touched has contents of its own."""
        if number not in self.pages:
            seed = hashlib.sha256(str(number).encode()).digest()
            self.pages[number] = bytearray(seed * (PAGE // len(seed)))
        return self.pages[number]

    def word(self, address: int) -> int:
        """The bus word that holds `address`."""
        at = address // self.w * self.w
        return int.from_bytes(self.page(at // PAGE)[at % PAGE : at % PAGE + self.w], "little")

    def store(self, address: int, data: int, strobes: int) -> None:
        """Bytes of a beat."""
        at = address // self.w * self.w
        page = self.page(at // PAGE)
        for i in range(self.w):
            if strobes >> i & 1:
                page[at % PAGE + i] = data >> 8 * i & 0xFF

    def watch(self) -> None:
        """Take what arrives."""
        names = ("addr", "len", "size", "burst", "cache", "qos")
        for channel in ("ar", "aw"):
            fields = [f"m_axi_{channel}{n}" for n in names]

            def take(values: tuple[int, ...], channel: str = channel) -> None:
                address, length, size, kind, cache, qos = values
                burst = Burst(0, address, length + 1, size, kind, cache, qos)
                self.commands[channel].append(burst)
                if channel == "ar":
                    due = self.now + self.latency
                    beats = burst.beats()
                    for i, a in enumerate(beats):
                        self.reads.append((due, a, self.bad.get(a // PAGE, OKAY), int(i == len(beats) - 1)))
                else:
                    self.writes.append(burst)

            SignalMonitor(self.dut, [f"m_axi_{channel}valid", f"m_axi_{channel}ready"], fields, callback=take)
        fields = ["m_axi_wdata", "m_axi_wstrb", "m_axi_wlast"]
        SignalMonitor(self.dut, ["m_axi_wvalid", "m_axi_wready"], fields, callback=self.words.append)

    def settle_writes(self) -> None:
        """Whole bursts are stored and answered."""
        while self.writes and len(self.words) >= self.writes[0].length:
            burst = self.writes.popleft()
            response = self.bad.get(burst.address // PAGE, OKAY)
            for i, a in enumerate(burst.beats()):
                data, strobes, last = self.words.popleft()
                assert last == (i == burst.length - 1)
                if response == OKAY:
                    self.store(a, data, strobes)
            self.answers.append((self.now + self.latency, response))

    async def drive(self) -> None:
        """The wires."""
        dut, rng = self.dut, self.rng
        read = answer = False
        while True:
            await falling(dut)
            self.now += 1
            self.settle_writes()
            go = not self.hold and rng.random() < self.speed
            if not read and go and self.reads and self.reads[0][0] <= self.now:
                _, a, response, last = self.reads.popleft()
                data = 0 if response else self.word(a)
                dut.m_axi_rdata.value, dut.m_axi_rresp.value, dut.m_axi_rlast.value = data, response, last
                read = True
            if (
                not answer
                and not self.hold
                and rng.random() < self.speed
                and self.answers
                and self.answers[0][0] <= self.now
            ):
                dut.m_axi_bresp.value = self.answers.popleft()[1]
                answer = True
            dut.m_axi_rvalid.value, dut.m_axi_bvalid.value = read, answer
            for name in ("arready", "awready", "wready"):
                getattr(dut, f"m_axi_{name}").value = not self.stall and rng.random() < self.speed
            await settled()
            assert known(dut.m_axi_rready) and known(dut.m_axi_bready), "memory waits for a bus master"
            read = answer = False


@dataclass
class Result:
    """What came back for a burst."""

    id: int = 0
    data: list[int] = field(default_factory=list)
    responses: list[int] = field(default_factory=list)


class Masters:
    """The bus masters' side: offers what is queued, addresses and data each at their own pace."""

    def __init__(self, dut: Any, rng: random.Random, speed: float = 1.0) -> None:
        self.dut, self.rng, self.speed = dut, rng, speed
        self.w = dut.DATA_WIDTH.value.to_unsigned() // 8
        self.queues: dict[str, deque[tuple[int, ...]]] = {"ar": deque(), "aw": deque(), "w": deque()}
        self.reads: list[Result] = []
        self.writes: list[Result] = []
        self.current = Result()
        self.mute: set[str] = set()  # of ar, aw, w, r, b

    def read(self, burst: Burst) -> None:
        """Queue a read."""
        b = burst
        self.queues["ar"].append((b.id, b.address, b.length - 1, b.size, b.kind, b.cache, b.qos))

    def write(self, burst: Burst) -> list[tuple[int, int, int]]:
        """Queue a write with random data and strobes in the lanes of each beat; returns (address, data, strobes) of the beats."""
        b = burst
        self.queues["aw"].append((b.id, b.address, b.length - 1, b.size, b.kind, b.cache, b.qos))
        out = []
        for i, a in enumerate(b.beats()):
            first = a % self.w
            end = a // (1 << b.size) * (1 << b.size) % self.w + (1 << b.size)
            lanes = (1 << end) - (1 << first)
            strobes = lanes & (self.rng.getrandbits(self.w) if self.rng.random() < 0.2 else -1)
            data = self.rng.getrandbits(8 * self.w)
            self.queues["w"].append((data, strobes, int(i == b.length - 1)))
            out.append((a, data, strobes))
        return out

    def _beat(self, values: tuple[int, ...]) -> None:
        number, data, response, last = values
        self.current.id = number
        self.current.data.append(data)
        self.current.responses.append(response)
        if last:
            self.reads.append(self.current)
            self.current = Result()

    def watch(self) -> None:
        """Answers."""
        p = "s_axi_dev_"
        SignalMonitor(
            self.dut,
            [f"{p}rvalid", f"{p}rready"],
            [f"{p}r{n}" for n in ("id", "data", "resp", "last")],
            callback=self._beat,
        )
        SignalMonitor(
            self.dut, [f"{p}bvalid", f"{p}bready"], [f"{p}bid", f"{p}bresp"],
            callback=lambda v: self.writes.append(Result(v[0], [], [v[1]])),
        )  # fmt: skip

    async def drive(self) -> None:
        """The wires. An offer stands until it is taken."""
        dut, rng = self.dut, self.rng
        names = {"ar": ("id", "addr", "len", "size", "burst", "cache", "qos"), "w": ("data", "strb", "last")}
        names["aw"] = names["ar"]
        offered: dict[str, bool] = dict.fromkeys(names, False)
        while True:
            await falling(dut)
            for channel, fields in names.items():
                if (
                    not offered[channel]
                    and self.queues[channel]
                    and channel not in self.mute
                    and rng.random() < self.speed
                ):
                    for name, value in zip(fields, self.queues[channel].popleft(), strict=True):
                        getattr(dut, f"s_axi_dev_{channel}{name}").value = value
                    offered[channel] = True
                getattr(dut, f"s_axi_dev_{channel}valid").value = offered[channel]
            for channel in ("r", "b"):
                ready = channel not in self.mute and rng.random() < self.speed
                getattr(dut, f"s_axi_dev_{channel}ready").value = ready
            await settled()
            for channel in names:
                if offered[channel] and known(getattr(dut, f"s_axi_dev_{channel}ready")):
                    offered[channel] = False
