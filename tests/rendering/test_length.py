"""Which problems may fill a page: usual ones never, long ones always, and more of them where less fits on a page."""

from dataclasses import replace

import pytest

from cnnquiz.bank.text import Language
from cnnquiz.rendering.length import may_fill_a_page
from cnnquiz.worksheets.worksheet import Layout, Worksheet

USUAL = Layout()


def test_usual_problems_do_not(worksheets: dict[Language, Worksheet]) -> None:
    for problem in worksheets["en"].problems:
        assert not may_fill_a_page(problem, USUAL, 100.0)


@pytest.mark.parametrize(
    ("change", "layout", "figure_height"),
    [
        pytest.param({"prompt": "x" * 3000}, USUAL, 0.0, id="a long prompt"),
        pytest.param({"listing": "x\n" * 60}, USUAL, 0.0, id="a long listing"),
        pytest.param({}, USUAL, 700.0, id="a high figure"),
        pytest.param({}, replace(USUAL, answer_space=240), 0.0, id="much room"),
        pytest.param(
            {"prompt": "x" * 1200}, replace(USUAL, columns=2, font_size=16), 0.0, id="two columns, large type"
        ),
    ],
)
def test_long_ones_do(
    worksheets: dict[Language, Worksheet], change: dict[str, str], layout: Layout, figure_height: float
) -> None:
    assert may_fill_a_page(replace(worksheets["en"].problems[0], **change), layout, figure_height)
