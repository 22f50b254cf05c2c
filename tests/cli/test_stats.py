"""`cnnquiz stats`: tables, CSV, JSON and a page from the marks of a class."""

import csv
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest

from cnnquiz.exports.documents import schema
from cnnquiz.exports.marks_json import marks_json
from tests.marking.classes import gradebook, marked

POINTS = [(1, 1), (1, 0), (0, 0), (1, 1), (1, 1), (0, 1), (1, 0), (0, 0), (1, 1), (1, 1), (0, 0), (1, 1)]


@pytest.fixture(autouse=True)
def marks(tmp_path: Path) -> Path:
    book = gradebook(
        *(
            marked(points, student=str(number), version=1 + number % 2, seconds=60 * number)
            for number, points in enumerate(POINTS)
        )
    )
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "marks.json").write_text(marks_json(book), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("results", ["out", "out/marks.json"])
def test_the_table(here, results):
    result = here("stats", results)

    assert (result.returncode, result.stderr) == (0, "")
    assert "Quiz – 12 students" in result.stdout
    assert "Median minutes: 5.50" in result.stdout
    # 8 of 12 and 7 of 12 are right.
    assert [line.split()[:4] for line in result.stdout.splitlines() if line.startswith("q")][1:] == [
        ["q0", "12", "2", "0.67"],
        ["q1", "12", "2", "0.58"],
    ]


def test_in_korean(here):
    assert "크론바흐 알파" in here("stats", "out", "--language", "ko").stdout


def test_csv_and_json(here):
    rows = list(csv.DictReader(io.StringIO(here("stats", "out", "--csv").stdout.removeprefix("\ufeff"))))
    document = json.loads(here("stats", "out", "--json").stdout)

    jsonschema.validate(document, schema("statistics"), cls=jsonschema.Draft202012Validator)
    assert [float(row["facility"]) for row in rows] == pytest.approx(
        [question["facility"] for question in document["questions"]], abs=1e-4
    )
    assert [each["students"] for each in document["versions"]] == [6, 6]


def test_the_page(here, marks):
    assert here("stats", "out", "--output", "page").returncode == 0

    assert {path.name for path in (marks / "page").iterdir()} == {
        "statistics.html",
        "statistics.csv",
        "statistics.json",
    }
    page = (marks / "page" / "statistics.html").read_text(encoding="utf-8")
    pictures = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', page)
    assert [picture.partition(":")[0] for picture in pictures] == [
        "How many students have which score, in tenths of the points",
        "Facility of each question, from 0 to 1",
        "Mean score of each version, from 0 to 1, with two standard errors to either side",
    ]
    assert "0–0.1: 3, 0.5–0.6: 3, 0.9–1: 6" in pictures[0]
    assert not re.search(r"https?://(?!www\.w3\.org)|<script", page)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["out", "--csv", "--json"], "cnnquiz stats: --csv beside --json", id="two documents"),
        pytest.param(["empty"], "empty/marks.json: no such file", id="a folder without marks"),
        pytest.param(["none.json"], "none.json: no marks in it (expected those of at least one student)", id="nobody"),
        pytest.param(["key.json"], "key.json, schema: 'cnnquiz.worksheet/1' (expected one of cnnquiz.marks/1)", id="a key"),
    ],
)  # fmt: skip
def test_errors(here, marks, arguments, message):
    (marks / "empty").mkdir()
    (marks / "none.json").write_text(marks_json(gradebook()), encoding="utf-8")
    (marks / "key.json").write_text('{"schema": "cnnquiz.worksheet/1"}', encoding="utf-8")

    result = here("stats", *arguments)

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith(message)
