"""Curves over one axis: their points as numbers, and in words."""

from fractions import Fraction
from itertools import pairwise

from cnnquiz.bank.figure import CurveRule, CurvesRule
from cnnquiz.bank.text import format_value
from cnnquiz.problems.figure import Curve, CurvesFigure
from cnnquiz.problems.kinds.kind import Drawing


def curves(rule: CurvesRule, drawing: Drawing) -> CurvesFigure:
    """The curves with their numbers; BankError for points that are not in order from left to right."""
    across, up = (text.fill(drawing.language, drawing.values) for text in (rule.across, rule.up))
    drawn = tuple(_curve(each, drawing) for each in rule.curves)
    lines = "; ".join(f"{curve.name}: {', '.join(map(_shown, curve.points))}" for curve in drawn)
    axes = f"가로축 {across}, 세로축 {up}" if drawing.language == "ko" else f"{up} over {across}"
    return CurvesFigure(alt=f"{axes}. {lines}", across=across, up=up, curves=drawn)


def _curve(rule: CurveRule, drawing: Drawing) -> Curve:
    points = tuple((_number(x, drawing), _number(y, drawing)) for x, y in rule.points)
    places = [x for x, _ in points]
    name = rule.name.fill(drawing.language, drawing.values)
    if any(after <= before for before, after in pairwise(places)):
        raise drawing.fault(f"figure: the points of {name!r} go back", expected="points from left to right")
    if min(places) < 0 or min(y for _, y in points) < 0:
        raise drawing.fault(f"figure: a point of {name!r} is negative", expected="numbers of at least 0")
    return Curve(name=name, points=points)


def _number(formula: object, drawing: Drawing) -> Fraction:
    return Fraction(drawing.number(formula, drawing.values))  # type: ignore[arg-type]


def _shown(point: tuple[Fraction, Fraction]) -> str:
    x, y = (format_value(Fraction(number)) for number in point)
    return f"({x}, {y})"
