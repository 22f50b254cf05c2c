"""A problem goes in; whether it may be too long for one page comes out, by a rough count of its lines."""

from cnnquiz.problems.problem import Problem
from cnnquiz.worksheets.worksheet import Layout

# What a page holds in a type of 11 points: fewer than it does, as the count is rough.
_LETTERS, _LINES = 70, 26
_POINTS_OF_LINE = 14.0
_LINES_OF_ROW = 2


def may_fill_a_page(problem: Problem, layout: Layout, figure_height: float) -> bool:
    """True for every problem that fills a page, and for some that do not; the figure's height is in points.

    Typst has to set what it measures twice: it is asked to measure these only.
    """
    letters = _LETTERS * 11 / layout.font_size / layout.columns
    texts = (problem.prompt, problem.convention or "", *problem.options, *problem.items)
    lines = sum(1 + len(text) / letters for text in texts) + (figure_height / _POINTS_OF_LINE)
    lines += layout.answer_space / 25.4 * 72 / _POINTS_OF_LINE
    if problem.listing is not None:
        lines += problem.listing.count("\n") + 1
    if problem.grid is not None:
        lines += _LINES_OF_ROW * len(problem.grid.rows)
    return lines > _LINES * 11 / layout.font_size
