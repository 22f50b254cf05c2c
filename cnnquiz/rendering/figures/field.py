"""A pyramid of receptive fields: one unit on top, and below it, layer by layer, what it sees down to the input."""

from collections.abc import Iterator, Sequence

from cnnquiz.bank.text import Language
from cnnquiz.problems.figure import FieldFigure, FieldLayer
from cnnquiz.problems.figures.field import layer_words
from cnnquiz.rendering.figures.drawing import Line, Mark, Rectangle, Words

_HALF = 105.0  # from the middle to the end of the lowest row
_ROW, _BETWEEN = 12.0, 24.0
_UNIT = 12.0
_MOST_CELLS = 40
_MOST_ROWS = 9  # of more layers, the first and last ones are drawn

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"input": "input", "layer": "layer {}: {}", "more": "{} more layers"},
    "ko": {"input": "입력", "layer": "{}층: {}", "more": "층 {}개 더"},
}


def field(figure: FieldFigure, language: Language) -> Iterator[Mark]:
    """The rows, each with its layer's window beside it; the size of the lowest one, or a ?, below it.

    Without a size, rows have no cells: who could count them would have the answer.
    """
    rows = _rows(figure)
    halves = _halves(figure, len(rows))
    for number, row in enumerate(rows):
        y = number * (_ROW + _BETWEEN)
        yield from _cells(halves[number], y, _counted(figure, rows, number))
        if number + 1 < len(rows):
            yield from _fan(halves[number], halves[number + 1], y + _ROW, skipped=row is None)
        yield Words(x=_HALF + 14, y=y + 9, text=_label(language, figure.layers, row), anchor="start")
    bottom = (len(rows) - 1) * (_ROW + _BETWEEN) + _ROW
    size = "?" if figure.size is None else f"{figure.size:,}"
    yield from _measured(halves[-1], bottom + 9, size, bold=figure.size is None)


def _rows(figure: FieldFigure) -> list[int | None]:
    """Numbers of the layers from the last, down to 0 for the input; None for those that are left out."""
    count = len(figure.layers)
    if count + 1 <= _MOST_ROWS:
        return [*range(count, -1, -1)]
    return [count, count - 1, None, 3, 2, 1, 0]


def _sizes(layers: Sequence[FieldLayer]) -> list[int]:
    """How many positions of the input, and of each layer's output, the last unit sees."""
    sizes = [1]
    for layer in reversed(layers):
        sizes.append((sizes[-1] - 1) * layer.stride + layer.dilation * (layer.kernel_size - 1) + 1)
    return sizes[::-1]


def _halves(figure: FieldFigure, rows: int) -> list[float]:
    """Half of the width of each row: to scale where the size is given, otherwise growing evenly."""
    if figure.size is not None and rows == len(figure.layers) + 1:
        return [max(size * _HALF / figure.size, 2.0) for size in reversed(_sizes(figure.layers))]
    least = _UNIT / 2
    return [least + (_HALF - least) * number / (rows - 1) for number in range(rows)]


def _counted(figure: FieldFigure, rows: Sequence[int | None], number: int) -> int:
    """How many cells a row shows; 1 where they would be too many, or would give the answer away."""
    row = rows[number]
    if figure.size is None or row is None or figure.size > _MOST_CELLS or len(rows) != len(figure.layers) + 1:
        return 1
    return _sizes(figure.layers)[row]


def _cells(half: float, y: float, count: int) -> Iterator[Mark]:
    yield Rectangle(x=-half, y=y, width=2 * half, height=_ROW, grey=0.1)
    for cell in range(1, count):
        x = -half + 2 * half * cell / count
        yield Line(points=((x, y), (x, y + _ROW)), width=0.4)


def _fan(above: float, below: float, y: float, *, skipped: bool) -> Iterator[Mark]:
    for side in (-1, 1):
        yield Line(
            points=((side * above, y), (side * below, y + _BETWEEN)), width=0.6, dash="dotted" if skipped else "dashed"
        )


def _label(language: Language, layers: Sequence[FieldLayer], row: int | None) -> str:
    words = _WORDS[language]
    if row is None:
        return words["more"].format(len(layers) - 5)
    if row == 0:
        return words["input"]
    return words["layer"].format(row, layer_words(language, layers[row - 1]))


def _measured(half: float, y: float, size: str, *, bold: bool) -> Iterator[Mark]:
    """A measure with its number below it."""
    yield Line(points=((0, y), (-half, y)), width=0.6, arrow=half > 6)
    yield Line(points=((0, y), (half, y)), width=0.6, arrow=half > 6)
    for end in (-half, half):
        yield Line(points=((end, y - 4), (end, y + 4)), width=0.6)
    yield Words(x=0, y=y + 13, text=size, bold=bold)
