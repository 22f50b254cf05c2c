"""Problems and headings go in; what templates show of them comes out, each text set in one format and language."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from cnnquiz.bank.text import Language
from cnnquiz.formulas import Worked, parse
from cnnquiz.problems.kinds import OPTION_LETTERS, shown_answer, shown_blanks, shown_mistake, shown_number
from cnnquiz.problems.problem import Grid, Problem
from cnnquiz.rendering.figures import draw
from cnnquiz.rendering.length import may_fill_a_page
from cnnquiz.rendering.marking_guide import credit_points, marking_guide
from cnnquiz.rendering.markup import Format, Writer
from cnnquiz.rendering.shown import (
    AskedCell,
    AskedFigure,
    AskedGrid,
    AskedOption,
    AskedProblem,
    ShownField,
    ShownHeading,
    ShownMistake,
    SolvedProblem,
)
from cnnquiz.rendering.words import WORKSHEET, Words, counted
from cnnquiz.rendering.writers import WRITERS
from cnnquiz.worksheets.worksheet import Field, Heading, Layout, Worksheet

# Room to work in where the answer must be worked out, in millimetres.
_USUAL_SPACE = 18


_HANGUL = re.compile("[ㄱ-ㆎ가-힣]")


def holds_korean(text: str) -> bool:
    return _HANGUL.search(text) is not None


def setting_in(format: Format, language: Language) -> "Setting":
    return Setting(writer=WRITERS[format], language=language, words=WORKSHEET[language], finished=_finished(format))


def _finished(format: Format) -> Callable[[str], str]:
    """Marks what a writer wrote as needing no more escaping, in the formats whose templates escape by themselves."""
    if format in ("markdown", "notebook", "text"):
        return str
    from markupsafe import Markup

    return Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Sets texts, problems and headings in one format and language."""

    writer: Writer
    language: Language
    words: Words
    finished: Callable[[str], str]

    def heading(self, worksheet: Worksheet) -> ShownHeading:
        heading = worksheet.heading
        minutes = () if heading.minutes is None else (self.words["minutes"].format(heading.minutes),)
        return ShownHeading(
            course=self.marked(heading.course),
            facts=tuple(map(self.marked, filter(None, (heading.date, *minutes)))),
            instructions=self.paragraphs(heading.instructions),
            aids=tuple(map(self.marked, heading.aids)),
            formula_sheet=tuple(map(self.marked, heading.formula_sheet)),
            fields=tuple(
                ShownField(label=self.unmarked(field.label), value=self.unmarked(field.value))
                for field in self._fields(worksheet)
            ),
            layout=heading.layout,
            space=heading.layout.answer_space or _USUAL_SPACE,
        )

    def _fields(self, worksheet: Worksheet) -> Iterable[Field]:
        """Of a worksheet that nobody laid out, the usual ones."""
        if worksheet.heading != Heading():
            return worksheet.heading.fields
        student = worksheet.student
        name, number = (student.name, student.id) if student else ("", "")
        return (
            Field(label=self.words["name"], value=name),
            Field(label=self.words["student_number"], value=number),
            Field(label=self.words["date"]),
        )

    def asked(self, number: int, problem: Problem, layout: Layout) -> AskedProblem:
        options = zip(OPTION_LETTERS, problem.options, strict=False)
        figure = self.figure(problem)
        return AskedProblem(
            number=number,
            id=self.unmarked(problem.short_id),
            kind=problem.kind,
            points=counted(self.words, "points", problem.points),
            prompt=self.paragraphs(problem.prompt),
            convention=self.line(problem.convention),
            figure=figure,
            task=self.words.get(problem.kind),
            options=tuple(AskedOption(letter=letter, text=self.marked(text)) for letter, text in options),
            items=tuple(map(self.marked, problem.items)),
            grid=self.grid(problem.grid, ()),
            listing=self.listing(problem),
            unit=self.line(problem.unit),
            space=layout.answer_space or (_USUAL_SPACE if problem.kind in ("number", "shape") else 0),
            is_long=may_fill_a_page(problem, layout, figure.height if figure else 0.0),
        )

    def solved(self, number: int, problem: Problem, layout: Layout) -> SolvedProblem:
        return SolvedProblem(
            asked=self.asked(number, problem, layout),
            id=self.unmarked(problem.id),
            answer=self.marked(shown_answer(problem)),
            accepted=tuple(map(self.unmarked, self.spellings(problem.accepted[1:]))),
            grid=self.grid(problem.grid, shown_blanks(problem)),
            fixed=None if problem.fixed is None else self.code(problem.fixed),
            working=self.working(problem),
            solution=self.paragraphs(problem.solution or ""),
            marking=tuple(map(self.unmarked, marking_guide(problem, self.words))),
            mistakes=self.mistakes(problem),
            hints=tuple(map(self.marked, problem.hints)),
            source=self.unmarked(problem.source),
        )

    def mistakes(self, problem: Problem) -> tuple[ShownMistake, ...]:
        """Neighbours that are worth and mean the same are one entry, such as the spellings of a wrong word."""
        found: list[ShownMistake] = []
        for (feedback, points), group in groupby(
            problem.mistakes, key=lambda mistake: (mistake.feedback, credit_points(problem, mistake))
        ):
            shown = list(dict.fromkeys(shown_mistake(problem, mistake) for mistake in group))
            answers = map(self.marked, self.spellings(shown) or shown)
            found.append(
                ShownMistake(
                    answer=self.finished(self.unmarked(" · ").join(answers)),
                    points="–" if points is None else counted(self.words, "points", points),
                    feedback=self.marked(feedback),
                )
            )
        return tuple(found)

    def spellings(self, texts: Sequence[str]) -> list[str]:
        """Those that readers of the page can read: Korean ones only where it is Korean."""
        return [text for text in texts if self.language == "ko" or not holds_korean(text)]

    def figure(self, problem: Problem) -> AskedFigure | None:
        if problem.figure is None:
            return None
        drawing = draw(problem.figure, problem.language)
        picture, alt = self.finished(self.writer.picture(drawing)), self.unmarked(drawing.alt)
        return AskedFigure(picture=picture, alt=alt, height=drawing.box.height)

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
