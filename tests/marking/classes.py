"""Worksheets, answers and marks of classes, built by hand."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from cnnquiz.marking.gradebook import Gradebook, MarkedWorksheet
from cnnquiz.marking.mark import Mark
from cnnquiz.marking.responses import Response, Responses
from cnnquiz.problems.problem import Mistake, Problem
from cnnquiz.worksheets.worksheet import Student, Worksheet
from tests.marking.conftest import problem

STRIDE = Mistake(answer=109, feedback="The stride was left out of 109.", credit=Fraction(1, 4))
WIDTH = problem("number", 55, question="t.width", mistakes=(STRIDE,))
PICK = problem(
    "choice",
    1,
    question="t.pick",
    options=("relu", "pool", "conv"),
    mistakes=(Mistake(answer=0, feedback="It keeps the size."), Mistake(answer=2, feedback="It has weights.")),
)
WORD = problem("text", "residual", question="t.word", accepted=("residual",))


def worksheet(*problems: Problem, **changes: Any) -> Worksheet:
    fields: dict[str, Any] = {
        "title": "Quiz",
        "language": "en",
        "seed": 1,
        "version": 1,
        "id": "003-R2M-6G0",
        "problems": problems or (WIDTH, PICK, WORD),
    }
    return Worksheet(**fields | changes)


def responses(student: str, answers: Mapping[str, Response], **changes: Any) -> Responses:
    return Responses(student=Student(id=student), answers=answers, place="answers.csv:2", **changes)


def marked(points: Sequence[int], *, student: str = "1", max_points: int = 1, **changes: Any) -> MarkedWorksheet:
    """A worksheet with these points for the questions q0, q1, …"""
    marks = tuple(
        Mark(
            problem=f"q{number}:{changes.get('version', 1)}",
            response="x",
            read_as="x",
            verdict="right" if each == max_points else "wrong",
            mistake=None,
            points=Fraction(each),
            max_points=max_points,
            feedback="",
        )
        for number, each in enumerate(points)
    )
    fields: dict[str, Any] = {"student": Student(id=student), "worksheet": "", "version": 1, "marks": marks}
    return MarkedWorksheet(**fields | changes)


def gradebook(*marks: MarkedWorksheet) -> Gradebook:
    return Gradebook(title="Quiz", marked=marks)
