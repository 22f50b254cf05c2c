"""Templates of a teacher: one block replaced, one file replaced, and faults named by file and line."""

import re
from pathlib import Path

import pytest

from cnnquiz.bank.text import Language
from cnnquiz.errors import UsageError
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.worksheet import render_worksheet
from cnnquiz.worksheets.worksheet import Worksheet


@pytest.fixture
def sheet(worksheets: dict[Language, Worksheet]) -> Worksheet:
    return worksheets["en"]


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    (tmp_path / "worksheet").mkdir()
    return tmp_path


def test_one_block_is_replaced_and_the_rest_is_inherited(templates: Path, sheet: Worksheet) -> None:
    own = '{% extends "bundled/worksheet/worksheet.html" %}{% block student %}<p>Group</p>{% endblock %}'
    (templates / "worksheet/worksheet.html").write_text(own)

    page = render_worksheet(sheet, format="html", part="worksheet", templates=templates)

    bundled = render_worksheet(sheet, format="html", part="worksheet")
    student = re.compile(r'<div class="student">.*?</div>', re.DOTALL)
    expected = student.sub("<p>Group</p>", bundled)
    assert "".join(page.split()) == "".join(expected.split())


def test_one_file_is_replaced(templates: Path, sheet: Worksheet) -> None:
    (templates / "worksheet/style.css").write_text("body { color: green }")

    page = render_worksheet(sheet, format="html", part="key", templates=templates)

    assert re.search(r"<style>\s*body { color: green }\s*</style>", page)


def test_a_block_of_plain_text_is_replaced(templates: Path, sheet: Worksheet) -> None:
    own = '{% extends "bundled/worksheet/worksheet.txt" %}{% block header %}Quiz\n{% endblock %}'
    (templates / "worksheet/worksheet.txt").write_text(own)

    page = render_worksheet(sheet, format="text", part="worksheet", templates=templates)

    assert page.startswith("Quiz\n\n────")


def test_html_templates_escape_what_they_print(templates: Path) -> None:
    (templates / "own.html").write_text("<p>{{ text }}</p>")

    assert fill("own.html", {"text": "<b>"}, templates=templates) == "<p>&lt;b&gt;</p>"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        pytest.param("\n{% if %}", r"worksheet\.md:2: Expected an expression", id="syntax"),
        pytest.param("\n\n{{ wordz }}", r"worksheet\.md:3: 'wordz' is undefined", id="an unknown name"),
        pytest.param("{{ problems[0].answer }}", r"worksheet\.md:1: .* no attribute 'answer'", id="the key"),
        pytest.param("{% include 'x.md' %}", r"x\.md", id="a file that does not exist"),
    ],
)
def test_a_broken_template_is_named(templates: Path, sheet: Worksheet, template: str, message: str) -> None:
    (templates / "worksheet/worksheet.md").write_text(template)

    with pytest.raises(
        UsageError, match=message + r".*\(expected a template like the bundled worksheet/worksheet.md\)"
    ):
        render_worksheet(sheet, format="markdown", part="worksheet", templates=templates)
