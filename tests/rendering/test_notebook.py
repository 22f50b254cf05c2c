"""Notebooks: valid by Jupyter's own schema, a cell for each problem and one to answer it, figures attached."""

import base64
import json
from xml.etree import ElementTree as ET

import nbformat
import pytest

from cnnquiz.bank.text import LANGUAGES, Language
from cnnquiz.rendering.formats import PARTS, Part
from cnnquiz.rendering.worksheet import render_worksheet
from cnnquiz.worksheets.worksheet import Worksheet

Worksheets = dict[Language, Worksheet]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notebook_is_valid(every_kind: Worksheets, language: Language, part: Part) -> None:
    text = render_worksheet(every_kind[language], format="notebook", part=part)

    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert "\f" not in text and "\\f" not in text.replace("\\\\f", "")


def test_every_problem_is_asked_in_a_cell_and_answered_in_the_next(every_kind: Worksheets) -> None:
    worksheet = every_kind["en"]
    cells = json.loads(render_worksheet(worksheet, format="notebook", part="worksheet"))["cells"]

    assert [cell["cell_type"] for cell in cells] == ["markdown", *["markdown", "code"] * len(worksheet.problems)]
    for problem, asked, answer in zip(worksheet.problems, cells[1::2], cells[2::2], strict=True):
        assert "".join(asked["source"]).startswith("## Problem ")
        assert answer["metadata"]["cnnquiz"] == {"problem": problem.id, "kind": problem.kind}
        compile("".join(answer["source"]), "answer", "exec")


def test_a_figure_is_attached_to_its_cell(every_kind: Worksheets) -> None:
    worksheet = every_kind["ko"]
    cells = json.loads(render_worksheet(worksheet, format="notebook", part="worksheet"))["cells"]

    figured = [problem.figure is not None for problem in worksheet.problems]
    assert ["attachments" in cell for cell in cells[1::2]] == figured
    assert any(figured)
    for cell in cells:
        if "attachments" in cell:
            assert "](attachment:figure.svg)" in "".join(cell["source"])
            picture = base64.b64decode(cell["attachments"]["figure.svg"]["image/svg+xml"])
            assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"


def test_solutions_have_no_cell_to_answer(every_kind: Worksheets) -> None:
    cells = json.loads(render_worksheet(every_kind["en"], format="notebook", part="solutions"))["cells"]

    assert {cell["cell_type"] for cell in cells} == {"markdown"}
    assert len(cells) == 1 + len(every_kind["en"].problems)
