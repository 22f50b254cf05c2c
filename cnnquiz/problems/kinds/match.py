"""Texts to bring together with their partners."""

from fractions import Fraction

from cnnquiz.bank.answers import Pair, Pairs
from cnnquiz.bank.space import Assignment
from cnnquiz.problems.kinds.choice import letter
from cnnquiz.problems.kinds.kind import OPTION_LETTERS, Drawing, Key, Kind, Worth, by_parts, options_in_order
from cnnquiz.problems.problem import Answer, Mistake, Problem


def _draw(drawing: Drawing) -> Key:
    rule = drawing.question.answer
    assert isinstance(rule, Pairs)
    language = drawing.language
    pairs = _pairs(drawing, rule)
    items = [pair.left.fill(language, values) for pair, values in pairs]
    right = [pair.right.fill(language, values) for pair, values in pairs]
    texts = [*right, *(text.fill(language, drawing.values) for text in rule.extra)]
    if len(set(items)) < len(items) or not 2 <= len(set(texts)) == len(texts) <= len(OPTION_LETTERS):
        raise drawing.fault(f"{len(texts)} texts to match", expected=f"2 to {len(OPTION_LETTERS)} different ones")
    options, places = options_in_order(drawing, texts)
    mistakes = (
        Mistake(answer=None, part=number, feedback=pair.feedback.fill(language, values))
        for number, (pair, values) in enumerate(pairs)
    )
    return Key(
        answer=tuple(places[number] for number in range(len(items))),
        mistakes=tuple(mistakes),
        options=options,
        items=tuple(items),
    )


def _pairs(drawing: Drawing, rule: Pairs) -> list[tuple[Pair, Assignment]]:
    """The pairs that are shown, each with the values of its names."""
    if rule.rows is not None:
        return [(rule.pairs[0], row) for row in drawing.rows(rule.rows)]
    drawn = drawing.values.get("pairs shown", tuple(range(len(rule.pairs))))
    assert isinstance(drawn, tuple)
    return [(rule.pairs[each], drawing.values) for each in drawn if isinstance(each, int)]


def _worth(problem: Problem, given: Answer) -> Worth:
    """Each pair counts the same."""
    assert isinstance(problem.answer, tuple)
    assert isinstance(given, tuple)
    parts = [Fraction(one == other) for one, other in zip(problem.answer, given, strict=True)]
    made = [
        position
        for position, mistake in enumerate(problem.mistakes)
        if mistake.part is not None and parts[mistake.part] != 1
    ]
    return by_parts(problem, parts, made)


def _show(_problem: Problem, answer: Answer) -> str:
    assert isinstance(answer, tuple)
    return ", ".join(f"{number}–{letter(position)}" for number, position in enumerate(answer, start=1))


def _show_mistake(_problem: Problem, mistake: Mistake) -> str:
    assert mistake.part is not None
    return f"{mistake.part + 1}"


MATCH = Kind(draw=_draw, show=_show, worth=_worth, show_mistake=_show_mistake)
