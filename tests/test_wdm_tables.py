"""Version tables, and the rules that every member checks first: adapter, version, IRQL."""

import sys

import pytest
from wdm_kit import Machine, violation
from windlass.wdm import DISPATCH_LEVEL, PASSIVE_LEVEL, RULES, DmaContractViolation
from windlass.wdm.irql import RULES as IRQL_RULES
from windlass.wdm.operations import VERSION_OF, _function, operations_table


@pytest.mark.parametrize(("version", "members", "size"), [(1, 12, 104), (2, 15, 128), (3, 28, 232)])
def test_table_has_the_members_of_its_version_and_the_documented_size(version, members, size):
    table = operations_table(version)
    assert (len(table.members), table.size) == (members, size)
    assert all(callable(getattr(table, name)) for name in table.members)
    assert table.members == tuple(VERSION_OF)[:members]


@pytest.mark.parametrize(("asked", "table"), [(0, 1), (1, 1), (2, 2), (3, 3)])
def test_description_version_chooses_the_table(asked, table):
    adapter = Machine().sub(version=asked)
    assert adapter.dma_operations.version == table
    assert adapter.version == 1  # DMA_ADAPTER.Version is always 1


@pytest.mark.parametrize(
    ("version", "member"), [(v, name) for name, since in VERSION_OF.items() for v in (1, 2) if v < since]
)
def test_member_newer_than_the_table(version, member):
    adapter = Machine().sub(version=version)
    with violation("CV-VERSION", member):
        getattr(adapter.dma_operations, member)
    with violation("CV-VERSION", member):  # through the table of another adapter, too
        getattr(operations_table(3), member)(adapter)


@pytest.mark.parametrize("member", VERSION_OF)
def test_documentation_of_a_member(member):
    """A docstring says the Windows name and the IRQL that is checked; its module says where the rules come from."""
    function = _function(member)
    text = function.__doc__
    low, high = IRQL_RULES.get(member, (None, None))
    levels = {
        (0, 0): "PASSIVE_LEVEL",
        (2, 2): "DISPATCH_LEVEL",
        (0, 2): "IRQL <= DISPATCH_LEVEL",
        (None, None): "ny IRQL",
    }
    assert text.startswith("".join(word.capitalize() for word in member.split("_")))
    assert levels[low, high] in text and ("<=" in text) == ((low, high) == (0, 2))
    assert "Source of the rules: " in sys.modules[function.__module__].__doc__


def test_no_such_member():
    with pytest.raises(AttributeError):
        operations_table(3).flush_dma_buffer  # noqa: B018


@pytest.mark.parametrize("member", VERSION_OF)
def test_null_and_dead_adapters(member):
    function = getattr(operations_table(3), member)
    with violation("CV-ADAPTER", member):
        function(None)
    adapter = Machine().sub()
    adapter.dma_operations.put_dma_adapter(adapter)
    with violation("CV-ADAPTER", member):
        function(adapter)


@pytest.mark.parametrize(("member", "level"), [(m, i) for m in VERSION_OF for i in (0, 1, 2, 3)])
def test_irql(member, level):
    machine = Machine()
    adapter = machine.sub()
    low, high = IRQL_RULES.get(member, (0, 99))
    machine.kernel.ke_raise_irql(level)
    function = getattr(adapter.dma_operations, member)
    if low <= level <= high:  # gets past the check: other arguments are missing
        if member in ("put_dma_adapter", "get_dma_alignment", "read_dma_counter"):
            function(adapter)
            return
        expected = (TypeError, DmaContractViolation)
        with pytest.raises(expected) as caught:
            function(adapter)
        assert getattr(caught.value, "rule", "") != "CV-IRQL"
    else:
        with violation("CV-IRQL", member):
            function(adapter)


def test_irql_of_io_get_dma_adapter_and_calculate():
    machine = Machine()
    adapter = machine.sub(version=2)
    machine.kernel.ke_raise_irql(DISPATCH_LEVEL)
    with violation("CV-IRQL", "io_get_dma_adapter"):
        machine.sub()
    assert "calculate_scatter_gather_list" not in IRQL_RULES  # any IRQL
    machine.kernel.ke_lower_irql(PASSIVE_LEVEL)
    assert adapter.dma_operations.get_dma_alignment(adapter) == 1


def test_raise_and_lower_the_wrong_way():
    kernel = Machine().kernel
    old = kernel.ke_raise_irql(DISPATCH_LEVEL)
    with violation("CV-IRQL"):
        kernel.ke_raise_irql(PASSIVE_LEVEL)
    kernel.ke_lower_irql(old)
    with violation("CV-IRQL"):
        kernel.ke_lower_irql(DISPATCH_LEVEL)


def test_a_violation_names_rule_routine_and_remedy():
    error = DmaContractViolation("CV-REGS", "map_transfer", "ask for more")
    assert "CV-REGS" in str(error) and "map_transfer" in str(error) and "ask for more" in str(error)
    assert RULES["CV-REGS"] in str(error)
    with pytest.raises(ValueError):
        DmaContractViolation("CV-NONE", "x", "y")
