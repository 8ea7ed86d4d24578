"""Machines whose devices really move: the board's FIFO peripherals, or (profile `pc` without RTL) wires on an 8237."""

from wdm_kit import Machine
from windlass.examples.fifo_device import FifoDevice
from windlass.platform import PERIPHERAL_BASE, PERIPHERAL_STRIDE
from windlass.wdm import DeviceObject, DmaResources, Isa, hw

PATIENCE = 400_000  # clock cycles


class RealMachine(Machine):
    """A kernel on the reference platform or on the RTL.

    `movers`: on profile `pc` Windlass channels (with the number of the DMA channel, or `DMA channel - 4`) move the data,
    and the devices are the board's FIFO peripherals; else the 8237 model does, for wires.
    """

    def __init__(self, platform, profile="native", movers=False, **choices):
        super().__init__(profile, platform=platform, **choices)
        self.movers = movers
        self.lines = {}
        self.fifos = {}

    @property
    def wires(self):
        """Can a device take an exact number of bytes? A FIFO peripheral only gives exactly."""
        return self.pc and not self.movers

    def engine(self, channel):
        """The Windlass channel behind a subordinate's channel."""
        return channel if channel < 4 else channel - 4

    def sub(self, line=0, channel=1, **fields):
        self.lines[channel] = line
        if self.pc and self.movers:
            resources = DmaResources(channel=self.engine(channel), request_line=line)
            isa = {"interface_type": Isa, "dma_channel": channel, "dma_request_line": channel}
            return self.adapter(DeviceObject("pdo", resources), **{**isa, **fields})
        if self.pc:
            return super().sub(line, channel, **fields)
        address = PERIPHERAL_BASE + line * PERIPHERAL_STRIDE
        pdo = DeviceObject("pdo", DmaResources(channel=channel, request_line=line, device_address=address))
        given = {"dma_request_line": line, "device_address": address, "dma_channel": channel, **fields}
        return self.adapter(pdo, **given)

    def master(self, channel=0, **fields):
        if not self.pc:
            return super().master(channel, **fields)
        pdo = DeviceObject("pdo", DmaResources(channel=channel))
        return self.adapter(pdo, **{"master": True, "dma_address_width": 32, **fields})

    # --- devices ---
    def start_device(self, channel, write, width=0):
        """The driver programs its device, after mapping."""
        if self.wires:
            self.devices[channel].unit = 1 << width
            return
        line = self.lines[channel]
        self.fifos[channel] = FifoDevice(self.board, line)
        self.fifos[channel].start(sink=write, width=width, threshold=1)

    def stop_device(self, channel):
        """The driver stops its device."""
        if channel in self.fifos:
            self.fifos.pop(channel).stop()

    def position(self, channel):
        return self.board.csr_read32(hw.channel_register(self.engine(channel), hw.POS_LO), live=True)

    def device_moves(self, count, channel=1, data=None):
        """Exactly `count` bytes go from the device to memory (with wires also from memory to the device)."""
        if self.wires:
            super().device_moves(count, channel, data)
            return
        before = self.position(channel)
        self.board.device_feed(self.lines[channel], data if data is not None else bytes(count))
        self.until(lambda: self.position(channel) - before == count)

    def until(self, condition):
        """Let time pass until a condition holds."""
        limit = self.board.now() + PATIENCE
        while not condition():
            assert self.board.now() < limit, "the board does not get there"
            self.board.wait_cycles(512)

    def interrupts(self):
        """Let the interrupt that must come arrive."""
        self.kernel.deliver_interrupts(self.board.wait_irq(PATIENCE))

    # --- a bus master: a Windlass channel that copies ---
    def copy(self, channel, source, target, length):
        """The bus master behind `channel` copies between two of its logical addresses."""
        for register, value in (
            (hw.CONFIG, hw.MODE_REGISTER),
            (hw.SRC_LO, source),
            (hw.SRC_HI, 0),
            (hw.DST_LO, target),
            (hw.DST_HI, 0),
            (hw.LENGTH, length),
            (hw.IRQ_ENABLE, 0),
            (hw.CMD, hw.CMD_START),
        ):
            self.board.csr_write32(hw.channel_register(channel, register), value)
        status = hw.channel_register(channel, hw.STATUS)
        self.until(lambda: not self.board.csr_read32(status, live=True) & hw.STATUS_ACTIVE)
        assert self.board.csr_read32(status) & hw.STATUS_DONE, "the bus master met an error"

    def physical(self, pfns, offset, length):
        """Bytes of a buffer in page frames."""
        whole = b"".join(self.board.read_mem(pfn << 12, 4096) for pfn in pfns)
        return whole[offset : offset + length]

    def store(self, pfns, data, offset=0):
        """Fill a buffer in page frames."""
        for k, byte in enumerate(range(offset, offset + len(data), 1)):
            if k and byte % 4096:
                continue
            take = min(len(data) - k, 4096 - byte % 4096)
            self.board.write_mem((pfns[byte >> 12] << 12) + byte % 4096, data[k : k + take])


def put(*adapters):
    """The end of every scenario: nothing is left."""
    for adapter in adapters:
        adapter.dma_operations.put_dma_adapter(adapter)
