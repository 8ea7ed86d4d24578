"""windlass_squash: a channel is in error from the cycle after either side tells of it until it restarts, and so is no other."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import falling, known, seeded, settled, start

INPUTS = ["write_bad_valid", "write_bad_ch", "resp_bad_valid", "resp_bad_ch", "clr_valid", "clr_ch"]


@cocotb.test()
async def errors(dut: Any) -> None:
    """Errors of both sides and restarts in any cycle, often of one channel, and also of channels that are in error already; then reset."""
    channels = dut.CHANNELS.value.to_unsigned()
    rng = seeded("squash")
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bad: set[int] = set()
    met = dict.fromkeys(("write", "resp", "both", "again", "clear", "clear of none", "both and clear"), 0)
    for cycle in range(4000):
        await falling(dut)
        if cycle == 3900:
            dut.aresetn.value = 0
        if cycle == 3901:
            dut.aresetn.value, bad = 1, set()
        write, resp, clear = (rng.random() < p for p in (0.2, 0.2, 0.3))
        written, answered, cleared = (rng.randrange(channels) for _ in range(3))
        if rng.random() < 0.3:
            answered = written
        if bad and rng.random() < 0.5:
            cleared = rng.choice(sorted(bad))
        if (write and written == cleared) or (resp and answered == cleared):
            clear = False  # a channel that restarts has nothing under way
        dut.write_bad_valid.value, dut.write_bad_ch.value = int(write), written
        dut.resp_bad_valid.value, dut.resp_bad_ch.value = int(resp), answered
        dut.clr_valid.value, dut.clr_ch.value = int(clear), cleared
        await settled()
        assert known(dut.squash) == sum(1 << c for c in bad), cycle
        met["write"] += write and written not in bad
        met["resp"] += resp and answered not in bad
        met["both"] += write and resp and written == answered
        met["again"] += (write and written in bad) or (resp and answered in bad)
        met["clear"] += clear and cleared in bad
        met["clear of none"] += clear and cleared not in bad
        met["both and clear"] += write and resp and clear
        if clear:
            bad.discard(cleared)
        bad |= {c for valid, c in ((write, written), (resp, answered)) if valid}
    assert all(n > 10 for name, n in met.items() if channels > 1 or name != "both and clear"), met
