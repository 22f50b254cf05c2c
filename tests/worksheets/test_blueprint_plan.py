"""Versions of a blueprint: the same points, questions and difficulties for all, similar work, and no shared problems."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from statistics import median, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnquiz.errors import BankError
from cnnquiz.worksheets.blueprint_plan import plan_blueprint
from cnnquiz.worksheets.plan import Plan, PlannedSection, Slot
from cnnquiz.worksheets.work import work
from cnnquiz.worksheets.worksheet import Field, Student

EXAM = """
    title: {en: Sums, ko: 합}
    seed: 3
    fields: [name, id, seat, signature, Tutor]
    sections:
      - title: {en: First, ko: 첫째}
        points: 30
        draw:
          - {topics: [a], difficulty: 2, count: 3}
          - {topics: [a], difficulty: 1, count: 3}
      - title: {en: Second, ko: 둘째}
        draw:
          - {questions: [b.forty, b.ten]}
          - {topics: [c], count: 2, mix: true}
"""
VERSIONS = 200


@pytest.fixture
def plan(read, sums):
    return plan_blueprint(read(EXAM), sums)


def test_all_versions_are_worth_the_same(plan):
    profiles = set()
    for version in range(1, VERSIONS + 1):
        sheet = plan.worksheet(version)
        first, second = sheet.sections
        assert first.max_points == 30
        assert [problem.points for problem in second.problems] == [1, 4, 1, 1]
        assert sheet.problems == first.problems + second.problems
        assert sheet.max_points == 37
        assert len({problem.id for problem in sheet.problems}) == 10
        profiles.add(tuple((problem.difficulty, problem.kind, problem.points) for problem in sheet.problems))
    assert len(profiles) == 1


def test_without_mix_all_versions_ask_the_same_questions(plan):
    asked = {tuple(problem.question for problem in plan.worksheet(version).problems[:8]) for version in range(1, 60)}
    assert len(asked) == 1


def test_with_mix_questions_take_turns(plan):
    """Of three questions two on each version, all as often."""
    asked = Counter()
    for version in range(1, 97):
        mixed = [problem.question for problem in plan.worksheet(version).problems[8:]]
        assert len(set(mixed)) == 2
        asked.update(mixed)
    assert asked == {"c.pair": 64, "c.other": 64, "c.third": 64}


def amounts(plan, versions=VERSIONS):
    return [sum(map(work, plan.worksheet(version).problems)) for version in range(1, versions + 1)]


def test_all_versions_ask_for_similar_work(plan):
    """Balanced, 200 versions lie within 6 of their median of 115; as the problems come, they do not."""
    balanced, naive = amounts(plan), amounts(replace(plan, block=1))
    assert max(abs(each - median(balanced)) for each in balanced) <= 6
    assert max(abs(each - median(naive)) for each in naive) >= 15
    assert pstdev(balanced) < pstdev(naive) / 4


def test_balance_changes_who_gets_a_problem_but_not_which_there_are(plan):
    """The first 16 versions share out what the first 16 draws of every question are."""
    one_by_one = replace(plan, block=1)
    shared_out, drawn = (
        Counter(problem.id for version in range(1, 17) for problem in each.worksheet(version).problems)
        for each in (plan, one_by_one)
    )
    assert shared_out == drawn


SPACES = {"b.five": 5, "b.ten": 10, "b.forty": 40, "b.prime": 37, "a.wide": 1000, "c.pair": 60}


@settings(max_examples=40)
@given(
    name=st.sampled_from(list(SPACES)),
    times=st.integers(1, 4),
    block=st.sampled_from([1, 2, 8, 16, 32]),
    seed=st.integers(0, 99),
)
def test_no_two_versions_share_a_problem_while_the_space_lasts(sums, name, times, block, seed):
    slots = tuple(Slot(questions=(sums.question(each),), times=times) for each in (name, "a.product"))
    plan = Plan(
        title="t",
        language="en",
        seed=seed,
        sections=(PlannedSection(title="", slots=slots),),
        origin="",
        block=block,
    )
    space = SPACES[name]
    lasting = space // times
    drawn = [
        {problem.id for problem in plan.worksheet(version).problems if problem.question == name}
        for version in range(1, min(2 * lasting, 130) + 2)
    ]
    assert all(len(problems) == min(times, space) for problems in drawn)
    assert len(set().union(*drawn[:lasting])) == min(lasting, len(drawn)) * times
    if space >= 2 * times:
        assert all(not one & other for one, other in pairwise(drawn)), "neighbours share a problem"


def test_no_version_depends_on_how_many_there_are(read, sums):
    alone = plan_blueprint(read(EXAM), sums).worksheet(37)
    assert [plan_blueprint(read(EXAM), sums).worksheet(version) for version in range(1, 40)][36] == alone


def test_repetitions_are_told(plan):
    """b.ten lasts for 10 versions, b.forty for 40; of three questions with 60 each, two a version, for 90."""
    told = {each.question.id: (each.space, each.version, each.others) for each in plan.repetitions(95)}
    mixed = told.pop(next(name for name in told if name.startswith("c.")))
    assert told == {"b.ten": (10, 11, 0), "b.forty": (40, 41, 0)}
    assert mixed == (180, 91, 2)


def test_the_heading_is_in_the_language_and_of_the_student(read, sums):
    plan = plan_blueprint(read(EXAM), sums, language="ko")
    student = Student(id="007", name="김", seat="B3")
    sheet = plan.worksheet(1, student)

    assert (sheet.title, [section.title for section in sheet.sections]) == ("합", ["첫째", "둘째"])
    assert [field.label for field in plan.worksheet(1).heading.fields] == ["이름", "학번", "좌석", "서명", "Tutor"]
    assert [field.value for field in plan.worksheet(1).heading.fields] == [""] * 5
    assert [field.value for field in sheet.heading.fields] == ["김", "007", "B3", "", ""]
    assert sheet.heading.fields[0] == Field(label="이름", value="김", fact="name")
    assert {problem.language for problem in sheet.problems} == {"ko"}


def section(*draws):
    return "title: t\nsections:\n  - draw:\n" + "".join(f"      - {draw}\n" for draw in draws)


CASES = [
    pytest.param(
        ["{topics: [b], difficulty: 2, count: 2}"], 4, "2 problems (expected at most 1: the questions hold no more)",
        id="more than there are",
    ),
    pytest.param(
        ["{topics: [c], difficulty: 3, count: 2}"], 4, "no question on c fits (expected difficulty 2, and kinds among shape)",
        id="a difficulty that no question has",
    ),
    pytest.param(
        ["{topics: [c], kinds: [number, order], count: 2}"], 4, "no question on c fits (expected difficulty 2,",
        id="a kind that no question has",
    ),
    pytest.param(
        ["{topics: [c], count: 3}", "{topics: [c], count: 1}"], 5,
        "all fitting questions are drawn elsewhere (expected fewer draws from one topic)", id="a topic drawn empty",
    ),
    pytest.param(
        ["{topics: [c], count: 1, mix: true}", "{questions: [c.pair]}", "{topics: [c], count: 1}"], 6,
        "all fitting questions are drawn elsewhere", id="a topic of which all take turns",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("draws", "line", "problem"), CASES)
def test_a_draw_that_the_bank_cannot_serve(read, sums, tmp_path, draws, line, problem):
    with pytest.raises(BankError) as caught:
        plan_blueprint(read(section(*draws)), sums)
    assert str(caught.value).startswith(f"{tmp_path / 'exam.yaml'}:{line}: {problem}")


def test_no_question_is_in_two_draws(read, sums):
    text = section("{topics: [a], count: 2}", "{topics: [a], count: 1}", "{questions: [a.sum]}")
    (only,) = plan_blueprint(read(text), sums).sections
    names = [slot.questions[0].id for slot in only.slots]
    assert len(set(names)) == 4
    assert names[-1] == "a.sum"


@pytest.mark.parametrize("seed", range(8))
def test_the_last_of_a_space_comes_before_the_first_again(sums, seed):
    """37 problems are no whole number of groups that deal out theirs: the group at the end must not."""
    slots = tuple(Slot(questions=(sums.question(name),)) for name in ("b.prime", "a.product"))
    sections = (PlannedSection(title="", slots=slots),)
    plan = Plan(title="t", language="en", seed=seed, sections=sections, origin="", block=4)
    assert len({plan.worksheet(version).problems[0].id for version in range(1, 38)}) == 37
