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
        "isolation": _isolation(report),
        "lines": _lines,
        "style": partial(_styled, colour=colour),
        "marks": {True: "✓", False: "✗", None: "–"},
        "styles": {True: "good", False: "bad", None: "faint"},
    }
    return fill("report/terminal.txt", shown, templates=templates)


def _lines(text: str, first: str = "", rest: str | None = None) -> str:
    """A text of the report in lines. It may hold a student's own names: nothing in it steers the terminal."""
    return wrap(printable(text, _MOST_CHARACTERS, multiline=True), WIDTH, first=first, rest=rest)


def _styled(text: str, style: Style, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if colour else text


def _isolation(report: Report) -> Isolation:
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
