"""Drivers: order of writes, requests, FINISH, resets, laps, counters, where the manual says what no other driver shows. See tb/top/drivers.py."""

from __future__ import annotations

from windlass import regs
from windlass.platform import Board, Platform

from .kit import (
    ABORT,
    ACTIVE,
    AUTO,
    BLOCK,
    COPY,
    DONE,
    ERROR,
    FILL,
    FINISH,
    FROM_STREAM,
    NOP,
    PAUSE,
    PAUSED,
    PHASE,
    REGISTER,
    RESET,
    RESUME,
    RING,
    SINGLE,
    SOURCE,
    START,
    SWREQ,
    TABLE,
    TABLES,
    TARGET,
    TC,
    TO_DEVICE,
    WB,
    WIDE,
    WORDS,
    cmd,
    descriptor,
    digest,
    fill_bytes,
    finish,
    grant,
    idle,
    memory,
    position,
    r,
    scrub,
    table,
    until,
    w,
)


def order_of_writes(p: Platform, seed: int) -> list[object]:
    """Descriptors that write over each other's bytes leave what the last of them wrote."""
    rng, data = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    for wide in (False, True):
        want, blob = bytearray(0x1400), b""
        p.write_mem(TARGET, bytes(len(want)))
        for _ in range(90):
            n = rng.choice([rng.randrange(1, 20), rng.randrange(1, 300), rng.randrange(1, 2000)])
            at, src = rng.randrange(len(want) - n), rng.randrange(0xF000)
            if rng.random() < 0.4:
                pattern = rng.getrandbits(32)
                blob += descriptor(wide, pattern, TARGET + at, n, FILL | PHASE)
                want[at : at + n] = fill_bytes(pattern, TARGET + at, n)
            else:
                blob += descriptor(wide, SOURCE + src, TARGET + at, n, COPY | PHASE)
                want[at : at + n] = data[src : src + n]
        table(p, 0, blob, config=TABLE | wide * WIDE)
        out.append(finish(p))
        assert p.read_mem(TARGET, len(want)) == want
    return [*out, digest(p)]


def acknowledges(p: Board, seed: int) -> list[object]:
    """Channels that work side by side, each with a line of its own: every piece is acknowledged on its line, and `tc` comes with the last of
    a transfer, of a table, of each descriptor with the flag, and of each lap; nothing on the lines of others. Needs two of both."""
    rng, _ = memory(p, seed)
    count = min(p.params.channels, p.params.request_lines, 4)
    lines = rng.sample(range(p.params.request_lines), count)
    modes = [REGISTER, *([TABLE] if p.params.descriptors else []), *([AUTO] if p.params.auto_init else [])]
    out: list[object] = []
    for turn in range(6):
        before = p.acknowledged()
        pieces = [0] * count
        for c in range(count):
            mode = modes[(turn + c) % len(modes)]
            at = SOURCE + 0x1000 * c
            grant(p, c, line=lines[c], device=TARGET + 0x800 * (c + 1))
            w(p, c, irq_enable=0, config=mode | TO_DEVICE | WORDS | BLOCK)
            if mode == TABLE:
                sizes = [4 * rng.randrange(1, 80) for _ in range(6)]
                flags = [rng.choice([0, 0, TC, WB, TC | WB]) for _ in sizes]
                blob = b"".join(
                    descriptor(False, at, 0, n, COPY | PHASE | f) for n, f in zip(sizes, flags, strict=True)
                )
                table(p, c, blob, config=mode | TO_DEVICE | WORDS | BLOCK, at=TABLES + 0x400 * c)
            else:
                sizes = [4 * rng.randrange(1, 400)]
                w(p, c, src_lo=at, length=sizes[0])
                cmd(p, c, START)
                if mode == AUTO:
                    cmd(p, c, FINISH)
            pieces[c] = len(sizes)
        for k in range(max(pieces)):
            for c in range(count):
                if not idle(p, c):
                    cmd(p, c, SWREQ)
            for c in range(count):  # a request that comes before the last was served would be lost
                until(
                    p,
                    lambda c=c, k=k, many=pieces[c] > 1: idle(p, c) or (many and r(p, c, regs.CONSUMER, live=True) > k),  # type: ignore[misc]
                    "the request's piece",
                )
        for c in range(count):
            until(p, lambda c=c: idle(p, c), "DONE")  # type: ignore[misc]
        after = p.acknowledged()
        out.append([(a[0] - b[0], a[1] - b[1]) for a, b in zip(after, before, strict=True)])
        assert all(sum(out[-1][line]) == 0 for line in range(p.params.request_lines) if line not in lines), out  # type: ignore[index]
        assert all(out[-1][line][1] > 0 for line in lines), out  # type: ignore[index]
    return out


