"""A question with a figure goes in; where the figure shows what is asked for comes out."""

import re
from collections.abc import Iterable, Iterator

from cnnquiz.bank.figure import figure_formulas
from cnnquiz.bank.question import Question
from cnnquiz.bank.space import assignments, fault
from cnnquiz.errors import BankError
from cnnquiz.formulas import evaluate
from cnnquiz.problems.figure import ChainFigure, WiringFigure
from cnnquiz.problems.kinds import shown_answer
from cnnquiz.problems.problem import Problem

_FEWEST = 3
"""So many different answers must agree with a number of the figure before that is no chance."""


def giveaways(question: Question, problems: Iterable[Problem]) -> Iterator[BankError]:
    """Faults of the figure: a number that is the answer in all of these problems, or one behind the blank."""
    problems = tuple(problems)
    yield from _shown_formulas(question, problems)
    for problem in problems:
        shown = _behind_the_blank(problem)
        if shown is not None:
            values = assignments(question)[problem.index]
            yield fault(question, f"the figure shows the answer in {shown}", values, expected="a blank there too")
            return


def _shown_formulas(question: Question, problems: tuple[Problem, ...]) -> Iterator[BankError]:
    computed = question.kind in ("number", "shape")
    if question.figure is None or not computed or len({problem.answer for problem in problems}) < _FEWEST:
        return
    for formula in figure_formulas(question.figure):
        values = (evaluate(formula, assignments(question)[problem.index]) for problem in problems)
        if all(value == problem.answer for value, problem in zip(values, problems, strict=True)):
            yield fault(question, f"the figure shows {formula.text!r}, the answer", {}, expected="a ? in its place")


def _behind_the_blank(problem: Problem) -> str | None:
    """A shape or text that shows the answer and does not lead to a blank, as what is given does."""
    match problem.figure:
        case ChainFigure(shapes=shapes) if None in shapes:
            for shape in shapes[shapes.index(None) :]:
                if shape is not None and (shape == problem.answer or problem.answer in shape):
                    return "×".join(map(str, shape))
        case WiringFigure(boxes=boxes, arrows=arrows) if problem.figure.has_blank:
            leading = {number for number, text in enumerate(boxes) if "?" in text}
            for start, end in sorted(arrows, reverse=True):  # boxes are numbered along the arrows
                if end in leading:
                    leading.add(start)
            answer = re.escape(shown_answer(problem).replace(" × ", "×"))
            whole = re.compile(rf"(?<![\w.,×-]){answer}(?![\w×]|[.,]\d)")
            return next(
                (text for number, text in enumerate(boxes) if number not in leading and whole.search(text)), None
            )
    return None
