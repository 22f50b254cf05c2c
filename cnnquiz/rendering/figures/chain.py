"""Layers one after another: boxes from top to bottom, in up to three columns, with the shapes on the arrows."""

from collections.abc import Iterator, Sequence

from cnnquiz.bank.text import format_value
from cnnquiz.problems.figure import ChainFigure
from cnnquiz.rendering.figures.boxes import boxed, height_of, width_of, wrapped
from cnnquiz.rendering.figures.drawing import Line, Mark, Words
from cnnquiz.rendering.figures.metrics import text_width

_WIDTH = 434.0  # a shape may reach beyond the last column
_ARROW = 20.0
_BETWEEN = 34.0  # columns, with an arrow up between them
_ONE_COLUMN, _TWO_COLUMNS = 7, 16

Lines = tuple[str, ...]


def chain(figure: ChainFigure) -> Iterator[Mark]:
    """An arrow into the first box, one from box to box, and one out of the last, each with its shape or a ?."""
    count = len(figure.layers)
    columns = 1 if count <= _ONE_COLUMN else 2 if count <= _TWO_COLUMNS else 3
    rows = -(-count // columns)
    widest = (_WIDTH - (columns - 1) * _BETWEEN) / columns
    boxes = [_wrapped(lines, widest - 12) for lines in figure.layers]
    shapes = ["?" if shape is None else format_value(shape) for shape in figure.shapes]
    # The shape stands to the right of the middle of its column.
    width = max(*(width_of(lines, bold=True) for lines in boxes), 2 * max(text_width(s, 9) for s in shapes) + 12)
    width = min(width, widest)
    for column in range(columns):
        first = column * rows
        x = column * (width + _BETWEEN)
        members, last = boxes[first : first + rows], first + rows >= count
        yield from _column(members, shapes[first : first + rows + 1], x, width, entered=column == 0, left=last)
        if not last:
            yield _to_next_column(members, x, width)


def _wrapped(lines: Lines, width: float) -> Lines:
    return tuple(part for number, line in enumerate(lines) for part in wrapped(line, width, bold=number == 0))


def _column(
    boxes: Sequence[Lines], shapes: Sequence[str], x: float, width: float, *, entered: bool, left: bool
) -> Iterator[Mark]:
    """Boxes under each other. The first column is entered from above and the last one left; others lead to the next."""
    middle, y = x + width / 2, 0.0
    for number, lines in enumerate(boxes):
        yield Line(points=((middle, y), (middle, y + _ARROW)), arrow=True)
        if number or entered:
            yield _label(shapes[number], middle, y)
        y += _ARROW
        yield from boxed(lines, x, y, width, bold=True)
        y += height_of(lines)
    yield Line(points=((middle, y), (middle, y + _ARROW)), arrow=left)
    yield _label(shapes[-1], middle, y)


def _label(shape: str, middle: float, y: float) -> Mark:
    return Words(x=middle + 6, y=y + _ARROW / 2 + 3, text=shape, anchor="start", bold=shape == "?")


def _to_next_column(boxes: Sequence[Lines], x: float, width: float) -> Mark:
    """From the foot of a column, up beside it, and into the arrow on top of the next."""
    bottom = sum(_ARROW + height_of(lines) for lines in boxes) + _ARROW
    middle, beside = x + width / 2, x + width + _BETWEEN / 2
    top = -4.0
    return Line(
        points=(
            (middle, bottom),
            (beside, bottom),
            (beside, top),
            (middle + width + _BETWEEN, top),
            (middle + width + _BETWEEN, 1),
        )
    )
