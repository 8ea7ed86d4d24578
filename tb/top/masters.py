"""Bus masters on both platforms (manual, section 13): every kind of burst, refusals and their record, REVOKE, resets, channels beside them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from windlass import regs
from windlass.busmaster import DECERR, FIXED, INCR, OKAY, PAGE, SLVERR, WRAP, MasterAbort, MasterAnswer, MasterBurst
from windlass.platform import Board

from .kit import DONE, ENGINE_LINE, START, cmd, digest, grant, idle, until, w

VALID, READ, WRITE = 1, 2, 4
BASE_PAGE = 24
"""First RAM page that bus masters use; below are the channels' buffers."""


def entry(p: Board, index: int, page: int, owner: int, flags: int) -> None:
    """One map register."""
    base = regs.MAP_BASE + 8 * index
    p.csr_write32(base + 4, 0)
    p.csr_write32(base, page << 12 | owner << regs.MAP_FLAGS_OWNER_LSB | flags)


def ready(p: Board) -> None:
    """The map does not work on anything: after reset it is cleared first."""
    until(p, lambda: not p.csr_read32(regs.MAP_STATUS, live=True) & regs.MAP_STATUS_BUSY_MASK, "the map's readiness")


def run_of(p: Board, command: int, index: int, count: int, page: int = 0, flags: int = 0) -> None:
    """A command of the map, to its end."""
    p.csr_write32(regs.MAP_INDEX, index)
    p.csr_write32(regs.MAP_COUNT, count)
    p.csr_write32(regs.MAP_PAGE_LO, page << 12)
    p.csr_write32(regs.MAP_PAGE_HI, 0)
    p.csr_write32(regs.MAP_FLAGS, flags)
    p.csr_write32(regs.MAP_CMD, command)
    ready(p)


