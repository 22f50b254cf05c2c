"""A formula and the values of its names in, its exact value out: ints and Fractions, never a float."""

from collections.abc import Iterator, Mapping

from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.numbers import round_half_up
from cnnquiz.formulas.place import Place, all_work
from cnnquiz.formulas.tree import Aggregate, Node
from cnnquiz.formulas.values import Value

__all__ = ["Evaluator", "evaluate", "round_half_up"]


def evaluate(formula: Formula, values: Mapping[str, Value]) -> Value:
    """The exact value of `formula` where each free name has the value given.

    An attribute is looked up in a record (a mapping), never on a Python object. Names and attributes are looked up
    only when they are needed, so that `values` and records may compute theirs. Raises FormulaError, with a position,
    for an unknown name or attribute, a wrong kind of value, a division by zero, or too much work.
    """
    return formula.closures.value(formula.tree)(values, all_work())


class Evaluator:
    """Evaluates parts of one formula; all its evaluations share one bound on the work."""

    def __init__(self, formula: Formula) -> None:
        self._text = formula.text
        self._closures = formula.closures
        self._work = all_work()

    def value(self, node: Node, values: Mapping[str, Value]) -> Value:
        """The value of `node`; FormulaError as for `evaluate`."""
        return self._closures.value(node)(values, self._work)

    def truth(self, node: Node, values: Mapping[str, Value]) -> bool:
        """The value of `node`, which must be True or False."""
        return Place(self._text, node.position).truth(self.value(node, values))

    def items(self, node: Node, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """The value of `node`, which must be a tuple."""
        return Place(self._text, node.position).items(self.value(node, values), self._work)

    def scopes(self, node: Aggregate, values: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
        """For each item that meets the condition, the values of all names inside: one mapping, changed at each turn."""
        return self._closures.scopes(node)(values, self._work)
