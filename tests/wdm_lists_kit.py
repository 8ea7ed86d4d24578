"""Calls of the list routines, for the tests of lists."""

from windlass.wdm import DISPATCH_LEVEL, DeviceObject, Irp


class Lists:
    """A list routine that keeps what it was given."""

    def __init__(self, machine):
        self.machine, self.lists, self.device = machine, [], DeviceObject("device", current_irp=Irp())

    def routine(self, device, irp, sg_list, context):
        assert self.machine.kernel.irql == DISPATCH_LEVEL
        assert (device, irp, context) == (self.device, self.device.current_irp, "context")
        self.lists.append(sg_list)

    def get(self, adapter, mdl, length=None, write=True, va=None):
        with self.machine.dispatch():
            return adapter.dma_operations.get_scatter_gather_list(
                adapter,
                self.device,
                mdl,
                mdl.virtual_address if va is None else va,
                mdl.byte_count if length is None else length,
                self.routine,
                "context",
                write,
            )

    def build(self, adapter, mdl, length, buffer, size, write=True):
        with self.machine.dispatch():
            return adapter.dma_operations.build_scatter_gather_list(
                adapter, self.device, mdl, mdl.virtual_address, length, self.routine, "context", write, buffer, size
            )

    def get_ex(self, adapter, context, mdl, offset, length, flags=0, write=True, routine=True, out=None, done=None):
        return adapter.dma_operations.get_scatter_gather_list_ex(
            adapter,
            self.device,
            context,
            mdl,
            offset,
            length,
            flags,
            self.routine if routine else None,
            "context",
            write,
            done,
            None,
            out,
        )

    def put(self, adapter, sg_list, write=True):
        with self.machine.dispatch():
            adapter.dma_operations.put_scatter_gather_list(adapter, sg_list, write)


def pieces(sg_list):
    return [(element.address, element.length) for element in sg_list.elements]
