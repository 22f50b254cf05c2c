"""Plans for many versions: no problem twice while the spaces last, and the version told from which on they come again."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.question import Question
from cnnquiz.errors import UsageError
from cnnquiz.worksheets.plan import Plan, draw_worksheet, plan_worksheets

# Sizes of the spaces; the last two last for 300 versions with one and with two problems on each.
SIZES = (1, 2, 7, 40, 299, 300, 650)
VERSIONS = 300


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Question]:
    folder: Path = tmp_path_factory.mktemp("bank")
    (folder / "questions").mkdir()
    (folder / "questions" / "p.yaml").write_text(
        "".join(
            f"- {{id: p.s{size}, topics: [p], difficulty: {1 + number % 3}, kind: number, source: x, answer: n,\n"
            f'   parameters: {{n: {{from: 1, to: {size}}}}}, prompt: {{en: "{{n}}?", ko: "{{n}}은?"}},\n'
            f"   mistakes: [{{answer: n + 1, feedback: {{en: x, ko: x}}}}], hints: [{{en: x, ko: x}}]}}\n"
            for number, size in enumerate(SIZES)
        ),
        encoding="utf-8",
    )
    return open_bank(folder).questions


def plan(questions: Sequence[Question], **changes: object) -> Plan:
    return plan_worksheets(questions, **{"title": "p", "seed": 3, **changes})  # type: ignore[arg-type]


def problems(asked: Plan, versions: int) -> dict[str, list[tuple[int, str]]]:
    """For each question its problems in the order of the versions, each with its version."""
    found: dict[str, list[tuple[int, str]]] = {}
    for version in range(1, versions + 1):
        for problem in asked.worksheet(version).problems:
            found.setdefault(problem.question, []).append((version, problem.id))
    return found


def first_repetition(drawn: list[tuple[int, str]]) -> int | None:
    """The first version with a problem that was there before."""
    seen: set[str] = set()
    for version, problem in drawn:
        if problem in seen:
            return version
        seen.add(problem)
    return None


@pytest.mark.parametrize("count", [7, 11, None])
def test_300_versions(questions: Sequence[Question], count: int | None) -> None:
    asked = plan(questions, count=count)
    told = {each.question.id: (each.space, each.version) for each in asked.repetitions(VERSIONS)}
    for name, drawn in problems(asked, VERSIONS).items():
        space = int(name.removeprefix("p.s"))
        first = first_repetition(drawn)
        assert told.get(name) == (None if first is None else (space, first))
        per_version = Counter(version for version, _ in drawn)
        assert len(set(drawn)) == len(drawn), "no problem twice on one worksheet"
        assert len(set(per_version.values())) == 1
    assert told, "the small ones run out"


@settings(max_examples=40)
@given(count=st.integers(1, 30), versions=st.integers(1, 60), seed=st.integers(0, 10**6))
def test_repetitions_are_told_exactly(questions: Sequence[Question], count: int, versions: int, seed: int) -> None:
    asked = plan(questions, count=count, seed=seed)
    told = {each.question.id: each.version for each in asked.repetitions(versions)}
    found = {name: first_repetition(drawn) for name, drawn in problems(asked, versions).items()}
    assert told == {name: version for name, version in found.items() if version is not None}


def test_one_more_version_than_the_space_holds(questions: Sequence[Question]) -> None:
    alone = [question for question in questions if question.id == "p.s40"]
    assert plan(alone).repetitions(40) == ()
    (told,) = plan(alone).repetitions(41)
    assert (told.question.id, told.space, told.version) == ("p.s40", 40, 41)
    (told,) = plan(alone, count=3).repetitions(14)  # 13 versions take 39, the 14th takes the 40th and two again
    assert told.version == 14
    assert plan(alone, count=3).repetitions(13) == ()


@pytest.mark.parametrize("count", [1, 2, 3, 4, None])
def test_distinct_asks_only_what_lasts(questions: Sequence[Question], count: int | None) -> None:
    """300 and 650 hold one and two problems for each of 300 versions."""
    if count in (4, None):
        with pytest.raises(UsageError) as caught:
            plan(questions, count=count, versions=VERSIONS, distinct=True)
        expected = "expected at most 3: the questions hold no more different on all versions"
        assert str(caught.value) == f"{count or len(SIZES)} problems ({expected})"
        return
    asked = plan(questions, count=count, versions=VERSIONS, distinct=True)
    assert asked.size == count
    assert {slot.questions[0].id for slot in asked.slots} <= {"p.s300", "p.s650"}
    assert asked.repetitions(VERSIONS) == ()
    assert all(first_repetition(drawn) is None for drawn in problems(asked, VERSIONS).values())


def test_distinct_where_nothing_lasts(questions: Sequence[Question]) -> None:
    with pytest.raises(
        UsageError, match=r"7 problems \(expected at most 0: the questions hold no more different on all versions\)"
    ):
        plan(questions, versions=651, distinct=True)


def test_the_number_of_versions_does_not_change_what_is_asked(questions: Sequence[Question]) -> None:
    """Who prints one more version later gets the same first ones."""
    few, many = plan(questions, count=9, versions=2), plan(questions, count=9, versions=200)
    assert few.worksheet(2) == many.worksheet(2)
    assert few.worksheet() == draw_worksheet(questions, title="p", seed=3, count=9) == few.worksheet(1)


def test_versions_are_numbered_and_named(questions: Sequence[Question]) -> None:
    sheet = plan(questions, seed=8, language="ko").worksheet(12)
    assert (sheet.title, sheet.seed, sheet.version, sheet.language) == ("p", 8, 12, "ko")
