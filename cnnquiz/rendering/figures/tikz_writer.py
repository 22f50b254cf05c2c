"""A drawing goes in; a TikZ picture comes out that needs no library."""

from collections.abc import Iterable

from cnnquiz.rendering.figures.drawing import (
    Anchor,
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
from cnnquiz.rendering.latex_text import escape_latex

_DASHES: dict[Dash, str] = {
    "solid": "",
    "dashed": ",dash pattern=on 4pt off 2.4pt",
    "dotted": ",dash pattern=on 1pt off 2.2pt",
}
_ANCHORS: dict[Anchor, str] = {"start": "base west", "middle": "base", "end": "base east"}


def tikz(drawing: Drawing) -> str:
    """A `tikzpicture` in points, its y axis turned down, on lines of its own."""
    lines = [r"\begin{tikzpicture}[x=1pt,y=-1pt,line width=0.8pt,inner sep=0pt,outer sep=0pt]"]
    box = drawing.box
    lines.append(f"\\useasboundingbox {_point((box.left, box.top))} rectangle {_point((box.right, box.bottom))};")
    for mark in drawing.marks:
        lines += _commands(mark)
    lines.append(r"\end{tikzpicture}")
    return "\n".join(lines) + "\n"


def _commands(mark: Mark) -> list[str]:
    match mark:
        case Line():
            return _line(mark)
        case Rectangle():
            return _rectangle(mark)
        case Circle(x=x, y=y, radius=radius, stroke=stroke, grey=grey):
            return [f"\\path[{_style(stroke, 'solid', grey)}] {_point((x, y))} circle[radius={_number(radius)}pt];"]
        case Words(x=x, y=y, text=text, anchor=anchor, size=size, bold=bold):
            font = f"\\fontsize{{{_number(size)}}}{{{_number(1.2 * size)}}}\\selectfont\\sffamily"
            font += r"\bfseries" if bold else ""
            return [f"\\node[anchor={_ANCHORS[anchor]},font={{{font}}}] at {_point((x, y))} {{{escape_latex(text)}}};"]


def _line(line: Line) -> list[str]:
    drawn = [f"\\path[{_style(line.width, line.dash, 0)}] {_path(shaft(line))};"]
    if line.arrow:
        drawn.append(f"\\fill {_path(arrow_head(line.points))} -- cycle;")
    return drawn


def _rectangle(rectangle: Rectangle) -> list[str]:
    start = _point((rectangle.x, rectangle.y))
    end = _point((rectangle.x + rectangle.width, rectangle.y + rectangle.height))
    corner = f",rounded corners={_number(rectangle.corner)}pt" if rectangle.corner else ""
    style = _style(rectangle.stroke, rectangle.dash, rectangle.grey)
    drawn = [f"\\path[{style}{corner}] {start} rectangle {end};"]
    if rectangle.hatched:
        lines = " ".join(map(_path, hatching(rectangle)))
        drawn.append(f"\\path[draw=black!60,line width=0.4pt] {lines};")
    return drawn


def _style(width: float, dash: Dash, grey: float) -> str:
    stroke = f"draw,line width={_number(width)}pt{_DASHES[dash]}" if width else "draw=none"
    return stroke + (f",fill=black!{round(100 * grey)}" if grey else "")


def _path(points: Iterable[Point]) -> str:
    return " -- ".join(map(_point, points))


def _point(point: Point) -> str:
    return f"({_number(point[0])},{_number(point[1])})"


def _number(value: float) -> str:
    return f"{round(value, 2):.6g}"
