"""windlass_desc_whole: what it calls one piece is one by section 7 of the programmer's manual, and everything short that is one is called so."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.seams import one_piece, piece_length
from tb.env.unit import falling, known, seeded, settled, start


@cocotb.test()
async def every_case(dut: Any) -> None:
    """Random descriptors, most of them near the end of a word, of a page or of what is short; each limit decides."""
    w, burst = dut.WORD_BYTES.value.to_unsigned(), dut.MAX_BURST.value.to_unsigned()
    short = 1 << len(dut.len_reg)
    rng = seeded("whole")
    await start(dut, src=0, dst=0, length=1, device=0)
    reasons = ("ends within", "ends with", "ends behind", "long", "device")
    met = {(want, why): 0 for want in (True, False) for why in reasons}
    for _ in range(4000):
        length = rng.choice(
            [
                rng.randrange(1, w + 1),
                rng.randrange(1, short),
                short - 1,
                short,
                short + 1,
                rng.getrandbits(32) | 1,
                short << rng.randrange(20),
            ]
        )
        length &= 0xFFFF_FFFF
        edge = rng.choice([4096, w * rng.randrange(1, 4096 // w + 1)])
        near, far = (edge - length + rng.choice([-1, 0, 0, 1, rng.randrange(-w, w)])) % 4096, rng.randrange(4096)
        src, dst = (near, far) if rng.random() < 0.5 else (far, near)
        device = rng.random() < 0.1
        dut.src.value, dut.dst.value, dut.length.value, dut.device.value = src, dst, length, device
        await falling(dut)
        await settled()
        want = one_piece(w, burst, src, dst, length, device)
        assert known(dut.whole) == want, (src, dst, length, device)
        assert not want or piece_length(w, burst, src, dst, length, "", 1, 1) == length, (src, dst, length)
        page = 4096 if burst >= 4 else w
        end = max(src % page, dst % page) + length
        why = "long" if length >= short else reasons[(end >= page) + (end > page)]
        met[want, "device" if device else why] += 1
        await falling(dut)
    never = {(True, "ends behind"), (True, "long"), (True, "device"), (False, "ends within"), (False, "ends with")}
    assert all((n == 0) if case in never else n > 20 for case, n in met.items()), met
