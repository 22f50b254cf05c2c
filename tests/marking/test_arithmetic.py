"""Expressions in place of numbers: each with its value, worked out by hand, or none."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.marking.arithmetic import read_expression
from cnnquiz.marking.mark import mark
from cnnquiz.marking.typed import plain_characters
from cnnquiz.problems.problem import Mistake
from tests.marking.conftest import problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11*11*3*96+96", 34_944),
        ("11x11x3x96 + 96", 34_944),
        ("(11·11·3 + 1)·96", 34_944),
        ("96(11²·3+1)", 34_944),
        ("96*(11^2*3+1)", 34_944),
        ("96*(11**2*3+1)", 34_944),
        ("34,848 + 96", 34_944),
        (r"$11 \times 11$", 121),
        ("1-3", -2),
        ("2-3-4", -5),
        ("8/4/2", 1),
        ("2+3*4", 14),
        ("-2^2", -4),
        ("2^-1", Fraction(1, 2)),
        ("2*-3", -6),
        ("93/2+1", Fraction(95, 2)),
        ("93//2+1", 47),
        ("floor((96-3)/2)+1", 47),
        ("⌊(96−3)/2⌋ + 1", 47),
        ("ceil(93/2)", 47),
        ("⌈93/2⌉", 47),
        ("2(3)(4)", 24),
        ("0.5*8", 4),
        (".5*8", 4),
    ],
)
def test_the_value_of_an_expression(text: str, value: Any) -> None:
    found = read_expression(plain_characters(text))
    assert found is not None
    assert found == (Fraction(value), "")


@pytest.mark.parametrize(
    "text",
    [
        *("", "5", "x", "3+", "+", "()", "(3+4", "3+4)", "3 4", "1/0", "1/(5-5)", "3 ++ 4", "floor", "floor 3", "⌊3)"),
        *(
            "9^9^9",
            "10^61",
            "2^(1/2)",
            "10**60*10**60",
            "(" * 30 + "1+1" + ")" * 30,
            "1+" * 300 + "1",
            "1,2+3",
            "1..2+3",
        ),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_expression_or_too_large(text: str) -> None:
    assert read_expression(text) is None


def test_what_follows_an_expression_is_left() -> None:
    assert read_expression("37,171,200*4 bytes") == (Fraction(148_684_800), " bytes")


@given(st.text("0123456789+-*/^()⌊⌋⌈⌉., xfloorceil", max_size=60))
def test_no_text_raises(text: str) -> None:
    found = read_expression(text)
    assert found is None or isinstance(found[0], Fraction)


BIAS = Mistake(answer=34_848, feedback="The biases are missing.", convention="without biases")
CONV = problem("number", 34_944, mistakes=(BIAS,))


@pytest.mark.parametrize(
    ("text", "verdict", "read_as"),
    [
        pytest.param("11*11*3*96 + 96", "right", "34,944", id="the key"),
        pytest.param("11*11*3*96+96 parameters", "right", "34,944", id="with a word behind"),
        pytest.param("11*11*3*96", "other-convention", "34,848", id="a mistake"),
        pytest.param("34944 = (363+1)*96", "right", "34,944", id="the number first"),
        pytest.param("34944 (=(11*11*3+1)*96)", "right", "34,944", id="the number first, the expression in brackets"),
        pytest.param("55-57", "not-understood", None, id="a range, as it comes to nothing that anybody would answer"),
        pytest.param("12/5/7", "not-understood", None, id="a date"),
        pytest.param("34944 = 363*96", "not-understood", None, id="an equation that does not hold"),
        pytest.param("34944 or 364*96", "not-understood", None, id="two answers"),
        pytest.param(
            "364*96 = 34945", "wrong", "34,945", id="a number is what its writer says, whatever stands before"
        ),
    ],
)
def test_an_expression_counts_where_it_comes_to_an_answer(text: str, verdict: str, read_as: str | None) -> None:
    found = mark(CONV, text)
    assert (found.verdict, found.read_as) == (verdict, read_as)


def test_an_expression_has_its_unit() -> None:
    size = problem("number", 148_684_800, unit="bytes")
    assert mark(size, "37,171,200 × 4 bytes").verdict == "right"
    macs = problem("number", 105_415_200, prompt="How many MACs?")
    assert mark(macs, "2*105,415,200 FLOPs").verdict == "right"
    assert mark(macs, "2*105,415,200 ms").verdict == "not-understood"
