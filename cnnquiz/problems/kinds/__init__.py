"""Answer kinds: how each turns a drawn question into a key, shows an answer, and says what one is worth."""

from collections.abc import Mapping
from typing import Any

from cnnquiz.bank.question import AnswerKind
from cnnquiz.problems.kinds.choice import CHOICE, CHOICES
from cnnquiz.problems.kinds.computed import COMPUTED, shown_number
from cnnquiz.problems.kinds.form import has_form
from cnnquiz.problems.kinds.kind import OPTION_LETTERS, WRONG, Kind, Worth
from cnnquiz.problems.kinds.listing import LISTING
from cnnquiz.problems.kinds.match import MATCH
from cnnquiz.problems.kinds.order import ORDER
from cnnquiz.problems.kinds.table import TABLE, shown_blanks
from cnnquiz.problems.kinds.text import TEXT
from cnnquiz.problems.problem import Mistake, Problem

__all__ = ["KINDS", "OPTION_LETTERS", "Worth", "shown_answer", "shown_blanks", "shown_mistake", "shown_number", "worth"]

KINDS: Mapping[AnswerKind, Kind] = {
    "number": COMPUTED,
    "shape": COMPUTED,
    "choice": CHOICE,
    "choices": CHOICES,
    "table": TABLE,
    "order": ORDER,
    "match": MATCH,
    "text": TEXT,
    "listing": LISTING,
}


def worth(problem: Problem, answer: Any) -> Worth:
    """What an answer is worth: nothing where it has not the form that answers of the problem's kind have.

    A part of a match, table or listing that was left open is None.
    """
    return KINDS[problem.kind].worth(problem, answer) if has_form(problem, answer) else WRONG


def shown_answer(problem: Problem) -> str:
    """The key as a person writes it."""
    return KINDS[problem.kind].show(problem, problem.answer)


def shown_mistake(problem: Problem, mistake: Mistake) -> str:
    """A mistake's answer, or the part that it is about, as a person writes it."""
    return KINDS[problem.kind].show_mistake(problem, mistake)
