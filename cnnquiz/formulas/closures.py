"""A node of a formula in, a function that computes it out: the tree is read once, however often it is evaluated."""

import math
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TypeAlias, TypeVar

from cnnquiz.formulas.numbers import round_half_up
from cnnquiz.formulas.operations import ARITHMETIC, CHOICES, OF_ONE_NUMBER, combination, relation_between
from cnnquiz.formulas.place import HIGH, LOW, Place, Work
from cnnquiz.formulas.tree import (
    Aggregate,
    Attribute,
    Binary,
    Call,
    Comparison,
    Conditional,
    Index,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Sides,
    Text,
    Truth,
    children,
)
from cnnquiz.formulas.values import Exact, Value, kind, nearest

MAX_EXPONENT = 64
MAX_ROUND_DIGITS = 18

_T = TypeVar("_T")
Scope: TypeAlias = Mapping[str, Value]
Run: TypeAlias = Callable[[Scope, Work], _T]
"""Computes a node for the values of all names around it. It may raise FormulaError."""


_RECORDS = (dict, Mapping)  # the first is the faster one to tell


class Closures:
    """Makes the functions for the nodes of one formula, whose text is needed for errors."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._made: dict[int, tuple[Node, Run[Value]]] = {}

    def value(self, node: Node) -> Run[Value]:
        """Computes the value of `node`."""
        made = self._made.get(id(node))
        if made is None:
            # Kept with its node: an id belongs to a node only while that lives.
            made = self._made[id(node)] = (node, self._make(node))
        return made[1]

    def _make(self, node: Node) -> Run[Value]:
        match node:
            case Text(value=constant) | Truth(value=constant):
                return lambda scope, work: constant
            case Number() | Negative() | Binary():
                return self.number(node)
            case Name() | Attribute():
                return self._reference(node, self._at(node).checked)
            case Index():
                return self._item(node)
            case Sides(items=items):
                runs = [self.value(item) for item in items]
                return lambda scope, work: tuple([run(scope, work) for run in runs])
            case Not() | Comparison() | Logic():
                return self.truth(node)
            case Conditional():
                return self._conditional(node)
            case Call():
                return self._call(node)
            case Aggregate():
                return self._aggregate(node)

    def number(self, node: Node) -> Run[Exact]:
        """Computes the value of `node`, which must be a number."""
        match node:
            case Number(value=constant):
                return lambda scope, work: constant
            case Negative(operand=operand):
                positive = self.number(operand)
                return lambda scope, work: -positive(scope, work)
            case Binary(operator="**"):
                return self._power(node)
            case Binary():
                return self._arithmetic(node)
            case Name() | Attribute():
                return self._reference(node, self._at(node).number)
        value, at = self.value(node), self._at(node)

        def number(scope: Scope, work: Work) -> Exact:
            found = value(scope, work)
            return found if type(found) is int else at.number(found)

        return number

    def truth(self, node: Node) -> Run[bool]:
        """Computes the value of `node`, which must be True or False."""
        match node:
            case Comparison():
                return self._comparison(node)
            case Logic():
                return self._logic(node)
            case Not(operand=operand):
                denied = self.truth(operand)
                return lambda scope, work: not denied(scope, work)
        value, at = self.value(node), self._at(node)
        return lambda scope, work: at.truth(value(scope, work))

    def items(self, node: Node) -> Run[tuple[Value, ...]]:
        """Computes the value of `node`, which must be a tuple."""
        value, at = self.value(node), self._at(node)
        return lambda scope, work: at.items(value(scope, work), work)

    def scopes(self, node: Aggregate) -> Run[Iterator[Scope]]:
        """For each item that meets the condition, the values of all names inside: one mapping, changed at each turn."""
        items, at, variable = self.items(node.items), self._at(node.items), node.variable
        condition = None if node.condition is None else self.truth(node.condition)
        steps, condition_steps = _steps(node.term), 0 if node.condition is None else _steps(node.condition)

        def scopes(scope: Scope, work: Work) -> Iterator[Scope]:
            inner = _inner(scope)
            for item in items(scope, work):
                inner[variable] = at.checked(item)
                if condition is not None:
                    at.spend(condition_steps, work)
                    if not condition(inner, work):
                        continue
                at.spend(steps, work)
                yield inner

        return scopes

    def _at(self, node: Node) -> Place:
        return Place(self._text, node.position)

    def _reference(self, node: Name | Attribute, check: Callable[[Value], _T]) -> Run[_T | int]:
        if isinstance(node, Name):
            return _entry(node.name, "name", self._at(node), check)
        entry = _entry(node.name, "attribute", self._at(node), check)
        owner, at, name = self.value(node.owner), self._at(node.owner), node.name

        def attribute(scope: Scope, work: Work) -> _T | int:
            record = owner(scope, work)
            if isinstance(record, _RECORDS):
                return entry(record, work)
            raise at.fault(f"{kind(record)} has no {name!r}", "a record, such as a layer")

        return attribute

    def _item(self, node: Index) -> Run[Value]:
        items, index, at = self.items(node.owner), self.number(node.index), self._at(node.index)

        def item(scope: Scope, work: Work) -> Value:
            found = items(scope, work)
            if not found:
                raise at.fault("an item of an empty tuple", "a tuple with items")
            return at.checked(found[at.whole(index(scope, work), -len(found), len(found) - 1, "an index")])

        return item

    def _arithmetic(self, node: Binary) -> Run[Exact]:
        left, right, compute = self.number(node.left), self.number(node.right), ARITHMETIC[node.operator]
        bounded, divisor, divides = self._at(node).bounded, self._at(node.right), node.operator in ("/", "//", "%")

        def arithmetic(scope: Scope, work: Work) -> Exact:
            first, second = left(scope, work), right(scope, work)
            if divides and not second:
                raise divisor.fault("division by zero", "a divisor other than 0")
            result = compute(first, second)
            return result if type(result) is int and LOW < result < HIGH else bounded(result)

        return arithmetic

    def _power(self, node: Binary) -> Run[Exact]:
        base, exponent, at, above = (
            self.number(node.left),
            self.number(node.right),
            self._at(node),
            self._at(node.right),
        )

        def power(scope: Scope, work: Work) -> Exact:
            factor = base(scope, work)
            times = above.whole(exponent(scope, work), 0, MAX_EXPONENT, "an exponent")
            # A product rather than `**`, whose result could be a float.
            return at.bounded(math.prod([factor] * times))

        return power

    def _comparison(self, node: Comparison) -> Run[bool]:
        first, links, left = self.value(node.first), [], node.first
        for relation, right in node.rest:
            links.append((self.value(right), relation_between(relation, self._at(left), self._at(right))))
            left = right

        def comparison(scope: Scope, work: Work) -> bool:
            left = first(scope, work)
            for run, holds in links:
                right = run(scope, work)
                if not holds(left, right, work):
                    return False
                left = right
            return True

        return comparison

    def _logic(self, node: Logic) -> Run[bool]:
        operands, decisive = [self.truth(operand) for operand in node.operands], node.operator == "or"

        def logic(scope: Scope, work: Work) -> bool:
            for operand in operands:
                if operand(scope, work) is decisive:
                    return decisive
            return not decisive

        return logic

    def _conditional(self, node: Conditional) -> Run[Value]:
        condition, then, otherwise = self.truth(node.condition), self.value(node.then), self.value(node.otherwise)
        return lambda scope, work: (then if condition(scope, work) else otherwise)(scope, work)

    def _call(self, node: Call) -> Run[Value]:
        argument = node.arguments[0]
        match node.function:
            case "floor" | "ceil" | "abs":
                compute, number = OF_ONE_NUMBER[node.function], self.number(argument)
                return lambda scope, work: compute(number(scope, work))
            case "round":
                return self._round(node)
            case "min" | "max" if len(node.arguments) > 1:
                choose, numbers = CHOICES[node.function], [self.number(each) for each in node.arguments]
                return lambda scope, work: choose([number(scope, work) for number in numbers])
            case function:
                items, combine = self.items(argument), combination(function, self._at(argument))
                return lambda scope, work: combine(items(scope, work), work)

    def _aggregate(self, node: Aggregate) -> Run[Value]:
        scopes, term, at = self.scopes(node), self.value(node.term), self._at(node.term)
        combine, counts = combination(node.function, at), node.function == "count"

        def aggregate(scope: Scope, work: Work) -> Value:
            terms = [term(inner, work) for inner in scopes(scope, work)]
            if counts and any(isinstance(each, bool) for each in terms):
                raise at.fault("a condition that is counted", "the condition after an 'if'")
            return combine(terms, work)

        return aggregate

    def _round(self, node: Call) -> Run[Exact]:
        number, bounded = self.number(node.arguments[0]), self._at(node).bounded
        digits_at = self._at(node.arguments[-1])
        digits = self.number(node.arguments[1]) if len(node.arguments) == 2 else lambda scope, work: 0

        def rounded(scope: Scope, work: Work) -> Exact:
            value = number(scope, work)
            places = digits_at.whole(digits(scope, work), 0, MAX_ROUND_DIGITS, "a count of digits")
            return bounded(round_half_up(value, places))

        return rounded


def _entry(name: str, role: str, at: Place, check: Callable[[Value], _T]) -> Run[_T | int]:
    """Looks `name` up in the mapping that it is given, be it a scope or a record."""

    def entry(known: Scope, _work: Work) -> _T | int:
        try:
            value = known[name]
        except KeyError:
            raise at.fault(f"unknown {role} {name!r}", nearest(name, known)) from None
        return value if type(value) is int and LOW < value < HIGH else check(value)

    return entry


def _inner(scope: Scope) -> MutableMapping[str, Value]:
    """A scope of a loop's own. Only a plain dict is copied: another mapping may compute its values when it is asked."""
    return dict(scope) if type(scope) is dict else ChainMap({}, scope)  # type: ignore[arg-type]  # which it only reads


def _steps(node: Node) -> int:
    """How many nodes one evaluation visits at most. What is inside an aggregate is counted by its own turns."""
    below = [node.items] if isinstance(node, Aggregate) else children(node)
    return 1 + sum(map(_steps, below))
