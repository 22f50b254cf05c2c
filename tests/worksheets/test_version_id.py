"""Ids of versions: what they carry comes back, and what is another exam is told."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.errors import UsageError
from cnnquiz.worksheets.blueprint_plan import plan_blueprint
from cnnquiz.worksheets.version_id import MOST_VERSIONS, VersionId
from cnnquiz.worksheets.worksheet import Student

EXAM = """
    title: Sums
    seed: 5
    sections:
      - draw: [{topics: [a], count: 3}, {questions: [b.ten]}]
"""


@given(version=st.integers(1, MOST_VERSIONS), origin=st.integers(0, 2**13 - 1), content=st.integers(0, 2**13 - 1))
def test_back_and_forth(version, origin, content):
    version_id = VersionId(version=version, origin=origin, content=content)

    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{3}(-[0-9A-HJKMNP-TV-Z]{3}){2}", str(version_id))
    assert VersionId.read(str(version_id)) == VersionId.read(str(version_id).lower().replace("-", " ")) == version_id


@pytest.fixture
def plan(read, sums):
    return plan_blueprint(read(EXAM), sums)


def test_the_same_version_again(plan):
    student = Student(id="7", name="Kim")
    for version in (1, 2, 16, 17, 40, MOST_VERSIONS):
        first = plan.worksheet(version)
        assert plan.again(first.id) == first
        assert plan.again(first.id, student) == plan.worksheet(version, student)


def test_the_student_is_not_in_the_id(plan):
    """Who loses a sheet gets the same one again, roster or not."""
    assert plan.worksheet(3, Student(id="7")).id == plan.worksheet(3).id


def test_ids_of_an_exam_differ(plan):
    assert len({plan.worksheet(version).id for version in range(1, 301)}) == 300


OTHERS = [
    pytest.param("Sums", "Sum", id="another title"),
    pytest.param("seed: 5", "seed: 6", id="another seed"),
    pytest.param("count: 3", "count: 2", id="fewer problems"),
    pytest.param("seed: 5", "seed: 5\n    layout: {columns: 2}", id="another layout"),
    pytest.param("seed: 5", "seed: 5\n    language: ko", id="another language"),
]


@pytest.mark.parametrize(("old", "new"), OTHERS)
def test_another_blueprint_is_told(read, sums, plan, old, new):
    other = plan_blueprint(read(EXAM.replace(old, new)), sums)
    with pytest.raises(UsageError) as caught:
        other.again(plan.worksheet(3).id)
    assert "was written from another blueprint or with other options (expected the same blueprint" in str(caught.value)


def test_another_seed_and_language_are_told(read, sums, plan):
    for changes in ({"seed": 6}, {"language": "ko"}):
        with pytest.raises(UsageError, match="was written from another blueprint or with other options"):
            plan_blueprint(read(EXAM), sums, **changes).again(plan.worksheet(3).id)
    assert plan_blueprint(read(EXAM), sums, seed=5, language="en").again(plan.worksheet(3).id) == plan.worksheet(3)


def test_another_bank_is_told(read, sums, plan):
    """A prompt that was mended since, in a bank that is the same otherwise."""
    slot = plan.sections[0].slots[0]
    question = slot.questions[0]
    mended = replace(slot, questions=(replace(question, prompt=question.unit or question.hints[0]),))
    section = replace(plan.sections[0], slots=(mended, *plan.sections[0].slots[1:]))
    with pytest.raises(UsageError) as caught:
        replace(plan, sections=(section,)).again(plan.worksheet(3).id)
    assert "was written from another question bank (expected the questions as they were then)" in str(caught.value)


def test_an_id_that_was_never_given(plan):
    with pytest.raises(UsageError, match="was written from another blueprint"):
        plan.again(str(VersionId(version=0, origin=0, content=0)))
