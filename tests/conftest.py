"""What all tests share."""

import pytest
from hypothesis import settings

# The first call into torch takes seconds; a slow machine is no fault of the code.
settings.register_profile("cnnquiz", deadline=None)
settings.load_profile("cnnquiz")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="Rewrite the golden files; review them as a diff.")
