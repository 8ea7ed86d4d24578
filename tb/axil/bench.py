"""windlass_axil: every access reaches the register bus once, with its address, data and strobes, and gets that bus's answer."""

import logging
from typing import Any

import cocotb
from cocotb.triggers import gather
from cocotbext.axi import AxiLiteBus, AxiLiteMaster

from tb.env.unit import Check, SignalMonitor, falling, known, seeded, settled, start

REFUSED = 2


class RegisterBus:
    """The side behind: answers each request after 1 to 6 cycles; odd multiples of 0x100 are refused, other reads give ~address."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.rng = seeded("axil bus")
        for half in ("wr", "rd"):
            cocotb.start_soon(self.serve(half))

    @staticmethod
    def error(address: int) -> bool:
        """Whether the bench's bus refuses this address."""
        return address >> 8 & 1 == 1

    async def serve(self, half: str) -> None:
        """Answer the requests of one half; read data stays until the next request."""
        dut = self.dut
        request, address = getattr(dut, f"{half}_req"), getattr(dut, f"{half}_addr")
        ack, error = getattr(dut, f"{half}_ack"), getattr(dut, f"{half}_err")
        while True:
            await falling(dut)
            ack.value = 0
            await settled()
            if not known(request):
                continue
            at = known(address)
            for _ in range(self.rng.randrange(6)):
                await falling(dut)
                await settled()
                assert not known(request), "a request while one is under way"
            await falling(dut)
            ack.value, error.value = 1, self.error(at)
            if half == "rd":
                dut.rd_data.value = 0 if self.error(at) else ~at & 0xFFFF_FFFF


async def set_up(dut: Any) -> tuple[AxiLiteMaster, Check]:
    """Reset, a master, monitors on the register bus."""
    for name in ("cocotb.axil_tb.s_axil",):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("awvalid", "wvalid", "bready", "arvalid", "rready", "awaddr", "wdata", "wstrb", "araddr"):
        getattr(dut, f"s_axil_{name}").value = 0
    await start(dut, hold=0, wr_ack=0, wr_err=0, rd_ack=0, rd_err=0, rd_data=0)
    master = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.aclk, dut.aresetn, reset_active_level=False)
    check = Check(dut)
    check.watch("write", SignalMonitor(dut, ["wr_req"], ["wr_addr", "wr_data", "wr_strb"]))
    check.watch("read", SignalMonitor(dut, ["rd_req"], ["rd_addr"]))
    RegisterBus(dut)
    await falling(dut, 3)
    return master, check


def pauses(master: AxiLiteMaster, rng: Any) -> None:
    """Random stalls on the channels that the master drives."""
    for channel in (
        master.write_if.aw_channel, master.write_if.w_channel, master.write_if.b_channel,
        master.read_if.ar_channel, master.read_if.r_channel,
    ):  # fmt: skip
        rate = rng.choice([0.0, 0.3, 0.7])
        channel.set_pause_generator(iter(lambda rate=rate: rng.random() < rate, None))


@cocotb.test()
async def writes_and_reads(dut):
    """Words at random addresses, both halves at once, with pauses on every channel."""
    rng = seeded("axil")
    master, check = await set_up(dut)
    mask = (1 << len(dut.wr_addr)) - 4
    refused = 0

    async def write_half() -> None:
        nonlocal refused
        for _ in range(150):
            address, data = rng.getrandbits(19) & mask, rng.getrandbits(32)
            check.expect("write", address, data, 15)
            response = await master.write(address, data.to_bytes(4, "little"))
            assert int(response.resp) == (REFUSED if RegisterBus.error(address) else 0)
            refused += int(response.resp) == REFUSED

    async def read_half() -> None:
        for _ in range(150):
            address = rng.getrandbits(19) & mask
            check.expect("read", address)
            response = await master.read(address, 4)
            assert int(response.resp) == (REFUSED if RegisterBus.error(address) else 0)
            want = 0 if RegisterBus.error(address) else ~address & 0xFFFF_FFFF
            assert int.from_bytes(response.data, "little") == want

    for _ in range(3):
        pauses(master, rng)
        await gather(write_half(), read_half())
    await check.finish(dut)
    assert refused > 50
    assert int(dut.errors.value) == 0 and int(dut.busy.value) == 0


@cocotb.test()
async def strobes_pass(dut):
    """A narrow write gives its strobes to the register bus: whether they are acceptable is decided there."""
    master, check = await set_up(dut)
    check.expect("write", 0x45, 0x0000_5A00, 2)
    await master.write(0x45, b"\x5a")
    await check.finish(dut)
    assert int(dut.errors.value) == 0


@cocotb.test()
async def hold_and_reset(dut):
    """While `hold` is 1 nothing is taken; what waits is served afterwards. In reset no response is VALID."""
    master, check = await set_up(dut)
    await falling(dut)
    dut.hold.value = 1
    await falling(dut, 2)
    check.expect("write", 0x10, 0x1234_5678, 15)
    check.expect("read", 0x20)
    write = cocotb.start_soon(master.write(0x10, b"\x78\x56\x34\x12"))
    read = cocotb.start_soon(master.read(0x20, 4))
    for _ in range(30):
        await falling(dut)
        await settled()
        assert not known(dut.wr_req) and not known(dut.rd_req)
    assert not write.done() and not read.done()
    await falling(dut)
    dut.hold.value = 0
    await write
    await read
    await check.finish(dut)
    dut.aresetn.value = 0
    await falling(dut, 2)
    await settled()
    assert known(dut.s_axil_bvalid) == 0 and known(dut.s_axil_rvalid) == 0
    assert int(dut.errors.value) == 0