def requests(p: Platform) -> list[object]:
    """A software request that was not used is dropped with the operation; a refused descriptor waits for none; block pacing asks once a
    descriptor and a lap; a channel that waits for one pauses without it. Needs a line."""
    memory(p, 10)
    line = p.params.request_lines - 1
    grant(p, 0, line=line, device=TARGET + 0x800)
    w(p, 0, irq_enable=0)
    out: list[object] = []

    def settled() -> tuple[int, ...]:
        p.wait_cycles(400)
        return tuple(r(p, 0, x) for x in (regs.STATUS, regs.POS_LO, regs.CONSUMER))

    # Not paced: the line is not looked at.
    w(p, 0, config=TO_DEVICE | WORDS, src_lo=SOURCE, length=40)
    cmd(p, 0, START)
    out.append(settled())
    assert out[-1] == (2, 40, 0)
    # One request too many in the first operation: none is left for the second.
    w(p, 0, config=TO_DEVICE | WORDS | BLOCK, length=8)
    cmd(p, 0, START)
    cmd(p, 0, SWREQ)
    out.append(settled())
    w(p, 0, config=TO_DEVICE | WORDS | SINGLE, length=4)
    cmd(p, 0, START)
    cmd(p, 0, PAUSE)
    out.append(settled())
    assert out[-1][0] == ACTIVE | PAUSED, "a channel that waits for a request pauses without it"  # type: ignore[index]
    cmd(p, 0, SWREQ)
    cmd(p, 0, ABORT)
    out.append(settled())
    cmd(p, 0, START)
    out.append(settled())
    assert out[-1] == (ACTIVE, 0, 0), "a request of the operation before"
    cmd(p, 0, SWREQ)
    out.append(settled())
    # A request for each descriptor, none for the NOP between and for the one that is refused.
    if p.params.descriptors:
        blob = descriptor(False, SOURCE, 0, 12, COPY | PHASE) + descriptor(False, 0, 0, 0, NOP | PHASE)
        blob += descriptor(False, SOURCE, 0, 20, COPY | PHASE) + descriptor(False, SOURCE, 0, 12, COPY)
        table(p, 0, blob, config=TABLE | TO_DEVICE | WORDS | BLOCK)
        out.append(settled())
        cmd(p, 0, SWREQ)
        out.append(settled())
        assert out[-1] == (ACTIVE, 12, 2)
        cmd(p, 0, SWREQ)
        out.append(settled())
        assert out[-1] == (4 | 9 << 8 | 3 << 16, 32, 3)
    if p.params.request_lines < 64:
        grant(p, 0, line=p.params.request_lines, device=TARGET + 0x800)
        for config, status in ((TO_DEVICE | WORDS | BLOCK, 12 << 8 | 4), (TO_DEVICE | WORDS, 2)):
            w(p, 0, config=config, src_lo=SOURCE, length=24)
            cmd(p, 0, START)
            assert settled()[0] == status, "a line that is not there matters when it is looked at"
        grant(p, 0, line=line, device=TARGET + 0x800)
    if p.params.auto_init:
        w(p, 0, config=AUTO | TO_DEVICE | WORDS | BLOCK, src_lo=SOURCE, length=24)
        cmd(p, 0, START)
        for lap in range(3):
            assert settled() == (ACTIVE, 24 * lap, 0)
            cmd(p, 0, SWREQ)
        out.append(settled())
        cmd(p, 0, ABORT)
        out.append(settled())
    w(p, 0, irq_status=63)
    return [*out, digest(p)]


