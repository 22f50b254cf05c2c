"""Whatever somebody answers, marking ends in a credit from 0 to 1; what has not the form of an answer is worth 0."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.bank.question import Question
from cnnquiz.problems.draw import draw
from cnnquiz.problems.kinds import KINDS, worth
from cnnquiz.problems.problem import Problem
from tests.bank.conftest import SOUND, Entry

Build = Callable[..., Question]


class Nasty:
    """Says that it is equal to everything, and breaks whoever looks closer."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError


NOTHING: list[Any] = [None, True, False, "", "A", b"A", 1.5, float("nan"), float("inf"), Decimal(7), 1j, [], {}, set(), [7], Nasty(), (Nasty(),), ((),), object(), 10**400, -1]  # fmt: skip


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Problem]:
    return {kind: draw(Entry(tmp_path_factory.mktemp(kind), {}, kind=kind).read(), seed=0) for kind in SOUND}


def test_there_is_a_sound_question_of_every_kind() -> None:
    assert SOUND.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("answer", NOTHING, ids=lambda answer: repr(answer)[:20])
def test_what_no_answer_is(problems: dict[str, Problem], kind: str, answer: Any) -> None:
    assert worth(problems[kind], answer).credit == 0


@pytest.mark.parametrize("kind", ["match", "table", "listing", "order"])
def test_answers_of_another_length(problems: dict[str, Problem], kind: str) -> None:
    """Nobody can tell which part is missing."""
    right = problems[kind].answer
    assert isinstance(right, tuple)
    assert worth(problems[kind], right).credit == 1
    for answer in ((), right[:-1], right[1:], (*right, right[0]), (*right, 99), right * 2, list(right), (right,)):
        assert worth(problems[kind], answer).credit == 0


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("order", [(0, 0, 0, 0), ("0", "1", "2", "3"), (0, 1, 2, 4), (-1, 0, 1, 2), (None, None, None, None)]),
        ("choices", [(-1,), (99,), ("A", "B"), (1.0, 2.0), (None,)]),
        ("match", [("r0", "r1", "r2", "r3"), (-1, -1, -1, -1), (99, 99, 99, 99), ([0], [1], [2], [3])]),
        ("listing", [("2", "1"), (0, -1), (10**9, 10**9), (True, True)]),
        ("table", [("7", "5", "3"), (True, True, True), ((7,), (5,), (3,)), (7.5, 5.5, 3.5)]),
        ("shape", [(7,), (1, 7, 1), (7, 1), (True, 7), [1, 7], ("1", "7"), 7, "1×7", (1, Fraction(15, 2))]),
        ("number", ["7", 7.0, (7,), (1, 7)]),
        ("choice", [99, -2, "7", (1,), 1.0]),
    ],
)  # fmt: skip
def test_answers_that_are_nearly_one(problems: dict[str, Problem], kind: str, answers: list[Any]) -> None:
    assert [worth(problems[kind], answer).credit for answer in answers] == [0] * len(answers)


def test_true_is_no_number(question: Build) -> None:
    asked = question(
        parameters=None, prompt='{en: "x", ko: "x"}', answer="1", mistakes="[{answer: 0, feedback: {en: x, ko: x}}]"
    )
    assert worth(draw(asked, seed=0), 1).credit == 1
    assert worth(draw(asked, seed=0), True).credit == 0


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.fractions() | st.text(max_size=5)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=5) | st.lists(inner, max_size=5).map(tuple), max_leaves=8
)


@given(
    kind=st.sampled_from(sorted(SOUND)),
    answer=anything | st.lists(st.integers(0, 8) | st.none(), max_size=6).map(tuple),
)
def test_marking_never_fails(problems: dict[str, Problem], kind: str, answer: Any) -> None:
    given_mark = worth(problems[kind], answer)
    assert 0 <= given_mark.credit <= 1
    assert all(isinstance(text, str) and text for text in given_mark.feedback)
