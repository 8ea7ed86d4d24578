"""windlass_stream_in: what can be cut and what is read are exactly the packets that came in, whatever the lengths asked for."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotb.triggers import Timer

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

INPUTS = ["s_axis_tdata", "s_axis_tkeep", "s_axis_tlast", "s_axis_tid", "s_axis_tdest", "s_axis_tvalid",
          "take_valid", "take_len", "take_last", "pull", "pull_stay"]  # fmt: skip


def beats_of(rng: Any, w: int, packet: bytes, number: int) -> list[tuple[int, int, int, int]]:
    """Beats of a packet: (data, keep, last, number); its end sometimes comes alone, without a byte."""
    chunks = [packet[i : i + w] for i in range(0, len(packet), w)]
    if not chunks or (len(chunks[-1]) == w and rng.random() < 0.5):
        chunks.append(b"")
    return [
        (int.from_bytes(c.ljust(w, b"\xee"), "little"), (1 << len(c)) - 1, int(i == len(chunks) - 1), number)
        for i, c in enumerate(chunks)
    ]


class Cut:
    """A piece that was taken: its words, the place of its first byte in them, its bytes, and whether a packet ends with it."""

    def __init__(self, w: int, offset: int, length: int, end: bool) -> None:
        self.offset, self.length, self.end = offset, length, end
        self.count = -(-(offset + length) // w) if length else 0
        self.used_up = end or (offset + length) % w == 0
        self.words: list[int] = []
        self.pulled = 0


@cocotb.test()
@cocotb.parametrize(speed=[(1.0, 1.0), (0.2, 1.0), (1.0, 0.3)])
async def packets(dut: Any, speed: tuple[float, float]) -> None:
    """Packets of every length, empty ones too; pieces as long as offered or shorter; each piece is then read, its words in order."""
    feed, drain = speed
    w, most = len(dut.s_axis_tdata) // 8, dut.MOST.value.to_unsigned()
    rng = seeded(f"stream in {speed}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    told: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["packet_valid"], ["packet_tid", "packet_tdest"], callback=told.append)
    lengths = [rng.choice([0, 1, w - 1, w, w + 1, 3 * w, rng.randrange(1, 4 * most * w)]) for _ in range(60)]
    want = [rng.randbytes(n) for n in lengths]
    beats = [b for n, p in enumerate(want) for b in beats_of(rng, w, p, n)]
    got, current = [], b""
    shown: tuple[int, int, int, int] | None = None  # on the port
    taking: Cut | None = None  # to be reported in the next cycle
    cuts: list[Cut] = []  # to be read
    pulled: list[Cut | None] = [None, None]  # whose word comes in this cycle, and in the next
    offset = full = stalls = 0
    for _ in range(30_000):
        await falling(dut)
        if shown is None and beats and rng.random() < feed:
            shown = beats.pop(0)
        dut.s_axis_tvalid.value = shown is not None
        if shown:
            dut.s_axis_tdata.value, dut.s_axis_tkeep.value, dut.s_axis_tlast.value, number = shown
            dut.s_axis_tid.value, dut.s_axis_tdest.value = number, number ^ 255
        dut.take_valid.value = taking is not None
        if taking:
            dut.take_len.value, dut.take_last.value = taking.length, taking.end
            cuts.append(taking)
        reader = next((c for c in cuts if c.pulled < c.count), None)
        pull = reader is not None and reader is not taking and rng.random() < drain
        dut.pull.value = pull
        if pull:
            reader.pulled += 1
            dut.pull_stay.value = reader.pulled == reader.count and not reader.used_up
        await settled()
        if shown and known(dut.s_axis_tready):
            shown = None
        stalls += shown is not None
        comes = pulled.pop(0)
        if comes:
            comes.words.append(known(dut.pull_data))
        pulled.append(reader if pull else None)
        while cuts and len(cuts[0].words) == cuts[0].count:
            cut = cuts.pop(0)
            current += b"".join(x.to_bytes(w, "little") for x in cut.words)[cut.offset : cut.offset + cut.length]
            if cut.end:
                got.append(current)
                current = b""
        if taking:
            offset = 0 if taking.end else (offset + taking.length) % w
        ready = known(dut.cut_ready)
        assert not (taking and ready), "still ready after a piece was taken"
        taking = None
        if ready and rng.random() < 0.5:
            offered, end = known(dut.cut_bytes), known(dut.cut_last)
            assert offered + offset <= most * w and (offered or end)
            length = offered if rng.random() < 0.6 or not offered else rng.randrange(1, offered + 1)
            full += offered + offset == most * w
            taking = Cut(w, offset, length, bool(end and length == offered))
        if len(got) == len(want):
            break
    assert got == want
    await falling(dut, 10)
    assert told == [(n, n ^ 255) for n in range(len(want))]
    assert full > 3 and (stalls or feed < 1)
    await settled()
    assert known(dut.errors) == 0


@cocotb.test()
async def ready_comes_first(dut: Any) -> None:
    """TREADY is up before TVALID; TVALID and what comes with it change nothing of it in their cycle. With nobody to read, the queue fills."""
    w = len(dut.s_axis_tdata) // 8
    await start(dut, **dict.fromkeys(INPUTS, 0))
    await falling(dut, 8)
    taken = 0
    for _ in range(200_000):
        await settled()
        before = known(dut.s_axis_tready)
        await Timer(1, "ns")  # still before the rising edge
        dut.s_axis_tvalid.value, dut.s_axis_tkeep.value = 1, (1 << w) - 1
        await settled()
        assert known(dut.s_axis_tready) == before, "TREADY depends on TVALID"
        taken += before
        if not before:
            break
        await falling(dut)
        dut.s_axis_tvalid.value = 0
    places = 1 << dut.DEPTH_LOG.value.to_unsigned()
    assert not before and taken >= places - 1, "a register tells one word early that it is full"


@cocotb.test()
async def waits_for_a_packet(dut: Any) -> None:
    """A few words without an end are offered only when nothing came for a while; with an end at once."""
    w = len(dut.s_axis_tdata) // 8
    await start(dut, **dict.fromkeys(INPUTS, 0))
    await falling(dut, 8)

    async def beat(last: int) -> int:
        """Show a beat; cycles until a piece can be cut."""
        dut.s_axis_tvalid.value, dut.s_axis_tkeep.value, dut.s_axis_tlast.value = 1, (1 << w) - 1, last
        await falling(dut)
        dut.s_axis_tvalid.value = 0
        for cycles in range(1, 40):
            await settled()
            if known(dut.cut_ready):
                return cycles
            await falling(dut)
        raise AssertionError("never ready")

    assert 16 <= await beat(0) <= 22
    assert known(dut.cut_bytes) == w and known(dut.cut_last) == 0
    await falling(dut)
    dut.take_valid.value, dut.take_len.value, dut.take_last.value = 1, w, 0
    await falling(dut)
    dut.take_valid.value = 0
    await falling(dut, 8)
    assert await beat(1) <= 6
    assert known(dut.cut_bytes) == w and known(dut.cut_last) == 1
