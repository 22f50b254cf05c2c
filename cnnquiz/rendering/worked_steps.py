"""A worked formula goes in; its steps come out, those left out that only repeat the one before."""

from cnnquiz.formulas import Formula, Worked
from cnnquiz.formulas.substitute import literal


def worked_steps(worked: Worked) -> tuple[Formula, ...]:
    """With names, with the numbers put in, and the value; at least one."""
    steps = [worked.symbolic]
    values = [] if worked.value is None else [Formula(text=worked.symbolic.text, tree=literal(worked.value))]
    steps += (step for step in (worked.substituted, *values) if step.tree != steps[-1].tree)
    return tuple(steps)
