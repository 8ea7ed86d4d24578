"""Drivers: refusals, failed write-backs, errors and aborts that meet, where the manual says what no other driver shows. See tb/top/drivers.py."""

from __future__ import annotations

from windlass import regs
from windlass.platform import Board, Platform

from .addresses import identity, transfer
from .kit import (
    ABORT,
    ACTIVE,
    COMPARE,
    COPY,
    CRC32C,
    DONE,
    ERROR,
    FENCE,
    PAUSE,
    PHASE,
    SOURCE,
    TABLES,
    TARGET,
    WB,
    cmd,
    crc32c,
    descriptor,
    digest,
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
    words,
)


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
    """The last descriptor's write-back fails, on the bus or in the map, or the value of a CRC32C: all its bytes are in POS, SEGDONE is 0, CONSUMER
    does not count it. Behind a COMPARE that fails there is no write-back."""
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
    if p.params.crc:
        p.fail_memory(0, TARGET + 0x1000, TARGET + 0x1008, 2, read=False, write=True)
        table(p, 0, descriptor(False, SOURCE, TARGET + 0x1000, 900, CRC32C | PHASE))
        out.append(finish(p))
        assert r(p, 0, regs.STATUS) == 8 << 8 | 4 and r(p, 0, regs.FADDR_LO) == TARGET + 0x1000
        assert (position(p, 0), r(p, 0, regs.SEGDONE), r(p, 0, regs.CONSUMER)) == (900, 0, 0)
        p.fail_memory(0, 0, 0, 0, read=False, write=False)
        # Behind a COMPARE that fails nothing is written back; its own write-back is.
        compare = descriptor(False, SOURCE, crc32c(data[:64]) ^ 1, 64, COMPARE | WB | PHASE)
        behind = descriptor(False, SOURCE, TARGET + 0x2000, 64, COPY | WB | PHASE) * 3
        table(p, 0, compare + behind)
        out.append(finish(p))
        p.wait_cycles(1000)
        assert p.read_mem(TABLES + 16, 48) == behind and p.read_mem(TABLES + 15, 1) == b"\xed"
        p.write_mem(TARGET + 0x2000, bytes(64))
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
    # The only piece was issued when ABORT came: the work ends by itself.
    for command, status in ((ABORT, 2), (PAUSE, 2)):
        p.hang_memory(TARGET, TARGET + 64, read=False, write=True)
        transfer(p, SOURCE, TARGET, 1)
        p.wait_cycles(600)
        cmd(p, 0, command)
        p.wait_cycles(100)
        p.release_memory()
        out.append(finish(p))
        assert r(p, 0, regs.STATUS) == status
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


def aborted_tables(p: Platform, seed: int) -> list[object]:
    """ABORT anywhere in a table: those that CONSUMER counts are written back, and no other."""
    rng, _ = memory(p, seed)
    grant(p, 0)
    w(p, 0, irq_enable=0, irq_status=63)
    n, each = 40, 333
    one = descriptor(False, SOURCE, TARGET, each, COPY | WB | PHASE)
    cut = 0
    for turn in range(12):
        table(p, 0, one * n)
        # Some in the middle, however slow the memory is, and at once, however fast; some late, or when all is done.
        begun, wait = (
            (0, rng.randrange(200)),
            (rng.randrange(1, n // 4), 0),
            (rng.randrange(1, n + 1), rng.randrange(200)),
        )[turn % 3]
        until(p, lambda begun=begun: r(p, 0, regs.CONSUMER, live=True) >= begun, "the first descriptors", step=5)  # type: ignore[misc]
        p.wait_cycles(wait)
        cmd(p, 0, ABORT)
        until(p, lambda: idle(p, 0), "ABORTED")
        consumer, status = r(p, 0, regs.CONSUMER, live=True), r(p, 0, regs.STATUS, live=True)
        done = one[:8] + words(each, 0xC000_0000 | COPY | WB)
        assert p.read_mem(TABLES, 16 * n) == done * consumer + one * (n - consumer), f"{consumer} of {n}"
        assert status == (8 if consumer < n else 2) and position(p, 0) == each * consumer + r(
            p, 0, regs.SEGDONE, live=True
        )
        cut += 0 < consumer < n
    assert cut, "no ABORT came in the middle"
    w(p, 0, irq_status=63)
    scrub(p)
    return []
