"""Answers find their worksheet and their problem, and nothing that somebody answered is lost."""

from dataclasses import replace

import pytest

from cnnquiz.errors import UsageError
from cnnquiz.marking.responses import join
from cnnquiz.worksheets.worksheet import Student
from tests.marking.classes import PICK, WIDTH, WORD, responses, worksheet

OTHER = worksheet(replace(WIDTH, index=1), replace(PICK, index=1), WORD, version=2, id="005-R2G-NJY")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(WIDTH.id, id="the id"),
        pytest.param(WIDTH.short_id, id="the short id"),
        pytest.param(WIDTH.short_id.lower(), id="the short id in small letters"),
        pytest.param(f"{WIDTH.short_id[:3]}-{WIDTH.short_id[3:]}", id="the short id with a hyphen"),
        pytest.param("1", id="the number on the worksheet"),
    ],
)
def test_a_problem_has_several_names(name):
    (answered,) = join([responses("7", {name: "55"})], [worksheet()]).answered

    assert answered.responses == ("55", "", "")
    assert answered.unplaced == {}


@pytest.mark.parametrize(
    ("given", "version"),
    [
        pytest.param(responses("7", {"1": "55"}, worksheet="005-R2G-NJY"), 2, id="by the version's id"),
        pytest.param(responses("7", {"1": "55"}, worksheet="oo5r2gnjy"), 2, id="by its id as people copy it"),
        pytest.param(responses("7", {"1": "55"}, worksheet="1"), 1, id="by its number"),
        pytest.param(responses("9", {"1": "55"}), 2, id="by its student"),
        pytest.param(
            responses("7", {WORD.id: "x", WIDTH.id: "1", "t.width:1": ""}),
            1,
            id="by the only one that asks what is answered",
        ),
    ],
)
def test_a_student_had_one_of_the_versions(given, version):
    own = replace(OTHER, student=Student(id="9", name="Kim"))

    (answered,) = join([given], [worksheet(), own]).answered

    assert answered.worksheet.version == version
    assert answered.student.name == ("Kim" if given.student.id == "9" else "")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            [responses("7", {}), responses("7", {})],
            "answers.csv:2: the student 7 answered in answers.csv:2 too (expected each student once)",
            id="a student twice",
        ),
        pytest.param(
            [responses("7", {"1": "55"}, worksheet="9")],
            "answers.csv:2: no worksheet has the id '9' (expected one of --worksheet: 003-R2M-6G0, 005-R2G-NJY …)",
            id="a version that nobody had",
        ),
        pytest.param(
            [responses("7", {"1": "55"})],
            "answers.csv:2: which of 2 worksheets had 7? numbers alone do not tell "
            "(expected the id of the version, as 'version')",
            id="a number alone does not say whose worksheet it is",
        ),
        pytest.param(
            [responses("7", {"x:1": "55"})],
            "answers.csv:2: which of 2 worksheets had 7? none of them asks all that is answered "
            "(expected the id of the version, as 'version')",
            id="an answer to what no worksheet asks",
        ),
        pytest.param(
            [responses("9", {"1": "55"})],
            "answers.csv:2: no worksheet is that of 9, but one is that of 009 "
            "(expected the id with its zeros, which spreadsheets drop)",
            id="a spreadsheet dropped the zeros of an id",
        ),
        pytest.param(
            [responses("7", {WIDTH.id: "1", "1": "2"}, worksheet="1")],
            "answers.csv:2: t.width:0 and 1 are one problem (expected one answer to it)",
            id="two names of one problem",
        ),
    ],
)
def test_what_cannot_be_joined_is_an_error(given, message):
    with pytest.raises(UsageError) as error:
        join(given, [worksheet(), replace(OTHER, student=Student(id="009"))])
    assert str(error.value) == message


def test_who_answered_the_version_of_another_is_told_and_keeps_the_name():
    sheets = [replace(worksheet(), student=Student(id="7", name="Kim")), replace(OTHER, student=Student(id="9"))]

    joined = join([responses("7", {"1": "55"}, worksheet="2"), responses("9", {"1": "55"})], sheets)

    assert [(each.student.name, each.worksheet.version) for each in joined.answered] == [("Kim", 2), ("", 2)]
    assert joined.notes[0] == "7 answered the version of 9 (005-R2G-NJY), as the file says"
    assert not any(note.startswith("9 answered") for note in joined.notes)


def test_nothing_is_lost_and_everything_odd_is_told():
    given = [
        responses("7", {WIDTH.id: "55", "t.width:1": "27", "x:1": "1", "email": ""}, worksheet="1"),
        responses("8", {WIDTH.id: "56", "x:1": "2"}, worksheet="1"),
    ]
    own = replace(OTHER, student=Student(id="9"))

    joined = join(given, [worksheet(), own])

    assert joined.answered[0].unplaced == {"t.width:1": "27", "x:1": "1"}
    assert joined.notes == (
        "t.width:1 is not of the student's worksheet but of another: 1 answer is not marked",
        "x:1 is of no worksheet: 2 answers are not marked",
        "nobody answered t.pick:0",
        "nobody answered t.word:0",
        "no answers of 1 student who had a worksheet: 9",
    )
