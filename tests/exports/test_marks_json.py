"""Marks and statistics as documents: what the schemas say, the same when read back, and safe in a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from cnnquiz.errors import UsageError
from cnnquiz.exports.documents import schema
from cnnquiz.exports.marks_json import gradebook_csv, marks_json
from cnnquiz.exports.marks_reading import read_marks
from cnnquiz.exports.statistics_json import statistics_csv, statistics_json
from cnnquiz.exports.table import table
from cnnquiz.marking.amendment_reading import read_amendments
from cnnquiz.marking.gradebook import Gradebook, mark_class
from cnnquiz.marking.responses import join
from cnnquiz.marking.statistics import statistics
from cnnquiz.worksheets.worksheet import Student
from tests.marking.classes import WIDTH, marked, responses, worksheet
from tests.marking.test_amendments import LISTING

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def book(tmp_path: Path) -> Gradebook:
    """Two students; the second one gains from an amendment."""
    sheet = worksheet(WIDTH, LISTING)
    path = tmp_path / "amend.yaml"
    path.write_text("- {problem: t.width:0, accepted: [56], reason: misprint}", encoding="utf-8")
    given = [
        responses("007", {"1": "109", "2": ("line 2", "B"), "x:1": ("a", "b")}, seconds=90),
        replace(responses("8", {"1": " 56"}), student=Student(id="8", name="=cmd()")),
    ]
    return mark_class(join(given, [sheet]), amend=read_amendments(path, [sheet]).mark)


def test_golden(request: pytest.FixtureRequest, book: Gradebook) -> None:
    path = GOLDEN / "marks.json"
    if request.config.getoption("--update-goldens"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(marks_json(book), encoding="utf-8")
    assert marks_json(book) == path.read_text(encoding="utf-8")
    jsonschema.validate(json.loads(marks_json(book)), schema("marks"), cls=jsonschema.Draft202012Validator)


def test_marks_come_back(tmp_path: Path, book: Gradebook) -> None:
    (tmp_path / "marks.json").write_text(marks_json(book), encoding="utf-8")

    assert read_marks(tmp_path) == read_marks(tmp_path / "marks.json") == book


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda d: d.update(schema="x"), ", schema: 'x' (expected one of cnnquiz.marks/1)", id="another document"),
        pytest.param(
            lambda d: d["students"][1]["marks"][0].update(verdict="fine"),
            ", students[1].marks[0].verdict: 'fine' (expected one of right, other-convention",
            id="an unknown verdict",
        ),
        pytest.param(
            lambda d: d["students"][0]["marks"][0].update(points="much"),
            ", students[0].marks[0].points: 'much' where a number belongs",
            id="points that are none",
        ),
    ],
)  # fmt: skip
def test_wrong_marks_are_not_read(tmp_path: Path, book: Gradebook, change: Callable, message: str) -> None:
    document = json.loads(marks_json(book))
    change(document)
    path = tmp_path / "marks.json"
    path.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(UsageError) as error:
        read_marks(path)
    assert str(error.value).startswith(f"{path}{message}")


def test_a_folder_without_marks(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"marks\.json: no such file \(expected the folder that grade --output wrote\)"
    ):
        read_marks(tmp_path)


def test_the_gradebook_in_a_spreadsheet(book: Gradebook) -> None:
    text = gradebook_csv(book)

    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["student"], row["name"]) for row in rows] == [("007", ""), ("8", "'=cmd()")]
    assert [(row["points"], row["max_points"], row["percent"]) for row in rows] == [
        ("3", "8", "37.5"),
        ("4", "8", "50.0"),
    ]
    assert [(row["t.width"], row["t.bug"]) for row in rows] == [("1", "2"), ("4", "0")]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert next(iter(csv.reader(io.StringIO(table([text], []).removeprefix("\ufeff"), newline=""))))[0] == f"'{text}"


def test_statistics_as_documents() -> None:
    found = statistics(Gradebook(title="Quiz", marked=(marked([1, 0]), marked([0, 0], student="2"))))

    jsonschema.Draft202012Validator.check_schema(schema("statistics"))
    jsonschema.validate(json.loads(statistics_json(found)), schema("statistics"), cls=jsonschema.Draft202012Validator)
    rows = list(csv.DictReader(io.StringIO(statistics_csv(found).removeprefix("\ufeff"))))
    assert [(row["question"], row["facility"], row["discrimination"]) for row in rows] == [
        ("q0", "0.5", ""),
        ("q1", "0.0", ""),
    ]
