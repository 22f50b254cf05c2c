"""A formula and the values of its names in, the steps of a worked solution out."""

from collections.abc import Mapping
from dataclasses import dataclass

from cnnquiz.formulas.evaluate import evaluate
from cnnquiz.formulas.formula import Formula
from cnnquiz.formulas.substitute import literal, substitute
from cnnquiz.formulas.tree import Comparison, Name, Node, Relation
from cnnquiz.formulas.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """`symbolic = substituted = value`: what a worked solution prints, without anyone writing it twice.

    Without a value the line ends before it: what follows is rounded.
    """

    symbolic: Formula
    substituted: Formula
    value: "Value | None"

    def equation(self, subject: str | None = None) -> Formula:
        """The whole line as one formula; steps that only repeat the one before are left out.

        `subject` is a name to put in front: `H_out = ⌊(n − k)/s⌋ + 1 = ⌊(227 − 11)/4⌋ + 1 = 55`.
        Raises FormulaError for a value that cannot be written, such as a layer.
        """
        steps: list[Node] = [] if subject is None else [Name(name=subject)]
        value = [] if self.value is None else [literal(self.value)]
        for step in (self.symbolic.tree, self.substituted.tree, *value):
            if not steps or step != steps[-1]:
                steps.append(step)
        if len(steps) == 1:
            return self.symbolic
        equals: Relation = "=="
        line = Comparison(first=steps[0], rest=tuple((equals, step) for step in steps[1:]))
        return Formula(text=self.symbolic.text, tree=line)


def worked(formula: Formula, values: Mapping[str, Value]) -> Worked:
    """Work `formula` out for `values`; FormulaError as for `evaluate`."""
    value = evaluate(formula, values)
    return Worked(symbolic=formula, substituted=substitute(formula, values), value=value)
