"""What somebody answered goes in; whether it has the form that answers of the problem's kind have comes out."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from cnnquiz.bank.question import AnswerKind
from cnnquiz.problems.problem import Problem


def has_form(problem: Problem, given: object) -> bool:
    """Whether `given` can be marked at all (see `Answer`); a part that was left open is None."""
    return _FORMS[problem.kind](problem, given)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, Fraction) or _is_whole(value)


def _are_whole(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_whole, value))


def _is_cell(value: object) -> bool:
    return value is None or _is_number(value) or _are_whole(value)


def _is_order(problem: Problem, given: object) -> bool:
    return _are_whole(given) and sorted(given) == list(range(len(problem.options)))  # type: ignore[call-overload]


def _has_parts(part: Callable[[object], bool]) -> Callable[[Problem, object], bool]:
    """As many parts as the answer has, each of them open or of its form."""

    def check(problem: Problem, given: object) -> bool:
        assert isinstance(problem.answer, tuple)
        return isinstance(given, tuple) and len(given) == len(problem.answer) and all(map(part, given))

    return check


_FORMS: Mapping[AnswerKind, Callable[[Problem, object], bool]] = {
    "number": lambda _, given: _is_number(given),
    "shape": lambda _, given: _are_whole(given),
    "choice": lambda _, given: _is_whole(given),
    "choices": lambda _, given: _are_whole(given),
    "table": _has_parts(_is_cell),
    "order": _is_order,
    "match": _has_parts(lambda part: part is None or _is_whole(part)),
    "text": lambda _, given: isinstance(given, str),
    "listing": _has_parts(lambda part: part is None or _is_whole(part)),
}
