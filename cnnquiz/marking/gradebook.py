"""A class's answers go in; everybody's marks come out, with what an amendment of the key changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from cnnquiz.marking.mark import Mark, mark, mark_parts
from cnnquiz.marking.responses import Answered, Class, Response
from cnnquiz.problems.problem import Problem
from cnnquiz.worksheets.worksheet import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrade:
    """The mark by the key as it was first, and why the key was amended."""

    first: Mark
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedWorksheet:
    """One student's marks, in the order of the worksheet.

    `worksheet` is its id and `version` its number; `seconds` the time that was taken, where it is known. `regraded`
    holds, by the problem's id, what an amendment changed; `unplaced` the answers to what the worksheet does not ask.
    """

    student: Student
    worksheet: str
    version: int
    marks: tuple[Mark, ...]
    seconds: int | None = None
    regraded: Mapping[str, Regrade] = field(default_factory=dict)
    unplaced: Mapping[str, str] = field(default_factory=dict)

    @property
    def points(self) -> Fraction:
        return sum((mark.points for mark in self.marks), Fraction(0))

    @property
    def max_points(self) -> int:
        return sum(mark.max_points for mark in self.marks)

    @property
    def first_points(self) -> Fraction:
        """The points before any amendment."""
        return sum((self._first(mark).points for mark in self.marks), Fraction(0))

    def _first(self, mark: Mark) -> Mark:
        return self.regraded[mark.problem].first if mark.problem in self.regraded else mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradebook:
    """A class's marks, in the order in which the students stand in the file of their answers."""

    title: str
    marked: tuple[MarkedWorksheet, ...]
    notes: tuple[str, ...] = ()

    @property
    def all_right(self) -> bool:
        return all(each.points == each.max_points for each in self.marked)


def question_of(problem: str) -> str:
    """The question's id in a problem's."""
    return problem.rpartition(":")[0]


def mark_response(problem: Problem, response: Response) -> Mark:
    """The mark of an answer as typed, or of its parts."""
    return mark(problem, response) if isinstance(response, str) else mark_parts(problem, response)


Amend = Callable[[Problem, Response], tuple[Mark, str] | None]
"""A problem and an answer go in; the mark by an amended key and the reason come out, None where nothing is amended."""


def mark_class(answers: Class, *, amend: Amend = lambda _problem, _response: None) -> Gradebook:
    """Mark everybody, by the key as it stands and then as amended."""
    title = answers.answered[0].worksheet.title if answers.answered else ""
    marked = tuple(_marked(each, amend) for each in answers.answered)
    return Gradebook(title=title, marked=marked, notes=answers.notes)


def _marked(answered: Answered, amend: Amend) -> MarkedWorksheet:
    marks: list[Mark] = []
    regraded: dict[str, Regrade] = {}
    for problem, response in zip(answered.worksheet.problems, answered.responses, strict=True):
        first = mark_response(problem, response)
        amended = amend(problem, response)
        marks.append(first if amended is None else amended[0])
        if amended is not None and amended[0] != first:
            regraded[problem.id] = Regrade(first=first, reason=amended[1])
    return MarkedWorksheet(
        student=answered.student,
        worksheet=answered.worksheet.id,
        version=answered.worksheet.version,
        marks=tuple(marks),
        seconds=answered.seconds,
        regraded=regraded,
        unplaced={name: as_text(response) for name, response in answered.unplaced.items()},
    )


def as_text(response: Response) -> str:
    """An answer in one text, its parts apart by semicolons."""
    return response if isinstance(response, str) else "; ".join(response)
