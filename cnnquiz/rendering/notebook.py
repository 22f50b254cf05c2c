"""What a worksheet shows goes in; a Jupyter notebook (nbformat 4.5) comes out: a cell for each problem, one to answer.

Its texts are those of the Markdown templates, cut where a template calls `begin_cell()`.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cnnquiz.problems.problem import Problem
from cnnquiz.rendering.figures import draw, svg
from cnnquiz.rendering.formats import Part
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.writers.markdown import ATTACHMENT
from cnnquiz.worksheets.worksheet import Worksheet

_CUT = re.compile("\f([0-9]*)\f")


def cut(number: int | str = "") -> str:
    """Where a cell begins, of the problem of that number or of none; no text of a question holds a form feed."""
    return f"\f{number}\f"


def notebook(worksheet: Worksheet, shown: Mapping[str, object], *, part: Part, templates: Path | None) -> str:
    """The text of the file. UsageError as for `fill`."""
    page = fill(f"worksheet/{part}.md", {**shown, "begin_cell": cut}, templates=templates)
    content = {
        "cells": list(_cells(page, worksheet, part)),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "cnnquiz": {"worksheet": worksheet.id, "version": worksheet.version, "part": part},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _cells(page: str, worksheet: Worksheet, part: Part) -> Iterator[dict[str, Any]]:
    first, *pieces = _CUT.split(page)
    for position, (number, text) in enumerate(zip(("", *pieces[::2]), (first, *pieces[1::2]), strict=True)):
        problem = worksheet.problems[int(number) - 1] if number else None
        if text.strip():
            yield _markdown(f"text-{position}", text, problem)
        if problem is not None and part == "worksheet":
            yield _answer(number, problem)


def _markdown(id: str, text: str, problem: Problem | None) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": "markdown", "id": id, "metadata": {}, "source": _lines(text)}
    if problem is not None and problem.figure is not None:
        picture = svg(draw(problem.figure, problem.language), embedded=False)
        cell["attachments"] = {ATTACHMENT: {"image/svg+xml": b64encode(picture.encode()).decode()}}
    return cell


def _answer(number: str, problem: Problem) -> dict[str, Any]:
    """Where a student answers: a name to give a value."""
    unit = f"  # {problem.unit}" if problem.unit else ""
    return {
        "cell_type": "code",
        "id": f"answer-{number}",
        "metadata": {"cnnquiz": {"problem": problem.id, "kind": problem.kind}},
        "execution_count": None,
        "outputs": [],
        "source": [f'answer_{number} = ""{unit}'],
    }


def _lines(text: str) -> list[str]:
    return re.sub("\n{3,}", "\n\n", text).strip("\n").splitlines(keepends=True)