def what_a_reset_keeps(p: Platform) -> list[object]:
    """RESET of a channel at rest: STATUS and what software set for interrupts and doorbell go, what tells of the work stays; ABORTED is left."""
    memory(p, 11)
    grant(p, 0, sched=3 << 16 | 7)
    names = [
        "STATUS",
        "IRQ_STATUS",
        "IRQ_ENABLE",
        "COALESCE",
        "PRODUCER",
        "CONSUMER",
        "SEGDONE",
        "POS_LO",
        "FADDR_LO",
        "IRQ_EVENTS",
        "LENGTH",
        "PERIOD",
        "NEXT_LENGTH",
        "CONFIG",
        "DESC_LO",
        "DESC_COUNT",
    ]
    out: list[object] = []

    def look() -> tuple[int, ...]:
        return tuple(r(p, 0, getattr(regs, name)) for name in names)

    w(p, 0, next_length=77, length=123, period=5)
    blob = descriptor(False, SOURCE, TARGET, 8, COPY | PHASE) + descriptor(False, SOURCE, TARGET, 8, COPY)
    w(p, 0, irq_enable=0, coalesce=0x50003, producer=9)
    table(p, 0, blob, period=6)
    until(p, lambda: idle(p, 0), "the refusal")
    before = look()
    cmd(p, 0, RESET)
    after = look()
    assert after[:5] == (0, 0, 0, 0, 0) and after[5:] == before[5:] and before[0] == 1 << 16 | 9 << 8 | 4
    out += [before, after, p.csr_read32(0x100C)]
    w(p, 0, config=RING, desc_count=1, producer=0)
    cmd(p, 0, START)
    cmd(p, 0, ABORT)
    until(p, lambda: idle(p, 0), "ABORTED")
    out.append(look())
    cmd(p, 0, RESET)
    out.append(look())
    assert r(p, 0, regs.STATUS) == 8
    return [*out, digest(p)]


def without_a_gap(p: Platform) -> list[object]:
    """Laps of auto-initialize follow each other as the pieces of one transfer do: as many bytes in a time, within a piece of each lap's end."""
    _, data = memory(p, 12)
    grant(p, 0)
    w(p, 0, irq_enable=0, period=0)
    piece = min(p.params.max_burst * p.params.word_bytes, 4096)

    def rate(config: int, length: int) -> float:
        w(p, 0, config=config, src_lo=SOURCE, dst_lo=TARGET, length=length)
        cmd(p, 0, START)
        p.wait_cycles(500)
        before, t0 = position(p, 0), p.now()
        p.wait_cycles(6000)
        after, t1 = position(p, 0), p.now()
        cmd(p, 0, ABORT)
        until(p, lambda: idle(p, 0), "ABORTED")
        return (after - before) / (t1 - t0)

    # Both are copies of pieces of the same length; the longer one's laps are so far apart that they can't tell.
    short, long = rate(AUTO, 2 * piece), rate(AUTO, 0x10000)
    assert short > 0.9 * long, f"{short} bytes a cycle in laps of {2 * piece}, {long} in laps of 65536"
    assert p.read_mem(TARGET, 2 * piece) == data[: 2 * piece]
    scrub(p)
    return []


