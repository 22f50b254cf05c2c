"""What `cnnquiz grade` prints and writes: pages, how much it tells, several inputs, templates of one's own."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from cnnquiz.cli.grade import FEEDBACK
from cnnquiz.exports.documents import schema
from cnnquiz.grading import feedback

# Names that nobody would use by chance.
SOLUTION = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.zebra = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.quagga = nn.BatchNorm2d(8)
        self.okapi = nn.Sequential(nn.Conv2d(3, 8, 1, bias=False), nn.BatchNorm2d(8))
        self.tapir = nn.Linear(8, 10)

    def forward(self, x):
        gazelle = torch.sigmoid(self.quagga(self.zebra(x)))
        return self.tapir((gazelle + self.okapi(x)).mean((2, 3)))
"""
NAMES = re.compile("zebra|quagga|okapi|tapir|gazelle", re.IGNORECASE)

MINE = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.shortcut = nn.Conv2d(3, 8, 1, bias=False)
        self.bn_shortcut = nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        y = torch.sigmoid(self.bn(self.conv(x)))
        y = y + self.bn_shortcut(self.shortcut(x))
        return self.fc(y.mean((2, 3)))
"""
WRONG = MINE.replace("torch.sigmoid(self.bn(self.conv(x)))", "self.bn(self.conv(x))")
FOR_ONE_SIZE = MINE.replace("y.mean((2, 3))", "nn.functional.avg_pool2d(y, 8).flatten(1)[:, :8]")
AGAINST = ("--solution", "ref.py:Block", "--input", "3x8x8")


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    sources = {"ref.py": SOLUTION, "mine.py": MINE, "wrong.py": WRONG, "one_size.py": FOR_ONE_SIZE}
    for name, text in sources.items():
        (tmp_path / name).write_text(text)


def read(folder: Path) -> tuple[str, dict[str, object]]:
    """The page and the document that were written, the document checked against its schema."""
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "report.json"]
    document = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema("report"))
    return (folder / "report.html").read_text(encoding="utf-8"), document


@pytest.mark.parametrize("language", ["en", "ko"])
def test_full_feedback_says_what_differs_without_a_name_of_the_solution(here, tmp_path, language):
    result = here("grade", "wrong.py", *AGAINST, "--output", "out", "--language", language)
    page, document = read(tmp_path / "out")

    assert result.returncode == 1, result.stderr
    assert NAMES.findall(result.stdout + page + json.dumps(document)) == []
    assert document["diagnosis"][0]["bug"] == "missing sigmoid"
    assert (document["diagnosis"][0]["where"], document["diagnosis"][0]["line"]) == ("bn", 16)
    assert f'<html lang="{language}">' in page
    assert page.count('class="differs') == page.count('class="differs first"') == 1
    assert page.index("<code>bn</code>") < page.index('class="differs first"') < page.index("<code>sigmoid</code>")


def test_levels_of_feedback_are_those_of_grading():
    assert FEEDBACK == feedback.FEEDBACK


@pytest.mark.parametrize(
    ("level", "told"),
    [
        pytest.param("location", ["at `bn` or right behind it (line 16)"], id="location"),
        pytest.param("none", [], id="none"),
    ],
)
def test_less_feedback_tells_less_everywhere(here, tmp_path, level, told):
    result = here("grade", "wrong.py", *AGAINST, "--output", "out", "--feedback", level)
    page, document = read(tmp_path / "out")
    plain_page = page.replace("<code>", "`").replace("</code>", "`")

    assert result.returncode == 1, result.stderr
    for text in (result.stdout, plain_page, json.dumps(document)):
        assert not NAMES.search(text)
        assert "sigmoid" not in text
        assert all(each in " ".join(text.split()) for each in told)
    assert [each["message"] for each in document["diagnosis"]] == [
        f"your network differs from the reference {each}" for each in told
    ]
    assert ("Layer by layer" in page) == (level == "location")
    assert "Reference" not in page
    assert ("differs first" in page) == (level == "location")


def test_a_folder_that_is_in_use_is_told_before_anything_is_graded(here, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.html").write_text("an older one")
    # Without a submission that could be graded: whoever graded first would find that out first.
    refused = here("grade", "wrong.py", "--solution", "missing.py:Block", "--input", "3x8x8", "--output", "out")

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "out: exists and is not empty (expected a new folder, or --force)" in refused.stderr
    assert (tmp_path / "out" / "report.html").read_text() == "an older one"


def test_output_beside_json_is_the_same_document(here, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.html").write_text("an older one")
    result = here("grade", "mine.py", *AGAINST, "--output", "out", "--force", "--json")
    page, document = read(tmp_path / "out")

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == document
    assert document["verdict"] == "pass"
    assert "passed" in page
    assert "Layer by layer" not in page


def test_every_input_has_to_work(here):
    one = here("grade", "one_size.py", *AGAINST)
    two = here("grade", "one_size.py", *AGAINST, "--input", "3x12x12")

    assert one.returncode == 0, one.stdout
    assert two.returncode == 1, two.stdout
    assert "with an input of 3×12×12" in two.stdout


def test_templates_of_ones_own(here, tmp_path):
    (tmp_path / "mine" / "report").mkdir(parents=True)
    (tmp_path / "mine" / "report" / "terminal.txt").write_text("{{ report.points }} of mine\n")
    (tmp_path / "mine" / "report" / "page.html").write_text(
        '{% extends "bundled/report/page.html" %}{% block isolation %}<p>Room 301</p>{% endblock %}'
    )
    result = here("grade", "mine.py", *AGAINST, "--output", "out", "--templates", "mine")
    page, _ = read(tmp_path / "out")

    assert result.stdout == "10 of mine\n"
    assert "<p>Room 301</p>" in page
    assert "Isolation" not in page


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        pytest.param(("--input", "3x8x8"), "--input without --solution (expected REF.py:CLASS", id="input alone"),
        pytest.param(("--solution", "ref.py:Block"), "expected --input, such as --input 1x28x28", id="no input"),
        pytest.param((*AGAINST, "--input", "3xx8"), "'3xx8' is not a shape (expected sizes", id="no shape"),
        pytest.param(
            (*AGAINST, "--feedback", "some"), "'some' is not one of 'none', 'location', 'full'", id="no level"
        ),
        pytest.param((*AGAINST, "--templates", "nowhere"), "'nowhere' does not exist", id="no templates"),
        pytest.param((*AGAINST, "--output", "ref.py"), "ref.py: is not a folder (expected a folder", id="no folder"),
    ],
)
def test_bad_options(here, options, problem):
    result = here("grade", "mine.py", *options)

    assert result.returncode == 2
    assert problem in result.stderr
    assert result.stdout == ""
