"""`cnnquiz generate` for a whole class, and on one network: files that sort, problems that differ, warnings before."""

import json
import shutil
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from cnnquiz.exports.documents import schema
from cnnquiz.problems.kinds import KINDS
from tests.bank.conftest import Entry
from tests.problems.conftest import TINY_BANK

TINY = ("generate", "--bank", TINY_BANK, "--topic", "tiny")

NET = """
from torch import nn

class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 12, 5, padding=2)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(12 * 16 * 16, 7)

    def forward(self, x):
        return self.fc(self.pool(self.conv(x)).flatten(1))

class Nothing(nn.Module):
    def forward(self, x):
        return x
"""


def sheets(folder: Path) -> list[dict]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


@pytest.mark.parametrize(("versions", "first", "last"), [("1", "1", "1"), ("9", "1", "9"), ("12", "01", "12")])
def test_file_names_sort_like_their_numbers(here, tmp_path, versions, first, last):
    result = here(
        *TINY, "--count", "1", "--versions", versions, "--output", "o", "--format", "text", "--format", "json"
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    names = sorted(path.name for path in (tmp_path / "o").iterdir())
    names.remove("versions.csv")
    numbers = [name.removeprefix("worksheet-").removesuffix(".txt") for name in names if name.startswith("worksheet")]
    assert [int(number) for number in numbers] == list(range(1, int(versions) + 1))
    assert (numbers[0], numbers[-1]) == (first, last)
    assert names == sorted(
        f"{part}-{n}.{e}" for n in numbers for part, e in (("key", "json"), ("key", "txt"), ("worksheet", "txt"))
    )
    assert [sheet["version"] for sheet in sheets(tmp_path / "o")] == list(range(1, int(versions) + 1))


@pytest.mark.parametrize("key", [(), ("--no-key",)])
def test_every_kind_is_valid_json(here, tmp_path, key):
    assert here(*TINY, "--count", "11", "--versions", "2", "--output", "o", "--format", "json", *key).returncode == 0

    for sheet in sheets(tmp_path / "o"):
        jsonschema.validate(sheet, schema("worksheet"), cls=jsonschema.Draft202012Validator)
        assert {problem["kind"] for problem in sheet["problems"]} == set(KINDS)
        assert all(("answer" in problem) != bool(key) for problem in sheet["problems"])


def test_every_kind_is_set_in_every_format_and_language(here, tmp_path):
    for language in ("en", "ko"):
        formats = ("--format", "html", "--format", "markdown", "--format", "text")
        result = here(*TINY, "--count", "11", "--language", language, "--output", language, *formats)
        assert result.returncode == 0, result.stderr
        for path in (tmp_path / language).iterdir():
            assert "None" not in path.read_text(encoding="utf-8"), path.name


def test_versions_share_no_problem_while_the_spaces_last(here, tmp_path):
    """Of 2 to 18 problems, two questions with 2 of them are warned of for four versions, on stderr, by name."""
    result = here(*TINY, "--count", "11", "--versions", "4", "--output", "o", "--format", "json")

    drawn = Counter(problem["id"] for sheet in sheets(tmp_path / "o") for problem in sheet["problems"])
    repeated = {name.partition(":")[0] for name, times in drawn.items() if times > 1}
    warned = {line.split()[0] for line in result.stderr.splitlines() if "they come again" in line}
    assert warned == repeated == {"tiny.match", "tiny.table", "tiny.text", "tiny.listing"}
    assert "tiny.text holds 2 problems: from version 3 on they come again" in result.stderr
    assert "--distinct asks only what lasts for all 4 versions" in result.stderr


def test_distinct_asks_only_what_lasts(here, tmp_path):
    result = here(*TINY, "--versions", "4", "--distinct", "--output", "o", "--format", "json")

    drawn = [problem["id"] for sheet in sheets(tmp_path / "o") for problem in sheet["problems"]]
    assert result.returncode == 0
    assert len(drawn) == len(set(drawn)) > 4
    assert "come again" not in result.stderr


def test_nothing_lasts_for_so_many(here, tmp_path):
    result = here(*TINY, "--versions", "19", "--distinct", "--output", "o")

    assert result.returncode == 2
    assert "no question holds 19 different problems (expected fewer --versions)" in result.stderr
    assert not (tmp_path / "o").exists()


def test_the_warning_comes_before_anything_is_written(here, tmp_path):
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "mine.txt").write_text("mine")
    result = here(*TINY, "--count", "11", "--versions", "4", "--output", "o")

    assert result.returncode == 2
    assert "they come again" in result.stderr.splitlines()[0]
    assert "o: exists and is not empty" in result.stderr.splitlines()[-1]


