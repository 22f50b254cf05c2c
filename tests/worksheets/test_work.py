"""How much there is to do for a problem, counted by hand."""

from dataclasses import replace

import pytest

from cnnquiz.problems.problem import Working
from cnnquiz.worksheets.work import work
from tests.rendering.conftest import OUTPUT_SHAPE, OUTPUT_SIDE, STACKED


def worked(substituted, value):
    return replace(OUTPUT_SIDE, working=Working(symbolic="n", substituted=substituted, value=value))


CASES = [
    # floor + * - / + are 6; 227, 2, 0, 11, 4, 1 have 9 digits, and 55 has 2.
    pytest.param(OUTPUT_SIDE, 6 + 9 + 2, id="an output's side"),
    # floor - / + twice are 8; 96 and twice 227, 11, 4, 1 have 16 digits, and 96×55×55 has 6.
    pytest.param(OUTPUT_SHAPE, 8 + 16 + 6, id="an output's shape"),
    pytest.param(worked("3", "3"), 2, id="a number to copy"),
    pytest.param(worked("2**10 // 3", "341"), 2 + 4 + 3, id="signs of two characters"),
    pytest.param(worked("min(3, 4) if 5 >= 4 else 0", "3"), 2 + 5 + 1, id="a function and a comparison"),
    # 3×3 and 7×7 in the prompt; 27 2 49 2 and 3 in its options; the position of the answer.
    pytest.param(STACKED, 4 + 7 + 1, id="a choice"),
]


@pytest.mark.parametrize(("problem", "expected"), CASES)
def test_work(problem, expected):
    assert work(problem) == expected


def test_more_digits_and_more_steps_are_more_work():
    assert work(worked("2 + 3", "5")) < work(worked("20 + 3", "23")) < work(worked("20 + 3 + 4", "27"))
