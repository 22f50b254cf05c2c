"""Worksheets: each question once before one twice, no problem twice, easy ones first, versions apart."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.question import Question
from cnnquiz.errors import UsageError
from cnnquiz.worksheets.plan import draw_worksheet
from cnnquiz.worksheets.worksheet import Worksheet

# Difficulty and size of the space of each question, not in the order of their difficulty.
SORTS = [(2, 7), (1, 3), (3, 1), (1, 12), (2, 5)]
MOST = sum(size for _, size in SORTS)

Draw = Callable[..., Worksheet]


def write_bank(folder: Path) -> Path:
    (folder / "questions").mkdir(parents=True)
    (folder / "questions" / "w.yaml").write_text(
        "".join(
            f"- {{id: w.q{number}, topics: [w], difficulty: {difficulty}, kind: number, points: {number + 1}, source: x,\n"
            f'   parameters: {{n: {{from: 1, to: {size}}}}}, prompt: {{en: "{{n}}?", ko: "{{n}}은?"}}, answer: n,\n'
            f"   mistakes: [{{answer: n + 1, feedback: {{en: x, ko: x}}}}], hints: [{{en: x, ko: x}}]}}\n"
            for number, (difficulty, size) in enumerate(SORTS)
        ),
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="session")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Question]:
    return open_bank(write_bank(tmp_path_factory.mktemp("bank") / "b")).questions


@pytest.fixture(scope="session")
def sheet(questions: Sequence[Question]) -> Draw:
    return lambda **changes: draw_worksheet(questions, **{"title": "w", "seed": 1, **changes})


counts, seeds = st.integers(1, MOST), st.integers(0, 10**9)


@given(count=counts, seed=seeds, version=st.integers(1, 20))
def test_every_worksheet(sheet: Draw, count: int, seed: int, version: int) -> None:
    worksheet = sheet(count=count, seed=seed, version=version)
    assert len(worksheet.problems) == count
    assert len({problem.id for problem in worksheet.problems}) == count, "no problem comes twice"
    difficulties = [problem.difficulty for problem in worksheet.problems]
    assert difficulties == sorted(difficulties), "easy ones come first"
    asked = Counter(problem.question for problem in worksheet.problems)
    times = {f"w.q{number}": asked[f"w.q{number}"] for number in range(len(SORTS))}
    for number, (_, size) in enumerate(SORTS):
        mine = times[f"w.q{number}"]
        assert mine <= size
        if mine < size:
            assert mine >= max(times.values()) - 1, "another question came again before this one had its turn"


@settings(max_examples=30)
@given(count=counts, seed=seeds)
def test_versions_do_not_share_problems_while_the_spaces_last(sheet: Draw, count: int, seed: int) -> None:
    first = sheet(count=count, seed=seed)
    asked = Counter(problem.question for problem in first.problems)
    drawn = [sheet(count=count, seed=seed, version=version) for version in range(1, 13)]
    for number, (_, size) in enumerate(SORTS):
        name = f"w.q{number}"
        if not asked[name]:
            continue
        lasting = drawn[: size // asked[name]]
        problems = [problem.id for each in lasting for problem in each.problems if problem.question == name]
        assert len(set(problems)) == len(problems) == len(lasting) * asked[name]


def test_all_versions_ask_the_same_questions(sheet: Draw) -> None:
    asked = {
        tuple(problem.question for problem in sheet(count=4, version=version).problems) for version in range(1, 10)
    }
    assert len(asked) == 1


def test_seeds_ask_different_questions(sheet: Draw) -> None:
    asked = {frozenset(problem.question for problem in sheet(count=2, seed=seed).problems) for seed in range(60)}
    assert len(asked) == 10, "every pair of five questions"


def test_without_a_count_every_question_is_asked_once(sheet: Draw) -> None:
    worksheet = sheet()
    assert [problem.question for problem in worksheet.problems] == ["w.q1", "w.q3", "w.q0", "w.q4", "w.q2"]
    assert worksheet.max_points == 1 + 2 + 3 + 4 + 5


def test_the_whole_space_fits_on_one_worksheet(sheet: Draw) -> None:
    assert len({problem.id for problem in sheet(count=MOST).problems}) == MOST


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (MOST + 1, "29 problems (expected at most 28: the questions hold no more)"),
        (500, "500 problems (expected at most 28: the questions hold no more)"),
        (0, "0 problems (expected at least 1)"),
        (-1, "-1 problems (expected at least 1)"),
    ],
)
def test_a_count_that_cannot_be(sheet: Draw, count: int, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        sheet(count=count)
    assert str(caught.value) == message


def test_no_questions_make_no_worksheet() -> None:
    with pytest.raises(UsageError, match=r"0 problems \(expected at least 1\)"):
        draw_worksheet((), title="w", seed=0)


def test_both_languages_hold_the_same_worksheet(sheet: Draw) -> None:
    en, ko = (sheet(count=20, language=language) for language in ("en", "ko"))
    assert [problem.id for problem in en.problems] == [problem.id for problem in ko.problems]
    assert [problem.answer for problem in en.problems] == [problem.answer for problem in ko.problems]


def test_a_fresh_interpreter_draws_the_same_bytes(tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "b")
    program = (
        "import pathlib, sys; from cnnquiz.bank.bank import open_bank; "
        "from cnnquiz.worksheets.plan import draw_worksheet; "
        "print(draw_worksheet(open_bank(pathlib.Path(sys.argv[1])).questions, title='w', seed=7, count=20, version=2))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program, str(bank)],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(printed) == 1
