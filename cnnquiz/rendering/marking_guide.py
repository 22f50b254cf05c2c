"""A problem goes in; how its points are shared out over the parts of an answer comes out, a sentence each."""

from fractions import Fraction

from cnnquiz.formulas import format_number
from cnnquiz.problems.problem import Mistake, Problem
from cnnquiz.rendering.words import Words, counted


def marking_guide(problem: Problem, words: Words) -> tuple[str, ...]:
    """What a marker must know beside the right answer and the mistakes; empty where it is all or nothing."""
    found = []
    if problem.tolerance:
        found.append(words["mark_tolerance"].format(format_number(problem.tolerance)))
    if problem.figures:
        found.append(words["mark_figures"].format(problem.figures))
    if problem.kind == "order":
        found.append(words["mark_order"])
    if problem.kind in ("choices", "table", "match", "listing"):
        assert isinstance(problem.answer, tuple)
        part = Fraction(problem.points, len(problem.answer))
        found.append(words[f"mark_{problem.kind}"].format(counted(words, "points", part)))
    return tuple(found)


def credit_points(problem: Problem, mistake: Mistake) -> Fraction | None:
    """What a mistake earns, of a part of an answer that part's; None where it only takes from what others earn."""
    if problem.kind == "choices":
        return None
    parts = 1 if mistake.part is None or not isinstance(problem.answer, tuple) else len(problem.answer)
    return mistake.credit * problem.points / parts
