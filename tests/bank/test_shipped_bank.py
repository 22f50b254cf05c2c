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
from cnnquiz.formulas import evaluate, parse, to_text
from cnnquiz.problems.draw import draw, problem_at, space_size
from cnnquiz.problems.kinds import shown_answer, shown_mistake
from cnnquiz.problems.problem import Problem
from cnnquiz.rendering.symbols import symbols

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
def test_a_computed_problem_has_mistakes_that_can_be_told_apart(question: Question) -> None:
    """Over the whole space: at least two of them, and never three that come to one answer."""
    if question.kind == "choice":
        return
    for index in range(space_size(question)):
        problem = problem_at(question, index, language="en")
        assert len(problem.mistakes) >= 2, problem.id
        for mistake in problem.mistakes:
            assert mistake.feedback.count(" Or: ") <= 1, f"{problem.id}: {mistake.feedback}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_option_is_seldom_the_longest(language: Language) -> None:
    choices = [problem_at(question, 0, language=language) for question in QUESTIONS if question.kind == "choice"]
    longest = [problem.id for problem in choices if right_is_longest(problem)]
    assert len(longest) <= 0.4 * len(choices), longest


def right_is_longest(problem: Problem) -> bool:
    lengths = [len(option) for option in problem.options]
    assert isinstance(problem.answer, int)
    right = lengths.pop(problem.answer)
    return right > max(lengths)


@every_question
def test_a_number_to_be_rounded_is_shown_with_that_decimal(question: Question) -> None:
    for language, asked in (("en", "Round to one decimal"), ("ko", "소수점 아래 첫째 자리까지 반올림")):
        for problem in problems(question, language):
            assert problem.decimals == (1 if asked in (problem.convention or "") else None)
            if problem.decimals:
                for shown in (shown_answer(problem), *(shown_mistake(problem, each) for each in problem.mistakes)):
                    assert re.fullmatch(r"[\d,]+\.\d ?%", shown), shown


@every_question
def test_a_working_is_written_with_letters(question: Question) -> None:
    """Names that a course does not write (torch's own are shown as letters) say nothing to a student."""
    for problem in problems(question, "en")[:5]:
        if problem.working is not None:
            formula = parse(problem.working.symbolic)
            shown = to_text(formula, symbols=symbols(formula))
            for word in re.findall(r"[A-Za-z_]+", shown):
                assert re.fullmatch(r"[A-Za-z](_\w+)?|round|mod", word), shown


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
