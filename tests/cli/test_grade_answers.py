"""`cnnquiz grade` on typed answers: one student, a class, versions, amendments, and what is refused."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from cnnquiz.exports.documents import schema
from cnnquiz.exports.worksheet_json import worksheet_json
from tests.marking.classes import PICK, WIDTH, worksheet

KEY = worksheet_json(worksheet(), key=True)
OTHER = worksheet(WIDTH, version=2, id="005-R2G-NJY")
CLASS = "student,name,1,2,3\n007,Kim,55,B,residual\n8,=Lee,109,,skip\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Path:
    contents = {
        "key.json": KEY,
        "class.csv": CLASS,
        "one.json": '{"student": "7", "answers": {"t.width:0": "109", "t.pick:0": "it", "3": "Residual"}}',
        "right.yaml": "student: 7\nanswers: {1: 55, 2: B, 3: residual}\n",
        "none.json": worksheet_json(worksheet(), key=False),
        "amend.yaml": "- {problem: t.width:0, accepted: [109], reason: the stride was misprinted}\n",
        "bad.yaml": "- {problem: t.width:0, accepted: [109]}\n",
        "answers.csv": "student,version,t.width:0\n7,005-R2G-NJY,55\n8,1,55\n",
        "w/key-1.json": KEY,
        "w/key-2.json": worksheet_json(OTHER, key=True),
        "full/notes.txt": "keep me\n",
        "submission.py": "x = 1\n",
    }
    for name, text in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_one_student_reads_what_was_wrong(here):
    result = here("grade", "one.json", "--worksheet", "key.json")

    assert result.returncode == 1, result.stderr
    assert "5 of 12 points" in result.stdout
    assert "Your answer: 109\n✗ a known mistake: The stride was left out of 109." in result.stdout
    assert "? not understood: Your answer was not understood. Expected: one letter from A, B, C." in result.stdout
    assert "Right answer: B" in result.stdout
    assert "✓ Right." in result.stdout
    assert "\x1b" not in result.stdout


def test_full_marks(here):
    result = here("grade", "right.yaml", "--worksheet", "key.json")
    assert (result.returncode, result.stderr) == (0, "")
    assert "12 of 12 points" in result.stdout


def test_a_class_in_a_table(here):
    result = here("grade", "class.csv", "--worksheet", "key.json")

    assert result.returncode == 1
    assert [line.split() for line in result.stdout.splitlines()[2:4]] == [
        ["007", "Kim", "003-R2M-6G0", "12/12", "100.0"],
        ["8", "=Lee", "003-R2M-6G0", "1/12", "8.3"],
    ]
    assert "2 students, mean 54.2 of 100" in result.stdout


def test_json_and_the_files(here, files):
    result = here("grade", "class.csv", "--worksheet", "key.json", "--json", "--output", "out")

    document = json.loads(result.stdout)
    jsonschema.validate(document, schema("marks"), cls=jsonschema.Draft202012Validator)
    _, second = document["students"]
    assert second["marks"][0] == {
        "problem": "t.width:0",
        "response": "109",
        "read_as": "109",
        "verdict": "mistake",
        "mistake": 0,
        "points": 1,
        "max_points": 4,
        "feedback": "The stride was left out of 109.",
        "parts": [],
        "first": None,
    }
    assert [mark["verdict"] for mark in second["marks"]] == ["mistake", "empty", "wrong"]
    names = {path.name for path in (files / "out").iterdir()}
    assert names == {"feedback-007.html", "feedback-8.html", "gradebook.csv", "marks.json"}
    assert (files / "out" / "marks.json").read_text(encoding="utf-8") == result.stdout
    text = (files / "out" / "gradebook.csv").read_text(encoding="utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == ["Kim", "'=Lee"]
    assert "The stride was left out" in (files / "out" / "feedback-8.html").read_text(encoding="utf-8")


def test_feedback_to_print(here, files):
    options = ("--format", "pdf", "--format", "html", "--output", "out")
    assert here("grade", "class.csv", "--worksheet", "key.json", *options).returncode == 1

    assert (files / "out" / "feedback-8.pdf").read_bytes().startswith(b"%PDF")
    assert (files / "out" / "feedback-8.html").is_file()


def test_feedback_of_an_earlier_class_does_not_stay(here, files):
    assert here("grade", "class.csv", "--worksheet", "key.json", "--output", "out").returncode == 1
    assert here("grade", "right.yaml", "--worksheet", "key.json", "--output", "out", "--force").returncode == 0

    assert {path.name for path in (files / "out").glob("feedback*")} == {"feedback-7.html"}


@pytest.mark.parametrize("worksheets", [("w",), ("w/key-1.json", "w/key-2.json")])
def test_versions(here, worksheets):
    options = [option for each in worksheets for option in ("--worksheet", each)]
    result = here("grade", "answers.csv", *options, "--json")

    students = json.loads(result.stdout)["students"]
    assert [(each["version"], each["points"], each["max_points"]) for each in students] == [(2, 4, 4), (1, 4, 12)]


def test_amendments_say_whose_points_change(here, files):
    result = here("grade", "class.csv", "--worksheet", "key.json", "--amend", "amend.yaml", "--output", "out")

    assert result.stdout.endswith(
        "\nWhat the amendments change\n  8 =Lee: 1 → 4 points\n    t.width:0: 1 → 4. the stride was misprinted\n"
    )
    _, second = json.loads((files / "out" / "marks.json").read_text(encoding="utf-8"))["students"]
    assert (second["first_points"], second["points"]) == (1, 4)
    assert second["marks"][0]["first"]["verdict"] == "mistake"
    assert second["marks"][0]["first"]["reason"] == "the stride was misprinted"
    assert "Marked again: 1 before, 4 now." in (files / "out" / "feedback-8.html").read_text(encoding="utf-8")


def test_amendments_that_change_nothing(here):
    result = here("grade", "right.yaml", "--worksheet", "key.json", "--amend", "amend.yaml")
    assert result.stdout.endswith("The amendments change nobody’s points.\n")


def test_notes_go_to_stderr(here, files):
    (files / "class.csv").write_text("student,1,2,3,x:9\n7,55,B,residual,4\n", encoding="utf-8")

    result = here("grade", "class.csv", "--worksheet", "key.json", "--json")

    assert result.stderr == "class.csv: x:9 is of no worksheet: 1 answer is not marked\n"
    assert json.loads(result.stdout)["students"][0]["unplaced"] == {"x:9": "4"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["class.csv"],
            "class.csv: whose answers are these? (expected --worksheet with the key as JSON)",
            id="no worksheet",
        ),
        pytest.param(
            ["gone.csv", "--worksheet", "key.json"], "gone.csv: no such file (expected answers as .csv", id="no answers"
        ),
        pytest.param(
            ["class.csv", "--worksheet", "none.json"], "none.json, problems[0]: there is no answer in it", id="no key"
        ),
        pytest.param(
            ["class.csv", "--worksheet", "full"],
            "full: no worksheet in it (expected keys as JSON; generate with the same options and --format json writes them)",
            id="a folder without keys",
        ),
        pytest.param(
            ["full/notes.txt", "--worksheet", "key.json"],
            "full/notes.txt: is no file of answers (expected answers as .csv",
            id="a file that is no table of answers",
        ),
        pytest.param(
            ["w", "--worksheet", "key.json"],
            "w: is no file of answers (expected answers as .csv",
            id="a folder of answers",
        ),
        pytest.param(
            ["class.csv", "--worksheet", "key.json", "--amend", "bad.yaml"],
            "bad.yaml:1: 'reason' is missing",
            id="a bad amendment",
        ),
        pytest.param(
            ["class.csv", "--worksheet", "key.json", "--input", "1x2x2"],
            "cnnquiz grade: --input beside typed answers (expected it with a submission)",
            id="an option about code",
        ),
        pytest.param(
            ["class.csv", "--worksheet", "key.json", "--output", "full"],
            "full: exists and is not empty",
            id="a full folder",
        ),
        pytest.param(
            ["submission.py", "--amend", "amend.yaml"], "cnnquiz grade: --amend without --worksheet", id="amended code"
        ),
        pytest.param(
            ["submission.py", "--format", "pdf"], "cnnquiz grade: --format without --worksheet", id="code as a PDF"
        ),
    ],
)
def test_errors(here, arguments, message):
    result = here("grade", *arguments)

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith(message)


def test_an_options_key_is_shown_as_amended(here, files):
    (files / "amend.yaml").write_text("- {problem: t.pick:0, answer: conv, reason: x}\n", encoding="utf-8")

    result = here("grade", "right.yaml", "--worksheet", "key.json", "--amend", "amend.yaml")

    assert "Right answer: C" in result.stdout
    assert f"{PICK.id}: 4 → 0. x" in result.stdout
