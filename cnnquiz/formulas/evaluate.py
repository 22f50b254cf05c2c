"""A formula and the values of its names in, its exact value out: ints and Fractions, never a float."""

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from cnnquiz.errors import FormulaError
from cnnquiz.formulas.tree import (
    Aggregate,
    Aggregator,
    Attribute,
    Binary,
    Call,
    Comparison,
    Conditional,
    Formula,
    Index,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Relation,
    Sides,
    Text,
    Truth,
)
from cnnquiz.formulas.values import Exact, Value, is_number, kind, nearest, simplest

MAX_VISITS = 100_000
MAX_BITS = 4096
MAX_EXPONENT = 64
MAX_ROUND_DIGITS = 18

_ORDERS: dict[str, Callable[[Exact, Exact], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(formula: Formula, values: Mapping[str, Value]) -> Value:
    """The exact value of `formula` where each free name has the value given.

    An attribute is looked up in a record (a mapping), never on a Python object. Raises FormulaError, with a
    position, for an unknown name or attribute, a wrong kind of value, a division by zero, or too much work.
    """
    return Evaluator(formula.text).value(formula.tree, values)


class Evaluator:
    """Evaluates nodes of one formula; all its evaluations share one bound on the work."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._visits = 0

    def value(self, node: Node, values: Mapping[str, Value]) -> Value:
        """The value of `node`; FormulaError as for `evaluate`."""
        self._spend(1, node)
        match node:
            case Number(value=number):
                return number
            case Text(value=text):
                return text
            case Truth(value=truth):
                return truth
            case Name(name=name):
                return self._look_up(name, values, node, "name")
            case Attribute(owner=owner, name=name):
                return self._attribute(node, self.value(owner, values), owner, name)
            case Index(owner=owner, index=index):
                return self._item(self.items(owner, values), index, values)
            case Sides(items=items):
                return tuple(self.value(item, values) for item in items)
            case Negative(operand=operand):
                return -self.number(operand, values)
            case Not(operand=operand):
                return not self.truth(operand, values)
            case Binary():
                return self._bounded(self._binary(node, values), node)
            case Comparison():
                return self._comparison(node, values)
            case Logic(operator="and", operands=operands):
                return all(self.truth(operand, values) for operand in operands)
            case Logic(operands=operands):
                return any(self.truth(operand, values) for operand in operands)
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                return self.value(then if self.truth(condition, values) else otherwise, values)
            case Call():
                return self._bounded(self._call(node, values), node)
            case Aggregate(function=function, term=term):
                terms = [self.value(term, scope) for scope in self.scopes(node, values)]
                if function == "count" and any(isinstance(each, bool) for each in terms):
                    raise self._fault(term, "a condition that is counted", "the condition after an 'if'")
                return self._combine(function, terms, term)

    def number(self, node: Node, values: Mapping[str, Value]) -> Exact:
        """The value of `node`, which must be a number."""
        return self._as_number(self.value(node, values), node)

    def truth(self, node: Node, values: Mapping[str, Value]) -> bool:
        """The value of `node`, which must be True or False."""
        value = self.value(node, values)
        if isinstance(value, bool):
            return value
        raise self._fault(node, f"{kind(value)} as a condition", "a comparison")

    def items(self, node: Node, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """The value of `node`, which must be a tuple."""
        value = self.value(node, values)
        if isinstance(value, tuple):
            self._spend(len(value), node)
            return value
        raise self._fault(node, f"{kind(value)} where several values are needed", "a tuple")

    def scopes(self, node: Aggregate, values: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
        """For each item that meets the condition, the values of all names inside the aggregate."""
        for item in self.items(node.items, values):
            scope = {**values, node.variable: self._checked(item, node.items)}
            if node.condition is None or self.truth(node.condition, scope):
                yield scope

    def _spend(self, visits: int, node: Node) -> None:
        self._visits += visits
        if self._visits > MAX_VISITS:
            raise self._fault(node, "this takes too long to compute", f"at most {MAX_VISITS:,} steps")

    def _fault(self, node: Node, problem: str, expected: str) -> FormulaError:
        return FormulaError(self._text, node.position, problem, expected=expected)

    def _checked(self, value: Value, node: Node) -> Value:
        if isinstance(value, int | Fraction) and not isinstance(value, bool):
            return self._bounded(value, node)
        if isinstance(value, bool | str | tuple | Mapping):
            return value
        raise self._fault(node, f"{kind(value)} was given", "an exact number, a text, a tuple or a record")

    def _bounded(self, value: Exact, node: Node) -> Exact:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            raise self._fault(node, "the number becomes too large", f"at most {MAX_BITS:,} bits")
        return simplest(value)

    def _as_number(self, value: Value, node: Node) -> Exact:
        if isinstance(value, bool):
            raise self._fault(node, f"{value} as a number", "a number, as in (1 if bias else 0)")
        if isinstance(value, int | Fraction):
            return self._bounded(value, node)
        raise self._fault(node, f"{kind(value)} in a calculation", "a number")

    def _whole(self, node: Node, values: Mapping[str, Value], lowest: int, highest: int, role: str) -> int:
        value = self.number(node, values)
        if isinstance(value, int) and lowest <= value <= highest:
            return value
        raise self._fault(node, f"{role} that is not allowed", f"a whole number from {lowest} to {highest}")

    def _look_up(self, name: str, known: Mapping[str, Value], node: Node, role: str) -> Value:
        if name not in known:
            raise self._fault(node, f"unknown {role} {name!r}", nearest(name, known))
        return self._checked(known[name], node)

    def _attribute(self, node: Node, record: Value, owner: Node, name: str) -> Value:
        if not isinstance(record, Mapping):
            raise self._fault(owner, f"{kind(record)} has no {name!r}", "a record, such as a layer")
        return self._look_up(name, record, node, "attribute")

    def _item(self, items: tuple[Value, ...], index: Node, values: Mapping[str, Value]) -> Value:
        if not items:
            raise self._fault(index, "an item of an empty tuple", "a tuple with items")
        position = self._whole(index, values, -len(items), len(items) - 1, "an index")
        return self._checked(items[position], index)

    def _binary(self, node: Binary, values: Mapping[str, Value]) -> Exact:
        left = self.number(node.left, values)
        if node.operator == "**":
            exponent = self._whole(node.right, values, 0, MAX_EXPONENT, "an exponent")
            # A product rather than `**`, whose result could be a float.
            return math.prod([left] * exponent)
        right = self.number(node.right, values)
        if right == 0 and node.operator in ("/", "//", "%"):
            raise self._fault(node.right, "division by zero", "a divisor other than 0")
        match node.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return Fraction(left) / right
            case "//":
                return left // right
            case "%":
                return left % right

    def _comparison(self, node: Comparison, values: Mapping[str, Value]) -> bool:
        left_node, left = node.first, self.value(node.first, values)
        for relation, right_node in node.rest:
            if relation in ("in", "not in"):
                right: Value = (members := self.items(right_node, values))
                holds = any(self._equal(left, item, right_node) for item in members) == (relation == "in")
            else:
                right = self.value(right_node, values)
                holds = self._holds(relation, left, right, left_node, right_node)
            if not holds:
                return False
            left_node, left = right_node, right
        return True

    def _holds(self, relation: Relation, left: Value, right: Value, left_node: Node, right_node: Node) -> bool:
        if relation in ("==", "!="):
            return self._equal(left, right, right_node) == (relation == "==")
        first, second = self._as_number(left, left_node), self._as_number(right, right_node)
        return _ORDERS[relation](first, second)

    def _equal(self, left: Value, right: Value, node: Node) -> bool:
        self._spend(1, node)
        if isinstance(left, tuple) and isinstance(right, tuple):
            return len(left) == len(right) and all(map(self._equal, left, right, [node] * len(left)))
        same_kind = (is_number(left) and is_number(right)) or type(left) is type(right)
        if not same_kind or isinstance(left, Mapping):
            raise self._fault(node, f"{kind(left)} compared with {kind(right)}", "values of one kind")
        return left == right

    def _call(self, node: Call, values: Mapping[str, Value]) -> Exact:
        argument = node.arguments[0]
        match node.function:
            case "floor":
                return math.floor(self.number(argument, values))
            case "ceil":
                return math.ceil(self.number(argument, values))
            case "abs":
                number = self.number(argument, values)
                return number if number >= 0 else -number
            case "round":
                number = self.number(argument, values)
                digits = 0
                if len(node.arguments) == 2:
                    digits = self._whole(node.arguments[1], values, 0, MAX_ROUND_DIGITS, "a count of digits")
                return round_half_up(number, digits)
            case "min" | "max" if len(node.arguments) > 1:
                numbers = [self.number(each, values) for each in node.arguments]
                return min(numbers) if node.function == "min" else max(numbers)
            case function:
                return self._combine(function, list(self.items(argument, values)), argument)

    def _combine(self, function: Aggregator, terms: list[Value], node: Node) -> Exact:
        if function == "count":
            return len(terms)
        numbers = [self._as_number(term, node) for term in terms]
        if function == "sum":
            return self._accumulate(operator.add, numbers, 0, node)
        if function == "product":
            return self._accumulate(operator.mul, numbers, 1, node)
        if not numbers:
            raise self._fault(node, f"{function} of nothing", "at least one number")
        return min(numbers) if function == "min" else max(numbers)

    def _accumulate(
        self, step: Callable[[Exact, Exact], Exact], numbers: list[Exact], start: Exact, node: Node
    ) -> Exact:
        result = start
        for number in numbers:
            result = self._bounded(step(result, number), node)
        return result


def round_half_up(value: Exact, digits: int) -> Exact:
    """`value` to `digits` decimals as taught at school: a 5 goes away from zero, exactly."""
    scale = 10**digits
    away = math.floor(abs(value) * scale + Fraction(1, 2))
    return simplest(Fraction(away if value >= 0 else -away, scale))
