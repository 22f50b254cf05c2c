"""Boxes joined by arrows: rows from top to bottom, sums as circles, what goes in and out without a frame."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, hypot

from cnnquiz.problems.figure import WiringFigure
from cnnquiz.rendering.figures.boxes import PADDING, boxed, centred, height_of, width_of, wrapped
from cnnquiz.rendering.figures.drawing import Circle, Line, Mark, Point, Words
from cnnquiz.rendering.figures.ranks import Ranks, placed, ranked

_WIDTH = 456.0
_GAP = 14.0  # between neighbours in a row
_BETWEEN = 27.0  # rows
_STUB = 10.0  # the last, straight part of an arrow, with its head
_RADIUS = 8.0
_PORT = 13.0  # between two arrows that end at one box
_NEARLY = 3.0  # off the middle: still right above
_NARROWEST, _WIDEST = 44.0, 190.0
_SIGNS = frozenset("+−×·")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A box with its lines: framed, a sign in a circle, or words alone."""

    lines: tuple[str, ...]
    sign: bool
    framed: bool
    entered: int

    @property
    def width(self) -> float:
        """Rounded up, so that a digit more or less most often makes no other layout."""
        return 2 * _RADIUS if self.sign else max(ceil(width_of(self.lines) / 4) * 4, _PORT * (2 * self.entered - 1) + 4)

    @property
    def height(self) -> float:
        return 2 * _RADIUS if self.sign else height_of(self.lines)


def wiring(figure: WiringFigure) -> Iterator[Mark]:
    """The boxes with their arrows."""
    ranks = ranked(len(figure.boxes), figure.arrows)
    boxes = _boxes(figure, ranks)
    middles = placed(ranks, tuple(box.width for box in boxes), _GAP)
    tops = _tops(ranks, boxes)
    for number, box in enumerate(boxes):
        yield from _box(box, middles[number], tops[number][0])
    yield from _arrows(ranks, boxes, middles, tops)


def _boxes(figure: WiringFigure, ranks: Ranks) -> list[_Box]:
    """The boxes with their words on lines that are short enough for the fullest row."""
    starts, ends = {start for start, _ in figure.arrows}, [end for _, end in figure.arrows]
    count = len(figure.boxes)
    room = {}
    for row in ranks.rows:
        wide = [each for each in row if each < count and figure.boxes[each] not in _SIGNS]
        left = _WIDTH - _GAP * (len(row) - 1) - 2 * _RADIUS * (len(row) - len(wide))
        room.update({each: min(max(left / len(wide), _NARROWEST), _WIDEST) - 2 * PADDING for each in wide})
    return [
        _Box(
            lines=wrapped(text, room[number]) if number in room else (text,),
            sign=text in _SIGNS,
            framed=number in starts and number in ends,
            entered=ends.count(number),
        )
        for number, text in enumerate(figure.boxes)
    ]


def _tops(ranks: Ranks, boxes: Sequence[_Box]) -> dict[int, tuple[float, float]]:
    """For each number of the rows the top and the bottom of its row."""
    found = {}
    y = 0.0
    for row in ranks.rows:
        height = max((boxes[each].height for each in row if each < len(boxes)), default=0.0)
        found.update(dict.fromkeys(row, (y, y + height)))
        y += height + _BETWEEN
    return found


def _box(box: _Box, middle: float, top: float) -> Iterator[Mark]:
    if box.sign:
        yield Circle(x=middle, y=top + _RADIUS, radius=_RADIUS)
        yield Words(x=middle, y=top + _RADIUS + 4, text=box.lines[0], size=12)
    elif box.framed:
        yield from boxed(box.lines, middle - box.width / 2, top, box.width)
    else:
        yield from centred(box.lines, middle, top)


def _arrows(
    ranks: Ranks, boxes: Sequence[_Box], middles: Sequence[float], tops: Mapping[int, tuple[float, float]]
) -> Iterator[Mark]:
    ports = _ports(ranks, middles)
    for number, path in enumerate(ranks.paths):
        start, end = path[0], path[-1]
        x = middles[start]
        points = [(x, tops[start][0] + boxes[start].height), (x, tops[start][1] + 2)]
        for each in path[1:-1]:
            points += [(middles[each], tops[each][0] - _STUB), (middles[each], tops[each][1] + 2)]
        port, top = ports[number], tops[end][0]
        points.append((port, top - _STUB))
        points.append(_tip(boxes[end], middles[end], top, (port, top - _STUB)))
        yield Line(points=_without_repeats(points), arrow=True)


def _ports(ranks: Ranks, middles: Sequence[float]) -> dict[int, float]:
    """Where each arrow comes down on the box at its end: side by side, in the order in which they arrive.

    One that comes from right above stays straight.
    """

    def arrival(number: int) -> float:
        return middles[ranks.paths[number][-2]]

    arriving: dict[int, list[int]] = {}
    for number, path in enumerate(ranks.paths):
        arriving.setdefault(path[-1], []).append(number)
    ports = {}
    for end, numbers in arriving.items():
        numbers.sort(key=arrival)
        straight = [place for place, each in enumerate(numbers) if abs(arrival(each) - middles[end]) < _NEARLY]
        centre = straight[0] if straight else (len(numbers) - 1) / 2
        for place, number in enumerate(numbers):
            ports[number] = arrival(number) if place in straight else middles[end] + (place - centre) * _PORT
    return ports


def _tip(box: _Box, middle: float, top: float, before: Point) -> Point:
    """Where an arrow meets its box: straight below, or on the rim of a circle towards its centre."""
    if not box.sign:
        return before[0], top
    x, y = before[0] - middle, before[1] - top - _RADIUS
    length = hypot(x, y)
    return middle + _RADIUS * x / length, top + _RADIUS + _RADIUS * y / length


def _without_repeats(points: Sequence[Point]) -> tuple[Point, ...]:
    """A line through the points, none of them twice in a row: a line of no length has no direction."""
    kept = [points[0]]
    for point in points[1:]:
        if hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) > 0.01:
            kept.append(point)
    return tuple(kept)
