"""A formula and values in, the same formula with numbers for its names out; nothing is computed."""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from cnnquiz.errors import FormulaError
from cnnquiz.formulas.evaluate import Evaluator
from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.numbers import decimal_places
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
    known = values if names is None else _Some(values, names)
    return Formula(text=formula.text, tree=_Substitution(formula).node(formula.tree, known))


def taken(formula: Formula, values: _Values) -> Formula:
    """Of a formula that is a choice between formulas, the one that the values choose, with its names."""
    tree, evaluator = formula.tree, Evaluator(formula)
    while isinstance(tree, Conditional):
        tree = tree.then if evaluator.truth(tree.condition, values) else tree.otherwise
    return Formula(text=formula.text, tree=tree)


class _Some(Mapping[str, Value]):
    """Some of the values, each looked up only when it is needed."""

    def __init__(self, values: _Values, names: Collection[str]) -> None:
        self._values = values
        self._names = frozenset(names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _are_known(node: Node, known: _Values) -> bool:
    """Have all free names in `node` a value?"""
    match node:
        case Name(name=name):
            return name in known
        case Attribute(owner=owner):
            return _are_known(owner, known)
    return all(name in known for name in free_names(node))


class _Substitution:
    def __init__(self, formula: Formula) -> None:
        self._text = formula.text
        # One evaluator for the whole formula, so that the bound on the work holds for the whole.
        self._evaluator = Evaluator(formula)

    def node(self, node: Node, known: _Values) -> Node:
        """`node` with the names in `known` replaced."""
        match node:
            case Number() | Text() | Truth():
                return node
            case Name() | Attribute() | Index():
                return self._reference(node, known)
            case Binary(operator=operator, left=left, right=right, position=position):
                left, right = self.node(left, known), self.node(right, known)
                return Binary(operator=operator, left=left, right=right, position=position)
            case Sides(items=items, position=position):
                return Sides(items=self._each(items, known), position=position)
            case Negative(operand=operand, position=position):
                return Negative(operand=self.node(operand, known), position=position)
            case Not(operand=operand, position=position):
                return Not(operand=self.node(operand, known), position=position)
            case Comparison(first=first, rest=rest, position=position):
                pairs = tuple((relation, self.node(right, known)) for relation, right in rest)
                return Comparison(first=self.node(first, known), rest=pairs, position=position)
            case Logic():
                return self._logic(node, known)
            case Conditional():
                return self._conditional(node, known)
            case Call():
                return self._call(node, known)
            case Aggregate():
                return self._aggregate(node, known)

    def _literal(self, value: Value, position: int) -> Node:
        return literal(value, text=self._text, position=position)

    def _each(self, nodes: tuple[Node, ...], known: _Values) -> tuple[Node, ...]:
        return tuple(self.node(each, known) for each in nodes)

    def _reference(self, node: Name | Attribute | Index, known: _Values) -> Node:
        if _are_known(node, known):
            value = self._evaluator.value(node, known)
            return self._literal(value, node.position) if _can_be_written(value) else node
        if isinstance(node, Index):
            return Index(owner=node.owner, index=self.node(node.index, known), position=node.position)
        return node

    def _logic(self, node: Logic, known: _Values) -> Node:
        needed: list[Node] = []
        for operand in node.operands:
            needed.append(self.node(operand, known))
            decides = node.operator == "or"
            if _are_known(operand, known) and self._evaluator.truth(operand, known) == decides:
                break
        if len(needed) == 1:
            return needed[0]
        return Logic(operator=node.operator, operands=tuple(needed), position=node.position)

    def _conditional(self, node: Conditional, known: _Values) -> Node:
        if _are_known(node.condition, known):
            return self.node(node.then if self._evaluator.truth(node.condition, known) else node.otherwise, known)
        return Conditional(
            condition=self.node(node.condition, known),
            then=self.node(node.then, known),
            otherwise=self.node(node.otherwise, known),
            position=node.position,
        )

    def _call(self, node: Call, known: _Values) -> Node:
        argument = node.arguments[0]
        if node.function in ("sum", "product") and _are_known(argument, known):
            values = self._evaluator.items(argument, known)
            if isinstance(argument, Sides):
                return self._written_out(node, list(self._each(argument.items, known)), known)
            return self._written_out(node, [self._literal(value, node.position) for value in values], known)
        return self._kept(node, known)

    def _aggregate(self, node: Aggregate, known: _Values) -> Node:
        deciding = free_names(node.items)
        if node.condition is not None:
            deciding |= free_names(node.condition) - {node.variable}
        if not all(name in known for name in deciding):
            return self._kept(node, known)
        if node.function == "count" or any(isinstance(each, Aggregate) for each in walk(node.term)):
            return self._value_or_kept(node, known)
        terms: list[Node] = []
        for scope in self._evaluator.scopes(node, known):
            if len(terms) == MAX_TERMS:
                return self._value_or_kept(node, known)
            terms.append(self.node(node.term, scope))
        if any(node.variable in free_names(term) for term in terms):
            return self._kept(node, known)
        return self._written_out(node, terms, known)

    def _kept(self, node: Call | Aggregate, known: _Values) -> Node:
        """The node itself, with what is known inside it replaced."""
        if isinstance(node, Call):
            arguments = self._each(node.arguments, known)
            return Call(function=node.function, arguments=arguments, position=node.position)
        inside = _Some(known, {name for name in known if name != node.variable})
        return Aggregate(
            function=node.function,
            term=self.node(node.term, inside),
            variable=node.variable,
            items=self.node(node.items, known),
            condition=node.condition and self.node(node.condition, inside),
            position=node.position,
        )

    def _value_or_kept(self, node: Call | Aggregate, known: _Values) -> Node:
        if _are_known(node, known):
            return self._literal(self._evaluator.value(node, known), node.position)
        return self._kept(node, known)

    def _written_out(self, node: Call | Aggregate, terms: list[Node], known: _Values) -> Node:
        """`a + b + c` for the terms of a sum, `max(a, b, c)` for those of a maximum."""
        if not 0 < len(terms) <= MAX_TERMS:
            return self._value_or_kept(node, known)
        if node.function == "distinct":
            listed = Sides(items=tuple(terms), position=node.position)
            return Call(function="distinct", arguments=(listed,), position=node.position)
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
