"""One sandbox and one grader for all submissions of these tests: torch is imported once."""

from collections.abc import Iterator

import pytest

from cnnquiz.bank.exercise import exercise_by_name
from cnnquiz.grading.grade import Grader, open_sandbox
from cnnquiz.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox() as opened:
        yield opened


@pytest.fixture(scope="session")
def lenet5(sandbox: Sandbox) -> Grader:
    return Grader(exercise_by_name("lenet5"), sandbox)
