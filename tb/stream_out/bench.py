"""windlass_stream_out: pieces become packets, packed; a reservation always has room; a packet that is cut short is ended and marked."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start

INPUTS = [
    "put_valid",
    "put_len",
    "put_off",
    "tdest",
    "beat_valid",
    "beat_data",
    "beat_strb",
    "beat_last",
    "flush",
    "m_axis_tready",
]


def rows_of(w: int, offset: int, data: bytes, good: int) -> list[tuple[int, int]]:
    """(data, strobes) of each beat of a piece whose first byte has lane `offset`; only the first `good` bytes are good."""
    out = []
    for row in range((offset + len(data) - 1) // w + 1):
        value = strobes = 0
        for lane in range(w):
            i = row * w + lane - offset
            value |= (data[i] if 0 <= i < len(data) else 0xEE) << 8 * lane
            strobes |= (0 <= i < good) << lane
        out.append((value, strobes))
    return out


@cocotb.test()
@cocotb.parametrize(pace=[1.0, 0.5, 0.1])
async def packets(dut: Any, pace: float) -> None:
    """Random pieces with and without a packet's end, errors followed by a flush, flushes of nothing; a slow and a fast sink."""
    w, most = len(dut.beat_data) // 8, dut.MOST.value.to_unsigned()
    rng = seeded(f"stream out {pace}")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    words: list[tuple[int, ...]] = []
    fields = ["m_axis_tdata", "m_axis_tkeep", "m_axis_tlast", "m_axis_tid", "m_axis_tdest", "m_axis_tuser"]
    SignalMonitor(dut, ["m_axis_tvalid", "m_axis_tready"], fields, callback=words.append)
    want: list[tuple[bytes, int, int]] = []  # packet, TUSER, TDEST
    current = b""
    offset = waits = dead = 0
    called = 5  # TDEST of the packet that is open
    queue: list[tuple[int, int, int, int]] = []  # beats: data, strobes, last, TDEST by then; last -1: a flush
    pieces = 0
    for _ in range(40_000):
        await falling(dut)
        dut.m_axis_tready.value = rng.random() < pace
        for name in ("put_valid", "beat_valid", "flush"):
            getattr(dut, name).value = 0
        # Beats of pieces that were reserved come later, and pieces are reserved ahead of them.
        if queue and rng.random() < 0.8:
            data, strobes, last, dut.tdest.value = queue.pop(0)
            if last < 0:
                dut.flush.value = 1
            else:
                dut.beat_valid.value, dut.beat_data.value, dut.beat_strb.value, dut.beat_last.value = (
                    1,
                    data,
                    strobes,
                    last,
                )
        await settled()
        ready = known(dut.ready)
        waits += not ready
        if pieces == 200 and not queue:
            break
        if pieces < 200 and ready and rng.random() < 0.7:
            await falling(dut)
            for name in ("beat_valid", "flush"):
                getattr(dut, name).value = 0
            length = (
                0 if rng.random() < 0.1 else rng.randrange(1, most * w + 1)
            )  # 0: the end of a packet without a byte
            dut.put_valid.value, dut.put_len.value, dut.put_off.value = 1, length or 1, offset
            data = rng.randbytes(length)
            bad = length > 0 and not dead and rng.random() < 0.06
            good = 0 if dead else rng.randrange(length) if bad else length
            last = not bad and not dead and (not length or rng.random() < 0.3)
            rows = rows_of(w, offset, data, good) if length else [(0, 0)]
            tdest = rng.randrange(256)
            queue += [(*row, int(last and i == len(rows) - 1), tdest) for i, row in enumerate(rows)]
            if not current:
                called = tdest
            current += data[:good]
            offset = (offset + length) % w
            dead = dead or bad
            pieces += 1
            if last:
                want.append((current, 0, called))
                current, offset = b"", 0
            if (dead and rng.random() < 0.6) or pieces == 200 or (not current and rng.random() < 0.1):
                queue.append((0, 0, -1, 77))
                if current:
                    want.append((current, 1, called))
                current, offset, dead = b"", 0, 0
            await settled()
            assert known(dut.ready) == 0
    await falling(dut)
    dut.beat_valid.value = dut.put_valid.value = dut.flush.value = 0
    for _ in range(4000):
        await falling(dut)
        dut.beat_valid.value = dut.flush.value = 0
        dut.m_axis_tready.value = 1
        if sum(x[2] for x in words) == len(want):
            break
    await falling(dut, 10)
    got: list[tuple[bytes, int, int]] = []
    packet = b""
    for data, keep, last, tid, dest, user in words:
        packet += data.to_bytes(w, "little")[: keep.bit_length()]
        assert tid == dut.TID.value.to_unsigned()
        if last:
            got.append((packet, user, dest))
            packet = b""
    assert got == want and not packet
    assert any(not p for p, _, _ in want)
    assert waits and sum(u for _, u, _ in want) > 3 and any(not u for _, u, _ in want)
    await settled()
    assert known(dut.errors) == 0 and known(dut.busy) == 0


@cocotb.test()
async def room(dut: Any) -> None:
    """Nothing is taken by the sink: pieces are reserved while it says ready, and every row of them finds its place."""
    w, most, depth = len(dut.beat_data) // 8, dut.MOST.value.to_unsigned(), 1 << dut.DEPTH_LOG.value.to_unsigned()
    await start(dut, **dict.fromkeys(INPUTS, 0) | {"put_len": depth // 2 * w})  # nothing is put in reset
    words: list[tuple[int, ...]] = []
    SignalMonitor(dut, ["m_axis_tvalid", "m_axis_tready"], ["m_axis_tdata"], callback=words.append)
    rows = 0
    for _ in range(depth + 10):
        await falling(dut, 4)
        await settled()
        if not known(dut.ready):
            break
        await falling(dut)
        dut.put_valid.value, dut.put_len.value, dut.put_off.value = 1, most * w, 0
        rows += most
        await falling(dut)
        dut.put_valid.value = 0
    assert depth - 2 * most - 4 <= rows <= depth - 2
    for i in range(rows):
        await falling(dut)
        dut.beat_valid.value, dut.beat_data.value, dut.beat_strb.value, dut.beat_last.value = (
            1,
            i,
            (1 << w) - 1,
            i == rows - 1,
        )
    await falling(dut)
    dut.beat_valid.value = 0
    dut.m_axis_tready.value = 1
    await falling(dut, rows + 10)
    assert [x[0] for x in words] == list(range(rows))
    await settled()
    assert known(dut.ready) == 1 and known(dut.errors) == 0
