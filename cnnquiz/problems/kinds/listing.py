"""A listing with a bug: which line, and what it does."""

from collections.abc import Mapping
from fractions import Fraction

from cnnquiz.bank.answers import Bug, MistakeRule, WrongLine
from cnnquiz.bank.text import Language, Text
from cnnquiz.problems.kinds.choice import letter
from cnnquiz.problems.kinds.kind import OPTION_LETTERS, Drawing, Key, Kind, Mark, feedback, options_in_order
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
            text = feedback(drawing, mistake)
            mistakes.append(Mistake(answer=mistake.answer.line, feedback=text, credit=mistake.credit, part=LINE))
        else:
            assert isinstance(mistake.answer, Text)
            effects.append((mistake.answer.fill(language, values), mistake))
    texts = [text for text, _ in effects]
    if not 2 <= len(set(texts)) == len(texts) <= len(OPTION_LETTERS):
        raise drawing.fault(f"{len(texts)} effects", expected=f"2 to {len(OPTION_LETTERS)} different ones")
    options, places = options_in_order(drawing, texts)
    for number, (_, wrong) in enumerate(effects):
        if wrong is not None:
            text = feedback(drawing, wrong)
            mistakes.append(Mistake(answer=places[number], feedback=text, credit=wrong.credit, part=EFFECT))
    return Key(
        answer=(rule.line, places[0]),
        mistakes=tuple(mistakes),
        options=options,
        listing=rule.listing.fill(language, values),
        fixed=rule.fixed.fill(language, values),
    )


def _mark(problem: Problem, given: Answer) -> Mark:
    """The line is half of it, the effect the other half."""
    assert isinstance(problem.answer, tuple)
    assert isinstance(given, tuple)
    right = [one == other for one, other in zip(problem.answer, given, strict=True)]
    made = [m for m in problem.mistakes if m.part is not None and not right[m.part] and given[m.part] == m.answer]
    credit = Fraction(sum(right), 2) + sum((mistake.credit for mistake in made), Fraction(0)) / 2
    return Mark(credit=credit, feedback=tuple(mistake.feedback for mistake in made))


def _show(problem: Problem, answer: Answer) -> str:
    assert isinstance(answer, tuple)
    line, effect = answer
    return f"{_LINE[problem.language].format(line)}, {letter(effect)}"


def _show_mistake(problem: Problem, mistake: Mistake) -> str:
    return letter(mistake.answer) if mistake.part == EFFECT else _LINE[problem.language].format(mistake.answer)


LISTING = Kind(draw=_draw, show=_show, mark=_mark, show_mistake=_show_mistake)
