"""A question goes in; what is wrong with it comes out, found by drawing its problems and answering each of them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from cnnquiz.bank.answers import Table
from cnnquiz.bank.proof import Proof
from cnnquiz.bank.question import Question
from cnnquiz.bank.space import Assignment, assignments, fault, formula_fault
from cnnquiz.bank.text import LANGUAGES
from cnnquiz.cnn.shape import Shape
from cnnquiz.cnn.stack import Layer
from cnnquiz.errors import BankError, FormulaError, NetworkError
from cnnquiz.formulas import Formula, Value, evaluate, parse
from cnnquiz.formulas.numbers import decimal_places
from cnnquiz.problems.draw import problem_at
from cnnquiz.problems.kinds import shown_answer, shown_mistake, worth
from cnnquiz.problems.permutation import permuted
from cnnquiz.problems.problem import Mistake, Problem

Measure = Callable[[tuple[Layer, ...], Shape], Mapping[str, Value]]
"""Runs layers one after another on one input: what a proof may ask of them (`cnnquiz.bank.proof.MEASURED`)."""

_HANGUL = re.compile("[가-힣]")
_CODE = re.compile("`[^`]+`")
_MATH = re.compile(r"\$([^$]+)\$")

WHOLE = 20_000
"""The largest space of which an exhaustive check draws every problem; of larger ones it draws SAMPLES."""
SAMPLES = 2_000
FEW = 100
_SHUFFLES = 240
_PROVEN = ("number", "shape")


@dataclass(slots=True)
class _Seen:
    """What the problems of one question showed so far."""

    asked: dict[object, int] = field(default_factory=dict)
    made: Counter[int] = field(default_factory=Counter)
    faults: int = 0


def sampled(question: Question, *, exhaustive: bool) -> range | list[int]:
    """Which problems of the question's space are drawn to check it."""
    size = len(assignments(question))
    most = WHOLE if exhaustive else FEW
    if size <= most:
        return range(size)
    return [permuted(place, size, question.id) for place in range(SAMPLES if exhaustive else FEW)]


def check_question(question: Question, measure: Measure, *, exhaustive: bool) -> Iterator[BankError]:
    """Faults of a question, each with its place and the values for which it shows; at most three of them."""
    try:
        places = sampled(question, exhaustive=exhaustive)
    except BankError as error:
        yield error
        return
    if question.kind in _PROVEN and question.proof is None:
        yield fault(question, f"a {question.kind} without a proof", {}, expected="proof: the answer a second way")
    seen = _Seen()
    for index in places:
        values = assignments(question)[index]
        try:
            found = list(_check_problem(question, index, values, measure, seen))
        except BankError as error:
            found = [error]
        yield from found[: 3 - seen.faults]
        seen.faults += len(found)
        if seen.faults >= 3:
            return
    if len(places) == len(assignments(question)):
        yield from _unmade(question, seen)
    if not seen.faults:
        yield from _uneven(question)


def _check_problem(
    question: Question, index: int, values: Assignment, measure: Measure, seen: _Seen
) -> Iterator[BankError]:
    drawn = [problem_at(question, index, language=language, key=question.id) for language in LANGUAGES]
    for problem in drawn:
        yield from _check_texts(question, problem, values)
    problem = drawn[0]
    if drawn[1].answer != problem.answer and problem.kind != "text":
        yield fault(question, "the languages have different keys", values, expected="the same answer")
    yield from _check_number(question, problem, values)
    yield from _check_marks(question, problem, values)
    yield from _check_proof(question, problem, values, measure)
    asked = (
        problem.prompt,
        problem.convention,
        frozenset(problem.options),
        problem.items,
        problem.grid,
        problem.listing,
    )
    if asked in seen.asked:
        expected = f"a text that tells it from problem {seen.asked[asked]}"
        yield fault(question, f"problem {index} is asked as another one is", values, expected=expected)
    seen.asked[asked] = index
    for number, rule in enumerate(question.mistakes):
        if isinstance(rule.answer, Formula) and isinstance(question.answer, Formula):
            seen.made[number] += evaluate(rule.answer, values) != problem.answer


def _check_texts(question: Question, problem: Problem, values: Assignment) -> Iterator[BankError]:
    texts = {
        "the prompt": [problem.prompt],
        "an option": problem.options,
        "an item": problem.items,
        "a hint": problem.hints,
        "a feedback": [mistake.feedback for mistake in problem.mistakes],
        "a convention": [mistake.convention for mistake in problem.mistakes if mistake.convention is not None],
        "the solution": [] if problem.solution is None else [problem.solution],
        "the shown key": [shown_answer(problem)],
    }
    for what, found in texts.items():
        for text in found:
            wrong = _wrong_in(text)
            if wrong:
                yield fault(question, f"{what} in {problem.language}: {wrong}", values, expected="text that can be set")
    if _HANGUL.search(problem.prompt) is None if problem.language == "ko" else _HANGUL.search(problem.prompt):
        languages = {"en": "English", "ko": "Korean"}
        yield fault(question, "the prompt is in another language", values, expected=languages[problem.language])


