"""Drivers: order, errors, requests, resets and counters, where the manual says what no other driver shows. See tb/top/drivers.py."""

from __future__ import annotations

from windlass import regs
from windlass.platform import Board, Platform

from .addresses import identity, transfer
from .kit import (
    ABORT,
    ACTIVE,
    AUTO,
    COPY,
    DONE,
    ERROR,
    FENCE,
    FILL,
    FROM_STREAM,
    NOP,
    PAUSE,
    PAUSED,
    PHASE,
    RESET,
    RING,
    SOURCE,
    START,
    SWREQ,
    TABLE,
    TABLES,
    TARGET,
    TO_DEVICE,
    WB,
    WIDE,
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

SINGLE, BLOCK = 1 << regs.CONFIG_PACING_LSB, 2 << regs.CONFIG_PACING_LSB
WORDS = 2 << regs.CONFIG_WIDTH_LSB


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


def order_of_refusals(p: Board) -> list[object]:
    """A descriptor with more than one thing wrong is refused for the first: the bus's error, the phase, then its contents."""
    memory(p, 6)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    good = descriptor(False, SOURCE, TARGET, 5, COPY | PHASE | WB)
    size = max(16, p.params.word_bytes)  # an error concerns all descriptors of its word
    for control, bus, code in (
        (15, True, 8), (15 | PHASE, True, 8), (COPY | PHASE, True, 8), (15, False, 9), (COPY | 1 << 12, False, 9), (FENCE | WB, False, 9), (15 | PHASE, False, 10),
    ):  # fmt: skip
        one = descriptor(False, SOURCE, TARGET + 64, 8, control)
        blob = good * (size // 16) + one
        low = TABLES + len(blob) - 16
        if bus:
            p.fail_memory(0, low, low + 16, 2, read=True, write=False)
        table(p, 0, blob)
        out.append(finish(p))
        p.fail_memory(0, 0, 0, 0, read=False, write=False)
        place = size // 16
        assert r(p, 0, regs.STATUS) == place << 16 | code << 8 | 4 and r(p, 0, regs.FADDR_LO) == low
        assert p.read_mem(low, 16) == one, "a refused descriptor is not written back"
    assert p.read_mem(TARGET + 64, 8) == bytes(8)
    return [*out, digest(p)]


def failed_write_back(p: Board) -> list[object]:
    """The last descriptor's write-back fails, on the bus or in the map: all its bytes are in POS, SEGDONE is 0, CONSUMER does not count it."""
    _, data = memory(p, 7)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    blob = descriptor(False, SOURCE, TARGET, 10, COPY | PHASE) + descriptor(
        False, SOURCE, TARGET + 64, 700, COPY | WB | PHASE
    )

    def run(code: int, fault: int) -> None:
        p.write_mem(TARGET, bytes(1000))
        table(p, 0, blob)
        out.append(finish(p))
        assert r(p, 0, regs.STATUS) == 1 << 16 | code << 8 | 4 and r(p, 0, regs.FADDR_LO) == fault
        assert (position(p, 0), r(p, 0, regs.SEGDONE), r(p, 0, regs.CONSUMER)) == (710, 0, 1)
        assert p.read_mem(TARGET + 64, 700) == data[:700] and p.read_mem(TABLES, 32) == blob, "nothing was written back"

    grant(p, 0)
    p.fail_memory(0, TABLES + 16, TABLES + 32, 3, read=False, write=True)
    run(8, TABLES + 16)
    p.fail_memory(0, 0, 0, 0, read=False, write=False)
    if p.params.map_registers >= 24:
        identity(p, **{f"page{TABLES >> 12}": 3})
        grant(p, 0, bypass=0)
        run(11, TABLES + 16)
        status = p.csr_read32(regs.FAULT_STATUS)
        assert status == 1 | regs.FAULT_STATUS_WRITE_MASK | regs.FAULT_STATUS_DESC_MASK | 7 << 4
        out.append((status, p.csr_read32(regs.FAULT_ADDR_LO), p.csr_read32(regs.FAULT_COUNT)))
        p.csr_write32(regs.FAULT_STATUS, 1)
    return [*out, digest(p)]


def first_error(p: Board) -> list[object]:
    """Of two errors of a transfer that of the earlier piece is reported, whichever side and whichever is known first."""
    _, data = memory(p, 8)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR)
    out: list[object] = []
    for read_at, write_at, code in ((0x400, 0x2400, 1), (0x1400, 0x2400, 1), (0x2400, 0x1400, 4), (0x3400, 0x400, 4)):
        p.write_mem(TARGET, bytes(0x5000))
        p.fail_memory(0, SOURCE + read_at, SOURCE + read_at + 64, 2, read=True, write=False)
        p.fail_memory(1, TARGET + write_at, TARGET + write_at + 64, 3, read=False, write=True)
        transfer(p, SOURCE, TARGET, 0x4000)
        out.append(finish(p))
        pos = position(p, 0)
        assert r(p, 0, regs.STATUS) == 4 | code << 8
        assert pos == read_at if code == 1 else write_at - 0x400 <= pos <= write_at
        assert p.read_mem(TARGET, pos) == data[:pos]
    for slot in (0, 1):
        p.fail_memory(slot, 0, 0, 0, read=False, write=False)
    scrub(p)
    return out


def ends_while_draining(p: Board) -> list[object]:
    """An error that is found while ABORT or RESET drains is reported; an error is not reported before all that was issued is answered."""
    _, data = memory(p, 9)
    grant(p, 0)
    w(p, 0, irq_enable=DONE | ERROR | 16)
    out: list[object] = []
    for read in (True, False):
        low = SOURCE if read else TARGET
        p.write_mem(TARGET, bytes(0x3000))
        p.fail_memory(0, low, low + 64, 2, read=read, write=not read)
        p.hang_memory(low, low + 64, read=read, write=not read)
        transfer(p, SOURCE, TARGET, 0x3000)
        p.wait_cycles(600)
        cmd(p, 0, ABORT)
        p.wait_cycles(600)
        out.append(r(p, 0, regs.STATUS))
        p.release_memory()
        out.append(finish(p))
        assert r(p, 0, regs.STATUS) == 4 | (1 if read else 3) << 8
        p.fail_memory(0, 0, 0, 0, read=False, write=False)
    # The first page's write is not answered; a read of the second page fails meanwhile.
    p.write_mem(TARGET, bytes(0x3000))
    p.fail_memory(0, SOURCE + 0x1080, SOURCE + 0x10C0, 3, read=True, write=False)
    p.hang_memory(TARGET, TARGET + 64, read=False, write=True)
    transfer(p, SOURCE, TARGET, 0x3000)
    p.wait_cycles(4000)
    out += [r(p, 0, regs.STATUS), r(p, 0, regs.IRQ_STATUS)]
    assert r(p, 0, regs.STATUS) == ACTIVE
    p.release_memory()
    out.append(finish(p))
    assert r(p, 0, regs.STATUS) == 4 | 2 << 8 and position(p, 0) == 0x1080
    assert p.read_mem(TARGET, 0x3000) == data[:0x1080] + bytes(0x3000 - 0x1080)
    p.fail_memory(0, 0, 0, 0, read=False, write=False)
    scrub(p)
    return out


def requests(p: Platform) -> list[object]:
    """A software request that was not used is dropped with the operation; a refused descriptor waits for none; block pacing asks once a
    descriptor and a lap; a channel that waits for one pauses at once. Needs a line."""
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
    assert out[-1][0] == ACTIVE | PAUSED, "a channel that waits for a request pauses at once"  # type: ignore[index]
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
    """STALL_ROOM while memory does not answer, STALL_ARB only when others go, STALL_STREAM while a source has nothing. Needs COUNTERS and three
    channels."""
    memory(p, 13)
    step = max(p.params.channels, 8)
    grant(p, 0)
    w(p, 0, irq_enable=0, period=0, config=0, src_lo=SOURCE, dst_lo=TARGET, length=0x8000)

    def grown(c: int) -> list[int]:
        first = [r(p, c, regs.STALL_REQUEST + 4 * i, live=True) for i in range(6)]
        t0 = p.now()
        p.wait_cycles(4000)
        second = [r(p, c, regs.STALL_REQUEST + 4 * i, live=True) for i in range(6)]
        assert all((y - x) % step == 0 for x, y in zip(first, second, strict=True))
        return [(y - x) * 100 // (p.now() - t0) for x, y in zip(first, second, strict=True)]

    p.hang_memory(SOURCE, SOURCE + 64, read=True, write=False)
    cmd(p, 0, START)
    p.wait_cycles(1000)
    share = grown(0)
    assert share[3] > 85 and sum(share) == share[3], share
    p.release_memory()
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
    if p.params.streams:
        w(p, 0, config=FROM_STREAM)
        cmd(p, 0, START)
        share = grown(0)
        assert share[2] > 85 and sum(share) == share[2], share
        cmd(p, 0, ABORT)
        until(p, lambda: idle(p, 0), "ABORTED")
    scrub(p)
    return [r(p, c, regs.STATUS) for c in range(p.params.channels)]
