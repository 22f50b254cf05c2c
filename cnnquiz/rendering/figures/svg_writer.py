"""A drawing goes in; an SVG comes out, for a page or to stand alone."""

from collections.abc import Iterable
from html import escape

from cnnquiz.rendering.figures.drawing import (
    TEXT,
    Circle,
    Dash,
    Drawing,
    Line,
    Mark,
    Point,
    Rectangle,
    Words,
    arrow_head,
    hatching,
    shaft,
)

_FONT = "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', Helvetica, Arial, sans-serif"
_DASHES: dict[Dash, str] = {"solid": "", "dashed": ' stroke-dasharray="4 2.4"', "dotted": ' stroke-dasharray="1 2.2"'}


def svg(drawing: Drawing, *, embedded: bool = True) -> str:
    """One `<svg>` element on one line, its size in points.

    `embedded` in a page, it has the page's text colour, so that it can be read on dark paper, too; otherwise it is
    black, for a file of its own or a PDF. The alternative text is its label and its title.
    """
    box = drawing.box
    colour = "currentColor" if embedded else "#000"
    alt = escape(drawing.alt)
    size = f"{_number(box.left)} {_number(box.top)} {_number(box.width)} {_number(box.height)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" width="{_number(box.width)}pt" '
        f'height="{_number(box.height)}pt" role="img" aria-label="{alt}" font-family="{_FONT}" '
        f'font-size="{_number(TEXT)}" fill="none" stroke="{colour}" stroke-width="0.8"><title>{alt}</title>'
        f"{''.join(_element(mark, colour) for mark in drawing.marks)}</svg>"
    )


def _element(mark: Mark, colour: str) -> str:
    match mark:
        case Line():
            return _line(mark, colour)
        case Rectangle():
            return _rectangle(mark, colour)
        case Circle(x=x, y=y, radius=radius, stroke=stroke):
            place = f'cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"'
            return f"<circle {place}{_stroke(stroke)}{_fill(mark.grey, colour)}/>"
        case Words():
            return _words(mark, colour)


def _line(line: Line, colour: str) -> str:
    drawn = f'<path d="{_path(shaft(line))}"{_stroke(line.width)}{_DASHES[line.dash]}/>'
    if line.arrow:
        drawn += f'<path d="{_path(arrow_head(line.points))}z" fill="{colour}" stroke="none"/>'
    return drawn


def _rectangle(rectangle: Rectangle, colour: str) -> str:
    place = " ".join(
        f'{name}="{_number(value)}"'
        for name, value in (
            ("x", rectangle.x),
            ("y", rectangle.y),
            ("width", rectangle.width),
            ("height", rectangle.height),
        )
    )
    corner = f' rx="{_number(rectangle.corner)}"' if rectangle.corner else ""
    dashes = _DASHES[rectangle.dash]
    drawn = f"<rect {place}{corner}{_stroke(rectangle.stroke)}{dashes}{_fill(rectangle.grey, colour)}/>"
    if rectangle.hatched:
        lines = "".join(map(_path, hatching(rectangle)))
        drawn += f'<path d="{lines}" stroke-width="0.4" stroke-opacity="0.6"/>'
    return drawn


def _words(words: Words, colour: str) -> str:
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    size = "" if words.size == TEXT else f' font-size="{_number(words.size)}"'
    bold = ' font-weight="700"' if words.bold else ""
    place = f'x="{_number(words.x)}" y="{_number(words.y)}"'
    return f'<text {place}{anchor}{size}{bold} fill="{colour}" stroke="none">{escape(words.text)}</text>'


def _fill(grey: float, colour: str) -> str:
    return f' fill="{colour}" fill-opacity="{_number(grey)}"' if grey else ""


def _stroke(width: float) -> str:
    if not width:
        return ' stroke="none"'
    return "" if width == 0.8 else f' stroke-width="{_number(width)}"'


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """A hundredth of a point is finer than any printer."""
    return f"{round(value, 2):.6g}"
