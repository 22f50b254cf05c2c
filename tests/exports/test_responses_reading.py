"""Answers as JSON and YAML: what was typed is kept as it was typed."""

from pathlib import Path

import pytest

from cnnquiz.errors import BankError, UsageError
from cnnquiz.exports.responses_reading import read_responses
from tests.marking.classes import worksheet


def read(folder: Path, name: str, text: str):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_responses(path, [worksheet()])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(
            "a.json", '{"student": "007", "answers": {"t.width:0": 1.50, "2": null, "3": ["a", null]}}', id="JSON"
        ),
        pytest.param("a.yaml", "student: 007\nanswers: {'t.width:0': 1.50, 2: ~, 3: [a, ~]}\n", id="YAML"),
        pytest.param("a.yml", "- student: 007\n  answers: {'t.width:0': 1.50, 2: ~, 3: [a, ~]}\n", id="a list of one"),
    ],
)
def test_what_was_typed(tmp_path, name, text):
    (only,) = read(tmp_path, name, text)

    assert only.student.id == "007"
    assert only.answers == {"t.width:0": "1.50", "2": "", "3": ("a", "")}


def test_more_about_a_student(tmp_path):
    first, second = read(
        tmp_path,
        "a.json",
        '[{"student": "7", "name": "Kim", "version": "003-R2M-6G0", "seconds": 90, "answers": {}},'
        ' {"student": "8", "answers": {}}]',
    )

    assert (first.student.name, first.worksheet, first.seconds) == ("Kim", "003-R2M-6G0", 90)
    assert (second.place, second.seconds) == (f"{tmp_path / 'a.json'}, [1]", None)


def test_a_table_is_read_by_its_ending(tmp_path):
    (only,) = read(tmp_path, "a.tsv", "student\t1\n7\t55\n")
    assert only.answers == {"1": "55"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("a.json", "[]", ": no answers in it (expected", id="nobody"),
        pytest.param("a.json", '{"answers": {}}', ": 'student' is missing", id="whose"),
        pytest.param("a.json", '{"student": " ", "answers": {}}', ", student: no id", id="an empty id"),
        pytest.param("a.json", '{"student": "7", "answers": []}', ", answers: a list where an object belongs", id="a list"),
        pytest.param(
            "a.json", '[{"student": "7", "answers": {"1": {"a": 1}}}]', ", [0].answers.1: an object where a text", id="an object"
        ),
        pytest.param(
            "a.json", '{"student": "7", "answer": {}, "answers": {}}', ", answer: unknown key 'answer'", id="unknown key"
        ),
        pytest.param("a.json", '{"student": "7",\n "student": "8"}', ": the key 'student' appears twice", id="twice"),
        pytest.param("a.yaml", "student: 7\nanswers:\n  1: 5\n  1: 6\n", ":4: key '1' appears twice", id="twice in YAML"),
        pytest.param("a.yaml", "student: 7\nanswers: 5\n", ", answers: '5' where an object belongs", id="no mapping"),
    ],
)  # fmt: skip
def test_errors_name_the_place(tmp_path, name, text, message):
    with pytest.raises((UsageError, BankError)) as error:
        read(tmp_path, name, text)
    assert str(error.value).startswith(f"{tmp_path / name}{message}")
