"""How close a number must come, how it is written, and that who writes what the key shows gets the point."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.bank.question import Precision, Question
from cnnquiz.problems.draw import draw
from cnnquiz.problems.kinds import shown_answer, worth
from cnnquiz.problems.kinds.numbers import closeness, written
from tests.bank.conftest import same

Build = Callable[..., Question]

# Three significant figures as people round by hand, and the unit of the last one.
FIGURES = [
    ("0.00208", "0.00208", "0.00001"),
    ("0.002084", "0.00208", "0.00001"),
    ("0.0020851", "0.00209", "0.00001"),
    ("61100840", "61,100,000", "100000"),
    ("61150000", "61,200,000", "100000"),
    ("999.6", "1,000", "1"),
    ("99.96", "100.0", "0.1"),
    ("1", "1.00", "0.01"),
    ("0", "0.00", "0.01"),
    ("-0.05", "-0.0500", "0.0001"),
    ("-1234", "-1,230", "10"),
    ("1/3", "0.333", "0.001"),
    ("100/99", "1.01", "0.01"),
    ("999999999999", "1,000,000,000,000", "1000000000"),
]


@pytest.mark.parametrize(("number", "shown", "unit"), FIGURES, ids=[case[0] for case in FIGURES])
def test_three_significant_figures(question: Build, number: str, shown: str, unit: str) -> None:
    far = f"[{{answer: '{number} + 10**13', feedback: {same('x')}}}]"
    asked = question(parameters=None, prompt=same("x"), answer=f"'{number}'", mistakes=far, significant_figures="3")
    problem = draw(asked, seed=0)
    exact = Fraction(number)
    assert problem.answer == exact
    assert shown_answer(problem) == shown
    assert worth(problem, Fraction(shown.replace(",", ""))).credit == 1, "who writes the key gets the point"
    assert worth(problem, exact + Fraction(unit)).credit == 1
    assert worth(problem, exact - Fraction(unit)).credit == 1
    assert worth(problem, exact + Fraction(unit) * Fraction(101, 100)).credit == 0


@given(st.fractions(), st.integers(1, 6))
def test_the_shown_key_is_within_its_tolerance(number: Fraction, figures: int) -> None:
    close = closeness(Precision(figures=figures), number)
    shown = Fraction(written(number, close.decimals).replace(",", ""))
    assert abs(shown - number) <= close.tolerance / 2
    if number:  # 1 % is one unit of three figures at 100 and a tenth of one at 999
        assert abs(number) / 10**figures <= close.tolerance <= abs(number) / 10 ** (figures - 1)


CLOSE = [
    pytest.param({"tolerance": "0.5"}, "200", [("200.5", 1), ("199.5", 1), ("200.51", 0), ("199.49", 0)], id="absolute"),
    pytest.param({"relative_tolerance": "0.01"}, "200", [("202", 1), ("198", 1), ("202.01", 0), ("197.99", 0)], id="relative"),
    pytest.param({"relative_tolerance": "0.01"}, "-200", [("-202", 1), ("-198", 1), ("-202.01", 0), ("200", 0)], id="relative to a negative number"),
    pytest.param({"relative_tolerance": "0.01"}, "0", [("0", 1), ("0.0001", 0)], id="relative to nothing"),
    pytest.param({}, "200", [("200", 1), ("200.0", 1), ("200.000001", 0), ("-200", 0)], id="exact"),
    pytest.param({"tolerance": "0.05", "decimals": "1"}, "8/3", [("2.7", 1), ("2.667", 1), ("2.6", 0), ("2.72", 0)], id="with decimals"),
]  # fmt: skip


@pytest.mark.parametrize(("precision", "answer", "cases"), CLOSE)
def test_tolerances(question: Build, precision: dict[str, str], answer: str, cases: list[tuple[str, int]]) -> None:
    far = f"[{{answer: '{answer} + 1000', feedback: {same('x')}}}]"
    problem = draw(question(parameters=None, prompt=same("x"), answer=answer, mistakes=far, **precision), seed=0)
    assert [(text, worth(problem, Fraction(text)).credit) for text, _ in cases] == cases


def test_a_mistake_is_recognised_as_it_is_written(question: Build) -> None:
    """Who forgot the one, 5/3 and not 8/3, writes 1.67 or 1.7."""
    mistakes = f"[{{answer: 5/3, feedback: {same('one is missing')}, credit: 1/4}}]"
    asked = question(parameters=None, prompt=same("x"), answer="8/3", mistakes=mistakes, tolerance="0.05", decimals="1")
    for text in ("1.7", "1.67", "1.65"):
        given_mark = worth(draw(asked, seed=0), Fraction(text))
        assert (given_mark.credit, given_mark.feedback) == (Fraction(1, 4), ("one is missing",))
    assert worth(draw(asked, seed=0), Fraction("1.6")).feedback == ()


def test_a_mistake_within_a_relative_tolerance_is_dropped(question: Build) -> None:
    mistakes = f"[{{answer: 201, feedback: {same('near')}}}, {{answer: 210, feedback: {same('far')}}}]"
    asked = question(parameters=None, prompt=same("x"), answer="200", mistakes=mistakes, relative_tolerance="0.01")
    assert [mistake.feedback for mistake in draw(asked, seed=0).mistakes] == ["far"]


def test_a_mistake_names_the_convention_under_which_it_is_right(question: Build) -> None:
    """Of two mistakes that come to one number, that of the one that has one."""
    other = f"{{answer: 3*k, feedback: {same('y')}}}"
    mistakes = f"[{other}, {{answer: 3*k, feedback: {same('x')}, convention: {same('{k} each, not {answer}')}}}]"
    problem = draw(question(parameters="{k: [2]}", prompt=same("{k}"), answer="k", mistakes=mistakes), seed=0)
    (mistake,) = problem.mistakes
    assert (mistake.feedback, mistake.convention) == ("y Or: x", "2 each, not 2")
    assert draw(question(mistakes=f"[{other}]"), seed=0).mistakes[0].convention is None


def test_two_mistakes_that_are_written_alike_are_one(question: Build) -> None:
    mistakes = (
        f"[{{answer: 300, feedback: {same('a')}, credit: 1/4}}, {{answer: 300.4, feedback: {same('b')}, credit: 1/2}}]"
    )
    asked = question(parameters=None, prompt=same("x"), answer="200", mistakes=mistakes, significant_figures="3")
    (mistake,) = draw(asked, seed=0).mistakes
    assert (mistake.feedback, mistake.credit) == ("a Or: b", Fraction(1, 2))
