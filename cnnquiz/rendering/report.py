"""A report goes in; what a student reads in a terminal comes out."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from cnnquiz.grading.report import Report
from cnnquiz.rendering.columns import wrap
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.words import ISOLATION_KO, REPORT
from cnnquiz.sandbox import Isolation, printable

WIDTH = 100

Style = Literal["strong", "good", "bad", "faint"]

_COLOURS: Mapping[Style, str] = {"strong": "1", "good": "32", "bad": "31", "faint": "2"}

_MOST_CHARACTERS = 20_000


def render_report(report: Report, *, colour: bool, templates: Path | None = None) -> str:
    """The report in lines of at most 100 columns; without `colour`, without a single escape sequence.

    `templates` is a folder whose files take the place of the bundled ones (see `pages`).
    """
    words = REPORT[report.language]
    shown = {
        "report": report,
        "words": words,
        "isolation": told_isolation(report),
        "graded_as": graded_as(report),
        "lines": _lines,
        "style": partial(styled, colour=colour),
        "marks": {True: "✓", False: "✗", None: "–"},
        "styles": {True: "good", False: "bad", None: "faint"},
    }
    return fill("report/terminal.txt", shown, templates=templates)


def _lines(text: str, first: str = "", rest: str | None = None) -> str:
    """A text of the report in lines. It may hold a student's own names: nothing in it steers the terminal."""
    return wrap(printable(text, _MOST_CHARACTERS, multiline=True), WIDTH, first=first, rest=rest)


def styled(text: str, style: Style, *, colour: bool) -> str:
    """The text in a colour of the terminal, or as it is."""
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if colour else text


def graded_as(report: Report) -> str:
    """The call with the arguments that it was graded with, `BasicBlock(in_channels=64)`; empty for the usual ones."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in report.arguments.items())
    return f"{report.entry}({arguments})" if arguments else ""


def told_isolation(report: Report) -> Isolation:
    """The isolation in the report's language; what has no translation stays as the sandbox calls it."""
    found = report.isolation
    if report.language == "en":
        return found
    return replace(
        found,
        name=ISOLATION_KO.get(found.kind, found.name),
        enforced=tuple(ISOLATION_KO.get(phrase, phrase) for phrase in found.enforced),
        missing=tuple(ISOLATION_KO.get(phrase, phrase) for phrase in found.missing),
    )
