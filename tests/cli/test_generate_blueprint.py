"""`cnnquiz generate --blueprint`: a version for each student, the same again by its id, all files or none."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from cnnquiz.cli.version_pages import PAGES
from cnnquiz.exports.documents import schema
from cnnquiz.rendering.formats import FORMATS
from tests.worksheets.conftest import write_bank

EXAM = """\
title: {en: Sums, ko: 합}
course: CS 231
seed: 11
fields: [name, id, seat]
sections:
  - title: {en: First, ko: 첫째}
    points: 12
    draw:
      - {topics: [a], count: 4}
  - title: {en: Second, ko: 둘째}
    draw:
      - {questions: [b.forty]}
      - {topics: [c], count: 1, mix: true}
"""
ROSTER = "학번,이름,좌석\n007,김하늘,1-2\n../8,=Eve,1-1\nkim,Kim,2-1\nKIM,Kim 2,2-2\n"


@pytest.fixture
def exam(tmp_path):
    """The options of an exam in the folder of the test."""
    write_bank(tmp_path / "bank")
    (tmp_path / "exam.yaml").write_text(EXAM, encoding="utf-8")
    (tmp_path / "students.csv").write_text(ROSTER, encoding="utf-8-sig")
    return ("generate", "--bank", "bank", "--blueprint", "exam.yaml")


def index(folder: Path) -> list[dict[str, str]]:
    with (folder / "versions.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_version_for_each_student(here, tmp_path, exam):
    result = here(*exam, "--roster", "students.csv", "--output", "o", "--format", "json", "--format", "text")

    assert result.returncode == 0, result.stderr
    rows = {row["student_id"]: row for row in index(tmp_path / "o")}
    assert {student: row["files"].split() for student, row in rows.items()} == {
        "007": ["key-007.json", "worksheet-007.txt", "key-007.txt"],
        "../8": ["key-_8.json", "worksheet-_8.txt", "key-_8.txt"],
        "kim": ["key-kim_3.json", "worksheet-kim_3.txt", "key-kim_3.txt"],
        "KIM": ["key-KIM_4.json", "worksheet-KIM_4.txt", "key-KIM_4.txt"],
    }
    assert rows["../8"]["name"] == "'=Eve"
    assert sorted(int(row["version"]) for row in rows.values()) == [1, 2, 3, 4]
    drawn = Counter()
    for row in rows.values():
        sheet = json.loads((tmp_path / "o" / row["files"].split()[0]).read_text(encoding="utf-8"))
        jsonschema.validate(sheet, schema("worksheet"), cls=jsonschema.Draft202012Validator)
        assert (sheet["id"], sheet["version"]) == (row["version_id"], int(row["version"]))
        assert sheet["student"]["id"] == row["student_id"]
        assert [field["value"] for field in sheet["heading"]["fields"]][1] == row["student_id"]
        assert [(section["title"], section["max_points"]) for section in sheet["sections"]] == [
            ("First", 12),
            ("Second", 5),
        ]
        drawn.update(problem["id"] for problem in sheet["problems"])
    assert max(drawn.values()) == 1, "no two students share a problem"
    assert re.search(r"12 files \(6 problems, seed 11, work \d+ to \d+ with median [\d.]+\)", result.stderr)


@pytest.mark.parametrize(
    "options", [(), ("--language", "ko", "--seed", "5")], ids=["as it is", "other language and seed"]
)
def test_again_gives_the_same_bytes(here, tmp_path, exam, options):
    formats = ("--format", "html", "--format", "json", "--format", "markdown", *options)
    assert here(*exam, *formats, "--versions", "40", "--output", "all").returncode == 0
    first = content(tmp_path / "all")
    for row in (index(tmp_path / "all")[number] for number in (0, 30, 39)):
        result = here(*exam, *formats, "--again", row["version_id"].lower(), "--output", "one", "--force")
        assert result.returncode == 0, result.stderr
        again = content(tmp_path / "one")
        number = f"{int(row['version']):02}"
        assert {name.replace(row["version_id"], number): data for name, data in again.items()} == {
            name: first[name] for name in row["files"].split()
        }


def test_again_with_the_roster_is_for_the_same_student(here, tmp_path, exam):
    roster = ("--roster", "students.csv", "--format", "text")
    assert here(*exam, *roster, "--output", "all").returncode == 0
    for row in index(tmp_path / "all"):
        assert here(*exam, *roster, "--output", row["version"], "--again", row["version_id"]).returncode == 0
        again = content(tmp_path / row["version"])
        assert set(again) == set(row["files"].split())
        assert again.items() <= content(tmp_path / "all").items()


def test_again_of_a_topic_needs_the_same_options(here):
    sheet = json.loads(here("generate", "--topic", "nin", "--seed", "7", "--format", "json").stdout)
    again = ("generate", "--topic", "nin", "--format", "json", "--again", sheet["id"])

    assert json.loads(here(*again, "--seed", "7").stdout) == sheet
    result = here(*again, "--seed", "8")
    assert (result.returncode, result.stdout) == (2, "")
    assert f"{sheet['id']}: was written from another blueprint or with other options" in result.stderr


def test_a_changed_blueprint_and_a_changed_bank_are_told_apart(here, tmp_path, exam):
    version_id = json.loads(here(*exam, "--format", "json").stdout)["id"]
    assert here(*exam, "--again", version_id).returncode == 0
    questions = tmp_path / "bank" / "questions" / "sums.yaml"
    questions.write_text(questions.read_text(encoding="utf-8").replace('en: "forty', 'en: "Forty'), encoding="utf-8")
    assert "was written from another question bank (expected" in here(*exam, "--again", version_id).stderr
    (tmp_path / "exam.yaml").write_text(EXAM.replace("CS 231", "CS 232"), encoding="utf-8")
    assert (
        "was written from another blueprint or with other options (expected"
        in here(*exam, "--again", version_id).stderr
    )


def test_two_processes_write_what_one_writes(cnnquiz, tmp_path, exam):
    options = ("--versions", "70", "--format", "html", "--format", "json")
    for jobs in ("1", "2"):
        result = cnnquiz(*exam, *options, "--jobs", jobs, "--output", jobs)
        assert (result.returncode, "Traceback" in result.stderr) == (0, False), result.stderr

    assert content(tmp_path / "1") == content(tmp_path / "2")


def test_an_error_in_one_of_several_processes_is_told_once(cnnquiz, tmp_path, exam):
    (tmp_path / "t" / "worksheet").mkdir(parents=True)
    (tmp_path / "t" / "worksheet" / "key.txt").write_text("{{ 1 // (version_that_is_not_there) }}")
    result = cnnquiz(*exam, "--versions", "70", "--jobs", "2", "--format", "text", "--templates", "t", "--output", "o")

    assert result.returncode == 2, result.stderr
    assert len([line for line in result.stderr.splitlines() if "key.txt" in line]) == 1
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_stopped_leaves_the_old_folder_as_it_was(tmp_path, exam, number, jobs):
    """With what an earlier run and its owner put there. Only a killed run leaves its hidden folder behind."""
    folder = tmp_path / "o"
    folder.mkdir()
    (folder / "worksheet-1.txt").write_text("of an earlier run")
    (folder / "notes.txt").write_text("mine")
    before = content(folder)
    options = ("--versions", "9000", "--format", "text", "--output", "o", "--force", "--jobs", jobs)
    run = subprocess.Popen(
        [sys.executable, "-m", "cnnquiz", *exam, *options],
        cwd=tmp_path, stderr=subprocess.DEVNULL, start_new_session=True,
        # Ignored where the test run itself was started in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    )  # fmt: skip
    partial: list[Path] = []
    for _ in range(600):
        partial = [path for path in tmp_path.glob(".o-*/worksheet-*") if path.stat().st_size]
        if len(partial) > 3 or run.poll() is not None:
            break
        time.sleep(0.1)
    assert partial, "it was stopped before it wrote anything"
    os.killpg(run.pid, number) if number == signal.SIGINT else run.send_signal(number)
    code = run.wait(60)

    assert code == (-9 if number == signal.SIGKILL else 130)
    assert content(folder) == before
    assert list(tmp_path.glob(".o-*")) == [] or number == signal.SIGKILL
    hidden = partial[0].parent
    for _ in range(100):
        count = len(list(hidden.glob("*"))) if hidden.exists() else 0
        time.sleep(0.3)
        if count == (len(list(hidden.glob("*"))) if hidden.exists() else 0):
            return
    pytest.fail("a process was left that still writes")


def test_force_takes_away_what_the_index_of_an_earlier_run_lists(here, tmp_path, exam):
    assert here(*exam, "--roster", "students.csv", "--output", "o", "--format", "text").returncode == 0
    (tmp_path / "o" / "worksheet-of-mine.txt").write_text("mine")
    assert here(*exam, "--versions", "1", "--output", "o", "--format", "text", "--force").returncode == 0

    assert set(content(tmp_path / "o")) == {"key-1.txt", "worksheet-1.txt", "versions.csv", "worksheet-of-mine.txt"}


def test_solutions_are_written_when_asked_for(here, tmp_path, exam):
    assert here(*exam, "--output", "o", "--format", "text", "--solutions").returncode == 0
    assert set(content(tmp_path / "o")) == {"worksheet.txt", "key.txt", "solutions.txt"}


def test_no_progress_where_no_terminal_is(here, exam):
    result = here(*exam, "--versions", "3", "--output", "o", "--format", "text")
    assert len(result.stderr.splitlines()) == 1, result.stderr


def test_repetitions_name_the_cure(here, exam):
    result = here(*exam, "--versions", "45", "--output", "o", "--format", "json", "--no-key")
    assert "b.forty holds 40 problems: from version 41 on they come again" in result.stderr
    assert "with mix: true in the blueprint, questions take turns and last longer" in result.stderr


CASES = [
    pytest.param("--topic a", "--topic beside --blueprint (expected one of them)", id="a topic too"),
    pytest.param("--count 3", "--count beside --blueprint (expected it in the blueprint)", id="a count"),
    pytest.param("--difficulty 3", "--difficulty beside --blueprint (expected it in the blueprint)", id="a difficulty"),
    pytest.param("--distinct", "--distinct beside --blueprint (expected it in the blueprint)", id="distinct"),
    pytest.param("--roster students.csv", "--roster writes many files (expected --output DIR)", id="a roster on stdout"),
    pytest.param("--roster students.csv --versions 3 --output o", "--versions beside --roster (expected one of them)", id="versions and a roster"),
    pytest.param("--roster twice.csv --output o", "twice.csv:3: the id 7 is taken by line 2 (expected an id of its own)", id="a student twice"),
    pytest.param("--roster nothing.csv --output o", "'nothing.csv' does not exist", id="no roster"),
    pytest.param("--again 12", "the id '12': it has 2 characters (expected 9)", id="half an id"),
    pytest.param("--again 000-000-001", "a character is wrong or two are swapped (expected it as it is printed)", id="a wrong id"),
    pytest.param("--jobs 0", "'0' is not usable (expected a whole number from 1 to 256)", id="no process"),
    pytest.param("--solutions --no-key", "--solutions beside --no-key (expected one of them)", id="solutions without key"),
    pytest.param("--format pdf", "this format is no text (expected --output DIR)", id="bytes on stdout"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "problem"), CASES)
def test_one_clear_line(here, tmp_path, exam, options, problem):
    (tmp_path / "twice.csv").write_text("id\n7\n7\n")
    result = here(*exam, *options.split())

    assert (result.returncode, result.stdout) == (2, "")
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "o").exists()


def test_a_wrong_blueprint_is_told_with_its_line(here, tmp_path, exam):
    (tmp_path / "exam.yaml").write_text(EXAM.replace("topics: [c]", "topics: [d]"), encoding="utf-8")
    result = here(*exam)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "exam.yaml:13: unknown topic 'd' (expected one of a, b, c)\n"


def test_the_help_names_the_guide(here):
    assert "docs/blueprints.md" in here("generate", "--help").stdout


def test_formats_are_those_of_the_pages():
    assert set(PAGES) == set(FORMATS)


@pytest.mark.slow
@pytest.mark.skipif("not __import__('os').environ.get('CNNQUIZ_ALL')")
def test_10_000_versions_in_little_memory(tmp_path, exam):
    """The peak of 10,000 versions is at most 40 MB over that of 100."""
    (tmp_path / "exam.yaml").write_text("title: t\nsections:\n  - draw: [{questions: [a.sum, a.wide]}]\n")
    program = (
        "import resource, sys; from cnnquiz.cli.main import exit_code\n"
        "assert exit_code(sys.argv[1:]) == 0\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    peaks = {}
    for versions in (100, 10_000):
        options = (
            "--versions",
            str(versions),
            "--format",
            "text",
            "--no-key",
            "--jobs",
            "1",
            "--output",
            str(versions),
        )
        done = subprocess.run(
            [sys.executable, "-c", program, *exam, *options], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        peaks[versions] = int(done.stdout)
        assert len(list((tmp_path / str(versions)).iterdir())) == versions + 1
    assert peaks[10_000] < peaks[100] + 40
