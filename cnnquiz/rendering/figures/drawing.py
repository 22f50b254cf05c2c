"""What a picture is made of: lines, rectangles, circles and words, in points, x to the right and y down."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot
from typing import Literal

from cnnquiz.rendering.figures.metrics import text_width

Point = tuple[float, float]
Dash = Literal["solid", "dashed", "dotted"]
Anchor = Literal["start", "middle", "end"]

TEXT = 9.0
"""Size of the words, in points."""

_HEAD_LENGTH, _HEAD_WIDTH = 5.5, 4.4
_HATCH = 5.0  # points between the lines of a hatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through points, which ends in an arrow head where `arrow` says so."""

    points: tuple[Point, ...]
    width: float = 0.8
    dash: Dash = "solid"
    arrow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """A rectangle from its upper left corner; `grey` fills it, from 0 (nothing) to 1, and `hatched` with lines."""

    x: float
    y: float
    width: float
    height: float
    grey: float = 0.0
    hatched: bool = False
    corner: float = 0.0
    stroke: float = 0.8
    dash: Dash = "solid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A circle around its centre."""

    x: float
    y: float
    radius: float
    grey: float = 0.0
    stroke: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line of text; y is that of its baseline."""

    x: float
    y: float
    text: str
    anchor: Anchor = "middle"
    size: float = TEXT
    bold: bool = False


Mark = Line | Rectangle | Circle | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Left, top, right and bottom of an area, in points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture: its marks, later ones over earlier ones, and what it shows in words (`alt`)."""

    marks: tuple[Mark, ...]
    alt: str

    @property
    def box(self) -> Box:
        """The area that all marks need, with a margin of a point."""
        boxes = [extent(mark) for mark in self.marks]
        return Box(
            left=min(box.left for box in boxes) - 1,
            top=min(box.top for box in boxes) - 1,
            right=max(box.right for box in boxes) + 1,
            bottom=max(box.bottom for box in boxes) + 1,
        )

    @property
    def texts(self) -> tuple[str, ...]:
        """All that can be read in the picture."""
        return tuple(mark.text for mark in self.marks if isinstance(mark, Words))


def extent(mark: Mark) -> Box:
    """The area of one mark; of words, one that is rather too large than too small."""
    match mark:
        case Line(points=points, width=width, arrow=arrow):
            across, down = zip(*(points + (arrow_head(points) if arrow else ())), strict=True)
            half = width / 2
            return Box(left=min(across) - half, top=min(down) - half, right=max(across) + half, bottom=max(down) + half)
        case Rectangle(x=x, y=y, width=width, height=height, stroke=stroke):
            half = stroke / 2
            return Box(left=x - half, top=y - half, right=x + width + half, bottom=y + height + half)
        case Circle(x=x, y=y, radius=radius, stroke=stroke):
            reach = radius + stroke / 2
            return Box(left=x - reach, top=y - reach, right=x + reach, bottom=y + reach)
        case Words(x=x, y=y, text=text, anchor=anchor, size=size, bold=bold):
            wide = text_width(text, size, bold=bold)
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            return Box(left=left, top=y - 0.85 * size, right=left + wide, bottom=y + 0.25 * size)


def arrow_head(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The three corners of the head at the end of a line, its tip first."""
    (x0, y0), (x1, y1) = points[-2:]
    length = hypot(x1 - x0, y1 - y0)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    x, y = x1 - _HEAD_LENGTH * dx, y1 - _HEAD_LENGTH * dy
    half = _HEAD_WIDTH / 2
    return (x1, y1), (x - half * dy, y + half * dx), (x + half * dy, y - half * dx)


def shaft(line: Line) -> tuple[Point, ...]:
    """The points of a line without the part that its arrow head covers."""
    if not line.arrow:
        return line.points
    _, (left_x, left_y), (right_x, right_y) = arrow_head(line.points)
    return *line.points[:-1], ((left_x + right_x) / 2, (left_y + right_y) / 2)


def hatching(rectangle: Rectangle) -> Iterator[tuple[Point, Point]]:
    """The lines that hatch a rectangle, from lower left to upper right.

    They lie on x + y = a multiple of their distance, so that neighbours join without a seam.
    """
    left, top = rectangle.x, rectangle.y
    right, bottom = left + rectangle.width, top + rectangle.height
    total = (left + top) // _HATCH * _HATCH + _HATCH
    while total < right + bottom:
        start_x = max(left, total - bottom)
        end_x = min(right, total - top)
        yield (start_x, total - start_x), (end_x, total - end_x)
        total += _HATCH
