"""A window over a padded map: the map, or its corner where it is large, with the window at its first two positions."""

from collections.abc import Iterator

from cnnquiz.bank.text import Language
from cnnquiz.problems.figure import WindowFigure
from cnnquiz.rendering.figures.drawing import Line, Mark, Rectangle, Words

_SIDE, _LARGEST_CELL = 190.0, 17.0
_MOST_CELLS = 19  # more of them are too small to count
_CORNER = 11  # cells of a larger map that are drawn at least
_TORN = 12.0  # how far the lines of a map that goes on reach beyond the cells that are drawn
_LINE = 17.0
_SWATCH = 11.0

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"input": "input {}", "padding": "padding {}", "window": "window {}", "dilation": "dilation {}",
           "stride": "stride {}: the next position"},
    "ko": {"input": "입력 {}", "padding": "패딩 {}", "window": "윈도우 {}", "dilation": "팽창률 {}",
           "stride": "스트라이드 {}: 다음 위치"},
}  # fmt: skip


def window(figure: WindowFigure, language: Language) -> Iterator[Mark]:
    """The map's cells, padding hatched, the window grey, its next position dashed; a legend beside them."""
    reach = figure.span + figure.stride + 1
    cells = figure.padded if figure.padded <= _MOST_CELLS else min(figure.padded, max(reach, _CORNER))
    cell = min(_LARGEST_CELL, _SIDE / cells)
    torn = _TORN if cells < figure.padded else 0.0
    yield from _padding(figure, cells, cell, torn)
    yield from _touched(figure, cell)
    yield from _grid(figure, cells, cell, torn)
    yield from _windows(figure, cell)
    yield from _legend(figure, _WORDS[language], cells * cell + torn + 16, bool(torn))


def _padding(figure: WindowFigure, cells: int, cell: float, torn: float) -> Iterator[Mark]:
    """The frame of zeros, each corner in one of its sides."""
    if not figure.padding:
        return
    p, far = figure.padding * cell, (figure.padding + figure.size) * cell
    end = cells * cell + torn
    sides = [(0.0, 0.0, end, p), (0.0, p, p, end - p)]
    if not torn:
        sides = [(0.0, 0.0, end, p), (0.0, p, p, far - p), (far, p, p, far - p), (0.0, far, end, p)]
    for x, y, width, height in sides:
        yield Rectangle(x=x, y=y, width=width, height=height, hatched=True, stroke=0)


def _touched(figure: WindowFigure, cell: float) -> Iterator[Mark]:
    """The pixels that the window reads: with dilation, not all that it spans."""
    if figure.dilation == 1:
        side = figure.span * cell
        yield Rectangle(x=0, y=0, width=side, height=side, grey=0.28, stroke=0)
        return
    steps = range(0, figure.span, figure.dilation)
    for row in steps:
        for column in steps:
            yield Rectangle(x=column * cell, y=row * cell, width=cell, height=cell, grey=0.28, stroke=0)


def _grid(figure: WindowFigure, cells: int, cell: float, torn: float) -> Iterator[Mark]:
    end = cells * cell + torn
    for number in range(cells + 1):
        if number in (figure.padding, figure.padding + figure.size):
            continue
        place = number * cell
        yield Line(points=((place, 0), (place, end)), width=0.35)
        yield Line(points=((0, place), (end, place)), width=0.35)
    p = figure.padding * cell
    if torn:
        yield Line(points=((end, p), (p, p), (p, end)), width=1.1)
    else:
        yield Rectangle(x=p, y=p, width=figure.size * cell, height=figure.size * cell, stroke=1.1)


def _windows(figure: WindowFigure, cell: float) -> Iterator[Mark]:
    side, step = figure.span * cell, figure.stride * cell
    yield Rectangle(x=0, y=0, width=side, height=side, stroke=1.8)
    if figure.span + figure.stride <= figure.padded:
        yield Rectangle(x=step, y=0, width=side, height=side, stroke=1.4, dash="dashed")
        yield Line(points=((0, -5), (0, -11)), width=0.6)
        yield Line(points=((0, -8), (step, -8)), width=0.8, arrow=step > 6)
        yield Line(points=((step, -5), (step, -11)), width=0.6)


def _legend(figure: WindowFigure, words: dict[str, str], x: float, torn: bool) -> Iterator[Mark]:
    """What each kind of area and line is; a map that goes on is drawn as its corner."""
    size, k = f"{figure.size:,}×{figure.size:,}", figure.kernel_size
    corner = Rectangle(x=x, y=0, width=_SWATCH, height=_SWATCH, stroke=1.1)
    if torn:
        yield Line(points=((x + _SWATCH, 0), (x, 0), (x, _SWATCH)), width=1.1)
    else:
        yield corner
    entries = [words["input"].format(size)]
    y = _LINE
    if figure.padding:
        yield Rectangle(x=x, y=y, width=_SWATCH, height=_SWATCH, hatched=True, stroke=0.35)
        entries.append(words["padding"].format(figure.padding))
        y += _LINE
    yield Rectangle(x=x, y=y, width=_SWATCH, height=_SWATCH, grey=0.28, stroke=1.8)
    spread = f", {words['dilation'].format(figure.dilation)}" if figure.dilation > 1 else ""
    entries.append(words["window"].format(f"{k}×{k}") + spread)
    y += _LINE
    if figure.span + figure.stride <= figure.padded:
        yield Rectangle(x=x, y=y, width=_SWATCH, height=_SWATCH, stroke=1.4, dash="dashed")
        entries.append(words["stride"].format(figure.stride))
    for number, entry in enumerate(entries):
        yield Words(x=x + _SWATCH + 7, y=number * _LINE + 9, text=entry, anchor="start")
