"""A formula in, one line of ASCII operators out that `parse` reads back as the same tree."""

from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.numbers import plain_number
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

_OPERATOR_LEVELS = {
    "or": Level.OR,
    "and": Level.AND,
    "+": Level.SUM,
    "-": Level.SUM,
    "*": Level.PRODUCT,
    "/": Level.PRODUCT,
    "//": Level.PRODUCT,
    "%": Level.PRODUCT,
    "**": Level.POWER,
}
_LEVELS: dict[type[Node], Level] = {
    Conditional: Level.CONDITIONAL,
    Not: Level.NOT,
    Comparison: Level.COMPARISON,
    Negative: Level.SIGN,
}


def to_linear(formula: Formula) -> str:
    """Such as `floor((227 - 11 + 2*0)/4) + 1`: for alternative texts, terminals and `parse`."""
    return _linear(formula.tree)


def _linear(node: Node) -> str:
    match node:
        case Number(value=number):
            return plain_number(number)
        case Name(name=name):
            return name
        case Binary():
            return _binary(node)
        case Text(value=text):
            return f"'{text}'" if '"' in text else f'"{text}"'
        case Truth(value=truth):
            return str(truth)
        case Sides(items=(item,)):
            return f"({_linear(item)},)"
        case Sides(items=items):
            return f"({_listed(items)})"
        case Negative(operand=operand):
            return f"-{_within(operand, Level.POWER)}"
        case Not(operand=operand):
            return f"not {_within(operand, Level.REMAINDER)}"
        case Comparison(first=first, rest=rest):
            pairs = "".join(f" {relation} {_within(right, Level.SUM)}" for relation, right in rest)
            return _within(first, Level.SUM) + pairs
        case Logic(operator=word, operands=operands):
            return f" {word} ".join(_within(operand, Level.NOT) for operand in operands)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            parts = (_within(part, Level.OR) for part in (then, condition, otherwise))
            return "{} if {} else {}".format(*parts)
        case Call(function=function, arguments=arguments):
            return f"{function}({_listed(arguments)})"
        case Aggregate():
            return _aggregate(node)
        case Attribute(owner=owner, name=name):
            return f"{_linear(owner)}.{name}"
        case Index(owner=owner, index=index):
            return f"{_linear(owner)}[{_linear(index)}]"


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(map(_linear, nodes))


def _within(node: Node, loosest: Level) -> str:
    return _linear(node) if _level(node) >= loosest else f"({_linear(node)})"


def _right(node: Node, loosest: Level) -> str:
    # Not `a - -b`: Python reads it, people do not.
    shown = _linear(node)
    return f"({shown})" if _level(node) < loosest or shown.startswith("-") else shown


def _binary(node: Binary) -> str:
    match node.operator:
        case "**":
            return f"{_within(node.left, Level.ATOM)}**{_within(node.right, Level.ATOM)}"
        case "+" | "-":
            left, right = _within(node.left, Level.SUM), _right(node.right, Level.PRODUCT)
            return f"{left} {node.operator} {right}"
        case "%":
            return f"{_within(node.left, Level.PRODUCT)} % {_right(node.right, Level.SIGN)}"
        case _:
            return f"{_within(node.left, Level.PRODUCT)}{node.operator}{_right(node.right, Level.SIGN)}"


def _aggregate(node: Aggregate) -> str:
    loop = f"{_within(node.term, Level.OR)} for {node.variable} in {_within(node.items, Level.OR)}"
    condition = f" if {_within(node.condition, Level.OR)}" if node.condition else ""
    return f"{node.function}({loop}{condition})"


def _level(node: Node) -> Level:
    if isinstance(node, Binary | Logic):
        return _OPERATOR_LEVELS[node.operator]
    return _LEVELS.get(type(node), Level.ATOM)
