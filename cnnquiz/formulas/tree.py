"""What a formula is made of: frozen nodes of plain data, made by `parse`, read by every other module here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["+", "-", "*", "/", "//", "%", "**"]
Relation: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
Function: TypeAlias = Literal["floor", "ceil", "abs", "round", "min", "max", "sum", "product", "count", "distinct"]
Aggregator: TypeAlias = Literal["sum", "product", "min", "max", "count", "distinct"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """`position` is where the node starts in its formula's text; two nodes may be equal without it."""

    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(_Placed):
    """A literal that is not negative; a Fraction in it terminates, so it has an exact decimal form."""

    value: int | Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(_Placed):
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth(_Placed):
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(_Placed):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides(_Placed):
    """A tuple, usually the sides of a shape: `(channels, height, width)`."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative(_Placed):
    operand: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(_Placed):
    operand: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(_Placed):
    operator: Operator
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(_Placed):
    """A chain such as `0 < a <= b`: a first operand, then each relation with its right-hand side."""

    first: "Node"
    rest: tuple[tuple[Relation, "Node"], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic(_Placed):
    operator: Literal["and", "or"]
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(_Placed):
    """`then if condition else otherwise`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(_Placed):
    function: Function
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(_Placed):
    """`function(term for variable in items if condition)`."""

    function: Aggregator
    term: "Node"
    variable: str
    items: "Node"
    condition: "Node | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(_Placed):
    owner: "Node"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(_Placed):
    owner: "Node"
    index: "Node"


Node: TypeAlias = (
    Number
    | Text
    | Truth
    | Name
    | Sides
    | Negative
    | Not
    | Binary
    | Comparison
    | Logic
    | Conditional
    | Call
    | Aggregate
    | Attribute
    | Index
)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below `node`, from left to right as they are written."""
    match node:
        case Number() | Text() | Truth() | Name():
            return
        case Sides(items=nodes) | Logic(operands=nodes) | Call(arguments=nodes):
            yield from nodes
        case Negative(operand=operand) | Not(operand=operand):
            yield operand
        case Binary(left=left, right=right):
            yield from (left, right)
        case Comparison(first=first, rest=rest):
            yield first
            yield from (right for _, right in rest)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            yield from (then, condition, otherwise)
        case Aggregate(term=term, items=items, condition=condition):
            yield from (term, items) if condition is None else (term, items, condition)
        case Attribute(owner=owner):
            yield owner
        case Index(owner=owner, index=index):
            yield from (owner, index)


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def free_names(node: Node) -> frozenset[str]:
    """The names in `node` that no `for` inside it gives a value."""
    match node:
        case Name(name=name):
            return frozenset({name})
        case Aggregate(term=term, variable=variable, items=items, condition=condition):
            inside = free_names(term) if condition is None else free_names(term) | free_names(condition)
            return free_names(items) | (inside - {variable})
        case _:
            return frozenset().union(*map(free_names, children(node)))
