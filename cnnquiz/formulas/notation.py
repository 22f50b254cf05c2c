"""What all displayed notations share: the order of the parts and where parentheses are needed."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import ClassVar

from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.labels import Label, Labels, dotted_name
from cnnquiz.formulas.precedence import Level
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
)

_RELATIONS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "in": "∈", "not in": "∉"}
_SUM_SIGNS = {"+": "+", "-": "−"}
_FENCES = {"floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉"), "abs": ("|", "|")}
_BIG_SIGNS = {"sum": "∑", "product": "∏"}


class Notation(ABC):
    """Writes one formula; a subclass says how each part looks in its language.

    Signs arrive as Unicode (`·`, `≤`, `∈`), so that a subclass translates only those its language lacks.
    """

    slash: ClassVar[bool] = False
    """Is a division written on one line, so that its parts may need parentheses?"""

    def __init__(self, formula: Formula, symbols: Mapping[str, str] | None) -> None:
        self._labels = Labels(formula.tree, symbols or {})

    @abstractmethod
    def number(self, value: int | Fraction) -> str: ...

    @abstractmethod
    def quoted(self, text: str) -> str:
        """A text such as the op in `layer.op == "conv2d"`."""

    @abstractmethod
    def label(self, label: Label) -> str: ...

    @abstractmethod
    def minus(self) -> str:
        """The sign of a negative number."""

    @abstractmethod
    def infix(self, sign: str) -> str:
        """A sign between two operands, with the space around it."""

    @abstractmethod
    def fenced(self, left: str, right: str, body: str) -> str: ...

    @abstractmethod
    def fraction(self, top: str, bottom: str) -> str: ...

    @abstractmethod
    def power(self, base: str, exponent: str) -> str: ...

    @abstractmethod
    def call(self, function: str, arguments: str) -> str:
        """A function that is written by its name; the arguments are separated, not yet fenced."""

    @abstractmethod
    def over(self, sign: str, domain: str, term: str) -> str:
        """`∑`, `∏`, `min` or `max` of a term over a domain."""

    @abstractmethod
    def cases(self, then: str, condition: str, otherwise: str) -> str: ...

    def row(self, *parts: str) -> str:
        return "".join(parts)

    def size_of(self, domain: str) -> str:
        """How many items the domain has."""
        return self.fenced("|", "|", self.fenced("{", "}", domain))

    def show(self, node: Node) -> str:
        match node:
            case Number(value=number):
                return self.number(number)
            case Text(value=text):
                return self.quoted(text)
            case Truth(value=truth):
                return self.label(Label(base=str(truth)))
            case Name(name=name):
                return self.label(self._labels.chain(name))
            case Attribute():
                return self._attribute(node)
            case Index(owner=owner, index=index):
                return self.row(self.show(owner), self.fenced("[", "]", self.show(index)))
            case Sides(items=items):
                return self._sides(items)
            case Negative(operand=operand):
                return self.row(self.minus(), self._right(operand, Level.PRODUCT))
            case Not(operand=operand):
                return self.row(self.infix("¬"), self._within(operand, Level.SUM))
            case Binary():
                return self._binary(node)
            case Comparison():
                return self._comparison(node)
            case Logic(operator=word, operands=operands):
                sign = "∧" if word == "and" else "∨"
                return self._joined(sign, [self._within(operand, Level.NOT) for operand in operands])
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                return self.cases(*(self._within(part, Level.OR) for part in (then, condition, otherwise)))
            case Call():
                return self._call(node)
            case Aggregate():
                return self._aggregate(node)

    def _within(self, node: Node, loosest: Level) -> str:
        shown = self.show(node)
        return shown if self._level(node) >= loosest else self.fenced("(", ")", shown)

    def _right(self, node: Node, loosest: Level) -> str:
        """An operand after a sign: one that starts with a minus gets parentheses as well."""
        if self._starts_with_minus(node):
            return self.fenced("(", ")", self.show(node))
        return self._within(node, loosest)

    def _starts_with_minus(self, node: Node) -> bool:
        match node:
            case Negative():
                return True
            case Binary(operator="+" | "-" | "*", left=left):
                return self._starts_with_minus(left)
            case Binary(operator="/", left=left):
                return self.slash and self._starts_with_minus(left)
        return False

    def _joined(self, sign: str, parts: Sequence[str]) -> str:
        first, *others = parts
        return self.row(first, *(piece for part in others for piece in (self.infix(sign), part)))

    def _listed(self, nodes: Sequence[Node]) -> str:
        return self._joined(",", [self._listing(node) for node in nodes])

    def _listing(self, node: Node) -> str:
        """A tuple among arguments is a list of values, not the sides of a shape."""
        if isinstance(node, Sides) and node.items:
            return self.fenced("(", ")", self._listed(node.items))
        return self.show(node)

    def _sides(self, items: tuple[Node, ...]) -> str:
        if not items:
            return self.fenced("(", ")", "")
        if len(items) == 1 or any(isinstance(item, Text | Truth | Sides) for item in items):
            return self.fenced("(", ")", self._listed(items))
        sides = [self._within(items[0], Level.PRODUCT)]
        sides += [self._right(item, Level.PRODUCT) for item in items[1:]]
        return self.fenced("(", ")", self._joined("×", sides))

    def _attribute(self, node: Attribute) -> str:
        dotted = dotted_name(node)
        if dotted is not None:
            return self.label(self._labels.chain(dotted))
        return self.row(self.show(node.owner), self.infix("."), self.label(self._labels.name(node.name)))

    def _binary(self, node: Binary) -> str:
        left, right = node.left, node.right
        match node.operator:
            case "+" | "-":
                return self.row(
                    self._within(left, Level.SUM),
                    self.infix(_SUM_SIGNS[node.operator]),
                    self._right(right, Level.BIG_OPERATOR),
                )
            case "*":
                return self._joined("·", [self._within(left, Level.PRODUCT), self._right(right, Level.SIGN)])
            case "/":
                return self._division(left, right)
            case "//":
                return self.fenced("⌊", "⌋", self._division(left, right))
            case "%":
                return self._joined("mod", [self._within(side, Level.POWER) for side in (left, right)])
            case "**":
                return self.power(self._within(left, Level.ATOM), self.show(right))

    def _division(self, left: Node, right: Node) -> str:
        if self.slash:
            return self._joined("/", [self._within(left, Level.PRODUCT), self._right(right, Level.SIGN)])
        return self.fraction(self.show(left), self.show(right))

    def _comparison(self, node: Comparison) -> str:
        parts = [self._within(node.first, Level.REMAINDER)]
        for relation, right in node.rest:
            inside = relation in ("in", "not in") and isinstance(right, Sides)
            shown = self._listing(right) if inside else self._within(right, Level.REMAINDER)
            parts += [self.infix(_RELATIONS.get(relation, relation)), shown]
        return self.row(*parts)

    def _call(self, node: Call) -> str:
        if node.function in _FENCES:
            left, right = _FENCES[node.function]
            return self.fenced(left, right, self.show(node.arguments[0]))
        return self.call(node.function, self._listed(node.arguments))

    def _aggregate(self, node: Aggregate) -> str:
        variable = self.label(self._labels.chain(node.variable))
        domain = self.row(variable, self.infix("∈"), self._within(node.items, Level.SUM))
        if node.condition is not None:
            domain = self._joined(":", [domain, self.show(node.condition)])
        if node.function == "count":
            return self.size_of(domain)
        if node.function in _BIG_SIGNS:
            return self.over(_BIG_SIGNS[node.function], domain, self._right(node.term, Level.PRODUCT))
        return self.over(node.function, domain, self.fenced("(", ")", self.show(node.term)))

    def _level(self, node: Node) -> Level:
        match node:
            case Conditional():
                return Level.CONDITIONAL
            case Logic(operator=word):
                return Level.OR if word == "or" else Level.AND
            case Not():
                return Level.NOT
            case Comparison():
                return Level.COMPARISON
            case Binary(operator="+" | "-"):
                return Level.SUM
            case Binary(operator="%"):
                return Level.REMAINDER
            case Binary(operator="*"):
                return Level.PRODUCT
            case Binary(operator="/"):
                return Level.PRODUCT if self.slash else Level.POWER
            case Binary(operator="**"):
                return Level.POWER
            case Negative():
                return Level.SIGN
            case Aggregate(function="sum" | "product"):
                return Level.BIG_OPERATOR
            case _:
                return Level.ATOM