def burst(rng: random.Random, word: int, master: int, index: int, write: bool) -> MasterBurst:
    """Any legal burst in page `index`."""
    size = rng.choice([word.bit_length() - 1, rng.randrange(word.bit_length())])
    step, kind = 1 << size, rng.choice([FIXED, INCR, INCR, INCR, WRAP])
    offset = rng.randrange(PAGE)
    if kind == WRAP:
        beats, offset = rng.choice([2, 4, 8, 16]), offset // step * step
    elif kind == FIXED:
        beats = rng.randrange(1, 17)
    else:
        beats = min(rng.choice([1, 2, rng.randrange(1, 40), 256]), (PAGE - offset + step - 1) // step)
    shape = MasterBurst(master, index * PAGE + offset, beats, size, kind)
    data = rng.randbytes(sum(n for _, n in shape.lanes())) if write else None
    return MasterBurst(master, shape.address, beats, size, kind, data)


def traffic(p: Board, seed: int, rounds: int = 12) -> list[Any]:
    """Random bursts of all bus masters at once; what is read is what is there, what is written comes there, and nowhere else."""
    ready(p)
    rng, word = random.Random(seed), p.params.word_bytes
    masters = p.params.bus_masters
    pages = rng.sample(range(BASE_PAGE, p.ram_size // PAGE), 8)
    owners = [rng.randrange(masters) for _ in pages]
    for i, (page, owner) in enumerate(zip(pages, owners, strict=True)):
        entry(p, i, page, 64 + owner, VALID | READ | WRITE)
    image = bytearray(rng.randbytes(p.ram_size))
    p.write_mem(0, bytes(image))
    for _ in range(rounds):
        # Reads and writes are not ordered with each other: these from the first pages, those to the others.
        given = []
        for _ in range(rng.randrange(1, 12)):
            write = rng.random() < 0.5
            index = rng.randrange(4, 8) if write else rng.randrange(4)
            given.append(burst(rng, word, owners[index], index, write))
        answers = p.master_bursts(given)
        for b, answer in zip(given, answers, strict=True):
            at, physical = 0, pages[b.address // PAGE] * PAGE
            want = bytearray()
            for place, n in b.lanes():
                low = physical + place % PAGE
                if b.data is not None:
                    image[low : low + n] = b.data[at : at + n]
                want += image[low : low + n]
                at += n
            assert set(answer.responses) == {OKAY}
            assert b.data is not None or answer.data == want, b
    assert p.read_mem(0, p.ram_size) == image
    assert p.csr_read32(regs.FAULT_COUNT) == 0
    return [digest(p)]


def refusals(p: Board, seed: int) -> list[Any]:
    """Each cause, in its order: nothing moves, DECERR, zeros, one count a burst, the first is kept with address and ID, and interrupts."""
    ready(p)
    rng = random.Random(seed)
    low = p.params.dev_id_width - 3
    everything = VALID | READ | WRITE
    image = rng.randbytes(p.ram_size)
    p.write_mem(0, image)
    entry(p, 0, BASE_PAGE, 64, everything)
    entry(p, 1, BASE_PAGE + 1, 64, VALID | READ)
    entry(p, 2, BASE_PAGE + 2, 64, VALID | WRITE)
    entry(p, 3, BASE_PAGE + 3, 0, everything)  # channel 0's
    entry(p, 4, BASE_PAGE + 4, 64, READ | WRITE)
    entry(p, 5, BASE_PAGE + 5, 65, everything)
    entry(p, 6, BASE_PAGE + 6, 71, everything)
    p.csr_write32(regs.ENGINE_IRQ, regs.ENGINE_IRQ_FAULT_MASK)
    cases = [
        (0, 1, True, 7), (0, 2, False, 7), (0, 3, True, 6), (0, 3, False, 6), (0, 4, False, 5), (0, 4, True, 5),
        (0, 5, False, 6), (0, p.params.map_registers, False, 5), (0, (1 << 32 - 12) - 1, True, 5),
    ]  # fmt: skip
    if p.params.bus_masters < 8:
        cases += [(7, 6, False, 6), (7, 6, True, 6)]
    out: list[Any] = []
    for count, (master, index, write, cause) in enumerate(cases, 1):
        tag = rng.randrange(1 << low)
        address = index * PAGE + rng.randrange(1000)
        beats = rng.randrange(1, 30)
        size = p.params.word_bytes.bit_length() - 1
        beats = min(beats, (PAGE - address % PAGE) // p.params.word_bytes)
        shape = MasterBurst(master, address, beats, size, INCR, None, tag)
        data = rng.randbytes(sum(n for _, n in shape.lanes())) if write else None
        answer = p.master_bursts([MasterBurst(master, address, beats, size, INCR, data, tag)])[0]
        assert set(answer.responses) == {DECERR} and not any(answer.data)
        assert p.wait_irq(1000) == ENGINE_LINE
        status = p.csr_read32(regs.FAULT_STATUS)
        want = 1 | write << 1 | regs.FAULT_STATUS_MASTER_MASK | cause << 4 | master << 8
        assert status == want | (master << low | tag) << regs.FAULT_STATUS_ID_LSB, hex(status)
        assert p.csr_read32(regs.FAULT_ADDR_LO) == address and p.csr_read32(regs.FAULT_ADDR_HI) == 0
        # the next one is counted, not kept
        again = [MasterBurst(0, 4 * PAGE, 1, 0, INCR)] * (count % 2)
        p.master_bursts(again)
        assert p.csr_read32(regs.FAULT_STATUS) == status
        assert p.csr_read32(regs.FAULT_COUNT) == count + (count + 1) // 2
        p.csr_write32(regs.FAULT_STATUS, 1)
        out.append(status)
    with pytest.raises(MasterAbort, match="read at 0x4000 answered DECERR"):
        p.master_read(0, 4 * PAGE, 8)
    with pytest.raises(MasterAbort, match="write at 0x1ffc answered DECERR"):
        p.master_write(0, 2 * PAGE - 4, bytes(8))
    image = bytearray(image)
    image[(BASE_PAGE + 2) * PAGE : (BASE_PAGE + 2) * PAGE + 4] = bytes(4)  # the half of that which was allowed
    assert p.read_mem(0, p.ram_size) == image, "something moved"
    return out


def revokes(p: Board, seed: int) -> list[Any]:
    """FILL gives a run to a bus master, REVOKE takes it; a locked entry stays; a channel can't use a bus master's entry."""
    ready(p)
    rng, master = random.Random(seed), p.params.bus_masters - 1
    image = rng.randbytes(6 * PAGE)
    p.write_mem(BASE_PAGE * PAGE, image)
    flags = VALID | READ | WRITE | (64 + master) << regs.MAP_FLAGS_OWNER_LSB
    run_of(p, 1, 2, 6, BASE_PAGE, flags)
    assert p.csr_read32(regs.MAP_FLAGS) == flags
    low = p.csr_read32(regs.MAP_BASE + 8 * 3)
    assert low == (BASE_PAGE + 1) << 12 | flags
    assert p.master_read(master, 2 * PAGE + 5, 5 * PAGE) == image[5 : 5 + 5 * PAGE]
    p.master_write(master, 4 * PAGE - 3, b"windlass")
    assert p.read_mem((BASE_PAGE + 2) * PAGE - 3, 8) == b"windlass"
    run_of(p, 4, 7, 1)
    run_of(p, 2, 2, 6)
    assert p.csr_read32(regs.MAP_STATUS) == regs.MAP_STATUS_REFUSED_MASK
    for index in range(2, 7):
        with pytest.raises(MasterAbort):
            p.master_read(master, index * PAGE, 1)
    assert p.master_read(master, 7 * PAGE, PAGE) == image[5 * PAGE :]
    grant(p, 0, bypass=0)
    w(p, 0, config=0, src_lo=7 * PAGE, src_hi=0, dst_lo=7 * PAGE, dst_hi=0, length=64)
    cmd(p, 0, START)
    until(p, lambda: idle(p, 0), "the channel's end")
    status = p.csr_read32(regs.CHANNEL_BASE + regs.STATUS)
    assert status >> 8 & 15 == 6, "a channel used a bus master's entry"
    return [status, p.csr_read32(regs.FAULT_COUNT)]


def beside_channels(p: Board, seed: int) -> list[Any]:
    """Bus masters and channels at once: all data right; a burst that is refused stops no channel."""
    ready(p)
    rng, params = random.Random(seed), p.params
    length = 3000
    p.write_mem(0, rng.randbytes(BASE_PAGE * PAGE))
    for i in range(4):
        entry(p, i, BASE_PAGE + i, 64 + i % params.bus_masters, VALID | READ | WRITE)
    image = bytearray(rng.randbytes(4 * PAGE))
    p.write_mem(BASE_PAGE * PAGE, bytes(image))
    channels = range(min(params.channels, 4))
    copies = 0
    for _ in range(4):
        places = {}
        for c in channels:
            grant(p, c, bypass=1)
            source, target = 0x1000 * c + rng.randrange(900), 0xC000 + 0x1000 * c + rng.randrange(900)
            places[c] = source, target
            w(p, c, config=0, src_lo=source, src_hi=0, dst_lo=target, dst_hi=0, length=length, irq_enable=DONE)
            cmd(p, c, START)
        for _ in range(3):
            given = []
            for k in range(8):
                i = rng.randrange(2) + 2 * (k % 2)
                given.append(burst(rng, params.word_bytes, i % params.bus_masters, i, k % 2 == 1))
            given.append(MasterBurst(0, 9 * PAGE, 3, 0))
            answers: list[MasterAnswer] = p.master_bursts(given)
            for b, answer in zip(given[:-1], answers, strict=False):
                at = 0
                want = bytearray()
                for place, n in b.lanes():
                    if b.data is not None:
                        image[place : place + n] = b.data[at : at + n]
                    want += image[place : place + n]
                    at += n
                assert set(answer.responses) == {OKAY} and (b.data is not None or answer.data == want)
            assert answers[-1] == MasterAnswer(bytes(3), (DECERR,) * 3)
        for c in channels:
            until(p, lambda c=c: idle(p, c), "a copy's end")  # type: ignore[misc]
            source, target = places[c]
            assert p.csr_read32(regs.CHANNEL_BASE + regs.CHANNEL_STRIDE * c + regs.STATUS) & 0xF == 2
            assert p.read_mem(target, length) == p.read_mem(source, length)
            copies += 1
    assert p.read_mem(BASE_PAGE * PAGE, 4 * PAGE) == image
    return [copies, p.csr_read32(regs.FAULT_COUNT), digest(p)]


def memory_errors(p: Board, response: int) -> list[Any]:
    """What memory answers is passed on: on a read beat by beat, on a write the first that is bad. That is no fault of the map."""
    ready(p)
    word = p.params.word_bytes
    entry(p, 0, BASE_PAGE, 64, VALID | READ | WRITE)
    size = word.bit_length() - 1
    p.fail_memory(0, BASE_PAGE * PAGE + 256, BASE_PAGE * PAGE + 320, response, read=True, write=True)
    given = [MasterBurst(0, 0, 768 // word, size), MasterBurst(0, 320, 1, size), MasterBurst(0, 256, 1, 0, FIXED)]
    answers = p.master_bursts(given)
    want = tuple(response if 256 <= a * word < 320 else OKAY for a in range(768 // word))
    assert [a.responses for a in answers] == [want, (OKAY,), (response,)]
    data = bytes(range(256)) * 3
    given = [MasterBurst(0, 0, 768 // word, size, INCR, data), MasterBurst(0, 1024, 1, size, INCR, data[:word])]
    assert [a.responses for a in p.master_bursts(given)] == [(response,), (OKAY,)]
    p.fail_memory(0, 0, 0, 0, read=False, write=False)
    assert p.master_read(0, 0, 256) == data[:256] and p.master_read(0, 320, 448) == data[320:]
    p.csr_write32(regs.RESET, 1)
    until(p, lambda: not p.csr_read32(regs.ENGINE, live=True) & 1, "the end of a reset")
    assert p.master_read(0, 0, 100) == data[:100], "a soft reset takes no map entry away"
    assert response in (SLVERR, DECERR) and p.csr_read32(regs.FAULT_COUNT) == 0
    return [p.csr_read32(regs.CAP3)]
