"""windlass_cut against section 7 of the programmer's manual, a segment cut to its end and single cases at the edges."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.seams import piece_length
from tb.env.unit import falling, known, seeded, settled, start


async def ask(
    dut: Any, src: int, dst: int, left: int, device: str, unit_log: int, units: int, whole: bool = False
) -> tuple[int, bool]:
    """One pass through the stages."""
    await falling(dut)
    dut.limit_m1.value = (units << unit_log) - 1
    await falling(dut)
    dut.limit_m1.value = 0
    dut.src.value, dut.dst.value = src % 4096, dst % 4096
    dut.smem.value, dut.dmem.value = device not in ("src", "fill"), device != "dst"
    dut.device.value = device in ("src", "dst")
    # Of the two lengths the one that does not count says something else.
    dut.whole.value, dut.whole_len.value = whole, (left if whole else ~left) % 4096
    dut.rem.value = 4096 - left if whole else left
    await falling(dut)
    await settled()
    return known(dut.len_m1) + 1, bool(known(dut.last))


@cocotb.test()
async def every_case(dut: Any) -> None:
    """Random cases, most of them near a page's end, a word's end or the segment's end; each limit decided at least once."""
    w, burst = dut.WORD_BYTES.value.to_unsigned(), dut.MAX_BURST.value.to_unsigned()
    rng = seeded("cut")
    await start(dut, src=0, dst=0, rem=1, smem=1, dmem=1, device=0, limit_m1=0, whole=0, whole_len=1)
    seen = {"rest": 0, "page": 0, "burst": 0, "device": 0}
    for _ in range(2500):
        device = rng.choice(["", "", "src", "dst", "fill"])
        unit_log = rng.randrange(min(4, w.bit_length()))
        unit = 1 << unit_log
        units = rng.randrange(1, min(16, burst) + 1)

        def address(unit: int = unit, device: str = device) -> int:
            near = rng.choice([0, 4096 - w, 4096 - 2 * w, rng.randrange(4096)]) + rng.randrange(2 * w)
            return near % 4096 // unit * unit if device in ("src", "dst") else near % 4096

        src, dst = address(), address()
        left = rng.choice(
            [rng.randrange(1, 4 * w), rng.randrange(1, 5000), 4096, 4097, rng.randrange(1, 1 << 32), (1 << 32) - 1]
        )
        left = max(left // unit * unit, unit) if device in ("src", "dst") else left
        if device == "fill":  # nothing is read, so only the destination counts
            want = min(left, 4096 - dst, burst * w - dst % w)
        else:
            want = piece_length(w, burst, src, dst, left, device, unit, units)
        got, last = await ask(dut, src, dst, left, device, unit_log, units)
        assert (got, last) == (want, want == left), (src, dst, left, device, unit, units)
        page = want in ([4096 - src % 4096] if device not in ("src", "fill") else []) + (
            [4096 - dst % 4096] if device != "dst" else []
        )
        seen["rest" if want == left else "page" if page else "device" if device in ("src", "dst") else "burst"] += 1
    if burst * w > 4096 + w:
        del seen["burst"]  # then a page always ends first
    assert all(n > 20 for n in seen.values()), seen


@cocotb.test()
async def over_by_a_bit(dut: Any) -> None:
    """A rest that goes beyond the page by a power of two, or ends with it, of either side: each bit of the sum counts."""
    w, burst = dut.WORD_BYTES.value.to_unsigned(), dut.MAX_BURST.value.to_unsigned()
    rng = seeded("over")
    await start(dut, src=0, dst=0, rem=1, smem=1, dmem=1, device=0, limit_m1=0, whole=0, whole_len=1)
    for over in (0, *(1 << k for k in range(12))):
        for side in ("src", "dst"):
            near = rng.randrange(over, 4096)
            left = 4096 + over - near
            far = rng.randrange(w) if left + w <= 4096 else 0
            src, dst = (near, far) if side == "src" else (far, near)
            want = piece_length(w, burst, src, dst, left, "", 1, 1)
            assert await ask(dut, src, dst, left, "", 0, 1) == (want, want == left), (src, dst, left)


@cocotb.test()
async def whole_segments(dut: Any) -> None:
    """Cut segments to their ends: the pieces add up, each is a legal burst on both sides, only the last one is last."""
    w, burst = dut.WORD_BYTES.value.to_unsigned(), dut.MAX_BURST.value.to_unsigned()
    rng = seeded("segments")
    await start(dut, src=0, dst=0, rem=1, smem=1, dmem=1, device=0, limit_m1=0, whole=0, whole_len=1)
    for _ in range(12):
        src, dst, left = rng.randrange(9000), rng.randrange(9000), rng.randrange(1, 40 * min(burst, 16) * w)
        last = False
        while left:
            assert not last
            n, last = await ask(dut, src, dst, left, "", 0, 1)
            for at in (src, dst):
                assert at // 4096 == (at + n - 1) // 4096
                assert (at + n - 1) // w - at // w + 1 <= burst
            src, dst, left = src + n, dst + n, left - n
        assert last


@cocotb.test()
async def empty_packet(dut: Any) -> None:
    """A stream's packet that ends without a byte ends its piece, wherever the destination lies."""
    w = dut.WORD_BYTES.value.to_unsigned()
    await start(dut, src=0, dst=0, rem=1, smem=1, dmem=1, device=0, limit_m1=0, whole=0, whole_len=1)
    for dst in (0, 1, w - 1, w, 2048, 4096 - w, 4095):
        assert (await ask(dut, 0, dst, 0, "fill", 0, 1))[1], dst


@cocotb.test()
async def all_of_it(dut: Any) -> None:
    """What is a piece as a whole is one, whatever lies at the addresses beside it."""
    w = dut.WORD_BYTES.value.to_unsigned()
    rng = seeded("whole")
    await start(dut, src=0, dst=0, rem=1, smem=1, dmem=1, device=0, limit_m1=0, whole=0, whole_len=1)
    for _ in range(500):
        src, dst, device = rng.randrange(4096), rng.randrange(4096), rng.choice(["", "src", "dst", "fill"])
        left = rng.choice([rng.randrange(1, 3 * w), rng.randrange(1, 4096), 4095])
        assert await ask(dut, src, dst, left, device, 0, 1, whole=True) == (left, True), (src, dst, left)
        assert (await ask(dut, 4000, 4000, 97, "", 0, 1))[1] is False
