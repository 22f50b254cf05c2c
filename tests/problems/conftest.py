"""A tiny bank with one question of each sort, apart from the shipped one, whose content may change."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.question import Question
from tests.bank.conftest import Entry, entry

__all__ = ["entry"]

TINY_BANK = Path(__file__).parent / "tiny_bank"


@pytest.fixture(scope="session")
def tiny() -> Mapping[str, Question]:
    return {question.id: question for question in open_bank(TINY_BANK).questions}


@pytest.fixture
def question(entry: Callable[..., Entry]) -> Callable[..., Question]:
    """`question(of="order", mistakes="[…]")`: a sound question of that kind with these changes."""

    def build(of: str = "number", **changes: Any) -> Question:
        return entry(of=of, **changes).read()

    return build
