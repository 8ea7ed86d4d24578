"""windlass_crc against a bitwise CRC32C: segments of several channels, interleaved beat by beat, full and partial words."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import SignalMonitor, falling, known, seeded, settled, start


def crc32c(data: bytes) -> int:
    """CRC32C (Castagnoli), bit by bit: the definition (RFC 3720, appendix B.4)."""
    crc = 0xFFFF_FFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F6_3B78 if crc & 1 else 0)
    return crc ^ 0xFFFF_FFFF


async def send(dut: Any, rng: Any, work: list[tuple[int, list[bytes]]], gap: float) -> tuple[list[int], int]:
    """Drive the beats of all segments, channels interleaved at random; the sums that come out, and the cycles it took."""
    w = dut.DATA_WIDTH.value.to_unsigned() // 8
    await start(dut, in_valid=0, in_ch=0, in_first=0, in_last=0, in_bytes=0, in_data=0)
    sums: list[int] = []
    SignalMonitor(dut, ["out_valid"], ["out_crc"], callback=lambda values: sums.append(values[0]))
    want: list[int] = []
    places = [[ch, beats, 0] for ch, beats in work]
    cycles = 0
    while places:
        heads = {ch: i for i, (ch, _, _) in reversed(list(enumerate(places)))}  # a channel's segments stay in order
        i = heads[rng.choice(list(heads))]
        ch, beats, at = places[i]
        beat = beats[at]
        filler = bytes(rng.getrandbits(8) for _ in range(w - len(beat)))  # beyond the bytes there may be anything
        dut.in_valid.value, dut.in_ch.value, dut.in_bytes.value = 1, ch, len(beat)
        dut.in_first.value, dut.in_last.value = at == 0, at == len(beats) - 1
        dut.in_data.value = int.from_bytes(beat + filler, "little")
        await settled()
        while not known(dut.in_ready):
            await falling(dut)
            await settled()
            cycles += 1
        await falling(dut)
        cycles += 1
        dut.in_valid.value = 0
        if at == len(beats) - 1:
            want.append(crc32c(b"".join(beats)))
            places.pop(i)
        else:
            places[i][2] += 1
        while rng.random() < gap:
            await falling(dut)
    await falling(dut, w + 8)
    assert sums == want
    return sums, cycles


@cocotb.test()
@cocotb.parametrize(gap=[0.0, 0.4])
async def segments(dut: Any, gap: float) -> None:
    """Random segments; pieces end in partial words, some of them in the middle; empty last beats too."""
    w, channels = dut.DATA_WIDTH.value.to_unsigned() // 8, dut.CHANNELS.value.to_unsigned()
    rng = seeded(f"crc {gap}")
    work = []
    for _ in range(60):
        beats = [
            bytes(rng.getrandbits(8) for _ in range(rng.choice([w, w, w, rng.randrange(1, w + 1)])))
            for _ in range(rng.randrange(1, 9))
        ]
        work.append((rng.randrange(channels), beats + [b""] * (rng.random() < 0.1)))
    sums, _ = await send(dut, rng, work, gap)
    assert len(sums) == 60


@cocotb.test()
async def known_answer_and_pace(dut: Any) -> None:
    """The check value of "123456789"; then 100 full words in 100 cycles."""
    w = dut.DATA_WIDTH.value.to_unsigned() // 8
    rng = seeded("pace")
    text = b"123456789"
    work = [(0, [text[i : i + w] for i in range(0, 9, w)]), (0, [rng.randbytes(w) for _ in range(100)])]
    sums, cycles = await send(dut, rng, work, 0.0)
    assert sums[0] == 0xE306_9283
    assert cycles <= 100 + 16, cycles
