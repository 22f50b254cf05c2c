"""Numbers and shapes: the key and each mistake are values of formulas."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from cnnquiz.bank.question import Precision
from cnnquiz.bank.space import Assignment
from cnnquiz.bank.text import Language
from cnnquiz.formulas import Formula, Value, evaluate, format_number
from cnnquiz.problems.kinds.kind import RIGHT, Drawing, Key, Kind, Worth, by_mistake, drawn_mistake, shown_value
from cnnquiz.problems.kinds.numbers import Closeness, closeness, with_unit, written
from cnnquiz.problems.problem import Answer, Mistake, Problem

_OR: Mapping[Language, str] = {"en": "Or:", "ko": "또는:"}
_EXACT = Closeness(tolerance=Fraction(0), decimals=None)


def _draw(drawing: Drawing) -> Key:
    """A key that is a formula's value.

    A mistake that comes to the key, or to no shape, is dropped; two that come to one number are one mistake with both
    feedbacks and the better of all else, as nobody can tell which of them a student made.
    """
    question = drawing.question
    assert isinstance(question.answer, Formula)
    answer = computed(drawing, question.answer, drawing.values)
    close = close_to(question.precision, answer)
    check_that_the_shown_key_is_right(drawing, answer, close)
    with_answer = {**drawing.values, "answer": answer}
    mistakes: list[Mistake] = []
    for rule in question.mistakes:
        assert isinstance(rule.answer, Formula)
        wrong = mistaken(drawing, rule.answer, drawing.values)
        if wrong is None or same(close, wrong, answer):
            continue
        mistake = drawn_mistake(drawing, rule, wrong, values=with_answer)
        twin = next((place for place, other in enumerate(mistakes) if same(close, wrong, other.answer)), None)
        if twin is None:
            mistakes.append(mistake)
            continue
        other = mistakes[twin]
        mistakes[twin] = replace(
            other,
            feedback=f"{other.feedback} {_OR[drawing.language]} {mistake.feedback}",
            credit=max(other.credit, mistake.credit),
            convention=other.convention or mistake.convention,
        )
    return Key(answer=answer, mistakes=tuple(mistakes), tolerance=close.tolerance, decimals=close.decimals)


def close_to(precision: Precision, answer: object) -> Closeness:
    """How close one must come to a number or a shape."""
    return closeness(precision, answer) if isinstance(answer, int | Fraction) else _EXACT


def check_that_the_shown_key_is_right(drawing: Drawing, answer: object, close: Closeness) -> None:
    """Who writes what the key shows must get the point."""
    if close.decimals is None or not isinstance(answer, int | Fraction):
        return
    shown = written(answer, close.decimals)
    if abs(Fraction(shown.replace(",", "")) - answer) > close.tolerance:
        expected = f"a larger tolerance, or an answer rounded to decimals: {close.decimals}"
        raise drawing.fault(f"the key {format_number(answer)} is shown as {shown}", expected=expected)


def computed(drawing: Drawing, formula: Formula, values: Assignment) -> int | Fraction | tuple[int, ...]:
    """The value of a formula as an answer of the question's kind; of a table, a number or a shape."""
    return _as_answer(drawing, formula, evaluate(formula, values))


def mistaken(drawing: Drawing, formula: Formula, values: Assignment) -> int | Fraction | tuple[int, ...] | None:
    """The same of a mistake; None for a shape with a side below 1, which is no answer that anybody gives."""
    value = evaluate(formula, values)
    if isinstance(value, tuple) and any(isinstance(size, int) and size < 1 for size in value):
        return None
    return _as_answer(drawing, formula, value)


def _as_answer(drawing: Drawing, formula: Formula, value: Value) -> int | Fraction | tuple[int, ...]:
    kind = drawing.question.kind
    if type(value) is int and kind != "shape":
        return value
    if kind != "shape" and isinstance(value, int | Fraction) and not isinstance(value, bool):
        return value
    if kind != "number" and isinstance(value, tuple):
        sizes = tuple(size for size in value if isinstance(size, int) and not isinstance(size, bool) and size > 0)
        if sizes and len(sizes) == len(value):
            return sizes
    expected = f"an answer of kind {kind}" if kind != "table" else "a number or a shape"
    raise drawing.fault(f"{formula.text!r} gives {shown_value(value)}", expected=expected)


def same(close: Closeness, one: object, other: object) -> bool:
    if isinstance(one, int | Fraction) and isinstance(other, int | Fraction):
        return close.same(one, other)
    return one == other


def _worth(problem: Problem, given: Answer) -> Worth:
    if same(Closeness(tolerance=problem.tolerance, decimals=None), given, problem.answer):
        return RIGHT
    close = Closeness(tolerance=problem.tolerance, decimals=problem.decimals)
    return by_mistake(problem, lambda mistake: same(close, given, mistake.answer))


def show_value(value: object, decimals: int | None) -> str:
    """A number or a shape as a person writes it, without its unit."""
    if isinstance(value, tuple):
        return " × ".join(format_number(size) for size in value)
    assert isinstance(value, int | Fraction)
    return written(value, decimals)


def shown_number(problem: Problem) -> str | None:
    """The key of a number with its decimals and without its unit; None for any other answer."""
    return show_value(problem.answer, problem.decimals) if isinstance(problem.answer, int | Fraction) else None


def _show(problem: Problem, answer: Answer) -> str:
    shown = show_value(answer, problem.decimals)
    return shown if isinstance(answer, tuple) else with_unit(shown, problem.unit, problem.language)


def _show_mistake(problem: Problem, mistake: Mistake) -> str:
    assert mistake.answer is not None
    return _show(problem, mistake.answer)


COMPUTED = Kind(draw=_draw, show=_show, worth=_worth, show_mistake=_show_mistake)
