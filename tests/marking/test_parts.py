"""Tables as students type them: where one blank ends and the next begins, and what each is worth."""

from fractions import Fraction
from typing import Any

import pytest

from cnnquiz.marking.mark import mark, mark_parts
from cnnquiz.problems.problem import Grid, Mistake
from tests.marking.conftest import problem

GRID = Grid(columns=("layer", "output", "parameters"), rows=(("conv1", None, None), ("pool1", None, None)))
WEIGHTS = Mistake(answer=34_848, feedback="The biases are missing.", credit=Fraction(1, 2), part=1)
AS_MACS = Mistake(answer=7, feedback="MACs.", part=3, convention="MACs")


def table(**changes: Any) -> Any:
    key = ((96, 55, 55), 34_944, (96, 27, 27), 0)
    return problem(
        "table",
        key,
        **{
            "grid": GRID,
            "mistakes": (WEIGHTS, AS_MACS),
            "convention": "Shapes are channels × height × width.",
            **changes,
        },
    )


WHOLE = [
    "96 × 55 × 55; 34,944; 96 × 27 × 27; 0", "96x55x55;34944;96x27x27;0", "96x55x55; 34944\n96x27x27; 0", "96x55x55\n34944\n96x27x27\n0", "96x55x55\t34,944\n96x27x27\t0", "96x55x55 | 34,944 | 96x27x27 | 0",
    "(96, 55, 55); 34 944; (96, 27, 27); 0", "96x55x55, 34944, 96x27x27, 0", "96x55x55 34944 96x27x27 0", "９６×５５×５５；３４９４４；９６×２７×２７；０", "96x55x55; 34944개; 96x27x27; 0개", "96x55x55;\r\n34944;\r\n\r\n96x27x27;\r\n0;", " ; 96x55x55; 34944; 96x27x27; 0 ;",
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE, ids=repr)
def test_a_table_is_read_blank_by_blank(text: str) -> None:
    found = mark(table(), text)
    assert (found.verdict, found.points, found.feedback) == ("right", 4, "Right.")
    assert found.read_as == "96 × 55 × 55; 34,944; 96 × 27 × 27; 0"
    assert [part.credit for part in found.parts] == [1, 1, 1, 1]


PARTLY = [
    pytest.param("96x55x55; 34,848; 96x27x27; 0", "mistake", Fraction(7, 8), ["right", "mistake", "right", "right"], "3 of 4 are right. Part 2: The biases are missing.", id="a mistake earns its credit of its blank"),
    pytest.param("96x55x55; ; 96x27x27; 0", "wrong", Fraction(3, 4), ["right", "empty", "right", "right"], "3 of 4 are right. Part 2: No answer was given.", id="an open blank"),
    pytest.param("96x55x55; -; 96x27x27; 0", "wrong", Fraction(3, 4), ["right", "empty", "right", "right"], "3 of 4 are right. Part 2: No answer was given.", id="a dash for an open blank"),
    pytest.param("96x55x55; 34944", "wrong", Fraction(1, 2), ["right", "right", "empty", "empty"], "2 of 4 are right. Part 3: No answer was given.", id="the last blanks are left out"),
    pytest.param("96x55x55; 34944; 5 or 6; 0", "not-understood", Fraction(3, 4), ["right", "right", "not-understood", "right"], "3 of 4 are right. Part 3: Your answer was not understood. Expected: the blanks row by row, with ; between them.", id="a blank that is not understood"),
    pytest.param("55x55x96; 34944; 96x27x27; 7", "other-convention", Fraction(1, 2), ["other-convention", "right", "right", "other-convention"], "2 of 4 are right. Part 1: This is right under another convention than the stated one: height × width × channels.", id="other conventions"),
    pytest.param("1; 2; 3; 4", "wrong", 0, ["wrong"] * 4, "0 of 4 are right. Part 1: This is not right. This shape has another number of sizes than the one asked for.", id="nothing is right"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict", "score", "verdicts", "feedback"), PARTLY)
def test_each_blank_counts_the_same(
    text: str, verdict: str, score: Fraction, verdicts: list[str], feedback: str
) -> None:
    found = mark(table(), text)
    assert (found.verdict, found.points / 4, found.feedback) == (verdict, score, feedback)
    assert [part.verdict for part in found.parts] == verdicts


def test_more_texts_than_blanks_are_not_understood() -> None:
    found = mark(table(), "1; 2; 3; 4; 5")
    assert (found.verdict, found.parts) == ("not-understood", ())
    assert (
        found.feedback
        == "Your answer was not understood: it has another number of parts. Expected: the blanks row by row, with ; between them."
    )
    assert mark_parts(table(), ("1", "2", "3", "4", "5")).verdict == "not-understood"


def test_blanks_that_came_apart_may_hold_anything() -> None:
    found = mark_parts(table(), ("(96; 55; 55)", "34,944", "96 27 27", "0"))
    assert found.verdict == "right"
    assert mark_parts(table(), ("", " ", "-")).verdict == "empty"


def test_blanks_with_figures_accept_a_unit_of_the_last_one() -> None:
    key = (Fraction(1, 3), Fraction(200, 3))
    figures = problem("table", key, grid=Grid(columns=("a",), rows=((None,), (None,))), figures=3)
    assert mark(figures, "0.333; 66.7").verdict == "right"
    assert mark(figures, "0.334; 66.6").verdict == "right"
    assert mark(figures, "1/3; 200/3").verdict == "right"
    assert mark(figures, "0.33; 67").points == 0
    assert (
        mark(figures, "0.33; 67").parts[1].feedback
        == "This is not right. The number was rounded further than the question allows."
    )


def test_one_blank_is_the_whole_text() -> None:
    alone = problem("table", (1024,), grid=Grid(columns=("a",), rows=((None,),)))
    assert mark(alone, "1 024").verdict == "right"
