"""The bank that ships: every question over its whole space, or 300 problems of it, in both languages."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache

import pytest

from cnnquiz.bank.bank import load_questions
from cnnquiz.bank.question import Question
from cnnquiz.bank.text import LANGUAGES, Language
from cnnquiz.formulas import evaluate, parse
from cnnquiz.problems.draw import draw, space_size
from cnnquiz.problems.kinds import shown_answer, shown_mistake
from cnnquiz.problems.problem import Problem

QUESTIONS = load_questions()
SAMPLED = 300

every_question = pytest.mark.parametrize("question", QUESTIONS, ids=[question.id for question in QUESTIONS])


@cache
def problems(question: Question, language: Language) -> Sequence[Problem]:
    positions = range(min(SAMPLED, space_size(question)))
    return [draw(question, seed=11, position=position, language=language) for position in positions]


def texts(problem: Problem) -> Iterator[str]:
    yield from (problem.prompt, *problem.options, *problem.hints)
    yield from (mistake.feedback for mistake in problem.mistakes)
    yield from (text for text in (problem.convention, problem.unit, problem.solution) if text is not None)


def test_there_are_enough_questions_of_every_difficulty() -> None:
    for topic in ("shapes", "alexnet"):
        mine = [question for question in QUESTIONS if topic in question.topics]
        assert len(mine) >= 12, topic
        assert {question.difficulty for question in mine} == {1, 2, 3}, topic
        assert {question.kind for question in mine} == {"number", "shape", "choice"}, topic


@every_question
@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_whole(question: Question, language: Language) -> None:
    for problem in problems(question, language):
        for text in texts(problem):
            assert text == text.strip() != ""
            assert "{" not in text
            assert "}" not in text
            code_left_out = re.sub(r"`[^`]+`", "", text)
            assert "`" not in code_left_out, text
            assert code_left_out.count("$") % 2 == 0, text
            for formula in re.findall(r"\$([^$]+)\$", code_left_out):
                parse(formula)
            for number in re.findall(r"(?<![\w,.])\d+(?:,\d+)+", code_left_out):
                assert re.fullmatch(r"\d{1,3}(,\d{3})+", number), text
        assert re.search("[가-힣]", problem.prompt) is not None if language == "ko" else problem.prompt.isprintable()


@every_question
def test_keys_and_mistakes(question: Question) -> None:
    recognised: Counter[str] = Counter()
    for problem in problems(question, "en"):
        wrong = [mistake.answer for mistake in problem.mistakes]
        assert wrong, f"{problem.id}: no mistake is left"
        assert problem.answer not in wrong
        assert len(set(wrong)) == len(wrong)
        shown = [shown_answer(problem), *(shown_mistake(problem, mistake) for mistake in problem.mistakes)]
        assert len(set(shown)) == len(shown)
        if problem.kind == "choice":
            assert len(set(problem.options)) == len(problem.options) >= 3
        else:
            assert problem.working is not None
            assert evaluate(parse(problem.working.substituted), {}) == problem.answer
        if isinstance(problem.answer, Fraction):
            assert problem.tolerance > 0 or problem.answer.denominator < 1000, (
                f"{problem.id}: {problem.answer} cannot be typed"
            )
        recognised.update(part for mistake in problem.mistakes for part in mistake.feedback.split(" Or: "))
    assert len(recognised) >= len(question.mistakes), "a mistake is never told apart from the key"


@every_question
def test_problems_differ_in_what_is_asked(question: Question) -> None:
    asked = Counter(
        (problem.prompt, problem.convention, frozenset(problem.options)) for problem in problems(question, "en")
    )
    repeated = [prompt for (prompt, *_), times in asked.items() if times > 1]
    assert not repeated


@every_question
def test_both_languages_ask_for_the_same(question: Question) -> None:
    for en, ko in zip(problems(question, "en"), problems(question, "ko"), strict=True):
        assert (en.index, en.answer, en.working) == (ko.index, ko.answer, ko.working)
        assert [mistake.answer for mistake in en.mistakes] == [mistake.answer for mistake in ko.mistakes]
        assert numbers(en.prompt) == numbers(ko.prompt)


def numbers(text: str) -> Mapping[str, int]:
    return Counter(re.findall(r"\d[\d,]*\d|\d", text))
