"""The text of a formula in, our own frozen tree out; Python's `ast` reads, a whitelist decides."""

import ast
from fractions import Fraction
from typing import get_args

from cnnquiz.errors import FormulaError
from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.scan import MAX_DEPTH, scan, too_deep
from cnnquiz.formulas.tree import (
    Aggregate,
    Aggregator,
    Attribute,
    Binary,
    Call,
    Comparison,
    Conditional,
    Function,
    Index,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Operator,
    Relation,
    Sides,
    Text,
    Truth,
)

MAX_LITERAL = 10**18
MAX_DECIMALS = 18

_OPERATORS: dict[type[ast.operator], Operator] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
_RELATIONS: dict[type[ast.cmpop], Relation] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_FUNCTIONS: dict[str, Function] = {name: name for name in get_args(Function)}
_AGGREGATORS: dict[str, Aggregator] = {name: name for name in get_args(Aggregator)}
_ARGUMENT_COUNTS = {"round": (1, 2), "min": (1, 40), "max": (1, 40)}
_REFUSED: dict[type[ast.expr], str] = {
    ast.List: "a list",
    ast.ListComp: "a list comprehension",
    ast.GeneratorExp: "a 'for' outside sum, product, min, max, count or distinct",
    ast.Starred: "a starred argument",
}


def parse(text: str) -> Formula:
    """Read `text` as a formula of at most 1,000 characters, nested at most 40 deep.

    Raises FormulaError, with the position of the fault, for anything outside the language.
    """
    scan(text)
    # Space for line break keeps every position and lets a formula run over several lines of YAML.
    source = text.translate({ord(blank): " " for blank in "\t\r\n"})
    start = len(source) - len(source.lstrip())
    try:
        expression = ast.parse(source[start:], mode="eval")
    except SyntaxError as error:
        # Offset 0 is how Python says that the text ended too early.
        position = start + error.offset - 1 if error.offset else len(text) - 1
        problem = "cannot be read from here"
        raise FormulaError(text, position, problem, expected="a complete formula") from error
    except (MemoryError, RecursionError) as error:
        raise too_deep(text, start) from error
    return Formula(text=text, tree=_Reader(text, source, start).node(expression.body, MAX_DEPTH))


class _Reader:
    """Turns the nodes of one `ast.Expression` into ours; `levels` counts down the nesting still allowed."""

    def __init__(self, text: str, source: str, start: int) -> None:
        self._text = text
        self._bytes = source[start:].encode()
        self._start = start

    def node(self, found: ast.expr, levels: int) -> Node:
        position = self._position(found.col_offset)
        if levels == 0:
            raise too_deep(self._text, position)
        below = levels - 1
        match found:
            case ast.Constant(value=bool(truth)):
                return Truth(value=truth, position=position)
            case ast.Constant(value=str(text)):
                return Text(value=text, position=position)
            case ast.Constant(value=int() | float()):
                return self._number(found)
            case ast.Name(id=name):
                return Name(name=name, position=position)
            case ast.Tuple(elts=items):
                return Sides(items=self._nodes(items, below), position=position)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(operand=self.node(operand, below), position=position)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(operand=self.node(operand, below), position=position)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return Binary(
                    operator=_OPERATORS[type(operator)],
                    left=self.node(left, below),
                    right=self.node(right, below),
                    position=position,
                )
            case ast.Compare(left=first, ops=relations, comparators=operands):
                rights = self._nodes(operands, below)
                signs = [_RELATIONS[type(relation)] for relation in relations]
                rest = tuple(zip(signs, rights, strict=True))
                return Comparison(first=self.node(first, below), rest=rest, position=position)
            case ast.BoolOp(op=connective, values=operands):
                return Logic(
                    operator="and" if isinstance(connective, ast.And) else "or",
                    operands=self._nodes(operands, below),
                    position=position,
                )
            case ast.IfExp(test=condition, body=then, orelse=otherwise):
                return Conditional(
                    condition=self.node(condition, below),
                    then=self.node(then, below),
                    otherwise=self.node(otherwise, below),
                    position=position,
                )
            case ast.Call():
                return self._call(found, below)
            case ast.Attribute(value=ast.Name() | ast.Attribute() | ast.Subscript() as owner, attr=name):
                return Attribute(owner=self.node(owner, below), name=name, position=position)
            case ast.Subscript(
                value=ast.Name() | ast.Attribute() | ast.Subscript() | ast.Tuple() as owner, slice=index
            ):
                return Index(owner=self.node(owner, below), index=self.node(index, below), position=position)
        problem = f"{_REFUSED.get(type(found), 'this expression')} is not part of the language"
        raise self._fault(found, problem, "numbers, names, arithmetic, comparisons and functions")

    def _nodes(self, found: list[ast.expr], levels: int) -> tuple[Node, ...]:
        return tuple(self.node(item, levels) for item in found)

    def _number(self, found: ast.Constant) -> Number:
        # The text, not the value: ast has already rounded a decimal to a float.
        written = self._bytes[found.col_offset : found.end_col_offset].decode()
        value = Fraction(written)
        if value > MAX_LITERAL:
            raise self._fault(found, "a number too large to write here", "at most 10**18")
        if len(written.partition(".")[2]) > MAX_DECIMALS:
            raise self._fault(found, "a number with too many decimals", f"at most {MAX_DECIMALS}")
        exact = value.numerator if value.denominator == 1 else value
        return Number(value=exact, position=self._position(found.col_offset))

    def _call(self, found: ast.Call, levels: int) -> Node:
        if not isinstance(found.func, ast.Name) or found.func.id not in _FUNCTIONS:
            raise self._fault(found, "a call of something else than a function", ", ".join(_FUNCTIONS))
        function = found.func.id
        if found.keywords:
            raise self._fault(found.keywords[0].value, "a keyword argument", "plain arguments")
        match found.args:
            case [ast.GeneratorExp() as loop]:
                return self._aggregate(found, function, loop, levels)
        fewest, most = _ARGUMENT_COUNTS.get(function, (1, 1))
        if not fewest <= len(found.args) <= most:
            allowed = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise self._fault(found, f"{function} with {len(found.args)} arguments", allowed)
        arguments = self._nodes(found.args, levels)
        position = self._position(found.col_offset)
        return Call(function=_FUNCTIONS[function], arguments=arguments, position=position)

    def _aggregate(self, found: ast.Call, function: str, loop: ast.GeneratorExp, levels: int) -> Aggregate:
        clause = loop.generators[0]
        if function not in _AGGREGATORS:
            raise self._fault(loop, f"a 'for' inside {function}", f"one of {', '.join(_AGGREGATORS)}")
        if len(loop.generators) > 1 or len(clause.ifs) > 1:
            raise self._fault(loop, "several clauses", "one 'for' and at most one 'if'")
        if not isinstance(clause.target, ast.Name):
            raise self._fault(clause.target, "a loop over several variables", "one name after 'for'")
        return Aggregate(
            function=_AGGREGATORS[function],
            term=self.node(loop.elt, levels),
            variable=clause.target.id,
            items=self.node(clause.iter, levels),
            condition=self.node(clause.ifs[0], levels) if clause.ifs else None,
            position=self._position(found.col_offset),
        )

    def _fault(self, found: ast.expr, problem: str, expected: str) -> FormulaError:
        return FormulaError(self._text, self._position(found.col_offset), problem, expected=expected)

    def _position(self, column: int) -> int:
        # ast counts bytes of UTF-8; an error counts characters.
        return self._start + len(self._bytes[:column].decode())
