"""`--full`: every bench on every parameter set under both simulators, as `make regress` runs it. Without it each bench and each
driver still runs under both, but a parameter set or a build only where it is in turn."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="every parameter set and every build under both simulators")
