"""Drivers: streams in every combination, random packets, back-pressure. See tb/top/drivers.py. All need STREAMS ≥ 1."""

from __future__ import annotations

import random

from windlass import regs
from windlass.platform import Board, StreamPacket

from .kit import (
    ABORT,
    AUTO,
    COPY,
    CYCLIC,
    DONE,
    ENDED_EOP,
    EOP,
    ERROR,
    FENCE,
    FINISH,
    FROM_DEVICE,
    FROM_STREAM,
    IRQ,
    PHASE,
    REGISTER,
    RESET,
    RING,
    SOURCE,
    START,
    TABLE,
    TABLES,
    TARGET,
    TO_DEVICE,
    TO_STREAM,
    WB,
    WIDE,
    cmd,
    descriptor,
    digest,
    fence,
    finish,
    grant,
    idle,
    memory,
    position,
    r,
    until,
    w,
)


class Feeder:
    """Random packets into a source stream, in beats as they may come; and what was fed, for the comparison."""

    def __init__(self, p: Board, c: int, rng: random.Random) -> None:
        self.p, self.c, self.rng = p, c, rng
        self.packets: list[StreamPacket] = []

    def packet(self, length: int) -> StreamPacket:
        """Feed one packet, sometimes in parts."""
        rng, width = self.rng, self.p.params.word_bytes
        one = StreamPacket(rng.randbytes(length), rng.randrange(256), rng.randrange(256))
        at = 0
        while length - at > width and rng.random() < 0.4:
            n = rng.randrange(1, max(2, (length - at) // width)) * width
            if at + n >= length:
                break
            self.p.stream_feed(self.c, one.data[at : at + n], tid=one.tid, tdest=one.tdest, last=False)
            self.p.wait_cycles(rng.randrange(60))
            at += n
        self.p.stream_feed(self.c, one.data[at:], tid=one.tid, tdest=one.tdest)
        self.packets.append(one)
        return one


def length_of(rng: random.Random) -> int:
    """Lengths of packets and transfers: short ones, round ones, long ones."""
    return rng.choice([1, 2, 8, 63, 64, 65, rng.randrange(1, 40), rng.randrange(1, 700), rng.randrange(1, 3000)])


def pieces(packets: list[StreamPacket], limits: list[int]) -> list[tuple[bytes, bool]]:
    """What segments of these lengths take from these packets: bytes, and whether the packet ended in it."""
    out, queue = [], [p.data for p in packets]
    for limit in limits:
        data = queue[0][:limit]
        queue[0] = queue[0][limit:]
        out.append((data, not queue[0]))
        if not queue[0]:
            queue.pop(0)
    return out


def limits_for(packets: list[StreamPacket], rng: random.Random) -> list[int]:
    """Random segment lengths that use the packets up."""
    out: list[int] = []
    for packet in packets:
        left = len(packet.data)
        while True:
            n = rng.choice([left or 1, length_of(rng), 4000])
            out.append(n)
            left -= n
            if left <= 0:
                break
    return out


def from_stream(p: Board, seed: int, pause: int) -> list[object]:
    """Stream to memory, a START a segment: packets of any length into buffers of any length; STREAM and STATUS.EOP tell."""
    rng, _ = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    p.stream_pause(0, source=pause)
    feeder, out = Feeder(p, 0, rng), []
    for _ in range(14):
        feeder.packet(rng.choice([0, length_of(rng), length_of(rng)]))
    whole = 0
    limits = limits_for(feeder.packets, rng)
    for limit, (data, end) in zip(limits, pieces(feeder.packets, limits), strict=True):
        dst = TARGET + rng.randrange(300)
        before = rng.randbytes(len(data) + 128)
        p.write_mem(dst - 64, before)
        w(p, 0, config=FROM_STREAM, dst_lo=dst, length=limit, period=rng.choice([0, 100]))
        cmd(p, 0, START)
        out.append(finish(p))
        status, stream = r(p, 0, regs.STATUS), r(p, 0, regs.STREAM)
        assert status == 2 | end * ENDED_EOP and position(p, 0) == len(data)
        assert p.read_mem(dst - 64, len(data) + 128) == before[:64] + data + before[64 + len(data) :]
        packet = feeder.packets[whole]
        assert stream == (packet.tid | packet.tdest << 8 | 1 << 16 if end else 0)
        out.append(stream)
        whole += end
    return [*out, digest(p)]


def to_stream(p: Board, seed: int, pause: int) -> list[object]:
    """Memory to stream: each transfer a packet with the channel's TID and CONFIG's TDEST; then tables with and without EOP."""
    rng, data = memory(p, seed)
    c = p.params.streams - 1
    grant(p, c)
    w(p, c, irq_enable=DONE | ERROR)
    p.stream_pause(c, sink=pause)
    out, want = [], []
    for _ in range(12):
        src, n, dest = rng.randrange(0xF000), length_of(rng), rng.randrange(256)
        w(p, c, config=TO_STREAM | dest << 24, src_lo=SOURCE + src, length=n)
        cmd(p, c, START)
        out.append(finish(p, c))
        want.append(StreamPacket(data[src : src + n], c, dest))
    for wide in (False, True):
        blob, current = b"", b""
        for i in range(25):
            src, n = rng.randrange(0xF000), rng.choice([rng.randrange(1, 30), rng.randrange(1, 900)])
            end = i == 24 or rng.random() < 0.5
            flags = PHASE | end * EOP | rng.choice([0, WB, IRQ])
            blob += descriptor(wide, SOURCE + src, rng.randrange(1 << 32), n, COPY | flags)
            current += data[src : src + n]
            if end:
                want.append(StreamPacket(current, c, 0x99))
                current = b""
        p.write_mem(TABLES, blob)
        w(p, c, config=TABLE | TO_STREAM | 0x99 << 24 | wide * WIDE, desc_lo=TABLES, desc_count=25)
        cmd(p, c, START)
        out += [finish(p, c), p.read_mem(TABLES, len(blob))]
    until(p, lambda: len(p.stream_collected(c)) >= len(want), "the packets")
    got = p.stream_collected(c)
    assert got == want, next((i, a, b) for i, (a, b) in enumerate(zip(got, want, strict=False)) if a != b)
    return [*out, got, digest(p)]


def packets_in_tables(p: Board, seed: int, wide: bool) -> list[object]:
    """Receive tables: a buffer a packet, long packets over several; write-back tells bytes and EOP; a FENCE and a NOP between."""
    rng, _ = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    p.stream_pause(0, source=40)
    feeder, size = Feeder(p, 0, rng), 32 if wide else 16
    for _ in range(12):
        feeder.packet(length_of(rng))
    limits = limits_for(feeder.packets, rng)
    blob, places, at = b"", [], TARGET
    for limit in limits:
        limit = min(limit, 4000)
        if rng.random() < 0.2:
            blob += fence(wide, TABLES + 0x2F00, len(blob), FENCE | PHASE)
        places.append((len(blob), at))
        blob += descriptor(wide, 0xDEAD_BEEF, at, limit, COPY | WB | PHASE | rng.choice([0, IRQ]))
        at += limit
    count = len(blob) // size
    p.write_mem(TABLES, blob)
    p.write_mem(TARGET, bytes(min(at, 0x40000) - TARGET))
    assert at < 0x40000 and len(blob) < 0x2F00, "too much for the bench's memory"
    w(p, 0, config=TABLE | FROM_STREAM | wide * WIDE, desc_lo=TABLES, desc_count=count)
    cmd(p, 0, START)
    out = [finish(p), p.read_mem(TABLES, len(blob)), r(p, 0, regs.STREAM)]
    for (place, where), (data, end) in zip(places, pieces(feeder.packets, limits), strict=True):
        word2, word3 = (int.from_bytes(p.read_mem(TABLES + place + size // 2 + 4 * i, 4), "little") for i in (0, 1))
        assert (word2, word3 >> 28 & 15) == (len(data), 0xC | end), (place, word2, len(data))
        assert p.read_mem(where, len(data)) == data
    return [*out, digest(p)]


def through(p: Board, seed: int, mode: int, pause: int) -> list[object]:
    """Stream to stream: a packet out for each packet in, cut at the segment's length too in register and auto-initialize mode."""
    rng, _ = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    p.stream_pause(0, source=pause, sink=pause)
    feeder, want = Feeder(p, 0, rng), []
    limit = rng.choice([16, 100, 777])
    lengths = [rng.choice([0, length_of(rng), length_of(rng)]) for _ in range(12)]
    cut = mode in (REGISTER, AUTO)
    for n in lengths:
        step = limit if cut else 1 << 30
        want += [min(step, n - i) for i in range(0, max(n, 1), step)]
    config = mode | FROM_STREAM | TO_STREAM | 0x42 << 24
    n = 4
    p.write_mem(TABLES, b"".join(descriptor(False, 0, 0, limit, COPY) for _ in range(n)))
    w(p, 0, config=config | (CYCLIC if mode == RING else 0), length=limit, desc_lo=TABLES, desc_count=n)
    cmd(p, 0, START)
    out: list[object] = []
    for n in lengths:
        feeder.packet(n)
        while mode == REGISTER:
            out.append(finish(p))
            taken = position(p, 0)
            n -= taken
            cmd(p, 0, START)
            if n <= 0:
                break
    until(p, lambda: len(p.stream_collected(0)) >= len(want), "the packets")
    got = p.stream_collected(0)
    assert [len(x.data) for x in got] == want and all(x.tid == 0 and x.tdest == 0x42 and not x.user for x in got)
    assert b"".join(x.data for x in got) == b"".join(x.data for x in feeder.packets)
    if mode != REGISTER:
        whole = r(p, 0, regs.STREAM) >> 16
        assert whole == len(lengths) and position(p, 0) == sum(lengths)
    cmd(p, 0, ABORT)
    until(p, lambda: idle(p, 0), "ABORTED")
    assert p.stream_collected(0) == got and p.stream_partial(0) == b"", "an abort between packets sends nothing"
    return [*out, got, r(p, 0, regs.STATUS)]


def laps(p: Board, seed: int) -> list[object]:
    """Auto-initialize from and to streams: a packet starts the lap anew; each lap out is a packet; FINISH."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR, period=0)
    feeder = Feeder(p, 0, rng)
    w(p, 0, config=AUTO | FROM_STREAM, dst_lo=TARGET + 3, length=500)
    cmd(p, 0, START)
    total = 0
    for _ in range(10):
        one = feeder.packet(rng.randrange(1, 501))
        total += len(one.data)
        until(p, lambda total=total: position(p, 0) == total, "the packet")  # type: ignore[misc]
        assert p.read_mem(TARGET + 3, len(one.data)) == one.data and r(p, 0, regs.SEGDONE) == 0
    cmd(p, 0, FINISH)
    feeder.packet(33)
    out: list[object] = [finish(p), r(p, 0, regs.STREAM)]
    w(p, 0, config=AUTO | TO_STREAM, src_lo=SOURCE + 5, length=333)
    cmd(p, 0, START)
    until(p, lambda: len(p.stream_collected(0)) > 5, "the packets")
    cmd(p, 0, FINISH)
    until(p, lambda: idle(p, 0), "the end")
    n = position(p, 0) // 333
    until(p, lambda: len(p.stream_collected(0)) == n, "the last packet")
    assert p.stream_collected(0) == [StreamPacket(data[5:338])] * n
    return [*out, r(p, 0, regs.STATUS), r(p, 0, regs.SEGDONE), digest(p)]


def cut_off(p: Board, seed: int) -> list[object]:
    """ABORT and RESET in mid-packet with the sink held, trickling or free: TLAST with TUSER after exactly POS bytes; the next packet is whole."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=0, period=0)
    out: list[object] = []
    for command in (ABORT, RESET, ABORT, RESET, ABORT, ABORT):
        seen = len(p.stream_collected(0))
        p.stream_pause(0, sink=rng.choice([256, 200, 0]))
        src = rng.randrange(99)
        w(p, 0, config=TO_STREAM, src_lo=SOURCE + src, length=60_001)
        cmd(p, 0, START)
        p.wait_cycles(rng.choice([0, rng.randrange(30), rng.randrange(900)]))
        cmd(p, 0, command)
        until(p, lambda: idle(p, 0), "the ending", step=3)
        p.stream_pause(0)
        pos = position(p, 0)
        assert r(p, 0, regs.STATUS) == 8 and pos < 60_001
        p.wait_cycles(pos + 500)
        got = p.stream_collected(0)[seen:]
        assert got == ([StreamPacket(data[src : src + pos], user=True)] if pos else []), (pos, got)
        w(p, 0, src_lo=SOURCE + 77, length=5)
        cmd(p, 0, START)
        until(p, lambda: idle(p, 0), "the end")
        until(p, lambda seen=seen: len(p.stream_collected(0)) > seen, "the packet")  # type: ignore[misc]
        assert p.stream_collected(0)[-1] == StreamPacket(data[77:82])
        out.append(r(p, 0, regs.STATUS))
    return out


def stalls(p: Board, seed: int) -> list[object]:
    """With every stream of the engine stalled, memory channels end as ever; released, every stream's work ends right. CHANNELS > STREAMS."""
    _, data = memory(p, seed)
    n, s = p.params.channels, p.params.streams
    for c in range(n):
        grant(p, c)
    for c in range(s):
        p.stream_pause(c, source=256, sink=256)
        p.stream_feed(c, data[: 3000 + c])
        way = TO_STREAM if c % 2 == 0 else FROM_STREAM
        w(p, c, config=way, src_lo=SOURCE + c, dst_lo=TARGET + 0x1000 * c, length=3000 + c, irq_enable=0)
        cmd(p, c, START)
    p.wait_cycles(1000)
    stuck = [position(p, c) for c in range(s)]
    c = n - 1
    w(p, c, config=0, src_lo=SOURCE, dst_lo=0x38000, length=20_000, irq_enable=DONE)
    t0 = p.now()
    cmd(p, c, START)
    ended = finish(p, c)
    slow = p.now() - t0
    assert slow < 1.4 * 20_000 / p.params.word_bytes + 600, f"{slow} cycles"
    assert p.read_mem(0x38000, 20_000) == data[:20_000]
    assert [position(p, i) for i in range(s)] == stuck
    for i in range(s):
        p.stream_pause(i)
        until(p, lambda i=i: idle(p, i), f"stream {i}")  # type: ignore[misc]
        if i % 2 == 0:
            until(p, lambda i=i: len(p.stream_collected(i)) == 1, f"the packet of stream {i}")  # type: ignore[misc]
            assert p.stream_collected(i) == [StreamPacket(data[i : 3000 + 2 * i], i)]
        else:
            assert p.read_mem(TARGET + 0x1000 * i, 3000 + i) == data[: 3000 + i]
    return [ended[:2], [r(p, i, regs.STATUS) for i in range(n)], digest(p)]


def refused_streams(p: Board) -> list[object]:
    """What START refuses: no such stream, a device with it, pacing."""
    out: list[object] = []
    for c in range(p.params.channels):
        grant(p, c, device=TARGET)
        w(p, c, irq_enable=DONE | ERROR, src_lo=SOURCE, dst_lo=TARGET, length=8)
        for config in (
            FROM_STREAM | TO_DEVICE,
            FROM_DEVICE | TO_STREAM,
            FROM_STREAM | 1 << 10,
            3 << 4,
            3 << 6,
            TO_STREAM | 2 << 10,
        ):
            w(p, c, config=config)
            cmd(p, c, START)
            out.append(finish(p, c))
        if c >= p.params.streams:
            for config in (FROM_STREAM, TO_STREAM, FROM_STREAM | TO_STREAM):
                w(p, c, config=config)
                cmd(p, c, START)
                out.append(finish(p, c))
    assert all(x[0] == 4 | 12 << 8 for x in out)  # type: ignore[index]
    return out
