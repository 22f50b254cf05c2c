"""A formula of a figure goes in; the number that it must be comes out, or an error that names the question."""

from fractions import Fraction

from cnnquiz.formulas import Formula, Value, evaluate
from cnnquiz.problems.kinds.kind import Drawing, shown_value


def whole(drawing: Drawing, formula: Formula, what: str, *, at_least: int, at_most: int) -> int:
    """A whole number within bounds."""
    return checked(drawing, evaluate(formula, drawing.values), what, at_least=at_least, at_most=at_most)


def checked(drawing: Drawing, value: Value, what: str, *, at_least: int, at_most: int) -> int:
    """The same of a value that was computed already."""
    if type(value) is not int or not at_least <= value <= at_most:
        expected = f"a whole number from {at_least} to {at_most}"
        raise drawing.fault(f"figure: {what} is {shown_value(value)}", expected=expected)
    return value


def positive(drawing: Drawing, formula: Formula, what: str) -> Fraction:
    """A number above 0."""
    number = Fraction(drawing.number(formula, drawing.values))
    if number <= 0:
        raise drawing.fault(f"figure: {what} is {shown_value(number)}", expected="a number above 0")
    return number