def test_fewer_versions_leave_none_of_the_earlier_ones_behind(here, tmp_path):
    assert here(*TINY, "--count", "1", "--versions", "12", "--output", "o", "--format", "text").returncode == 0
    (tmp_path / "o" / "worksheet-of-mine.txt").write_text("mine")
    assert (
        here(*TINY, "--count", "1", "--versions", "2", "--output", "o", "--format", "text", "--force").returncode == 0
    )

    names = sorted(path.name for path in (tmp_path / "o").iterdir())
    assert names == [
        "key-1.txt",
        "key-2.txt",
        "versions.csv",
        "worksheet-1.txt",
        "worksheet-2.txt",
        "worksheet-of-mine.txt",
    ]


def test_the_first_version_is_the_sheet_without_versions(here, tmp_path):
    alone = here(*TINY, "--seed", "5", "--format", "json").stdout
    here(*TINY, "--seed", "5", "--format", "json", "--versions", "2", "--output", "o")

    assert (tmp_path / "o" / "key-1.json").read_text(encoding="utf-8") == alone


CASES = [
    pytest.param("generate", "what to ask about? (expected --topic, --network or --blueprint)", id="neither topic nor network"),
    pytest.param("generate --topic alexnet --network alexnet", "--topic beside --network (expected one of them)", id="both"),
    pytest.param("generate --topic alexnet --versions 3", "--versions writes many files (expected --output DIR)", id="versions on stdout"),
    pytest.param("generate --topic alexnet --versions 0 --output o", "'0' is not usable (expected a whole number from 1 to 10,000)", id="no version"),
    pytest.param("generate --topic alexnet --versions 10001 --output o", "'10001' is not usable", id="too many versions"),
    pytest.param("generate --network alexnte", "network 'alexnte' is not recorded (expected one of alexnet", id="an unknown network"),
    pytest.param("generate --network net.py", "net.py: which class? (expected net.py:CLASS)", id="a file without a class"),
    pytest.param("generate --network net.py:Small", "the input's shape is not known (expected --input", id="no input"),
    pytest.param("generate --network missing.py:Small --input 3x32x32", "missing.py: no such file", id="a file that is not there"),
    pytest.param("generate --network alexnet --input 3x32x32", "alexnet was recorded for 3×227×227", id="another input"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "problem"), CASES)
def test_one_clear_line(here, tmp_path, command, problem):
    (tmp_path / "net.py").write_text(NET)
    result = here(*command.split())

    assert (result.returncode, result.stdout) == (2, "")
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "o").exists()


def test_a_recorded_network(here):
    result = here("generate", "--network", "vgg16", "--format", "json", "--count", "4")

    sheet = json.loads(result.stdout)
    assert result.returncode == 0, result.stderr
    assert sheet["title"] == "vgg16"
    assert len(sheet["problems"]) == 4


def test_a_network_of_ones_own(cnnquiz, tmp_path):
    marker = tmp_path / "marker"
    (tmp_path / "net.py").write_text(NET + f"\ntry:\n    open({str(marker)!r}, 'w')\nexcept OSError:\n    pass\n")
    result = cnnquiz("generate", "--network", "net.py:Small", "--input", "3x32x32", "--format", "json")

    assert result.returncode == 0, result.stderr
    sheet = json.loads(result.stdout)
    assert sheet["title"] == "Small"
    assert all(problem["question"].startswith("small.") for problem in sheet["problems"])
    assert "Small" in " ".join(problem["prompt"] for problem in sheet["problems"])
    assert not marker.exists(), "it was run outside of the sandbox"


# One asks of a convolution, the other computes what a network without convolutions has not.
ASKED = {
    "layer": {
        "parameters": "\n    net: {networks: family}\n    layer: {layers: net, where: layer.op == 'conv2d'}",
        "prompt": '{en: "{net} {layer}", ko: "{net} {layer}"}',
        "answer": "layer.parameters",
    },
    "first": {
        "parameters": "\n    net: {networks: family}",
        "let": "{first: min(layer.position for layer in net.layers if layer.op == 'conv2d')}",
        "prompt": '{en: "{net}", ko: "{net}"}',
        "answer": "first + 1",
    },
}


@pytest.mark.parametrize(("name", "problems"), [("Small", 2), ("Nothing", 0)])
def test_a_network_is_asked_what_fits_it(cnnquiz, tmp_path, name, problems):
    (tmp_path / "bank" / "questions").mkdir(parents=True)
    for each, changes in ASKED.items():
        mistakes = '[{answer: 10**9, feedback: {en: "x", ko: "x"}}]'
        entry = Entry(tmp_path, {**changes, "id": each, "families": "all", "mistakes": mistakes})
        shutil.copy(entry.path, tmp_path / "bank" / "questions" / f"{each}.yaml")
    (tmp_path / "net.py").write_text(NET)
    result = cnnquiz(
        "generate", "--bank", "bank", "--network", f"net.py:{name}", "--input", "3x32x32", "--format", "json"
    )

    if problems:
        assert result.returncode == 0, result.stderr
        assert len(json.loads(result.stdout)["problems"]) == problems
        return
    assert (result.returncode, result.stdout) == (2, "")
    assert "Nothing: no question fits it (expected convolutions, pooling or linear layers)" in result.stderr
    assert len(result.stderr.splitlines()) == 1
