"""Choices of one right option, and of several."""

from collections.abc import Sequence
from fractions import Fraction

from cnnquiz.bank.answers import MistakeRule, OneRight, SeveralRight
from cnnquiz.bank.text import Text
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
    with_mistakes,
)
from cnnquiz.problems.problem import Answer, Mistake, Problem


def _draw_one(drawing: Drawing) -> Key:
    rule = drawing.question.answer
    assert isinstance(rule, OneRight)
    options, places, mistakes = _options(drawing, (rule.right,))
    return Key(answer=places[0], mistakes=mistakes, options=options)


def _draw_several(drawing: Drawing) -> Key:
    rule = drawing.question.answer
    assert isinstance(rule, SeveralRight)
    right = [rule.right[each] for each in _drawn(drawing, "right options", len(rule.right))]
    options, places, mistakes = _options(drawing, right)
    return Key(answer=tuple(sorted(places[: len(right)])), mistakes=mistakes, options=options)


def _options(drawing: Drawing, right: Sequence[Text]) -> tuple[tuple[str, ...], list[int], tuple[Mistake, ...]]:
    """The options in the order of the key, where each of them went (the right ones first), and the mistakes.

    A wrong option that reads like another is left out; two right ones that read alike are a fault of the question.
    """
    texts = [text.fill(drawing.language, drawing.values) for text in right]
    if len(set(texts)) < len(texts):
        raise drawing.fault("two right options are the same", expected="different options")
    rules: list[MistakeRule] = []
    for each in _drawn(drawing, "wrong options", len(drawing.question.mistakes)):
        rule = drawing.question.mistakes[each]
        assert isinstance(rule.answer, Text)
        text = rule.answer.fill(drawing.language, drawing.values)
        if text not in texts:
            texts.append(text)
            rules.append(rule)
    if not rules:
        raise drawing.fault("no wrong option is left", expected="options that differ from the right one")
    options, places = options_in_order(drawing, texts)
    mistakes = (drawn_mistake(drawing, rule, places[len(right) + number]) for number, rule in enumerate(rules))
    return options, [places[n] for n in range(len(texts))], tuple(sorted(mistakes, key=lambda each: str(each.answer)))


def _drawn(drawing: Drawing, name: str, count: int) -> Sequence[int]:
    drawn = drawing.values.get(name, tuple(range(count)))
    assert isinstance(drawn, tuple)
    return [each for each in drawn if isinstance(each, int)]


def _worth_one(problem: Problem, given: Answer) -> Worth:
    return RIGHT if given == problem.answer else by_mistake(problem, lambda mistake: mistake.answer == given)


def _worth_several(problem: Problem, given: Answer) -> Worth:
    """The share of the right options that are ticked less that of the wrong ones, where it is positive.

    Who ticks everything, or throws dice, can expect nothing.
    """
    assert isinstance(problem.answer, tuple)
    assert isinstance(given, tuple)
    made = [position for position, mistake in enumerate(problem.mistakes) if mistake.answer in given]
    right = len(set(problem.answer) & set(given))
    wrong = len(problem.options) - len(problem.answer)
    credit = Fraction(right, len(problem.answer)) - Fraction(len(made), wrong)
    return with_mistakes(problem, max(credit, Fraction(0)), made)


def letter(position: object) -> str:
    """A, B, … of an option."""
    assert isinstance(position, int)
    return OPTION_LETTERS[position]


def _show(_problem: Problem, answer: Answer) -> str:
    return ", ".join(map(letter, answer)) if isinstance(answer, tuple) else letter(answer)


def _show_mistake(_problem: Problem, mistake: Mistake) -> str:
    return letter(mistake.answer)


CHOICE = Kind(draw=_draw_one, show=_show, worth=_worth_one, show_mistake=_show_mistake)
CHOICES = Kind(draw=_draw_several, show=_show, worth=_worth_several, show_mistake=_show_mistake)
