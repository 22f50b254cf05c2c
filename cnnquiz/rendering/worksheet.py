"""A worksheet goes in; the page for its student, its key, or its solutions for the teacher come out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Literal, overload

from cnnquiz.errors import UsageError
from cnnquiz.problems.problem import Problem
from cnnquiz.rendering.formats import FORMATS, PARTS, PageFormat, Part
from cnnquiz.rendering.notebook import notebook
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.pdf import pdf
from cnnquiz.rendering.qr_code import qr_code
from cnnquiz.rendering.setting import Setting, holds_korean, setting_in
from cnnquiz.rendering.shown import AskedProblem, ShownSection, SolvedProblem
from cnnquiz.rendering.words import Words, counted
from cnnquiz.worksheets.worksheet import Section, Worksheet

__all__ = ["FORMATS", "PARTS", "PageFormat", "Part", "render_worksheet"]

TextFormat = Literal["html", "latex", "markdown", "text", "notebook"]


@overload
def render_worksheet(worksheet: Worksheet, *, format: TextFormat, part: Part, templates: Path | None = None) -> str: ...


@overload
def render_worksheet(
    worksheet: Worksheet, *, format: Literal["pdf"], part: Part, templates: Path | None = None
) -> bytes: ...


@overload
def render_worksheet(
    worksheet: Worksheet, *, format: str, part: Part, templates: Path | None = None
) -> str | bytes: ...


def render_worksheet(worksheet: Worksheet, *, format: str, part: Part, templates: Path | None = None) -> str | bytes:
    """The page in one of FORMATS, as one file that needs no other and no network.

    `templates` is a folder whose files take the place of the bundled ones (see `pages`). UsageError for a format or
    part that does not exist, for a template that cannot be filled, and for a PDF whose fonts lack a character.
    """
    _require("format", format, tuple(FORMATS))
    _require("part", part, PARTS)
    page_format = FORMATS[format]
    shown = _shown(worksheet, page_format, part)
    if format == "notebook":
        return notebook(worksheet, shown, part=part, templates=templates)
    page = fill(f"worksheet/{part}{page_format.template}", shown, templates=templates)
    return pdf(page, templates=templates) if format == "pdf" else page


def _require(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise UsageError(f"{what} {given!r} (expected one of {', '.join(known)})")


def _shown(worksheet: Worksheet, page_format: PageFormat, part: Part) -> Mapping[str, object]:
    """What the templates of every format are handed."""
    setting = setting_in(page_format.markup, worksheet.language)
    words = setting.words
    heading = setting.heading(worksheet)
    if part == "key":  # one table, which needs the width
        heading = replace(heading, layout=replace(heading.layout, columns=1))
    title = setting.unmarked(worksheet.title)
    sections = tuple(_sections(worksheet, setting, part))
    return {
        "language": worksheet.language,
        "words": words,
        "separator": setting.unmarked(" · "),
        "title": title,
        "heading": heading,
        # Somebody's name may be Korean on an English page.
        "has_korean": page_format.markup == "latex" and holds_korean(f"{title}{words}{heading}{sections}"),
        "size": " · ".join(
            (
                counted(words, "problems", len(worksheet.problems)),
                counted(words, "points", worksheet.max_points),
            )
        ),
        "total": counted(words, "points", worksheet.max_points),
        "edition": _edition(worksheet, words),
        "id": worksheet.id,
        "qr_code": qr_code(worksheet.id) if worksheet.id else None,
        "sections": sections,
        "begin_cell": _no_cell,
        "problems": tuple(problem for section in sections for problem in section.problems),
    }


def _no_cell(_number: int | str = "") -> str:
    """Only a notebook is cut into cells."""
    return ""


def _edition(worksheet: Worksheet, words: Words) -> str:
    """What tells this worksheet from others: its id, or the seed of one that has none."""
    name = worksheet.id or f"{words['seed']} {worksheet.seed}"
    return f"{words['version']} {worksheet.version} · {name}"


def _sections(worksheet: Worksheet, setting: Setting, part: Part) -> Iterator[ShownSection]:
    numbers = count(1)
    layout = worksheet.heading.layout

    def asked(problem: Problem) -> AskedProblem:
        return setting.asked(next(numbers), problem, layout)

    def solved(problem: Problem) -> SolvedProblem:
        return setting.solved(next(numbers), problem, layout)

    for section in worksheet.sections or (Section(title="", problems=worksheet.problems),):
        problems = section.problems
        yield ShownSection(
            title=setting.marked(section.title),
            points=counted(setting.words, "points", section.max_points),
            instructions=setting.paragraphs(section.instructions),
            problems=tuple(map(asked, problems)) if part == "worksheet" else tuple(map(solved, problems)),
        )
