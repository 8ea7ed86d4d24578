"""Every open choice is one switch, and every switch has a test that sets it."""

import dataclasses
import re
from pathlib import Path

import pytest
from wdm_calls import Routine, allocate_ex, map_ex
from wdm_kit import Machine
from windlass.wdm import STATUS_INSUFFICIENT_RESOURCES, STATUS_NOT_SUPPORTED, Choices, Ref

TESTS = Path(__file__).resolve().parent


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Choices)])
def test_every_choice_is_set_by_a_test(name):
    text = "".join(path.read_text() for path in sorted(TESTS.glob("test_wdm_*.py")))
    assert re.search(rf"\b{name}=", text), f"no test sets Choices.{name}"


def test_status_of_a_pre_emptive_cancellation():
    m = Machine(preemptive_cancel_status=STATUS_INSUFFICIENT_RESOURCES)
    adapter, routine = m.sub(), Routine(m)
    context = m.context(adapter)
    assert adapter.dma_operations.cancel_adapter_channel(adapter, None, context) is True
    assert allocate_ex(routine, adapter, context, 1) == STATUS_INSUFFICIENT_RESOURCES and routine.bases == []


def test_status_of_unknown_flags():
    m = Machine(unknown_flags_status=STATUS_NOT_SUPPORTED)
    adapter = m.sub()
    assert allocate_ex(Routine(m), adapter, m.context(adapter), 1, 0x10) == STATUS_NOT_SUPPORTED


@pytest.mark.parametrize(("inclusive", "fits"), [(True, True), (False, False)])
def test_maximum_address(inclusive, fits):
    m = Machine(maximum_address_inclusive=inclusive)
    adapter = m.master()
    va = adapter.dma_operations.allocate_common_buffer_ex(adapter, Ref(0xFFF), 4096, Ref(), True, 0)
    assert (va is not None) == fits


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize(("chosen", "expected"), [(1, 1), (None, None)])
def test_version_of_an_adapter_object(version, chosen, expected):
    assert Machine(adapter_version=chosen).sub(version=version).version == (expected or version)


@pytest.mark.parametrize("profile", ["native", "pc"])
def test_demand_mode_in_other_versions(profile):
    m = Machine(profile, demand_mode_versions=(1,))
    adapter = m.sub(version=1, demand_mode=True)
    if m.pc:
        base = m.grant(adapter, 1)
        mdl = m.mdl([0x110])
        adapter.dma_operations.map_transfer(adapter, mdl, base, mdl.virtual_address, Ref(16), True)
        assert m.kernel.hal.pair.channel(1).mode >> 6 == 0
    else:
        assert adapter.binding.pacing == 3


@pytest.mark.parametrize(("overhead", "size"), [(0, 40), (64, 104), (100, 140)])
def test_private_bytes_of_a_list(overhead, size):
    m = Machine(sg_overhead=overhead)
    adapter = m.master(scatter_gather=True)
    base, _ = m.grant_ex(adapter, 1)
    assert map_ex(adapter, m.mdl([0x110]), base, 0, 64, True, size=size - 1)[1:] != (64, None)
    assert map_ex(adapter, m.mdl([0x110]), base, 0, 64, True, size=size - 1)[0] != 0
    assert map_ex(adapter, m.mdl([0x110]), base, 0, 64, True, size=size)[0] == 0


def test_nodes():
    m = Machine(nodes=2)
    adapter = m.master()
    allocate = adapter.dma_operations.allocate_common_buffer_ex
    assert [allocate(adapter, None, 64, Ref(), True, node) is not None for node in (0, 1, 2, -1)] == [
        True,
        True,
        False,
        False,
    ]


def test_window_of_the_map_registers():
    """Where logical addresses begin: an engine behind a bridge that adds an offset."""
    m = Machine(map_window_base=0x4000_0000)
    adapter = m.master(dma_address_width=31)
    base, _ = m.grant_ex(adapter, 1)
    sg = map_ex(adapter, m.mdl([0x110]), base, 0x10, 64, True)[2]
    assert sg.elements[0].address == 0x4000_0000 + (base._grant.run.first << 12) + 0x10
    assert m.master(1, dma_address_width=30) is None  # it cannot drive any address of the window


@pytest.mark.parametrize(("profile", "most"), [("native", 64), ("pc", 16)])
def test_most_registers_of_an_adapter(profile, most):
    for chosen in (None, 5):
        m = Machine(profile, max_per_adapter=chosen)
        m.master(maximum_length=1 << 24)
        assert m.registers.value == (chosen or most)


@pytest.mark.parametrize(("profile", "size"), [("native", 252), ("pc", 64)])
def test_registers_of_the_platform(profile, size):
    assert Machine(profile).kernel.pool.size == size
    assert Machine(profile, max_pool=9).kernel.pool.size == 9
