"""Answer kinds: how each turns a drawn question into a key, and how the key is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cnnquiz.bank.question import AnswerKind, Question
from cnnquiz.bank.space import fault
from cnnquiz.bank.text import Language, Text, format_value
from cnnquiz.formulas import Formula, Value, evaluate, format_number
from cnnquiz.formulas.evaluate import round_half_up
from cnnquiz.problems.permutation import shuffled_positions
from cnnquiz.problems.problem import Answer, Mistake, Problem

OPTION_LETTERS = "ABCDEFGH"

_OR: Mapping[Language, str] = {"en": "Or:", "ko": "또는:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a kind decides about a problem: its answer, its mistakes, and what is offered to choose from."""

    answer: Answer
    mistakes: tuple[Mistake, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One answer kind. `draw(question, values, language, key)` and `show(problem)`."""

    draw: Callable[[Question, Mapping[str, Value], Language, str], Key]
    show: Callable[[Problem, Answer], str]


def _draw_computed(question: Question, values: Mapping[str, Value], language: Language, _key: str) -> Key:
    """A key that is a formula's value.

    A mistake that comes to the key is dropped; two that come to one number are one mistake with both feedbacks, as
    nobody can tell which of them a student made.
    """
    answer = _answer(question, question.answer, values)
    _check_that_the_shown_key_is_right(question, answer, values)
    mistakes: dict[Answer, str] = {}
    for rule in question.mistakes:
        wrong = _answer(question, rule.answer, values)
        if _alike(question, wrong, answer):
            continue
        feedback = rule.feedback.fill(language, {**values, "answer": answer})
        same = next((other for other in mistakes if _alike(question, wrong, other)), wrong)
        mistakes[same] = f"{mistakes[same]} {_OR[language]} {feedback}" if same in mistakes else feedback
    return Key(answer=answer, mistakes=tuple(Mistake(answer=wrong, feedback=text) for wrong, text in mistakes.items()))


def _check_that_the_shown_key_is_right(question: Question, answer: Answer, values: Mapping[str, Value]) -> None:
    """Who writes what the key shows must get the point."""
    if question.decimals is None or isinstance(answer, tuple):
        return
    shown = _written(answer, question.decimals)
    if abs(Fraction(shown.replace(",", "")) - answer) > question.tolerance:
        expected = f"a larger tolerance, or an answer rounded to decimals: {question.decimals}"
        raise fault(question, f"the key {format_number(answer)} is shown as {shown}", values, expected=expected)


def _alike(question: Question, one: Answer, other: Answer) -> bool:
    """Would a marker, or who reads the key, take one for the other?"""
    if isinstance(one, tuple) or isinstance(other, tuple):
        return one == other
    near = abs(Fraction(one) - other) <= question.tolerance
    return near or _written(one, question.decimals) == _written(other, question.decimals)


def _written(number: int | Fraction, decimals: int | None) -> str:
    if decimals is None:
        return format_number(number)
    whole, _, rest = format_number(round_half_up(number, decimals)).partition(".")
    return f"{whole}.{rest:0<{decimals}}"


def _answer(question: Question, formula: Formula | Text, values: Mapping[str, Value]) -> Answer:
    assert isinstance(formula, Formula)
    value = evaluate(formula, values)
    if question.kind == "number" and isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return value
    if question.kind == "shape" and isinstance(value, tuple):
        sizes = tuple(size for size in value if isinstance(size, int) and not isinstance(size, bool) and size > 0)
        if sizes and len(sizes) == len(value):
            return sizes
    shown = "a record" if isinstance(value, Mapping) else format_value(value) or "nothing"
    raise fault(question, f"{formula.text!r} gives {shown}", values, expected=f"an answer of kind {question.kind}")


def _draw_choice(question: Question, values: Mapping[str, Value], language: Language, key: str) -> Key:
    """The right option and the wrong ones in an order that the key names; equal texts are a fault of the question."""
    assert isinstance(question.answer, Text)
    texts = [question.answer.fill(language, values)]
    for rule in question.mistakes:
        assert isinstance(rule.answer, Text)
        texts.append(rule.answer.fill(language, values))
    if len(set(texts)) < len(texts):
        raise fault(question, "two options are the same", values, expected="different options")
    order = shuffled_positions(len(texts), key)
    places = {original: place for place, original in enumerate(order)}
    mistakes = (
        Mistake(answer=places[number + 1], feedback=rule.feedback.fill(language, values))
        for number, rule in enumerate(question.mistakes)
    )
    return Key(
        answer=places[0],
        mistakes=tuple(sorted(mistakes, key=lambda mistake: str(mistake.answer))),
        options=tuple(texts[original] for original in order),
    )


def _show_number(problem: Problem, answer: Answer) -> str:
    assert isinstance(answer, (int, Fraction))
    number = _written(answer, problem.decimals)
    if not problem.unit:
        return number
    # Korean joins its own units and the percent sign to the number, and keeps a space before Latin ones.
    joined = problem.language == "ko" and (problem.unit == "%" or "가" <= problem.unit[0] <= "힣")
    return f"{number}{problem.unit}" if joined else f"{number} {problem.unit}"


def _show_shape(_problem: Problem, answer: Answer) -> str:
    assert isinstance(answer, tuple)
    return " × ".join(format_number(size) for size in answer)


def _show_choice(_problem: Problem, answer: Answer) -> str:
    assert isinstance(answer, int)
    return OPTION_LETTERS[answer]


KINDS: Mapping[AnswerKind, Kind] = {
    "number": Kind(draw=_draw_computed, show=_show_number),
    "shape": Kind(draw=_draw_computed, show=_show_shape),
    "choice": Kind(draw=_draw_choice, show=_show_choice),
}


def shown_answer(problem: Problem) -> str:
    """The key as a person writes it."""
    return KINDS[problem.kind].show(problem, problem.answer)


def shown_mistake(problem: Problem, mistake: Mistake) -> str:
    """A mistake's answer as a person writes it."""
    return KINDS[problem.kind].show(problem, mistake.answer)
