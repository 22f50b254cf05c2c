"""A bank as a whole: its files, its ids, its topics."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.errors import BankError, UsageError

Build = Callable[..., Any]


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    (tmp_path / "bank" / "questions").mkdir(parents=True)
    return tmp_path / "bank"


def add(bank: Path, entry: Any, name: str) -> Path:
    return Path(shutil.copy(entry.path, bank / "questions" / name))


def test_questions_come_in_the_order_of_their_files(bank: Path, entry: Build) -> None:
    add(bank, entry(id="t.b"), "2.yaml")
    add(bank, entry(id="t.a", topics="[t, u]", difficulty="3"), "1.yaml")
    questions = open_bank(bank).questions
    assert [question.id for question in questions] == ["t.a", "t.b"]
    assert open_bank(bank).topics == ("t", "u")
    assert [question.id for question in open_bank(bank).select(["u"])] == ["t.a"]
    assert [question.id for question in open_bank(bank).select(["t"], 1)] == ["t.b"]


def test_an_id_is_taken_only_once(bank: Path, entry: Build) -> None:
    first, second = add(bank, entry(), "1.yaml"), add(bank, entry(), "2.yaml")
    with pytest.raises(BankError) as caught:
        assert not open_bank(bank).questions
    assert str(caught.value) == f"{second}:1: the id 't.conv-output' is taken by {first}:1 (expected an id of its own)"


def test_a_folder_that_is_no_bank(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        assert not open_bank(tmp_path).questions
    assert str(caught.value) == f"{tmp_path}: no folder 'questions' in it (expected a question bank)"


@pytest.mark.parametrize(
    "files",
    [{}, {"a.yaml": "[]\n"}, {"a.yml": "- x\n", "b.txt": "x"}],
    ids=["no files", "an empty list", "other files"],
)
def test_a_bank_without_questions(bank: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (bank / "questions" / name).write_text(text)
    with pytest.raises(UsageError) as caught:
        assert not open_bank(bank).questions
    expected = f"{bank}: no questions in it (expected .yaml files with lists of questions)"
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id: x\n", "1: a mapping where a list of questions belongs (expected a list of questions)"),
        ("- x\n", "1: 'x' where keys and values belong (expected key: value lines)"),
        ("~\n", "1: nothing where a list of questions belongs (expected a list of questions)"),
    ],
)
def test_a_file_that_holds_no_questions(bank: Path, text: str, problem: str) -> None:
    path = bank / "questions" / "a.yaml"
    path.write_text(text)
    with pytest.raises(BankError) as caught:
        assert not open_bank(bank).questions
    assert str(caught.value) == f"{path}:{problem}"


@pytest.mark.parametrize(
    ("wanted", "difficulty", "message"),
    [
        (["shpaes"], None, "unknown topic 'shpaes' (expected 'shapes'?)"),
        (["shapes", "zzz"], None, "unknown topic 'zzz' (expected one of costs, shapes)"),
        (["shapes"], 3, "no question on shapes has difficulty 3 (expected another difficulty)"),
    ],
)
def test_a_topic_that_is_not_there(
    bank: Path, entry: Build, wanted: list[str], difficulty: int | None, message: str
) -> None:
    add(bank, entry(topics="[shapes, costs]"), "1.yaml")
    with pytest.raises(UsageError) as caught:
        open_bank(bank).select(wanted, difficulty)
    assert str(caught.value) == message
