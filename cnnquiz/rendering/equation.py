"""A worked formula goes in; its line in HTML comes out, cut where a browser may break it."""

from collections.abc import Iterator, Mapping

from cnnquiz.formulas import Formula, Worked, to_mathml, to_text
from cnnquiz.formulas.tree import Attribute, Binary, Call, Index, Name, Node, Number
from cnnquiz.rendering.symbols import symbols
from cnnquiz.rendering.worked_steps import worked_steps

# About the width of an A4 page; a browser breaks no line inside a formula, but between elements it does.
LONG = 80


def html_equation(worked: Worked, rounded: str | None = None) -> str:
    """`symbolic = substituted = value`, one element for each step that says something new; then `≈ rounded`."""
    shown = symbols(worked.symbolic)
    line = '</span> <span class="step">= '.join(_step(step, shown) for step in worked_steps(worked))
    end = "" if rounded is None else f'</span> <span class="step">≈ {rounded}'
    return f'<span class="step">{line}{end}</span>'


def _step(step: Formula, shown: Mapping[str, str]) -> str:
    if len(to_text(step, symbols=shown)) <= LONG:
        return to_mathml(step, display="block", symbols=shown)
    terms = (
        f"{sign}{to_mathml(Formula(text=step.text, tree=term), display='block', symbols=shown)}"
        for sign, term in _terms(step.tree)
    )
    return f'<span class="long"><span>{"</span> <span>".join(terms)}</span></span>'


def _terms(node: Node) -> Iterator[tuple[str, Node]]:
    """The terms of a sum, each with the sign before it, as far as none of them needs parentheses."""
    match node:
        case Binary(operator="+" | "-" as operator, left=left, right=right) if _is_term(right) and (
            _is_term(left) or isinstance(left, Binary)
        ):
            yield from _terms(left)
            yield ("+ " if operator == "+" else "− "), right
        case _:
            yield "", node


def _is_term(node: Node) -> bool:
    if isinstance(node, Binary):
        return node.operator not in ("+", "-")
    return isinstance(node, Number | Name | Attribute | Index | Call)
