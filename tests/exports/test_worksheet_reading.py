"""A worksheet that was written with its key is read back as it was; what is wrong in one is named with its place."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnquiz.bank.bank import open_bank
from cnnquiz.errors import UsageError
from cnnquiz.exports.worksheet_json import worksheet_json
from cnnquiz.exports.worksheet_reading import read_worksheet, read_worksheets
from cnnquiz.problems.kinds import KINDS
from cnnquiz.problems.problem import Mistake
from cnnquiz.worksheets.plan import draw_worksheet
from cnnquiz.worksheets.worksheet import Field, Heading, Layout, Section, Student
from tests.marking.classes import PICK, WIDTH, worksheet

in_a_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)


def written(folder: Path, text: str) -> Path:
    path = folder / "key.json"
    path.write_text(text, encoding="utf-8")
    return path


@in_a_folder
@given(seed=st.integers(0, 2**40), language=st.sampled_from(["en", "ko"]))
def test_drawn_worksheets_come_back(tmp_path, seed, language):
    questions = {question.kind: question for question in open_bank().questions[seed % 300 :]}
    drawn = draw_worksheet(tuple(questions.values()), title="t", seed=seed, language=language)

    text = worksheet_json(drawn, key=True)
    read = read_worksheet(written(tmp_path, text))

    assert worksheet_json(read, key=True) == text
    # Of parameters, a fraction without an end is written as its text.
    assert [replace(p, parameters={}) for p in read.problems] == [replace(p, parameters={}) for p in drawn.problems]


def test_every_shipped_question_comes_back(tmp_path):
    questions = open_bank().questions
    drawn = draw_worksheet(questions, title="t", seed=5, count=len(questions))

    read = read_worksheet(written(tmp_path, worksheet_json(drawn, key=True)))

    assert {problem.kind for problem in read.problems} == set(KINDS)
    assert [replace(p, parameters={}) for p in read.problems] == [replace(p, parameters={}) for p in drawn.problems]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.integers() | st.fractions()


@in_a_folder
@given(texts, numbers, numbers, texts, st.fractions(0, 1), texts)
def test_any_texts_and_numbers_come_back(tmp_path, title, answer, wrong, feedback, credit, name):
    mistake = Mistake(answer=wrong, feedback=feedback, credit=credit, convention=feedback)
    problem = replace(WIDTH, answer=answer, tolerance=credit, mistakes=(mistake,), decimals=2, prompt=title)
    heading = Heading(course=title, minutes=9, aids=(title,), fields=(Field(label=name),), layout=Layout(columns=2))
    sections = (Section(title=title, problems=(problem, PICK)),)
    given = worksheet(
        problem, PICK, title=title, student=Student(id="7", name=name), heading=heading, sections=sections
    )

    assert read_worksheet(written(tmp_path, worksheet_json(given, key=True))) == given


def changed(change: Callable[[Any], object]) -> str:
    document = json.loads(worksheet_json(worksheet(), key=True))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", ":1: Expecting property name enclosed in double quotes (expected JSON)", id="no JSON"),
        pytest.param('{"a": 1, "a": 2}', ": the key 'a' appears twice (expected JSON)", id="a key twice"),
        pytest.param('{"a": 1e99999999}', ": the number 1e99999999 (expected JSON)", id="a number that fills memory"),
        pytest.param("[" * 100_000, ": nested too deeply (expected JSON)", id="nested too deeply"),
        pytest.param("[]", ": a list where an object belongs (expected {…})", id="a list"),
        pytest.param("{}", ": 'schema' is missing (expected the key 'schema')", id="another document"),
        pytest.param(
            worksheet_json(worksheet(), key=False),
            ", problems[0]: there is no answer in it "
            "(expected a worksheet with its key, as generate writes it without --no-key)",
            id="without its key",
        ),
        pytest.param(
            changed(lambda d: d["problems"][0].update(answer="many")),
            ", problems[0].answer: 'many' where a number belongs (expected a number such as 0.05 or 1/3)",
            id="a word as a number",
        ),
        pytest.param(
            changed(lambda d: d["problems"][1].update(answer=3)),
            ", problems[1].answer: 3 (expected positions of its 3 options, from 0)",
            id="an option that is not there",
        ),
        pytest.param(
            changed(lambda d: d["problems"][1].update(kind="riddle")),
            ", problems[1].kind: 'riddle' (expected one of number, shape,",
            id="an unknown kind",
        ),
        pytest.param(
            changed(lambda d: d["problems"][1].update(kind="match")),
            ", problems[1].answer: 1 where a list belongs (expected […])",
            id="a position where there are several",
        ),
        pytest.param(
            changed(lambda d: d["problems"][0].update(id="t.other:0")),
            ", problems[0].id: 't.other:0' (expected t.width:NUMBER)",
            id="an id of another question",
        ),
        pytest.param(
            changed(lambda d: d["problems"].append(d["problems"][0])),
            ", problems[3]: the problem t.width:0 is asked twice (expected each problem once)",
            id="a problem twice",
        ),
        pytest.param(
            changed(lambda d: d["problems"][0].pop("tolerance")),
            ", problems[0]: 'tolerance' is missing (expected the key 'tolerance')",
            id="half a key",
        ),
    ],
)
def test_errors_name_file_and_place(tmp_path, text, message):
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as error:
        read_worksheet(path)
    assert str(error.value).startswith(f"{path}{message}")


def test_a_folder_of_versions_beside_other_files(tmp_path):
    for version, name in ((1, "003-R2M-6G0"), (2, "005-R2G-NJY")):
        text = worksheet_json(worksheet(version=version, id=name), key=True)
        (tmp_path / f"key-{version}.json").write_text(text, encoding="utf-8")
    (tmp_path / "other.json").write_text('{"schema": "cnnquiz.report/1"}', encoding="utf-8")

    assert [sheet.version for sheet in read_worksheets([tmp_path])] == [1, 2]
    with pytest.raises(UsageError, match=r"key-1\.json: the worksheet 003-R2M-6G0 is in .* too"):
        read_worksheets([tmp_path, tmp_path / "key-1.json"])


def test_a_folder_without_worksheets(tmp_path):
    with pytest.raises(UsageError, match="no worksheet in it"):
        read_worksheets([tmp_path])


def test_a_missing_file(tmp_path):
    with pytest.raises(UsageError, match=r"gone\.json: cannot be read: No such file"):
        read_worksheets([tmp_path / "gone.json"])


def test_an_exact_fraction_without_an_end(tmp_path):
    sheet = worksheet(replace(WIDTH, answer=Fraction(1, 9)))
    assert read_worksheet(written(tmp_path, worksheet_json(sheet, key=True))).problems[0].answer == Fraction(1, 9)
