"""windlass_land: memory words land as they are; narrow device beats are gathered into words; each word carries its response."""

from __future__ import annotations

from typing import Any

import cocotb

from tb.env.unit import SignalMonitor, falling, known, pack, seeded, settled, start


def landed_words(
    w: int, device: int, unit: int, lane: int, beats: list[tuple[bytes, int]]
) -> list[tuple[int, int | None, int]]:
    """What must be stored: (response, mask of the bytes that matter, data). A device's units fill words from lane 0 on."""
    if not device:
        return [(response, (1 << 8 * w) - 1, int.from_bytes(data, "little")) for data, response in beats]
    size, out = 1 << unit, []
    per_word = w // size
    for at in range(0, len(beats), per_word):
        group = beats[at : at + per_word]
        data = b"".join(d[lane : lane + size] for d, _ in group)
        response = next((r for _, r in group if r), 0)
        out.append((response, (1 << 8 * len(data)) - 1, int.from_bytes(data, "little")))
    return out


@cocotb.test()
async def bursts(dut: Any) -> None:
    """Random bursts with gaps; addresses count on and wrap; `landed` follows a cycle after each store; `read_back` once a burst."""
    w = len(dut.m_axi_rdata) // 8
    depth = 1 << len(dut.put_addr)
    rng = seeded("land")
    await start(dut, m_axi_rdata=0, m_axi_rresp=0, m_axi_rlast=0, m_axi_rvalid=0, land_valid=0, land_data=0,
                c_arlen=0, c_arvalid=0, c_arready=0)  # fmt: skip
    ends = SignalMonitor(dut, ["read_back"], [])
    stored: list[tuple[int, int]] = []
    SignalMonitor(dut, ["put_valid"], ["put_addr", "put_data"], callback=stored.append)
    want: list[tuple[int, int, int]] = []
    narrow = errors = 0
    for _ in range(150):
        device = int(rng.random() < 0.5)
        unit = rng.randrange(min(4, w.bit_length())) if device else 0
        lane = rng.randrange(w) // (1 << unit) * (1 << unit)
        count = rng.randrange(1, 17)
        beats = [(rng.randbytes(w), rng.choice([0] * 12 + [2, 3])) for _ in range(count)]
        want += landed_words(w, device, unit, lane, beats)
        narrow += device and unit < w.bit_length() - 1
        errors += sum(r > 0 for _, r in beats)
        await falling(dut)
        dut.land_valid.value, dut.land_data.value = 1, pack((device, 1), (unit, 2), (lane, 6))
        dut.c_arlen.value, dut.c_arvalid.value, dut.c_arready.value = count - 1, 1, 1
        await falling(dut)
        dut.land_valid.value = dut.c_arvalid.value = 0
        for i, (data, response) in enumerate(beats):
            while rng.random() < 0.3:
                dut.m_axi_rvalid.value = 0
                await falling(dut)
            dut.m_axi_rvalid.value, dut.m_axi_rlast.value = 1, i == count - 1
            dut.m_axi_rdata.value, dut.m_axi_rresp.value = int.from_bytes(data, "little"), response
            await settled()
            assert known(dut.m_axi_rready) == 1
            await falling(dut)
        dut.m_axi_rvalid.value = 0
    await falling(dut, 5)
    await falling(dut, 20)
    assert len(stored) == len(want)
    for i, ((address, data), (response, mask, value)) in enumerate(zip(stored, want, strict=True)):
        assert address == i % depth
        assert data & mask == value, f"word {i}"
        assert data >> 8 * w == {0: 0, 2: 1, 3: 3}[response], f"response of word {i}"
    assert ends.stats.received_transactions == 150
    await settled()
    assert known(dut.landed) == len(want) % (2 * depth)
    assert known(dut.errors) == 0
    assert narrow > 20 and errors > 50 and len(want) > 2 * depth
