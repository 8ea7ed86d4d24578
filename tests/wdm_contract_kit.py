"""Rows of the contract tests: which cell of `windlass.wdm.contract` a function proves, for which versions and profiles."""

import pytest
from wdm_kit import Machine
from windlass.wdm.contract import CONTRACT


def cell_of(routine, name):
    """The cell, or LookupError: a test cannot prove what the contract does not say."""
    for cell in CONTRACT[routine]:
        if cell.name == name:
            return cell
    raise LookupError(f"{routine} has no cell {name!r}")


class Rows:
    """`@rows.proves(routine, cell)` on `function(machine, version)`; `@rows.test` makes the parametrized test."""

    def __init__(self):
        self.params = []

    def proves(self, routine, name, **choices):
        cell = cell_of(routine, name)

        def note(function):
            for version in cell.versions:
                for profile in cell.profiles:
                    mark = pytest.mark.covers(routine, name, version, profile, function.__name__)
                    label = f"{routine}-{name}-v{version}-{profile}".replace(" ", "-")
                    self.params.append(pytest.param(function, version, profile, choices, marks=mark, id=label))
            return function

        return note

    def test(self, function):
        """Decorates `test(row, version, profile, choices)`."""
        return pytest.mark.parametrize(("row", "version", "profile", "choices"), self.params)(function)


def run(row, version, profile, choices):
    """One row on a machine of its own."""
    row(Machine(profile, **choices), version)