def stalls(p: Board) -> list[object]:
    """STALL_ROOM while memory does not answer, STALL_ARB only when others go, STALL_HELD while RATE holds it, STALL_STREAM while a source has nothing.
    Needs COUNTERS and three channels."""
    memory(p, 13)
    step = max(p.params.channels, 8)
    grant(p, 0)
    w(p, 0, irq_enable=0, period=0, config=0, src_lo=SOURCE, dst_lo=TARGET, length=0x8000)

    def grown(c: int) -> list[int]:
        first = [r(p, c, regs.STALL_REQUEST + 4 * i, live=True) for i in range(6)]
        t0 = p.now()
        p.wait_cycles(2000)
        second = [r(p, c, regs.STALL_REQUEST + 4 * i, live=True) for i in range(6)]
        assert all((y - x) % step == 0 for x, y in zip(first, second, strict=True))
        return [(y - x) * 100 // (p.now() - t0) for x, y in zip(first, second, strict=True)]

    # Without end, where that is built: a wide buffer holds all of one segment.
    if p.params.auto_init:
        w(p, 0, config=AUTO)
    p.hang_memory(SOURCE, SOURCE + 64, read=True, write=False)
    cmd(p, 0, START)
    p.wait_cycles(1000)
    share = grown(0)
    fits = not p.params.auto_init and 0x8000 <= p.params.buffer_beats * p.params.word_bytes
    assert (share[3] > 85 or fits) and sum(share) == share[3], share
    p.release_memory()
    if p.params.auto_init:
        cmd(p, 0, ABORT)
    until(p, lambda: idle(p, 0), "the end")
    if p.params.auto_init:
        # Laps of a word, so that the arbiter and not the bus is what they wait for now and then.
        everybody = range(p.params.channels)
        w(p, 0, config=AUTO, length=p.params.word_bytes)
        cmd(p, 0, START)
        assert grown(0)[4] == 0, "nobody else was picked"
        for c in everybody[1:]:
            grant(p, c)
            w(
                p,
                c,
                irq_enable=0,
                period=0,
                config=AUTO,
                src_lo=SOURCE,
                dst_lo=TARGET + 64 * c,
                length=p.params.word_bytes,
            )
            cmd(p, c, START)
        assert sum(grown(c)[4] for c in everybody) > 0, "somebody else was picked"
        for c in everybody:
            cmd(p, c, ABORT)
            until(p, lambda c=c: idle(p, c), "ABORTED")  # type: ignore[misc]
    most = min(p.params.max_burst * p.params.word_bytes, 4096)
    rate = min(4000 * 256 // most, 0xFFFF)
    grant(p, 0, sched=rate << 16)
    w(p, 0, config=0, src_lo=SOURCE, dst_lo=TARGET, length=0x8000)
    cmd(p, 0, START)
    p.wait_cycles(1000)
    share = grown(0)
    assert share[5] > 40 and sum(share) - share[5] < 10, share
    cmd(p, 0, ABORT)
    until(p, lambda: idle(p, 0), "ABORTED")
    grant(p, 0, sched=0)
    p.wait_cycles(-(-most * rate // 256))  # a pause that has begun is not shortened
    if p.params.streams:
        w(p, 0, config=FROM_STREAM)
        cmd(p, 0, START)
        share = grown(0)
        assert share[2] > 85 and sum(share) == share[2], share
        cmd(p, 0, ABORT)
        until(p, lambda: idle(p, 0), "ABORTED")
    scrub(p)
    return [r(p, c, regs.STATUS) for c in range(p.params.channels)]


def finish_elsewhere(p: Platform) -> list[object]:
    """FINISH has no effect in register mode, in a table, in a ring that is not cyclic; a ring that waits for its doorbell pauses
    without it."""
    _, data = memory(p, 14)
    grant(p, 0)
    w(p, 0, irq_enable=0, irq_status=63)
    out: list[object] = []
    n, each = 64, 200
    p.write_mem(
        TABLES, b"".join(descriptor(False, SOURCE + each * i, TARGET + each * i, each, COPY | PHASE) for i in range(n))
    )
    for mode in (0, TABLE, RING)[: 3 if p.params.descriptors else 1]:
        p.write_mem(TARGET, bytes(n * each))
        w(p, 0, config=mode, src_lo=SOURCE, dst_lo=TARGET, length=n * each, desc_lo=TABLES, desc_count=n, producer=n)
        cmd(p, 0, START)
        cmd(p, 0, FINISH)
        until(p, lambda: position(p, 0) == n * each, "all of it")
        p.wait_cycles(200)
        out += [r(p, 0, regs.STATUS), r(p, 0, regs.IRQ_STATUS)]
        assert out[-2] == (ACTIVE if mode == RING else 2)
        assert p.read_mem(TARGET, n * each) == data[: n * each]
        w(p, 0, irq_status=63)
    if p.params.descriptors:
        cmd(p, 0, PAUSE)
        p.wait_cycles(200)
        out.append(r(p, 0, regs.STATUS))
        assert out[-1] == ACTIVE | PAUSED
        p.write_mem(TABLES, descriptor(False, SOURCE, TARGET, 7, COPY))
        w(p, 0, producer=n + 1)
        p.wait_cycles(500)
        out.append(r(p, 0, regs.CONSUMER))
        assert out[-1] == n
        cmd(p, 0, RESUME)
        until(p, lambda: r(p, 0, regs.CONSUMER, live=True) == n + 1, "the one that was given meanwhile")
        cmd(p, 0, ABORT)
        until(p, lambda: idle(p, 0), "ABORTED")
    w(p, 0, irq_status=63)
    return [*out, digest(p)]
