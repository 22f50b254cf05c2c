"""A drawing as SVG and as TikZ: sound documents, the same words, nothing that another program would read as a mark."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnquiz.rendering.figures import Drawing, draw, svg, tikz
from cnnquiz.rendering.figures.drawing import Box, Circle, Line, Rectangle, Words, extent, hatching
from tests.rendering.figures.figures import FIGURES

SVG = "{http://www.w3.org/2000/svg}"


def words(text: str) -> Drawing:
    return Drawing(marks=(Words(x=0, y=0, text=text),), alt=text)


@pytest.mark.parametrize("kind", FIGURES)
@settings(max_examples=20)
@given(data=st.data())
def test_an_svg_is_xml_and_shows_all_words(kind, data):
    drawing = draw(data.draw(FIGURES[kind]), "ko")
    root = ET.fromstring(svg(drawing))

    assert tuple(element.text for element in root.iter(f"{SVG}text")) == drawing.texts
    assert root.find(f"{SVG}title").text == root.attrib["aria-label"] == drawing.alt
    assert root.attrib["role"] == "img"
    assert "\n" not in svg(drawing)


@pytest.mark.parametrize("kind", FIGURES)
@settings(max_examples=20)
@given(data=st.data())
def test_braces_of_a_tikz_picture_come_in_pairs(kind, data):
    picture = tikz(draw(data.draw(FIGURES[kind]), "en"))
    bare = re.sub(r"\\[{}]", "", picture)
    depth = 0
    for brace in re.findall("[{}]", bare):
        depth += 1 if brace == "{" else -1
        assert depth >= 0

    assert depth == 0
    assert picture.startswith("\\begin{tikzpicture}[")
    assert picture.endswith("\\end{tikzpicture}\n")
    assert all(line.endswith(";") for line in picture.splitlines()[1:-1])
    assert not re.search(r"\d[eE][-+]?\d", picture), "TeX reads no exponents"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("3×3", r"3\ensuremath{\times}3", id="a product sign"),
        pytest.param("50 % & #1_2", r"50 \% \& \#1\_2", id="characters with a meaning"),
        pytest.param("a\\b{c}", r"a\textbackslash{}b\{c\}", id="a backslash and braces"),
        pytest.param("x → y < 3", r"x \ensuremath{\to} y \ensuremath{<} 3", id="arrows and comparisons"),
        pytest.param("합성곱", "합성곱", id="Korean"),
    ],
)
def test_latex_shows_words_as_they_are(text, expected):
    assert f"{{{expected}}};" in tikz(words(text))


def test_words_are_escaped_in_svg():
    picture = svg(words('a < b & "c"'))

    assert ET.fromstring(picture).find(f"{SVG}text").text == 'a < b & "c"'
    assert ET.fromstring(picture).attrib["aria-label"] == 'a < b & "c"'


def test_in_a_page_the_picture_has_the_colour_of_the_text_and_alone_it_is_black():
    marks = (
        Line(points=((0, 0), (9, 0)), arrow=True),
        Rectangle(x=0, y=0, width=4, height=4, grey=0.5, hatched=True),
        Circle(x=9, y=9, radius=2, grey=1),
        Words(x=0, y=0, text="a"),
    )
    drawing = Drawing(marks=marks, alt="a")

    colours = {match for name in ("fill", "stroke") for match in re.findall(rf' {name}="(.*?)"', svg(drawing))}
    assert colours == {"none", "currentColor"}
    assert svg(drawing, embedded=False) == svg(drawing).replace("currentColor", "#000")


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        pytest.param(Line(points=((1, 2), (5, 2)), width=2), (0, 1, 6, 3), id="a line has a width"),
        # A head of 5.5 by 4.4 points.
        pytest.param(Line(points=((0, 9), (9, 9)), width=0, arrow=True), (0, 6.8, 9, 11.2), id="an arrow has a head"),
        pytest.param(Rectangle(x=1, y=2, width=3, height=4, stroke=2), (0, 1, 5, 7), id="a rectangle"),
        pytest.param(Circle(x=5, y=5, radius=3, stroke=2), (1, 1, 9, 9), id="a circle"),
    ],
)
def test_extents(mark, expected):
    left, top, right, bottom = expected

    assert extent(mark) == Box(left=left, top=top, right=right, bottom=bottom)


def test_words_take_the_side_of_their_anchor():
    left, middle, right = (extent(Words(x=0, y=0, text="word", anchor=a)) for a in ("end", "middle", "start"))

    assert left.right == right.left == 0
    assert middle.left == -middle.right
    assert left.width == middle.width == right.width > 0


@given(x=st.floats(-50, 50), y=st.floats(-50, 50), width=st.floats(0.5, 80), height=st.floats(0.5, 80))
def test_a_hatch_stays_inside_and_its_lines_are_diagonal(x, y, width, height):
    lines = list(hatching(Rectangle(x=x, y=y, width=width, height=height)))

    # One for every 5 points of half the circumference.
    assert len(lines) == pytest.approx((width + height) / 5, abs=1.01)
    for (x0, y0), (x1, y1) in lines:
        assert x - 1e-9 <= x0 <= x1 <= x + width + 1e-9
        assert y - 1e-9 <= y1 <= y0 <= y + height + 1e-9
        assert x0 + y0 == pytest.approx(x1 + y1)
