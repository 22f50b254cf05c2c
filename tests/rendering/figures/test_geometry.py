"""Any figure: nothing outside its area, no words on words, no line through words, no arrow through a box."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnquiz.rendering.figures import draw
from cnnquiz.rendering.figures.drawing import Box, Line, Rectangle, Words, extent
from tests.rendering.figures.figures import FIGURES

NEARLY = 0.05  # points

each_kind = pytest.mark.parametrize("kind", FIGURES)


def overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right - NEARLY
        and other.left < one.right - NEARLY
        and one.top < other.bottom - NEARLY
        and other.top < one.bottom - NEARLY
    )


def enters(points, box: Box) -> bool:
    """Does a line run through the inside of a box? Liang & Barsky: what is left of it when it is cut at each side."""
    for (x0, y0), (x1, y1) in pairwise(points):
        first, last = 0.0, 1.0
        for change, room in (
            (x0 - x1, x0 - box.left - NEARLY),
            (x1 - x0, box.right - NEARLY - x0),
            (y0 - y1, y0 - box.top - NEARLY),
            (y1 - y0, box.bottom - NEARLY - y0),
        ):
            if change == 0:
                last = last if room >= 0 else -1.0
            elif change < 0:
                first = max(first, room / change)
            else:
                last = min(last, room / change)
        if first < last:
            return True
    return False


@each_kind
@settings(max_examples=40)
@given(data=st.data())
def test_all_marks_are_inside_of_the_drawing(kind, data):
    figure = data.draw(FIGURES[kind])
    drawing = draw(figure, "en")
    area = drawing.box

    for mark in drawing.marks:
        box = extent(mark)
        assert area.left <= box.left <= box.right <= area.right
        assert area.top <= box.top <= box.bottom <= area.bottom


@each_kind
@settings(max_examples=40)
@given(data=st.data())
def test_no_words_on_words(kind, data):
    figure = data.draw(FIGURES[kind])
    words = [mark for mark in draw(figure, "ko").marks if isinstance(mark, Words)]

    for one, other in combinations(words, 2):
        assert not overlap(extent(one), extent(other)), (one.text, other.text)


@each_kind
@settings(max_examples=40)
@given(data=st.data())
def test_no_line_through_words(kind, data):
    figure = data.draw(FIGURES[kind])
    marks = draw(figure, "en").marks

    for line in (mark for mark in marks if isinstance(mark, Line)):
        for words in (mark for mark in marks if isinstance(mark, Words)):
            assert not enters(line.points, extent(words)), (words.text, line.points)


@pytest.mark.parametrize("kind", ["layers", "wiring"])
@settings(max_examples=40)
@given(data=st.data())
def test_no_arrow_through_a_box(kind, data):
    figure = data.draw(FIGURES[kind])
    marks = draw(figure, "en").marks

    for line in (mark for mark in marks if isinstance(mark, Line)):
        for box in (mark for mark in marks if isinstance(mark, Rectangle)):
            area = Box(left=box.x, top=box.y, right=box.x + box.width, bottom=box.y + box.height)
            assert not enters(line.points, area)


@pytest.mark.parametrize("kind", sorted(FIGURES.keys() - {"wiring"}))
@settings(max_examples=40)
@given(data=st.data())
def test_a_page_is_wide_enough(kind, data):
    """How wide a wiring is depends on its author, and `bank check` says so."""
    figure = data.draw(FIGURES[kind])

    assert draw(figure, "en").box.width <= 460
    assert draw(figure, "ko").box.width <= 460
