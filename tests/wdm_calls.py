"""Calls of the members with the arguments that most tests give."""

from windlass.wdm import DeviceObject, Irp, KeepObject, Ref, ScatterGatherList

BIG = 4096


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
