"""A formula in, one line of ASCII operators out that `parse` reads back as the same tree."""

from cnnquiz.formulas.numbers import plain_number
from cnnquiz.formulas.precedence import Level
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
    Sides,
    Text,
    Truth,
)


def to_linear(formula: Formula) -> str:
    """Such as `floor((227 - 11 + 2*0)/4) + 1`: for alternative texts, terminals and `parse`."""
    return _linear(formula.tree)


def _linear(node: Node) -> str:
    match node:
        case Number(value=number):
            return plain_number(number)
        case Text(value=text):
            return f"'{text}'" if '"' in text else f'"{text}"'
        case Truth(value=truth):
            return str(truth)
        case Name(name=name):
            return name
        case Sides(items=(item,)):
            return f"({_linear(item)},)"
        case Sides(items=items):
            return f"({_listed(items)})"
        case Negative(operand=operand):
            return f"-{_within(operand, Level.POWER)}"
        case Not(operand=operand):
            return f"not {_within(operand, Level.REMAINDER)}"
        case Binary():
            return _binary(node)
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
    return f"({_linear(node)})" if _linear(node).startswith("-") else _within(node, loosest)


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
    match node:
        case Conditional():
            return Level.CONDITIONAL
        case Logic(operator="or"):
            return Level.OR
        case Logic():
            return Level.AND
        case Not():
            return Level.NOT
        case Comparison():
            return Level.COMPARISON
        case Binary(operator="+" | "-"):
            return Level.SUM
        case Binary(operator="**"):
            return Level.POWER
        case Binary():
            return Level.PRODUCT
        case Negative():
            return Level.SIGN
        case _:
            return Level.ATOM
