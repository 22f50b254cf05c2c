"""The line of a worked solution in HTML: its steps, and where a long step may be broken."""

import re

import pytest

from cnnquiz.formulas import parse, worked
from cnnquiz.rendering.equation import html_equation


def alternative_texts(html: str) -> list[str]:
    return re.findall('alttext="([^"]*)"', html)


def test_one_element_for_each_step_that_says_something_new() -> None:
    assert alternative_texts(html_equation(worked(parse("n/2"), {"n": 10}))) == ["n/2", "10/2", "5"]
    assert alternative_texts(html_equation(worked(parse("5"), {}))) == ["5"]


LONG_NAME = "a_name_that_is_longer_than_thirty_letters"


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        pytest.param("N*2 + N*N - N", ["N*2", "N*N", "N"], id="between the terms of a sum"),
        pytest.param("N*2 - (N + N)", ["N*2 - (N + N)"], id="not before a term that needs parentheses"),
        pytest.param("N*2 - (N + N) + N", ["N*2 - (N + N)", "N"], id="after a term that needs parentheses"),
        pytest.param("(N if N > 1 else 2) + N", ["(N if N > 1 else 2) + N"], id="not after a case distinction"),
        pytest.param("floor(N + N + N)", ["floor(N + N + N)"], id="not inside a function"),
    ],
)
def test_a_long_step_breaks(formula: str, terms: list[str]) -> None:
    html = html_equation(worked(parse(formula.replace("N", LONG_NAME)), {LONG_NAME: 3}))

    first = html.partition('</span> <span class="step">= ')[0]
    shown = [text.replace(LONG_NAME, "N").replace("&gt;", ">") for text in alternative_texts(first)]
    assert shown == terms
    assert (first.count("<span>+ ") + first.count("<span>− ")) == len(terms) - 1
