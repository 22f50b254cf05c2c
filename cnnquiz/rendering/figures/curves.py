"""Curves over one axis: smooth lines that differ by their dashes, each named at its end."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from cnnquiz.bank.text import format_value
from cnnquiz.problems.figure import CurvesFigure
from cnnquiz.rendering.figures.drawing import Dash, Line, Mark, Point, Words

_WIDTH, _HEIGHT = 230.0, 120.0
_STEPS = 8  # short lines between two points
_LABEL, _SAMPLE = 12.0, 18.0
_DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted")
_MOST_TICKS = 5


def curves(figure: CurvesFigure) -> Iterator[Mark]:
    """Both axes from 0 with their numbers, and the curves."""
    right = _top([x for curve in figure.curves for x, _ in curve.points])
    top = _top([y for curve in figure.curves for _, y in curve.points])
    yield from _axes(figure, right, top)
    ends = []
    for curve, dash in zip(figure.curves, _DASHES, strict=False):
        points = [(float(x / right) * _WIDTH, -float(y / top) * _HEIGHT) for x, y in curve.points]
        yield _curve(_smooth(points), dash)
        ends.append((points[-1][1], curve.name, dash))
    yield from _names(ends)


def _axes(figure: CurvesFigure, right: Fraction, top: Fraction) -> Iterator[Mark]:
    yield Line(points=((0, 0), (_WIDTH + 8, 0)), arrow=True)
    yield Line(points=((0, 0), (0, -_HEIGHT - 8)), arrow=True)
    for tick in _ticks(right):
        x = float(tick / right) * _WIDTH
        yield Line(points=((x, 0), (x, 3)), width=0.6)
        yield Words(x=x, y=12, text=format_value(tick))
    for tick in _ticks(top):
        y = -float(tick / top) * _HEIGHT
        yield Line(points=((-3, y), (0, y)), width=0.6)
        yield Words(x=-6, y=y + 3, text=format_value(tick), anchor="end")
    yield Words(x=_WIDTH / 2, y=25, text=figure.across)
    yield Words(x=0, y=-_HEIGHT - 13, text=figure.up)


def _top(numbers: Sequence[Fraction]) -> Fraction:
    """The end of an axis: the largest number rounded up to a whole step of its ticks."""
    largest = max(*numbers, Fraction(1, 1000))
    step = _step(largest)
    return -(-largest // step) * step


def _step(largest: Fraction) -> Fraction:
    """The distance of ticks: 1, 2 or 5 times a power of ten, so that there are at most five."""
    step = Fraction(1, 10_000)
    while True:
        for factor in (1, 2, 5):
            if largest <= _MOST_TICKS * factor * step:
                return factor * step
        step *= 10


def _ticks(end: Fraction) -> Iterator[Fraction]:
    step = _step(end)
    return (number * step for number in range(int(end / step) + 1))


def _smooth(points: Sequence[Point]) -> tuple[Point, ...]:
    """A line through all points that never rises or falls beyond them (Fritsch & Carlson 1980)."""
    slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
    inner = [0.0 if a * b <= 0 else 2 * a * b / (a + b) for a, b in pairwise(slopes)]
    tangents = [slopes[0], *inner, slopes[-1]]
    found = [points[0]]
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        width = x1 - x0
        for step in range(1, _STEPS + 1):
            t = step / _STEPS
            rest = 1 - t
            y = (1 + 2 * t) * rest**2 * y0 + t * rest**2 * width * tangents[number]
            y += t**2 * (3 - 2 * t) * y1 - t**2 * rest * width * tangents[number + 1]
            found.append((x0 + t * width, y))
    return tuple(found)


def _names(ends: Sequence[tuple[float, str, Dash]]) -> Iterator[Mark]:
    """Each name as near to the end of its curve as the others allow, behind a piece of its line."""
    ends = sorted(ends)
    places = [y for y, _, _ in ends]
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + _LABEL)
    places[-1] = min(places[-1], 0.0)
    for number in range(len(places) - 1, 0, -1):
        places[number - 1] = min(places[number - 1], places[number] - _LABEL)
    x = _WIDTH + 14
    for y, (_, name, dash) in zip(places, ends, strict=True):
        yield _curve(((x, y), (x + _SAMPLE, y)), dash)
        yield Words(x=x + _SAMPLE + 5, y=y + 3, text=name, anchor="start")


def _curve(points: tuple[Point, ...], dash: Dash) -> Mark:
    return Line(points=points, width=1.3 if dash != "dotted" else 1.8, dash=dash)
