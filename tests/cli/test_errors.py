"""Every mistake of a user ends in one clear line on stderr, nothing on stdout, and the right exit code."""

from pathlib import Path

import pytest

ENTRY = """
- id: a.b
  topics: [a]
  difficulty: 9
  kind: number
  prompt: {en: How many?, ko: 몇 개입니까?}
  answer: 2 + 2
  mistakes: [{answer: 5, feedback: {en: No., ko: 아닙니다.}}]
  hints: [{en: Count., ko: 세어 보십시오.}]
  source: arithmetic
"""

FILES = {
    "syntax.py": "class LeNet5(nn.Module:\n    pass\n",
    "other.py": "class SomethingElse:\n    pass\n",
    "both.py": "class LeNet5:\n    pass\n\nclass AlexNet:\n    pass\n",
    "bank/questions/broken.yaml": ENTRY,
    "unreadable/questions/broken.yaml": "- id: [a\n",
    "full/notes.txt": "keep me\n",
}

CASES = [
    pytest.param("grade nothing.py", 2, "nothing.py: no such file or directory", id="a missing file"),
    pytest.param("grade full", 2, "full: is not a regular file", id="a folder where a file belongs"),
    pytest.param("grade other.py", 2, "other.py: no class of an exercise in it (expected one of AlexNet", id="no class"),
    pytest.param("grade both.py", 2, "both.py: it defines AlexNet, LeNet5 (expected --exercise", id="two classes"),
    pytest.param("grade syntax.py --exercise lenet", 2, "unknown exercise 'lenet' (expected 'lenet5'?)", id="no exercise"),
    pytest.param("generate --topic alexnte", 2, "unknown topic 'alexnte' (expected 'alexnet'?)", id="an unknown topic"),
    pytest.param("generate --topic alexnet --seed minus", 2, "'--seed': 'minus' is not usable (expected a whole", id="bad seed"),
    pytest.param("generate --topic alexnet --seed=-1", 2, "'-1' is not usable (expected a whole number from 0", id="below 0"),
    pytest.param("generate --topic alexnet --count 0", 2, "'0' is not usable (expected a whole number from 1 to", id="count 0"),
    pytest.param("generate", 2, "what to ask about? (expected --topic, --network or --blueprint)", id="no topic"),
    pytest.param("generate --topic alexnet --output full", 2, "full: exists and is not empty (expected", id="a full folder"),
    pytest.param("generate --topic alexnet --output other.py", 2, "other.py: is not a folder", id="a file as folder"),
    pytest.param("generate --topic alexnet --format html --format json", 2, "several formats do not fit", id="two formats"),
    pytest.param("generate --topic a --bank bank", 2, "broken.yaml:4: difficulty is 9 (expected a whole number from 1 to 3)", id="a bad entry"),
    pytest.param("generate --topic a --bank unreadable", 2, "broken.yaml:", id="YAML that cannot be read"),
    pytest.param("generate --topic a --bank full", 2, "full: no folder 'questions' in it", id="no bank"),
    pytest.param("inspect resnet", 2, "network 'resnet' is not recorded (expected one of alexnet", id="an unknown network"),
    pytest.param("inspect other.py", 2, "other.py: which class? (expected other.py:CLASS)", id="a file without a class"),
    pytest.param("inspect nothing.py:Net", 2, "nothing.py: no such file", id="inspecting a missing file"),
    pytest.param("inspect other.py:Net", 2, "the input's shape is not known (expected --input", id="no input shape"),
    pytest.param("inspect alexnet --input 3xx4", 2, "'3xx4' is not a shape (expected sizes such as 3x224x224)", id="bad shape"),
    pytest.param("start lenet", 2, "unknown exercise 'lenet' (expected 'lenet5'?)", id="starter code for no exercise"),
    pytest.param("start lenet5 --output other.py", 2, "other.py: exists (expected a new name, or --force)", id="overwriting"),
    pytest.param("grad", 2, "No such command 'grad'", id="an unknown command"),
    pytest.param("list everything", 2, "'everything' is not one of", id="an unknown list"),
]  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("command", "code", "problem"), CASES)
def test_one_clear_line(here, files, command, code, problem):
    result = here(*command.split())

    assert result.returncode == code
    assert result.stdout == ""
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_nothing_is_lost_or_left_half_written(here, files):
    before = {path: path.read_text() for path in files.rglob("*") if path.is_file()}

    here("generate", "--topic", "alexnet", "--output", "full")
    here("start", "lenet5", "--output", "other.py")

    assert {path: path.read_text() for path in files.rglob("*") if path.is_file()} == before


def test_a_syntax_error_is_graded_and_named(cnnquiz, files):
    result = cnnquiz("grade", "syntax.py")

    assert result.returncode == 1
    assert "syntax.py: SyntaxError" in result.stderr
    assert "(line 1)" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "0 of 10 points" in result.stdout


def test_debug_shows_the_traceback(here):
    result = here("--debug", "inspect", "resnet")

    assert result.returncode == 2
    assert "Traceback" in result.stderr


def test_no_command_prints_the_help(here):
    result = here()

    assert result.returncode == 2
    assert "Commands:" in result.stderr
