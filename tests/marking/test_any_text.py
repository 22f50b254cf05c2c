"""Whatever is typed, marking answers at once, and what it does not understand says nothing of the key."""

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.text import LANGUAGES
from cnnquiz.marking.mark import Mark, mark, mark_parts
from cnnquiz.problems.draw import problem_at
from cnnquiz.problems.kinds import KINDS, shown_answer
from cnnquiz.problems.problem import Mistake, Problem

OF_A_KIND: dict[str, Problem] = {}
for question in open_bank().questions:
    for language in LANGUAGES:
        if f"{question.kind} {language} {question.unit is None}" not in OF_A_KIND:
            OF_A_KIND[f"{question.kind} {language} {question.unit is None}"] = problem_at(
                question, 0, language=language
            )

HOSTILE = [
    "9" * 10**7, "9" * 10**5, "9" * 9_999, "1" + ",000" * 2_000, "1e999999999", "1e" + "9" * 5_000, "10^" + "9" * 5_000, "9^9999^9999", "2**1000000", "1/" + "9" * 5_000, "1/0", "0/0", "½" * 3_000, "²" * 3_000, "٣", "½", "²", "⁻", "1²³⁴⁵⁶⁷⁸⁹",
    "(" * 9_999, "1 " * 4_999, "a" * 9_999, "A," * 4_999, "-" * 9_999, " " * 9_999, "\n" * 9_999, ";" * 9_999, "1;" * 4_999, "=" * 9_999, "1=" * 4_999, "만" * 9_999, "1만" * 3_000, "1억 " * 3_000, "x" * 9_999, "×" * 9_999, "1x" * 4_999,
    "\x00", "\ud800", "\u202e55", "🙂" * 3_000, "A" * 9_999, "ab" * 4_999, "1-A" * 3_000, "\\frac{" * 1_000, "{" * 9_999, "`" * 9_999, "$" * 9_999, "e" * 9_999, "1e1" * 3_000, "million " * 1_000, "1 " + "million " * 1_000, ", " * 4_999, "'" * 9_999, "1" + " " * 9_000 + "1",
    "line " * 2_000, "C=" * 4_999, "channels " * 1_000, "96@" * 3_000, "or " * 3_000, "the answer is " * 700, "답은 " * 3_000, "a" * 4_000 + "1" + "b" * 4_000, "1." * 4_999, ".1" * 4_999, "-1" * 4_999, "1 1/2 " * 1_600,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{text[:12]!r} x{len(text)}")
def test_hostile_texts_are_answered_at_once(text: str) -> None:
    for problem in OF_A_KIND.values():
        started = time.process_time()
        found = mark(problem, text)
        assert time.process_time() - started < 1
        assert found.verdict != "right"
        assert 0 <= found.points < found.max_points


def check(problem: Problem, found: Mark, response: str) -> None:
    assert found.response == response
    assert 0 <= found.points <= found.max_points == problem.points
    assert isinstance(found.points, Fraction)
    assert found.feedback
    assert (found.points == found.max_points) == (found.verdict == "right")
    assert (found.read_as is None) == (found.verdict in ("not-understood", "empty") and not found.parts)
    if found.verdict in ("not-understood", "empty") and not found.parts:
        assert found.points == 0
        assert found.mistake is None


SIGNS = "0123456789,.'_ -+×x*/^eEkMB%만억천조백;:\n()[]{}<>=~ABCDabcdㄱ가½²٣１Ａ\u200b\u00a0"
TYPED = st.one_of(
    st.text(max_size=60),
    st.text(SIGNS, max_size=30),
    st.lists(
        st.sampled_from(
            [
                "55",
                "1,254",
                "M",
                "MiB",
                "%",
                "x",
                "or",
                "A",
                "줄",
                "line",
                "3",
                "=",
                "약",
                "/",
                "^",
                "e6",
                "만",
                "\n",
                ";",
            ]
        ),
        max_size=8,
    ).map(" ".join),
)


@pytest.mark.parametrize("name", OF_A_KIND)
@settings(max_examples=50)
@given(text=TYPED)
def test_no_text_raises(name: str, text: str) -> None:
    problem = OF_A_KIND[name]
    check(problem, mark(problem, text), text)
    assert mark(problem, text) == mark(problem, text)


@pytest.mark.parametrize("name", OF_A_KIND)
@settings(max_examples=50)
@given(parts=st.lists(TYPED, max_size=5))
def test_no_parts_raise(name: str, parts: list[str]) -> None:
    found = mark_parts(OF_A_KIND[name], parts)
    assert 0 <= found.points <= found.max_points


@given(texts=st.lists(st.text(SIGNS, max_size=20), min_size=1, max_size=5))
def test_a_mark_knows_nothing_of_other_marks(texts: list[str]) -> None:
    problem = next(iter(OF_A_KIND.values()))
    assert [mark(problem, text) for text in texts] == [mark(problem, text) for text in texts]


QUESTIONS = open_bank().questions


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", sorted({question.path.name for question in QUESTIONS}))
def test_the_key_of_every_question_marks_as_right_and_every_mistake_as_itself(file: str, language: Any) -> None:
    for question in QUESTIONS:
        if question.path.name == file:
            problem = problem_at(question, 0, language=language, key=question.id)
            found = mark(problem, shown_answer(problem))
            assert found.verdict == "right", (problem.id, shown_answer(problem), found)
            for position, mistake in enumerate(problem.mistakes):
                if mistake.answer is not None:
                    check_mistake(problem, position, mistake)


def check_mistake(problem: Problem, position: int, mistake: Mistake) -> None:
    """Of whoever makes this mistake alone; spellings of a text and ticks of an option have their feedback in common."""
    answer: Any = mistake.answer
    if mistake.part is not None:
        assert isinstance(problem.answer, tuple)
        answer = (*problem.answer[: mistake.part], answer, *problem.answer[mistake.part + 1 :])
    shown = KINDS[problem.kind].show(problem, (answer,) if problem.kind == "choices" else answer)
    found = mark(problem, shown)
    assert found.mistake == position, (problem.id, shown, found)
    assert found.verdict == ("mistake" if mistake.convention is None else "other-convention")


def test_an_answer_that_is_not_understood_says_nothing_of_the_key() -> None:
    for question in QUESTIONS:
        problem = problem_at(question, 0, language="en", key=question.id)
        if problem.kind in ("number", "shape", "text"):
            feedback = mark(problem, "?! what").feedback if problem.kind != "text" else mark(problem, "!!").feedback
            assert str(problem.answer) not in feedback.replace(problem.unit or "", "")
            assert shown_answer(problem) not in feedback