def _wrong_in(text: str) -> str | None:
    """What keeps a text from being set, or None."""
    if not text.strip():
        return "it is empty"
    prose = _CODE.sub("", text)
    if "`" in prose or prose.count("$") % 2:
        return "a mark without its partner"
    try:
        for formula in _MATH.findall(prose):
            parse(formula)
    except FormulaError as error:
        return str(error)
    return None


def _check_number(question: Question, problem: Problem, values: Assignment) -> Iterator[BankError]:
    """A number that is marked exactly must be one that can be written down."""
    if problem.kind not in ("number", "table") or problem.tolerance or problem.figures:
        return
    for number in problem.answer if isinstance(problem.answer, tuple) else (problem.answer,):
        if isinstance(number, Fraction) and decimal_places(number) is None:
            expected = "tolerance:, relative_tolerance: or significant_figures:, or a rounded answer"
            yield fault(question, f"the key {number} has no end as a decimal", values, expected=expected)


def _check_marks(question: Question, problem: Problem, values: Assignment) -> Iterator[BankError]:
    """The key earns everything; no mistake does, and each earns its own credit."""
    if worth(problem, problem.answer).credit != 1:
        yield fault(question, "the key does not earn the points", values, expected="full marks")
    for mistake in problem.mistakes:
        if mistake.answer is None:
            continue
        result = worth(problem, _made(problem, mistake))
        wrong = result.credit == mistake.credit if mistake.part is None else result.credit < 1
        if not wrong or mistake.feedback not in result.feedback:
            shown = shown_mistake(problem, mistake)
            yield fault(
                question, f"the mistake {shown} is not recognised", values, expected="a wrong answer of its own"
            )


def _made(problem: Problem, mistake: Mistake) -> object:
    """The answer of who makes this mistake, and no other."""
    if mistake.part is not None:
        assert isinstance(problem.answer, tuple)
        before, after = problem.answer[: mistake.part], problem.answer[mistake.part + 1 :]
        return (*before, mistake.answer, *after)
    return (mistake.answer,) if problem.kind == "choices" else mistake.answer


def _check_proof(question: Question, problem: Problem, values: Assignment, measure: Measure) -> Iterator[BankError]:
    try:
        if question.proof is not None:
            proven = prove(question.proof, values, measure)
            if proven != problem.answer:
                yield fault(question, f"the key is {problem.answer}, its proof {proven}", values, expected="the same")
        if isinstance(question.answer, Table):
            yield from _check_columns(question, question.answer, values)
    except FormulaError as error:
        yield formula_fault(question, error, values)
    except NetworkError as error:
        yield fault(question, f"proof: {error}", values, expected="layers that fit their input")


def _check_columns(question: Question, table: Table, values: Assignment) -> Iterator[BankError]:
    rows = evaluate(table.rows.of, values)
    assert isinstance(rows, tuple)
    for row in rows:
        scope = {**values, table.rows.name: row}
        if table.rows.where is not None and not evaluate(table.rows.where, scope):
            continue
        for column in table.columns:
            if column.proof is None:
                continue
            key, proven = evaluate(column.formula, scope), evaluate(column.proof, scope)
            if key != proven:
                yield fault(question, f"a blank's key is {key}, its proof {proven}", values, expected="the same")


def prove(proof: Proof, values: Assignment, measure: Measure) -> Value:
    """The answer a second way; FormulaError or NetworkError where that cannot be computed."""
    if proof.input is None:
        return evaluate(proof.answer, values)
    sizes = evaluate(proof.input, values)
    if not isinstance(sizes, tuple):
        raise FormulaError(proof.input.text, 0, "the input of a proof", expected="the sizes of a shape")
    measured = measure(proof.stack(values), Shape(*sizes))  # type: ignore[arg-type]
    return evaluate(proof.answer, {**values, **{name: measured[name] for name in proof.measured}})


def _unmade(question: Question, seen: _Seen) -> Iterator[BankError]:
    """Mistakes that no problem has: they always come to the key. Of one family they may, as long as of another not."""
    if any(parameter.name == "family" for parameter in question.parameters):
        return
    for number, rule in enumerate(question.mistakes):
        if isinstance(rule.answer, Formula) and isinstance(question.answer, Formula) and not seen.made[number]:
            problem = f"mistake {number + 1} is the key in all problems"
            yield fault(question, problem, {}, expected="a formula with another value")


def _uneven(question: Question) -> Iterator[BankError]:
    """The right option must be anywhere with the same chance: χ² over shuffles, far beyond what chance allows."""
    if question.kind not in ("choice", "listing"):
        return
    places: Counter[object] = Counter()
    expected: Counter[int] = Counter()
    for number in range(_SHUFFLES):
        try:
            problem = problem_at(question, number % len(assignments(question)), language="en", key=f"{number}")
        except BankError as error:
            yield error
            return
        places[problem.answer if isinstance(problem.answer, int) else problem.answer[-1]] += 1  # type: ignore[index]
        for place in range(len(problem.options)):
            expected[place] += Fraction(1, len(problem.options))  # type: ignore[assignment]
    squares = sum((places[place] - number) ** 2 / number for place, number in expected.items())
    if squares > 20 + 3 * len(expected):
        yield fault(question, f"the right option is at {dict(places)}", {}, expected="each place as often as another")
