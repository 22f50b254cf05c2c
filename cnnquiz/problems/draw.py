"""A question and a seed go in; a problem comes out, the same on every machine."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cnnquiz.bank.question import Question
from cnnquiz.bank.space import Assignment, assignments, formula_fault
from cnnquiz.bank.text import Language, format_value
from cnnquiz.errors import FormulaError
from cnnquiz.formulas import Formula, Value, substitute, taken, to_linear
from cnnquiz.problems.figures import figure_of
from cnnquiz.problems.kinds import KINDS
from cnnquiz.problems.kinds.kind import Drawing, Key
from cnnquiz.problems.permutation import permuted
from cnnquiz.problems.problem import Problem, Working


def space_size(question: Question) -> int:
    """How many different problems the question holds."""
    return len(assignments(question))


def draw(question: Question, *, seed: int, position: int = 0, language: Language = "en") -> Problem:
    """The problem at `position` of the order that `seed` gives the question's space.

    Positions 0 … N−1 are N different problems; after them the order starts again.
    """
    space = assignments(question)
    key = f"{seed}/{question.id}"
    index = permuted(position % len(space), len(space), key)
    return _problem(question, space, index, language, f"{key}/{position}")


def problem_at(question: Question, index: int, *, language: Language, key: str = "") -> Problem:
    """The problem at one place of the question's space; `key` orders the options of a choice."""
    space = assignments(question)
    if not 0 <= index < len(space):
        raise ValueError(f"problem {index} of {question.id} (expected 0 to {len(space) - 1})")
    return _problem(question, space, index, language, key)


def _problem(question: Question, space: tuple[Assignment, ...], index: int, language: Language, key: str) -> Problem:
    values = space[index]
    drawing = Drawing(question=question, values=values, language=language, key=key)
    try:
        drawn = KINDS[question.kind].draw(drawing)
        return Problem(
            question=question.id,
            index=index,
            space=len(space),
            language=language,
            topics=question.topics,
            difficulty=question.difficulty,
            kind=question.kind,
            points=question.points,
            prompt=question.prompt.fill(language, values),
            convention=None if question.convention is None else question.convention.fill(language, values),
            options=drawn.options,
            unit=None if question.unit is None else question.unit.fill(language, values),
            answer=drawn.answer,
            tolerance=drawn.tolerance,
            mistakes=drawn.mistakes,
            hints=tuple(hint.fill(language, values) for hint in question.hints),
            solution=None if question.solution is None else question.solution.fill(language, values),
            working=_working(question, values, drawn) if isinstance(question.answer, Formula) else None,
            source=question.source,
            parameters={each.name: _plain(values[each.name]) for each in question.parameters if " " not in each.name},
            decimals=drawn.decimals,
            figures=drawn.figures,
            items=drawn.items,
            grid=drawn.grid,
            listing=drawn.listing,
            fixed=drawn.fixed,
            accepted=drawn.accepted,
            figure=None if question.figure is None else figure_of(question.figure, drawing),
        )
    except FormulaError as error:
        raise formula_fault(question, error, values) from error


def _plain(value: Value) -> Any:
    """A drawn value without what is known about it: a record is its name."""
    if isinstance(value, Mapping):
        return value["name"]
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


_symbolic = lru_cache(maxsize=4096)(to_linear)


def _working(question: Question, values: Assignment, drawn: Key) -> Working:
    """The answer's formula with its names, with the numbers put in, and its value: derived, never written twice."""
    assert isinstance(question.answer, Formula)
    return Working(
        symbolic=_symbolic(taken(question.answer, values)),
        substituted=to_linear(substitute(question.answer, values)),
        value=format_value(drawn.answer),
    )
