"""A worksheet goes in; the page for its student, or the key for its teacher, comes out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from cnnquiz.bank.question import AnswerKind
from cnnquiz.errors import UsageError
from cnnquiz.formulas import Worked, parse
from cnnquiz.problems.kinds import OPTION_LETTERS, shown_answer, shown_blanks, shown_mistake, shown_number
from cnnquiz.problems.problem import Grid, Problem
from cnnquiz.rendering.markup import WRITERS, Format, Writer
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.words import WORKSHEET, Words, counted, credit
from cnnquiz.worksheets.worksheet import Worksheet

Part = Literal["worksheet", "key"]

_SUFFIXES: Mapping[Format, str] = {"html": "html", "markdown": "md", "text": "txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOption:
    """One of the answers to choose from."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCell:
    """A cell of a table; a blank has the text of its key on a key, and none on a worksheet."""

    text: str
    blank: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedGrid:
    """A table to fill in."""

    columns: tuple[str, ...]
    rows: tuple[tuple[AskedCell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedProblem:
    """What a student may see of a problem, each text written in the format of the page.

    A worksheet's template is handed this and never the problem itself: it cannot print what it does not have.
    """

    number: int
    kind: AnswerKind
    points: str
    prompt: tuple[str, ...]
    convention: str | None
    task: str | None
    options: tuple[AskedOption, ...]
    items: tuple[str, ...]
    grid: AskedGrid | None
    listing: tuple[str, ...]
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMistake:
    """A wrong answer, the points that it is worth (None: none), and what a student who wrote it did."""

    answer: str
    credit: str | None
    feedback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedProblem:
    """What a teacher sees of a problem, each text written in the format of the page."""

    asked: AskedProblem
    id: str
    answer: str
    accepted: tuple[str, ...]
    grid: AskedGrid | None
    fixed: str | None
    working: str | None
    solution: tuple[str, ...]
    mistakes: tuple[ShownMistake, ...]
    hints: tuple[str, ...]
    source: str


def render_worksheet(worksheet: Worksheet, *, format: Format, part: Part, templates: Path | None = None) -> str:
    """The page; of an HTML page, one file that needs no other and no network.

    `templates` is a folder whose files take the place of the bundled ones (see `pages`). UsageError for a
    format or part that does not exist, and for a template that cannot be filled.
    """
    _require("format", format, tuple(_SUFFIXES))
    _require("part", part, ("worksheet", "key"))
    words = WORKSHEET[worksheet.language]
    setting = _Setting(writer=WRITERS[format], words=words, finished=_finished(format))
    problem = setting.asked if part == "worksheet" else setting.solved
    shown = {
        "language": worksheet.language,
        "words": words,
        "title": setting.unmarked(worksheet.title),
        "size": " · ".join(
            (
                counted(words, "problems", len(worksheet.problems)),
                counted(words, "points", worksheet.max_points),
            )
        ),
        "edition": f"{words['seed']} {worksheet.seed} · {words['version']} {worksheet.version}",
        "problems": [problem(number, each) for number, each in enumerate(worksheet.problems, start=1)],
    }
    return fill(f"worksheet/{part}.{_SUFFIXES[format]}", shown, templates=templates)


def _require(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise UsageError(f"{what} {given!r} (expected one of {', '.join(known)})")


def _finished(format: Format) -> Callable[[str], str]:
    """Marks what a writer wrote as needing no more escaping; only HTML templates escape by themselves."""
    if format != "html":
        return str
    from markupsafe import Markup

    return Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """Sets problems in one format and language."""

    writer: Writer
    words: Words
    finished: Callable[[str], str]

    def asked(self, number: int, problem: Problem) -> AskedProblem:
        options = zip(OPTION_LETTERS, problem.options, strict=False)
        return AskedProblem(
            number=number,
            kind=problem.kind,
            points=counted(self.words, "points", problem.points),
            prompt=self.paragraphs(problem.prompt),
            convention=self.line(problem.convention),
            task=self.words.get(problem.kind),
            options=tuple(AskedOption(letter=letter, text=self.marked(text)) for letter, text in options),
            items=tuple(map(self.marked, problem.items)),
            grid=self.grid(problem.grid, ()),
            listing=self.listing(problem),
            unit=self.line(problem.unit),
        )

    def solved(self, number: int, problem: Problem) -> SolvedProblem:
        return SolvedProblem(
            asked=self.asked(number, problem),
            id=self.unmarked(problem.id),
            answer=self.marked(shown_answer(problem)),
            accepted=tuple(map(self.unmarked, problem.accepted[1:])),
            grid=self.grid(problem.grid, shown_blanks(problem)),
            fixed=None if problem.fixed is None else self.code(problem.fixed),
            working=self.working(problem),
            solution=self.paragraphs(problem.solution or ""),
            mistakes=tuple(
                ShownMistake(
                    answer=self.marked(shown_mistake(problem, mistake)),
                    credit=credit(self.words, problem.points * mistake.credit),
                    feedback=self.marked(mistake.feedback),
                )
                for mistake in problem.mistakes
            ),
            hints=tuple(map(self.marked, problem.hints)),
            source=self.unmarked(problem.source),
        )

    def grid(self, grid: Grid | None, filled: Sequence[str]) -> AskedGrid | None:
        """The table, its blanks filled with these texts in turn; with none of them, empty."""
        if grid is None:
            return None
        texts = iter(filled)
        rows = (
            tuple(
                AskedCell(text=self.marked(next(texts, "") if cell is None else cell), blank=cell is None)
                for cell in row
            )
            for row in grid.rows
        )
        return AskedGrid(columns=tuple(map(self.marked, grid.columns)), rows=tuple(rows))

    def listing(self, problem: Problem) -> tuple[str, ...]:
        """The lines of a listing, which are code and carry no marks."""
        lines = [] if problem.listing is None else problem.listing.split("\n")
        return tuple(map(self.code, lines))

    def code(self, line: str) -> str:
        return self.finished(self.writer.code_line(line))

    def working(self, problem: Problem) -> str | None:
        if problem.working is None:
            return None
        symbolic, substituted = parse(problem.working.symbolic), parse(problem.working.substituted)
        shown = shown_number(problem)
        exact = shown is None or Fraction(shown.replace(",", "")) == problem.answer
        worked = Worked(symbolic=symbolic, substituted=substituted, value=problem.answer if exact else None)
        return self.finished(self.writer.equation(worked, None if exact else shown))

    def marked(self, text: str) -> str:
        return self.finished(self.writer.line(text))

    def line(self, text: str | None) -> str | None:
        return None if text is None else self.marked(text)

    def paragraphs(self, text: str) -> tuple[str, ...]:
        return tuple(map(self.finished, self.writer.paragraphs(text)))

    def unmarked(self, text: str) -> str:
        return self.finished(self.writer.prose(text))
