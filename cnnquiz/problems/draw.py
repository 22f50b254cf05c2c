"""A question and a seed go in; a problem comes out, the same on every machine."""

from cnnquiz.bank.question import Question
from cnnquiz.bank.space import Assignment, assignments, formula_fault
from cnnquiz.bank.text import Language, format_value
from cnnquiz.errors import FormulaError
from cnnquiz.formulas import Formula, substitute, to_linear
from cnnquiz.problems.kinds import KINDS
from cnnquiz.problems.permutation import permuted
from cnnquiz.problems.problem import Answer, Problem, Working


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
    try:
        drawn = KINDS[question.kind].draw(question, values, language, key)
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
            tolerance=question.tolerance,
            mistakes=drawn.mistakes,
            hints=tuple(hint.fill(language, values) for hint in question.hints),
            solution=None if question.solution is None else question.solution.fill(language, values),
            working=_working(question, values, drawn.answer) if isinstance(question.answer, Formula) else None,
            source=question.source,
            decimals=question.decimals,
        )
    except FormulaError as error:
        raise formula_fault(question, error, values) from error


def _working(question: Question, values: Assignment, answer: Answer) -> Working:
    """The answer's formula with its names, with the numbers put in, and its value: derived, never written twice."""
    assert isinstance(question.answer, Formula)
    return Working(
        symbolic=to_linear(question.answer),
        substituted=to_linear(substitute(question.answer, values)),
        value=format_value(answer),
    )
