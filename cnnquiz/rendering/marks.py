"""Marks go in; what a student reads about them comes out, and the table of the class for the teacher."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Literal, overload

from cnnquiz.bank.text import Language
from cnnquiz.errors import UsageError
from cnnquiz.formulas import format_number
from cnnquiz.marking.gradebook import Gradebook, MarkedWorksheet, Regrade
from cnnquiz.marking.mark import Mark, PartMark, Verdict
from cnnquiz.rendering.marks_words import MARKS
from cnnquiz.rendering.markup import Format
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.pdf import pdf
from cnnquiz.rendering.report import WIDTH, styled
from cnnquiz.rendering.setting import Setting, setting_in
from cnnquiz.rendering.shown import AskedProblem, SolvedProblem
from cnnquiz.rendering.text_table import text_table
from cnnquiz.rendering.words import WORKSHEET, Words
from cnnquiz.rendering.writers import WRITERS
from cnnquiz.sandbox import printable
from cnnquiz.worksheets.worksheet import Worksheet

_LONGEST = 500
_TEMPLATE: Mapping[str, str] = {"html": ".html", "text": ".txt", "pdf": ".typ"}
_MARKUP: Mapping[str, Format] = {"html": "html", "text": "text", "pdf": "typst"}

# What somebody typed may hold any character, but our fonts do not: a class's PDFs must not fail on one student's emoji.
_NOT_IN_FONTS = re.compile("[^\n\x20-\x7e\xa0-\xffㄱ-ㆎ가-힣–—‘’“”…×·]")
_SIGN: Mapping[Verdict, str] = {
    "right": "✓",
    "other-convention": "≈",
    "mistake": "✗",
    "wrong": "✗",
    "not-understood": "?",
    "empty": "–",
}
_STYLE: Mapping[Verdict, str] = {"right": "good", "other-convention": "faint", "empty": "faint"}


TextFormat = Literal["html", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownJudgement:
    """How one answer, or one part of it (counted from 1), was read and judged, in the format of the page."""

    number: int
    sign: str
    style: str
    verdict: str
    response: str
    read_as: str
    feedback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMark:
    """A problem with the mark of one student; the solution is there where the answer is not right."""

    asked: AskedProblem
    solved: SolvedProblem
    points: str
    judged: ShownJudgement
    parts: tuple[ShownJudgement, ...]
    amended: str


@overload
def render_feedback(
    worksheet: Worksheet,
    marked: MarkedWorksheet,
    *,
    format: TextFormat,
    colour: bool = False,
    templates: Path | None = None,
) -> str: ...


@overload
def render_feedback(
    worksheet: Worksheet, marked: MarkedWorksheet, *, format: Literal["pdf"], templates: Path | None = None
) -> bytes: ...


@overload
def render_feedback(
    worksheet: Worksheet, marked: MarkedWorksheet, *, format: str, templates: Path | None = None
) -> str | bytes: ...


def render_feedback(
    worksheet: Worksheet,
    marked: MarkedWorksheet,
    *,
    format: str,
    colour: bool = False,
    templates: Path | None = None,
) -> str | bytes:
    """A student's marks with feedback, and the worked solution of what is not right.

    `worksheet` has the key as it is now. `templates` is a folder whose files take the place of the bundled ones (see
    `pages`). UsageError for a format that does not exist.
    """
    if format not in _MARKUP:
        raise UsageError(f"format {format!r} (expected one of {', '.join(_MARKUP)})")
    setting = setting_in(_MARKUP[format], worksheet.language)
    words = MARKS[worksheet.language]
    shown = {
        "language": worksheet.language,
        "words": words,
        "asked_words": WORKSHEET[worksheet.language],
        "heading": setting.heading(worksheet),
        "title": setting.unmarked(printable(worksheet.title, _LONGEST)),
        "student": _typed(" · ".join(filter(None, (marked.student.name, marked.student.id))), setting),
        "edition": setting.unmarked(worksheet.id or f"{WORKSHEET[worksheet.language]['version']} {worksheet.version}"),
        "points": _points(words, marked.points, marked.max_points),
        "style_of_points": "good" if marked.points == marked.max_points else "bad",
        "marks": tuple(_marks(worksheet, marked, setting, words)),
        "width": WIDTH,
        "style": partial(styled, colour=colour),
    }
    page = fill(f"marks/feedback{_TEMPLATE[format]}", shown, templates=templates)
    return pdf(page, templates=templates) if format == "pdf" else page


def _typed(text: str, setting: Setting) -> str:
    """What somebody typed, which must not steer the page or the terminal, or need a font that is not there."""
    shown = printable(text, _LONGEST, multiline=True)
    if setting.writer is WRITERS["typst"]:
        shown = _NOT_IN_FONTS.sub(lambda found: found[0].encode("unicode_escape").decode(), shown)
    return setting.unmarked(shown if len(text) <= _LONGEST else f"{shown}…")


def _points(words: Words, points: Fraction, max_points: int) -> str:
    return words["points"].format(format_number(points, digits=2), max_points)


def _marks(worksheet: Worksheet, marked: MarkedWorksheet, setting: Setting, words: Words) -> Iterator[ShownMark]:
    problems = {problem.id: problem for problem in worksheet.problems}
    for number, mark in enumerate(marked.marks, start=1):
        problem = problems[mark.problem]
        solved = setting.solved(number, problem, worksheet.heading.layout)
        yield ShownMark(
            asked=solved.asked,
            solved=solved,
            points=_points(words, mark.points, mark.max_points),
            judged=_judged(number, mark, setting, words),
            parts=tuple(_judged(nth, part, setting, words) for nth, part in enumerate(mark.parts, start=1)),
            amended=setting.marked(_amended(mark, marked.regraded.get(mark.problem), words)),
        )


def _judged(number: int, mark: Mark | PartMark, setting: Setting, words: Words) -> ShownJudgement:
    read_as = (mark.read_as or "") if mark.verdict != "not-understood" else ""
    return ShownJudgement(
        number=number,
        sign=_SIGN[mark.verdict],
        style=_STYLE.get(mark.verdict, "bad"),
        verdict=words[mark.verdict],
        response=_typed(mark.response.strip(), setting) if mark.response.strip() else words["nothing"],
        # Who reads their own answer again learns nothing.
        read_as="" if read_as == mark.response.strip() else _typed(read_as, setting),
        feedback=setting.marked(mark.feedback),
    )


def _amended(mark: Mark, regrade: Regrade | None, words: Words) -> str:
    if regrade is None:
        return ""
    before, after = (format_number(points, digits=2) for points in (regrade.first.points, mark.points))
    return words["amended"].format(before, after, regrade.reason)


def render_class(gradebook: Gradebook, language: Language) -> str:
    """A line for each student, in columns."""
    words = MARKS[language]
    if not gradebook.marked:
        raise UsageError("no marks (expected those of at least one student)")
    rows = [
        (
            _line(each.student.id),
            _line(each.student.name),
            each.worksheet or str(each.version),
            f"{format_number(each.points, digits=2)}/{each.max_points}",
            _percent(each),
        )
        for each in gradebook.marked
    ]
    titles = [words[name] for name in ("student", "name", "version", "earned", "share")]
    mean = f"{fmean(100 * each.points / (each.max_points or 1) for each in gradebook.marked):.1f}"
    table = text_table(titles, rows, numbers=(3, 4))
    return f"{table}\n\n{words['mean'].format(len(rows), mean)}\n"


def render_changes(gradebook: Gradebook, language: Language) -> str:
    """Whose points an amendment changes, by how much and why."""
    words = MARKS[language]
    changed = [each for each in gradebook.marked if each.points != each.first_points]
    if not changed:
        return words["nobody_changed"] + "\n"
    lines = [words["changed"]]
    for each in changed:
        student = " ".join(filter(None, (_line(each.student.id), _line(each.student.name))))
        lines.append("  " + words["change"].format(student=student, **_before_after(each.first_points, each.points)))
        for mark in each.marks:
            regrade = each.regraded.get(mark.problem)
            if regrade is not None and regrade.first.points != mark.points:
                shown = _before_after(regrade.first.points, mark.points)
                reason = _line(regrade.reason)
                lines.append("    " + words["change_of"].format(problem=mark.problem, reason=reason, **shown))
    return "\n".join(lines) + "\n"


def _before_after(before: Fraction, after: Fraction) -> dict[str, str]:
    return {"before": format_number(before, digits=2), "after": format_number(after, digits=2)}


def _line(text: str) -> str:
    return printable(text, _LONGEST)


def _percent(marked: MarkedWorksheet) -> str:
    return f"{float(100 * marked.points / marked.max_points):.1f}" if marked.max_points else "–"
