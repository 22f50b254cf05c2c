"""A tiny bank with one question of each sort, apart from the shipped one, whose content may change."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from cnnquiz.bank.bank import load_questions
from cnnquiz.bank.question import Question

TINY_BANK = Path(__file__).parent / "tiny_bank"


@pytest.fixture(scope="session")
def tiny() -> Mapping[str, Question]:
    return {question.id: question for question in load_questions(TINY_BANK)}
