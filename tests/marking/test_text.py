"""Short texts as students type them."""

from fractions import Fraction

import pytest

from cnnquiz.marking.mark import mark
from cnnquiz.problems.problem import Mistake
from tests.marking.conftest import problem

GAP = problem(
    "text",
    "global average pooling",
    accepted=("global average pooling", "전역 평균 풀링", "GAP"),
    mistakes=(Mistake(answer="average pooling", feedback="Which?", credit=Fraction(1, 2)), Mistake(answer="평균 풀링", feedback="Which?", credit=Fraction(1, 2))),
)  # fmt: skip
EVAL = problem("text", "model.eval()", accepted=("model.eval()", "eval"))

RIGHT = [
    "global average pooling", "Global Average Pooling", "global-average-pooling", "  global  average pooling. ", "GAP", "gap", "ＧＡＰ", "전역 평균 풀링", "전역평균풀링", "전역 평균 풀링입니다.", "the answer is GAP", "Answer: GAP", "답: 전역 평균 풀링",
    "정답은 GAP입니다", "a global average pooling", "It is called global average pooling", "GAP (global average pooling)", "전역 평균 풀링(GAP)", "GAP / 전역 평균 풀링", "\u110c\u1165\u11ab\u110b\u1167\u11a8 평균 풀링", "`GAP`", "GAP!",
]  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_accepted_forms_in_either_language(text: str) -> None:
    assert mark(GAP, text).verdict == "right"


@pytest.mark.parametrize("text", ["model.eval()", "eval", "model.eval( )", "`model.eval()`"])
def test_code_is_a_text(text: str) -> None:
    assert mark(EVAL, text).verdict == "right"


@pytest.mark.parametrize(
    ("text", "verdict", "points"),
    [
        ("average pooling", "mistake", 2),
        ("an average pooling", "mistake", 2),
        ("평균 풀링", "mistake", 2),
        ("max pooling", "wrong", 0),
        ("not global average pooling", "wrong", 0),
        ("GAP or average pooling", "not-understood", 0),
        ("GAP / max pooling", "not-understood", 0),
        ("!?", "not-understood", 0),
        ("x" * 301, "not-understood", 0),
        ("?", "empty", 0),
    ],
)
def test_other_texts(text: str, verdict: str, points: int) -> None:
    found = mark(GAP, text)
    assert (found.verdict, found.points) == (verdict, points)


def test_two_answers_are_told_so() -> None:
    assert (
        mark(GAP, "GAP or max pooling").feedback
        == "Your answer was not understood: it holds more than one answer. Expected: a word or a few."
    )
