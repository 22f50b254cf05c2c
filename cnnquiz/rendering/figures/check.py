"""A question with a figure goes in; what keeps its figures from being printed comes out."""

from collections.abc import Iterator

from cnnquiz.bank.question import Question
from cnnquiz.bank.space import assignments, fault
from cnnquiz.bank.text import LANGUAGES
from cnnquiz.errors import BankError
from cnnquiz.problems.check import sampled
from cnnquiz.problems.draw import problem_at
from cnnquiz.problems.figures.giveaway import giveaways
from cnnquiz.rendering.figures import draw

WIDEST, HIGHEST = 460, 640
"""What fits on a page, in points."""


def figure_faults(question: Question, *, exhaustive: bool) -> Iterator[BankError]:
    """Faults of the question's figures, each with the values for which it shows: too large, or with the answer."""
    if question.figure is None:
        return
    places = sampled(question, exhaustive=exhaustive)
    for language in LANGUAGES:
        for index in places:
            problem = problem_at(question, index, language=language)
            assert problem.figure is not None
            box = draw(problem.figure, language).box
            if box.width > WIDEST or box.height > HIGHEST:
                size = f"a figure of {box.width:.0f}×{box.height:.0f} points in {language}"
                expected = f"at most {WIDEST}×{HIGHEST}: fewer boxes, or shorter texts"
                yield fault(question, size, assignments(question)[index], expected=expected)
                return
    yield from giveaways(question, (problem_at(question, index, language="en") for index in places))
