"""Words and a width go in; the lines that fit, and the box around them, come out."""

import re
from collections.abc import Iterator

from cnnquiz.rendering.figures.drawing import TEXT, Mark, Rectangle, Words
from cnnquiz.rendering.figures.metrics import text_width

LINE = 11.5
PADDING = 5.0

# A line ends behind a comma or at a space; what is longer than a line is cut between letters.
_PLACES = re.compile(r"(?<= )|(?<=[._])")


def wrapped(text: str, width: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text on lines of at most so many points."""
    lines = [""]
    for piece in _PLACES.split(text):
        if text_width((lines[-1] + piece).rstrip(), TEXT, bold=bold) <= width:
            lines[-1] += piece
            continue
        if lines[-1]:
            lines.append("")
        for character in piece:
            if text_width(lines[-1] + character, TEXT, bold=bold) > width and lines[-1]:
                lines.append("")
            lines[-1] += character
    return tuple(line.rstrip() for line in lines)


def width_of(lines: tuple[str, ...], *, bold: bool = False) -> float:
    """The width of a box around the lines, of which the first may be bold."""
    widths = (text_width(line, TEXT, bold=bold and number == 0) for number, line in enumerate(lines))
    return max(widths) + 2 * PADDING


def height_of(lines: tuple[str, ...]) -> float:
    return LINE * len(lines) + 2 * PADDING - 2


def boxed(lines: tuple[str, ...], x: float, y: float, width: float, *, bold: bool = False) -> Iterator[Mark]:
    """A box with these lines in its middle, from its upper left corner."""
    yield Rectangle(x=x, y=y, width=width, height=height_of(lines), corner=2, grey=0.06)
    yield from centred(lines, x + width / 2, y, bold=bold)


def centred(lines: tuple[str, ...], middle: float, y: float, *, bold: bool = False) -> Iterator[Mark]:
    """The lines alone, in the place of a box whose top is at y."""
    for number, line in enumerate(lines):
        baseline = y + PADDING + LINE * number + 7.5
        yield Words(x=middle, y=baseline, text=line, bold=bold and number == 0)
