"""The bank that ships: every question is checked with few samples; all of its texts are looked at with CNNQUIZ_ALL=1.

Otherwise the texts of every twelfth question are, a dozen problems of each.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import pytest

from cnnquiz.bank.bank import Bank, open_bank
from cnnquiz.bank.measure import measure
from cnnquiz.bank.question import ANSWER_KINDS, Question
from cnnquiz.bank.text import LANGUAGES, Language
from cnnquiz.formulas import Formula, evaluate, parse, to_text
from cnnquiz.problems import check
from cnnquiz.problems.draw import draw, problem_at, space_size
from cnnquiz.problems.kinds import shown_answer, shown_mistake, worth
from cnnquiz.problems.problem import Problem
from cnnquiz.rendering.symbols import symbols

ALL = bool(os.environ.get("CNNQUIZ_ALL"))
FILES = sorted(path.name for path in (open_bank().folder / "questions").glob("*.yaml"))
SAMPLED = 60 if ALL else 12
FEW = check.FEW if ALL else 8

each_file = pytest.mark.parametrize("file", FILES)


@cache
def bank(file: str) -> Bank:
    """One file of the bank: a worker of pytest reads those alone that it needs."""
    return open_bank(open_bank().folder / "questions" / file)


@cache
def sample(file: str) -> Sequence[Question]:
    """All questions of a file, or every twelfth, beginning elsewhere in each file."""
    questions = bank(file).questions
    return questions if ALL else questions[FILES.index(file) % min(12, len(questions)) :: 12]


@cache
def problems(question: Question, language: Language) -> Sequence[Problem]:
    positions = range(min(SAMPLED, space_size(question)))
    return [draw(question, seed=11, position=position, language=language) for position in positions]


def texts(problem: Problem) -> Iterator[str]:
    yield from (problem.prompt, *problem.options, *problem.items, *problem.hints)
    yield from (mistake.feedback for mistake in problem.mistakes)
    yield from (text for text in (problem.convention, problem.unit, problem.solution) if text is not None)


@each_file
def test_check_finds_nothing(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same as `cnnquiz bank check` with fewer samples: under a minute for the whole bank."""
    monkeypatch.setattr(check, "FEW", FEW)
    faults = [
        fault
        for question in bank(file).questions
        for fault in check.check_question(question, measure, exhaustive=False)
    ]
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.slow
@each_file
def test_texts_are_whole(file: str) -> None:
    for problem in (
        each for question in sample(file) for language in LANGUAGES for each in problems(question, language)
    ):
        for text in texts(problem):
            assert text == text.strip() != "", problem.id
            code_left_out = re.sub(r"`[^`]+`", "", text)
            assert not set("{}`") & set(code_left_out), f"{problem.id}: {text}"
            assert code_left_out.count("$") % 2 == 0, f"{problem.id}: {text}"
            for formula in re.findall(r"\$([^$]+)\$", code_left_out):
                parse(formula)
        if problem.language == "en":
            assert problem.prompt.replace("\n", "").isprintable(), problem.id
            assert re.search("[가-힣]", " ".join(texts(problem))) is None, problem.id


@pytest.mark.slow
@each_file
def test_keys_and_mistakes(file: str) -> None:
    for problem in (each for question in sample(file) for each in problems(question, "en")):
        assert worth(problem, problem.answer).credit == 1, problem.id
        shown = [shown_mistake(problem, mistake) for mistake in problem.mistakes if mistake.part is None]
        assert shown_answer(problem) not in shown, problem.id
        assert len(set(shown)) == len(shown), problem.id
        if problem.kind in ("choice", "choices"):
            assert len(set(problem.options)) == len(problem.options) >= 3, problem.id
        if problem.working is not None:
            assert evaluate(parse(problem.working.substituted), {}) == problem.answer, problem.id


@pytest.mark.slow
@each_file
def test_both_languages_ask_for_the_same(file: str) -> None:
    for question in sample(file):
        for en, ko in zip(problems(question, "en"), problems(question, "ko"), strict=True):
            assert (en.index, en.working) == (ko.index, ko.working)
            assert en.kind == "text" or en.answer == ko.answer
            assert en.kind == "text" or [each.answer for each in en.mistakes] == [each.answer for each in ko.mistakes]


@pytest.mark.slow
@each_file
def test_a_working_is_written_with_letters(file: str) -> None:
    """Names of parameters become the letters of a course; those of a network's or layer's facts stay words."""
    for question in sample(file):
        if not isinstance(question.answer, Formula) or question.answer.names & {"network", "layer", "family"}:
            continue
        formula = parse(problems(question, "en")[0].working.symbolic)  # type: ignore[union-attr]
        shown = to_text(formula, symbols=symbols(formula))
        unread = [word for word in re.findall(r"[A-Za-z_]+", shown) if word in _TORCH_ONLY]
        assert not unread, f"{question.id}: {shown}"


_TORCH_ONLY = frozenset(
    (
        "in_channels",
        "out_channels",
        "kernel_size",
        "stride",
        "padding",
        "dilation",
        "groups",
        "in_features",
        "out_features",
    )
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_option_is_seldom_the_longest(language: Language) -> None:
    """Over the whole bank: who marks the longest option without reading must not do well."""
    questions = (question for file in FILES for question in bank(file).questions)
    choices = [problem_at(question, 0, language=language) for question in questions if question.kind == "choice"]
    longest = [problem.id for problem in choices if right_is_longest(problem)]
    assert len(longest) <= 0.4 * len(choices), longest


def right_is_longest(problem: Problem) -> bool:
    lengths = [len(option) for option in problem.options]
    assert isinstance(problem.answer, int)
    right = lengths.pop(problem.answer)
    return right > max(lengths)


def test_there_are_enough_questions_of_every_difficulty_and_kind() -> None:
    questions = [question for file in FILES for question in bank(file).questions]
    counts: Mapping[str, int] = Counter(question.kind for question in questions)
    assert set(counts) == set(ANSWER_KINDS)
    assert min(counts.values()) >= 15, counts
    ids = Counter(question.id for question in questions)
    assert not [name for name, times in ids.items() if times > 1]
    for topic in ("shapes", "alexnet"):
        mine = [question for question in questions if topic in question.topics]
        assert len(mine) >= 12, topic
        assert {question.difficulty for question in mine} == {1, 2, 3}, topic
