"""`cnnquiz bank record` and what `bank check` says of proofs, on a bank of one's own."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from cnnquiz.bundled import bundled_path
from cnnquiz.grading.proof import prove
from tests.bank.conftest import Entry

torch.set_num_threads(1)

EXERCISE = """class: Tiny
title: {en: A tiny network, ko: 작은 신경망}
statement: {en: Write it., ko: 작성하십시오.}
solution: tiny.py
input_shape: [2, 5, 4]
points: {builds: 1, output_shape: 1, parameters: 1, layers: 2, eval_outputs: 3, train_outputs: 1, other_inputs: 1}
source: by hand
"""
SOLUTION = """from torch import nn


class Tiny(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.MaxPool2d(2))
"""


@pytest.fixture(autouse=True)
def one_challenge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to see what the command does with what comes out."""
    monkeypatch.setattr(prove, "_CHALLENGES", 1)


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    for name in ("questions", "exercises"):
        (folder / name).mkdir(parents=True)
    shutil.copy(Entry(tmp_path, {"proof": None}, kind="text").path, folder / "questions" / "a.yaml")
    (folder / "exercises" / "tiny.yaml").write_text(EXERCISE, encoding="utf-8")
    (folder / "exercises" / "tiny.py").write_text(SOLUTION, encoding="utf-8")
    return folder


@pytest.fixture
def path(bank: Path) -> Path:
    return bank / "exercises" / "proofs" / "tiny.json"


def test_a_proof_is_written_once_and_again_when_the_solution_changes(here, bank, path):
    first = here("bank", "record", "--bank", bank)

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == (f"{path}: written\n  the same function: extra relu at 2; called with () on 2×5×4\n")
    assert json.loads(path.read_text(encoding="utf-8"))["exercise"] == "tiny"
    assert [each.name for each in path.parent.iterdir()] == ["tiny.json"]

    assert here("bank", "record", "--bank", bank).stdout == ""
    assert here("bank", "record", "--bank", bank, "--check").returncode == 0

    (bank / "exercises" / "tiny.py").write_text(SOLUTION.replace("2, 3, 3", "2, 4, 3"), encoding="utf-8")
    stale = here("bank", "record", "--bank", bank, "--check")
    assert (stale.returncode, stale.stdout) == (1, f"{path}: stale (expected 'cnnquiz bank record --bank {bank}')\n")
    assert here("bank", "record", "--bank", bank).stdout.startswith(f"{path}: written\n")
    assert here("bank", "record", "--bank", bank, "--check").returncode == 0


@pytest.mark.parametrize("arguments", [("tiny",), ("--all",)])
def test_an_exercise_is_proved_again_where_it_is_asked_for(here, bank, path, arguments):
    here("bank", "record", "--bank", bank)
    path.write_text(path.read_text(encoding="utf-8").replace('"challenges": 1', '"challenges": 7'), encoding="utf-8")

    result = here("bank", "record", "--bank", bank, *arguments)

    assert result.stdout.startswith(f"{path}: written\n")
    assert '"challenges": 1' in path.read_text(encoding="utf-8")


def test_a_bug_that_is_too_near_is_named_and_nothing_is_written(here, bank, path, monkeypatch):
    monkeypatch.setattr(prove, "FAR", 1e9)

    result = here("bank", "record", "--bank", bank)

    assert (result.returncode, result.stdout) == (1, "")
    assert f"{path}: missing relu at 1 is " in result.stderr
    assert " tolerances from the solution (expected at least 1e+09); called with () on 2×5×4" in result.stderr
    assert not path.exists()


def test_what_is_left_of_an_exercise_that_is_gone_is_removed(here, bank, path):
    here("bank", "record", "--bank", bank)
    (bank / "exercises" / "tiny.yaml").unlink()

    assert here("bank", "record", "--bank", bank, "--check").stdout.startswith(f"{path}: left over (")
    assert here("bank", "record", "--bank", bank).stdout == f"{path}: removed\n"
    assert not path.exists()


def test_check_asks_a_bank_of_ones_own_for_no_proof_but_for_none_that_is_stale(here, bank, path):
    without = here("bank", "check", bank)
    assert (without.returncode, without.stderr) == (0, "")

    path.parent.mkdir()
    path.write_text("{}", encoding="utf-8")
    stale = here("bank", "check", "--bank", bank)
    assert stale.returncode == 1
    assert stale.stderr == f"{path}: stale (expected 'cnnquiz bank record --bank {bank}')\n"
    assert stale.stdout.endswith(": 1 faults\n")
    assert here("bank", "check", bank / "questions" / "a.yaml").returncode == 0


def test_check_names_an_exercise_that_cannot_be_read(here, bank):
    (bank / "exercises" / "tiny.yaml").write_text(EXERCISE.replace("tiny.py", "huge.py"), encoding="utf-8")
    (bank / "exercises" / "proofs").mkdir()
    (bank / "exercises" / "proofs" / "tiny.json").write_text("{}", encoding="utf-8")

    result = here("bank", "check", bank)

    assert result.returncode == 1
    assert "tiny.yaml:4: there is no solution 'huge.py'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("tiny", "--all"), "names of exercises, or --all, not both"),
        (("tine",), "unknown exercise 'tine' (expected 'tiny'?)"),
        (("tine", "--check"), "unknown exercise 'tine' (expected 'tiny'?)"),
    ],
)
def test_what_cannot_be_recorded(here, bank, arguments, text):
    result = here("bank", "record", "--bank", bank, *arguments)

    assert result.returncode == 2
    assert text in result.stderr


def test_a_file_is_no_bank_to_record(here, bank):
    result = here("bank", "record", "--bank", bank / "questions" / "a.yaml")

    assert result.returncode == 2
    assert result.stderr.endswith("a.yaml: is not a folder (expected a question bank)\n")


def test_the_bank_that_ships_is_up_to_date(here):
    result = here("bank", "record", "--check")

    assert (result.returncode, result.stdout) == (0, "")
    assert len(list((bundled_path("question_bank") / "exercises" / "proofs").glob("*.json"))) > 30
