"""Calls of the members with the arguments that most tests give."""

from wdm_kit import violation
from windlass.wdm import DeviceObject, Irp, KeepObject, Ref, ScatterGatherList, hw

BIG = 4096
#: Bytes of a list with two elements, with the system's private part.
TWO = 16 + 48 + 64
LIST = [(0x1A0234, 0x1DCC), (0x2F0000, 0x1C34)]
PATTERN = bytes(range(256)) * 16


class Routine:
    """A control or list routine that keeps what it was called with."""

    def __init__(self, machine, action=KeepObject, name=""):
        self.machine, self.action = machine, action
        self.device = DeviceObject(name, current_irp=Irp())
        self.bases, self.lists, self.irps = [], [], []

    def control(self, device, irp, base, _context):
        assert device is self.device and self.machine.kernel.irql == 2
        self.irps.append(irp)
        self.bases.append(base)
        return self.action

    def listed(self, device, irp, sg_list, _context):
        assert device is self.device and self.machine.kernel.irql == 2
        self.irps.append(irp)
        self.lists.append(sg_list)


def allocate(routine, adapter, count, control=None):
    with routine.machine.dispatch():
        function = control or routine.control
        return adapter.dma_operations.allocate_adapter_channel(adapter, routine.device, count, function, None)


def allocate_ex(routine, adapter, context, count, flags=0, control=True, pointer=None):
    with routine.machine.dispatch():
        function = routine.control if control is True else control
        return adapter.dma_operations.allocate_adapter_channel_ex(
            adapter, routine.device, context, count, flags, function, None, pointer
        )


def free_channel(machine, adapter):
    with machine.dispatch():
        adapter.dma_operations.free_adapter_channel(adapter)


def free_registers(machine, adapter, base, count):
    with machine.dispatch():
        adapter.dma_operations.free_map_registers(adapter, base, count)


def map_v1(adapter, mdl, base, start, length, write):
    """(logical address, bytes) of MapTransfer, `start` bytes into the MDL."""
    ref = Ref(length)
    logical = adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address + start, ref, write)
    return logical, ref.value


def flush_v1(adapter, mdl, base, start, length, write):
    return adapter.dma_operations.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address + start, length, write)


def flush_ex(adapter, mdl, base, offset, length, write):
    return adapter.dma_operations.flush_adapter_buffers_ex(adapter, mdl, base, offset, length, write)


def map_ex(adapter, mdl, base, offset, length, write, size=BIG, routine=None, device_offset=0, sg=True):
    """(status, bytes mapped, list) of MapTransferEx; `size` 0 without a list."""
    buffer, ref = (ScatterGatherList() if size and sg else None), Ref(length)
    status = adapter.dma_operations.map_transfer_ex(
        adapter, mdl, base, offset, device_offset, ref, write, buffer, size, routine, "context"
    )
    return status, ref.value, buffer


def get_list(routine, adapter, mdl, length=None, write=True, start=0, function=None):
    with routine.machine.dispatch():
        return adapter.dma_operations.get_scatter_gather_list(
            adapter,
            routine.device,
            mdl,
            mdl.virtual_address + start,
            mdl.byte_count if length is None else length,
            function or routine.listed,
            None,
            write,
        )


def build_list(routine, adapter, mdl, buffer, size, length=None, write=True, start=0):
    with routine.machine.dispatch():
        return adapter.dma_operations.build_scatter_gather_list(
            adapter,
            routine.device,
            mdl,
            mdl.virtual_address + start,
            mdl.byte_count if length is None else length,
            routine.listed,
            None,
            write,
            buffer,
            size,
        )


def get_list_ex(routine, adapter, context, mdl, offset, length, flags=0, write=True, listed=True, out=None, done=None):
    return adapter.dma_operations.get_scatter_gather_list_ex(
        adapter,
        routine.device,
        context,
        mdl,
        offset,
        length,
        flags,
        routine.listed if listed else None,
        None,
        write,
        done,
        None,
        out,
    )


def build_list_ex(
    routine, adapter, context, mdl, offset, length, buffer, size, flags=0, write=True, listed=True, out=None, done=None
):
    with routine.machine.dispatch():
        return adapter.dma_operations.build_scatter_gather_list_ex(
            adapter,
            routine.device,
            context,
            mdl,
            offset,
            length,
            flags,
            routine.listed if listed else None,
            None,
            write,
            buffer,
            size,
            done,
            None,
            out,
        )


def put_list(machine, adapter, sg_list, write=True):
    with machine.dispatch():
        adapter.dma_operations.put_scatter_gather_list(adapter, sg_list, write)


def pieces(sg_list):
    return [(element.address, element.length) for element in sg_list.elements]


def setting(m, version, **fields):
    """A scatter/gather master and a buffer in two physical runs of two pages each."""
    adapter = m.master(version=version, scatter_gather=True, **fields)
    return adapter, m.mdl([0x1A0, 0x1A1, 0x2F0, 0x2F1], 0x234, 0x3A00), Routine(m)


def addresses(m, sg_list):
    """Physical addresses and lengths of a list's elements."""
    if m.pc:
        return pieces(sg_list)
    return [(m.board.physical(0, at, False), length) for at, length in pieces(sg_list)]


def from_a_list_routine(m, adapter, call):
    with violation("CV-REENTRY"):
        get_list(Routine(m), adapter, m.mdl([0x110]), function=lambda *_: call())


def start_master(m, channel, logical, length):
    """The driver of a bus master lets it copy from `logical` to itself in register mode."""
    for register, value in (
        (hw.CONFIG, hw.MODE_REGISTER),
        (hw.SRC_LO, logical),
        (hw.DST_LO, 0xF000),
        (hw.LENGTH, length),
        (hw.CMD, hw.CMD_START),
    ):
        m.board.csr_write32(hw.channel_register(channel, register), value)


def both(m, version):
    """A master and a subordinate: the rules are the same."""
    return m.master(version=version), m.sub(version=version, channel=2)
