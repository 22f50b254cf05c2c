"""The marking guide: what each part of an answer is worth, by hand arithmetic."""

from dataclasses import replace
from fractions import Fraction

import pytest

from cnnquiz.bank.question import AnswerKind
from cnnquiz.bank.text import Language
from cnnquiz.problems.problem import Answer, Mistake
from cnnquiz.rendering.marking_guide import credit_points, marking_guide
from cnnquiz.rendering.words import WORKSHEET
from cnnquiz.worksheets.worksheet import Worksheet

Worksheets = dict[Language, Worksheet]


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        pytest.param("choices", (0, 2, 3), "Each right letter is worth 2/3 points; each wrong one takes as much away."),
        pytest.param("table", (1, 2, 3, 4), "Each blank is worth 1/2 points."),
        pytest.param("match", (1, 0), "Each pair is worth 1 point."),
        pytest.param("listing", (8, 2), "The line and its effect are worth 1 point each."),
    ],
)
def test_what_a_part_is_worth(worksheets: Worksheets, kind: AnswerKind, answer: Answer, expected: str) -> None:
    problem = replace(worksheets["en"].problems[0], kind=kind, answer=answer, points=2)

    assert marking_guide(problem, WORKSHEET["en"]) == (expected,)


def test_how_close_a_number_must_come(worksheets: Worksheets) -> None:
    problem = replace(worksheets["en"].problems[0], tolerance=Fraction(1, 2))

    assert marking_guide(problem, WORKSHEET["en"]) == ("Up to 0.5 more or less is right.",)
    assert marking_guide(replace(problem, tolerance=Fraction(0)), WORKSHEET["en"]) == ()


@pytest.mark.parametrize(
    ("kind", "answer", "part", "expected"),
    [
        pytest.param("number", 55, None, Fraction(1), id="half of two points"),
        pytest.param("table", (1, 2, 3, 4), 2, Fraction(1, 4), id="half of a blank's half point"),
        pytest.param("choices", (0, 1), None, None, id="a wrong letter earns nothing by itself"),
    ],
)
def test_what_a_mistake_earns(
    worksheets: Worksheets, kind: AnswerKind, answer: Answer, part: int | None, expected: Fraction | None
) -> None:
    problem = replace(worksheets["en"].problems[0], kind=kind, answer=answer, points=2)
    mistake = Mistake(answer=7, feedback="half right", credit=Fraction(1, 2), part=part)

    assert credit_points(problem, mistake) == expected
