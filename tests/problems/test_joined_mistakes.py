"""Two mistakes that lead to one number are told together; Korean writes its units without a space."""

from fractions import Fraction

import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.problems.draw import draw, space_size
from cnnquiz.problems.kinds import KINDS


def test_both_feedbacks_are_given_for_a_number_that_two_mistakes_come_to():
    # With two groups, leaving the groups out and counting FLOPs both double the MACs of a convolution.
    question = next(q for q in open_bank().questions if q.id == "alexnet.grouped-macs")
    problems = [draw(question, seed=0, position=n) for n in range(space_size(question))]

    assert len(problems) == 3  # conv2, conv4 and conv5 of the 2012 paper
    for problem in problems:
        (doubled,) = [mistake for mistake in problem.mistakes if mistake.answer == 2 * problem.answer]
        assert "FLOPs" in doubled.feedback
        assert " Or: The two groups were left out." in doubled.feedback


@pytest.mark.parametrize(
    ("language", "unit", "shown"),
    [
        pytest.param("en", "pixels", "1,200 pixels", id="English keeps a space"),
        pytest.param("en", "%", "1,200 %", id="English keeps a space before %, as SI does"),
        pytest.param("ko", "픽셀", "1,200픽셀", id="Korean joins its own units"),
        pytest.param("ko", "%", "1,200%", id="Korean joins the percent sign"),
        pytest.param("ko", "MAC", "1,200 MAC", id="Korean keeps a space before Latin units"),
    ],
)
def test_units(language, unit, shown):
    class Shown:
        pass

    problem = Shown()
    problem.language, problem.unit, problem.decimals = language, unit, None
    assert KINDS["number"].show(problem, Fraction(1200)) == shown
