"""A formula and values in, the same formula with numbers for its names out; nothing is computed."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction

from cnnquiz.errors import FormulaError
from cnnquiz.formulas.evaluate import Evaluator
from cnnquiz.formulas.numbers import decimal_places
from cnnquiz.formulas.tree import (
    Aggregate,
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
    Operator,
    Sides,
    Text,
    Truth,
    free_names,
    walk,
)
from cnnquiz.formulas.values import Value, kind, nearest

MAX_TERMS = 12

_Values = Mapping[str, Value]


def substitute(formula: Formula, values: _Values, *, names: Collection[str] | None = None) -> Formula:
    """Put values in the places of names: `⌊(n + 2·p)/s⌋` becomes `⌊(227 + 2·0)/4⌋`.

    Attribute chains and indexes give way to the number they stand for. A sum over layers is written out when
    it has at most 12 terms, and is replaced by its value otherwise. Of a conditional and of `and`/`or`, what
    the values decide not to need is left out. Names without a value, and those not in `names`, stay.
    Raises FormulaError as `evaluate` does, and for a name in `names` that has no value.
    """
    for name in names or ():
        if name not in values:
            raise FormulaError(formula.text, 0, f"no value for {name!r}", expected=nearest(name, values))
    known = values if names is None else {name: values[name] for name in names}
    return Formula(text=formula.text, tree=_Substitution(formula.text).node(formula.tree, known))


class _Substitution:
    def __init__(self, text: str) -> None:
        self._text = text
        # One evaluator for the whole formula, so that the bound on the work holds for the whole.
        self._evaluator = Evaluator(text)

    def node(self, node: Node, known: _Values) -> Node:
        """`node` with the names in `known` replaced."""
        match node:
            case Number() | Text() | Truth():
                return node
            case Name() | Attribute() | Index():
                return self._reference(node, known)
            case Sides(items=items):
                return replace(node, items=self._each(items, known))
            case Negative(operand=operand) | Not(operand=operand):
                return replace(node, operand=self.node(operand, known))
            case Binary(left=left, right=right):
                return replace(node, left=self.node(left, known), right=self.node(right, known))
            case Comparison(first=first, rest=rest):
                pairs = tuple((relation, self.node(right, known)) for relation, right in rest)
                return replace(node, first=self.node(first, known), rest=pairs)
            case Logic():
                return self._logic(node, known)
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                if free_names(condition) <= known.keys():
                    taken = then if self._evaluator.truth(condition, known) else otherwise
                    return self.node(taken, known)
                return replace(
                    node,
                    condition=self.node(condition, known),
                    then=self.node(then, known),
                    otherwise=self.node(otherwise, known),
                )
            case Call():
                return self._call(node, known)
            case Aggregate():
                return self._aggregate(node, known)

    def _literal(self, value: Value, position: int) -> Node:
        return literal(value, text=self._text, position=position)

    def _each(self, nodes: tuple[Node, ...], known: _Values) -> tuple[Node, ...]:
        return tuple(self.node(each, known) for each in nodes)

    def _reference(self, node: Name | Attribute | Index, known: _Values) -> Node:
        if free_names(node) <= known.keys():
            value = self._evaluator.value(node, known)
            return self._literal(value, node.position) if _can_be_written(value) else node
        if isinstance(node, Index):
            return replace(node, index=self.node(node.index, known))
        return node

    def _logic(self, node: Logic, known: _Values) -> Node:
        needed: list[Node] = []
        for operand in node.operands:
            needed.append(self.node(operand, known))
            decides = node.operator == "or"
            if free_names(operand) <= known.keys() and self._evaluator.truth(operand, known) == decides:
                break
        return needed[0] if len(needed) == 1 else replace(node, operands=tuple(needed))

    def _call(self, node: Call, known: _Values) -> Node:
        argument = node.arguments[0]
        if node.function in ("sum", "product") and free_names(argument) <= known.keys():
            values = self._evaluator.items(argument, known)
            if isinstance(argument, Sides):
                return self._written_out(node, list(self._each(argument.items, known)), known)
            return self._written_out(node, [self._literal(value, node.position) for value in values], known)
        return self._kept(node, known)

    def _aggregate(self, node: Aggregate, known: _Values) -> Node:
        deciding = free_names(node.items)
        if node.condition is not None:
            deciding |= free_names(node.condition) - {node.variable}
        if not deciding <= known.keys():
            return self._kept(node, known)
        if node.function == "count" or any(isinstance(each, Aggregate) for each in walk(node.term)):
            return self._value_or_kept(node, known)
        terms = [self.node(node.term, scope) for scope in self._evaluator.scopes(node, known)]
        if any(node.variable in free_names(term) for term in terms):
            return self._kept(node, known)
        return self._written_out(node, terms, known)

    def _kept(self, node: Call | Aggregate, known: _Values) -> Node:
        """The node itself, with what is known inside it replaced."""
        if isinstance(node, Call):
            return replace(node, arguments=self._each(node.arguments, known))
        inside = {name: value for name, value in known.items() if name != node.variable}
        return replace(
            node,
            term=self.node(node.term, inside),
            items=self.node(node.items, known),
            condition=node.condition and self.node(node.condition, inside),
        )

    def _value_or_kept(self, node: Call | Aggregate, known: _Values) -> Node:
        if free_names(node) <= known.keys():
            return self._literal(self._evaluator.value(node, known), node.position)
        return self._kept(node, known)

    def _written_out(self, node: Call | Aggregate, terms: list[Node], known: _Values) -> Node:
        """`a + b + c` for the terms of a sum, `max(a, b, c)` for those of a maximum."""
        if not 0 < len(terms) <= MAX_TERMS:
            return self._value_or_kept(node, known)
        if len(terms) > 1 and node.function in ("min", "max"):
            return Call(function=node.function, arguments=tuple(terms), position=node.position)
        sign: Operator = "+" if node.function == "sum" else "*"
        written = terms[0]
        for term in terms[1:]:
            written = Binary(operator=sign, left=written, right=term, position=node.position)
        return written


def literal(value: Value, *, text: str = "", position: int = 0) -> Node:
    """The nodes that `parse` would make of the value as a person writes it.

    Raises FormulaError, with the place given, for a record and for a text that no quotes can hold.
    """
    match value:
        case bool():
            return Truth(value=value, position=position)
        case int() | Fraction():
            return _number(value, position)
        case str() if _can_be_written(value):
            return Text(value=value, position=position)
        case tuple():
            items = tuple(literal(item, text=text, position=position) for item in value)
            return Sides(items=items, position=position)
    raise FormulaError(text, position, f"{kind(value)} cannot be shown", expected="a number, text or tuple")


def _number(value: int | Fraction, position: int) -> Node:
    if value < 0:
        return Negative(operand=_number(-value, position), position=position)
    if value.denominator == 1:
        return Number(value=value.numerator, position=position)
    if decimal_places(Fraction(value)) is not None:
        return Number(value=value, position=position)
    top, bottom = (Number(value=part, position=position) for part in (value.numerator, value.denominator))
    return Binary(operator="/", left=top, right=bottom, position=position)


def _can_be_written(value: Value) -> bool:
    if isinstance(value, tuple):
        return all(map(_can_be_written, value))
    if isinstance(value, str):
        return value.isprintable() and "\\" not in value and not ("'" in value and '"' in value)
    return isinstance(value, int | Fraction)
