"""windlass_merge: what both sides ask for reaches memory once, whole and in each side's order; answers go back to who asked, by ID."""

from __future__ import annotations

from collections import deque
from typing import Any

import cocotb

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

SIDES = ("s_axi_mem", "s_axi_desc")
COMMAND = ("addr", "len", "size", "burst", "lock", "cache", "prot", "qos")


class Master:
    """One side: random reads, and writes whose data may come before, with or after their addresses."""

    def __init__(self, dut: Any, number: int, speed: float, total: int) -> None:
        self.dut, self.number, self.name, self.speed, self.left = (
            dut,
            number,
            SIDES[number],
            speed,
            {"r": total, "w": total},
        )
        self.rng = seeded(f"{self.name} {speed}")
        self.w = dut.DATA_WIDTH.value.to_unsigned() // 8
        self.bits = dut.ADDR_WIDTH.value.to_unsigned()
        self.reads: list[tuple[int, ...]] = []
        self.writes: list[tuple[int, ...]] = []
        self.beats: list[tuple[int, ...]] = []
        self.read_back: list[tuple[int, ...]] = []
        self.answers: list[tuple[int, ...]] = []
        self.queue: dict[str, deque[tuple[int, ...]]] = {"ar": deque(), "aw": deque(), "w": deque()}

    def command(self) -> tuple[int, ...]:
        """A burst that crosses no page; what the engine doesn't use is random too."""
        rng, n = self.rng, self.rng.randrange(1, 9)
        page = rng.getrandbits(self.bits - 12) << 12
        at = rng.randrange(max(1, 4096 // self.w - n)) * self.w
        return (
            page | at,
            n - 1,
            self.w.bit_length() - 1,
            1,
            0,
            rng.getrandbits(4),
            rng.getrandbits(3),
            rng.getrandbits(4),
        )

    def pin(self, name: str) -> Any:
        """A signal of this side."""
        return getattr(self.dut, f"{self.name}_{name}")

    async def drive(self) -> None:
        """Offer what is queued; an offer stands until it is accepted."""
        rng = self.rng
        offered: dict[str, tuple[int, ...] | None] = {"ar": None, "aw": None, "w": None}
        while True:
            await falling(self.dut)
            if self.left["r"] and rng.random() < self.speed:
                self.left["r"] -= 1
                self.reads.append(self.command())
                self.queue["ar"].append(self.reads[-1])
            if self.left["w"] and rng.random() < self.speed:
                self.left["w"] -= 1
                command = self.command()
                self.writes.append(command)
                self.queue["aw"].append(command)
                for i in range(command[1] + 1):
                    self.beats.append((rng.getrandbits(8 * self.w), rng.getrandbits(self.w), int(i == command[1])))
                    self.queue["w"].append(self.beats[-1])
            for channel, fields in (("ar", COMMAND), ("aw", COMMAND), ("w", ("data", "strb", "last"))):
                if offered[channel] is None and self.queue[channel] and rng.random() < self.speed:
                    offered[channel] = self.queue[channel].popleft()
                    for name, value in zip(fields, offered[channel], strict=True):
                        self.pin(channel + name).value = value
                self.pin(f"{channel}valid").value = offered[channel] is not None
            for channel in ("r", "b"):
                self.pin(f"{channel}ready").value = rng.random() < self.speed
            await settled()
            for channel, offer in offered.items():
                if offer is not None and known(self.pin(f"{channel}ready")):
                    offered[channel] = None

    def watch(self) -> None:
        """Answers."""
        r = [f"{self.name}_r{n}" for n in ("data", "resp", "last")]
        SignalMonitor(self.dut, [f"{self.name}_rvalid", f"{self.name}_rready"], r, callback=self.read_back.append)
        SignalMonitor(
            self.dut,
            [f"{self.name}_bvalid", f"{self.name}_bready"],
            [f"{self.name}_bresp"],
            callback=self.answers.append,
        )


class Memory:
    """What arrives on the one port, and its answers: in the order of arrival, or the two IDs in any order, beats mixed."""

    def __init__(self, dut: Any, speed: float, mixed: bool) -> None:
        self.dut, self.speed, self.mixed = dut, speed, mixed
        self.rng = seeded(f"memory {speed} {mixed}")
        self.reads: list[tuple[int, ...]] = []
        self.writes: list[tuple[int, ...]] = []
        self.beats: list[tuple[int, ...]] = []
        self.given: dict[str, list[list[tuple[int, ...]]]] = {"r": [[], []], "b": [[], []]}
        self.due: dict[str, deque[tuple[int, ...]]] = {"r": deque(), "b": deque()}
        self.taken = [0, 0, 0]

    def choose(self, channel: str) -> tuple[int, ...]:
        """What is answered next."""
        due = self.due[channel]
        if self.mixed:
            side = self.rng.randrange(2)
            return next((d for d in due if d[0] == side), due[0])
        return due[0]

    async def drive(self) -> None:
        """Readiness at random; sometimes an address is accepted only when its data is there."""
        dut, rng = self.dut, self.rng
        offered: dict[str, tuple[int, ...] | None] = {"r": None, "b": None}
        patient = False
        while True:
            await falling(dut)
            while self.taken[0] < len(self.reads):
                command = self.reads[self.taken[0]]
                self.taken[0] += 1
                for i in range(command[2] + 1):
                    bits = 8 * (dut.DATA_WIDTH.value.to_unsigned() // 8)
                    self.due["r"].append(
                        (command[0] & 1, rng.getrandbits(bits), rng.choice([0, 0, 0, 2]), int(i == command[2]))
                    )
            while self.taken[1] < min(len(self.writes), sum(b[2] for b in self.beats)):
                self.due["b"].append((self.writes[self.taken[1]][0] & 1, rng.choice([0, 0, 2, 3])))
                self.taken[1] += 1
            for channel, fields in (("r", ("id", "data", "resp", "last")), ("b", ("id", "resp"))):
                if offered[channel] is None and self.due[channel] and rng.random() < self.speed:
                    offered[channel] = self.choose(channel)
                    self.due[channel].remove(offered[channel])
                    for name, value in zip(fields, offered[channel], strict=True):
                        getattr(dut, f"m_axi_{channel}{name}").value = value
                getattr(dut, f"m_axi_{channel}valid").value = offered[channel] is not None
            dut.m_axi_arready.value = len(self.due["r"]) < 200 and rng.random() < self.speed
            dut.m_axi_wready.value = rng.random() < self.speed
            patient = rng.random() < 0.5 if rng.random() < 0.1 else patient
            ahead = len(self.beats) and sum(b[2] for b in self.beats) > len(self.writes)
            dut.m_axi_awready.value = bool(ahead) if patient else rng.random() < self.speed
            await settled()
            for channel, offer in offered.items():
                if offer is not None and known(getattr(dut, f"m_axi_{channel}ready")):
                    self.given[channel][offer[0]].append(offer[1:])
                    offered[channel] = None

    def watch(self) -> None:
        """Commands and data."""
        for channel, into in (("ar", self.reads), ("aw", self.writes)):
            fields = [f"m_axi_{channel}{n}" for n in ("id", *[c for c in COMMAND if c != "len"])]
            fields.insert(2, f"m_axi_{channel}len")
            SignalMonitor(self.dut, [f"m_axi_{channel}valid", f"m_axi_{channel}ready"], fields, callback=into.append)
        data = [f"m_axi_w{n}" for n in ("data", "strb", "last")]
        SignalMonitor(self.dut, ["m_axi_wvalid", "m_axi_wready"], data, callback=self.beats.append)


@cocotb.test()
@cocotb.parametrize(speed=[0.4, 0.95], mixed=[False, True])
async def traffic(dut: Any, speed: float, mixed: bool) -> None:
    """Random reads and writes from both sides."""
    inputs = [f"{s}_{c}{n}" for s in SIDES for c in ("ar", "aw") for n in (*COMMAND, "valid")]
    inputs += [f"{s}_{n}" for s in SIDES for n in ("wdata", "wstrb", "wlast", "wvalid", "rready", "bready")]
    inputs += [
        f"m_axi_{n}"
        for n in ("arready", "awready", "wready", "rid", "rdata", "rresp", "rlast", "rvalid", "bid", "bresp", "bvalid")
    ]
    await start(dut, **dict.fromkeys(inputs, 0))
    total, broken = (
        120,
        known(dut.errors),
    )  # the checker on the one port wants all answers in order; it counts on from test to test
    masters = [Master(dut, i, speed, total) for i in range(2)]
    memory = Memory(dut, speed, mixed)
    await falling(dut)
    for part in (*masters, memory):
        part.watch()
        cocotb.start_soon(part.drive())
    for _ in range(20_000):
        await falling(dut)
        beats = [sum(c[1] + 1 for c in m.reads) for m in masters]
        if all(
            m.left == {"r": 0, "w": 0}
            and len(m.answers) == total
            and len(m.read_back) == n
            and not any(m.queue.values())
            for m, n in zip(masters, beats, strict=True)
        ):
            break
    await falling(dut, 10)
    turns = iter(memory.beats)
    order: list[list[tuple[int, ...]]] = [[], []]
    for write in memory.writes:
        order[write[0]] += [next(turns) for _ in range(write[2] + 1)]
    for i, m in enumerate(masters):
        assert [c[1:] for c in memory.reads if c[0] == i] == m.reads and len(m.reads) == total
        assert [c[1:] for c in memory.writes if c[0] == i] == m.writes and len(m.writes) == total
        assert order[i] == m.beats
        assert memory.given["r"][i] == m.read_back
        assert memory.given["b"][i] == m.answers
    assert next(turns, None) is None
    await settled()
    assert known(dut.busy) == 0 or mixed
    assert known(dut.errors) == broken or mixed
