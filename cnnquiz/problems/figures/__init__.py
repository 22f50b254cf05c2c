"""A question's figure and the values of its names go in; the problem's figure comes out, as plain data."""

from cnnquiz.bank.figure import (
    CurvesRule,
    FieldRule,
    FigureRule,
    RooflineRule,
    SliceRule,
    StackRule,
    WindowRule,
    WiringRule,
)
from cnnquiz.problems.figure import Figure
from cnnquiz.problems.figures.curves import curves
from cnnquiz.problems.figures.field import field
from cnnquiz.problems.figures.layers import network_slice, stacked
from cnnquiz.problems.figures.roofline import roofline
from cnnquiz.problems.figures.window import window
from cnnquiz.problems.figures.wiring import wiring
from cnnquiz.problems.kinds.kind import Drawing


def figure_of(rule: FigureRule, drawing: Drawing) -> Figure:
    """The figure with its numbers put in; BankError where it cannot be drawn."""
    match rule:
        case WindowRule():
            return window(rule, drawing)
        case SliceRule():
            return network_slice(rule, drawing)
        case StackRule():
            return stacked(rule, drawing)
        case FieldRule():
            return field(rule, drawing)
        case WiringRule():
            return wiring(rule, drawing)
        case CurvesRule():
            return curves(rule, drawing)
        case RooflineRule():
            return roofline(rule, drawing)
