"""windlass_desc_words: the descriptors of any burst, whole and in order, with the errors of their words; refusals between them take no words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = ["refused", "wide", "most", "first", "word_valid", "word_data", "word_bad"]
UNIT = 16  # bytes


@dataclass
class Burst:
    """A burst that crosses no multiple of 256 bytes, its words as they come, and the descriptors in it."""

    refused: bool
    wide: bool
    most: int
    first: int
    words: list[tuple[int, int]] = field(default_factory=list)
    descriptors: list[tuple[int, int]] = field(default_factory=list)


def draw(rng: Any, w: int) -> Burst:
    """Any burst; a word in twelve has an error."""
    wide = rng.random() < 0.5
    size = 2 * UNIT if wide else UNIT
    count = rng.randrange(1, 256 // size + 1)
    first = rng.randrange(256 // size - count + 1) * (size // UNIT)
    if rng.random() < 0.3:
        return Burst(True, wide, 0, first)
    burst = Burst(False, wide, count - 1, first)
    begin, end = first * UNIT // w * w, -(-(first * UNIT + count * size) // w) * w
    data = rng.randbytes(end - begin)
    bad = [int(rng.random() < 0.08) for _ in range(0, end - begin, w)]
    burst.words = [(int.from_bytes(data[i * w : i * w + w], "little"), bad[i]) for i in range(len(bad))]
    for n in range(count):
        at = first * UNIT - begin + n * size
        value = int.from_bytes(data[at : at + size], "little")
        burst.descriptors.append((value, int(any(bad[at // w : -(-(at + size) // w)]))))
    return burst


@cocotb.test()
@cocotb.parametrize(pace=[0.3, 1.0])
async def bursts(dut: Any, pace: float) -> None:
    """Bursts one behind the other, words at any pace and early behind a refusal."""
    rng = seeded(f"desc_words {pace}")
    w = dut.DATA_WIDTH.value.to_unsigned() // 8
    await start(dut, **dict.fromkeys(INPUTS, 0))
    work = [draw(rng, w) for _ in range(250)]
    words = [(i, *word) for i, burst in enumerate(work) for word in burst.words]
    now = place = given = early = bad = 0
    offer = False
    for _ in range(30_000):
        await falling(dut)
        burst = work[now]
        # Of what is behind the burst that is next only what follows at once is there.
        offer = offer or (given < len(words) and words[given][0] <= now + 2 and rng.random() < pace)
        for name in ("refused", "wide", "most", "first"):
            getattr(dut, name).value = int(getattr(burst, name))
        dut.word_valid.value = int(offer)
        dut.word_data.value, dut.word_bad.value = (
            words[given][1:] if offer else (rng.getrandbits(8 * w), rng.getrandbits(1))
        )
        await settled()
        if offer and known(dut.word_ready):
            given, offer = given + 1, False
        elif offer:
            early += burst.refused
        if not known(dut.out_valid):
            assert not burst.refused, "a refusal waits"
            continue
        assert known(dut.out_last) == (place == burst.most)
        if not burst.refused:
            value, wrong = burst.descriptors[place]
            got = known(dut.out_desc) if burst.wide else int(dut.out_desc.value[255:128])
            assert (got, known(dut.out_bad)) == (value, wrong), f"descriptor {place} of burst {now}"
            bad += wrong
        place = (place + 1) % (burst.most + 1)
        now += place == 0
        if now == len(work):
            break
    assert now == len(work) and given == len(words) and early > 5 and bad > 20
