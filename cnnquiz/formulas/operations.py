"""The name of an operation in, the function that carries it out out: exact on ints and Fractions, never a float."""

import math
import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations

from cnnquiz.formulas.place import Place, Work
from cnnquiz.formulas.tree import Aggregator, Relation
from cnnquiz.formulas.values import Exact, Value

ARITHMETIC: dict[str, Callable[[Exact, Exact], Exact]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: Fraction(left, right) if left % right else left // right,
    "//": operator.floordiv,
    "%": operator.mod,
}
OF_ONE_NUMBER: dict[str, Callable[[Exact], Exact]] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "abs": lambda number: max(number, -number),
}
CHOICES: dict[str, Callable[[Sequence[Exact]], Exact]] = {"min": min, "max": max}

_REPETITIONS: dict[str, tuple[str, Exact]] = {"sum": ("+", 0), "product": ("*", 1)}
_ORDERS: dict[str, Callable[[Exact, Exact], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def relation_between(relation: Relation, left_at: Place, right_at: Place) -> Callable[[Value, Value, Work], bool]:
    """Whether `relation` holds between the values at two places."""
    equal = right_at.equal
    match relation:
        case "==":
            return equal
        case "!=":
            return lambda left, right, work: not equal(left, right, work)
        case "in":
            return lambda left, right, work: any(equal(left, each, work) for each in right_at.items(right, work))
        case "not in":
            return lambda left, right, work: not any(equal(left, each, work) for each in right_at.items(right, work))
    order = _ORDERS[relation]
    return lambda left, right, work: order(left_at.number(left), right_at.number(right))


def combination(function: Aggregator, at: Place) -> Callable[[Sequence[Value], Work], Value]:
    """What `function` makes of several values, which were found at one place."""

    def count(values: Sequence[Value], _work: Work) -> Value:
        return len(values)

    def distinct(values: Sequence[Value], work: Work) -> Value:
        at.spend(len(values) * (len(values) - 1) // 2, work)
        return not any(at.equal(one, other, work) for one, other in combinations(values, 2))

    def accumulate(values: Sequence[Value], _work: Work) -> Value:
        sign, result = _REPETITIONS[function]
        step = ARITHMETIC[sign]
        for number in [at.number(value) for value in values]:
            result = at.bounded(step(result, number))
        return result

    def choose(values: Sequence[Value], _work: Work) -> Value:
        if not values:
            raise at.fault(f"{function} of nothing", "at least one number")
        return CHOICES[function]([at.number(value) for value in values])

    match function:
        case "count":
            return count
        case "distinct":
            return distinct
        case "min" | "max":
            return choose
        case _:
            return accumulate
