"""What an answer kind is: how it draws a key, shows an answer, and says what one is worth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from cnnquiz.bank.answers import MistakeRule, Rows
from cnnquiz.bank.question import Question
from cnnquiz.bank.space import Assignment, fault
from cnnquiz.bank.text import Language, format_value
from cnnquiz.formulas import Formula, Value, evaluate
from cnnquiz.problems.permutation import shuffled_positions
from cnnquiz.problems.problem import Answer, Grid, Mistake, Problem

OPTION_LETTERS = "ABCDEFGH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A question, the values of its names, the language of its texts, and the key that orders its options."""

    question: Question
    values: Assignment
    language: Language
    key: str

    def shuffled(self, count: int) -> tuple[int, ...]:
        """The positions 0 … count − 1 in the order that the key names."""
        return shuffled_positions(count, self.key)

    def rows(self, rows: Rows) -> list[dict[str, Value]]:
        """For each row the values of all names in its formulas."""
        found = evaluate(rows.of, self.values)
        if not isinstance(found, tuple):
            raise self.fault(f"{rows.of.text!r} gives {format_value(found)}", expected="several values")
        scopes = [{**self.values, rows.name: each} for each in found]
        return [scope for scope in scopes if rows.where is None or self.holds(rows.where, scope)]

    def holds(self, condition: Formula, scope: Assignment) -> bool:
        value = evaluate(condition, scope)
        if not isinstance(value, bool):
            raise self.fault(f"{condition.text!r} gives {format_value(value)}", expected="a comparison such as n > k")
        return value

    def number(self, formula: Formula, scope: Assignment) -> int | Fraction:
        value = evaluate(formula, scope)
        if isinstance(value, bool) or not isinstance(value, int | Fraction):
            raise self.fault(f"{formula.text!r} gives {shown_value(value)}", expected="a number")
        return value

    def fault(self, problem: str, *, expected: str) -> Exception:
        return fault(self.question, problem, self.values, expected=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a kind decides about a problem: its answer and mistakes, and what is shown to answer with."""

    answer: Answer
    mistakes: tuple[Mistake, ...] = ()
    options: tuple[str, ...] = ()
    tolerance: Fraction = Fraction(0)
    decimals: int | None = None
    figures: int = 0
    items: tuple[str, ...] = ()
    grid: Grid | None = None
    listing: str | None = None
    fixed: str | None = None
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an answer is worth, as a part of the points; the positions of the mistakes in it, and their feedback.

    `parts` is what each part is worth, where an answer has parts.
    """

    credit: Fraction
    feedback: tuple[str, ...] = ()
    mistakes: tuple[int, ...] = ()
    parts: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One answer kind: `draw(drawing)`, `show(problem, answer)`, `worth(problem, answer)`.

    `show` also takes the answer of a mistake that is about one part.
    """

    draw: Callable[[Drawing], Key]
    show: Callable[[Problem, Answer], str]
    worth: Callable[[Problem, Answer], Worth]
    show_mistake: Callable[[Problem, Mistake], str] = field(default=lambda _problem, _mistake: "")


RIGHT = Worth(credit=Fraction(1))
WRONG = Worth(credit=Fraction(0))


def shown_value(value: Value) -> str:
    """A value that an answer cannot be, for the message that says so."""
    return "a record" if isinstance(value, Mapping) else format_value(value) or "nothing"


def by_mistake(problem: Problem, same: Callable[[Mistake], bool], otherwise: Worth = WRONG) -> Worth:
    """The worth of the first mistake that the answer is."""
    for position, mistake in enumerate(problem.mistakes):
        if same(mistake):
            return Worth(credit=mistake.credit, feedback=(mistake.feedback,), mistakes=(position,))
    return otherwise


def with_mistakes(problem: Problem, credit: Fraction, made: Sequence[int], parts: Sequence[Fraction] = ()) -> Worth:
    """An answer with the mistakes at these positions; what several of them would tell is told once."""
    told = dict.fromkeys(problem.mistakes[position].feedback for position in made)
    return Worth(credit=credit, feedback=tuple(told), mistakes=tuple(made), parts=tuple(parts))


def by_parts(problem: Problem, parts: Sequence[Fraction], made: Sequence[int]) -> Worth:
    """An answer each part of which counts the same."""
    return with_mistakes(problem, sum(parts, Fraction(0)) / len(parts), made, parts)


def options_in_order(drawing: Drawing, texts: Sequence[str]) -> tuple[tuple[str, ...], dict[int, int]]:
    """The texts in the order that the key names, and where each of them went."""
    order = drawing.shuffled(len(texts))
    return tuple(texts[each] for each in order), {each: place for place, each in enumerate(order)}


def drawn_mistake(
    drawing: Drawing, rule: MistakeRule, answer: Answer, *, values: Assignment | None = None, part: int | None = None
) -> Mistake:
    """A mistake with its texts filled; `values` are those of the names in them, by default all of the drawing."""
    values = drawing.values if values is None else values
    return Mistake(
        answer=answer,
        feedback=rule.feedback.fill(drawing.language, values),
        credit=rule.credit,
        part=part,
        convention=None if rule.convention is None else rule.convention.fill(drawing.language, values),
    )
