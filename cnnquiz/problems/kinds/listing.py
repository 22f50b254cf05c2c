"""A listing with a bug: which line, and what it does."""

from collections.abc import Mapping
from fractions import Fraction

from cnnquiz.bank.answers import Bug, MistakeRule, WrongLine
from cnnquiz.bank.text import Language, Text
from cnnquiz.problems.kinds.choice import letter
from cnnquiz.problems.kinds.kind import (
    OPTION_LETTERS,
    Drawing,
    Key,
    Kind,
    Worth,
    by_parts,
    drawn_mistake,
    options_in_order,
)
from cnnquiz.problems.problem import Answer, Mistake, Problem

LINE, EFFECT = 0, 1

_LINE: Mapping[Language, str] = {"en": "line {}", "ko": "{}번째 줄"}


def _draw(drawing: Drawing) -> Key:
    rule = drawing.question.answer
    assert isinstance(rule, Bug)
    language, values = drawing.language, drawing.values
    effects: list[tuple[str, MistakeRule | None]] = [(rule.effect.fill(language, values), None)]
    mistakes: list[Mistake] = []
    for mistake in drawing.question.mistakes:
        if isinstance(mistake.answer, WrongLine):
            mistakes.append(drawn_mistake(drawing, mistake, mistake.answer.line, part=LINE))
        else:
            assert isinstance(mistake.answer, Text)
            effects.append((mistake.answer.fill(language, values), mistake))
    texts = [text for text, _ in effects]
    if not 2 <= len(set(texts)) == len(texts) <= len(OPTION_LETTERS):
        raise drawing.fault(f"{len(texts)} effects", expected=f"2 to {len(OPTION_LETTERS)} different ones")
    options, places = options_in_order(drawing, texts)
    for number, (_, wrong) in enumerate(effects):
        if wrong is not None:
            mistakes.append(drawn_mistake(drawing, wrong, places[number], part=EFFECT))
    return Key(
        answer=(rule.line, places[0]),
        mistakes=tuple(mistakes),
        options=options,
        listing=rule.listing.fill(language, values),
        fixed=rule.fixed.fill(language, values),
    )


def _worth(problem: Problem, given: Answer) -> Worth:
    """The line is half of it, the effect the other half; one that is a mistake earns the mistake's part of it."""
    assert isinstance(problem.answer, tuple)
    assert isinstance(given, tuple)
    parts = [Fraction(one == other) for one, other in zip(problem.answer, given, strict=True)]
    made = []
    for position, mistake in enumerate(problem.mistakes):
        if mistake.part is not None and not parts[mistake.part] and given[mistake.part] == mistake.answer:
            parts[mistake.part] = mistake.credit
            made.append(position)
    return by_parts(problem, parts, made)


def _show(problem: Problem, answer: Answer) -> str:
    assert isinstance(answer, tuple)
    line, effect = answer
    return f"{_LINE[problem.language].format(line)}, {letter(effect)}"


def _show_mistake(problem: Problem, mistake: Mistake) -> str:
    return letter(mistake.answer) if mistake.part == EFFECT else _LINE[problem.language].format(mistake.answer)


LISTING = Kind(draw=_draw, show=_show, worth=_worth, show_mistake=_show_mistake)
