"""Profile `pc`: which adapters there are, and with how many map registers."""

import pytest
from wdm_fake import FakePlatform
from wdm_kit import MIB16, Machine, pc
from windlass.wdm import (
    DeviceObject,
    Eisa,
    Internal,
    Isa,
    Kernel,
    PCIBus,
    TypeC,
    TypeF,
    UnsupportedHardware,
    Width16Bits,
    Width32Bits,
    Width64Bits,
)
from windlass.wdm.pc import IsaDevice


# --- IoGetDmaAdapter ---
@pytest.mark.parametrize(
    ("eisa", "channel", "width", "speed", "there"),
    [
        (False, 0, 0, 0, True),
        (False, 3, 0, TypeF, True),
        (False, 3, Width16Bits, 0, False),
        (False, 4, Width16Bits, 0, False),
        (False, 7, Width16Bits, 0, True),
        (False, 7, 0, 0, False),
        (False, 8, 0, 0, False),
        (True, 3, Width16Bits, TypeC, True),
        (True, 5, 0, 0, True),
        (True, 1, Width32Bits, 0, True),
        (True, 1, Width64Bits, 0, False),
        (True, 1, 0, TypeF, False),
        (True, 4, 0, 0, False),
    ],
)
@pytest.mark.parametrize("version", [1, 3])
def test_channels_and_widths(eisa, channel, width, speed, there, version):
    machine = pc(eisa=eisa)
    fields = {"dma_channel": channel, "dma_request_line": channel, "dma_width": width, "dma_speed": speed}
    assert (machine.adapter(None, version=version, **fields) is not None) == there


@pytest.mark.parametrize(
    ("ram", "fields", "needs", "count"),
    [
        (MIB16, {"master": True, "scatter_gather": True, "interface_type": PCIBus}, False, 33),  # no cap
        (2 * MIB16, {"master": True, "scatter_gather": True, "interface_type": PCIBus}, False, 33),
        (2 * MIB16, {"master": True, "scatter_gather": True, "interface_type": PCIBus, "width": 24}, True, 16),
        (MIB16, {"master": True, "scatter_gather": True, "interface_type": Eisa, "version": 1}, False, 33),
        (2 * MIB16, {"master": True, "scatter_gather": True, "interface_type": Eisa, "version": 1}, True, 16),
        (MIB16, {"master": True, "scatter_gather": True, "interface_type": Internal}, True, 16),
        (MIB16, {"master": True, "interface_type": PCIBus}, True, 16),
        (MIB16, {"master": True, "interface_type": PCIBus, "maximum_length": 0x1000}, True, 2),
        (MIB16, {"version": 1, "scatter_gather": True, "interface_type": Eisa}, False, 1),
        (MIB16, {"version": 1, "scatter_gather": True, "interface_type": Isa}, True, 1),
        (MIB16, {"version": 2, "interface_type": Isa, "maximum_length": 0x4000}, True, 5),
        (MIB16, {"version": 3, "interface_type": Isa, "maximum_length": 0x4000}, False, 5),
        (2 * MIB16, {"version": 3, "interface_type": Isa, "maximum_length": 0x4000}, True, 5),
        (2 * MIB16, {"version": 3, "interface_type": Isa, "scatter_gather": True}, True, 16),  # not looked at
    ],
)
def test_map_registers_of_an_adapter(ram, fields, needs, count):
    machine = Machine("pc", ram=ram)
    given = {"version": 3, "maximum_length": 0x20000, "dma_address_width": fields.pop("width", 32), **fields}
    adapter = machine.adapter(None, **given)
    assert (adapter.needs_regs, machine.registers.value) == (needs, count)


@pytest.mark.parametrize(
    ("fields", "limit"),
    [
        ({"version": 1, "interface_type": Isa}, 24),
        ({"version": 1, "interface_type": Isa, "dma_32bit_addresses": True}, 32),
        ({"version": 2, "interface_type": PCIBus, "dma_64bit_addresses": True}, 64),
        ({"version": 2, "interface_type": PCIBus, "scatter_gather": True}, 32),
        ({"version": 2, "interface_type": Eisa, "scatter_gather": True}, 24),
        ({"version": 3, "interface_type": PCIBus, "dma_address_width": 40, "dma_32bit_addresses": True}, 40),
    ],
)
def test_reach_of_a_master(fields, limit):
    assert pc().adapter(None, master=True, **fields).limit == (1 << limit) - 1


def test_reach_of_a_channel():
    assert pc().sub(version=1).limit == (1 << 24) - 1
    assert pc(eisa=True).sub(version=1).limit == (1 << 32) - 1


def test_an_undefined_bus_is_that_of_the_device_object():
    machine = Machine("pc", ram=MIB16)
    for bus, needs in ((PCIBus, False), (Internal, True)):
        fields = {"master": True, "scatter_gather": True, "dma_address_width": 32, "interface_type": -1}
        assert machine.adapter(DeviceObject("pdo", interface_type=bus), **fields).needs_regs == needs
    assert machine.adapter(None, **fields).needs_regs  # without one: Internal


def test_an_isa_master_has_its_channel_in_cascade_mode():
    machine = pc()

    class Card(IsaDevice):
        wants, granted = True, 0

        @property
        def dreq(self):
            return self.wants

        def cascade(self):
            self.wants = False
            self.granted += 1

    cards = {5: Card(), 1: Card()}
    for number, card in cards.items():
        machine.kernel.hal.attach(number, card)
        assert card.granted == 0
        fields = {"version": 1, "interface_type": Isa, "dma_channel": number}
        adapter = machine.master(**fields)
        registers = machine.kernel.hal.pair.channel(number)
        assert registers.mode >> 6 == 3 and not registers.masked and card.granted == 1
        adapter.dma_operations.put_dma_adapter(adapter)


def test_too_little_ram():
    with pytest.raises(UnsupportedHardware):
        Kernel(FakePlatform(ram_size=0x90000), profile="pc")
