"""Items to put in their order."""

from fractions import Fraction
from itertools import combinations

from cnnquiz.bank.answers import Listed, Places, Sorted
from cnnquiz.formulas import Formula, Value
from cnnquiz.problems.kinds.choice import letter
from cnnquiz.problems.kinds.kind import (
    OPTION_LETTERS,
    RIGHT,
    Drawing,
    Key,
    Kind,
    Worth,
    by_mistake,
    drawn_mistake,
    options_in_order,
)
from cnnquiz.problems.problem import Answer, Mistake, Problem


def _draw(drawing: Drawing) -> Key:
    rule = drawing.question.answer
    if isinstance(rule, Listed):
        texts = [item.fill(drawing.language, drawing.values) for item in rule.items]
        orders = [tuple(range(len(texts)))]
        for mistake in drawing.question.mistakes:
            assert isinstance(mistake.answer, Places)
            orders.append(tuple(place - 1 for place in mistake.answer.places))
    else:
        assert isinstance(rule, Sorted)
        rows = drawing.rows(rule.rows)
        texts = [rule.text.fill(drawing.language, row) for row in rows]
        orders = [_sorted(drawing, rule.by, rows, ties=False)]
        for mistake in drawing.question.mistakes:
            assert isinstance(mistake.answer, Formula)
            orders.append(_sorted(drawing, mistake.answer, rows, ties=True))
    if not 2 <= len(set(texts)) == len(texts) <= len(OPTION_LETTERS):
        raise drawing.fault(f"{len(texts)} items", expected=f"2 to {len(OPTION_LETTERS)} different ones")
    options, places = options_in_order(drawing, texts)
    right, *wrong = (tuple(places[item] for item in order) for order in orders)
    mistakes: dict[tuple[int, ...], Mistake] = {}
    for order, mistake in zip(wrong, drawing.question.mistakes, strict=True):
        if order != right and order not in mistakes:
            mistakes[order] = drawn_mistake(drawing, mistake, order)
    return Key(answer=right, mistakes=tuple(mistakes.values()), options=options)


def _sorted(drawing: Drawing, by: Formula, rows: list[dict[str, Value]], *, ties: bool) -> tuple[int, ...]:
    numbers = [drawing.number(by, row) for row in rows]
    if not ties and len(set(numbers)) < len(numbers):
        raise drawing.fault(f"two items have the same {by.text!r}", expected="a constraint such as distinct(…)")
    return tuple(sorted(range(len(rows)), key=numbers.__getitem__))


def _worth(problem: Problem, given: Answer) -> Worth:
    """Otherwise Kendall's τ where it is positive: pairs in their order less pairs out of it, of all pairs.

    The τ of a random order is 0 on average.
    """
    assert isinstance(problem.answer, tuple)
    assert isinstance(given, tuple)
    if given == problem.answer:
        return RIGHT
    pairs = list(combinations(problem.answer, 2))
    right = sum(given.index(first) < given.index(second) for first, second in pairs)
    credit = Fraction(max(2 * right - len(pairs), 0), len(pairs))
    return by_mistake(problem, lambda mistake: mistake.answer == given, Worth(credit=credit))


def _show(_problem: Problem, answer: Answer) -> str:
    assert isinstance(answer, tuple)
    return " → ".join(map(letter, answer))


def _show_mistake(problem: Problem, mistake: Mistake) -> str:
    assert mistake.answer is not None
    return _show(problem, mistake.answer)


ORDER = Kind(draw=_draw, show=_show, worth=_worth, show_mistake=_show_mistake)
